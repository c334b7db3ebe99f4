// countries.toml: every fault named with its line, and what is shipped held against what it promises.
#include "config/countries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/zoneinfo.hpp"
#include "unit/config/fault.hpp"

namespace dunlin::config {
namespace {

using dunning::Date;
using dunning::date_of;
using dunning::Purpose;
using testing::HasSubstr;

constexpr const char* kFile = "/nowhere/countries.toml";

Errors errors_of(const std::string& text) {
  const auto countries = parse_countries(text, kFile, *system_zones());
  return countries ? Errors{} : countries.error();
}

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::shared_ptr<const dunning::Countries> shipped() {
  static const auto countries = [] {
    auto read =
        parse_countries(file_text(DUNLIN_SOURCE_DIR "/conf/countries.toml"), "conf/countries.toml", *system_zones());
    EXPECT_TRUE(read.has_value()) << to_string(read.error().front());
    return read ? *read : std::make_shared<const dunning::Countries>();
  }();
  return countries;
}

// A rule of seven lines, one of which is replaced.
std::string rule(const std::string& key = "", const std::string& line = "") {
  std::string text = "[[rule]]\n";
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"name", "\"a rule\""},
                                                        {"country", "\"NL\""},
                                                        {"purpose", "[\"billing\"]"},
                                                        {"hours", "[\"mon-fri 09:00-18:00\"]"},
                                                        {"from", "2024-04-01"},
                                                        {"source", "\"a book\""}}) {
    text += name == key ? line : name + " = " + value;
    text += "\n";
  }
  return text;
}

class EachCountriesFault : public testing::TestWithParam<Fault> {};

TEST_P(EachCountriesFault, IsNamedWithFileLineAndKey) {
  expect_alone(errors_of(GetParam().text), GetParam(), std::string(kFile));
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachCountriesFault,
    testing::Values(
        Fault{"not_toml", "[[rule]\n", ":1", "bad_toml", "not TOML"},
        Fault{"unknown_table", "[[rules]]\n", ":1: rules", "unknown_key", "did you mean \"rule\"?"},
        Fault{"unknown_key", rule() + "hour = []\n", ":8: rule[1].hour", "unknown_key", "did you mean \"hours\"?"},
        Fault{"not_a_list", "[rule]\nname = \"x\"\n", ":1: rule", "wrong_type", "[[rule]]"},
        Fault{"no_source", rule("source", ""), ":1: rule[1].source", "missing_key", "source"},
        Fault{"empty_source", rule("source", "source = \"\""), ":7: rule[1].source", "missing_key", "source"},
        Fault{"no_country", rule("country", ""), ":1: rule[1].country", "missing_key", "must be set"},
        Fault{"no_date", rule("from", ""), ":1: rule[1].from", "missing_key", "must be set"},
        Fault{"no_purpose", rule("purpose", ""), ":1: rule[1].purpose", "missing_key", "what it is for"},
        Fault{"no_hours", rule("hours", ""), ":1: rule[1].hours", "never_opens", "nothing could ever be sent"},
        Fault{"hours_of_no_day", rule("hours", "hours = []"), ":5: rule[1].hours", "never_opens", "nothing"},
        Fault{"unknown_country", rule("country", "country = \"UK\""), ":3: rule[1].country", "unknown_country",
               "\"UK\""},
        Fault{"unknown_purpose", rule("purpose", "purpose = [\"sales\"]"), ":4: rule[1].purpose", "bad_value",
               "\"sales\""},
        Fault{"bad_hours", rule("hours", "hours = [\"mon-fri 9-18\"]"), ":5: rule[1].hours", "bad_value",
               "mon-fri 08:30"},
        Fault{"bad_day", rule("hours", "hours = [\"mo 09:00-18:00\"]"), ":5: rule[1].hours", "bad_value",
               "days and hours"},
        Fault{"days_backwards", rule("hours", "hours = [\"fri-mon 09:00-18:00\"]"), ":5: rule[1].hours", "bad_value",
               "fri-mon"},
        Fault{"hours_over_midnight", rule("hours", "hours = [\"mon 22:00-02:00\"]"), ":5: rule[1].hours", "bad_value",
               "24:00"},
        Fault{"hours_twice", rule("hours", "hours = [\"mon-fri 09:00-18:00\", \"fri 12:00-15:00\"]"),
               ":5: rule[1].hours", "bad_value", "not touch"},
        Fault{"no_such_date", rule("from", "from = \"2026-02-30\""), ":6: rule[1].from", "bad_value", "2026-12-01"},
        Fault{"date_of_another_century", rule("from", "from = 1900-01-01"), ":6: rule[1].from", "bad_value", "1970"},
        Fault{"ends_before_it_begins", rule() + "until = 2024-03-31\n", ":8: rule[1].until", "bad_value",
               "before from"},
        Fault{"holidays_no_toggle", rule() + "holidays = \"no\"\n", ":8: rule[1].holidays", "wrong_type",
               "true or false"},
        Fault{"two_rules_of_one_day", rule() + rule(), ":13: rule[2].from", "duplicate_rule", "line 1"},
        Fault{"two_rules_of_the_last_day", rule() + "until = 2025-01-01\n" + rule("from", "from = 2025-01-01"),
               ":14: rule[2].from", "duplicate_rule", "line 1"},
        Fault{"holidays_of_nowhere", "[holidays.XX]\nsource = \"a\"\n", ":1: holidays.XX", "unknown_country",
               "\"XX\""},
        Fault{"holidays_without_source", "[holidays.NL]\n[holidays.NL.days]\n2026-01-01 = \"a\"\n", ":1: holidays.NL",
               "missing_key", "source"},
        Fault{"holiday_of_no_date", "[holidays.NL]\nsource = \"a\"\n[holidays.NL.days]\n2026-02-30 = \"a\"\n",
               ":4: holidays.NL.days.2026-02-30", "bad_value", "no date"},
        Fault{"holiday_without_name", "[holidays.NL]\nsource = \"a\"\n[holidays.NL.days]\n2026-02-03 = 1\n",
               ":4: holidays.NL.days.2026-02-03", "wrong_type", "string"},
        Fault{
            "holiday_and_equated",
            "[holidays.NL]\nsource = \"a\"\ndays = { 2026-01-02 = \"b\" }\n[holidays.NL.equated]\n2026-01-02 = \"b\"\n",
            ":5: holidays.NL.equated.2026-01-02", "bad_value", "among"},
        Fault{"unknown_zone", "[[prefix]]\nprefix = \"+614\"\nzones = [\"Australia/Sidney\"]\nsource = \"a\"\n",
               ":3: prefix[1].zones", "unknown_zone", "Australia/Sidney"},
        Fault{"prefix_without_source", "[[prefix]]\nprefix = \"+614\"\n", ":1: prefix[1].source", "missing_key",
               "must be set"},
        Fault{"mobile_of_no_country", "[[prefix]]\nprefix = \"+614\"\nmobile = true\nsource = \"a\"\n",
               ":1: prefix[1].country", "missing_key", "mobile"},
        Fault{"bad_prefix", "[[prefix]]\nprefix = \"614\"\nsource = \"a\"\n", ":2: prefix[1].prefix", "bad_value",
               "'+'"},
        Fault{"prefix_twice",
               "[[prefix]]\nprefix = \"+614\"\nsource = \"a\"\n[[prefix]]\nprefix = \"+614\"\nsource = \"a\"\n",
               ":5: prefix[2].prefix", "duplicate_prefix", "+614"}),
    [](const auto& one) { return one.param.title; });

TEST(CountriesFile, NamesAllFaultsAtOnceInTheOrderOfTheFile) {
  const auto errors = errors_of(rule("source", "") + rule("country", "country = \"UK\"") + "[holidays.XX]\n");
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[0].where, std::string(kFile) + ":1: rule[1].source");
  EXPECT_EQ(errors[1].where, std::string(kFile) + ":10: rule[2].country");
  EXPECT_EQ(errors[2].where, std::string(kFile) + ":15: holidays.XX");
}

TEST(CountriesFile, ReadsAllItIsGiven) {
  const auto read = parse_countries(
      "[[rule]]\nname = \"n\"\ncountry = \"NL\"\npurpose = [\"billing\", \"marketing\"]\nhours = [\"mon-wed "
      "08:30-12:00 13:00-21:00\", "
      "\"sunday 10:00-11:00\"]\nholidays = true\nfrom = \"2024-04-01\"\nuntil = 2027-12-31\nsource = \"s\"\nstrength = "
      "\"binding\"\n"
      "[holidays.NL]\nsource = \"s\"\n[holidays.NL.days]\n2026-01-01 = "
      "\"Nieuwjaarsdag\"\n[holidays.NL.equated]\n2026-01-02 = \"x\"\n"
      "[[prefix]]\nprefix = \"+1472\"\ncountry = \"US\"\nzones = [\"America/New_York\", \"America/Chicago\"]\nmobile = "
      "true\nsource = \"s\"\n",
      kFile, *system_zones());
  ASSERT_TRUE(read.has_value()) << to_string(read.error().front());
  const dunning::Countries& countries = **read;
  ASSERT_EQ(countries.rules().size(), 1u);
  const dunning::Rule& rule = countries.rule("NL", Purpose::marketing, *date_of("2027-12-31"));
  EXPECT_EQ(rule.name, "n");
  EXPECT_EQ(rule.hours[2], (std::vector<dunning::Hours>{{510, 720}, {780, 1260}}));
  EXPECT_TRUE(rule.hours[3].empty());
  EXPECT_EQ(rule.hours[6], (std::vector<dunning::Hours>{{600, 660}}));
  EXPECT_TRUE(rule.holidays);
  EXPECT_EQ(rule.strength, "binding");
  EXPECT_EQ(&countries.rule("NL", Purpose::marketing, *date_of("2028-01-01")), &dunning::strict_rule());
  EXPECT_EQ(&countries.rule("NL", Purpose::collection, *date_of("2026-01-01")), &dunning::strict_rule());
  EXPECT_FALSE(countries.holiday("NL", *date_of("2026-01-01"))->equated);
  EXPECT_TRUE(countries.holiday("NL", *date_of("2026-01-02"))->equated);
  EXPECT_EQ(countries.holiday("BE", *date_of("2026-01-01")), nullptr);
  EXPECT_EQ(countries.prefixes()[0],
            (dunning::KnownPrefix{"+1472", "US", "America/New_York,America/Chicago", true, "s"}));
}

// ---- what is shipped

TEST(ShippedCountries, OpenNoWiderThanTheirRowsSay) {
  const auto countries = shipped();
  const auto hours = [&](const char* country, Purpose purpose, unsigned weekday) {
    std::string text;
    for (const auto& one : countries->rule(country, purpose, *date_of("2026-12-01")).hours[weekday])
      text += to_string(one);
    return text;
  };
  EXPECT_EQ(hours("NL", Purpose::collection, 5), "07:00-20:00");
  EXPECT_EQ(hours("NL", Purpose::collection, 6), "");
  EXPECT_EQ(hours("NL", Purpose::billing, 5), "");
  EXPECT_EQ(hours("IT", Purpose::collection, 5), "08:30-15:00");
  EXPECT_EQ(hours("US", Purpose::collection, 6), "08:00-21:00");
  EXPECT_EQ(hours("US", Purpose::billing, 0), "09:00-18:00");
  EXPECT_EQ(hours("AU", Purpose::billing, 6), "09:00-21:00");
  EXPECT_EQ(hours("FR", Purpose::marketing, 5), "08:00-20:00");
  EXPECT_EQ(hours("DE", Purpose::collection, 0), "09:00-18:00");
  EXPECT_EQ(hours("", Purpose::marketing, 0), "09:00-18:00");
}

// DOMAIN's finding: the strict window is inside every other.
TEST(ShippedCountries, KeepTheStrictWindowInsideEveryOther) {
  for (const auto& rule : shipped()->rules()) {
    EXPECT_FALSE(rule.strength.empty()) << rule.name;
    for (unsigned day = 0; day < 5; ++day) {
      EXPECT_TRUE(std::any_of(rule.hours[day].begin(), rule.hours[day].end(), [](const dunning::Hours& one) {
        return one.from <= 9 * 60 && one.until >= 18 * 60;
      })) << rule.name;
    }
  }
}

// Gauss's algorithm in the form of Meeus, Jones and Butcher: a witness that shares nothing with how the list was made.
Date easter(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
  const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
  return Date{std::chrono::year{year} / (f / 31) / (f % 31 + 1)};
}

TEST(ShippedCountries, HaveTheMovableHolidaysWhereEasterPutsThem) {
  ASSERT_EQ(easter(2026), *date_of("2026-04-05"));
  ASSERT_EQ(easter(2027), *date_of("2027-03-28"));
  const auto countries = shipped();
  for (const int year : {2026, 2027}) {
    const auto expect = [&](int offset, std::initializer_list<const char*> where) {
      for (const char* country : where) {
        EXPECT_NE(countries->holiday(country, easter(year) + std::chrono::days{offset}), nullptr)
            << country << " " << year << " " << offset;
      }
    };
    expect(-2, {"DE", "PT", "ES", "GB", "AU", "CA", "BR", "NO", "IN", "NL"});
    expect(1, {"NL", "DE", "IT", "FR", "PL", "GB", "AU", "NO"});
    expect(39, {"NL", "DE", "FR", "NO"});
    expect(50, {"NL", "DE", "FR", "NO"});
    expect(60, {"PL", "PT", "BR"});
  }
}

TEST(ShippedCountries, KnowBothYearsOfEachListAndName) {
  const auto countries = shipped();
  EXPECT_EQ(countries->calendars().size(), 14u);
  EXPECT_TRUE(countries->ending(*date_of("2026-01-01"), 0).empty());
  EXPECT_TRUE(countries->ending(*date_of("2027-06-01"), 60).empty());
  EXPECT_EQ(countries->ending(*date_of("2027-12-01"), 60).size(), countries->calendars().size());
  for (const auto& [country, calendar] : countries->calendars()) {
    for (const auto& [date, holiday] : calendar.days) EXPECT_FALSE(holiday.name.empty()) << country;
    EXPECT_NE(countries->holiday(country, *date_of(country == "IN" ? "2026-01-26" : "2026-01-01")), nullptr) << country;
    EXPECT_NE(countries->holiday(country, *date_of("2027-12-25")), nullptr) << country;
  }
}

// ---- docs/calendar.md: the shipped rules as a table

std::string hours_in_words(const dunning::Week& week) {
  static constexpr const char* kShort[]{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  std::string text;
  for (unsigned first = 0; first < 7;) {
    unsigned last = first;
    while (last < 6 && week[last + 1] == week[first]) ++last;
    if (!week[first].empty()) {
      text += (text.empty() ? "" : ", ") + std::string(kShort[first]);
      if (last > first) text += "–" + std::string(kShort[last]);
      for (const auto& hours : week[first]) text += " " + to_string(hours);
    }
    first = last + 1;
  }
  return text;
}

std::string table_of(const dunning::Countries& countries) {
  std::string text =
      "| country | purpose | hours | holidays | from | strength | source |\n|---|---|---|---|---|---|---|\n";
  for (const auto& rule : countries.rules()) {
    std::string purposes;
    for (std::size_t purpose = 0; purpose < dunning::kPurposes; ++purpose) {
      if (rule.purposes[purpose]) purposes += (purposes.empty() ? "" : ", ") + std::string(to_string(Purpose(purpose)));
    }
    text += "| " + (rule.country == "*" ? "any other" : rule.country) + " | " + purposes + " | " +
            hours_in_words(rule.hours) + " | " + (rule.holidays ? "open" : "closed") + " | " +
            dunning::to_string(rule.from) + (rule.until ? " to " + dunning::to_string(*rule.until) : "") + " | " +
            rule.strength + " | " + rule.source + " |\n";
  }
  text += "\n| holidays of | how many | last | source |\n|---|---|---|---|\n";
  for (const auto& [country, calendar] : countries.calendars()) {
    const auto equated =
        std::count_if(calendar.days.begin(), calendar.days.end(), [](const auto& day) { return day.second.equated; });
    text += "| " + country + " | " + std::to_string(calendar.days.size() - static_cast<std::size_t>(equated)) +
            (equated > 0 ? " and " + std::to_string(equated) + " equated" : "") + " | " +
            dunning::to_string(calendar.days.rbegin()->first) + " | " + calendar.source + " |\n";
  }
  return text;
}

TEST(CalendarPage, HasTheShippedRules) {
  const std::string page = file_text(DUNLIN_SOURCE_DIR "/docs/calendar.md");
  const std::string begin = "<!-- shipped rules: written by unit_config -->\n", end = "<!-- end of shipped rules -->\n";
  const auto first = page.find(begin), last = page.find(end);
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(last, std::string::npos);
  const std::string made = table_of(*shipped());
  const char* generated = DUNLIN_BINARY_DIR "/calendar_rules.md";
  std::ofstream(generated) << made;
  EXPECT_TRUE(page.substr(first + begin.size(), last - first - begin.size()) == made)
      << "they differ: copy " << generated << " between the two marks of docs/calendar.md";
}

}  // namespace
}  // namespace dunlin::config

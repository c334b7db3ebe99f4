// The calendar: by hand where people would look first, and against a walk through every minute with ICU's clocks.
#include "dunning/calendar.hpp"

#include <gmock/gmock.h>
#include <unicode/calendar.h>
#include <unicode/gregocal.h>
#include <unicode/timezone.h>

#include <random>

#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::dunning {
namespace {

using std::chrono::days;
using std::chrono::minutes;

Rule rule_of(std::string country, std::vector<Purpose> purposes, Week week, const char* from = "1970-01-01",
             const char* until = nullptr) {
  Rule rule;
  rule.name = country + " test";
  rule.country = std::move(country);
  for (const Purpose purpose : purposes) rule.purposes.set(static_cast<std::size_t>(purpose));
  rule.hours = std::move(week);
  rule.from = *date_of(from);
  if (until != nullptr) rule.until = date_of(until);
  rule.source = "a test";
  return rule;
}

Week week_of(std::vector<Hours> workdays, std::vector<Hours> saturday = {}, std::vector<Hours> sunday = {}) {
  Week week;
  for (unsigned day = 0; day < 5; ++day) week[day] = workdays;
  week[5] = std::move(saturday);
  week[6] = std::move(sunday);
  return week;
}

constexpr std::uint16_t at_clock(int hour, int minute = 0) { return static_cast<std::uint16_t>(hour * 60 + minute); }

std::shared_ptr<const Countries> countries_of(std::vector<Rule> rules) {
  std::map<std::string, Countries::Calendar, std::less<>> calendars;
  calendars["NL"].days = {{*date_of("2026-12-25"), {"Eerste Kerstdag"}},
                          {*date_of("2026-12-26"), {"Tweede Kerstdag"}},
                          {*date_of("2026-04-27"), {"Koningsdag"}},
                          {*date_of("2026-05-15"), {"dag na Hemelvaart", true}}};
  std::vector<Fault> faults;
  auto made = std::make_shared<Countries>(Countries::make(std::move(rules), std::move(calendars), {}, faults));
  EXPECT_TRUE(faults.empty()) << faults.front().error.detail;
  return made;
}

std::shared_ptr<const CalendarRules> rules_of(std::vector<Rule> rules, Quiet quiet = {}) {
  return std::make_shared<const CalendarRules>(CalendarRules{countries_of(std::move(rules)), system_zones(), quiet});
}

const std::vector<Hours> kOffice{{at_clock(9), at_clock(18)}};
constexpr Place kNetherlands{"NL", "Europe/Amsterdam"};

Rule nl() {
  const std::vector<Hours> day{{at_clock(7), at_clock(20)}};
  return rule_of("NL", {Purpose::collection}, week_of(day, day), "2024-04-01");
}

// ---- by hand

TEST(Calendar, IsOpenWithinTheHoursAndSaysUntilWhen) {
  Calendar calendar(rules_of({nl()}));
  // Tuesday 1 December 2026; Amsterdam is an hour ahead of UTC.
  const auto before = calendar.at(utc(2026, 12, 1, 5, 59), kNetherlands, Purpose::collection);
  EXPECT_FALSE(before.open);
  EXPECT_EQ(before.reason, kReasonQuietHours);
  EXPECT_EQ(before.until, utc(2026, 12, 1, 6));
  const auto first = calendar.at(utc(2026, 12, 1, 6), kNetherlands, Purpose::collection);
  EXPECT_TRUE(first.open);
  EXPECT_EQ(first.until, utc(2026, 12, 1, 19));
  ASSERT_NE(first.rule, nullptr);
  EXPECT_EQ(first.rule->source, "a test");
  EXPECT_TRUE(calendar.at(utc(2026, 12, 1, 18, 59, 59), kNetherlands, Purpose::collection).open);
  const auto after = calendar.at(utc(2026, 12, 1, 19), kNetherlands, Purpose::collection);
  EXPECT_FALSE(after.open);
  EXPECT_EQ(after.until, utc(2026, 12, 2, 6));
}

TEST(Calendar, IsStrictWhereNoRuleIsKnown) {
  Calendar calendar(rules_of({nl()}));
  // Of another purpose, of another country, before its first day: Monday to Friday 09:00 to 18:00.
  for (const auto& [place, purpose] :
       {std::pair{kNetherlands, Purpose::billing}, std::pair{Place{"XX", "Europe/Amsterdam"}, Purpose::collection},
        std::pair{Place{"", "Europe/Amsterdam"}, Purpose::marketing}}) {
    EXPECT_FALSE(calendar.at(utc(2026, 12, 1, 7, 59), place, purpose).open);
    const auto open = calendar.at(utc(2026, 12, 1, 8), place, purpose);
    EXPECT_TRUE(open.open);
    EXPECT_EQ(open.until, utc(2026, 12, 1, 17));
    EXPECT_EQ(open.rule, &strict_rule());
    const auto saturday = calendar.at(utc(2026, 12, 5, 12), place, purpose);
    EXPECT_EQ(saturday.reason, kReasonQuietDay);
    EXPECT_EQ(saturday.until, utc(2026, 12, 7, 8));
  }
  EXPECT_FALSE(calendar.at(utc(2024, 3, 29, 18), kNetherlands, Purpose::collection).open);  // Friday, 19:00 there
}

TEST(Calendar, ChangesItsRuleOnTheDay) {
  const Week evenings = week_of({{at_clock(18), at_clock(21)}});
  Calendar calendar(rules_of({rule_of("PL", {Purpose::billing}, week_of(kOffice), "2020-01-01", "2026-11-30"),
                              rule_of("PL", {Purpose::billing}, evenings, "2026-12-01")}));
  const Place poland{"PL", "Europe/Warsaw"};
  EXPECT_TRUE(calendar.at(utc(2026, 11, 30, 12), poland, Purpose::billing).open);
  EXPECT_FALSE(calendar.at(utc(2026, 12, 1, 12), poland, Purpose::billing).open);
  EXPECT_TRUE(calendar.at(utc(2026, 12, 1, 18), poland, Purpose::billing).open);
  // From the old rule's last evening to the new rule's first.
  EXPECT_EQ(calendar.at(utc(2026, 11, 30, 17), poland, Purpose::billing).until, utc(2026, 12, 1, 17));
}

TEST(Calendar, ClosesOnHolidaysAndOnDaysThatAreEquatedWithThem) {
  Calendar calendar(rules_of({nl()}));
  const auto christmas = calendar.at(utc(2026, 12, 25, 12), kNetherlands, Purpose::collection);
  EXPECT_EQ(christmas.reason, kReasonHoliday);
  ASSERT_NE(christmas.holiday, nullptr);
  EXPECT_EQ(christmas.holiday->name, "Eerste Kerstdag");
  EXPECT_EQ(christmas.until, utc(2026, 12, 28, 6));  // 26: holiday, 27: Sunday
  const auto equated = calendar.at(utc(2026, 5, 15, 12), kNetherlands, Purpose::collection);
  EXPECT_EQ(equated.reason, kReasonHoliday);
  EXPECT_TRUE(equated.holiday->equated);
  EXPECT_EQ(calendar.at(utc(2026, 12, 27, 12), kNetherlands, Purpose::collection).reason, kReasonQuietDay);
}

TEST(Calendar, GoesOnOverHolidaysWhereTheRuleSaysSo) {
  Rule rule = nl();
  rule.holidays = true;
  Calendar calendar(rules_of({rule}));
  EXPECT_TRUE(calendar.at(utc(2026, 12, 25, 12), kNetherlands, Purpose::collection).open);
}

TEST(Calendar, IsNarrowedByQuietHoursAndDays) {
  Quiet quiet{.hours = quiet_hours_of("19:00-08:30")};
  quiet.days.set(5);
  Calendar calendar(rules_of({nl()}, quiet));
  const auto early = calendar.at(utc(2026, 12, 1, 7), kNetherlands, Purpose::collection);
  EXPECT_EQ(early.reason, kReasonQuietHours);
  EXPECT_TRUE(early.configured);
  EXPECT_EQ(early.until, utc(2026, 12, 1, 7, 30));
  EXPECT_FALSE(calendar.at(utc(2026, 12, 1, 4), kNetherlands, Purpose::collection).configured);  // the rule's own
  EXPECT_EQ(calendar.at(utc(2026, 12, 1, 7, 30), kNetherlands, Purpose::collection).until, utc(2026, 12, 1, 18));
  const auto saturday = calendar.at(utc(2026, 12, 5, 12), kNetherlands, Purpose::collection);
  EXPECT_EQ(saturday.reason, kReasonQuietDay);
  EXPECT_TRUE(saturday.configured);
}

TEST(Calendar, AppliesQuietHoursAloneWhereCountriesAreSwitchedOff) {
  Calendar calendar(
      std::make_shared<const CalendarRules>(CalendarRules{nullptr, system_zones(), {quiet_hours_of("20:00-08:00")}}));
  EXPECT_TRUE(calendar.at(utc(2026, 12, 6, 12), kNetherlands, Purpose::billing).open);  // a Sunday
  const auto night = calendar.at(utc(2026, 12, 6, 23), kNetherlands, Purpose::billing);
  EXPECT_FALSE(night.open);
  EXPECT_EQ(night.until, utc(2026, 12, 7, 7));
  EXPECT_EQ(night.rule, nullptr);
}

TEST(Calendar, AsksNobodysClockWhereNothingIsConfigured) {
  Calendar calendar(std::make_shared<const CalendarRules>());
  const auto open = calendar.at(utc(2026, 12, 6, 3), {"US", ""}, Purpose::marketing);
  EXPECT_TRUE(open.open);
  EXPECT_EQ(open.until, utc(2026, 12, 6, 3) + Calendar::kOpenAhead);
}

TEST(Calendar, IsOpenFarAheadWhereNothingCloses) {
  const std::vector<Hours> all{{0, kDayMinutes}};
  Calendar calendar(rules_of({rule_of("FR", {Purpose::billing}, week_of(all, all, all))}));
  for (Wall now = utc(2026, 1, 1, 3); now < utc(2027, 1, 1); now += std::chrono::hours{7}) {
    const auto open = calendar.at(now, {"FR", "Europe/Paris"}, Purpose::billing);
    ASSERT_TRUE(open.open);
    ASSERT_EQ(open.until, now + Calendar::kOpenAhead);
  }
}

TEST(Calendar, LetsNothingThroughWhereTheZoneIsUnknown) {
  Calendar calendar(rules_of({nl()}));
  for (const char* zones : {"", "America/Gotham", "America/New_York,America/Gotham"}) {
    const auto unknown = calendar.at(utc(2026, 12, 1, 15), {"US", zones}, Purpose::billing);
    EXPECT_FALSE(unknown.open);
    EXPECT_EQ(unknown.reason, kReasonTimezoneUnknown);
    EXPECT_EQ(unknown.until, std::nullopt);
  }
}

TEST(Calendar, OpensOnlyWhenAllZonesDo) {
  Calendar calendar(rules_of({}));
  const Place florida{"US", "America/Chicago,America/New_York"};
  // Eastern 10:00 to 18:00, in winter.
  EXPECT_FALSE(calendar.at(utc(2026, 12, 1, 14, 59), florida, Purpose::billing).open);
  const auto open = calendar.at(utc(2026, 12, 1, 15), florida, Purpose::billing);
  EXPECT_TRUE(open.open);
  EXPECT_EQ(open.until, utc(2026, 12, 1, 23));
  // Reg F's own example of conflicting locations: 08 to 21 in Eastern and Pacific is 11:00 to 21:00 Eastern.
  const std::vector<Hours> reg_f{{at_clock(8), at_clock(21)}};
  Calendar collection(rules_of({rule_of("US", {Purpose::collection}, week_of(reg_f, reg_f, reg_f))}));
  const Place both{"US", "America/Los_Angeles,America/New_York"};
  EXPECT_EQ(collection.at(utc(2026, 12, 1, 9), both, Purpose::collection).until, utc(2026, 12, 1, 16));
  EXPECT_EQ(collection.at(utc(2026, 12, 1, 16), both, Purpose::collection).until, utc(2026, 12, 2, 2));
}

// 02:00 UTC on 25 December: a holiday in Amsterdam, only late in New York.
TEST(Calendar, TellsTheGravestReasonOfSeveralZones) {
  for (const char* zones : {"Europe/Amsterdam,America/New_York", "America/New_York,Europe/Amsterdam"}) {
    Calendar calendar(rules_of({nl()}));
    const auto closed = calendar.at(utc(2026, 12, 25, 2), {"NL", zones}, Purpose::collection);
    EXPECT_EQ(closed.reason, kReasonHoliday) << zones;
    EXPECT_NE(closed.holiday, nullptr);
    // Sunday there, Saturday night here.
    EXPECT_EQ(calendar.at(utc(2026, 12, 6, 2), {"NL", zones}, Purpose::collection).reason, kReasonQuietDay) << zones;
  }
}

TEST(Calendar, CallsZonesWithoutACommonHourUnknown) {
  Calendar calendar(rules_of({}));
  const Place russia{"RU", system_zones()->of_country("RU")};
  for (Wall now = utc(2026, 11, 20); now < utc(2026, 11, 24); now += std::chrono::hours{5}) {
    const auto never = calendar.at(now, russia, Purpose::billing);
    EXPECT_FALSE(never.open);
    EXPECT_EQ(never.reason, kReasonTimezoneUnknown);
    EXPECT_EQ(never.until, std::nullopt);
  }
}

TEST(Calendar, SaysNeverWhenNothingOpensForLongerThanItLooks) {
  // A rule whose every day is a holiday cannot be written by accident; here it can.
  std::map<std::string, Countries::Calendar, std::less<>> calendars;
  for (Date date = *date_of("2026-01-01"); date < *date_of("2028-01-01"); date += days{1}) {
    calendars["NL"].days[date] = {"a holiday"};
  }
  std::vector<Fault> faults;
  auto countries = std::make_shared<Countries>(Countries::make({nl()}, std::move(calendars), {}, faults));
  Calendar calendar(std::make_shared<const CalendarRules>(CalendarRules{countries, system_zones(), {}}));
  for (int i = 0; i < 3; ++i) {
    const auto never = calendar.at(utc(2026, 3, 1, 12), kNetherlands, Purpose::collection);
    EXPECT_EQ(never.reason, kReasonHoliday);
    EXPECT_EQ(never.until, std::nullopt);
  }
  // Nearer to its end it is found; so the bound is what is documented.
  EXPECT_EQ(calendar.at(utc(2027, 3, 1, 12), kNetherlands, Purpose::collection).until, utc(2028, 1, 1, 6));
}

TEST(Calendar, KeepsTheHoursOfAWallClockOverDst) {
  Calendar calendar(rules_of({}));
  const Place berlin{"DE", "Europe/Berlin"};
  // Friday before and Monday after 29 March 2026, and 25 October 2026.
  EXPECT_EQ(calendar.at(utc(2026, 3, 27, 20), berlin, Purpose::billing).until, utc(2026, 3, 30, 7));
  EXPECT_EQ(calendar.at(utc(2026, 10, 23, 20), berlin, Purpose::billing).until, utc(2026, 10, 26, 8));
}

TEST(Calendar, JudgesAnHourThatComesTwiceTwice) {
  const std::vector<Hours> early{{at_clock(2, 15), at_clock(2, 45)}};
  Calendar calendar(rules_of({rule_of("DE", {Purpose::billing}, week_of(early, early, early))}));
  const Place berlin{"DE", "Europe/Berlin"};
  EXPECT_EQ(calendar.at(utc(2026, 10, 24, 23), berlin, Purpose::billing).until, utc(2026, 10, 25, 0, 15));
  EXPECT_EQ(calendar.at(utc(2026, 10, 25, 0, 50), berlin, Purpose::billing).until, utc(2026, 10, 25, 1, 15));
  // On 29 March that half hour is skipped; the next one is on the 30th.
  EXPECT_EQ(calendar.at(utc(2026, 3, 29, 0, 30), berlin, Purpose::billing).until, utc(2026, 3, 30, 0, 15));
}

TEST(Calendar, KnowsLeapDays) {
  Calendar calendar(
      rules_of({rule_of("PL", {Purpose::billing}, week_of(kOffice), "2028-02-29", "2028-02-29"),
                rule_of("PL", {Purpose::billing}, week_of({{at_clock(12), at_clock(13)}}), "2028-03-01")}));
  const Place poland{"PL", "Europe/Warsaw"};
  EXPECT_TRUE(calendar.at(utc(2028, 2, 29, 9), poland, Purpose::billing).open);  // a Tuesday
  EXPECT_FALSE(calendar.at(utc(2028, 3, 1, 9), poland, Purpose::billing).open);
  EXPECT_EQ(date_of("2027-02-29"), std::nullopt);
}

TEST(Calendar, CanBeAskedOfThePast) {
  Calendar calendar(rules_of({nl()}));
  EXPECT_TRUE(calendar.at(utc(2026, 12, 1, 12), kNetherlands, Purpose::collection).open);
  EXPECT_FALSE(calendar.at(utc(2026, 11, 1, 12), kNetherlands, Purpose::collection).open);  // a Sunday
  EXPECT_TRUE(calendar.at(utc(2026, 12, 1, 12), kNetherlands, Purpose::collection).open);
}

TEST(Calendar, ForgetsAndAnswersTheSame) {
  Calendar calendar(rules_of({}));
  const auto expected = calendar.at(utc(2026, 12, 1, 12), kNetherlands, Purpose::billing).until;
  for (std::size_t i = 0; i <= Calendar::kPlacesMax; ++i) {
    const std::string country = "c" + std::to_string(i);
    EXPECT_EQ(calendar.at(utc(2026, 12, 1, 12), {country, "Europe/Amsterdam"}, Purpose::billing).until, expected);
  }
  EXPECT_EQ(calendar.at(utc(2026, 12, 1, 12), kNetherlands, Purpose::billing).until, expected);
}

// ---- what a table refuses

TEST(CountriesTable, RefusesWhatCannotHold) {
  const auto codes_of = [](std::vector<Rule> rules) {
    std::vector<Fault> faults;
    static_cast<void>(Countries::make(std::move(rules), {}, {}, faults));
    std::vector<std::string> codes;
    for (const auto& fault : faults) codes.push_back(fault.error.code);
    return codes;
  };
  using testing::ElementsAre;
  Rule sourceless = nl();
  sourceless.source.clear();
  EXPECT_THAT(codes_of({sourceless}), ElementsAre("missing_key"));
  EXPECT_THAT(codes_of({rule_of("NL", {Purpose::billing}, {})}), ElementsAre("never_opens"));
  EXPECT_THAT(codes_of({rule_of("NL", {}, week_of(kOffice))}), ElementsAre("missing_key"));
  EXPECT_THAT(codes_of({rule_of("UK", {Purpose::billing}, week_of(kOffice))}), ElementsAre("unknown_country"));
  EXPECT_THAT(codes_of({rule_of("NL", {Purpose::billing}, week_of(kOffice), "2026-02-01", "2026-01-31")}),
              ElementsAre("bad_value"));
  EXPECT_THAT(codes_of({rule_of("NL", {Purpose::billing}, week_of({{600, 700}, {690, 800}}))}),
              ElementsAre("bad_value"));
  EXPECT_THAT(codes_of({rule_of("NL", {Purpose::billing}, week_of({{1320, 120}}))}), ElementsAre("bad_value"));
}

TEST(Weeks, TellTheirLongestWindow) {
  using std::chrono::minutes;
  EXPECT_EQ(longest_window(Week{}), minutes{0});
  EXPECT_EQ(longest_window(week_of({{540, 660}, {840, 1020}})), minutes{180});
  Week night;
  night[6] = {{1200, kDayMinutes}};
  night[0] = {{0, 60}, {600, 720}};
  EXPECT_EQ(longest_window(night), minutes{300}) << "from Sunday evening into Monday";
  const std::vector<Hours> whole{{0, kDayMinutes}};
  EXPECT_GE(longest_window(week_of(whole, whole, whole)), std::chrono::days{7});
}

TEST(CountriesTable, RefusesTwoRulesOfOneDay) {
  const auto faults_of = [](const char* until, const char* from, Purpose purpose) {
    std::vector<Fault> faults;
    static_cast<void>(Countries::make({rule_of("NL", {Purpose::billing}, week_of(kOffice), "2020-01-01", until),
                                       rule_of("NL", {purpose}, week_of(kOffice), from)},
                                      {}, {}, faults));
    return faults.size();
  };
  EXPECT_EQ(faults_of("2026-01-01", "2026-01-01", Purpose::billing), 1u);
  EXPECT_EQ(faults_of(nullptr, "2026-01-01", Purpose::billing), 1u);
  EXPECT_EQ(faults_of("2025-12-31", "2026-01-01", Purpose::billing), 0u);
  EXPECT_EQ(faults_of(nullptr, "2026-01-01", Purpose::marketing), 0u);
}

TEST(CalendarRules, NamesRulesThatQuietHoursLeaveNothing) {
  Quiet night{.hours = quiet_hours_of("18:00-09:00")};
  EXPECT_TRUE(rules_of({nl()}, night)->never_open().empty());
  Quiet day{.hours = quiet_hours_of("09:00-18:00")};
  ASSERT_EQ(rules_of({nl()}, day)->never_open().size(), 1u);
  EXPECT_EQ(rules_of({nl()}, day)->never_open()[0], &strict_rule());
  Quiet week{};
  week.days = std::bitset<7>("1011111");  // all but Saturday
  EXPECT_EQ(rules_of({nl()}, week)->never_open().size(), 1u);
}

TEST(CountriesTable, SaysWhoseHolidaysEnd) {
  const auto countries = countries_of({});
  EXPECT_TRUE(countries->ending(*date_of("2026-03-01")).empty());
  EXPECT_THAT(countries->ending(*date_of("2026-12-01")), testing::ElementsAre("NL"));
}

TEST(Hours, AreReadStrictly) {
  EXPECT_EQ(hours_of("09:00-18:00"), (Hours{540, 1080}));
  EXPECT_EQ(hours_of("00:00-24:00"), (Hours{0, 1440}));
  EXPECT_EQ(to_string(Hours{540, 1440}), "09:00-24:00");
  for (const char* bad :
       {"", "9:00-18:00", "09:00", "09:00-24:01", "24:00-09:00", "09:60-10:00", "09:00 - 18:00", "aa:bb-cc:dd"}) {
    EXPECT_EQ(hours_of(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(quiet_hours_of("20:00-20:00"), std::nullopt);
}

// ---- send_at_local

TEST(SendAtLocal, IsReadStrictly) {
  EXPECT_EQ(*parse_send_at_local("10:30"), (LocalWish{std::nullopt, minutes{630}}));
  EXPECT_EQ(*parse_send_at_local("2026-12-01T00:00"), (LocalWish{date_of("2026-12-01"), minutes{0}}));
  for (const char* bad : {"", "10", "25:00", "24:00", "10:60", "2026-12-01", "2026-02-30T10:00", "2026-12-01 10:30",
                          "T10:30", "2026-12-01T10:30Z", "2026-12-01T10:30:00"}) {
    const auto wish = parse_send_at_local(bad);
    ASSERT_FALSE(wish.has_value()) << bad;
    EXPECT_EQ(wish.error().code, "bad_value");
  }
}

TEST(SendAtLocal, IsTheNextTimeOrThatOne) {
  const auto zones = system_zones()->all_of("Europe/Warsaw");
  const auto moment = [&](const char* text, Wall now) { return moment_of(*parse_send_at_local(text), now, zones); };
  EXPECT_EQ(moment("10:30", utc(2026, 12, 1, 9)), utc(2026, 12, 1, 9, 30));
  EXPECT_EQ(moment("10:30", utc(2026, 12, 1, 9, 30)), utc(2026, 12, 1, 9, 30));
  EXPECT_EQ(moment("10:30", utc(2026, 12, 1, 9, 31)), utc(2026, 12, 2, 9, 30));
  EXPECT_EQ(moment("2026-12-24T10:30", utc(2026, 12, 1)), utc(2026, 12, 24, 9, 30));
  EXPECT_EQ(moment("2026-06-24T10:30", utc(2026, 12, 1)), utc(2026, 6, 24, 8, 30));  // past: at once
  EXPECT_EQ(moment("2026-03-29T02:30", utc(2026, 3, 1)), utc(2026, 3, 29, 1));       // skipped
  EXPECT_EQ(moment("2026-10-25T02:30", utc(2026, 3, 1)), utc(2026, 10, 25, 0, 30));  // twice
  EXPECT_EQ(moment_of({}, utc(2026, 1, 1), {}), std::nullopt);
}

TEST(SendAtLocal, WaitsForTheLastOfSeveralZones) {
  const auto zones = system_zones()->all_of("America/Los_Angeles,America/New_York");
  const auto moment = [&](const char* text, Wall now) { return moment_of(*parse_send_at_local(text), now, zones); };
  EXPECT_EQ(moment("2026-12-01T10:30", utc(2026, 11, 1)), utc(2026, 12, 1, 18, 30));
  EXPECT_EQ(moment("10:30", utc(2026, 12, 1, 18)), utc(2026, 12, 1, 18, 30));
  EXPECT_EQ(moment("10:30", utc(2026, 12, 1, 19)), utc(2026, 12, 2, 18, 30));
}

// ---- against ICU, minute by minute

// What a person with a clock and the rule in hand would say of one moment.
class Person {
 public:
  Person(std::shared_ptr<const CalendarRules> rules, std::string country, const std::vector<std::string>& zones)
      : rules_(std::move(rules)), country_(std::move(country)) {
    UErrorCode status = U_ZERO_ERROR;
    for (const auto& zone : zones) {
      clocks_.push_back(std::make_unique<icu::GregorianCalendar>(
          icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)), status));
    }
  }

  bool allows(Wall at, Purpose purpose) {
    for (auto& clock : clocks_) {
      UErrorCode status = U_ZERO_ERROR;
      clock->setTime(static_cast<double>(at.time_since_epoch().count()), status);
      const int minute = clock->get(UCAL_HOUR_OF_DAY, status) * 60 + clock->get(UCAL_MINUTE, status);
      const unsigned weekday = static_cast<unsigned>(clock->get(UCAL_DAY_OF_WEEK, status) + 5) % 7;
      const Date date{std::chrono::year{clock->get(UCAL_YEAR, status)} / (clock->get(UCAL_MONTH, status) + 1) /
                      clock->get(UCAL_DATE, status)};
      const Rule& rule = rules_->countries->rule(country_, purpose, date);
      if (!rule.holidays && rules_->countries->holiday(country_, date) != nullptr) return false;
      if (rules_->quiet.days[weekday]) return false;
      const auto& hours = rule.hours[weekday];
      if (std::none_of(hours.begin(), hours.end(),
                       [&](const Hours& one) { return one.from <= minute && minute < one.until; }))
        return false;
      if (const auto& quiet = rules_->quiet.hours) {
        const bool past_midnight = quiet->from > quiet->until;
        const bool in = past_midnight ? minute >= quiet->from || minute < quiet->until
                                      : minute >= quiet->from && minute < quiet->until;
        if (in) return false;
      }
    }
    return true;
  }

 private:
  std::shared_ptr<const CalendarRules> rules_;
  std::string country_;
  std::vector<std::unique_ptr<icu::GregorianCalendar>> clocks_;
};

class Walk : public testing::TestWithParam<unsigned> {};

// Two weeks of minutes, most of them around a change of clocks, with random rules. Every answer, and every `until`,
// must be what the walk finds.
TEST_P(Walk, FindsWhatTheCalendarSays) {
  std::mt19937 random(GetParam());
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  const std::vector<std::pair<const char*, Wall>> places{
      {"Europe/Berlin", utc(2019, 3, 24)},       {"Europe/Berlin", utc(2019, 10, 20)},
      {"America/New_York", utc(2020, 3, 1)},     {"America/New_York", utc(2020, 10, 25)},
      {"Australia/Lord_Howe", utc(2021, 3, 28)}, {"Australia/Lord_Howe", utc(2021, 9, 26)},
      {"Asia/Kathmandu", utc(2020, 2, 22)},      {"Pacific/Apia", utc(2011, 12, 24)},
      {"America/Caracas", utc(2016, 4, 24)},     {"America/Sao_Paulo", utc(2018, 10, 28)},
      {"America/St_Johns", utc(2011, 10, 30)},   {"Africa/Casablanca", utc(2018, 10, 21)},
      {"Europe/Dublin", utc(2020, 12, 27)},      {"Pacific/Chatham", utc(2020, 9, 20)}};
  const auto& [zone, begins] = places[below(static_cast<unsigned>(places.size()))];
  std::vector<std::string> names{zone};
  if (below(3) == 0) names.emplace_back("Europe/London");
  if (below(4) == 0) names.emplace_back("America/Toronto");

  const auto random_week = [&] {
    Week week;
    for (auto& day : week) {
      unsigned minute = below(300);
      for (unsigned i = below(4); i > 0 && minute + 2 < kDayMinutes; --i) {
        const unsigned until = std::min<unsigned>(kDayMinutes, minute + 1 + below(900));
        day.push_back({static_cast<std::uint16_t>(minute), static_cast<std::uint16_t>(until)});
        minute = until + 1 + below(200);
      }
    }
    week[below(7)] = {{at_clock(2), at_clock(3)}};
    return week;
  };
  const Date middle = Date{std::chrono::floor<days>(begins).time_since_epoch()} + days{7};
  Rule before = rule_of("XX", {Purpose::marketing}, random_week());
  Rule after = rule_of("XX", {Purpose::marketing}, random_week());
  before.until = middle;
  after.from = middle + days{1};
  after.holidays = below(2) == 0;
  before.country = after.country = "NL";
  std::map<std::string, Countries::Calendar, std::less<>> calendars;
  calendars["NL"].days = {{middle - days{3}, {"one"}}, {middle + days{4}, {"other"}}};
  std::vector<Fault> faults;
  auto countries = std::make_shared<Countries>(Countries::make({before, after}, std::move(calendars), {}, faults));
  ASSERT_TRUE(faults.empty()) << faults.front().error.detail;
  Quiet quiet;
  if (below(2) == 0) {
    quiet.hours = Hours{static_cast<std::uint16_t>(below(kDayMinutes)), static_cast<std::uint16_t>(below(kDayMinutes))};
    if (quiet.hours->from == quiet.hours->until) quiet.hours.reset();
  }
  if (below(3) == 0) quiet.days.set(below(7));
  const auto rules = std::make_shared<const CalendarRules>(CalendarRules{countries, system_zones(), quiet});

  std::string zones;
  for (const auto& name : names) zones += (zones.empty() ? "" : ",") + name;
  const Place place{"NL", zones};
  Calendar calendar(rules);
  Person person(rules, "NL", names);
  constexpr int kMinutes = 14 * 24 * 60;
  std::vector<bool> allowed(kMinutes);
  for (int i = 0; i < kMinutes; ++i)
    allowed[static_cast<std::size_t>(i)] = person.allows(begins + minutes{i}, Purpose::marketing);
  for (int i = 0; i < kMinutes; ++i) {
    const auto here = static_cast<std::size_t>(i);
    const Wall now = begins + minutes{i};
    const Opening opening = calendar.at(now, place, Purpose::marketing);
    ASSERT_EQ(opening.open, allowed[here]) << zones << " minute " << i;
    const auto change = std::find(allowed.begin() + i, allowed.end(), !allowed[here]);
    if (change != allowed.end()) {
      ASSERT_EQ(opening.until, begins + minutes{change - allowed.begin()}) << zones << " minute " << i;
    }
    ASSERT_EQ(opening.reason.empty(), opening.open);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Walk, testing::Range(1u, 41u));

}  // namespace
}  // namespace dunlin::dunning

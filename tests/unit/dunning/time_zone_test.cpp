// Time zones against ICU as an independent witness, where ICU 72's older data still agree with the world.
#include "dunning/time_zone.hpp"

#include <gtest/gtest.h>
#include <unicode/timezone.h>

#include <memory>

#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::dunning {
namespace {

class AgainstIcu : public testing::TestWithParam<const char*> {};

TEST_P(AgainstIcu, HasTheSameOffsetEveryHourOfTenYears) {
  const TimeZone zone = system_zone(GetParam());
  const std::unique_ptr<icu::TimeZone> witness(icu::TimeZone::createTimeZone(GetParam()));
  ASSERT_FALSE(*witness == icu::TimeZone::getUnknown());
  std::size_t differ = 0;
  for (Wall at = utc(2007, 1, 1); at < utc(2022, 1, 1); at += std::chrono::minutes{60}) {
    int raw = 0, dst = 0;
    UErrorCode status = U_ZERO_ERROR;
    witness->getOffset(static_cast<double>(at.time_since_epoch().count()), false, raw, dst, status);
    if (zone.span_at(at).offset != std::chrono::milliseconds{raw + dst}) ++differ;
  }
  EXPECT_EQ(differ, 0u);
}

INSTANTIATE_TEST_SUITE_P(Zones, AgainstIcu,
                         testing::Values("Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York",
                                         "America/Sao_Paulo", "America/St_Johns", "America/Caracas", "Asia/Kolkata",
                                         "Asia/Kathmandu", "Asia/Pyongyang", "Asia/Gaza", "Africa/Casablanca",
                                         "Australia/Lord_Howe", "Australia/Eucla", "Pacific/Apia", "Pacific/Chatham",
                                         "Europe/Istanbul", "Europe/Volgograd", "Antarctica/Troll"));

// The rule after the last listed change must go on as the list does.
TEST(TimeZone, FollowsItsRuleBeyondTheList) {
  const TimeZone berlin = system_zone("Europe/Berlin");
  for (const int year : {2036, 2037, 2038, 2050, 2099, 2100}) {
    EXPECT_EQ(berlin.span_at(utc(year, 1, 15)).offset, 3600s) << year;
    EXPECT_EQ(berlin.span_at(utc(year, 7, 15)).offset, 7200s) << year;
  }
  // Last Sunday of March 2050 is the 27th.
  EXPECT_EQ(berlin.span_at(utc(2050, 7, 1)).from, utc(2050, 3, 27, 1));
  EXPECT_EQ(system_zone("Asia/Kolkata").span_at(utc(2050, 7, 1)).until, Wall::max());
  // Sydney's summer is over the new year; Dublin's rule calls winter the exception.
  EXPECT_EQ(system_zone("Australia/Sydney").span_at(utc(2060, 1, 15)).offset, 11h);
  EXPECT_EQ(system_zone("Australia/Sydney").span_at(utc(2060, 7, 15)).offset, 10h);
  EXPECT_EQ(system_zone("Europe/Dublin").span_at(utc(2060, 1, 15)).offset, 0h);
  EXPECT_EQ(system_zone("Europe/Dublin").span_at(utc(2060, 7, 15)).offset, 1h);
}

// What ICU 72, which Debian 12 has, does not know: why it is not asked.
TEST(TimeZone, KnowsWhatChangedSinceIcuWasBuilt) {
  EXPECT_EQ(system_zone("America/Mexico_City").span_at(utc(2026, 7, 1)).offset, -6h);  // no summer time since 2022
  EXPECT_EQ(system_zone("Asia/Almaty").span_at(utc(2026, 7, 1)).offset, 5h);           // since March 2024
  EXPECT_EQ(system_zone("Africa/Cairo").span_at(utc(2026, 7, 1)).offset, 3h);          // summer time again since 2023
}

TEST(TimeZone, FindsTheFirstMomentOfALocalTime) {
  const TimeZone berlin = system_zone("Europe/Berlin");
  EXPECT_EQ(berlin.first_at(local(2026, 6, 1, 10, 30)), utc(2026, 6, 1, 8, 30));
  // 29 March 2026: 02:00 to 03:00 is skipped at 01:00 UTC.
  EXPECT_EQ(berlin.first_at(local(2026, 3, 29, 1, 59)), utc(2026, 3, 29, 0, 59));
  EXPECT_EQ(berlin.first_at(local(2026, 3, 29, 2, 30)), utc(2026, 3, 29, 1));
  EXPECT_EQ(berlin.first_at(local(2026, 3, 29, 3, 0)), utc(2026, 3, 29, 1));
  // 25 October 2026: 02:00 to 03:00 comes twice.
  EXPECT_EQ(berlin.first_at(local(2026, 10, 25, 2, 30)), utc(2026, 10, 25, 0, 30));
  EXPECT_EQ(berlin.first_at(local(2026, 10, 25, 3, 0)), utc(2026, 10, 25, 2));
  // Samoa had no 30 December 2011.
  EXPECT_EQ(system_zone("Pacific/Apia").first_at(local(2011, 12, 30, 10)), utc(2011, 12, 30, 10));
}

TEST(TimeZone, RefusesEveryProperPrefixOfAFile) {
  const std::string whole = octets_of_file("/usr/share/zoneinfo/Europe/Berlin");
  const std::size_t footer = whole.rfind('\n', whole.size() - 2);
  for (std::size_t size = 0; size <= footer; ++size) {
    const auto zone = TimeZone::parse(octets_of(std::string_view(whole).substr(0, size)));
    ASSERT_FALSE(zone.has_value()) << size;
    EXPECT_EQ(zone.error().code, "bad_time_zone");
  }
}

TEST(TimeZone, RefusesWhatIsNoTimeZone) {
  std::string whole = octets_of_file("/usr/share/zoneinfo/Europe/Berlin");
  const auto code_of = [](const std::string& octets) {
    const auto zone = TimeZone::parse(octets_of(octets));
    return zone ? std::string() : zone.error().detail;
  };
  EXPECT_NE(code_of("# tzdb data for Europe"), "");
  std::string old = whole;
  old[4] = '\0';
  EXPECT_NE(code_of(old).find("version 1"), std::string::npos);
  std::string huge = whole;
  huge[20] = '\x7f';
  EXPECT_NE(code_of(huge), "");
  std::string rule = whole;
  rule.replace(rule.rfind("M3.5.0"), 6, "M3.9.0");
  EXPECT_NE(code_of(rule).find("POSIX"), std::string::npos);
}

}  // namespace
}  // namespace dunlin::dunning

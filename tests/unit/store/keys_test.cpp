#include "store/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/store/samples.hpp"

namespace dunlin::store {
namespace {

using keys::Lane;

// Names that try to be mistaken for one another: prefixes, numbers, NULs, 0xFF, longer than one length octet says.
const std::vector<std::string>& tricky() {
  static const std::vector<std::string> kNames{"",
                                               "a",
                                               "aa",
                                               "ab",
                                               "b",
                                               std::string(1, '\0'),
                                               std::string("\0\1", 2),
                                               "\xFF",
                                               "\xFF\xFF",
                                               std::string("a\0", 2),
                                               std::string(127, 'x'),
                                               std::string(128, 'x'),
                                               std::string(300, 'y')};
  return kNames;
}
const std::vector<std::uint64_t>& numbers() {
  static const std::vector<std::uint64_t> kNumbers{0, 1, 255, 256, 0x0102030405060708, UINT64_MAX - 1, UINT64_MAX};
  return kNumbers;
}

bool inside(const Range& range, const std::string& key) {
  return range.first <= key && (range.last.empty() || key < range.last);
}

TEST(Keys, NumbersLieInTheirOrder) {
  for (std::size_t i = 1; i < numbers().size(); ++i) {
    EXPECT_LT(keys::number(numbers()[i - 1]), keys::number(numbers()[i]));
    EXPECT_LT(keys::job_state(numbers()[i - 1]), keys::job(numbers()[i]));
    EXPECT_LT(keys::job(numbers()[i]), keys::job_state(numbers()[i]));
  }
  for (const std::uint64_t n : numbers()) {
    EXPECT_EQ(keys::parse_number(keys::number(n)), n);
    EXPECT_EQ(keys::parse_job(keys::job(n).key), (keys::JobKey{n, keys::JobPart::job}));
    EXPECT_EQ(keys::parse_job(keys::job_state(n).key), (keys::JobKey{n, keys::JobPart::state}));
    EXPECT_EQ(keys::parse_event(keys::event(n).key), n);
  }
}

TEST(Keys, TimesLieInTheirOrderAlsoBefore1970) {
  const std::vector<std::int64_t> times{INT64_MIN, -1'000, -1, 0, 1, 1'760'000'000'000, INT64_MAX};
  for (std::size_t i = 0; i < times.size(); ++i) {
    const Wall at{std::chrono::milliseconds{times[i]}};
    const Key key = keys::calendar(at, 5, {Cause::retry, "", ""});
    EXPECT_EQ(keys::parse_calendar(key.key), (keys::CalendarKey{at, 5, Cause::retry}));
    if (i > 0) {
      const Wall before{std::chrono::milliseconds{times[i - 1]}};
      EXPECT_LT(keys::calendar(before, UINT64_MAX, {Cause::parked_due, "s", "m"}), key);
      EXPECT_TRUE(inside(keys::calendar_until(before, 1),
                         keys::calendar(before, UINT64_MAX, {Cause::parked_due, "s", "m"}).key));
      EXPECT_FALSE(inside(keys::calendar_until(before, 1), key.key));
    }
  }
}

TEST(Keys, AppointmentsOfOneMillisecondAreApart) {
  const Wall at{1'000ms};
  std::vector<Key> all{
      keys::calendar(at, 1, {Cause::due, "", ""}),          keys::calendar(at, 1, {Cause::expiry, "", ""}),
      keys::calendar(at, 0, {Cause::parked_due, "a", "1"}), keys::calendar(at, 0, {Cause::parked_due, "a", "2"}),
      keys::calendar(at, 0, {Cause::parked_due, "a1", ""}), keys::calendar(at, 0, {Cause::parked_due, "", "a1"})};
  for (const Key& key : all) EXPECT_TRUE(keys::parse_calendar(key.key));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(Keys, EveryKeyParsesToWhatBuiltIt) {
  for (const std::string& a : tricky()) {
    for (const std::string& b : tricky()) {
      EXPECT_EQ(keys::parse_message(keys::sent(a, b).key), (keys::MessageKey{a, b}));
      EXPECT_EQ(keys::parse_message(keys::parked(a, b).key), (keys::MessageKey{a, b}));
      for (const auto kind : {keys::ReferenceKind::udh8, keys::ReferenceKind::udh16, keys::ReferenceKind::sar}) {
        const keys::PartsKey message{a, b, a, kind, 65535, 255};
        EXPECT_EQ(keys::parse_parts(keys::parts(message).key), message);
        EXPECT_EQ(keys::parts(a, keys::parts_rest(message)), keys::parts(message));
      }
      EXPECT_EQ(keys::parse_account(keys::account(a, b).key), (keys::AccountKey{a, b}));
      EXPECT_EQ(keys::parse_stage(keys::stage(a, b, "2026-12-01").key), (keys::StageKey{a, b, "2026-12-01"}));
      for (const Priority priority : {Priority::high, Priority::normal, Priority::low}) {
        const Lane lane{a, priority, b};
        EXPECT_EQ(keys::parse_queue(keys::queue(lane, 7).key), (keys::QueueKey{lane, 7}));
        EXPECT_EQ(keys::parse_low_mark(keys::low_mark(lane).key), lane);
      }
    }
    for (const std::uint64_t n : numbers()) {
      EXPECT_EQ(keys::parse_by(keys::by_account(a, n).key), (keys::ByKey{a, n}));
      EXPECT_EQ(keys::parse_by(keys::by_number(a, n).key), (keys::ByKey{a, n}));
      EXPECT_EQ(keys::parse_by(keys::by_campaign(a, n).key), (keys::ByKey{a, n}));
      EXPECT_EQ(keys::parse_inflight(keys::inflight(a, n, 3).key), (keys::InflightKey{a, n, 3}));
    }
    EXPECT_EQ(keys::parse_paused(keys::paused(a).key), a);
    EXPECT_EQ(keys::id(a), (Key{Family::ids, a}));
    EXPECT_EQ(keys::person(a), (Key{Family::people, a}));
    EXPECT_EQ(keys::campaign(a), (Key{Family::campaigns, a}));
    EXPECT_EQ(keys::references(a), (Key{Family::references, a}));
    EXPECT_EQ(keys::consumer(a), (Key{Family::consumers, a}));
  }
}

// A range of one name holds all of that name and nothing of another, whatever octets the names have.
TEST(Keys, RangesAreExact) {
  for (const std::string& a : tricky()) {
    for (const std::string& b : tricky()) {
      for (const std::uint64_t n : numbers()) {
        EXPECT_EQ(inside(keys::by_account_range(a, 0, 1), keys::by_account(b, n).key), a == b);
        EXPECT_EQ(inside(keys::by_number_range(a, 0, 1), keys::by_number(b, n).key), a == b);
        EXPECT_EQ(inside(keys::by_campaign_range(a, 256, 1), keys::by_campaign(b, n).key), a == b && n >= 256);
        EXPECT_EQ(inside(keys::inflight_of(a, 1), keys::inflight(b, n, 0).key), a == b);
        for (const std::string& c : tricky()) {
          const Lane lane{a, Priority::normal, c};
          EXPECT_EQ(inside(keys::lane_range(lane, 1, 1), keys::queue({b, Priority::normal, "aa"}, n).key),
                    a == b && c == "aa" && n >= 1);
          EXPECT_FALSE(inside(keys::lane_range(lane, 0, 1), keys::queue({a, Priority::high, c}, n).key));
        }
      }
      EXPECT_EQ(inside(keys::account_all(a, 1), keys::account(b, "x").key), a == b);
      EXPECT_EQ(inside(keys::account_all(a, 1), keys::account(b).key), a == b);
      EXPECT_TRUE(inside(keys::low_marks(1), keys::low_mark({a, Priority::low, b}).key));
      EXPECT_FALSE(inside(keys::low_marks(1), keys::paused(a).key));
      EXPECT_TRUE(inside(keys::paused_all(1), keys::paused(a).key));
    }
  }
  for (const Key& key : {keys::format(), keys::engine_mark(), keys::events_first()}) {
    EXPECT_EQ(key.family, Family::meta);
    EXPECT_FALSE(inside(keys::low_marks(1), key.key));
    EXPECT_FALSE(inside(keys::paused_all(1), key.key));
  }
}

TEST(Keys, ReportsLieInTheOrderOfTheirDays) {
  const keys::ReportKey row{20'000, "nov", "first"};
  EXPECT_EQ(keys::parse_report(keys::report(row).key), row);
  EXPECT_EQ(keys::parse_report(keys::report({1, "", ""}).key), (keys::ReportKey{1, "", ""}));
  EXPECT_LT(keys::report({255, "z", "z"}).key, keys::report({256, "", ""}).key);
  EXPECT_TRUE(inside(keys::reports_before(20'001, 1), keys::report(row).key));
  EXPECT_FALSE(inside(keys::reports_before(20'000, 1), keys::report(row).key));
  EXPECT_TRUE(inside(keys::reports_from(row, 20'001, 1), keys::report(row).key));
  EXPECT_FALSE(inside(keys::reports_from(row, 20'000, 1), keys::report(row).key));
  EXPECT_FALSE(inside(keys::reports_from({20'000, "nov", "second"}, 20'001, 1), keys::report(row).key));
}

TEST(Keys, LanesAreSkippedWhole) {
  const Lane lane{"route", Priority::normal, "c"};
  EXPECT_TRUE(inside(keys::low_marks_from(lane, 1), keys::low_mark(lane).key));
  EXPECT_TRUE(inside(keys::low_marks_from(lane, 1), keys::low_mark({"route", Priority::normal, "d"}).key));
  EXPECT_FALSE(inside(keys::low_marks_from(lane, 1), keys::low_mark({"route", Priority::normal, ""}).key));
  EXPECT_FALSE(inside(keys::low_marks_from(lane, 1), keys::low_mark({"route", Priority::low, "d"}).key));
  EXPECT_FALSE(inside(keys::low_marks_from(lane, 1), keys::low_mark({"routes", Priority::normal, "d"}).key));
}

TEST(Keys, AfterAPrefix) {
  EXPECT_EQ(keys::after_prefix("a"), "b");
  EXPECT_EQ(keys::after_prefix("a\xFF\xFF"), "b");
  EXPECT_EQ(keys::after_prefix("\xFF"), "");
  EXPECT_EQ(keys::after_prefix(""), "");
  EXPECT_EQ(keys::after("a"), std::string("a\0", 2));
  EXPECT_EQ(keys::resume({Family::jobs, "a", "z", 9}, "k").first, std::string("k\0", 2));
}

template <class Parse>
void expect_harmless(Parse parse, const std::string& whole) {
  for (std::size_t size = 0; size < whole.size(); ++size)
    static_cast<void>(parse(std::string_view(whole).substr(0, size)));
  Random random(9);
  for (int i = 0; i < 1000; ++i) static_cast<void>(parse(random.octets(random.below(40))));
}

TEST(Keys, AnyOctetsAreHarmless) {
  expect_harmless(keys::parse_number, keys::number(1));
  expect_harmless(keys::parse_job, keys::job(1).key);
  expect_harmless(keys::parse_queue, keys::queue({"r", Priority::low, "l"}, 1).key);
  expect_harmless(keys::parse_calendar, keys::calendar(Wall{}, 1, {Cause::parked_due, "s", "m"}).key);
  expect_harmless(keys::parse_inflight, keys::inflight("s", 1, 1).key);
  expect_harmless(keys::parse_message, keys::sent("s", "m").key);
  expect_harmless(keys::parse_account, keys::account("a", "i").key);
  expect_harmless(keys::parse_by, keys::by_account("a", 1).key);
  expect_harmless(keys::parse_stage, keys::stage("a", "s", "d").key);
  expect_harmless(keys::parse_low_mark, keys::low_mark({"r", Priority::low, "l"}).key);
  expect_harmless(keys::parse_report, keys::report({1, "c", "s"}).key);
  expect_harmless(keys::parse_paused, keys::paused("s").key);
}

TEST(Keys, WhatIsNotOfTheFormIsNoKey) {
  EXPECT_EQ(keys::parse_number("1234567"), std::nullopt);
  EXPECT_EQ(keys::parse_number("123456789"), std::nullopt);
  EXPECT_EQ(keys::parse_job(std::string(8, '\0')), std::nullopt);
  EXPECT_EQ(keys::parse_job(std::string(8, '\0') + '\2'), std::nullopt);
  EXPECT_EQ(keys::parse_queue(keys::queue({"r", static_cast<Priority>(3), "l"}, 1).key), std::nullopt);
  EXPECT_EQ(keys::parse_queue(keys::queue({"r", Priority::low, "l"}, 1).key + "x"), std::nullopt);
  EXPECT_EQ(keys::parse_calendar(keys::calendar(Wall{}, 1, {static_cast<Cause>(names<Cause>.size()), "", ""}).key),
            std::nullopt);
  EXPECT_EQ(keys::parse_inflight(keys::inflight("s", 1, 1).key.substr(1)), std::nullopt);
  EXPECT_EQ(keys::parse_message(std::string("\x81\x00x", 3)), std::nullopt);  // a length longer than needed
  EXPECT_EQ(keys::parse_low_mark(keys::paused("s").key), std::nullopt);
  EXPECT_EQ(keys::parse_paused(keys::format().key), std::nullopt);
}

}  // namespace
}  // namespace dunlin::store

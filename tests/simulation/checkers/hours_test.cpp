// The checkers of lawful hours and of order behind a window, and the book they judge by.
#include "hours.hpp"

#include <gtest/gtest.h>

#include "books.hpp"
#include "deferral.hpp"
#include "dunning/calendar.hpp"
#include "forger.hpp"

namespace dunlin::simulation {
namespace {

using store::EventType;
using store::Purpose;
using store::State;

constexpr Wall utc(int month, int day, std::chrono::minutes time) {
  return Wall{std::chrono::sys_days{std::chrono::year{2026} / month / day} + time};
}

TEST(Lawbook, ReckonsTheHolidaysThatAreShipped) {
  const dunning::Countries& shipped = *shipped_calendar("")->countries;
  const std::chrono::local_days from{std::chrono::year{2026} / 1 / 1}, until{std::chrono::year{2028} / 1 / 1};
  for (const auto& [country, calendar] : shipped.calendars()) {
    for (auto day = from; day < until; day += std::chrono::days{1})
      EXPECT_EQ(is_holiday(country, day), shipped.holiday(country, day) != nullptr)
          << country << " " << dunning::to_string(day);
  }
  EXPECT_GE(shipped.calendars().size(), 14u);
}

TEST(Lawbook, KnowsTheClocksOfSummer) {
  const std::vector<std::string> warsaw{"Europe/Warsaw"}, coasts{"America/New_York", "America/Los_Angeles"};
  EXPECT_FALSE(lawful("PL", warsaw, Purpose::billing, utc(3, 27, 7h + 59min), {}));  // a Friday, 08:59 there
  EXPECT_TRUE(lawful("PL", warsaw, Purpose::billing, utc(3, 27, 8h), {}));
  EXPECT_FALSE(lawful("PL", warsaw, Purpose::billing, utc(3, 29, 12h), {}));
  EXPECT_TRUE(lawful("PL", warsaw, Purpose::billing, utc(3, 30, 7h), {}));
  EXPECT_FALSE(lawful("PL", warsaw, Purpose::billing, utc(4, 6, 12h), {})) << "Monday of Easter";
  EXPECT_TRUE(lawful("PL", warsaw, Purpose::collection, utc(4, 7, 4h), {}));
  EXPECT_FALSE(lawful("US", coasts, Purpose::collection, utc(6, 10, 14h), {})) << "07:00 at the one";
  EXPECT_TRUE(lawful("US", coasts, Purpose::collection, utc(6, 10, 15h), {}));
  EXPECT_FALSE(lawful("US", coasts, Purpose::collection, utc(6, 11, 1h), {})) << "21:00 at the other";
  EXPECT_FALSE(lawful("PL", warsaw, Purpose::billing, utc(6, 10, 14h), std::pair{16 * 60, 10 * 60}));
  EXPECT_FALSE(lawful("RU", {}, Purpose::billing, utc(6, 10, 12h), {}));
}

TEST(Lawbook, HasPeopleOfThirtyCountries) {
  std::set<std::string> countries;
  for (const Person& person : people(400)) countries.insert(person.country);
  EXPECT_GE(countries.size(), 32u);
}

// One text to a Pole, in an hour of UTC on 2 March 2026, a Monday; 09:00 there is 08:00.
bool allowed(Wall at, Wall valid_until, std::optional<std::pair<int, int>> quiet = {}) {
  Terms terms;
  terms.people = 400;
  Hours checker(terms);
  Forger forge(checker);
  forge.now = {Steady{1h}, at};
  Operation& job = forge.operation(Op::submit);
  job.job = 7;
  job.content.to = people(400).front().number;
  forge.ask_and_answer(job);
  if (quiet) forge.see(Reloaded{quiet});
  forge.now.steady += 1h;
  HandedOver fact{1, "alpha", 7, 0, 1, forge.now.steady, 1, job.content.to};
  fact.valid_until = valid_until;
  forge.see(fact);
  return !forge.broken();
}

TEST(Hours, SeesWhatLeavesWhenNothingMay) {
  const Wall closes = utc(3, 2, 17h);
  EXPECT_EQ(people(400).front().country, "PL");
  EXPECT_TRUE(allowed(utc(3, 2, 8h), closes));
  EXPECT_FALSE(allowed(utc(3, 2, 8h) - 1s, closes));
  EXPECT_FALSE(allowed(closes, closes + 1h));
  EXPECT_FALSE(allowed(utc(3, 1, 12h), utc(3, 1, 13h))) << "a Sunday";
  EXPECT_TRUE(allowed(utc(3, 2, 9h), closes, std::pair{19 * 60, 10 * 60}));
  EXPECT_FALSE(allowed(utc(3, 2, 9h) - 1s, closes, std::pair{19 * 60, 10 * 60}));
}

TEST(Hours, SeesAValidityThatReachesBeyondTheWindow) {
  const Wall closes = utc(3, 2, 17h);
  EXPECT_FALSE(allowed(utc(3, 2, 16h), closes + 2s));
  EXPECT_FALSE(allowed(utc(3, 2, 16h), utc(3, 3, 12h)));
  EXPECT_FALSE(allowed(utc(3, 2, 16h), utc(3, 2, 15h))) << "it is over";
}

TEST(Deferral, SeesWhatWaitedLongerOvertaken) {
  for (const bool in_order : {true, false}) {
    Terms terms;
    terms.smscs["alpha"] = {2, 3, 1};
    terms.routes.push_back({"all", {"+"}, {"alpha"}, false});
    Deferral checker(terms);
    Forger forge(checker);
    for (const JobNumber number : {1u, 2u, 3u}) {
      forge.accepted(number);
      forge.event(EventType::accepted, State::ready, number);
      store::Event event;
      event.type = EventType::scheduled;
      event.state = State::scheduled;
      event.job = job_id(number);
      event.reason = "quiet_hours";
      event.until = utc(3, 2, 8h);
      forge.see(EventRead{++forge.seq, event, false});
    }
    forge.event(EventType::cancelled, State::cancelled, 1);
    forge.handed(in_order ? 2 : 3);
    EXPECT_EQ(forge.broken(), !in_order);
  }
}

}  // namespace
}  // namespace dunlin::simulation

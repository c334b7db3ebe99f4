// What the calendar and the numbers cost: `bench_calendar`. The table is the shipped one's shape, not its size: a rule
// and holidays are found by country.
#include <benchmark/benchmark.h>

#include <chrono>

#include "dunning/calendar.hpp"
#include "dunning/numbers.hpp"
#include "unit/dunning/zoneinfo.hpp"

namespace dunlin::dunning {
namespace {

std::shared_ptr<const CalendarRules> rules() {
  static const auto made = [] {
    std::vector<Rule> rows;
    std::map<std::string, Countries::Calendar, std::less<>> calendars;
    for (const char* country : {"NL", "US", "IT", "PL", "AU", "BR"}) {
      Rule rule = strict_rule();
      rule.country = country;
      rule.source = "a benchmark";
      rows.push_back(std::move(rule));
      calendars[country].days = {{*date_of("2026-12-25"), {"Christmas"}}, {*date_of("2026-12-26"), {"Boxing Day"}}};
    }
    std::vector<Fault> faults;
    auto countries = std::make_shared<Countries>(Countries::make(std::move(rows), std::move(calendars), {}, faults));
    return std::make_shared<const CalendarRules>(
        CalendarRules{countries, system_zones(), {quiet_hours_of("20:00-08:00")}});
  }();
  return made;
}

// A place's answer is known; the clock moves on by a millisecond a question.
void warm(benchmark::State& state, const char* country, const std::string& zones) {
  Calendar calendar(rules());
  const Place place{country, zones};
  Wall now = utc(2026, 12, 1, 9);
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.at(now, place, Purpose::billing));
    now += std::chrono::milliseconds{1};
  }
}
void CalendarWarmOneZone(benchmark::State& state) { warm(state, "NL", "Europe/Amsterdam"); }
void CalendarWarmTwoZones(benchmark::State& state) { warm(state, "US", "America/Chicago,America/New_York"); }
void CalendarWarmTwelveZones(benchmark::State& state) {
  warm(state, "AU", std::string(system_zones()->of_country("AU")));
}
BENCHMARK(CalendarWarmOneZone);
BENCHMARK(CalendarWarmTwoZones);
BENCHMARK(CalendarWarmTwelveZones);

// Many places in turn, as in a campaign over six countries and three purposes.
void CalendarWarmMixed(benchmark::State& state) {
  Calendar calendar(rules());
  const auto zones = system_zones();
  std::vector<Place> places;
  for (const char* country : {"NL", "US", "IT", "PL", "AU", "BR"})
    places.push_back({country, zones->of_country(country)});
  Wall now = utc(2026, 12, 1, 9);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(calendar.at(now, places[i % places.size()], static_cast<Purpose>(i % kPurposes)));
    now += std::chrono::milliseconds{1};
    ++i;
  }
}
BENCHMARK(CalendarWarmMixed);

// The first question of a place: from a Friday evening to Monday.
void CalendarCold(benchmark::State& state) {
  const Place place{"NL", "Europe/Amsterdam"};
  for (auto _ : state) {
    Calendar calendar(rules());
    benchmark::DoNotOptimize(calendar.at(utc(2026, 12, 4, 19), place, Purpose::billing));
  }
}
BENCHMARK(CalendarCold);

// Zones without a common hour: looked for over kDaysAhead days, then known for one.
void CalendarNever(benchmark::State& state) {
  const Place place{"RU", system_zones()->of_country("RU")};
  for (auto _ : state) {
    Calendar calendar(rules());
    benchmark::DoNotOptimize(calendar.at(utc(2026, 12, 4, 19), place, Purpose::billing));
  }
}
BENCHMARK(CalendarNever);

void ZonesOfANumber(benchmark::State& state) {
  const auto all = rules();
  for (auto _ : state) benchmark::DoNotOptimize(all->zones_of("+18505550100", "US"));
}
BENCHMARK(ZonesOfANumber);

void SendAtLocal(benchmark::State& state) {
  const auto zones = system_zones()->all_of("America/Chicago,America/New_York");
  for (auto _ : state) {
    benchmark::DoNotOptimize(moment_of(*parse_send_at_local("10:30"), utc(2026, 12, 1, 9), zones));
  }
}
BENCHMARK(SendAtLocal);

void ReadNumber(benchmark::State& state, const char* written, const char* country) {
  for (auto _ : state) benchmark::DoNotOptimize(read_number(written, country));
}
BENCHMARK_CAPTURE(ReadNumber, Poland, "+48601234567", "");
BENCHMARK_CAPTURE(ReadNumber, PolandNational, "601 234 567", "PL");
BENCHMARK_CAPTURE(ReadNumber, UnitedStates, "+12125550123", "");
BENCHMARK_CAPTURE(ReadNumber, Britain, "+447400123456", "");
BENCHMARK_CAPTURE(ReadNumber, Landline, "+442079460000", "");

}  // namespace
}  // namespace dunlin::dunning

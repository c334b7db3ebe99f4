#include "local_clock.hpp"

#include <cstdlib>
#include <ctime>
#include <unordered_map>

namespace dunlin::simulation {
namespace {

// Clocks change on quarters of an hour only, so one question serves a quarter.
constexpr std::chrono::minutes kQuarter{15};

std::chrono::seconds ask(const std::string& zone, std::chrono::sys_seconds at) {
  static std::string set;
  if (set != zone) {
    setenv("TZ", (":" + zone).c_str(), 1);
    tzset();
    set = zone;
  }
  const std::time_t time = at.time_since_epoch().count();
  std::tm there{};
  localtime_r(&time, &there);
  return std::chrono::seconds{there.tm_gmtoff};
}

}  // namespace

LocalTime local_time(const std::string& zone, Wall at) {
  static std::unordered_map<std::string, std::unordered_map<std::int64_t, std::int32_t>> known;
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  const auto quarter = second.time_since_epoch() / kQuarter;
  auto& offsets = known[zone];
  const auto found = offsets.find(quarter);
  const std::int64_t offset = found != offsets.end()
                                  ? found->second
                                  : offsets[quarter] = static_cast<std::int32_t>(
                                        ask(zone, std::chrono::sys_seconds{quarter * kQuarter}).count());
  return LocalTime{second.time_since_epoch() + std::chrono::seconds{offset}};
}

Wall next_showing(const std::string& zone, Wall from, int hour, int minute) {
  const int wanted = hour * 60 + minute;
  Wall at = std::chrono::ceil<std::chrono::minutes>(from);
  std::int64_t before = 24 * 60;
  for (int i = 0; i < 2 * 24 * 60; ++i, at += std::chrono::minutes{1}) {
    const LocalTime there = local_time(zone, at);
    const auto time =
        std::chrono::floor<std::chrono::minutes>(there - std::chrono::floor<std::chrono::days>(there)).count();
    if (time == wanted || (before < wanted && wanted < time)) return at;  // or the clock skips it
    before = time;
  }
  return at;
}

}  // namespace dunlin::simulation

#include "engine/local_time.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace dunlin::engine {

namespace {

using std::chrono::milliseconds;

// "2026-12-01" and "10:00:00" of milliseconds since 1970 on some clock.
struct Written {
  std::string date, time;
};
Written written(milliseconds since_1970) {
  const std::chrono::sys_time<milliseconds> at{since_1970};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - midnight)};
  std::array<char, 40> day{}, clock{};
  std::snprintf(day.data(), day.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  std::snprintf(clock.data(), clock.size(), "%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return {day.data(), clock.data()};
}

std::string offset_text(std::chrono::seconds offset) {
  const auto minutes = std::abs(std::chrono::round<std::chrono::minutes>(offset).count());
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%c%02d:%02d", offset.count() < 0 ? '-' : '+', static_cast<int>(minutes / 60),
                static_cast<int>(minutes % 60));
  return text.data();
}

}  // namespace

LocalClock::LocalClock(const dunning::Zones& zones, std::string_view named) {
  const std::vector<const dunning::TimeZone*> all = zones.all_of(named);
  if (all.size() == 1) zone_ = all.front();
}

std::string LocalClock::rfc3339(Wall at) const {
  if (zone_ == nullptr) return {};
  const dunning::TimeZone::Span span = zone_->span_at(at);
  const Written there = written(span.local(at).time_since_epoch());
  return there.date + "T" + there.time + offset_text(span.offset);
}

std::string LocalClock::told(Wall at) const {
  const Written utc = written(at.time_since_epoch());
  if (zone_ == nullptr) return utc.date + " " + utc.time + "Z";
  const dunning::TimeZone::Span span = zone_->span_at(at);
  const Written there = written(span.local(at).time_since_epoch());
  const std::string day = utc.date == there.date ? "" : utc.date + " ";
  return there.date + " " + there.time + " " + offset_text(span.offset) + " (" + day + utc.time + "Z)";
}

}  // namespace dunlin::engine

// Time is an argument everywhere in this project: nothing but net/ and daemon/ reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace dunlin {

using namespace std::chrono_literals;

// Pace and timeouts use steady time, calendars and records use wall time (UTC, milliseconds since 1970).
using Steady = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
using Wall = std::chrono::sys_time<std::chrono::milliseconds>;

struct Now {
  Steady steady{};
  Wall wall{};
};

inline constexpr Steady kNever = Steady::max();

}  // namespace dunlin

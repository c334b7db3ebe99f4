// SMPP's times (SMPP 3.4 §7.1.1): "YYMMDDhhmmsstnnp", absolute with its distance from UTC, or relative with p = 'R'.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace dunlin::smpp {

// Relative: "from when the SMSC gets it". A year counts 365 days and a month 30, as far as seconds are asked for.
struct RelativeTime {
  std::uint8_t years = 0, months = 0, days = 0, hours = 0, minutes = 0,
               seconds = 0;  // 0–99, 0–12, 0–31, 0–23, 0–59, 0–59
  bool operator==(const RelativeTime&) const = default;
};
std::chrono::seconds approximate(const RelativeTime& time);

using Time = std::variant<Wall, RelativeTime>;

// Exactly 16 characters; tenths of a second are kept. Years 70–99 are 19xx, others 20xx. Errors: bad_time.
[[nodiscard]] Result<Time> parse_time(std::string_view text);

// UTC, "+" and nn = 00; the part of a tenth is cut. A time before 1970 or from 2070 on can't be said: bad_time.
[[nodiscard]] Result<std::string> format_absolute(Wall time);

// Whole seconds, cut; at most 63 days fit into days and months of 30 here without ambiguity, more is said in years and
// months too. Negative or over 99 years: bad_time.
[[nodiscard]] Result<std::string> format_relative(std::chrono::seconds duration);

// The date of a receipt or a query_sm_resp, which carries no zone and is read as UTC: YYMMDDhhmm, YYMMDDhhmmss,
// YYYYMMDDhhmm, YYYYMMDDhhmmss, or 15 or 16 characters with a sign. Twelve digits are told apart by whether month and
// day can be. Errors: bad_time, also for all zeros.
[[nodiscard]] Result<Wall> parse_date(std::string_view text);

}  // namespace dunlin::smpp

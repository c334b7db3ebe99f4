// Durations and sizes as people write them: "250ms", "30s", "5m", "48h", "7d"; "512MiB". One number, one unit, no sign,
// no space.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <string>
#include <string_view>

namespace dunlin {

// Units: ms, s, m, h, d (24 hours). At most kDurationMax. Errors: "bad_duration".
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);
// In the greatest unit that says it exactly: 90 s is "90s", 120 s is "2m". parse_duration reads it back to the same
// value.
std::string format_duration(std::chrono::milliseconds duration);
inline constexpr std::chrono::milliseconds kDurationMax{std::chrono::hours{24 * 36525}};  // a hundred years

// Octets. Units: B, KiB, MiB, GiB, TiB. At most 2^63 - 1. Errors: "bad_size".
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);
// In the greatest unit that says it exactly; parse_size reads it back to the same value.
std::string format_size(std::uint64_t octets);

}  // namespace dunlin

#include "base/duration.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

namespace dunlin {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Ascending, so that the last one that divides a value is the greatest.
constexpr std::array kDurationUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                    Unit{"d", 86'400'000}};
constexpr std::array kSizeUnits{Unit{"B", 1}, Unit{"KiB", 1ULL << 10}, Unit{"MiB", 1ULL << 20}, Unit{"GiB", 1ULL << 30},
                                Unit{"TiB", 1ULL << 40}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{}) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (number > max / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

std::string format(std::uint64_t value, std::span<const Unit> units, std::string_view zero) {
  if (value == 0) return std::string(zero);
  const Unit* greatest = &units.front();
  for (const Unit& unit : units) {
    if (value % unit.factor == 0) greatest = &unit;
  }
  return std::to_string(value / greatest->factor) + std::string(greatest->name);
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto value = parse(text, kDurationUnits, static_cast<std::uint64_t>(kDurationMax.count()));
  if (!value) return failure("bad_duration", "not a duration: a number and one of ms, s, m, h, d, as in \"30s\"");
  return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

std::string format_duration(std::chrono::milliseconds duration) {
  const auto count = duration.count() < 0 ? 0 : static_cast<std::uint64_t>(duration.count());
  return format(count, kDurationUnits, "0s");
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto value = parse(text, kSizeUnits, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (!value) return failure("bad_size", "not a size: a number and one of B, KiB, MiB, GiB, TiB, as in \"512MiB\"");
  return *value;
}

std::string format_size(std::uint64_t octets) { return format(octets, kSizeUnits, "0B"); }

}  // namespace dunlin

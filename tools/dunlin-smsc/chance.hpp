// Chance that repeats: everything an SMSC decides at random comes from one seed, and what it decides about a number
// from that number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace dunlin::smsc {

// SplitMix64's mixing: a bijection of 64 bits.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

// From 0 to below 1.
constexpr double to_share(std::uint64_t mixed) { return static_cast<double>(mixed >> 11) * 0x1.0p-53; }

class Chance {
 public:
  explicit constexpr Chance(std::uint64_t seed) : seed_(mix(seed)) {}
  constexpr double next() { return to_share(mix(seed_ + ++drawn_)); }
  // The same for the same text, whenever it is asked.
  constexpr double of(std::string_view text) const {
    std::uint64_t hash = seed_;
    for (const char octet : text) hash = mix(hash ^ static_cast<unsigned char>(octet));
    return to_share(hash);
  }

 private:
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

// Values with their shares of all cases; together at most 1. What is left over is nobody's.
template <class Value>
class Shares {
 public:
  void add(Value value, double share) {
    sum_ += share;
    rows_.emplace_back(sum_, std::move(value));
  }
  bool empty() const { return rows_.empty(); }
  double sum() const { return sum_; }
  // `chance` from 0 to below 1.
  const Value* pick(double chance) const {
    for (const auto& [below, value] : rows_) {
      if (chance < below) return &value;
    }
    return nullptr;
  }

 private:
  double sum_ = 0;
  std::vector<std::pair<double, Value>> rows_;  // (sum of the shares up to here, value)
};

}  // namespace dunlin::smsc

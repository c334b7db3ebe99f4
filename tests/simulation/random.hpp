// Randomness of a simulated run: everything that happens by chance is drawn from streams that one seed begins. The
// same seed gives the same run on every machine: no distribution of the standard library is used.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

namespace dunlin::simulation {

class Random {
 public:
  // Streams of one seed are independent: what one of them draws does not move the others.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : state_(seed) {
    state_ = next() ^ (stream * 0xD1342543DE82EF95U);
    next();
  }

  // splitmix64
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }
  std::chrono::nanoseconds between(std::chrono::nanoseconds low, std::chrono::nanoseconds high) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(
        between(static_cast<std::uint64_t>(low.count()), static_cast<std::uint64_t>(high.count())))};
  }
  // Every magnitude between the two is as likely as any other.
  std::chrono::nanoseconds magnitude(std::chrono::nanoseconds low, std::chrono::nanoseconds high) {
    const double from = static_cast<double>(std::max<std::int64_t>(low.count(), 1));
    const double to = static_cast<double>(std::max<std::int64_t>(high.count(), 1));
    return std::chrono::nanoseconds{static_cast<std::int64_t>(from * std::pow(to / from, unit()))};
  }
  template <class T>
  const T& one_of(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace dunlin::simulation

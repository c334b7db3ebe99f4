// Delays between attempts that keep failing: doubling from `min` to `max`, with jitter, so that many clients don't come
// back together.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace dunlin::pacing {

class Backoff {
 public:
  using Delay = std::chrono::nanoseconds;

  // 0 < min <= max; a smaller max is taken as min.
  Backoff(Delay min, Delay max, std::uint64_t seed);

  // The next delay: within a quarter of min · 2^n, never below min or above max.
  Delay next();
  // It will not help to try soon (bad credentials): max, now and from next() on, until reset().
  Delay longest();
  // A wait for something that passes by itself (an old bind that lingers): `wait`, at most max; the growth is left
  // alone.
  Delay cool_down(Delay wait) const;
  void reset();

 private:
  Delay min_;
  Delay max_;
  Delay base_;
  bool stuck_ = false;  // longest() was asked for
  std::mt19937_64 random_;
};

}  // namespace dunlin::pacing

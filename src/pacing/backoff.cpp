#include "pacing/backoff.hpp"

#include <algorithm>

namespace dunlin::pacing {

Backoff::Backoff(Delay min, Delay max, std::uint64_t seed)
    : min_(std::max(min, Delay{1})), max_(std::max(max, min_)), base_(min_), random_(seed) {}

Backoff::Delay Backoff::next() {
  if (stuck_) return max_;
  const Delay low = std::max(min_, base_ - base_ / 4);
  const Delay high = std::min(max_, base_ + base_ / 4);
  base_ = base_ > max_ / 2 ? max_ : base_ * 2;
  return low + Delay{std::uniform_int_distribution<Delay::rep>(0, (high - low).count())(random_)};
}

Backoff::Delay Backoff::longest() {
  stuck_ = true;
  return max_;
}

Backoff::Delay Backoff::cool_down(Delay wait) const { return std::min(wait, max_); }

void Backoff::reset() {
  base_ = min_;
  stuck_ = false;
}

}  // namespace dunlin::pacing

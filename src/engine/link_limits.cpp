#include "engine/link_limits.hpp"

#include <algorithm>
#include <cmath>

namespace dunlin::engine {

LimitMeter::Shares LimitMeter::shares_at(Steady now) const {
  Shares shares = shares_;
  const double kept = std::exp(-std::chrono::duration<double>(now - since_) / kMemory);
  for (double& share : shares) share *= kept;
  shares[static_cast<std::size_t>(cause_)] += 1 - kept;
  return shares;
}

void LimitMeter::held_by(LimitedBy cause, Steady now) {
  if (cause == cause_) return;
  shares_ = shares_at(now);
  cause_ = cause;
  since_ = now;
}

LimitedBy LimitMeter::most_of_late(Steady now) const {
  const Shares shares = shares_at(now);
  return static_cast<LimitedBy>(std::ranges::max_element(shares) - shares.begin());
}

}  // namespace dunlin::engine

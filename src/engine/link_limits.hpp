// What limits a link, over the last second or so: which cause held it for most of that time. Pure; time never goes
// backwards.
#pragma once

#include <array>
#include <dunlin/base/time.hpp>

#include "engine/links.hpp"

namespace dunlin::engine {

class LimitMeter {
 public:
  // From now on it is this that holds the link, until told otherwise.
  void held_by(LimitedBy cause, Steady now);
  LimitedBy held_by() const { return cause_; }
  // The cause with the greatest share of the past, where what is kMemory ago counts 1/e.
  LimitedBy most_of_late(Steady now) const;

  static constexpr std::chrono::milliseconds kMemory{700};

 private:
  using Shares = std::array<double, kLimits>;
  Shares shares_at(Steady now) const;

  LimitedBy cause_ = LimitedBy::idle;
  Steady since_{};
  Shares shares_{1};  // together 1; idle at first
};

}  // namespace dunlin::engine

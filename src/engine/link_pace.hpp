// How fast one link may go, and what of it says so: the configured rate, what throttle answers taught, what the SMSC
// says of its congestion; and over the last second or so, which of these or what else held it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/link_limits.hpp"
#include "engine/links.hpp"
#include "pacing/adaptive.hpp"
#include "pacing/congestion.hpp"
#include "pacing/rate.hpp"

namespace dunlin::engine {

class LinkPace {
 public:
  // A claim is made this long before what it claims can leave.
  static constexpr std::chrono::milliseconds kClaimAhead{50};

  explicit LinkPace(std::uint32_t throughput) : rate_(throughput), adaptive_(throughput) {}
  void set_throughput(std::uint32_t throughput);

  // As SendRate's.
  std::size_t available(Steady now) const { return rate_.available(now); }
  Steady next(Steady now) const { return rate_.next(now); }
  void handed(Steady now);
  void asked(Steady now) { rate_.take(now); }  // something other than a submit left by the same pace
  // What leaves within kClaimAhead; SIZE_MAX without a limit. Where less than one does, it is one as soon as that has
  // come near, and until then none: who comes meanwhile may be more urgent.
  std::size_t claimable(Steady now) const;
  Steady claimable_at(Steady now) const { return next(now) - kClaimAhead; }

  struct Answer {
    bool throttled = false;
    std::optional<std::uint8_t> congestion{};
    std::chrono::nanoseconds took{0};
  };
  void answered(const Answer& answer, Steady now);
  void tick(Steady now);

  LimitedBy slowed_by() const;  // rate, throttled or congestion
  void held_by(LimitedBy cause, Steady now) { meter_.held_by(cause, now); }
  LimitedBy most_of_late(Steady now) const { return meter_.most_of_late(now); }
  // Fills what a status says of rates.
  void tell(LinkStatus& status, Steady now) const;

 private:
  double allowed() const;  // PDUs a second; 0: no limit
  void follow();

  pacing::SendRate rate_;
  pacing::AdaptiveRate adaptive_;
  pacing::Congestion congestion_;
  LimitMeter meter_;
  double round_trip_ = 0;  // seconds; smoothed over about sixteen answers
};

}  // namespace dunlin::engine

// The pace of one SMSC: when the next PDU may be handed over. Pure; time is an argument and never goes backwards.
//
// Sends are spaced 1/rate, a late wake-up is made up for within kCatchUp, and whatever happens send k + rate comes at
// least one second after send k: no sliding second [t, t + 1 s) ever holds more than `rate` of them, also across
// changes of the rate.
//
// A stall of up to kStallMax in the middle of steady sending is made up for at double pace; a longer pause is idleness
// and is not. (The ring makes a late send's place late for good, so catching up slowly would cost sends: a stall of s
// seconds costs about rate · s² of them.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <dunlin/base/time.hpp>

namespace dunlin::pacing {

class SendRate {
 public:
  static constexpr std::uint32_t kRateMax = 100'000;   // a second; a higher limit is taken as this
  static constexpr std::size_t kUnlimited = SIZE_MAX;  // what available() says without a limit
  static constexpr std::chrono::nanoseconds kCatchUp = 5ms;
  static constexpr std::chrono::nanoseconds kStallMax = 1s;

  explicit SendRate(std::uint32_t per_second = 0) { set(per_second); }  // 0: no limit

  void set(std::uint32_t per_second);
  std::uint32_t rate() const { return rate_; }

  // How many may be sent now, one after the other.
  std::size_t available(Steady now) const;
  // One was sent, as available(now) allowed. Above the rate in this second is our own broken invariant.
  void take(Steady now);
  // The earliest time at which one may be sent, as things stand: `now` or later.
  Steady next(Steady now) const;

 private:
  std::size_t sent_since(Steady from) const;
  bool steady(Steady now) const;
  std::chrono::nanoseconds step(Steady now) const;
  std::chrono::nanoseconds quick() const { return interval_ / 2; }

  std::uint32_t rate_ = 0;
  std::chrono::nanoseconds interval_{0};
  Steady slot_{};                   // when the last send was due
  std::uint64_t sent_at_rate_ = 0;  // since the rate was set
  // The last sends, oldest first: those of the last second and at least the last `rate_`, at most kRateMax; beyond, the
  // oldest goes.
  std::deque<Steady> sent_;
};

}  // namespace dunlin::pacing

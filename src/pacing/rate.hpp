// The pace of one SMSC: when the next PDU may be handed over. Pure; time is an argument and never goes backwards.
//
// Sends are spaced 1/rate, a late wake-up is made up for within kCatchUp, and whatever happens send k + rate comes at
// least one second after send k: no sliding second [t, t + 1 s) ever holds more than `rate` of them, also across
// changes of the rate. A rate that is not whole, as 4.75, keeps 5 sends to 5 / 4.75 s.
//
// A stall of up to kStallMax in the middle of steady sending is made up for at double pace; a longer pause is idleness
// and is not. (The ring makes a late send's place late for good, so catching up slowly would cost sends: a stall of s
// seconds costs about rate · s² of them.) Where the peer's limit is only guessed, double pace may be above it: then
// stalls are not made up for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <dunlin/base/time.hpp>

namespace dunlin::pacing {

class SendRate {
 public:
  static constexpr double kRateMax = 100'000;          // a second; a higher limit is taken as this
  static constexpr std::size_t kSentMax = 100'000;     // remembered
  static constexpr std::size_t kUnlimited = SIZE_MAX;  // what available() says without a limit
  static constexpr std::chrono::nanoseconds kCatchUp = 5ms;
  static constexpr std::chrono::nanoseconds kStallMax = 1s;

  explicit SendRate(double per_second = 0) { set(per_second); }  // 0: no limit

  void set(double per_second, bool makes_up = true);
  double rate() const { return rate_; }

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

  double rate_ = 0;
  std::size_t depth_ = 0;              // the rate, rounded up: so many sends …
  std::chrono::nanoseconds span_{1s};  // … in this time
  std::chrono::nanoseconds interval_{0};
  bool makes_up_ = true;
  Steady slot_{};                   // when the last send was due
  std::uint64_t sent_at_rate_ = 0;  // since the rate was set
  // The last sends, oldest first: those of the last second and at least the last `depth_`, at most kSentMax; beyond,
  // the oldest goes.
  std::deque<Steady> sent_;
};

}  // namespace dunlin::pacing

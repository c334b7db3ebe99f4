// The rate an SMSC really takes, learned from its throttle answers (ESME_RTHROTTLED, ESME_RMSGQFUL): multiplicative
// decrease to just below what it accepted, additive increase after a while, faster once the old limit turns out to be
// gone. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/time.hpp>

namespace dunlin::pacing {

class AdaptiveRate {
 public:
  explicit AdaptiveRate(std::uint32_t limit = 0) { set_limit(limit); }

  // The configured limit, never exceeded; 0: none.
  void set_limit(std::uint32_t limit);

  void on_sent(Steady now);  // handed over, first or again
  void on_ok(Steady now);    // any answer that is not a throttle
  void on_throttled(Steady now);

  // PDUs a second allowed now, at least kRateMin; 0: no limit.
  double rate() const { return rate_; }
  // The same for SendRate: whole PDUs, rounded down, at least 1.
  std::uint32_t whole_rate() const;
  // Below the configured limit because of throttle answers.
  bool throttled() const { return learned_; }

  static constexpr double kRateMin = 1;
  static constexpr double kRateMax = 100'000;  // grown past it without a throttle: there is no limit any more

 private:
  // Events of the last second, counted by tenths; the oldest tenth in part.
  class LastSecond {
   public:
    void add(Steady now);
    double count(Steady now) const;

   private:
    static constexpr std::size_t kTenths = 11;
    std::array<std::uint32_t, kTenths> counts_{};
    std::array<std::int64_t, kTenths> tenths_{};
  };

  bool answers_older(Steady now) const;
  void grow(Steady now);

  double limit_ = 0;
  double rate_ = 0;
  bool learned_ = false;
  bool searching_ =
      false;  // the first estimate came from less than a second of sending: double until the next throttle
  double accepted_before_ = 0;  // a second, when it last throttled
  Steady first_sent_{};
  Steady decreased_at_{};
  Steady grown_at_{};
  // A throttle answer to what was sent before the last decrease says nothing about the rate since.
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t sent_at_decrease_ = 0;
  LastSecond sends_;
  LastSecond accepted_;
};

}  // namespace dunlin::pacing

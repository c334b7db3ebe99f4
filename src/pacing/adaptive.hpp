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

 private:
  // Events of the last second, in tenths.
  class LastSecond {
   public:
    void add(Steady now);
    std::uint32_t count(Steady now) const;

   private:
    static constexpr std::size_t kSlots = 11;  // the last is under way
    std::array<std::uint32_t, kSlots> counts_{};
    std::array<std::int64_t, kSlots> tenths_{};
  };

  void decrease(Steady now);
  void grow(Steady now);

  double limit_ = 0;
  double rate_ = 0;
  bool learned_ = false;
  double ceiling_ = 0;  // what was accepted when it last throttled
  Steady decreased_at_{};
  Steady grown_at_{};
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t sent_at_decrease_ = 0;
  LastSecond sends_;
  LastSecond accepted_;
};

}  // namespace dunlin::pacing

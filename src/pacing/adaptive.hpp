// The rate an SMSC really takes, learned from its throttle answers (ESME_RTHROTTLED, ESME_RMSGQFUL). Pure.
//
//   cut       A throttle answer to what was sent since the last change cuts the rate to kCut of what the SMSC accepted
//             of late: once for all that a full bucket or an exhausted second refuses, so at most once in kSettle.
//   return    It comes back quickly to kPlateau of the ceiling, the rate that was throttled,
//   probe     waits there for so long that what the next probe costs stays below kShare of all answers, then climbs
//             slowly past the ceiling,
//   search    and once that is behind it ever faster: the limit is gone, or was never known.
//
// Everything is counted by when it was sent, so that a long round trip does not blame a rate for another's refusals.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/time.hpp>

namespace dunlin::pacing {

class AdaptiveRate {
 public:
  static constexpr double kRateMin = 0.5;
  static constexpr double kRateMax = 100'000;  // grown past it without a throttle: there is no limit any more
  static constexpr double kCut = 0.95;
  static constexpr double kPlateau = 0.955;
  static constexpr double kPast = 1.03;    // of the ceiling: it is behind us
  static constexpr double kShare = 0.006;  // of all answers that probes may cost
  static constexpr double kUsed = 0.7;     // of the rate must be sent for it to grow: what nobody uses proves nothing
  static constexpr std::chrono::nanoseconds kSettle{1s};

  explicit AdaptiveRate(std::uint32_t limit = 0) { set_limit(limit); }

  // The configured limit, never exceeded; 0: none.
  void set_limit(std::uint32_t limit);
  // False: for now it may be cut, not grow.
  void let_grow(bool may) { may_grow_ = may; }

  void on_sent(Steady now);                // handed over, first or again
  void on_ok(Steady sent_at, Steady now);  // any answer that is not a throttle
  void on_throttled(Steady sent_at, Steady now);

  // PDUs a second allowed now, at least kRateMin; 0: no limit.
  double rate() const { return rate_; }
  // Below the configured limit because of throttle answers: since when, and where they began last.
  bool throttled() const { return learned_; }
  Steady learned_since() const { return learned_since_; }
  double ceiling() const { return ceiling_; }

  double sent_last_second(Steady now) const;
  // PDUs a second that left of late: in the last second, or since `since` where that is more, as when a burst begins.
  double sending(Steady since, Steady now) const;

 private:
  // What was sent in a tenth of a second, and what became of it. Answers that take longer than kSlots tenths count as
  // answers, but estimate nothing.
  struct Slot {
    std::int64_t tenth = -1;
    double sent = 0, ok = 0, throttled = 0;
  };
  static constexpr std::size_t kSlots = 128;

  Slot* slot(Steady at);
  Slot& fresh_slot(Steady at);
  double sum(double Slot::*count, Steady from, Steady to) const;
  void cut(Steady sent_at, Steady now);
  void grow(Steady now);
  double growth(Steady now);
  void plan_probe();
  void go_free();
  std::chrono::nanoseconds horizon() const;

  double limit_ = 0;
  double rate_ = 0;
  double ceiling_ = 0;
  double past_ = kPast;
  double memory_ = 0;  // the ceiling that the last search left behind; 0: there was none, or another cut since
  bool learned_ = false;
  bool may_grow_ = true;
  Steady learned_since_{};
  Steady first_sent_{};
  bool sent_any_ = false;
  Steady cut_at_{};
  Steady grown_at_{};
  Steady probe_at_{};
  std::chrono::nanoseconds round_trip_{0};  // of the last answer that was not a throttle
  double cost_ = 0;                         // throttle answers since the last probe began
  double boost_ = 0;                        // growth a second while searching
  std::array<Slot, kSlots> slots_{};
};

}  // namespace dunlin::pacing

// What an SMSC says of its own load in congestion_state (SMPP 5.0 §4.8.4.18, seen on 3.4, too): 0 to 100, of which 80
// to 89 is the best use, from 90 on it nears its limit. A ceiling on the rate follows from it: at 90 and more it falls,
// below 80 it rises until it holds nothing back any more. Pure; time is an argument.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <optional>

namespace dunlin::pacing {

class Congestion {
 public:
  static constexpr std::uint8_t kOptimum = 80;  // from here on nothing grows
  static constexpr std::uint8_t kNear = 90;     // from here on it falls, by kFallNear each kStep
  static constexpr std::uint8_t kFull = 100;    // by kFallFull; larger values are taken as this
  static constexpr double kFallNear = 0.9;
  static constexpr double kFallFull = 0.7;
  static constexpr double kRise = 1.1;   // each kStep
  static constexpr double kRateMin = 1;  // a second: it never falls below
  static constexpr std::chrono::nanoseconds kStep{500ms};
  static constexpr std::chrono::nanoseconds kFresh{10s};  // not said again for so long, it is taken as gone

  // The answer to what was sent at `sent_at` said `state`, while about `sent` PDUs a second left. What was sent before
  // the last change says nothing about the rate since.
  void said(std::uint8_t state, double sent, Steady sent_at, Steady now);
  // Lets a ceiling rise. To be called now and then.
  void tick(double rate, Steady now);

  // PDUs a second; 0: it sets no ceiling. `rate` is what would be allowed otherwise, 0: no limit.
  double ceiling() const { return ceiling_; }
  bool may_grow(Steady now) const { return state(now).value_or(0) < kOptimum; }
  std::optional<std::uint8_t> state(Steady now) const;

 private:
  std::optional<std::uint8_t> state_;
  Steady said_at_{};
  Steady changed_at_{};
  double ceiling_ = 0;
  double began_at_ = 0;  // the rate that was too much
};

}  // namespace dunlin::pacing

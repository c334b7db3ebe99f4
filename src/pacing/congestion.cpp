#include "pacing/congestion.hpp"

#include <algorithm>

namespace dunlin::pacing {
namespace {
constexpr double kGone =
    4;  // so many times the rate that was too much, and never congested again: no ceiling is needed
}

std::optional<std::uint8_t> Congestion::state(Steady now) const {
  return state_ && now - said_at_ <= kFresh ? state_ : std::nullopt;
}

void Congestion::said(std::uint8_t state, double sent, Steady sent_at, Steady now) {
  state_ = std::min(state, kFull);
  said_at_ = now;
  if (*state_ < kNear) return;
  if (ceiling_ == 0) {
    ceiling_ = began_at_ = std::max(kRateMin, sent);
  } else if (now - changed_at_ < kStep || sent_at < changed_at_) {
    return;
  }
  changed_at_ = now;
  ceiling_ = std::max(kRateMin, ceiling_ * (*state_ >= kFull ? kFallFull : kFallNear));
}

void Congestion::tick(double rate, Steady now) {
  if (ceiling_ == 0 || !may_grow(now) || now - changed_at_ < kStep) return;
  changed_at_ = now;
  ceiling_ *= kRise;
  if ((rate > 0 && ceiling_ >= rate) || ceiling_ >= kGone * began_at_) ceiling_ = 0;
}

}  // namespace dunlin::pacing

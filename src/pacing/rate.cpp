#include "pacing/rate.hpp"

#include <algorithm>
#include <cmath>
#include <dunlin/base/check.hpp>

namespace dunlin::pacing {

void SendRate::set(double per_second, bool makes_up) {
  per_second = std::min(per_second, kRateMax);
  makes_up_ = makes_up;
  if (per_second == rate_) return;
  rate_ = per_second;
  depth_ = static_cast<std::size_t>(std::ceil(rate_));
  span_ = 1s;
  sent_at_rate_ = 0;
  if (rate_ > 0 && rate_ < static_cast<double>(depth_)) {
    span_ = std::chrono::nanoseconds{static_cast<std::int64_t>(std::ceil(static_cast<double>(depth_) / rate_ * 1e9))};
  }
  interval_ = rate_ == 0 ? 0ns : span_ / static_cast<std::int64_t>(depth_);
}

std::size_t SendRate::sent_since(Steady from) const {
  return static_cast<std::size_t>(sent_.end() - std::upper_bound(sent_.begin(), sent_.end(), from));
}

// The place of the send `rate_` back is free, and not for so long that it was idleness: the ring alone sets the pace.
// It does not while it still holds sends at another rate: their pattern means nothing.
bool SendRate::steady(Steady now) const {
  if (!makes_up_ || sent_at_rate_ < depth_) return false;
  const auto free_for = now - (sent_[sent_.size() - depth_] + span_);
  return free_for >= 0ns && free_for <= kStallMax;
}

std::chrono::nanoseconds SendRate::step(Steady now) const { return steady(now) ? quick() : interval_; }

std::size_t SendRate::available(Steady now) const {
  if (rate_ == 0) return kUnlimited;
  const std::size_t sent = sent_since(now - span_);
  if (sent >= depth_) return 0;
  if (sent_.empty()) return 1;
  const auto spacing = step(now);
  const Steady due = std::max(slot_ + spacing, now - kCatchUp);
  if (due > now) return 0;
  return std::min<std::size_t>(depth_ - sent, static_cast<std::size_t>((now - due) / spacing) + 1);
}

void SendRate::take(Steady now) {
  DUNLIN_CHECK(rate_ == 0 || sent_.size() < depth_ || sent_[sent_.size() - depth_] + span_ <= now);
  slot_ = sent_.empty() ? now : std::max(slot_ + step(now), now - kCatchUp);
  sent_.push_back(now);
  ++sent_at_rate_;
  while (sent_.size() > depth_ && (sent_.front() <= now - 1s || sent_.size() > kSentMax)) sent_.pop_front();
}

Steady SendRate::next(Steady now) const {
  if (rate_ == 0 || sent_.empty()) return now;
  if (sent_.size() < depth_) return std::max(now, slot_ + interval_);
  const Steady free = sent_[sent_.size() - depth_] + span_;
  const Steady plain = std::max({now, slot_ + interval_, free});
  const Steady quicker = std::max({now, slot_ + quick(), free});
  return makes_up_ && sent_at_rate_ >= depth_ && quicker <= free + kStallMax ? std::min(plain, quicker) : plain;
}

}  // namespace dunlin::pacing

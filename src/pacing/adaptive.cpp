#include "pacing/adaptive.hpp"

#include <algorithm>
#include <cmath>

namespace dunlin::pacing {
namespace {

constexpr double kDecrease = 0.95;   // of what was accepted
constexpr double kUsed = 0.7;        // of the rate must be sent for it to grow: what nobody uses proves nothing
constexpr double kIncrease = 0.005;  // of what was accepted, added a second
constexpr double kPast = 1.02;       // so far above it the old limit is gone …
constexpr double kSearch = 0.05;     // … and the rate grows by this a second
constexpr auto kReaction = 1s;       // one decrease in that time
constexpr auto kAnswersMax = 10s;    // answers that have not come by then never will
constexpr auto kHold = 10s;          // after a decrease nothing grows
constexpr auto kGrowEvery = 100ms;

std::int64_t tenth_of(Steady now) { return now.time_since_epoch() / std::chrono::nanoseconds{100ms}; }

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void AdaptiveRate::LastSecond::add(Steady now) {
  const std::int64_t tenth = tenth_of(now);
  const auto slot = static_cast<std::size_t>(tenth % static_cast<std::int64_t>(kTenths));
  if (tenths_[slot] != tenth) {
    tenths_[slot] = tenth;
    counts_[slot] = 0;
  }
  ++counts_[slot];
}

double AdaptiveRate::LastSecond::count(Steady now) const {
  const std::int64_t tenth = tenth_of(now);
  const double elapsed = seconds(now.time_since_epoch() % std::chrono::nanoseconds{100ms}) * 10;
  double sum = 0;
  for (std::size_t slot = 0; slot < kTenths; ++slot) {
    const std::int64_t age = tenth - tenths_[slot];
    if (age >= 0 && age < 10) sum += counts_[slot];
    if (age == 10) sum += counts_[slot] * (1 - elapsed);
  }
  return sum;
}

void AdaptiveRate::set_limit(std::uint32_t limit) {
  limit_ = limit;
  if (!learned_ || (limit_ > 0 && rate_ >= limit_)) {
    rate_ = limit_;
    learned_ = false;
  }
}

std::uint32_t AdaptiveRate::whole_rate() const {
  return rate_ == 0 ? 0 : static_cast<std::uint32_t>(std::max(kRateMin, std::round(rate_)));
}

void AdaptiveRate::on_sent(Steady now) {
  if (sent_ == 0) first_sent_ = now;
  ++sent_;
  sends_.add(now);
}

void AdaptiveRate::on_ok(Steady now) {
  ++answered_;
  accepted_.add(now);
  if (learned_) grow(now);
}

bool AdaptiveRate::answers_older(Steady now) const {
  return now - decreased_at_ < kReaction || (answered_ <= sent_at_decrease_ && now - decreased_at_ < kAnswersMax);
}

void AdaptiveRate::on_throttled(Steady now) {
  ++answered_;
  if (learned_ && answers_older(now)) return;
  const double sent = sends_.count(now);
  double accepted = accepted_.count(now);
  if (rate_ == 0 || !learned_)
    searching_ = now - first_sent_ < 1s;
  else
    searching_ = false;
  // Little was sent: what came through says little. Halve.
  if (rate_ > 0) accepted = std::min(sent < kUsed * rate_ ? std::max(accepted, rate_ / 2) : accepted, rate_);
  accepted_before_ = std::max(accepted, kRateMin);
  rate_ = std::max(kRateMin, kDecrease * accepted_before_);
  learned_ = true;
  decreased_at_ = grown_at_ = now;
  sent_at_decrease_ = sent_;
}

void AdaptiveRate::grow(Steady now) {
  if (now - decreased_at_ < (searching_ ? std::chrono::nanoseconds{kReaction} : std::chrono::nanoseconds{kHold})) {
    grown_at_ = now;
    return;
  }
  if (now - grown_at_ < kGrowEvery) return;
  const double elapsed = std::min(1.0, seconds(now - grown_at_));
  grown_at_ = now;
  if (sends_.count(now) < kUsed * rate_) return;
  if (searching_) {
    rate_ *= std::exp2(elapsed);
  } else if (rate_ < kPast * accepted_before_) {
    rate_ += kIncrease * accepted_before_ * elapsed;
  } else {
    rate_ *= 1 + kSearch * elapsed;
  }
  if (limit_ > 0 ? rate_ >= limit_ : rate_ > kRateMax) {
    rate_ = limit_;
    learned_ = false;
  }
}

}  // namespace dunlin::pacing

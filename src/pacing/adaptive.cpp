#include "pacing/adaptive.hpp"

#include <algorithm>
#include <cmath>

namespace dunlin::pacing {
namespace {

constexpr auto kTenth = std::chrono::nanoseconds{100ms};
constexpr double kEnough = 20;          // sends that make an estimate …
constexpr auto kHorizonMax = 4s;        // … gathered in at most this time, and at least in kSettle
constexpr double kChance = 0.05;        // of what was sent: refused, it says the limit is far below
constexpr double kFew = 1.5;            // refusals that say nothing
constexpr double kMoved = 1.15;         // of a ceiling must be accepted for it to have moved …
constexpr auto kMemory = 10s;           // … as seen in this time after a search
constexpr double kPastMax = 1.1;        // of the ceiling: later no search begins
constexpr double kCreep = 1.02;         // so far a probe that failed raises the ceiling
constexpr double kReturn = 0.04;        // growth a second, up to the plateau
constexpr double kProbe = 0.006;        // from there past the ceiling
constexpr double kBoostKnown = 0.01;    // beyond a ceiling that seems gone, doubling each second …
constexpr double kBoostUnknown = 0.35;  // … where none was ever known …
constexpr double kBoostMax = 0.7;       // … up to this
constexpr auto kGrowEvery = 50ms;
constexpr double kProbeMin = 4;   // seconds between a cut and the next probe
constexpr double kCycleMax = 47;  // seconds from a cut until the ceiling is behind

std::int64_t tenth_of(Steady at) { return at.time_since_epoch() / kTenth; }
double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

AdaptiveRate::Slot* AdaptiveRate::slot(Steady at) {
  const std::int64_t tenth = tenth_of(at);
  Slot& found = slots_[static_cast<std::size_t>(tenth) % kSlots];
  return found.tenth == tenth ? &found : nullptr;
}

AdaptiveRate::Slot& AdaptiveRate::fresh_slot(Steady at) {
  if (Slot* found = slot(at)) return *found;
  const std::int64_t tenth = tenth_of(at);
  return slots_[static_cast<std::size_t>(tenth) % kSlots] = Slot{.tenth = tenth};
}

// Of what was sent in [from, to), the tenths at both ends in part.
double AdaptiveRate::sum(double Slot::*count, Steady from, Steady to) const {
  double total = 0;
  for (const Slot& slot : slots_) {
    if (slot.tenth < 0) continue;
    const Steady begin{kTenth * slot.tenth};
    const auto overlap = std::min(to, begin + kTenth) - std::max(from, begin);
    if (overlap > 0ns) total += slot.*count * std::min(1.0, seconds(overlap) / seconds(kTenth));
  }
  return total;
}

// The tenth that runs counts whole: nothing of it was sent later than now.
double AdaptiveRate::sent_last_second(Steady now) const {
  return sum(&Slot::sent, now - std::chrono::seconds{1}, now + kTenth);
}

double AdaptiveRate::sending(Steady since, Steady now) const {
  const Steady from{kTenth * tenth_of(since)};
  const auto elapsed = std::max(kTenth, std::chrono::nanoseconds{now - from});
  return std::max(sent_last_second(now), sum(&Slot::sent, from, now + kTenth) / seconds(elapsed));
}

void AdaptiveRate::set_limit(std::uint32_t limit) {
  limit_ = limit;
  if (!learned_ || (limit_ > 0 && rate_ >= limit_)) go_free();
}

void AdaptiveRate::go_free() {
  rate_ = limit_;
  learned_ = false;
  ceiling_ = boost_ = cost_ = 0;
}

void AdaptiveRate::on_sent(Steady now) {
  if (!sent_any_) first_sent_ = now;
  sent_any_ = true;
  ++fresh_slot(now).sent;
}

void AdaptiveRate::on_ok(Steady sent_at, Steady now) {
  if (Slot* at = slot(sent_at)) ++at->ok;
  round_trip_ = now - sent_at;
  if (learned_) grow(now);
}

void AdaptiveRate::on_throttled(Steady sent_at, Steady now) {
  if (Slot* at = slot(sent_at)) ++at->throttled;
  ++cost_;
  plan_probe();
  if (learned_ && sent_at < cut_at_ + kSettle) return;
  cut(sent_at, now);
}

// As long as it takes to send enough for an estimate.
std::chrono::nanoseconds AdaptiveRate::horizon() const {
  if (rate_ <= 0) return kSettle;
  return std::clamp(std::chrono::nanoseconds{static_cast<std::int64_t>(kEnough / rate_ * 1e9)}, kSettle,
                    std::chrono::nanoseconds{kHorizonMax});
}

void AdaptiveRate::cut(Steady sent_at, Steady now) {
  const bool searched = boost_ > 0 || !learned_;
  const double known = ceiling_;
  Steady from = std::max(sent_at - (searched ? kSettle : horizon()), first_sent_);
  if (learned_) from = std::max(from, cut_at_);
  const Steady to = sent_at + kTenth;
  const double accepted = sum(&Slot::ok, from, to);
  const double refused = sum(&Slot::throttled, from, to);
  const double elapsed = std::max(1.0, seconds(sent_at - from));
  const double share = std::max(0.0, refused - kFew) / std::max(1.0, accepted + refused);
  const double before = rate_ > 0 ? rate_ : sum(&Slot::sent, from, to) / elapsed;
  if (accepted < 1) {  // which says nothing of how much would be
    ceiling_ = before;
    rate_ = before / 2;
  } else if (searched) {
    ceiling_ = before;
    rate_ = kCut * std::min(before, accepted / elapsed);
  } else if (memory_ > 0 && now - cut_at_ < kMemory && accepted < kMoved * memory_ * elapsed) {
    ceiling_ = std::max(
        memory_,
        accepted / elapsed);  // a search only emptied a deep bucket: the limit has not moved, and the next comes later
    rate_ = kPlateau * ceiling_;
    past_ = std::min(kPastMax, 1 + 2 * (past_ - 1));
  } else if (before > ceiling_ && share < kChance) {  // a probe came to its end: the limit is about where it was
    ceiling_ = std::min(before, kCreep * ceiling_);
    rate_ = std::min(kCut * before, kPlateau * ceiling_);
  } else {
    ceiling_ = before * (1 - share);
    rate_ = kCut * ceiling_;
  }
  rate_ = std::max(kRateMin, rate_);
  memory_ = searched ? known : 0;
  if (searched && known == 0) cost_ = 1;  // what it took to learn the first limit was no probe's doing
  boost_ = 0;
  if (!learned_) {
    learned_since_ = now;
    boost_ = kBoostUnknown;
    ceiling_ = 0;
  }
  learned_ = true;
  cut_at_ = grown_at_ = now;
  plan_probe();
}

// The dearer the last probe, the longer until the next; but a limit that was raised is to be found within a minute.
void AdaptiveRate::plan_probe() {
  const double climb = (past_ - kPlateau) / kProbe;
  const double earned = cost_ / (kShare * std::max(kRateMin, rate_));
  const double wait = std::clamp(earned - climb, kProbeMin, kCycleMax - climb);
  probe_at_ = cut_at_ + std::chrono::nanoseconds{static_cast<std::int64_t>(wait * 1e9)};
}

// The share by which the rate grows in a second.
double AdaptiveRate::growth(Steady now) {
  if (ceiling_ > 0 && rate_ < kPlateau * ceiling_) return kReturn;
  if (ceiling_ > 0 && rate_ < past_ * ceiling_) {
    if (now < probe_at_) return 0;
    if (rate_ < ceiling_ * kPlateau * 1.001) cost_ = 0;
    return kProbe;
  }
  if (boost_ == 0) boost_ = kBoostKnown;
  return boost_;
}

void AdaptiveRate::grow(Steady now) {
  if (!may_grow_ || now - cut_at_ < kSettle + round_trip_) {
    grown_at_ = now;
    return;
  }
  if (now - grown_at_ < kGrowEvery) return;
  const double elapsed = std::min(1.0, seconds(now - grown_at_));
  grown_at_ = now;
  const auto seen = horizon();
  if (sum(&Slot::sent, now - seen, now) < kUsed * rate_ * seconds(seen)) return;
  const double share = growth(now);
  if (boost_ > 0) boost_ = std::min(kBoostMax, boost_ * std::exp2(elapsed));
  rate_ = std::max(rate_ * (1 + share * elapsed), rate_);
  if (limit_ > 0 ? rate_ >= limit_ : rate_ > kRateMax) go_free();
}

}  // namespace dunlin::pacing

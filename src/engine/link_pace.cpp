#include "engine/link_pace.hpp"

#include <algorithm>
#include <cmath>

namespace dunlin::engine {
namespace {
constexpr double kSmooth = 1.0 / 16;  // the newest answer's weight in the round trip
}

void LinkPace::set_throughput(std::uint32_t throughput) {
  adaptive_.set_limit(throughput);
  follow();
}

double LinkPace::allowed() const {
  const double rate = adaptive_.rate();
  const double ceiling = congestion_.ceiling();
  return rate == 0 || ceiling == 0 ? std::max(rate, ceiling) : std::min(rate, ceiling);
}

void LinkPace::follow() { rate_.set(allowed(), !adaptive_.throttled() && congestion_.ceiling() == 0); }

void LinkPace::handed(Steady now) {
  rate_.take(now);
  adaptive_.on_sent(now);
}

std::size_t LinkPace::claimable(Steady now) const {
  if (rate_.rate() == 0) return SIZE_MAX;
  const double ahead = rate_.rate() * std::chrono::duration<double>(kClaimAhead).count();
  if (ahead < 1) return claimable_at(now) <= now ? 1 : 0;
  return static_cast<std::size_t>(std::ceil(ahead));
}

void LinkPace::answered(const Answer& answer, Steady now) {
  const Steady sent_at = now - answer.took;
  const double took = std::chrono::duration<double>(answer.took).count();
  round_trip_ = round_trip_ == 0 ? took : round_trip_ + kSmooth * (took - round_trip_);
  if (answer.congestion) congestion_.said(*answer.congestion, adaptive_.sending(sent_at, now), sent_at, now);
  adaptive_.let_grow(congestion_.may_grow(now));
  if (answer.throttled) {
    adaptive_.on_throttled(sent_at, now);
  } else {
    adaptive_.on_ok(sent_at, now);
  }
  tick(now);
}

void LinkPace::tick(Steady now) {
  congestion_.tick(adaptive_.rate(), now);
  follow();
}

LimitedBy LinkPace::slowed_by() const {
  const double ceiling = congestion_.ceiling();
  if (ceiling > 0 && (adaptive_.rate() == 0 || ceiling < adaptive_.rate())) return LimitedBy::congestion;
  return adaptive_.throttled() ? LimitedBy::throttled : LimitedBy::rate;
}

void LinkPace::tell(LinkStatus& status, Steady now) const {
  status.rate_effective = allowed();
  status.rate_sent = adaptive_.sent_last_second(now);
  status.round_trip_seconds = round_trip_;
  status.rate_window = round_trip_ > 0 ? status.window / round_trip_ : 0;
  if (adaptive_.throttled()) {
    status.rate_learned = adaptive_.rate();
    status.rate_ceiling = adaptive_.ceiling();
    status.learned_seconds = std::chrono::duration<double>(now - adaptive_.learned_since()).count();
  }
  status.congestion = congestion_.state(now);
}

}  // namespace dunlin::engine

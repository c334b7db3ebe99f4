// What a link tells of itself: for people, the API and the metrics.
#include <algorithm>

#include "engine/link.hpp"

namespace dunlin::engine {

namespace {

std::chrono::milliseconds until(Steady at, Steady now) {
  return std::max(std::chrono::milliseconds{0}, std::chrono::ceil<std::chrono::milliseconds>(at - now));
}

}  // namespace

// What the link is for: a pair carries messages by its transmitter.
bool Link::carries(const Lane& lane) const {
  return settings_.bind == BindMode::receiver || lane.kind != session::BindKind::receiver;
}

LinkState Link::state_of(const Lane& lane) const {
  switch (lane.phase) {
    case Phase::off: return LinkState::off;
    case Phase::waiting: return refused_ ? LinkState::refused : LinkState::waiting;
    case Phase::listening: return LinkState::listening;
    case Phase::connecting: return LinkState::connecting;
    case Phase::up: break;
  }
  if (session::is_bound(lane.esme->state())) return lane.retiring ? LinkState::unbinding : LinkState::bound;
  return lane.esme->state() == session::State::unbinding ? LinkState::unbinding : LinkState::binding;
}

void Link::tell_state(LinkStatus& status, Steady now) const {
  for (const Lane& lane : lanes_) {
    if (carries(lane)) status.state = std::max(status.state, state_of(lane));
    if (lane.phase == Phase::waiting && (!status.next_attempt || until(lane.at, now) < *status.next_attempt)) {
      status.next_attempt = until(lane.at, now);
    }
  }
  status.bound = status.state == LinkState::bound;
  status.refused = refused_;
  status.tls = !settings_.tls.enabled ? TlsUse::none : settings_.tls.verify ? TlsUse::verified : TlsUse::unverified;
  if (sending() && now < settled_at_) status.failback = until(settled_at_, now);
}

void Link::tell_history(LinkStatus& status, Steady now) const {
  for (const Lane& lane : lanes_) {
    if (!lane.bound_at) continue;
    BindRecord record = lane.record;
    record.lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - *lane.bound_at);
    status.history.push_back(std::move(record));
  }
  std::ranges::stable_sort(status.history, std::greater{}, &BindRecord::at);
  if (!status.history.empty()) {
    status.version = status.history.front().version;
    status.peer = status.history.front().peer;
  }
  status.history.insert(status.history.end(), history_.newest_first().begin(), history_.newest_first().end());
}

LinkStatus Link::status(Steady now) const {
  LinkStatus status;
  status.name = settings_.name;
  status.host = settings_.host;
  status.port = settings_.port;
  status.paused = paused_;
  status.sessions = static_cast<std::uint32_t>(lanes_.size());
  for (const Lane& lane : lanes_) {
    if (!lane.esme || !session::is_bound(lane.esme->state())) continue;
    ++status.sessions_bound;
    if (lane.esme->transmits()) status.window += lane.esme->window();
  }
  tell_state(status, now);
  tell_history(status, now);
  status.in_flight = in_flight();
  status.outbox = static_cast<std::uint32_t>(outbox_.waiting());
  status.throughput = settings_.throughput;
  pace_.tell(status, now);
  status.limited_by = !status.bound ? LimitedBy::unbound : paused_ ? LimitedBy::paused : pace_.most_of_late(now);
  status.last_error = last_error_;
  status.reconnects = reconnects_;
  status.throttled = throttled_;
  status.submits = submits_;
  status.queries = queries_.sent();
  status.captures_dropped = recorder_.dropped();
  status.response_seconds = &response_seconds_;
  status.binds_refused = binds_refused_;
  status.tls_errors = tls_errors_;
  status.outbinds_refused = outbinds_refused_;
  status.alerts = alerts_;
  status.alerts_dropped = alerts_dropped_;
  return status;
}

}  // namespace dunlin::engine

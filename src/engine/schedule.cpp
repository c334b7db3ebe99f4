// The calendar: what has a time. A row outlives its reason; it fires, and may find nothing to do.
#include <dunlin/base/check.hpp>

#include "engine/engine.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::State;

void Engine::appoint(Wall when, std::uint64_t n, store::Appointment appointment) {
  store::Key key = keys::calendar(when, n, appointment);
  // The wall clock was set back; or what is being read may have been read before this row was there.
  if (key.key < calendar_from_ || (calendar_scan_ && when <= *calendar_scan_)) {
    calendar_from_ = std::min(calendar_from_, key.key);
    calendar_lowered_ = true;
  }
  next_due_ = std::min(next_due_, when);
  rows_.blind_put(std::move(key), store::encode(appointment));
}

// At most a slice is looked at in one turn; what is due beyond it follows in the next.
void Engine::read_calendar() {
  if (calendar_scan_ || now_.wall < next_due_ || now_.steady < suspended_until_ || draining_) return;
  calendar_scan_ = now_.wall;
  calendar_lowered_ = false;
  store::Range range{store::Family::calendar, calendar_from_, keys::calendar_until(now_.wall, 0).last, kCalendarSliceMax};
  const Wall until = now_.wall;
  next_due_ = until + kCalendarPeriod;  // appointments made from here on lower it again
  const auto take = [this, until](const std::vector<store::Row>& rows) {
    calendar_scan_.reset();
    for (const store::Row& row : rows) {
      std::optional<keys::CalendarKey> key = keys::parse_calendar(row.key);
      Result<store::Appointment> appointment = store::decode<store::Appointment>(row.value);
      if (!key || !appointment) {
        corrupt_ = Error{"store_corrupt", "a row of the calendar can't be read", "calendar"};
        return;
      }
      add(Due{row.key, key->n, *std::move(appointment)});
    }
    if (!rows.empty() && !calendar_lowered_) calendar_from_ = keys::after(rows.back().key);
    if (rows.size() >= kCalendarSliceMax) next_due_ = until;
  };
  // The jobs of all that is due are asked for at once, and what is due then read once more: what happens to be in
  // memory is not to overtake what waited longer.
  want_range(range, [this, range, take](const std::vector<store::Row>& rows) {
    bool known = true;
    for (const store::Row& row : rows) {
      const std::optional<keys::CalendarKey> key = keys::parse_calendar(row.key);
      if (key && key->n > 0) known = load_job(key->n).known && known;
    }
    if (known) return take(rows);
    want_range(range, take);
  });
}

Engine::Handled Engine::handle(Due& due) {
  const auto done = [&] {
    rows_.blind_erase({store::Family::calendar, due.key});
    return Handled::yes;
  };
  if (std::optional<keys::CalendarKey> key = keys::parse_calendar(due.key); key && key->at > now_.wall) {  // the clock went back since it was read
    calendar_from_ = std::min(calendar_from_, due.key);
    calendar_lowered_ = true;
    next_due_ = std::min(next_due_, key->at);
    return Handled::yes;
  }
  if (due.appointment.cause == store::Cause::parts_due) return parts_due(due.appointment) == Handled::yes ? done() : Handled::no;
  if (due.appointment.cause == store::Cause::parked_due) return parked_due(due.appointment) == Handled::yes ? done() : Handled::no;
  if (due.appointment.cause == store::Cause::stray_due) {
    const store::Key key = keys::stray(due.appointment.smsc, due.appointment.message_id);
    const store::Lookup<store::Sent> stray = rows_.record<store::Sent>(key);
    if (stray.unknown()) return Handled::no;
    if (stray && stray->until <= now_.wall) rows_.erase(key);
    return done();
  }

  if (due.appointment.cause == store::Cause::canary_due) {
    return canary_due(due.appointment.message_id) == Handled::yes ? done() : Handled::no;
  }
  if (due.appointment.cause == store::Cause::forget_due) return forget_due(due);
  if (due.appointment.cause == store::Cause::hold_due) {  // the appointment stays until all that was held is released
    return end_hold(due.appointment.message_id, true, [this, key = due.key](bool) { rows_.blind_erase({store::Family::calendar, key}); });
  }

  Loaded<JobAt> loaded = load_job(due.n);
  if (!loaded.known) return Handled::no;
  if (!loaded.row) return done();
  JobAt& at = *loaded.row;
  const bool waited = at.state.next_attempt && *at.state.next_attempt <= now_.wall;
  switch (due.appointment.cause) {
    case store::Cause::due:
    case store::Cause::retry:
      if (at.state.state != State::scheduled || !waited) break;
      at.state.next_attempt.reset();
      transition(at, TransitionCause::due, {});
      ready_again(at);
      save(at);
      break;
    case store::Cause::expiry:
      if (now_.wall < at.state.expires_at) break;
      if (!at.job.plan.empty() && at.state.state == State::held && wait_longer(at)) {
        save(at);
        break;
      }
      if (!forget_reference(at)) return Handled::no;
      if (at.state.state == State::ready || at.state.state == State::scheduled || at.state.state == State::held) {
        if (at.state.state == State::ready) dequeue(at);
        transition(at, TransitionCause::expired, "expired");
        save(at);
      }
      validity_ended(at);
      break;
    case store::Cause::in_doubt_due: {
      if (at.state.state != State::in_doubt || !waited) break;
      const store::InDoubtPolicy policy = at.job.in_doubt.value_or(settings_.dunning.in_doubt);
      if (!strays_known(at)) return Handled::no;
      // Its receipt may have come before the link was lost, and wait for a response that never will.
      if (settle_doubt(at.state.smsc, at.job.to, nullptr) == Doubt::missing_rows) return Handled::no;
      at = *load_job(due.n).row;
      if (at.state.state != State::in_doubt) break;
      if (policy == store::InDoubtPolicy::hold || at.state.resent) {  // a person settles it
        at.state.next_attempt.reset();
      } else {
        resend(at, "in_doubt");
      }
      save(at);
      break;
    }
    case store::Cause::escalation_due:
      return escalation_due(at, due.appointment.message_id) == Handled::yes ? done() : Handled::no;
    case store::Cause::handoff_due: return handoff_due(at) == Handled::yes ? done() : Handled::no;
    case store::Cause::receipt_due: return receipt_due(at, false) == Handled::yes ? done() : Handled::no;
    case store::Cause::query_due: return receipt_due(at, true) == Handled::yes ? done() : Handled::no;
    case store::Cause::receipt_late: return forget_sent(at) ? done() : Handled::no;
    case store::Cause::plan_due: return plan_due(at) == Handled::yes ? done() : Handled::no;
    case store::Cause::report_due:
      return report_due(at, due.appointment.message_id) == Handled::yes ? done() : Handled::no;
    case store::Cause::parked_due:
    case store::Cause::parts_due:
    case store::Cause::stray_due:
    case store::Cause::hold_due:
    case store::Cause::forget_due:
    case store::Cause::canary_due: break;
  }
  return done();
}

// Events older than `retention.events` go, a slice at a time, oldest first, so that what is left has no gap.
void Engine::forget_old_events() {
  if (forgetting_ || first_event_ == 0 || now_.wall < next_forget_ || now_.steady < suspended_until_) return;
  forgetting_ = true;
  constexpr std::size_t kSlice = 1000;
  next_forget_ = now_.wall + std::chrono::minutes{1};
  want_range(keys::events(first_event_, kSlice), [this](const std::vector<store::Row>& rows) {
    forgetting_ = false;
    const Wall oldest = now_.wall - settings_.retention.events;
    const std::uint64_t first = first_event_;
    std::uint64_t keep_from = first;
    for (const store::Row& row : rows) {
      Result<store::Event> event = store::decode<store::Event>(row.value);
      std::optional<std::uint64_t> seq = keys::parse_event(row.key);
      if (!event || !seq || event->time >= oldest) break;
      keep_from = *seq + 1;
    }
    if (keep_from == first) return;
    // Key by key: a range tombstone and insertion hints corrupt a memtable in the RocksDB of Debian 12 (facebook/rocksdb 5118).
    for (std::uint64_t seq = first; seq < keep_from; ++seq) rows_.blind_erase(keys::event(seq));
    counters_.erased.events += keep_from - first;
    first_event_ = keep_from;
    if (rows.size() == kSlice) next_forget_ = now_.wall;
  });
}

}  // namespace dunlin::engine

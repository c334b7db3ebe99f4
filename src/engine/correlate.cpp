// What became of a submit: answered, lost with its session, never handed over. And what an end without an answer means.
#include <algorithm>
#include <dunlin/base/check.hpp>
#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/status.hpp>

#include "engine/chain.hpp"
#include "engine/engine.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Segment;
using store::SegmentState;
using store::State;

namespace {

// Refused by its answer; what a receipt rejects was accepted before, and has an id.
bool any_refused(const store::JobState& state) {
  return std::any_of(state.segments.begin(), state.segments.end(), [](const Segment& each) { return each.state == SegmentState::rejected && each.message_id.empty(); });
}

TransitionCause cause_of_stop(const std::string& reason) {
  if (reason == "paid") return TransitionCause::paid;
  const bool cancelled = reason == "cancelled" || reason == "forgotten" || reason == dunning::kReasonCampaign || reason == kReasonPlan || reason == kReasonOptedIn;
  return cancelled ? TransitionCause::cancelled : TransitionCause::blocked;
}

}  // namespace

std::string at_smsc(std::string_view smsc, std::string_view number) { return std::string(smsc) + '\n' + digits_of(number); }

void Engine::left_the_window(const JobAt& at) {
  const std::string place = at_smsc(at.state.smsc, at.job.to);
  auto found = under_way_.find(std::hash<std::string>{}(place));
  if (found == under_way_.end() || --found->second > 0) return;
  under_way_.erase(found);
  if (!unflagged_.empty()) release_unflagged(place);
}

void Engine::accepted_by_smsc(JobAt& at, std::uint32_t segment, const std::string& message_id) {
  Segment& each = at.state.segments[segment];
  each.state = SegmentState::submitted;
  each.message_id = message_id;
  each.error.clear();
  rows_.blind_erase(keys::inflight(at.state.smsc, at.n, segment));
  if (message_id.empty()) return;
  rows_.put_record(keys::sent(at.state.smsc, smpp::fold(message_id)), store::Sent{at.n, segment, message_id, digits_of(at.job.to)});
}

Engine::Handled Engine::handle(SubmitAnswered& event) {
  Loaded<JobAt> at = load_job(event.n);
  if (!at.known) return Handled::no;
  if (!at.row || event.segment >= at.row->state.segments.size()) return Handled::yes;
  JobAt& job = *at.row;
  Segment& segment = job.state.segments[event.segment];
  if (segment.state != SegmentState::claimed) return Handled::yes;  // settled otherwise since
  if (!job.state.stopped.empty() && !strays_known(job)) return Handled::no;

  // A recipient whose own queue is full is no reason to send others slower, and trying at once again none to expect
  // more.
  const smpp::StatusClass kind = event.recipient_full ? smpp::StatusClass::retry : smpp::status_class(event.status);
  if (kind == smpp::StatusClass::ok) {
    const SmscSettings* smsc = smsc_named(event.smsc);
    const bool nameless = event.message_id.empty() && (smsc == nullptr || smsc->receipts);
    if (nameless && !strays_known(job)) return Handled::no;
    Early early = early_receipts(event.smsc, event.message_id, digits_of(job.job.to));
    if (!early.known) return Handled::no;
    if (early.form) learn_form(event.smsc, *early.form);
    if (!early.receipts.empty()) ids_match(event.smsc);
    left_the_window(job);
    accepted_by_smsc(job, event.segment, event.message_id);
    if (nameless) remember_stray(job);
    apply_early(job, event.segment, std::move(early.receipts));
  } else {
    claim_withdrawn(job, event.segment);
    segment.error = std::string(smpp::status_name(event.status));
    if (kind == smpp::StatusClass::refuse) segment.state = SegmentState::rejected;
    if (kind == smpp::StatusClass::retry) job.state.retry_later = true;
    // What is left of a message that can't become whole need not be sent.
    if (kind == smpp::StatusClass::refuse) {
      for (std::uint32_t other : links_.take_back(job.state.smsc, job.n).taken) claim_withdrawn(job, other);
    }
  }
  settle(job);
  save(job);
  return Handled::yes;
}

Engine::Handled Engine::handle(SubmitUnanswered& event) {
  Loaded<JobAt> at = load_job(event.n);
  if (!at.known) return Handled::no;
  if (!at.row || event.segment >= at.row->state.segments.size()) return Handled::yes;
  Segment& segment = at.row->state.segments[event.segment];
  if (segment.state != SegmentState::claimed) return Handled::yes;
  if (!at.row->state.stopped.empty() && !strays_known(*at.row)) return Handled::no;
  segment.state = SegmentState::in_doubt;
  left_the_window(*at.row);
  settle(*at.row);
  save(*at.row);
  return Handled::yes;
}

Engine::Handled Engine::handle(SubmitReturned& event) {
  Loaded<JobAt> at = load_job(event.n);
  if (!at.known) return Handled::no;
  if (!at.row) return Handled::yes;
  if (!at.row->state.stopped.empty() && !strays_known(*at.row)) return Handled::no;
  for (std::uint32_t segment : event.segments) {
    if (segment < at.row->state.segments.size() && at.row->state.segments[segment].state == SegmentState::claimed) claim_withdrawn(*at.row, segment);
  }
  settle(*at.row);
  save(*at.row);
  return Handled::yes;
}

// A job of the last run: what was claimed may have been handed over, and nobody can say.
Engine::Handled Engine::handle(Recovered& recovered) {
  Loaded<JobAt> at = load_job(recovered.n);
  if (!at.known) return Handled::no;
  if (!at.row) return Handled::yes;
  JobAt& job = *at.row;
  if (job.state.state == State::in_doubt) {
    for (std::uint32_t i = 0; i < job.state.segments.size(); ++i) {
      if (job.state.segments[i].state == SegmentState::in_doubt) doubts_[at_smsc(job.state.smsc, job.job.to)].emplace_back(job.n, i);
    }
    return Handled::yes;
  }
  if (!job.state.stopped.empty() && !strays_known(job)) return Handled::no;
  for (Segment& segment : job.state.segments) {
    if (segment.state == SegmentState::claimed) segment.state = SegmentState::in_doubt;
  }
  settle(job);
  save(job);
  return Handled::yes;
}

// After a segment of a job under way changed: when nothing of it is outstanding any more, what is the job now?
void Engine::settle(JobAt& at) {
  if (at.state.state != State::submitting || any(at.state, SegmentState::claimed)) return;
  const bool retry_later = std::exchange(at.state.retry_later, false);
  if (!any(at.state, SegmentState::waiting) && !any(at.state, SegmentState::in_doubt) && !any_refused(at.state)) {
    transition(at, TransitionCause::submitted, {});
    fold(at);
  } else if (any(at.state, SegmentState::in_doubt)) {
    into_doubt(at);
  } else if (any_refused(at.state)) {
    transition(at, TransitionCause::refused, first_error(at.state));
  } else if (!at.state.stopped.empty()) {
    const std::string reason = at.state.stopped;
    transition(at, cause_of_stop(reason), reason);
  } else if (retry_later) {
    retry_or_give_up(at);
  } else {
    --at.state.attempts;  // no try was spent
    transition(at, TransitionCause::put_back, {});
    ready_again(at);
  }
}

void Engine::retry_or_give_up(JobAt& at) {
  const std::string error = first_error(at.state);
  if (at.state.attempts >= kAttemptsMax) {
    transition(at, TransitionCause::given_up, error);
    return;
  }
  const auto delay = std::min(kRetryLongest, kRetryFirst * (1U << std::min(at.state.attempts - 1, 16U)));
  at.state.next_attempt = now_.wall + delay;
  if (*at.state.next_attempt >= at.state.expires_at) {
    transition(at, TransitionCause::expired, error);
    return;
  }
  transition(at, TransitionCause::retry, error);
  appoint(*at.state.next_attempt, at.n, {store::Cause::retry, {}, {}});
}

bool Engine::strays_known(const JobAt& at) { return !rows_.record<store::Sent>(keys::stray(at.state.smsc, digits_of(at.job.to))).unknown(); }

// A segment that leaves its doubt without a receipt, or was taken without an id, may have one coming all the same, under an id that was never learned. It must not be
// taken for the receipt of another job at that number.
void Engine::leave_stray(const JobAt& at) {
  if (any(at.state, SegmentState::in_doubt)) remember_stray(at);
}

void Engine::remember_stray(const JobAt& at) {
  const std::string destination = digits_of(at.job.to);
  const store::Key key = keys::stray(at.state.smsc, destination);
  const store::Lookup<store::Sent> before = rows_.record<store::Sent>(key);
  const bool only_its_own = before.absent() || (before && before->n == at.n && before->segment == store::kStrayOne);
  const Wall own_until = std::max(at.state.expires_at, now_.wall) + receipt_timeout(at.state.smsc);
  const Wall until = before ? std::max(before->until, own_until) : own_until;
  rows_.put_record(key, store::Sent{at.n, only_its_own ? store::kStrayOne : store::kStrayMany, {}, destination, until});
  appoint(until, at.n, {store::Cause::stray_due, at.state.smsc, destination});
}

void Engine::into_doubt(JobAt& at) {
  if (!at.state.stopped.empty()) {  // nothing of it is ever sent again: there is no doubt to settle
    leave_stray(at);
    for (std::uint32_t i = 0; i < at.state.segments.size(); ++i) {
      if (at.state.segments[i].state == SegmentState::in_doubt) rows_.blind_erase(keys::inflight(at.state.smsc, at.n, i));
    }
    const std::string reason = at.state.stopped;
    transition(at, cause_of_stop(reason), reason);
    return;
  }
  transition(at, TransitionCause::doubt, "unanswered");
  for (std::uint32_t i = 0; i < at.state.segments.size(); ++i) {
    if (at.state.segments[i].state == SegmentState::in_doubt) doubts_[at_smsc(at.state.smsc, at.job.to)].emplace_back(at.n, i);
  }
  at.state.next_attempt = now_.wall + settings_.dunning.in_doubt_wait;
  appoint(*at.state.next_attempt, at.n, {store::Cause::in_doubt_due, {}, {}});
}

void Engine::out_of_doubt(const JobAt& at) {
  leave_stray(at);
  for (std::uint32_t i = 0; i < at.state.segments.size(); ++i) {
    if (at.state.segments[i].state == SegmentState::in_doubt) rows_.blind_erase(keys::inflight(at.state.smsc, at.n, i));
  }
  auto found = doubts_.find(at_smsc(at.state.smsc, at.job.to));
  if (found == doubts_.end()) return;
  std::erase_if(found->second, [&](const auto& each) { return each.first == at.n; });
  if (found->second.empty()) doubts_.erase(found);
}

// Only its unanswered segments, the same octets, after being decided again.
void Engine::resend(JobAt& at, std::string reason) {
  out_of_doubt(at);
  for (Segment& segment : at.state.segments) {
    if (segment.state == SegmentState::in_doubt) segment.state = SegmentState::waiting;
  }
  at.state.next_attempt.reset();
  if (!any(at.state, SegmentState::waiting)) {  // a receipt has accounted for the last of them meanwhile
    transition(at, TransitionCause::submitted, std::move(reason));
    fold(at);
    return;
  }
  at.state.resent = true;
  transition(at, TransitionCause::resend, std::move(reason));
  ready_again(at);
}

// The outcome of a job is that of its worst segment, once every segment has one.
void Engine::fold(JobAt& at, std::string_view no_receipt) {
  if (at.state.state != State::submitted) return;
  struct Rank {
    SegmentState segment;
    TransitionCause cause;
  };
  static constexpr Rank kWorstFirst[] = {
      {SegmentState::rejected, TransitionCause::receipt_rejected}, {SegmentState::undelivered, TransitionCause::receipt_undelivered},
      {SegmentState::expired, TransitionCause::receipt_expired},   {SegmentState::unknown, TransitionCause::receipt_unknown},
      {SegmentState::delivered, TransitionCause::receipt_delivered},
  };
  if (at.state.segments.empty() || !std::all_of(at.state.segments.begin(), at.state.segments.end(), [](const Segment& each) { return has_outcome(each.state); })) return;
  for (const Rank& rank : kWorstFirst) {
    if (!any(at.state, rank.segment)) continue;
    if (rank.segment == SegmentState::unknown && !no_receipt.empty()) return transition(at, TransitionCause::receipt_overdue, std::string(no_receipt));
    std::string reason = rank.segment == SegmentState::delivered ? std::string{} : first_error(at.state);
    transition(at, rank.cause, std::move(reason));
    return;
  }
}

}  // namespace dunlin::engine

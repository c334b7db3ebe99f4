// Who takes over where texts do not do it: another channel upstream (`handoff`), or somebody who phones (`escalated`,
// the call list).
//
//   submitted + `escalate_after`   unpaid, nobody has answered and no hold lies there: `escalated`. Of a plan also
//                                  who has answered: it ends with that
//   the hold of a promise, or of "I have paid", is over       unpaid: `escalated`
//   a job with `handoff` ends without having been delivered: `handoff`, hops + 1; above `hops_max`: `escalated`
//   somebody asks for a call, or cannot pay: on the list at once
//
// A job's row says that it is on the list and why; `calls` only finds it. Whether it is still to be phoned is judged
// when the list is read (call_list.hpp).
#include "engine/call_list.hpp"

#include <algorithm>

#include "dunning/decide.hpp"
#include "engine/engine.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

namespace {

bool has_reason(const store::JobState& state, std::string_view why) {
  return std::ranges::any_of(state.calls, [&](const store::CallReason& each) { return each.reason == why; });
}

bool was_escalated(const store::JobState& state) {
  return has_reason(state, kWhySilent) || has_reason(state, kWhyAnswered);
}

// What was believed for a while and has not come true; empty: such a hold tells nobody.
std::string_view why_after(const store::Hold& hold) {
  if (hold.released) return {};
  if (hold.reason == "reply:promise") return kWhyBroken;
  if (hold.reason == "reply:paid") return kWhySaidPaid;
  return {};
}

// Another job has its place; a consent to texts is none to anything else. Who has asked for silence is not phoned.
bool stays_here(const store::JobState& state, store::Handoff channel) {
  if (state.state != State::blocked) return false;
  return state.reason == dunning::kReasonDuplicate || state.reason == dunning::kReasonConsentMissing ||
         (state.reason == dunning::kReasonOptedOut && channel == store::Handoff::phone);
}

}  // namespace

void Engine::call_row(const JobAt& at, bool lies) {
  store::Key key = keys::call(at.job.campaign, at.n);
  if (lies) {
    rows_.blind_put(std::move(key), {});
  } else {
    rows_.blind_erase(std::move(key));
  }
}

// With what is owed by now, where its rows are known.
store::Event Engine::event_about(EventType type, const JobAt& at) {
  store::Event event = event_of(type, at.job);
  const Standing facts = standing(at);
  const store::Job& job = facts.known ? newest_of(at, facts) : at.job;
  event.number = job.to;
  event.amount = job.amount;
  event.currency = job.currency;
  event.state = at.state.state;
  return event;
}

void Engine::list_call(JobAt& at, const std::string& why) {
  if (at.job.to.empty()) return;  // forgotten
  std::vector<store::CallReason>& calls = at.state.calls;
  std::erase_if(calls, [&](const store::CallReason& each) { return each.reason == why; });
  if (!at.state.on_call_list) calls.clear();  // those were done
  calls.push_back({now_.wall, why});
  if (calls.size() > store::kCallReasonsMax) calls.erase(calls.begin() + 1);
  at.state.on_call_list = true;
  call_row(at, true);
}

// Of a campaign that was cancelled nobody is told any more; what a person asked for (list_call) is theirs.
void Engine::escalate(JobAt& at, const std::string& why) {
  if (!at.job.campaign.empty() && campaign_of(at.job.campaign)->cancelled) return;
  store::Event event = event_about(EventType::escalated, at);
  event.reason = why;
  tell(std::move(event));
  ++counters_.escalated;
  list_call(at, why);
}

void Engine::hand_off(JobAt& at, store::Handoff channel, const std::string& why) {
  if (!at.job.campaign.empty() && campaign_of(at.job.campaign)->cancelled) return;
  if (at.job.hops >= settings_.dunning.hops_max) return escalate(at, "handed off too often: " + why);
  store::Event event = event_about(EventType::handoff, at);
  event.reason = why;
  event.channel = channel;
  event.hops = at.job.hops + 1;
  tell(std::move(event));
  ++counters_.handoffs[static_cast<std::size_t>(channel)];
  if (channel == store::Handoff::phone) list_call(at, why);
}

// It came to its end: who takes over is looked at with all of its rows, in a turn of its own. Also of the last step of
// a plan: nothing follows that would tell.
void Engine::ended(const JobAt& at) {
  if (!fell_short(at.state.state) || at.job.to.empty()) return;
  const bool last = !at.job.plan.empty() && at.state.plan.over;
  if (at.job.handoff || last) appoint(now_.wall, at.n, {store::Cause::handoff_due, {}, {}});
}

// Nobody does where nothing is owed any more, nor where somebody said that nothing is to be sent. A plan that ends so
// is told all the same, as without a channel.
Engine::Handled Engine::handoff_due(JobAt& at) {
  if (!fell_short(at.state.state) || at.job.to.empty() || forgettings_.contains(at.job.to)) return Handled::yes;
  const Standing facts = standing(at);
  if (!facts.known) return Handled::no;
  const bool anothers = at.state.state == State::blocked && at.state.reason == dunning::kReasonDuplicate;
  if (anothers) return Handled::yes;
  at.state.untold = is_settled(at, facts);
  if (at.state.untold) {  // should that be taken back, it is looked at again
    save(at);
    return Handled::yes;
  }
  const bool takes_over =
      at.job.handoff && !stays_here(at.state, *at.job.handoff) && left_alone(facts, now_.wall).empty();
  if (takes_over) {
    hand_off(at, *at.job.handoff, end_of(at.state));
  } else if (!at.job.plan.empty()) {
    escalate(at, "plan stopped: " + at.job.stage + " " + end_of(at.state));
  }
  save(at);
  return Handled::yes;
}

// `why`: somebody asked for a call; empty: its time since it was submitted is over.
Engine::Handled Engine::escalation_due(JobAt& at, const std::string& why) {
  const Standing facts = standing(at);
  if (!facts.known) return Handled::no;
  if (!why.empty()) {
    list_call(at, why);
    save(at);
    return Handled::yes;
  }
  if (at.job.to.empty() || is_settled(at, facts) || was_escalated(at.state)) return Handled::yes;
  const bool answered = facts.person.replied_at && *facts.person.replied_at > sent_at(at.state);
  const bool told = answered && std::ranges::any_of(at.state.calls, [&](const store::CallReason& each) {
                      return each.at >= *facts.person.replied_at;
                    });
  if (answered && (at.job.plan.empty() || told)) return Handled::yes;
  if (held_by(facts, store::AnswerKind::none, now_.wall)) return Handled::yes;  // who ends it looks again
  escalate(at, std::string(answered ? kWhyAnswered : kWhySilent));
  save(at);
  return Handled::yes;
}

// What kept it from being escalated is gone: a hold, a payment.
void Engine::look_at_escalation(const JobAt& at) {
  const bool was_submitted = at.state.state >= State::submitted && at.state.state != State::in_doubt;
  if (!at.job.escalate_after || !was_submitted || was_escalated(at.state)) return;
  const std::optional<Wall> submitted = first_submitted_at(at.state);
  if (!submitted || *submitted + *at.job.escalate_after > now_.wall) return;
  appoint(now_.wall, at.n, {store::Cause::escalation_due, {}, {}});
}

// It failed while nothing was owed, and something may be now.
void Engine::look_at_end(const JobAt& at) {
  if (at.state.untold) appoint(now_.wall, at.n, {store::Cause::handoff_due, {}, {}});
}

// Of each job of whom it held. It lies there until all of them were seen: what was done before a power cut is not done
// twice.
void Engine::hold_ended(JobAt& at, const store::Hold& hold) {
  constexpr std::string_view kReply = "reply:";
  const std::string_view why = why_after(hold);
  if (!why.empty() && at.job.id == hold.job && !at.job.account.empty() && !at.job.to.empty()) {
    const bool told = std::ranges::any_of(
        at.state.calls, [&](const store::CallReason& each) { return each.reason == why && each.at >= *hold.until; });
    if (!told && !is_settled(at, standing(at))) {
      escalate(at, std::string(why));
      save(at);
    }
  }
  if (hold.released && waits_for_call(hold.reason) && at.state.on_call_list) {  // a person has dealt with it
    const std::string intent = hold.reason.substr(kReply.size());
    if (std::erase_if(at.state.calls, [&](const store::CallReason& each) { return each.reason == intent; }) > 0) {
      at.state.on_call_list = !at.state.calls.empty();
      call_row(at, at.state.on_call_list);
      save(at);
    }
  }
  const bool dealt_with = hold.released && hold.reason.starts_with(kReply);  // by a person, who knows that it is unpaid
  if (!dealt_with) look_at_escalation(at);
}

Engine::Handled Engine::handle(ClearCall& request) {
  Loaded<std::uint64_t> n = load_number(request.id);
  if (!n.known) return Handled::no;
  Loaded<JobAt> at = n.row ? load_job(*n.row) : Loaded<JobAt>{true, std::nullopt};
  if (!at.known) return Handled::no;
  const bool listed = at.row && at.row->state.on_call_list;
  if (listed) {
    at.row->state.on_call_list = false;
    call_row(*at.row, false);
    save(*at.row);
  }
  promise([answer = std::move(request.answer), listed](Now) {
    if (listed) {
      answer(CallDone{});
    } else {
      answer(failure("not_found", "no job of this id is on the call list", "id"));
    }
  });
  return Handled::yes;
}

}  // namespace dunlin::engine

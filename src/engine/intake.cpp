// What upstream asks for: jobs in, doubts settled by a person, consumers' marks, links paused.
#include <algorithm>

#include "dunning/decide.hpp"
#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/engine.hpp"
#include "engine/recipient.hpp"
#include "engine/references.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::SegmentState;
using store::State;

Engine::Handled Engine::handle(SubmitJob& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  if (!request.country) {
    Result<std::string> country = read_new_recipient(request.job, settings_.dunning);
    if (!country) request.unreachable = country.error();
    request.country = country.value_or(std::string{});
  }
  Loaded<std::uint64_t> known = load_number(request.job.id);
  Standing facts = standing(next_n_, request.job, {});  // asked for together, so that one fetch brings all of it
  if (!known.known || !facts.known) return Handled::no;
  if (known.row) {
    const Loaded<std::optional<Error>> import = import_of(*known.row, request);
    if (!import.known) return Handled::no;
    if (*import.row) return refuse(**import.row);
  }
  if (known.row) {  // first of all: what was taken once is known, whatever today's settings would say of it
    const Loaded<bool> same = was_submitted_as(*known.row, request.job);
    if (!same.known) return Handled::no;
    if (!*same.row) return refuse({"conflict", "this id was given to a job with other content", "id"});
    promise([answer = std::move(request.answer)](Now) { answer(Accepted{true}); });
    return Handled::yes;
  }
  if (request.unreachable && !request.job.id.empty()) return refuse(*request.unreachable);
  store::JobState state;
  if (!request.job.plan.empty() && !request.job.id.empty()) {  // it becomes the first of the plan's steps
    store::Job first = request.job;
    if (Result<void> good = begin_plan(first, state, *request.country, now_.wall); !good) return refuse(good.error());
    facts = standing(next_n_, first, state);
    if (!facts.known) return Handled::no;
    request.job = std::move(first);
  }
  if (Result<void> good = check_job(request.job, settings_, routes_); !good) return refuse(good.error());
  if (draining_) return refuse({"unavailable", "the daemon is stopping", ""});
  if (!room_) return refuse({"no_room", "the disk of the store is nearly full: no job is taken until there is room", ""});
  const auto import = imports_.find(request.importing);
  if (request.importing != 0) {
    if (import == imports_.end()) return refuse({"import_over", "this import is over", "id"});
    if (import->second != request.job.campaign) return refuse({"bad_value", "its import is of campaign " + import->second, "campaign"});
  }
  const Result<Admitted> admitted = admit(request.job, state, *request.country, facts, now_.wall);
  if (!admitted) return refuse(admitted.error());
  state.country = std::move(*request.country);
  if (!request.job.send_at_local.empty()) state.not_before = admitted->not_before;
  if (request.importing != 0) {  // what else it brings counts when its import does
    JobAt at = write_new(std::move(request.job), std::move(state));
    save(at);
  } else {
    if (admitted->consent) rows_.put_record(keys::person(request.job.to), facts.person);
    name_currency(request.job, facts.invoice);
    accept(std::move(request.job), std::move(state), facts);
  }
  promise([answer = std::move(request.answer)](Now) { answer(Accepted{false}); });
  return Handled::yes;
}

Result<Engine::Admitted> Engine::admit(const store::Job& job, const store::JobState& begun, const std::string& country, Standing& facts, Wall now) {
  Admitted admitted;
  const bool step = !job.plan.empty();  // its plan has said when
  admitted.expires_at = step ? begun.expires_at : job.expires.value_or(now + settings_.dunning.expires_default);
  const dunning::CalendarRules& rules = calendar_.rules();
  admitted.not_before = step ? begun.not_before : not_before_of(job, place_of(job, country, rules), rules, now);
  if (!job.send_at_local.empty() && !admitted.not_before) {
    return failure("timezone_unknown", "nobody knows the time there: give the job its time_zone", "send_at_local");
  }
  if (Result<void> good = check_times(admitted.not_before, admitted.expires_at, now); !good) return tl::unexpected(good.error());
  const std::string& agreed = facts.invoice.currency;
  if (!agreed.empty() && !job.currency.empty() && job.currency != agreed) return failure("bad_currency", "its invoice is in " + agreed, "currency");
  if (job.consent.at && is_ahead(*job.consent.at, now))
    return failure("bad_value", "it lies in the future", "consent.at");
  admitted.consent = add_consent(facts.person, job, now, now);
  if (purpose_of(job) == store::Purpose::marketing) {
    const dunning::Facts known_now = engine::facts_of({next_n_, job, {}}, facts, settings_.dunning, calendar_, {}, now, sender_stopped({next_n_, job, {}}, facts.person, nullptr));
    if (!known_now.has_consent && !known_now.number_blocked) {
      return failure("consent_missing", "marketing needs a consent for its purpose: in the job, or stored with the number", "consent");
    }
  }
  return admitted;
}

void Engine::accept(store::Job job, store::JobState state, const Standing& facts) {
  JobAt at = write_new(std::move(job), std::move(state));
  enter(at, facts);
}

// In `importing`, as every job is born; the caller saves its state.
JobAt Engine::write_new(store::Job job, store::JobState state) {
  const std::uint64_t n = next_n_++;
  JobAt at{n, std::move(job), std::move(state)};
  at.state.state = State::importing;
  at.state.route = routes_.find(at.job.to)->name;
  at.state.accepted_at = now_.wall;
  if (at.job.plan.empty()) at.state.expires_at = at.job.expires.value_or(now_.wall + settings_.dunning.expires_default);

  rows_.put(keys::id(at.job.id), keys::number(n));
  rows_.insert(keys::job(n), store::encode(at.job));
  rows_.blind_put(keys::by_number(at.job.to, n), {});
  if (!at.job.account.empty()) rows_.blind_put(keys::by_account(at.job.account, n), {});
  if (!at.job.campaign.empty()) rows_.blind_put(keys::by_campaign(at.job.campaign, n), {});
  ++jobs_by_state_[static_cast<std::size_t>(at.state.state)];
  count_in_campaign(at, std::nullopt, at.state.state);
  joins(at);
  return at;
}

// From here on it is a job like any. `refused`: why it is not after all.
void Engine::enter(JobAt& at, const Standing& facts, const std::optional<std::string>& refused) {
  appoint(at.state.expires_at, at.n, {store::Cause::expiry, {}, {}});
  transition(at, TransitionCause::accepted, {});
  ++counters_.accepted;
  if (refused) {
    transition(at, TransitionCause::given_up, *refused);
    save(at);
    return;
  }
  if (settle_as(at, dunning::decide(facts_of(at, facts))) == Verdict::send) enqueue(at, true);
  // What is held, or waits, was not asked for that: its stage may be another's, and stays so.
  if (!store::is_final(at.state.state) && !facts.stage) take_stage(at, newest_of(at, facts).due_date);
  save(at);
}

Engine::Handled Engine::handle(ResolveJob& request) {
  Loaded<std::uint64_t> n = load_number(request.id);
  if (!n.known) return Handled::no;
  Loaded<JobAt> at = n.row ? load_job(*n.row) : Loaded<JobAt>{true, std::nullopt};
  if (!at.known) return Handled::no;
  const bool doubted = at.row && at.row->state.resent;  // its first copy still is
  if (doubted && at.row->state.state == State::held) return resolve_held(request, *at.row);
  if (!at.row || at.row->state.state != State::in_doubt) {
    const Error error = at.row ? Error{"not_in_doubt", "the job is " + std::string(store::name_of(at.row->state.state)), "id"} : Error{"not_found", "no job has this id", "id"};
    promise([answer = std::move(request.answer), error](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  }
  JobAt& job = *at.row;
  if (!strays_known(job)) return Handled::no;
  switch (request.as) {
    case Resolution::resend: resend(job, "resolved"); break;
    case Resolution::sent:
      out_of_doubt(job);
      for (store::Segment& segment : job.state.segments) {
        if (segment.state == SegmentState::in_doubt) segment.state = SegmentState::submitted;
      }
      transition(job, TransitionCause::submitted, "resolved");
      fold(job);
      break;
    case Resolution::drop:
      out_of_doubt(job);
      transition(job, TransitionCause::dropped, "resolved");
      break;
  }
  save(job);
  promise([answer = std::move(request.answer), state = job.state.state](Now) { answer(Resolved{state}); });
  return Handled::yes;
}

// Its one resend waits: what it would tell is not so any more, or a hold lies. A person may settle it as a doubt.
Engine::Handled Engine::resolve_held(ResolveJob& request, JobAt& at) {
  Standing facts = standing(at);
  if (!facts.known) return Handled::no;
  switch (request.as) {
    case Resolution::resend: {
      store::JobState anew = at.state;
      if (!has_begun(anew)) {  // written from what is true now, under a reference of its own: it is another text
        anew.segments.clear();
        anew.text.clear();
        anew.locale.clear();
        anew.told = anew.reference = anew.carried = 0;
      }
      if (newest(at.n, at.job, anew, facts.account, facts.invoice).text_outdated) {
        promise([answer = std::move(request.answer)](Now) {
          answer(failure("conflict",
                         "its own text tells what its account says otherwise since: drop it, and give a new job",
                         "as"));
        });
        return Handled::yes;
      }
      if (anew.reference == 0 && !forget_reference(at)) return Handled::no;
      at.state = std::move(anew);
      release_job(at, "resolved");
      break;
    }
    case Resolution::sent:
      if (at.state.segments.empty()) at.state.segments.emplace_back();  // it was to be written anew, and was held again
      for (store::Segment& segment : at.state.segments) {
        if (segment.state == SegmentState::waiting) segment.state = SegmentState::submitted;
      }
      transition(at, TransitionCause::submitted, "resolved");
      fold(at);
      break;
    case Resolution::drop: transition(at, TransitionCause::dropped, "resolved"); break;
  }
  save(at);
  promise([answer = std::move(request.answer), state = at.state.state](Now) { answer(Resolved{state}); });
  return Handled::yes;
}

Engine::Handled Engine::handle(AckEvents& request) {
  const store::Key key = keys::consumer(request.consumer);
  store::Lookup<store::Consumer> known = rows_.record<store::Consumer>(key);
  if (known.unknown()) return Handled::no;
  const auto answer_with = [&](Result<Acked> result) {
    promise([answer = std::move(request.answer), result = std::move(result)](Now) { answer(result); });
    return Handled::yes;
  };
  if (request.seq > last_event_) return answer_with(failure("not_found", "no event has this number yet", "ack"));
  if (request.consumer.empty() || request.consumer.size() > kNameOctetsMax) return answer_with(failure("bad_value", "a consumer's name has 1 to 128 octets", "consumer"));
  if (known.absent() && counters_.consumer_acked.size() >= kConsumersMax) return answer_with(failure("too_many", "no more consumers than " + std::to_string(kConsumersMax), "consumer"));
  store::Consumer consumer = known ? *known : store::Consumer{};
  consumer.acked = std::max(consumer.acked, request.seq);
  rows_.put_record(key, consumer);
  counters_.consumer_acked[request.consumer] = consumer.acked;
  return answer_with(Acked{consumer.acked});
}

Engine::Handled Engine::handle(PauseLink& request) {
  if (!links_.pause(request.smsc, request.paused)) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("not_found", "no SMSC has this name", "smsc")); });
    return Handled::yes;
  }
  if (request.paused) {
    take_back(request.smsc);
    rows_.blind_put(keys::paused(request.smsc), {});
  } else {
    rows_.blind_erase(keys::paused(request.smsc));
  }
  promise([answer = std::move(request.answer)](Now) { answer(LinkPaused{}); },
          request.paused ? links_.unsent(request.smsc) : std::vector<HandedUpTo>{});
  return Handled::yes;
}

}  // namespace dunlin::engine

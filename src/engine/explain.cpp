// What is asked of the engine and changes nothing: why a job was sent or not, what would become of one, now or at
// another time, with the rows as they are. Its calendar is one of its own, so that a question about next month costs
// dispatch nothing.
#include "engine/explain.hpp"

#include <algorithm>

#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/engine.hpp"
#include "engine/evidence.hpp"
#include "engine/recipient.hpp"
#include "engine/references.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::State;

namespace {

ExplainedStep step_of(store::Transition step, const LocalClock& clock, const DunningSettings& dunning) {
  ExplainedStep told{std::move(step), {}, {}, {}};
  told.local = clock.rfc3339(told.step.time);
  if (told.step.until) told.until_local = clock.rfc3339(*told.step.until);
  told.source = source_of_rule(told.step.rule, dunning, told.step.time);
  return told;
}

ShownGate intake_gate(const Error& error) {
  ShownGate gate;
  gate.gate = kGateIntake;
  gate.action = dunning::Action::block;
  gate.reason = error.code;
  gate.detail = error.detail;
  gate.source = error.where.empty() ? "" : "the job's `" + error.where + "`";
  return gate;
}

ShownGate intake_open() {
  ShownGate gate;
  gate.gate = kGateIntake;
  gate.detail = "it would be taken";
  return gate;
}

}  // namespace

Engine::Handled Engine::handle(ReadNumber& request) {
  store::Job job;
  job.to = request.written;
  Result<std::string> country = is_e164(job.to) ? Result<std::string>{} : read_recipient(job, settings_.dunning);
  promise([answer = std::move(request.answer), country, number = std::move(job.to)](Now) {
    if (country) {
      answer(number);
    } else {
      answer(failure(country.error().code, country.error().detail, "number"));
    }
  });
  return Handled::yes;
}

// Of the route that serves it now.
std::optional<std::string> Engine::why_not_sending(const store::Job& job) {
  if (draining_) return "the daemon is stopping";
  if (!dispatching(now_)) return "the wall clock stepped: nothing is sent for ten minutes";
  const store::Campaign* campaign = job.campaign.empty() ? nullptr : campaign_of(job.campaign);
  if (campaign != nullptr && campaign->paused) return "its campaign " + job.campaign + " is paused: " + campaign->paused_reason;
  if (campaign != nullptr && lanes_.closed(job.campaign)) return "its campaign " + job.campaign + " waits for what becomes of its first messages";
  const RouteSettings* route = routes_.find(job.to);
  if (route == nullptr) return std::nullopt;
  std::string names;
  for (const std::string& smsc : route->smsc) {
    if (links_.sending(smsc)) return std::nullopt;
    names += (names.empty() ? "" : ", ") + smsc;
  }
  return "no link of its route is bound, or they are paused: " + names;
}

// The id of the job that has its stage; empty: none but itself. nullopt: rows are missing.
std::optional<std::string> Engine::taken_by(const Standing& standing, std::uint64_t n) {
  if (!standing.stage || *standing.stage == n) return std::string{};
  store::Lookup<store::Job> other = rows_.record<store::Job>(keys::job(*standing.stage));
  if (other.unknown()) return std::nullopt;
  return other ? other->id : std::string{};
}

Engine::Handled Engine::handle(PreviewJob& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  const Result<std::string> country = read_new_recipient(request.job, settings_.dunning);
  if (!country && country.error().code == "ambiguous_number") return refuse(country.error());  // nobody knows whose it is
  const Wall when = request.at.value_or(now_.wall);
  const Loaded<std::uint64_t> n = load_number(request.job.id);
  Loaded<JobAt> before = n.row ? load_job(*n.row) : Loaded<JobAt>{n.known, std::nullopt};
  const Loaded<bool> repeated = n.row ? was_submitted_as(*n.row, request.job) : Loaded<bool>{n.known, false};
  const bool same = before.row && repeated.row.value_or(false);
  JobAt at = same ? *before.row : JobAt{next_n_, request.job, {}};
  if (!same && !at.job.plan.empty() && !at.job.id.empty() && country) {  // as the first of the plan's steps
    if (Result<void> good = begin_plan(at.job, at.state, *country, when); !good) return refuse(good.error());
  }
  Standing facts = standing(at.n, at.job, at.state, when);
  const std::optional<std::string> taken = taken_by(facts, at.n);
  if (!n.known || !before.known || !repeated.known || !facts.known || !taken) return Handled::no;
  if (!same && !country && !request.job.id.empty()) return refuse(country.error());
  if (Result<void> good = same ? Result<void>{} : check_job(at.job, settings_, routes_); !good)
    return refuse(good.error());

  dunning::Calendar calendar(rules_of(settings_.dunning));
  Surroundings around{settings_, calendar, *taken, {}, {}, {}};
  around.sender_stopped = [&](const SmscSettings* smsc) { return sender_stopped(at, facts.person, smsc); };
  if (when <= now_.wall) around.no_link = why_not_sending(at.job);
  if (!same) {
    const Result<Admitted> admitted = admit(at.job, at.state, country.value_or(""), facts, when);
    around.intake = admitted ? intake_open() : intake_gate(admitted.error());
    if (before.row) around.intake = intake_gate({"conflict", "this id was given to a job with other content", "id"});
    at.state.country = country.value_or("");
    at.state.accepted_at = when;
    if (at.job.plan.empty() || admitted) {
      at.state.expires_at =
          admitted ? admitted->expires_at : at.job.expires.value_or(when + settings_.dunning.expires_default);
    }
    if (admitted && !at.job.send_at_local.empty()) at.state.not_before = admitted->not_before;
  } else if (was_sent(at.state)) {
    around.intake = intake_gate(
        {"duplicate", "this job was sent already: it is " + std::string(store::name_of(at.state.state)), "id"});
  }
  auto shown = std::make_shared<Preview>(preview_of(at, facts, around, when));
  shown->known = same;
  promise([answer = std::move(request.answer), shown = std::shared_ptr<const Preview>(std::move(shown))](Now) { answer(shown); });
  return Handled::yes;
}

// nullopt: rows are missing.
std::optional<ExplainedJob> Engine::explained(const JobAt& at, dunning::Calendar& calendar, Wall when) {
  ExplainedJob told;
  const Standing facts =
      at.job.to.empty() ? Standing{true, {}, {}, {}, {}, {}} : standing(at.n, at.job, at.state, when);
  const std::optional<std::string> taken = taken_by(facts, at.n);
  if (!facts.known || !taken) return std::nullopt;
  told.job = newest_of(at, facts);
  told.state = at.state;
  // Nobody knows of what is in doubt, and what has begun is not over: of both there is more to decide.
  told.sent = was_sent(at.state) && (store::is_final(at.state.state) || at.state.state == State::submitted);
  told.time_zone = place_of(at.job, at.state.country, calendar.rules()).zones;
  const LocalClock clock(*calendar.rules().zones, told.time_zone);
  for (const store::Transition& step : at.state.history)
    told.history.push_back(step_of(step, clock, settings_.dunning));
  if (at.state.decided_at) {
    told.decided =
        step_of({*at.state.decided_at, State::submitting, {}, at.state.decided_rule, {}}, clock, settings_.dunning);
  }
  if (told.sent) told.text = at.job.template_name.empty() ? at.job.text : at.state.text;
  if (told.sent || at.job.to.empty()) return told;  // nothing is decided of it any more, or nobody is left to text
  Surroundings around{settings_, calendar, *taken, {}, {}, {}};
  around.sender_stopped = [&](const SmscSettings* smsc) { return sender_stopped(at, facts.person, smsc); };
  if (when <= now_.wall) around.no_link = why_not_sending(at.job);
  told.next = preview_of(at, facts, around, when);
  return told;
}

Engine::Handled Engine::handle(ExplainJobs& request) {
  const Wall when = request.at.value_or(now_.wall);
  auto found = std::make_shared<Explanation>(Explanation{now_.wall, when, {}});
  dunning::Calendar calendar(rules_of(settings_.dunning));
  if (request.jobs.size() > kExplainedMax) request.jobs.resize(kExplainedMax);
  bool known = true;
  for (const std::uint64_t n : request.jobs) {
    const Loaded<JobAt> at = load_job(n);
    known = known && at.known;
    if (!at.row) continue;
    std::optional<ExplainedJob> told = explained(*at.row, calendar, when);
    known = known && told.has_value();
    if (told) found->jobs.push_back(std::move(*told));
  }
  if (!known) return Handled::no;
  promise([answer = std::move(request.answer), found = std::shared_ptr<const Explanation>(std::move(found))](Now) {
    answer(found);
  });
  return Handled::yes;
}

}  // namespace dunlin::engine

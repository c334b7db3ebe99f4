// Jobs that follow a plan, step by step: each step is a job of its own, made when the one before it was submitted, so
// that payments, holds, STOPs and all else find it as they find any. And plans for who looks at them.
//
//   submitted                        the next step is made, and waits for its moment
//   a hand-over is next              it is awaited in the job before it
//   blocked, undelivered, expired …  the chain ends there: what was made already is cancelled, somebody is told
//   sent again after that            what was cancelled with it follows all the same
//   cancelled: paid                  the chain rests; where the payment is taken back the step goes on, or, where that
//                                    is too late, the next one
//   cancelled: replied               a step for the silent: passed over, and the next is made; where none is left, that
//                                    is told
//   cancelled otherwise              the end, which its sender knows of
#include <algorithm>

#include "engine/call_list.hpp"
#include "engine/chain.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/hours.hpp"
#include "engine/plan_view.hpp"
#include "engine/references.hpp"
#include "engine/segments.hpp"
#include "store/content.hpp"
#include "store/keyed_hash.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

using store::State;

Engine::Handled Engine::handle(ReadPlans& request) {
  using Shown = std::vector<ShownPlan>;
  const auto answer_with = [&](Result<std::shared_ptr<const Shown>> result) {
    promise([answer = std::move(request.answer), result = std::move(result)](Now) { answer(result); });
    return Handled::yes;
  };
  const dunning::Plans* plans = settings_.dunning.plans.get();
  auto shown = std::make_shared<Shown>();
  if (request.name.empty()) {
    if (plans != nullptr) {
      for (const dunning::Plan& plan : plans->all()) shown->push_back(plan_outline(plan));
    }
    return answer_with(std::shared_ptr<const Shown>(std::move(shown)));
  }
  const dunning::Plan* plan = plans == nullptr ? nullptr : plans->find(request.name);
  if (plan == nullptr) return answer_with(failure("not_found", "there is no plan of that name", "name"));
  if (request.question == nullptr) {
    shown->push_back(plan_outline(*plan));
    return answer_with(std::shared_ptr<const Shown>(std::move(shown)));
  }
  dunning::Calendar calendar(rules_of(settings_.dunning));
  Result<ShownPlan> timeline = plan_timeline(*plan, *request.question, settings_.dunning, calendar, now_.wall);
  if (!timeline) return answer_with(tl::unexpected(timeline.error()));
  shown->push_back(std::move(*timeline));
  return answer_with(std::shared_ptr<const Shown>(std::move(shown)));
}

// Intake: the job is checked against its plan and becomes the first of its steps. Before admit(): it has its times
// then.
Result<void> Engine::begin_plan(store::Job& job, store::JobState& state, std::string_view country, Wall now) {
  if (Result<void> good = check_plan(job, country, settings_.dunning); !good) return good;
  const dunning::Plan& plan = *settings_.dunning.plans->find(job.plan);
  dunning::PlanMoment moment;
  moment.now = now;
  moment.due_date = due_date_of(job);
  moment.zones = calendar_.rules().zones->all_of(place_of(job, country, calendar_.rules()).zones);
  moment.not_before = job.not_before;
  moment.value_of = attributes_of(job, country);
  if (moment.zones.empty())
    return failure("timezone_unknown", "nobody knows the time there: give the job its time_zone", "time_zone");
  const std::optional<dunning::NextStep> next = next_step(plan, moment);
  if (!next) return failure("never_sent", "none of the plan's steps is to come any more", "plan");
  if (plan.steps[next->step].action != dunning::StepAction::send)
    return failure("never_sent", "the plan has nothing left to send ahead of its hand-over", "plan");
  state.plan = {};
  state.plan.content = store::keyed_hash(secret_, store::content_of(job));
  job = with_step(std::move(job), plan, next->step, moment.value_of, state.plan);
  state.not_before = next->at;
  state.expires_at = expiry_of_step(job, state, next->at);
  return {};
}

Wall Engine::expiry_of_step(const store::Job& job, const store::JobState& state, Wall at) const {
  const Wall by_itself = at + settings_.dunning.expires_default;
  return std::min(by_itself, plan_end(job, state).value_or(by_itself));
}

// What happened to it may bring the next step. It is looked at with its rows, in a turn of its own; a power cut between
// leaves the appointment.
void Engine::wake_plan(const JobAt& at) {
  if (at.job.plan.empty() || at.state.plan.over) return;
  appoint(now_.wall, at.n, {store::Cause::plan_due, {}, {}});
}

namespace {

// The chain goes on without it.
bool is_passed_over(const store::JobState& state) {
  return state.reason == dunning::kReasonReplied || state.reason == kReasonPassed;
}

}  // namespace

void Engine::note_step(JobAt& at, State from) {
  switch (at.state.state) {
    case State::submitted:
    case State::undelivered:
    case State::expired:
    case State::rejected:
    case State::failed:
    case State::blocked:
    case State::unknown: return wake_plan(at);
    case State::cancelled:
      if (is_passed_over(at.state)) wake_plan(at);
      return;
    case State::ready:
      if (store::is_final(from)) at.state.plan.over = false;  // it is sent after all
      if (from == State::held) wait_longer(at);
      return;
    default: return;
  }
}

// A step does not expire for being held: when it is released it has its time again. True: it has some left.
bool Engine::wait_longer(JobAt& at) {
  const Wall until = expiry_of_step(at.job, at.state, now_.wall);
  if (until <= now_.wall) return false;
  if (until <= at.state.expires_at) return true;
  at.state.expires_at = until;
  appoint(until, at.n, {store::Cause::expiry, {}, {}});
  return true;
}

// When it comes by what is true now; `comes` alone: nobody can say, so it stays as it is.
Engine::StepMoment Engine::moment_of_step(const JobAt& at, const Standing& facts) const {
  const dunning::Plan* plan = plan_of(at.job);
  const std::optional<std::size_t> step = plan == nullptr ? std::nullopt : plan->find(at.job.stage);
  std::optional<dunning::PlanMoment> moment = plan == nullptr ? std::nullopt : plan_moment(at, facts, *plan);
  if (!step || !moment) return {};
  const store::PlanMark& mark = at.state.plan;
  moment->last = mark.before.empty() ? std::nullopt : plan->find(mark.before);
  moment->taken_at = mark.before_at.value_or(Wall{});
  moment->passed = *step == 0 ? std::nullopt : std::optional<std::size_t>(*step - 1);
  moment->not_before = at.job.not_before;
  const auto patched = std::ranges::find(at.state.changes, kNotBefore, &store::Change::name);
  if (patched != at.state.changes.end()) moment->not_before = wall_of(patched->value);
  const std::optional<dunning::NextStep> next = next_step(*plan, *moment);
  if (!next || next->step != *step) return {false, std::nullopt};
  return {true, next->at};
}

// It begins later than it was to, or once more: what waits waits for the moment of now, and has its time from there.
bool Engine::plan_anew(JobAt& at, const Standing& facts) {
  if (at.job.plan.empty()) return true;  // no step: it stays as it was asked for
  at.state.expires_at = expiry_of_step(at.job, at.state, std::max(now_.wall, at.state.not_before.value_or(now_.wall)));
  const StepMoment moment = moment_of_step(at, facts);
  if (moment.at) {
    at.state.not_before = moment.at;
    at.state.expires_at = expiry_of_step(at.job, at.state, *moment.at);
  }
  appoint(at.state.expires_at, at.n, {store::Cause::expiry, {}, {}});
  return moment.comes;
}

// Its due date was told, perhaps once more: what follows from it has its moment, and what has passed stays as it was.
void Engine::move_step(JobAt& at, const Standing& facts) {
  if (at.job.plan.empty()) return;
  const StepMoment moment = moment_of_step(at, facts);
  if (!moment.at || moment.at == at.state.not_before) return;
  at.state.not_before = moment.at;
  at.state.expires_at = expiry_of_step(at.job, at.state, *moment.at);
  appoint(at.state.expires_at, at.n, {store::Cause::expiry, {}, {}});
}

const dunning::Plan* Engine::plan_of(const store::Job& job) const {
  if (job.plan.empty() || settings_.dunning.plans == nullptr) return nullptr;
  return settings_.dunning.plans->find(job.plan);
}

// For what follows `at`; nullopt: nobody knows the time there.
std::optional<dunning::PlanMoment> Engine::plan_moment(const JobAt& at, const Standing& facts,
                                                       const dunning::Plan& plan) const {
  const store::PlanMark& mark = at.state.plan;
  const dunning::CalendarRules& rules = calendar_.rules();
  const store::Job& job = newest_of(at, facts);
  dunning::PlanMoment moment;
  moment.now = now_.wall;
  moment.due_date = due_date_of(job);
  moment.zones = rules.zones->all_of(place_of(at.job, at.state.country, rules).zones);
  moment.value_of = attributes_of(job, at.state.country);
  if (moment.zones.empty()) return std::nullopt;
  if (!mark.handed.empty()) {
    moment.last = plan.find(mark.handed);
    moment.taken_at = mark.handed_at.value_or(now_.wall);
  } else if (at.state.state != State::cancelled) {
    moment.last = plan.find(at.job.stage);
    moment.taken_at = submitted_at(at.state);
  } else {  // passed over
    if (!mark.before.empty()) moment.last = plan.find(mark.before);
    moment.taken_at = mark.before_at.value_or(Wall{});
    moment.passed = plan.find(at.job.stage);
  }
  return moment;
}

namespace {

enum class Turn : std::uint8_t { nothing, on, stop, again };

Turn turn_of(const JobAt& at, bool settled, Wall now) {
  const bool followed = at.state.plan.next_n != 0;
  switch (at.state.state) {
    case State::submitted:
    case State::delivered: return followed ? Turn::again : Turn::on;
    case State::unknown: return !first_submitted_at(at.state) ? Turn::stop : followed ? Turn::again : Turn::on;
    case State::undelivered:
    case State::rejected:
    case State::expired:
    case State::failed:
    case State::blocked: return Turn::stop;
    case State::cancelled: {
      if (followed) return Turn::nothing;
      if (is_passed_over(at.state)) return Turn::on;
      const bool late = at.state.reason == dunning::kReasonPaid && !was_sent(at.state) && now >= at.state.expires_at;
      return late && !settled ? Turn::on : Turn::nothing;
    }
    default: return Turn::nothing;
  }
}

}  // namespace

Engine::Handled Engine::plan_due(JobAt& at) {
  if (at.job.plan.empty() || at.job.to.empty() || at.state.plan.over || forgettings_.contains(at.job.to))
    return Handled::yes;
  const Standing facts = standing(at);
  if (!facts.known) return Handled::no;
  if (facts.campaign_cancelled) {  // neither a further step nor a hand-over
    end_plan(at, {});
    return Handled::yes;
  }
  switch (turn_of(at, is_settled(at, facts), now_.wall)) {
    case Turn::nothing: return Handled::yes;
    case Turn::stop: return stop_plan(at, facts);
    case Turn::on: return go_on(at, facts);
    case Turn::again: return follow_again(at);
  }
  return Handled::yes;
}

// What has ended without having reached anybody ends its chain: nothing that would say "again" follows what was never
// read.
Engine::Handled Engine::stop_plan(JobAt& at, const Standing& facts) {
  Loaded<JobAt> next = at.state.plan.next_n == 0 ? Loaded<JobAt>{true, std::nullopt} : load_job(at.state.plan.next_n);
  if (!next.known) return Handled::no;
  if (next.row) {
    const State state = next.row->state.state;
    const bool waits = state == State::ready || state == State::scheduled || state == State::held;
    if (!waits) return Handled::yes;  // it was sent, or is on its way, before this was known
    Stopped stopped;
    stop_job(*next.row, TransitionCause::cancelled, std::string(kReasonPlan), stopped);
  }
  const bool anothers = at.state.state == State::blocked && at.state.reason == dunning::kReasonDuplicate;
  const bool settled = is_settled(at, facts);
  if (settled && !anothers && !at.job.handoff) at.state.untold = true;
  const bool silent = settled || anothers || at.job.handoff;  // of that handoff_due() tells
  end_plan(at, silent ? std::string{} : at.job.stage + " " + end_of(at.state));
  return Handled::yes;
}

// It was sent again, and what was cancelled when it had failed follows as it would have.
Engine::Handled Engine::follow_again(const JobAt& at) {
  Loaded<JobAt> next = load_job(at.state.plan.next_n);
  if (!next.known) return Handled::no;
  if (!next.row || !was_taken_back(next.row->state)) return Handled::yes;
  JobAt& step = *next.row;
  const Standing facts = standing(step);
  if (!facts.known) return Handled::no;
  if (step.state.plan.before == at.job.stage) step.state.plan.before_at = submitted_at(at.state);
  const bool comes = plan_anew(step, facts);
  step.state.stopped.clear();
  transition(step, TransitionCause::reversed, "sent again");
  ready_again(step);
  save(step);
  Stopped stopped;  // it was never claimed: nothing is waited for
  if (!comes && !store::is_final(step.state.state))
    stop_job(step, TransitionCause::cancelled, std::string(kReasonPassed), stopped);
  return Handled::yes;
}

// Whether a step that has failed may be sent again: not after what follows it, nor after the plan's end.
bool Engine::plan_lets_again(const JobAt& at) {
  if (at.job.plan.empty()) return true;
  const Loaded<JobAt> next =
      at.state.plan.next_n == 0 ? Loaded<JobAt>{true, std::nullopt} : load_job(at.state.plan.next_n);
  const bool followed = !next.known || (next.row && !was_taken_back(next.row->state));
  return !followed && expiry_of_step(at.job, at.state, now_.wall) > now_.wall;
}

// `why`: empty, or what somebody has to know of its end.
void Engine::end_plan(JobAt& at, const std::string& why) {
  at.state.plan.over = true;
  at.state.plan.awaited.clear();
  at.state.plan.awaited_at.reset();
  if (!why.empty()) escalate(at, "plan stopped: " + why);
  save(at);
}

Engine::Handled Engine::go_on(JobAt& at, const Standing& facts) {
  const dunning::Plan* plan = plan_of(at.job);
  if (plan == nullptr) {
    if (plans_gone_.size() < dunning::kPlansMax && plans_gone_.insert(at.job.plan).second)
      notes_.push_back(
          {Severity::warning, "the plan " + at.job.plan + " is gone: jobs that followed it are on the call list"});
    end_plan(at, "there is no plan " + at.job.plan + " any more");
    return Handled::yes;
  }
  std::optional<dunning::PlanMoment> moment = plan_moment(at, facts, *plan);
  if (!moment || (!moment->last && !moment->passed)) {
    end_plan(at, moment ? "the plan has no step " + at.job.stage + " any more" : "nobody knows the time there");
    return Handled::yes;
  }
  const store::PlanMark& mark = at.state.plan;
  if (mark.awaited.empty()) return take_next(at, *plan, *moment, std::nullopt);
  if (now_.wall < mark.awaited_at.value_or(now_.wall) || is_settled(at, facts))
    return Handled::yes;  // a reversal wakes it
  const std::optional<std::size_t> handing = plan->find(mark.awaited);
  if (!handing || plan->steps[*handing].action != dunning::StepAction::handoff) {
    end_plan(at, "the plan has no hand-over " + mark.awaited + " any more");
    return Handled::yes;
  }
  if (const std::optional<dunning::Held> held = held_by(facts, at.state.answer, now_.wall)) {
    if (held->until) appoint(*held->until, at.n, {store::Cause::plan_due, {}, {}});
    return Handled::yes;  // who releases it looks again
  }
  const bool answered =
      plan->steps[*handing].silent && facts.person.replied_at && *facts.person.replied_at > moment->taken_at;
  if (answered) {
    moment->passed = handing;
    return take_next(at, *plan, *moment, std::nullopt);
  }
  moment->last = handing;
  moment->taken_at = now_.wall;
  return take_next(at, *plan, *moment, handing);
}

// `handing`: the hand-over whose time has come, which is told along with what follows it.
Engine::Handled Engine::take_next(JobAt& at, const dunning::Plan& plan, const dunning::PlanMoment& moment,
                                  std::optional<std::size_t> handing) {
  const std::optional<dunning::NextStep> next = next_step(plan, moment);
  const bool sends = next && plan.steps[next->step].action == dunning::StepAction::send;
  std::optional<JobAt> made;
  Standing made_facts;
  Result<void> good{};
  if (sends) {
    made = next_job(at, plan, moment, *next);
    const Loaded<std::uint64_t> taken = load_number(made->job.id);
    made_facts = standing(*made);
    if (!taken.known || !made_facts.known) return Handled::no;
    if (!room_) {  // the disk is nearly full: what is under way has what is left
      appoint(now_.wall + kTemplateWait, at.n, {store::Cause::plan_due, {}, {}});
      return Handled::yes;
    }
    const bool too_late = made->state.expires_at <= next->at;
    good = taken.row  ? Result<void>(failure("conflict", "the id " + made->job.id + " is another job's"))
           : too_late ? Result<void>(failure("expires", ""))
                      : check_job(made->job, settings_, routes_);
  }
  const bool answered =
      at.state.state == State::cancelled ? at.state.reason == dunning::kReasonReplied : moment.passed.has_value();
  if (!next && !handing && answered) return end_answered(at);
  store::PlanMark& mark = at.state.plan;
  if (handing) {
    mark.handed = plan.steps[*handing].name;
    mark.handed_at = now_.wall;
    hand_off(at, *store::parse<store::Handoff>(plan.steps[*handing].channel), "plan " + plan.name + ": " + mark.handed);
  }
  mark.awaited.clear();
  mark.awaited_at.reset();
  if (!next) {
    end_plan(at, {});
  } else if (!sends) {
    mark.awaited = plan.steps[next->step].name;
    mark.awaited_at = next->at;
    appoint(next->at, at.n, {store::Cause::plan_due, {}, {}});
    save(at);
  } else if (!good) {
    end_plan(at, good.error().code == "expires" ? std::string{} : made->job.stage + ": " + good.error().detail);
  } else {
    mark.next_n = next_n_;
    save(at);
    accept(std::move(made->job), std::move(made->state), made_facts);
  }
  return Handled::yes;
}

// Passed over to the end for having answered, which is no payment: nobody else would hear of it.
Engine::Handled Engine::end_answered(JobAt& at) {
  const Standing facts = standing(at);
  if (!facts.known) return Handled::no;
  if (!is_settled(at, facts)) escalate(at, std::string(kWhyAnswered));
  end_plan(at, {});
  return Handled::yes;
}

JobAt Engine::next_job(const JobAt& at, const dunning::Plan& plan, const dunning::PlanMoment& moment,
                       const dunning::NextStep& next) const {
  JobAt made{next_n_, {}, {}};
  store::PlanMark& mark = made.state.plan;
  mark.root_n = told_as(at.n, at.state);
  if (moment.last) {
    mark.before = plan.steps[*moment.last].name;
    mark.before_at = moment.taken_at;
  }
  made.job = with_step(without_step(at), plan, next.step, moment.value_of, mark);
  made.job.id += "/" + made.job.stage;
  made.state.country = at.state.country;
  made.state.changes = at.state.changes;
  made.state.not_before = next.at;
  made.state.expires_at = expiry_of_step(made.job, made.state, next.at);
  return made;
}

}  // namespace dunlin::engine

#include "engine/chain.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>

#include "dunning/template.hpp"
#include "engine/check_job.hpp"
#include "engine/compose.hpp"
#include "engine/newest.hpp"
#include "engine/references.hpp"
#include "store/enum_names.hpp"

namespace dunlin::engine {

using dunning::StepAction;
using dunning::StepText;

std::optional<Wall> plan_end(const store::Job& job, const store::JobState& state) {
  const auto changed = std::ranges::find(state.changes, kChangedEnd, &store::Change::name);
  return changed == state.changes.end() ? job.expires : wall_of(changed->value);
}

bool was_taken_back(const store::JobState& state) {
  return state.state == store::State::cancelled && state.reason == kReasonPlan && !was_sent(state);
}

std::string root_id(const JobAt& at) {
  if (at.state.plan.root_n == 0) return at.job.id;
  return at.job.id.substr(0, at.job.id.size() - std::min(at.job.id.size(), at.job.stage.size() + 1));
}

store::Job without_step(const JobAt& at) {
  store::Job job = at.job;
  const store::PlanMark& mark = at.state.plan;
  job.id = root_id(at);
  job.kind = store::Job{}.kind;
  job.stage.clear();
  job.template_name.clear();
  if (mark.own_fee) job.fee = *mark.own_fee;
  job.params.resize(job.params.size() - std::min<std::size_t>(job.params.size(), mark.step_params));
  job.escalate_after.reset();
  job.handoff.reset();
  job.not_before.reset();
  return job;
}

store::Job with_step(store::Job base, const dunning::Plan& plan, std::size_t step, const dunning::AttributeOf& value_of,
                     store::PlanMark& mark) {
  const dunning::PlanStep& sends = plan.steps.at(step);
  const StepText& text = text_of(sends, value_of);
  const std::optional<store::Kind> kind = store::parse<store::Kind>(text.kind);
  DUNLIN_CHECK(sends.action == StepAction::send && kind);  // Plans::build() has seen to it
  base.kind = *kind;
  base.stage = sends.name;
  base.template_name = text.template_name;
  mark.own_fee.reset();
  if (text.fee) mark.own_fee = std::exchange(base.fee, *text.fee);
  mark.step_params = static_cast<std::uint32_t>(text.params.size());
  for (const dunning::PlanParam& each : text.params) base.params.push_back({each.name, each.value});
  mark.silent = sends.silent;
  base.escalate_after = escalation_after(plan, step, value_of);
  if (!plan.on_failure.empty()) base.handoff = store::parse<store::Handoff>(plan.on_failure);
  return base;
}

dunning::AttributeOf attributes_of(const store::Job& job, std::string_view country) {
  return [job, country = std::string(country)](std::string_view name) -> std::string {
    if (name == "account") return job.account;
    if (name == "invoice") return job.invoice;
    if (name == "campaign") return job.campaign;
    if (name == "currency") return job.currency;
    if (name == "locale") return job.locale;
    if (name == "purpose") return std::string(store::name_of(job.purpose));
    if (name == "priority") return std::string(store::name_of(job.priority));
    if (name == "country") return country;
    const auto param = std::ranges::find(job.params, name, &store::Param::name);
    return param == job.params.end() ? std::string{} : param->value;
  };
}

std::optional<dunning::Date> due_date_of(const store::Job& job) { return dunning::date_of(job.due_date); }

namespace {

Result<void> plan_says(std::string field) {
  return failure("bad_value", "a plan says that itself: leave it out", std::move(field));
}

// Fields that the plan's steps fill in.
Result<void> check_free(const store::Job& job) {
  if (!job.text.empty()) return plan_says("text");
  if (!job.template_name.empty()) return plan_says("template");
  if (!job.stage.empty()) return plan_says("stage");
  if (job.kind != store::Job{}.kind) return plan_says("kind");
  if (!job.send_at_local.empty()) return plan_says("send_at_local");
  if (job.escalate_after) return plan_says("escalate_after");
  if (job.handoff) return plan_says("handoff");
  return {};
}

// A param that no step has a use for is a mistake in its name; one that a step gives itself has two values.
Result<void> check_params(const store::Job& job, const dunning::Plan& plan, const dunning::Templates& templates) {
  std::vector<const StepText*> texts;
  for (const dunning::PlanStep& step : plan.steps) {
    if (step.action != StepAction::send) continue;
    texts.push_back(&step.text);
    for (const dunning::StepVariant& variant : step.variants) texts.push_back(&variant.text);
  }
  for (const store::Param& param : job.params) {
    bool used = asks_for(plan, param.name);
    for (const StepText* text : texts) {
      if (std::ranges::find(text->params, param.name, &dunning::PlanParam::name) != text->params.end())
        return plan_says("params." + param.name);
      const std::optional<dunning::TemplateOutline> outline = templates.outline(text->template_name);
      used = used || (outline && std::ranges::find(outline->params, param.name) != outline->params.end());
    }
    if (!used) return failure("unknown_field", "no step of the plan has a use for it", "params." + param.name);
  }
  return {};
}

}  // namespace

Result<void> check_plan(const store::Job& job, std::string_view country, const DunningSettings& dunning) {
  const dunning::Plan* plan = dunning.plans == nullptr ? nullptr : dunning.plans->find(job.plan);
  if (plan == nullptr || dunning.templates == nullptr)
    return failure("unknown_plan", "there is no plan of that name", "plan");
  if (Result<void> good = check_free(job); !good) return good;
  if (job.account.empty())
    return failure("missing", "a plan needs to know whose debt it is: payments are matched to it", "account");
  if (job.due_date.empty() && needs_due_date(*plan))
    return failure("missing", "the plan counts from the due date", "due_date");
  if (Result<void> good = check_params(job, *plan, *dunning.templates); !good) return good;
  const dunning::AttributeOf value_of = attributes_of(job, country);
  for (std::size_t i = 0; i < plan->steps.size(); ++i) {
    const dunning::PlanStep& step = plan->steps[i];
    if (i > 0 && job.id.size() + 1 + step.name.size() > kIdOctetsMax)
      return failure("too_long", "the jobs of its steps are named " + job.id + "/" + step.name + ", at most 128 octets",
                     "id");
    if (step.action != StepAction::send || !hold(step.conditions, value_of)) continue;
    store::PlanMark mark;
    const Result<Composed> written = check_template(with_step(job, *plan, i, value_of, mark), dunning);
    if (!written)
      return failure(written.error().code, "step " + step.name + ": " + written.error().detail, written.error().where);
  }
  return {};
}

}  // namespace dunlin::engine

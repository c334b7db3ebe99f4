// /v1/plans: what plans there are, and the moments that one of them would come at.
#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/routes.hpp"
#include "engine/plan_view.hpp"

namespace dunlin::api {
namespace {

using Shown = std::shared_ptr<const std::vector<engine::ShownPlan>>;

void append_step(std::string& text, const engine::ShownStep& step) {
  JsonObject object(text);
  object.put("name", step.name).put("action", step.action).put("when", step.when);
  object.put_some("template", step.template_name);
  object.put_some("kind", step.kind);
  object.put_some("fee", step.fee);
  object.put_some("channel", step.channel);
  if (!step.conditions.empty())
    append_array(object.key("if"), step.conditions, [&text](const std::string& each) { append_json(text, each); });
  if (step.planned) object.put("planned", *step.planned);
  object.put_some("planned_local", step.planned_local);
  if (step.at) object.put("at", *step.at);
  object.put_some("at_local", step.at_local);
  object.put_some("weekday", step.weekday);
  object.put_some("waits_for", step.waits_for);
  object.put_some("rule", step.rule);
  object.put_some("skipped", step.skipped);
  object.end();
}

void append_plan(std::string& text, const engine::ShownPlan& plan) {
  JsonObject object(text);
  object.put("name", plan.name);
  object.put_some("title", plan.title);
  object.put("file", plan.file);
  object.put_some("on_failure", plan.on_failure);
  if (plan.from) object.put("from", *plan.from);
  object.put_some("from_local", plan.from_local);
  object.put_some("due_date", plan.due_date);
  object.put_some("time_zone", plan.time_zone);
  object.put_some("country", plan.country);
  object.put_some("purpose", plan.purpose);
  append_array(object.key("steps"), plan.steps, [&text](const engine::ShownStep& step) { append_step(text, step); });
  object.end();
}

std::string value_of(const Target& target, std::string_view name) {
  const std::string* value = target.find(name);
  return value == nullptr ? std::string{} : *value;
}

// "loyal=yes,tier=2"
Result<void> read_attributes(std::string_view written, engine::PlanQuestion& into) {
  while (!written.empty()) {
    const std::size_t comma = written.find(',');
    const std::string_view one = written.substr(0, comma);
    const std::size_t sign = one.find('=');
    if (sign == one.npos || sign == 0)
      return failure("bad_value", "NAME=VALUE is expected, with commas between", "with");
    into.attributes.emplace_back(one.substr(0, sign), one.substr(sign + 1));
    written = comma == written.npos ? std::string_view{} : written.substr(comma + 1);
  }
  return {};
}

// Null: nothing was asked but what the plan is.
Result<std::shared_ptr<const engine::PlanQuestion>> read_question(const Target& target) {
  if (target.query.empty()) return nullptr;
  auto question = std::make_shared<engine::PlanQuestion>();
  question->due_date = value_of(target, "due");
  question->time_zone = value_of(target, "zone");
  question->number = value_of(target, "number");
  question->country = value_of(target, "country");
  question->purpose = value_of(target, "purpose");
  const Result<std::optional<Wall>> from = time_in(target, "from");
  if (!from) return tl::unexpected(from.error());
  question->from = *from;
  if (Result<void> good = read_attributes(value_of(target, "with"), *question); !good)
    return tl::unexpected(good.error());
  return question;
}

}  // namespace

Task<> show_plans(Call& call) {
  auto make = [](engine::Answer<Shown> answer) { return engine::ReadPlans{{}, {}, std::move(answer)}; };
  Result<Shown> shown = co_await call.ask<Shown>(make);
  if (!shown) {
    co_await call.refuse(std::move(shown.error()));
    co_return;
  }
  std::string text;
  JsonObject object(text);
  append_array(object.key("plans"), **shown, [&text](const engine::ShownPlan& plan) { append_plan(text, plan); });
  object.end();
  co_await call.answer(200, std::move(text));
}

Task<> show_plan(Call& call) {
  Result<std::shared_ptr<const engine::PlanQuestion>> question = read_question(call.target);
  if (!question) {
    co_await call.refuse(std::move(question.error()));
    co_return;
  }
  auto make = [&call, &question](engine::Answer<Shown> answer) {
    return engine::ReadPlans{call.segment(2), *question, std::move(answer)};
  };
  Result<Shown> shown = co_await call.ask<Shown>(make);
  if (!shown) {
    co_await call.refuse(std::move(shown.error()));
    co_return;
  }
  std::string text;
  append_plan(text, (*shown)->front());
  co_await call.answer(200, std::move(text));
}

}  // namespace dunlin::api

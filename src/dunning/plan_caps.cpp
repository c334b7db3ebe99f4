// A plan against the caps, before anybody is texted: what a cap would keep back by the plan's own distances.
#include <algorithm>

#include "dunning/plan.hpp"
#include "dunning/time_zone.hpp"

namespace dunlin::dunning {

namespace {

using std::chrono::days;

// Whom the conditions of a step are for; one that asks for another value finds none.
AttributeOf meant_by(const std::vector<Condition>& conditions) {
  return [&conditions](std::string_view name) -> std::string {
    const auto wanted =
        std::ranges::find_if(conditions, [&](const Condition& each) { return each.equal && each.name == name; });
    return wanted == conditions.end() ? std::string{} : wanted->value;
  };
}

struct SentStep {
  std::size_t step;
  Wall at;
};

// Each step when it comes, of somebody who is silent to the end and was handed in before all of it.
std::vector<SentStep> sent_of(const Plan& plan, AttributeOf value_of) {
  const TimeZone utc;
  const Date due{std::chrono::local_days{std::chrono::year{2060} / 1 / 1}};
  PlanMoment moment;
  moment.now = utc.first_at(LocalTime{(due - days{kPlanDaysMax + 1}).time_since_epoch()});
  moment.due_date = due;
  moment.zones = {&utc};
  moment.value_of = std::move(value_of);
  std::vector<SentStep> sent;
  while (const std::optional<NextStep> next = next_step(plan, moment)) {
    if (plan.steps[next->step].action == StepAction::send) sent.push_back({next->step, next->at});
    moment.last = next->step;
    moment.taken_at = moment.now = next->at;
  }
  return sent;
}

std::optional<CapExceeded> exceeded_by(const std::vector<SentStep>& sent, const Cap& cap) {
  for (std::size_t i = cap.texts; i < sent.size(); ++i) {
    if (sent[i].at - sent[i - cap.texts].at < cap.within) return CapExceeded{sent[i].step, cap.texts + 1};
  }
  return std::nullopt;
}

}  // namespace

std::optional<CapExceeded> exceeded_by(const Plan& plan, const Cap& cap) {
  std::optional<CapExceeded> found = exceeded_by(sent_of(plan, {}), cap);
  for (auto step = plan.steps.begin(); step != plan.steps.end() && !found; ++step) {
    if (!step->conditions.empty()) found = exceeded_by(sent_of(plan, meant_by(step->conditions)), cap);
  }
  return found;
}

}  // namespace dunlin::dunning

// When the steps of a plan come. plan_build.cpp makes plans of what was written.
#include "dunning/plan.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>

namespace dunlin::dunning {

using std::chrono::days;

std::string to_string(const Condition& condition) {
  return condition.name + (condition.equal ? " = " : " != ") + condition.value;
}

std::string_view to_string(StepAction action) {
  switch (action) {
    case StepAction::send: return "send";
    case StepAction::handoff: return "handoff";
    case StepAction::escalate: return "escalate";
  }
  return "";
}

std::optional<std::size_t> Plan::find(std::string_view step) const {
  const auto found = std::ranges::find(steps, step, &PlanStep::name);
  return found == steps.end() ? std::nullopt : std::optional<std::size_t>(found - steps.begin());
}

const Plan* Plans::find(std::string_view name) const {
  const auto found = std::ranges::find(plans_, name, &Plan::name);
  return found == plans_.end() ? nullptr : &*found;
}

bool hold(const std::vector<Condition>& conditions, const AttributeOf& value_of) {
  return std::ranges::all_of(conditions, [&](const Condition& each) {
    const std::string value = value_of ? value_of(each.name) : std::string{};
    return (value == each.value) == each.equal;
  });
}

const StepText& text_of(const PlanStep& step, const AttributeOf& value_of) {
  const auto variant =
      std::ranges::find_if(step.variants, [&](const StepVariant& each) { return hold(each.conditions, value_of); });
  return variant == step.variants.end() ? step.text : variant->text;
}

std::optional<std::chrono::milliseconds> escalation_after(const Plan& plan, std::size_t step,
                                                          const AttributeOf& value_of) {
  for (std::size_t i = step + 1; i < plan.steps.size(); ++i) {
    const PlanStep& each = plan.steps[i];
    if (!hold(each.conditions, value_of)) continue;
    if (each.action != StepAction::escalate) return std::nullopt;
    return each.wait.value_or(std::chrono::milliseconds{days{each.days}});
  }
  return std::nullopt;
}

bool asks_for(const Plan& plan, std::string_view param) {
  const auto in = [&](const std::vector<Condition>& conditions) {
    return std::ranges::any_of(conditions, [&](const Condition& each) { return each.name == param; });
  };
  return std::ranges::any_of(plan.steps, [&](const PlanStep& step) {
    return in(step.conditions) ||
           std::ranges::any_of(step.variants, [&](const StepVariant& each) { return in(each.conditions); });
  });
}

bool needs_due_date(const Plan& plan) {
  return std::ranges::any_of(plan.steps, [](const PlanStep& step) { return step.after_due; });
}

Days days_at(Wall at, const std::vector<const TimeZone*>& zones) {
  DUNLIN_CHECK(!zones.empty());
  const auto day = [&](const TimeZone* zone) { return std::chrono::floor<days>(zone->local(at)); };
  Days found{day(zones.front()), day(zones.front())};
  for (const TimeZone* zone : zones) {
    found.first = std::min(found.first, day(zone));
    found.last = std::max(found.last, day(zone));
  }
  return found;
}

namespace {

// Of a search for the next step: when the plan may go on at the earliest.
struct Clock {
  const Plan& plan;
  const PlanMoment& moment;
  Wall begin;                   // now, or when the plan begins
  std::optional<Date> sent_on;  // the latest day that the last step may have come on
  Date earliest;                // the first day that another step may come on

  Clock(const Plan& of, const PlanMoment& at) : plan(of), moment(at), begin(at.now) {
    if (!at.last && at.not_before) begin = std::max(begin, *at.not_before);
    earliest = days_at(begin, at.zones).first;
    if (!at.last) return;
    sent_on = days_at(at.taken_at, at.zones).last;
    earliest = std::max(earliest, *sent_on + days{1});
  }

  Wall on(Date date, std::chrono::minutes at) const {
    return *moment_of(LocalWish{date, at}, begin, moment.zones);  // some zone is known
  }
  std::chrono::minutes hour_of(const PlanStep& step) const { return step.at.value_or(plan.at); }

  // nullopt: its day has passed, and it is not worth anything later.
  std::optional<Wall> by_due_date(const PlanStep& step) const {
    const Date day = *moment.due_date + days{step.days};
    if (step.days <= 0 && day < earliest) return std::nullopt;
    Date date = std::max(day, earliest);
    if (moment.last) {
      const PlanStep& before = plan.steps[*moment.last];
      if (step.days > 0 && before.after_due && before.days > 0)
        date = std::max(date, *sent_on + days{step.days - before.days});
    }
    const bool at_once = day < date && date == days_at(begin, moment.zones).first;
    return at_once ? begin : std::max(begin, on(date, hour_of(step)));
  }

  Wall by_step_before(const PlanStep& step) const {
    const Wall base = moment.last ? moment.taken_at : begin;
    Wall at;
    if (step.wait) {
      at = base + *step.wait;
      if (step.at) at = *moment_of(LocalWish{std::nullopt, *step.at}, at, moment.zones);
    } else {
      at = on(days_at(base, moment.zones).last + days{step.days}, hour_of(step));
    }
    if (days_at(at, moment.zones).first < earliest) at = std::max(at, on(earliest, hour_of(step)));
    return std::max(begin, at);
  }
};

}  // namespace

std::optional<NextStep> next_step(const Plan& plan, const PlanMoment& moment, std::vector<SkippedStep>* skipped) {
  const Clock clock(plan, moment);
  const auto skip = [&](std::size_t step, std::string_view why) {
    if (skipped != nullptr) skipped->push_back({step, why});
  };
  const std::size_t taken = moment.last ? *moment.last + 1 : 0;
  for (std::size_t i = std::max(taken, moment.passed ? *moment.passed + 1 : 0); i < plan.steps.size(); ++i) {
    const PlanStep& step = plan.steps[i];
    if (step.action == StepAction::escalate) continue;
    if (!hold(step.conditions, moment.value_of)) {
      skip(i, kSkipCondition);
    } else if (!step.after_due) {
      return NextStep{i, clock.by_step_before(step)};
    } else if (!moment.due_date) {
      skip(i, kSkipNoDueDate);
    } else if (const std::optional<Wall> at = clock.by_due_date(step)) {
      return NextStep{i, *at};
    } else {
      skip(i, kSkipPassed);
    }
  }
  return std::nullopt;
}

}  // namespace dunlin::dunning

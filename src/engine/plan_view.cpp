#include "engine/plan_view.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/compose.hpp"
#include "engine/hours.hpp"
#include "engine/local_time.hpp"
#include "store/enum_names.hpp"

namespace dunlin::engine {

namespace {

using dunning::PlanStep;
using dunning::StepAction;
using std::chrono::milliseconds;

std::string hour_text(std::chrono::minutes at) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(at.count() / 60),
                static_cast<int>(at.count() % 60));
  return text.data();
}

std::string count_text(std::int64_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string wait_text(milliseconds wait) {
  using namespace std::chrono;
  if (wait % hours{1} == milliseconds{0}) return count_text(duration_cast<hours>(wait).count(), "hour");
  if (wait % minutes{1} == milliseconds{0}) return count_text(duration_cast<minutes>(wait).count(), "minute");
  return count_text(duration_cast<seconds>(wait).count(), "second");
}

std::string when_of(const dunning::Plan& plan, std::size_t index) {
  const PlanStep& step = plan.steps[index];
  const std::string hour =
      step.action == StepAction::escalate || (step.wait && !step.at) ? "" : ", " + hour_text(step.at.value_or(plan.at));
  if (step.after_due) {
    if (step.days == 0) return "on the due date" + hour;
    return count_text(std::abs(step.days), "day") + (step.days < 0 ? " before" : " after") + " the due date" + hour;
  }
  const std::string before = index == 0 ? "the plan began" : "the step before";
  const bool none = step.wait ? step.wait->count() == 0 : step.days == 0;
  if (none) return index == 0 ? "when the plan begins" + hour : "on the day after the step before" + hour;
  return (step.wait ? wait_text(*step.wait) : count_text(step.days, "day")) + " after " + before + hour;
}

ShownStep outline_of(const dunning::Plan& plan, std::size_t index) {
  const PlanStep& step = plan.steps[index];
  ShownStep shown;
  shown.name = step.name;
  shown.action = to_string(step.action);
  shown.when = when_of(plan, index);
  shown.template_name = step.text.template_name;
  shown.kind = step.text.kind;
  shown.fee = step.text.fee.value_or("");
  shown.channel = step.channel;
  if (step.silent) shown.conditions.emplace_back("silent");
  for (const dunning::Condition& each : step.conditions) shown.conditions.push_back(to_string(each));
  return shown;
}

// A question that was understood.
struct Asked {
  std::optional<dunning::Date> due;
  store::Job job;  // whose place it is
  std::string country;
  store::Purpose purpose = store::Purpose::billing;
};

Result<Asked> understood(const dunning::Plan& plan, const PlanQuestion& question, const DunningSettings& dunning,
                         const dunning::CalendarRules& rules) {
  Asked asked;
  if (question.due_date.empty()) {
    if (needs_due_date(plan)) return failure("missing", "the plan counts from the due date: which is it?", "due");
  } else {
    asked.due = dunning::date_of(question.due_date);
    if (!asked.due) return failure("bad_date", "a date such as 2026-12-01 is expected", "due");
  }
  if (!question.purpose.empty()) {
    const std::optional<store::Purpose> purpose = store::parse<store::Purpose>(question.purpose);
    if (!purpose) return failure("bad_value", "expected one of billing collection marketing", "purpose");
    asked.purpose = *purpose;
  }
  asked.country = question.country.empty() ? dunning.default_country : question.country;
  if (!question.number.empty()) {
    asked.job.to = question.number;
    Result<std::string> country = read_recipient(asked.job, dunning);
    if (!country) return failure(country.error().code, country.error().detail, "number");
    asked.country = std::move(*country);
  }
  if (!question.time_zone.empty() && rules.zones->find(question.time_zone) == nullptr)
    return failure("bad_value", "no zone of the IANA's has this name, like Europe/Warsaw", "zone");
  asked.job.time_zone = question.time_zone;
  if (question.time_zone.empty() && question.number.empty()) {
    const std::string_view zones = rules.zones->of_country(asked.country);
    if (zones.empty()) return failure("missing", "whose clock? a zone, a number or a country says it", "zone");
    asked.job.time_zone = zones;
  }
  return asked;
}

std::string value_in(const PlanQuestion& question, const Asked& asked, std::string_view name) {
  const auto given = std::ranges::find(question.attributes, name, &std::pair<std::string, std::string>::first);
  if (given != question.attributes.end()) return given->second;
  if (name == "purpose") return std::string(store::name_of(asked.purpose));
  if (name == "country") return asked.country;
  return {};
}

// The steps of one plan for one place, in the order of their moments.
class Timeline {
 public:
  Timeline(const dunning::Plan& plan, const Asked& asked, dunning::Calendar& calendar, dunning::PlanMoment moment,
           ShownPlan& shown)
      : plan_(plan),
        asked_(asked),
        calendar_(calendar),
        moment_(std::move(moment)),
        shown_(shown),
        clock_(*calendar.rules().zones, shown.time_zone) {}

  void run() {
    shown_.from_local = clock_.rfc3339(moment_.now);
    std::vector<dunning::SkippedStep> skipped;
    while (const std::optional<dunning::NextStep> next = next_step(plan_, moment_, &skipped)) {
      take(*next);
      moment_.last = next->step;
      moment_.taken_at = moment_.now = *shown_.steps[next->step].at;
    }
    for (const dunning::SkippedStep& each : skipped) shown_.steps[each.step].skipped = each.why;
    for (ShownStep& step : shown_.steps) {
      if (!step.at && step.skipped.empty()) step.skipped = "no step before it comes";
    }
  }

 private:
  void take(const dunning::NextStep& next) {
    const PlanStep& step = plan_.steps[next.step];
    ShownStep& shown = shown_.steps[next.step];
    place(shown, next.at, step.action == StepAction::send);
    if (step.action != StepAction::send) return;
    const dunning::StepText& text = text_of(step, moment_.value_of);
    shown.template_name = text.template_name;
    shown.kind = text.kind;
    shown.fee = text.fee.value_or("");
    const std::optional<milliseconds> silence = escalation_after(plan_, next.step, moment_.value_of);
    if (!silence) return;
    for (std::size_t i = next.step + 1; i < plan_.steps.size(); ++i) {
      if (plan_.steps[i].action != StepAction::escalate || !hold(plan_.steps[i].conditions, moment_.value_of)) continue;
      return place(shown_.steps[i], *shown.at + *silence, false);
    }
  }

  void place(ShownStep& shown, Wall planned, bool sends) {
    shown.planned = shown.at = planned;
    if (sends) {
      const dunning::Place place = place_of(asked_.job, asked_.country, calendar_.rules());
      const Window window = window_at(calendar_, place, asked_.purpose, planned);
      if (window.closed) {
        shown.waits_for = window.closed->reason;
        shown.rule = window.closed->rule;
        if (window.closed->until) shown.at = *window.closed->until;
      }
    }
    shown.planned_local = clock_.rfc3339(*shown.planned);
    shown.at_local = clock_.rfc3339(*shown.at);
    const dunning::Date day = days_at(*shown.at, moment_.zones).last;
    const std::chrono::weekday weekday{std::chrono::sys_days{day.time_since_epoch()}};
    shown.weekday = dunning::weekday_name(weekday.iso_encoding() - 1);
  }

  const dunning::Plan& plan_;
  const Asked& asked_;
  dunning::Calendar& calendar_;
  dunning::PlanMoment moment_;
  ShownPlan& shown_;
  LocalClock clock_;
};

}  // namespace

ShownPlan plan_outline(const dunning::Plan& plan) {
  ShownPlan shown{plan.name, plan.title, plan.file, plan.on_failure};
  for (std::size_t i = 0; i < plan.steps.size(); ++i) shown.steps.push_back(outline_of(plan, i));
  return shown;
}

Result<ShownPlan> plan_timeline(const dunning::Plan& plan, const PlanQuestion& question, const DunningSettings& dunning,
                                dunning::Calendar& calendar, Wall now) {
  const dunning::CalendarRules& rules = calendar.rules();
  const Result<Asked> asked = understood(plan, question, dunning, rules);
  if (!asked) return tl::unexpected(asked.error());
  ShownPlan shown = plan_outline(plan);
  shown.from = question.from.value_or(now);
  shown.due_date = question.due_date;
  shown.time_zone = place_of(asked->job, asked->country, rules).zones;
  shown.country = asked->country;
  shown.purpose = store::name_of(asked->purpose);
  dunning::PlanMoment moment;
  moment.now = *shown.from;
  moment.due_date = asked->due;
  moment.zones = rules.zones->all_of(shown.time_zone);
  if (moment.zones.empty()) return failure("timezone_unknown", "nobody knows the time there: name the zone", "zone");
  moment.value_of = [&](std::string_view name) { return value_in(question, *asked, name); };
  Timeline(plan, *asked, calendar, std::move(moment), shown).run();
  return shown;
}

}  // namespace dunlin::engine

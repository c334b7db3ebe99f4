// A plan as people look at it: its steps, and for one recipient and due date the moments they would come at, with what
// moves them. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dunning/calendar.hpp"
#include "dunning/plan.hpp"
#include "engine/settings.hpp"

namespace dunlin::engine {

struct ShownStep {
  std::string name, action;
  std::string when;                     // "3 days before the due date, 10:00"
  std::string template_name, kind;      // of what it sends
  std::string fee;                      // the plan's; "": the job's
  std::string channel;                  // of a hand-over
  std::vector<std::string> conditions;  // "silent", "loyal = yes"
  std::optional<Wall> planned, at;      // as the plan has it, and when it may leave
  std::string planned_local, at_local;  // on the recipient's clock
  std::string weekday;                  // of `at` there
  std::string waits_for, rule;          // why it leaves later than planned: "quiet_day", and which row says so
  std::string skipped;                  // why it does not come
};
struct ShownPlan {
  std::string name, title, file, on_failure;
  std::optional<Wall> from{};  // the timeline: as if a job began it then
  std::string from_local{};    // on the recipient's clock
  std::string due_date{};
  std::string time_zone{};  // several with commas between them: an hour that suits them all
  std::string country{}, purpose{};
  std::vector<ShownStep> steps{};
};

// Whose timeline: a zone or a number says where, or both.
struct PlanQuestion {
  std::string due_date{};  // "2026-12-01"; may be empty where no step asks for it
  std::string time_zone{}, number{}, country{};
  std::string purpose{};  // "": billing
  std::optional<Wall> from{};
  std::vector<std::pair<std::string, std::string>> attributes{};
};

[[nodiscard]] ShownPlan plan_outline(const dunning::Plan& plan);
// As if each step left as soon as it may. Errors: "missing", "bad_date", "bad_value", "bad_number", "not_mobile",
// "timezone_unknown"; `where` is "due", "zone", "number", "country" or "purpose".
[[nodiscard]] Result<ShownPlan> plan_timeline(const dunning::Plan& plan, const PlanQuestion& question,
                                              const DunningSettings& dunning, dunning::Calendar& calendar, Wall now);

}  // namespace dunlin::engine

// Dunning plans: reminders as a chain of steps, each so many days from the due date or from the step before it, at an
// hour of the recipient's clock. Pure: what an operator wrote becomes a Plan by Plans::build(), and next_step() says
// what comes next and when. What a plan may say is in docs/plans.md.
//
// What next_step() promises, of any plan and any clock:
//   - a step lies on a later day of the recipient's than the step before it: never two in a day
//   - a step up to the due date is never taken when its day has passed: it is skipped
//   - a step after the due date is never skipped for its time. The first is taken at once where its day has passed; the
//     others keep the distance that the plan has between them, so that who begins late does not write every day
#pragma once

#include <dunlin/base/time.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "dunning/calendar.hpp"
#include "dunning/caps.hpp"
#include "dunning/template_source.hpp"

namespace dunlin::dunning {

class Templates;

inline constexpr std::size_t kPlansMax = 1000;     // of a folder; more are refused
inline constexpr std::size_t kStepsMax = 32;       // of a plan
inline constexpr std::size_t kVariantsMax = 16;    // of a step
inline constexpr std::size_t kConditionsMax = 16;  // of a step or a variant
inline constexpr std::size_t kPlanNameMax = 40;    // characters, also of a step: ids of jobs end with it
inline constexpr int kPlanDaysMax = 3660;
inline constexpr std::chrono::minutes kPlanAt{10 * 60};  // where a plan says no hour

// What conditions ask for beside a job's params: its fields.
inline constexpr std::array<std::string_view, 8> kPlanFields = {"account", "invoice", "campaign", "currency",
                                                                "locale",  "purpose", "country",  "priority"};
inline constexpr std::array<std::string_view, 3> kChannels = {"email", "letter", "phone"};

// "loyal = yes": a field of the job, or a param of that name. Without it the value is empty.
struct Condition {
  std::string name;
  std::string value;
  bool equal = true;  // else: is another
  bool operator==(const Condition&) const = default;
};
[[nodiscard]] std::string to_string(const Condition& condition);

struct PlanParam {
  std::string name, value;
  bool operator==(const PlanParam&) const = default;
};

// What a step sends.
struct StepText {
  std::string template_name;
  std::string kind;                // of kKinds; written, or the only one that the template has
  std::optional<std::string> fee;  // instead of the job's; "0": none is told
  std::vector<PlanParam> params;   // beside the job's
  bool operator==(const StepText&) const = default;
};
struct StepVariant {
  std::size_t line = 0;
  std::vector<Condition> conditions;  // all hold
  StepText text;                      // complete: what it leaves out is the step's
};

enum class StepAction : std::uint8_t { send, handoff, escalate };
[[nodiscard]] std::string_view to_string(StepAction action);

struct PlanStep {
  std::size_t line = 0;
  std::string name;  // the stage of what it sends
  StepAction action = StepAction::send;
  bool after_due = true;                          // else after the step before; of the first step: after the plan began
  int days = 0;                                   // with after_due they may be before it
  std::optional<std::chrono::milliseconds> wait;  // instead of days, after the step before
  std::optional<std::chrono::minutes> at;         // since midnight, on the recipient's clock
  StepText text;                                  // of `send`
  std::string channel;                            // of `handoff`: one of kChannels
  std::vector<Condition> conditions;              // all hold, or the step is passed over
  bool silent = false;                            // and no reply came since the step before
  std::vector<StepVariant> variants;              // the first whose conditions hold is sent instead of `text`
};

struct Plan {
  std::string file;
  std::size_t line = 0;
  std::string name;
  std::string title;                  // what it is for, for people
  std::chrono::minutes at = kPlanAt;  // of steps that name no hour
  std::string on_failure;             // a channel that takes over where a step did not reach anybody; "": nobody
  std::vector<PlanStep> steps;

  // Index of a step; nullopt: none has that name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view step) const;
};

struct PlanSources {
  std::vector<Plan> plans;
  std::string read_from;  // everything that was read, verbatim: what tells two sets apart
};

class Plans {
 public:
  // Checks what is told against the templates there are (null: none), completes kinds and variants, and gives all that
  // is wrong: bad_name, duplicate_name, too_many, missing_key, bad_value, unknown_template, unknown_kind, wrong_kind,
  // unknown_parameter, out_of_order. Each has its file and line; none is a warning.
  [[nodiscard]] static tl::expected<Plans, std::vector<Finding>> build(PlanSources sources, const Templates* templates);

  // Null: there is none of that name. Lives as long as this does.
  [[nodiscard]] const Plan* find(std::string_view name) const;
  [[nodiscard]] const std::vector<Plan>& all() const { return plans_; }  // by name
  [[nodiscard]] bool same_as(const Plans& other) const { return read_from_ == other.read_from_; }

 private:
  std::vector<Plan> plans_;
  std::string read_from_;
};

// The value of an attribute: a field of the job of that name (kPlanFields), else a param; "" where it has none.
using AttributeOf = std::function<std::string(std::string_view name)>;

[[nodiscard]] bool hold(const std::vector<Condition>& conditions, const AttributeOf& value_of);
// What a step that sends says to this account.
[[nodiscard]] const StepText& text_of(const PlanStep& step, const AttributeOf& value_of);
// How long after a step its silence is told, by the escalation that follows it; nullopt: none does.
[[nodiscard]] std::optional<std::chrono::milliseconds> escalation_after(const Plan& plan, std::size_t step,
                                                                        const AttributeOf& value_of);
// The plan, or one of its steps' conditions, has a use for a param of that name.
[[nodiscard]] bool asks_for(const Plan& plan, std::string_view param);
[[nodiscard]] bool needs_due_date(const Plan& plan);

// What is known when the next step is looked for.
struct PlanMoment {
  Wall now{};
  std::optional<Date> due_date{};
  std::vector<const TimeZone*> zones{};  // every clock that may be the recipient's; at least one
  std::optional<std::size_t> last{};     // the step that was taken last; none: the plan begins
  Wall taken_at{};                       // and when
  std::optional<std::size_t> passed{};   // the steps up to this one were passed over since
  std::optional<Wall> not_before{};      // of a plan that begins: it begins then
  AttributeOf value_of{};                // empty: no attribute has a value
};
struct NextStep {
  std::size_t step = 0;
  Wall at{};
};
struct SkippedStep {
  std::size_t step = 0;
  std::string_view why;  // kSkip…
};
inline constexpr std::string_view kSkipPassed = "its day has passed";
inline constexpr std::string_view kSkipCondition = "its conditions do not hold";
inline constexpr std::string_view kSkipNoDueDate = "there is no due date";

// The next step that sends or hands over, and its moment, which is not before now. Escalations are no steps of their
// own here: escalation_after(). nullopt: the plan is at its end. `skipped`: what was passed over on the way there.
[[nodiscard]] std::optional<NextStep> next_step(const Plan& plan, const PlanMoment& moment,
                                                std::vector<SkippedStep>* skipped = nullptr);

// The first text of a plan that a cap would keep back although it comes when the plan says, and which text it is within
// the cap's time. nullopt: none is. Looked at for somebody without attributes, and for whom each step's conditions are.
struct CapExceeded {
  std::size_t step = 0;
  std::uint32_t texts = 0;
};
[[nodiscard]] std::optional<CapExceeded> exceeded_by(const Plan& plan, const Cap& cap);

// The recipient's day, where clocks differ the earliest and the latest that it may be.
struct Days {
  Date first, last;
};
[[nodiscard]] Days days_at(Wall at, const std::vector<const TimeZone*>& zones);

}  // namespace dunlin::dunning

// A job that follows a plan: what of it its step fills in, and what the chain's next job begins from. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "dunning/plan.hpp"
#include "engine/decisions.hpp"
#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// Why the rest of a chain was cancelled: the step before it has not reached anybody after all.
inline constexpr std::string_view kReasonPlan = "plan";
// Why a step was passed over: its day had gone by when its campaign was let go.
inline constexpr std::string_view kReasonPassed = "passed";

// The end of its plan, after which nothing of it is sent; none was given. A PATCH may have moved it.
[[nodiscard]] std::optional<Wall> plan_end(const store::Job& job, const store::JobState& state);
// It was to follow a step that has not reached anybody after all, and nothing of it has left.
[[nodiscard]] bool was_taken_back(const store::JobState& state);

// The id of the chain's first job; the others' are that, a slash and their step's name.
[[nodiscard]] std::string root_id(const JobAt& at);
// The job without what its step filled in: as it was submitted, but for times.
[[nodiscard]] store::Job without_step(const JobAt& at);
// `base` as the plan's step sends it: template, kind, stage, fee, params, escalation and hand-over. `mark` says of it
// what without_step() needs.
[[nodiscard]] store::Job with_step(store::Job base, const dunning::Plan& plan, std::size_t step,
                                   const dunning::AttributeOf& value_of, store::PlanMark& mark);
// What conditions ask of it.
[[nodiscard]] dunning::AttributeOf attributes_of(const store::Job& job, std::string_view country);
[[nodiscard]] std::optional<dunning::Date> due_date_of(const store::Job& job);

// What a job that asks for a plan may not say, since the plan does; that its params are used; that every step it may
// come to can be written. Errors: "unknown_plan", "bad_value", "missing", "too_long", "unknown_field", and those of
// check_template(); `where` is the field, `detail` names the step.
[[nodiscard]] Result<void> check_plan(const store::Job& job, std::string_view country, const DunningSettings& dunning);

}  // namespace dunlin::engine

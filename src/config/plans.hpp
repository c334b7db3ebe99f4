// The plans' folder: every *.toml file in it, in the order of their names, as what dunning/ makes plans of.
//
//   [[plan]]            name, title, at, on_failure
//     [[plan.step]]     name, after, days or wait, at, if; template, kind, fee, params; or handoff; or escalate
//       [[plan.step.variant]]   if, template, kind, fee, params
#pragma once

#include <filesystem>
#include <memory>
#include <tl/expected.hpp>
#include <vector>

#include "config/configuration.hpp"
#include "dunning/plan.hpp"

namespace dunlin::config {

inline constexpr std::size_t kPlanFilesMax = 1000;  // a folder with more is refused

// As they are written. Codes: unreadable_file, bad_toml, unknown_key, wrong_type, missing_key, bad_value, bad_duration,
// too_many.
[[nodiscard]] tl::expected<dunning::PlanSources, Errors> read_plan_sources(const std::filesystem::path& folder);

// Read, and checked against the templates there are (null: none); `where` is "file:line: key". Codes also those of
// dunning::Plans::build().
[[nodiscard]] tl::expected<std::shared_ptr<const dunning::Plans>, Errors> read_plans(
    const std::filesystem::path& folder, const dunning::Templates* templates);

// Steps whose text a cap would keep back although it comes when its plan says: it is late, and expires where that takes
// too long. Warnings, code `capped`.
[[nodiscard]] std::vector<dunning::Finding> capped_steps(const dunning::Plans& plans,
                                                         const engine::DunningSettings& dunning);

}  // namespace dunlin::config

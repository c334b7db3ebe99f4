// What the configuration says of times, put together: countries.toml, quiet_hours, quiet_days, the system's time zones.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "config/findings.hpp"
#include "dunning/calendar.hpp"

namespace dunlin::config {

// `countries`: the file, or empty: countries are switched off. What is wrong with the settings goes to `findings`:
// bad_value, unknown_country, never_opens; what is wrong with the file is returned, with `where` as "file:line: key".
[[nodiscard]] tl::expected<std::shared_ptr<const dunning::CalendarRules>, Errors> read_calendar(
    const engine::DunningSettings& settings, const std::filesystem::path& countries, Findings& findings);

// Its validity_min against every window: what a rule's hours can never hold would wait until it expires. never_opens.
void check_windows(const engine::SmscSettings& smsc, const std::string& label, const dunning::CalendarRules& rules,
                   Findings& findings);

}  // namespace dunlin::config

// The files that are shipped, as the daemon would read them; read once a process.
#pragma once

#include <memory>

#include "engine/settings.hpp"

namespace dunlin::simulation {

std::shared_ptr<const dunning::Templates> shipped_templates();   // conf/templates.d
std::shared_ptr<const dunning::Templates> reworded_templates();  // the same in other words
std::shared_ptr<const dunning::CalendarRules> plain_calendar();  // zones, and no rules
// conf/countries.toml, and quiet hours as the configuration writes them ("" or "20:00-08:00").
std::shared_ptr<const dunning::CalendarRules> shipped_calendar(const std::string& quiet_hours);

}  // namespace dunlin::simulation

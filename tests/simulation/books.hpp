// The files that are shipped, as the daemon would read them; read once a process.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/settings.hpp"

namespace dunlin::simulation {

std::shared_ptr<const dunning::Templates> shipped_templates();   // conf/templates.d
std::shared_ptr<const dunning::Templates> reworded_templates();  // the same in other words
std::shared_ptr<const dunning::CalendarRules> plain_calendar();  // zones, and no rules
std::shared_ptr<const dunning::Templates> creditors_templates();  // the same, and who writes them
// conf/countries.toml, and quiet hours as the configuration writes them ("" or "20:00-08:00").
std::shared_ptr<const dunning::CalendarRules> shipped_calendar(const std::string& quiet_hours);

std::shared_ptr<const dunning::Plans> shipped_plans();  // conf/plans.d
std::shared_ptr<const dunning::Replies>
answering_replies();  // conf/replies.toml, and answered with the shipped templates

// What people write, as the classifier is measured with: the plain ones, as anybody would write them.
struct Phrase {
  std::string intent, text;
};
const std::vector<Phrase>& phrases(std::string_view language);

}  // namespace dunlin::simulation

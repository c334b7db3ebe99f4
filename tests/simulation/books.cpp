#include "books.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>

#include "config/calendar.hpp"
#include "config/templates.hpp"

namespace dunlin::simulation {
namespace {

template <class T>
T read_or_end(tl::expected<T, config::Errors> read) {
  if (read) return *std::move(read);
  std::fprintf(stderr, "the shipped configuration can't be read: %s\n", to_string(read.error().front()).c_str());
  std::abort();
}

}  // namespace

std::shared_ptr<const dunning::Templates> shipped_templates() {
  static const auto read = read_or_end(config::read_templates(DUNLIN_CONF "/templates.d"));
  return read;
}

std::shared_ptr<const dunning::Templates> reworded_templates() {
  static const std::shared_ptr<const dunning::Templates> made = [] {
    dunning::TemplateSources sources = read_or_end(config::read_template_sources(DUNLIN_CONF "/templates.d"));
    for (dunning::TemplateSource& each : sources.templates) {
      for (dunning::TextSource& text : each.texts) text.pattern += " Thank you.";
    }
    sources.read_from += "reworded";
    auto built = dunning::Templates::build(std::move(sources));
    if (!built) std::abort();
    return std::make_shared<const dunning::Templates>(*std::move(built));
  }();
  return made;
}

std::shared_ptr<const dunning::CalendarRules> plain_calendar() {
  config::Findings findings("");
  static const auto read = read_or_end(config::read_calendar({}, {}, findings));
  return read;
}

std::shared_ptr<const dunning::CalendarRules> shipped_calendar(const std::string& quiet_hours) {
  static std::map<std::string, std::shared_ptr<const dunning::CalendarRules>> read;
  auto& rules = read[quiet_hours];
  if (rules != nullptr) return rules;
  engine::DunningSettings settings;
  settings.quiet_hours = quiet_hours;
  config::Findings findings("");
  return rules = read_or_end(config::read_calendar(settings, DUNLIN_CONF "/countries.toml", findings));
}

}  // namespace dunlin::simulation

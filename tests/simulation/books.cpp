#include "books.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "config/calendar.hpp"
#include "config/plans.hpp"
#include "config/replies.hpp"
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

std::shared_ptr<const dunning::Templates> creditors_templates() {
  static const std::shared_ptr<const dunning::Templates> made = [] {
    dunning::TemplateSources sources = read_or_end(config::read_template_sources(DUNLIN_CONF "/templates.d"));
    sources.constants = {{"", 0, "creditor", "Northwind"}, {"", 0, "contact", "+44 20 7946 0000"}};
    sources.read_from += "Northwind";
    auto built = dunning::Templates::build(std::move(sources));
    if (!built) std::abort();
    return std::make_shared<const dunning::Templates>(*std::move(built));
  }();
  return made;
}

std::shared_ptr<const dunning::Plans> shipped_plans() {
  static const auto read = read_or_end(config::read_plans(DUNLIN_CONF "/plans.d", shipped_templates().get()));
  return read;
}

std::shared_ptr<const dunning::Replies> answering_replies() {
  static const auto read = [] {
    const std::string path = DUNLIN_CONF "/replies.toml";
    std::ostringstream text;
    text << std::ifstream(path).rdbuf() << "\n[replies.answer]\n";
    for (const char* intent : {"opt_out", "opt_in", "help", "pay_now", "promise"})
      text << intent << " = \"answer_" << intent << "\"\n";
    return read_or_end(config::parse_replies(text.str(), path));
  }();
  return read;
}

const std::vector<Phrase>& phrases(std::string_view language) {
  static std::map<std::string, std::vector<Phrase>, std::less<>> all;
  const auto [found, fresh] = all.try_emplace(std::string(language));
  if (!fresh) return found->second;
  std::ifstream file(DUNLIN_PHRASES "/" + found->first + ".tsv");
  if (!file) {
    std::fprintf(stderr, "what people write in '%s' can't be read\n", found->first.c_str());
    std::abort();
  }
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string group, intent, told, text;
    if (std::getline(fields, group, '\t') && std::getline(fields, intent, '\t') && std::getline(fields, told, '\t') &&
        std::getline(fields, text) && group == "plain")
      found->second.push_back({intent, text});
  }
  return found->second;
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

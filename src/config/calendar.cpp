#include "config/calendar.hpp"

#include <algorithm>

#include "config/countries.hpp"
#include "config/toml_file.hpp"
#include "config/zoneinfo.hpp"

namespace dunlin::config {
namespace {

constexpr const char* kHours = "dunning.quiet_hours";
constexpr const char* kDays = "dunning.quiet_days";
constexpr const char* kCountry = "dunning.default_country";

dunning::Quiet quiet_of(const engine::DunningSettings& settings, Findings& findings) {
  dunning::Quiet quiet;
  if (!settings.quiet_hours.empty()) {
    quiet.hours = dunning::quiet_hours_of(settings.quiet_hours);
    if (!quiet.hours) findings.add(kHours, "bad_value", "must be two different times, as in \"20:00-08:00\"");
  }
  for (const auto& name : settings.quiet_days) {
    if (const auto day = dunning::weekday_named(name)) {
      quiet.days.set(*day);
    } else {
      findings.add(kDays, "bad_value", "\"" + name + "\" is no day of the week, as \"sunday\" is");
    }
  }
  return quiet;
}

std::string where_it_holds(const dunning::Rule& rule) {
  return "where the rule \"" + rule.name + "\" holds" +
         (rule.line > 0 ? " (line " + std::to_string(rule.line) + " of the countries)" : "");
}

void check_openings(const dunning::CalendarRules& rules, Findings& findings) {
  const char* key = findings.written(kHours) ? kHours : kDays;
  if (rules.quiet.days.all()) {
    findings.add(kDays, "never_opens", "leave no day: nothing could ever be sent");
  } else {
    for (const dunning::Rule* rule : rules.never_open()) {
      findings.add(key, "never_opens", "leave no time at all " + where_it_holds(*rule));
    }
  }
}

constexpr const char* kTooLong = "is longer than any window ";

}  // namespace

void check_windows(const engine::SmscSettings& smsc, const std::string& label, const dunning::CalendarRules& rules,
                   Findings& findings) {
  const std::string key = label + ".validity_min";
  if (smsc.validity_min.count() == 0) return;
  if (rules.countries == nullptr) {
    dunning::Week week;
    week.fill({dunning::Hours{0, dunning::kDayMinutes}});
    const std::chrono::minutes longest = dunning::longest_window(dunning::narrowed(week, rules.quiet));
    if (longest.count() > 0 && longest < smsc.validity_min)
      findings.add(key, "never_opens",
                   std::string(kTooLong) + "that " + kHours + " leaves: nothing could ever be sent");
    return;
  }
  const std::vector<const dunning::Rule*> closed = rules.never_open();  // said of the hours themselves
  for (const dunning::Rule* rule : rules.never_open(smsc.validity_min)) {
    if (std::ranges::find(closed, rule) != closed.end()) continue;
    findings.add(key, "never_opens", kTooLong + where_it_holds(*rule) + ": nothing could ever be sent there");
  }
}

tl::expected<std::shared_ptr<const dunning::CalendarRules>, Errors> read_calendar(
    const engine::DunningSettings& settings, const std::filesystem::path& countries, Findings& findings) {
  auto rules = std::make_shared<dunning::CalendarRules>();
  rules->zones = system_zones();
  rules->quiet = quiet_of(settings, findings);
  if (!settings.default_country.empty() && !dunning::is_country(settings.default_country)) {
    findings.add(kCountry, "unknown_country",
                 "\"" + settings.default_country + "\" is no country: two capitals of ISO 3166, as in \"PL\"");
  }
  if (!countries.empty()) {
    const auto text = read_file(countries, kFileMax);
    if (!text) return tl::unexpected<Errors>(Errors{{text.error().code, text.error().detail, countries.string()}});
    auto parsed = parse_countries(*text, countries, *rules->zones);
    if (!parsed) return tl::unexpected<Errors>(std::move(parsed.error()));
    rules->countries = std::move(*parsed);
    rules->words = *text;
  }
  if (rules->any() && rules->zones->empty()) {
    return tl::unexpected<Errors>(Errors{{"missing_file",
                                          "the system's time zones are not there, and countries, quiet_hours and "
                                          "quiet_days need them: install the package tzdata",
                                          kZoneinfo}});
  }
  check_openings(*rules, findings);
  return rules;
}

std::vector<std::string> calendar_warnings(const Configuration& configuration, Wall now) {
  const auto& calendar = configuration.gateway.dunning.calendar;
  if (calendar == nullptr || !calendar->any()) {
    return {"no country rules and no quiet hours: a job leaves at any hour that its not_before allows"};
  }
  if (calendar->countries == nullptr) return {"no country rules: only quiet_hours and quiet_days keep a job waiting"};
  const dunning::Date today{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
  std::vector<std::string> warnings;
  for (const std::string& country : calendar->countries->ending(today)) {
    warnings.push_back("dunning.countries knows no holidays of " + country + " for the year that is near: add them");
  }
  return warnings;
}

}  // namespace dunlin::config

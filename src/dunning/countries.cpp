#include "dunning/countries.hpp"

#include <algorithm>

namespace dunlin::dunning {
namespace {

using std::chrono::days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> kWeekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, kPurposes> kPurposeNames{"billing", "collection", "marketing"};

std::optional<unsigned> digits_of(std::string_view text) {
  unsigned value = 0;
  for (const char octet : text) {
    if (octet < '0' || octet > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(octet - '0');
  }
  return text.empty() || text.size() > 4 ? std::nullopt : std::optional(value);
}

std::string two(unsigned value) { return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)}; }
std::string to_hh_mm(unsigned minutes) { return two(minutes / 60) + ":" + two(minutes % 60); }

Rule make_strict() {
  Rule rule;
  rule.name = "strict";
  rule.country = "*";
  rule.purposes.set();
  for (unsigned day = 0; day < 5; ++day) rule.hours[day] = {{9 * 60, 18 * 60}};
  rule.from = Date{std::chrono::year{1970} / 1 / 1};
  rule.source = "built in: within every hour rule we know of";
  rule.strength = "caution";
  return rule;
}

// What is left of `hours` without [from, until).
std::vector<Hours> without(const std::vector<Hours>& hours, std::uint16_t from, std::uint16_t until) {
  std::vector<Hours> left;
  for (const Hours& one : hours) {
    if (one.from < std::min(one.until, from)) left.push_back({one.from, std::min(one.until, from)});
    if (std::max(one.from, until) < one.until) left.push_back({std::max(one.from, until), one.until});
  }
  return left;
}

bool overlap(const Rule& one, const Rule& other) {
  if (one.country != other.country || (one.purposes & other.purposes).none()) return false;
  const bool before = one.until && *one.until < other.from;
  const bool after = other.until && *other.until < one.from;
  return !before && !after;
}

void check_rule(const Rule& rule, std::vector<Fault>& faults) {
  const auto fault = [&](const char* key, const char* code, std::string detail) {
    faults.push_back({rule.line, key, Error{code, std::move(detail), ""}});
  };
  if (rule.source.empty()) fault("source", "missing_key", "a rule must name its source");
  if (rule.purposes.none()) fault("purpose", "missing_key", "a rule must name what it is for");
  if (rule.country != "*" && !is_country(rule.country)) {
    fault("country", "unknown_country", "\"" + rule.country + "\" is no country: two capitals of ISO 3166, or \"*\"");
  }
  if (rule.until && *rule.until < rule.from) fault("until", "bad_value", "is before from");
  for (const auto& day : rule.hours) {
    for (std::size_t i = 0; i < day.size(); ++i) {
      if (day[i].from >= day[i].until || (i > 0 && day[i].from <= day[i - 1].until)) {
        fault("hours", "bad_value", "hours of a day must rise and not touch each other; none may cross midnight");
        return;
      }
    }
  }
  if (never_opens(rule.hours)) fault("hours", "never_opens", "no day has any: nothing could ever be sent");
}

}  // namespace

std::string_view to_string(Purpose purpose) { return kPurposeNames[static_cast<std::size_t>(purpose)]; }

std::optional<Purpose> purpose_named(std::string_view name) {
  const auto found = std::find(kPurposeNames.begin(), kPurposeNames.end(), name);
  if (found == kPurposeNames.end()) return std::nullopt;
  return static_cast<Purpose>(found - kPurposeNames.begin());
}

std::string to_string(Date date) {
  const year_month_day day{std::chrono::sys_days{date.time_since_epoch()}};
  return std::to_string(static_cast<int>(day.year())) + "-" + two(static_cast<unsigned>(day.month())) + "-" +
         two(static_cast<unsigned>(day.day()));
}

std::optional<Date> date_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits_of(text.substr(0, 4));
  const auto month = digits_of(text.substr(5, 2));
  const auto day = digits_of(text.substr(8, 2));
  if (!year || !month || !day || *year < 1970 || *year > 2100) return std::nullopt;
  const year_month_day date =
      std::chrono::year{static_cast<int>(*year)} / static_cast<int>(*month) / static_cast<int>(*day);
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

std::optional<unsigned> weekday_named(std::string_view name) {
  for (unsigned day = 0; day < kWeekdays.size(); ++day) {
    if (name == kWeekdays[day] || name == kWeekdays[day].substr(0, 3)) return day;
  }
  return std::nullopt;
}

std::string_view weekday_name(unsigned weekday) { return kWeekdays.at(weekday); }

std::optional<std::uint16_t> minutes_of(std::string_view hh_mm) {
  if (hh_mm.size() != 5 || hh_mm[2] != ':') return std::nullopt;
  const auto hours = digits_of(hh_mm.substr(0, 2));
  const auto minutes = digits_of(hh_mm.substr(3, 2));
  if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > kDayMinutes) return std::nullopt;
  return static_cast<std::uint16_t>(*hours * 60 + *minutes);
}

std::optional<Hours> hours_of(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = minutes_of(text.substr(0, 5));
  const auto until = minutes_of(text.substr(6));
  if (!from || !until || *from == kDayMinutes) return std::nullopt;
  return Hours{*from, *until};
}

std::string to_string(Hours hours) { return to_hh_mm(hours.from) + "-" + to_hh_mm(hours.until); }

std::optional<Hours> quiet_hours_of(std::string_view text) {
  const auto hours = hours_of(text);
  return hours && hours->from != hours->until ? hours : std::nullopt;
}

const Rule& strict_rule() {
  static const Rule rule = make_strict();
  return rule;
}

Week narrowed(const Week& week, const Quiet& quiet) {
  Week left = week;
  for (std::size_t day = 0; day < left.size(); ++day) {
    if (quiet.days[day]) left[day].clear();
    if (!quiet.hours) continue;
    const auto [from, until] = *quiet.hours;
    if (from < until) {
      left[day] = without(left[day], from, until);
    } else {
      left[day] = without(without(left[day], from, kDayMinutes), 0, until);
    }
  }
  return left;
}

bool never_opens(const Week& week) {
  return std::all_of(week.begin(), week.end(), [](const auto& day) { return day.empty(); });
}

std::chrono::minutes longest_window(const Week& week) {
  std::chrono::minutes longest{0}, current{0};
  for (int round = 0; round < 2; ++round) {  // from Sunday into Monday it goes on
    for (const std::vector<Hours>& day : week) {
      std::uint16_t minute = 0;
      for (const Hours& hours : day) {
        if (hours.from > minute) current = std::chrono::minutes{0};
        current += std::chrono::minutes{hours.until - hours.from};
        longest = std::max(longest, current);
        minute = hours.until;
      }
      if (minute < kDayMinutes) current = std::chrono::minutes{0};
    }
  }
  return longest;
}

Countries Countries::make(std::vector<Rule> rules, std::map<std::string, Calendar, std::less<>> calendars,
                          std::vector<KnownPrefix> prefixes, std::vector<Fault>& faults) {
  Countries made;
  made.rules_ = std::move(rules);
  made.calendars_ = std::move(calendars);
  made.prefixes_ = std::move(prefixes);
  for (std::size_t i = 0; i < made.rules_.size(); ++i) {
    const Rule& rule = made.rules_[i];
    check_rule(rule, faults);
    for (std::size_t j = 0; j < i; ++j) {
      if (!overlap(made.rules_[j], rule)) continue;
      faults.push_back({rule.line, "from",
                        Error{"duplicate_rule",
                              "the rule in line " + std::to_string(made.rules_[j].line) +
                                  " holds for that country and purpose on some of the same days",
                              ""}});
      break;
    }
    for (std::size_t purpose = 0; purpose < kPurposes; ++purpose) {
      if (rule.purposes[purpose]) made.by_country_[rule.country][purpose].push_back(&rule);
    }
  }
  return made;
}

const Rule& Countries::rule(std::string_view country, Purpose purpose, Date date) const {
  for (const std::string_view name : {country, std::string_view("*")}) {
    const auto found = by_country_.find(name);
    if (found == by_country_.end()) continue;
    for (const Rule* rule : found->second[static_cast<std::size_t>(purpose)]) {
      if (rule->from <= date && (!rule->until || date <= *rule->until)) return *rule;
    }
  }
  return strict_rule();
}

const Holiday* Countries::holiday(std::string_view country, Date date) const {
  const auto found = calendars_.find(country);
  if (found == calendars_.end()) return nullptr;
  const auto day = found->second.days.find(date);
  return day == found->second.days.end() ? nullptr : &day->second;
}

std::vector<std::string> Countries::ending(Date today, int ahead) const {
  const auto year_of = [](Date date) { return year_month_day{std::chrono::sys_days{date.time_since_epoch()}}.year(); };
  const auto wanted = year_of(today + days{ahead});
  std::vector<std::string> found;
  for (const auto& [country, calendar] : calendars_) {
    const bool known = std::any_of(calendar.days.begin(), calendar.days.end(),
                                   [&](const auto& day) { return !day.second.equated && year_of(day.first) == wanted; });
    if (!known) found.push_back(country);
  }
  return found;
}

}  // namespace dunlin::dunning

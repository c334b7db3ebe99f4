#include "config/countries.hpp"

#include <algorithm>
#include <set>

#include "config/findings.hpp"
#include "config/toml_file.hpp"

namespace dunlin::config {
namespace {

using dunning::Countries;
using dunning::Date;
using dunning::KnownPrefix;
using dunning::Rule;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// "mon-fri 08:30-12:00 13:00-21:00". False: is none.
bool add_hours(std::string_view text, dunning::Week& week) {
  const auto words = words_of(text);
  if (words.size() < 2) return false;
  const auto dash = words[0].find('-');
  const auto first = dunning::weekday_named(words[0].substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : dunning::weekday_named(words[0].substr(dash + 1));
  if (!first || !last || *last < *first) return false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto hours = dunning::hours_of(words[i]);
    if (!hours || hours->from >= hours->until) return false;
    for (unsigned day = *first; day <= *last; ++day) week[day].push_back(*hours);
  }
  return true;
}

class CountriesFile {
 public:
  CountriesFile(const std::filesystem::path& file, const dunning::Zones& zones)
      : zones_(zones), findings_(file.string()) {}

  tl::expected<std::shared_ptr<const Countries>, Errors> run(const toml::table& root) {
    for (const auto& [word, node] : root) {
      if (word == "rule") {
        each_table(node, "rule", [&](const toml::table& from, std::size_t line) { read_rule(from, line); });
      } else if (word == "prefix") {
        each_table(node, "prefix", [&](const toml::table& from, std::size_t line) { read_prefix(from, line); });
      } else if (word == "holidays") {
        read_holidays(node);
      } else {
        unknown(word, "", {"rule", "holidays", "prefix"});
      }
    }
    std::vector<dunning::Fault> faults;
    auto made = std::make_shared<Countries>(
        Countries::make(std::move(rules_), std::move(calendars_), std::move(prefixes_), faults));
    for (auto& fault : faults) {
      const std::string key = labels_[fault.line] + fault.key;
      const std::size_t line = findings_.line_of(key);
      findings_.add(line > 0 ? line : fault.line, key, std::move(fault.error.code), std::move(fault.error.detail));
    }
    if (!findings_.none()) return tl::unexpected<Errors>(findings_.take());
    return std::shared_ptr<const Countries>(std::move(made));
  }

 private:
  // The keys of one table, each read by a row of this list. What is not in it is an error.
  struct Key {
    std::string_view name;
    void (CountriesFile::*read)(const toml::node& node, const std::string& key);
  };

  template <class... Where>
  void fault(Where&&... where) {
    good_ = false;
    findings_.add(std::forward<Where>(where)...);
  }

  void unknown(const toml::key& word, const std::string& label, const std::vector<std::string_view>& known) {
    good_ = false;
    findings_.add_unknown_key(line_of(word.source()), label, word.str(), known);
  }

  template <class Read>
  void each_table(const toml::node& node, const std::string& name, Read&& read) {
    const auto* list = node.as_array();
    if (list == nullptr || !std::ranges::all_of(*list, [](const toml::node& item) { return item.is_table(); })) {
      fault(line_of(node.source()), name, "wrong_type", "is a list of tables: write [[" + name + "]] over each");
      return;
    }
    for (const auto& item : *list) read(*item.as_table(), line_of(item.source()));
  }

  template <std::size_t N>
  void each_key(const toml::table& from, const std::string& label, const Key (&keys)[N]) {
    for (const auto& [word, node] : from) {
      const auto* row =
          std::find_if(std::begin(keys), std::end(keys), [&](const Key& one) { return one.name == word.str(); });
      if (row == std::end(keys)) {
        std::vector<std::string_view> known;
        for (const auto& one : keys) known.push_back(one.name);
        unknown(word, label, known);
        continue;
      }
      const std::string key = label + std::string(word.str());
      findings_.saw(key, line_of(word.source()));
      (this->*row->read)(node, key);
    }
  }

  // ---- values; each says what is wrong

  bool text(const toml::node& node, const std::string& key, std::string& into) {
    const auto* found = node.as_string();
    if (found == nullptr) {
      fault(key, "wrong_type", "must be a string");
      return false;
    }
    into = found->get();
    return true;
  }
  bool texts(const toml::node& node, const std::string& key, std::vector<std::string>& into) {
    const auto* list = node.as_array();
    if (list == nullptr || !std::ranges::all_of(*list, [](const toml::node& item) { return item.is_string(); })) {
      fault(key, "wrong_type", "must be a list of strings");
      return false;
    }
    for (const auto& item : *list) into.push_back(item.as_string()->get());
    return true;
  }
  void toggle(const toml::node& node, const std::string& key, bool& into) {
    if (const auto* found = node.as_boolean()) {
      into = found->get();
    } else {
      fault(key, "wrong_type", "must be true or false");
    }
  }
  // As TOML has dates, or in quotes.
  std::optional<Date> date(const toml::node& node, const std::string& key) {
    std::string written;
    if (const auto* found = node.as_date()) {
      const toml::date at = found->get();
      const std::chrono::year_month_day day =
          std::chrono::year{at.year} / static_cast<int>(at.month) / static_cast<int>(at.day);
      if (day.ok()) written = dunning::to_string(Date{day});
    } else if (node.is_string()) {
      written = node.as_string()->get();
    }
    const auto read = dunning::date_of(written);
    if (!read) fault(key, "bad_value", "must be a date of the years 1970 to 2100, as in 2026-12-01");
    return read;
  }
  bool country(const std::string& written, const std::string& key) {
    if (dunning::is_country(written)) return true;
    fault(key, "unknown_country", "\"" + written + "\" is no country: two capitals of ISO 3166, as in \"NL\"");
    return false;
  }

  // ---- [[rule]]

  void rule_name(const toml::node& node, const std::string& key) { text(node, key, rule_.name); }
  void rule_country(const toml::node& node, const std::string& key) { text(node, key, rule_.country); }
  void rule_source(const toml::node& node, const std::string& key) { text(node, key, rule_.source); }
  void rule_strength(const toml::node& node, const std::string& key) { text(node, key, rule_.strength); }
  void rule_holidays(const toml::node& node, const std::string& key) { toggle(node, key, rule_.holidays); }
  void rule_from(const toml::node& node, const std::string& key) { rule_.from = date(node, key).value_or(Date{}); }
  void rule_until(const toml::node& node, const std::string& key) { rule_.until = date(node, key); }
  void rule_purpose(const toml::node& node, const std::string& key) {
    std::vector<std::string> names;
    if (!texts(node, key, names)) return;
    for (const auto& name : names) {
      const auto purpose = dunning::purpose_named(name);
      if (!purpose) {
        fault(key, "bad_value", "\"" + name + "\" is none of \"billing\", \"collection\", \"marketing\"");
      } else {
        rule_.purposes.set(static_cast<std::size_t>(*purpose));
      }
    }
  }
  void rule_hours(const toml::node& node, const std::string& key) {
    std::vector<std::string> lines;
    if (!texts(node, key, lines)) return;
    for (const auto& line : lines) {
      if (add_hours(line, rule_.hours)) continue;
      fault(key, "bad_value",
            "\"" + line + "\" is not days and hours, as in \"mon-fri 08:30-12:00 13:00-21:00\"; from 00:00 to 24:00");
    }
  }

  void read_rule(const toml::table& from, std::size_t line) {
    static constexpr Key kKeys[]{{"name", &CountriesFile::rule_name},         {"country", &CountriesFile::rule_country},
                                 {"purpose", &CountriesFile::rule_purpose},   {"hours", &CountriesFile::rule_hours},
                                 {"holidays", &CountriesFile::rule_holidays}, {"from", &CountriesFile::rule_from},
                                 {"until", &CountriesFile::rule_until},       {"source", &CountriesFile::rule_source},
                                 {"strength", &CountriesFile::rule_strength}};
    rule_ = {};
    rule_.line = line;
    good_ = true;
    labels_[line] = "rule[" + std::to_string(++rules_seen_) + "].";
    each_key(from, labels_[line], kKeys);
    // Source, purpose and hours are missed by Countries::make() when they are empty, too.
    for (const char* needed : {"name", "country", "from"}) {
      if (!from.contains(needed)) fault(line, labels_[line] + needed, "missing_key", "must be set");
    }
    if (good_) rules_.push_back(std::move(rule_));  // else what it lacks would be named twice
  }

  // ---- [holidays.NL]

  void read_days(const toml::node& node, const std::string& label, bool equated, Countries::Calendar& into) {
    const auto* days = node.as_table();
    if (days == nullptr) {
      fault(line_of(node.source()), label, "wrong_type", "is a table of dates and names");
      return;
    }
    for (const auto& [word, name] : *days) {
      const std::string key = label + "." + std::string(word.str());
      findings_.saw(key, line_of(word.source()));
      dunning::Holiday holiday{{}, equated};
      const auto at = dunning::date_of(word.str());
      if (!at) fault(key, "bad_value", "is no date of the years 1970 to 2100, as 2026-12-25 is");
      if (!text(name, key, holiday.name) || !at) continue;
      if (!into.days.emplace(*at, std::move(holiday)).second) {
        fault(key, "bad_value", "is among the holidays and the equated days");
      }
    }
  }

  void read_holidays(const toml::node& node) {
    const auto* countries = node.as_table();
    if (countries == nullptr) {
      fault(line_of(node.source()), "holidays", "wrong_type", "is a table: write [holidays.NL]");
      return;
    }
    for (const auto& [word, one] : *countries) {
      const std::string label = "holidays." + std::string(word.str());
      findings_.saw(label, line_of(word.source()));
      const auto* from = one.as_table();
      if (from == nullptr) {
        fault(label, "wrong_type", "is a table: write [" + label + "]");
        continue;
      }
      if (!country(std::string(word.str()), label)) continue;
      Countries::Calendar calendar;
      for (const auto& [key, value] : *from) {
        const std::string at = label + "." + std::string(key.str());
        findings_.saw(at, line_of(key.source()));
        if (key == "source") {
          text(value, at, calendar.source);
        } else if (key == "days" || key == "equated") {
          read_days(value, at, key == "equated", calendar);
        } else {
          unknown(key, label + ".", {"source", "days", "equated"});
        }
      }
      if (calendar.source.empty()) fault(label, "missing_key", "source must be set: who says so");
      calendars_[std::string(word.str())] = std::move(calendar);
    }
  }

  // ---- [[prefix]]

  void prefix_prefix(const toml::node& node, const std::string& key) {
    constexpr std::size_t kPrefixMax = 16;  // '+' and the 15 digits of E.164
    if (!text(node, key, prefix_.prefix)) return;
    const std::string& written = prefix_.prefix;
    const bool plain =
        written.size() >= 2 && written.size() <= kPrefixMax && written.front() == '+' &&
        std::all_of(written.begin() + 1, written.end(), [](char octet) { return octet >= '0' && octet <= '9'; });
    if (!plain) fault(key, "bad_value", "a prefix is '+' and digits, as in \"+1472\"");
  }
  void prefix_country(const toml::node& node, const std::string& key) {
    if (text(node, key, prefix_.country)) country(prefix_.country, key);
  }
  void prefix_zones(const toml::node& node, const std::string& key) {
    std::vector<std::string> names;
    if (!texts(node, key, names)) return;
    for (const auto& name : names) {
      if (zones_.find(name) == nullptr) {
        fault(key, "unknown_zone", "\"" + name + "\" is no time zone this system knows, as \"Europe/Warsaw\" is");
      }
      prefix_.zones += (prefix_.zones.empty() ? "" : ",") + name;
    }
  }
  void prefix_mobile(const toml::node& node, const std::string& key) { toggle(node, key, prefix_.mobile); }
  void prefix_source(const toml::node& node, const std::string& key) { text(node, key, prefix_.source); }

  void read_prefix(const toml::table& from, std::size_t line) {
    static constexpr Key kKeys[]{{"prefix", &CountriesFile::prefix_prefix},
                                 {"country", &CountriesFile::prefix_country},
                                 {"zones", &CountriesFile::prefix_zones},
                                 {"mobile", &CountriesFile::prefix_mobile},
                                 {"source", &CountriesFile::prefix_source}};
    prefix_ = {};
    const std::string label = "prefix[" + std::to_string(++prefixes_seen_) + "].";
    each_key(from, label, kKeys);
    for (const char* needed : {"prefix", "source"}) {
      if (!from.contains(needed)) fault(line, label + needed, "missing_key", "must be set");
    }
    if (prefix_.mobile && prefix_.country.empty()) {
      fault(line, label + "country", "missing_key", "must be set where mobile = true");
    }
    const bool fresh = prefix_names_.insert(prefix_.prefix).second;
    if (!fresh) fault(label + "prefix", "duplicate_prefix", "\"" + prefix_.prefix + "\" has a row already");
    prefixes_.push_back(std::move(prefix_));
  }

  const dunning::Zones& zones_;
  Findings findings_;
  std::map<std::size_t, std::string> labels_;  // by line: "rule[3]."
  Rule rule_;                                  // being read
  KnownPrefix prefix_;                         // the same
  bool good_ = true;                           // nothing was found wrong with it
  std::size_t rules_seen_ = 0, prefixes_seen_ = 0;
  std::set<std::string> prefix_names_;
  std::vector<Rule> rules_;
  std::map<std::string, Countries::Calendar, std::less<>> calendars_;
  std::vector<KnownPrefix> prefixes_;
};

}  // namespace

tl::expected<std::shared_ptr<const Countries>, Errors> parse_countries(std::string_view text,
                                                                       const std::filesystem::path& file,
                                                                       const dunning::Zones& zones) {
  try {
    return CountriesFile(file, zones).run(toml::parse(text, file.string()));
  } catch (const toml::parse_error& error) {
    Findings findings(file.string());
    findings.add(line_of(error.source()), "", "bad_toml", parser_says(error));
    return tl::unexpected<Errors>(findings.take());
  }
}

}  // namespace dunlin::config

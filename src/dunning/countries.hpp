// When a text may reach somebody, country by country and purpose by purpose: dated rules with their source, and public
// holidays. Data only: calendar.hpp evaluates them, config/countries.cpp reads conf/countries.toml.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dunning/numbers.hpp"
#include "dunning/time_zone.hpp"

namespace dunlin::dunning {

enum class Purpose : std::uint8_t { billing, collection, marketing };
inline constexpr std::size_t kPurposes = 3;
[[nodiscard]] std::string_view to_string(Purpose purpose);
[[nodiscard]] std::optional<Purpose> purpose_named(std::string_view name);

using Date = std::chrono::local_days;                              // of a calendar on a wall there
[[nodiscard]] std::string to_string(Date date);                    // "2026-12-01"
[[nodiscard]] std::optional<Date> date_of(std::string_view text);  // the same; years 1970 to 2100
// 0: Monday … 6: Sunday, by the names "monday" … "sunday" or their first three letters.
[[nodiscard]] std::optional<unsigned> weekday_named(std::string_view name);
[[nodiscard]] std::string_view weekday_name(unsigned weekday);

// Minutes of a local day, [from, until), until at most 24:00.
struct Hours {
  std::uint16_t from = 0, until = 0;
  bool operator==(const Hours&) const = default;
};
inline constexpr std::uint16_t kDayMinutes = 24 * 60;
[[nodiscard]] std::optional<std::uint16_t> minutes_of(std::string_view hh_mm);  // "00:00" to "24:00"
[[nodiscard]] std::optional<Hours> hours_of(std::string_view text);             // "09:00-18:00"; may cross midnight
[[nodiscard]] std::string to_string(Hours hours);

using Week = std::array<std::vector<Hours>, 7>;  // from Monday; a day without hours is closed

struct Rule {
  std::string name;                   // for people: "NL collection, Bki 4.2"
  std::string country;                // ISO 3166, or "*" where no row names the country
  std::bitset<kPurposes> purposes{};  // by Purpose
  Week hours{};                       // local time; ascending, apart from each other
  bool holidays = false;              // also on public holidays
  Date from{};                        // the first day it holds
  std::optional<Date> until{};        // the last one
  std::string source;                 // who says so
  std::string strength;               // "binding", "self-regulation", …: how much it weighs
  std::size_t line = 0;               // of the file
};

// What holds where no rule does: Monday to Friday 09:00 to 18:00, no holidays.
[[nodiscard]] const Rule& strict_rule();

struct Holiday {
  std::string name;
  bool equated = false;  // no holiday by itself, but treated as one by whoever made the rules
};

// What is wrong with a table, and at which line of it.
struct Fault {
  std::size_t line;
  std::string key;
  Error error;  // without `where`
};

class Countries {
 public:
  using Holidays = std::map<Date, Holiday>;
  Countries() = default;  // no rows: strict_rule() holds everywhere, and no day is a holiday
  Countries(Countries&&) = default;
  Countries& operator=(Countries&&) = default;

  struct Calendar {
    Holidays days;
    std::string source;
  };
  // `faults` gets everything that is wrong; then what is returned is of no use. Codes: missing_key (a source),
  // duplicate_rule (two rows of one country and purpose on one day), bad_value, never_opens.
  [[nodiscard]] static Countries make(std::vector<Rule> rules, std::map<std::string, Calendar, std::less<>> calendars,
                                      std::vector<KnownPrefix> prefixes, std::vector<Fault>& faults);

  // The country's own row, else the row "*", else strict_rule(). Lives as long as this does, as does all below.
  [[nodiscard]] const Rule& rule(std::string_view country, Purpose purpose, Date date) const;
  [[nodiscard]] const Holiday* holiday(std::string_view country, Date date) const;
  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
  [[nodiscard]] const std::map<std::string, Calendar, std::less<>>& calendars() const { return calendars_; }
  [[nodiscard]] const std::vector<KnownPrefix>& prefixes() const { return prefixes_; }

  // For the log at start: lists of holidays that know none in the year that `ahead` days from `today` is in.
  [[nodiscard]] std::vector<std::string> ending(Date today, int ahead = 60) const;

 private:
  std::vector<Rule> rules_;
  std::map<std::string, std::array<std::vector<const Rule*>, kPurposes>, std::less<>> by_country_;
  std::map<std::string, Calendar, std::less<>> calendars_;
  std::vector<KnownPrefix> prefixes_;
};

// What the configuration takes away besides.
struct Quiet {
  std::optional<Hours> hours;  // from > until: past midnight. Never equal
  std::bitset<7> days{};       // from Monday
  bool operator==(const Quiet&) const = default;
};
[[nodiscard]] std::optional<Hours> quiet_hours_of(std::string_view text);  // "20:00-08:00"
// What of a rule's week is left; a week without any hours never opens.
[[nodiscard]] Week narrowed(const Week& week, const Quiet& quiet);
[[nodiscard]] bool never_opens(const Week& week);
// The longest time that is open without a break, also past midnight; always open: a week or more.
[[nodiscard]] std::chrono::minutes longest_window(const Week& week);

}  // namespace dunlin::dunning

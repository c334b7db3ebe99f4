// Where a number is, as far as clocks go: time zones by name, by country, and by prefix where a country has several.
// A set of zones is its IANA names with commas between them: "America/Chicago,America/New_York". With several, a time
// counts only where it suits them all.
#pragma once

#include <dunlin/base/result.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dunning/time_zone.hpp"

namespace dunlin::dunning {

// What a row of zone_prefixes.inc says.
struct ZonePrefixes {
  std::string_view zones;
  std::string_view prefixes;  // digits after '+', with spaces between them
};
[[nodiscard]] std::span<const ZonePrefixes> zone_prefixes();

class Zones {
 public:
  Zones() = default;  // knows none
  // `named`: all zones there are. `zone_tab`: tzdata's table of that name (country TAB coordinates TAB zone …). What it
  // or zone_prefixes() names and `named` lacks is left out.
  Zones(std::map<std::string, TimeZone, std::less<>> named, std::string_view zone_tab);

  [[nodiscard]] bool empty() const { return named_.empty(); }
  // Null: no such zone. Lives as long as this does, as does all that is returned below.
  [[nodiscard]] const TimeZone* find(std::string_view name) const;
  // Of each name in a set; empty when the set is, or when one of them is not known.
  [[nodiscard]] std::vector<const TimeZone*> all_of(std::string_view zones) const;

  // All zones of a country (ISO 3166), by name; empty when there is none.
  [[nodiscard]] std::string_view of_country(std::string_view country) const;
  // Where a number may be: the zones of its country, or those of its prefix where a country has several. Empty: nobody
  // can say, which is so for a number of +1 that is in no row.
  [[nodiscard]] std::string_view of_number(std::string_view e164, std::string_view country) const;

 private:
  std::map<std::string, TimeZone, std::less<>> named_;
  std::map<std::string, std::string, std::less<>> countries_;
  std::map<std::string, std::string_view, std::less<>> prefixes_;  // "1201" → zones
};

}  // namespace dunlin::dunning

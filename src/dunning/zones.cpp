#include "dunning/zones.hpp"

#include <algorithm>

namespace dunlin::dunning {
namespace {

constexpr ZonePrefixes kZonePrefixes[] = {
#include "dunning/zone_prefixes.inc"
};

// Calls visit(part) for each part of `text` between separators.
template <class Visit>
void each_part(std::string_view text, char separator, Visit&& visit) {
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::span<const ZonePrefixes> zone_prefixes() { return kZonePrefixes; }

Zones::Zones(std::map<std::string, TimeZone, std::less<>> named, std::string_view zone_tab) : named_(std::move(named)) {
  each_part(zone_tab, '\n', [&](std::string_view line) {
    if (line.front() == '#') return;
    std::vector<std::string_view> columns;
    each_part(line, '\t', [&](std::string_view column) { columns.push_back(column); });
    if (columns.size() < 3 || find(columns[2]) == nullptr) return;
    std::string& zones = countries_[std::string(columns[0])];
    zones.append(zones.empty() ? "" : ",").append(columns[2]);
  });
  for (const auto& row : kZonePrefixes) {
    if (all_of(row.zones).empty()) continue;
    each_part(row.prefixes, ' ', [&](std::string_view prefix) { prefixes_.emplace(prefix, row.zones); });
  }
}

const TimeZone* Zones::find(std::string_view name) const {
  const auto found = named_.find(name);
  return found == named_.end() ? nullptr : &found->second;
}

std::vector<const TimeZone*> Zones::all_of(std::string_view zones) const {
  std::vector<const TimeZone*> found;
  bool all = true;
  each_part(zones, ',', [&](std::string_view name) {
    found.push_back(find(name));
    all = all && found.back() != nullptr;
  });
  if (!all) found.clear();
  return found;
}

std::string_view Zones::of_country(std::string_view country) const {
  const auto found = countries_.find(country);
  return found == countries_.end() ? std::string_view{} : found->second;
}

std::string_view Zones::of_number(std::string_view e164, std::string_view country) const {
  const std::string_view all = of_country(country);
  if (all.find(',') == std::string_view::npos) return all;
  const std::string_view digits = e164.substr(std::min<std::size_t>(1, e164.size()));
  for (std::size_t length = 4; length > 0; --length) {  // the longest prefix in the table
    const auto found = prefixes_.find(digits.substr(0, length));
    if (found != prefixes_.end()) return found->second;
  }
  return digits.starts_with('1') ? std::string_view{} : all;
}

}  // namespace dunlin::dunning

#include "figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace dunlin::bench {

void Figures::add(std::string name, double value, std::string unit) {
  rows_.push_back({std::move(name), std::round(value * 1000) / 1000, std::move(unit)});
}
void Figures::add(std::string name, std::uint64_t value, std::string unit) {
  rows_.push_back({std::move(name), value, std::move(unit)});
}
void Figures::add(std::string name, std::string text) { rows_.push_back({std::move(name), std::move(text), {}}); }

double percentile(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

void Figures::add_percentiles(const std::string& name, std::vector<double> values, const std::string& unit) {
  if (values.empty()) return;
  std::ranges::sort(values);
  add(name + " median", percentile(values, 0.5), unit);
  add(name + " p90", percentile(values, 0.9), unit);
  add(name + " p99", percentile(values, 0.99), unit);
  add(name + " max", values.back(), unit);
}

void Figures::print(bool json) const {
  if (json) {
    nlohmann::ordered_json object;
    for (const auto& row : rows_) {
      std::string key = row.unit.empty() ? row.name : row.name + " " + row.unit;
      std::ranges::replace_if(
          key, [](char c) { return c == ' ' || c == '/' || c == '-' || c == '>'; }, '_');
      object[key] = row.value;
    }
    std::printf("%s\n", object.dump().c_str());
    return;
  }
  for (const auto& row : rows_) {
    const auto value = row.value.is_string() ? row.value.get<std::string>() : row.value.dump();
    std::printf("%-36s %14s %s\n", row.name.c_str(), value.c_str(), row.unit.c_str());
  }
  std::fflush(stdout);
}

}  // namespace dunlin::bench

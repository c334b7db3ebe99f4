// What was measured: named values in the order they were added, printed for people or as one JSON object.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::bench {

class Figures {
 public:
  void add(std::string name, double value, std::string unit = {});
  void add(std::string name, std::uint64_t value, std::string unit = {});
  void add(std::string name, std::string text);
  // median, p90, p99, max of `values`, under names that begin with `name`; nothing when there are none.
  void add_percentiles(const std::string& name, std::vector<double> values, const std::string& unit);
  void print(bool json) const;

 private:
  struct Row {
    std::string name;
    nlohmann::json value;
    std::string unit;
  };
  std::vector<Row> rows_;
};

// The value below which `share` of the sorted values are; requires at least one.
double percentile(const std::vector<double>& sorted, double share);

}  // namespace dunlin::bench

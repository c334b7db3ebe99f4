// Tables, times and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client.hpp"

namespace dunlin::tool {

// Columns as wide as their widest cell; the last is not padded. Numbers to the right where every cell of a column is
// one.
class Table {
 public:
  explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// "name:  value" lines, aligned; rows with an empty value are left out.
std::string facts(const std::vector<std::pair<std::string, std::string>>& rows);

// PDUs as the API shows them: a line each, or with their fields.
std::string pdus_text(const Json& pdus, bool fields);

std::string shown(const Json& value);  // a string, its control characters made visible; null as nothing, anything else as JSON
std::string member(const Json& object, std::string_view name);
std::string grouped(std::uint64_t number);    // 1 234 567
std::string octets(std::uint64_t number);     // "12.3 MiB"
std::string duration(std::uint64_t seconds);  // "3d 4h", "12m 5s"
std::string local_time(
    std::string_view rfc3339);  // "2026-12-01 10:30:00" in this machine's zone; what is no time stays as it is

}  // namespace dunlin::tool

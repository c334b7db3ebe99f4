// The parameters of the calls' queries, one list a call: the server checks a request by them before its handler is
// asked, the documents tell them.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <limits>
#include <span>
#include <string_view>

#include "api/target.hpp"

namespace dunlin::api {

struct Parameter {
  std::string_view name;
  std::string_view type;  // as of a schema: "string", "integer", "boolean", "time", "a|b" or a schema of such words
  std::string_view says;
  std::string_view otherwise{};  // what it is where it is not given; empty: not given
  std::uint64_t least = 0, most = std::numeric_limits<std::uint64_t>::max();  // of an integer
  bool required = false;
  bool repeats = false;
};

// Gives `target` the values of those that were not given and are something all the same. Errors, with the parameter in
// `where`: "unknown_parameter", "duplicate_parameter", "missing", "wrong_type", "out_of_range", "unknown_value",
// "bad_time".
[[nodiscard]] Result<void> check_query(std::span<const Parameter> parameters, Target& target);

// Of a query that was checked.
std::optional<std::uint64_t> number_in(const Target& target, std::string_view name);
bool flag_in(const Target& target, std::string_view name);
bool says(const Target& target, std::string_view name, std::string_view word);

}  // namespace dunlin::api

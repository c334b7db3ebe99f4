// The request target (RFC 9112 §3.2): path segments and query, percent-decoded after splitting, so that %2F belongs to
// its segment.
// '+' is itself everywhere: ids and numbers contain it.
#pragma once

#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dunlin::api {

struct Target {
  std::vector<std::string> segments;                       // "/v1/jobs/a%2Fb" → "v1", "jobs", "a/b"
  std::vector<std::pair<std::string, std::string>> query;  // in order
  const std::string* find(std::string_view name) const;    // the first of that name
};

// Takes origin form ("/v1/…") and absolute form ("http://localhost/v1/…"). Errors: "bad_target".
[[nodiscard]] Result<Target> parse_target(std::string_view text);

// A time that the query names; nullopt: it does not. Errors: "bad_time", "out_of_range" (beyond what calendars know).
[[nodiscard]] Result<std::optional<Wall>> time_in(const Target& target, std::string_view name);

// %XX decoded; nullopt where a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);
// Everything but RFC 3986's unreserved characters is encoded.
std::string percent_encode(std::string_view text);

}  // namespace dunlin::api

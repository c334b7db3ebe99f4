// Instants as the API writes and reads them: RFC 3339 §5.6, milliseconds, always with an offset.
#pragma once

#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::api {

// "2026-12-01T10:30:00+01:00", "…Z", "…:00.250Z". Years 1970 to 9999 in UTC; a fraction finer than a millisecond is
// cut; second 60 is the next minute's first. Anything else: nullopt.
std::optional<Wall> parse_rfc3339(std::string_view text);

// "2026-12-01T09:30:00Z", with ".250" where there are milliseconds.
void append_rfc3339(std::string& out, Wall time);
std::string format_rfc3339(Wall time);

}  // namespace dunlin::api

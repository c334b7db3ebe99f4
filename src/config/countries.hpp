// countries.toml: rules by country and purpose, holidays, prefixes of numbers. docs/calendar.md shows how to change it.
//
//   [[rule]]                  name, country, purpose, hours, holidays, from, until, source, strength
//   [holidays.NL]             source
//     [holidays.NL.days]      2026-01-01 = "Nieuwjaarsdag"
//     [holidays.NL.equated]   the same, of days that are treated as holidays
//   [[prefix]]                prefix, country, zones, mobile, source
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "config/configuration.hpp"
#include "dunning/countries.hpp"
#include "dunning/zones.hpp"

namespace dunlin::config {

// `file` names the text in errors: "file:line: key". Codes: bad_toml, unknown_key, wrong_type, missing_key, bad_value,
// unknown_country, unknown_zone, duplicate_prefix, and those of dunning::Countries::make().
[[nodiscard]] tl::expected<std::shared_ptr<const dunning::Countries>, Errors> parse_countries(
    std::string_view toml, const std::filesystem::path& file, const dunning::Zones& zones);

}  // namespace dunlin::config

// What every reader of a TOML file here needs: its octets, where a node stands, what the parser says.
#pragma once

#include <toml++/toml.h>

#include <cstddef>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::config {

inline constexpr std::size_t kFileMax = 1 << 20;  // octets; a file beyond that is refused

// Errors: "missing_file", "unreadable_file"; the detail is also for people: "Permission denied".
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t max);

// The parser's own words can quote the file, and so a password that lacks its quotes: what it read is cut off.
[[nodiscard]] std::string parser_says(const toml::parse_error& error);

// "a table", of a node that holds no value a key could take.
[[nodiscard]] std::string_view found_form(const toml::node& node);

// Every *.toml of a folder but those that begin with a dot, in the order of their names: what is said about them does
// not depend on the disk. Errors: "too_many", "unreadable_file", on the folder.
[[nodiscard]] Result<std::vector<std::filesystem::path>> toml_files_of(const std::filesystem::path& folder,
                                                                       std::size_t files_max);

inline std::size_t line_of(const toml::source_region& region) { return region.begin.line; }

}  // namespace dunlin::config

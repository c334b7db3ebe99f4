// A folder of TOML files read into one set of sources, all or nothing: every file is read, and all that is wrong is
// told.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "config/findings.hpp"
#include "config/toml_file.hpp"

namespace dunlin::config {

// File(name, sources).run(table) reads one of them and answers what is wrong with it.
template <class File, class Sources>
Errors read_into(const std::filesystem::path& path, Sources& into) {
  const std::string name = path.string();
  const auto text = read_file(path, kFileMax);
  if (!text) return {Error{text.error().code, "cannot be read: " + text.error().detail, name}};
  into.read_from.append(name).append(1, '\0').append(*text).append(1, '\0');
  try {
    return File(name, into).run(toml::parse(*text, name));
  } catch (const toml::parse_error& error) {
    return {Error{"bad_toml", parser_says(error), name + ":" + std::to_string(line_of(error.source()))}};
  }
}

template <class File, class Sources>
[[nodiscard]] tl::expected<Sources, Errors> read_folder(const std::filesystem::path& folder, std::size_t files_max) {
  const auto files = toml_files_of(folder, files_max);
  if (!files) return tl::unexpected<Errors>(Errors{files.error()});
  Sources sources;
  Errors errors;
  for (const auto& file : *files) {
    for (Error& error : read_into<File>(file, sources)) errors.push_back(std::move(error));
  }
  if (!errors.empty()) return tl::unexpected<Errors>(std::move(errors));
  return sources;
}

// What was built of them, to be shared; what could not be is told as everything else that is wrong.
template <class Built>
[[nodiscard]] tl::expected<std::shared_ptr<const Built>, Errors> shared(
    tl::expected<Built, std::vector<dunning::Finding>> built) {
  if (built) return std::make_shared<const Built>(std::move(*built));
  Errors errors;
  for (dunning::Finding& finding : built.error()) errors.push_back(as_error(std::move(finding)));
  return tl::unexpected<Errors>(std::move(errors));
}

}  // namespace dunlin::config

// The templates' folder: every *.toml file in it, in the order of their names, as what dunning/ makes templates of.
//
//   [constants]               NAME = "value": a text parameter of every template that is set once
//   [[template]]              name, kinds, letters
//     [template.params]       NAME = "type", or NAME = { type = "…", max, values, style, example }
//     [template.text]         LOCALE = "pattern"
#pragma once

#include <filesystem>
#include <memory>
#include <tl/expected.hpp>

#include "config/configuration.hpp"
#include "dunning/template.hpp"

namespace dunlin::config {

inline constexpr std::size_t kTemplateFilesMax = 1000;  // a folder with more is refused

// As they are written. Codes: unreadable_file, bad_toml, unknown_key, wrong_type, missing_key, too_many.
[[nodiscard]] tl::expected<dunning::TemplateSources, Errors> read_template_sources(const std::filesystem::path& folder);

// Read and checked; `where` is "file:line: key". Codes also those of dunning::Templates::build().
[[nodiscard]] tl::expected<std::shared_ptr<const dunning::Templates>, Errors> read_templates(
    const std::filesystem::path& folder);

}  // namespace dunlin::config

// replies.toml: what people answer, language by language. docs/replies.md shows how to change it.
//
//   [en]                      INTENT, polite, not, but, not_stop, person, next: lists of phrases
//     [en.words]              NAME = ["…"]: words that phrases call @NAME
//     [en.dates]              "phrase" = "meaning"
//   [any]                     the same, of every language
//   [replies.answer]          INTENT = "TEMPLATE": what is answered to it
//     [replies.answer.INTENT] LANGUAGE = "text", in place of that
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <tl/expected.hpp>

#include "config/configuration.hpp"
#include "dunning/replies.hpp"

namespace dunlin::config {

// `file` names the text in errors: "file:line: key". Codes: bad_toml, unknown_key, wrong_type, and those of
// dunning::Replies::build().
[[nodiscard]] tl::expected<std::shared_ptr<const dunning::Replies>, Errors> parse_replies(
    std::string_view toml, const std::filesystem::path& file);

// Also: unreadable_file.
[[nodiscard]] tl::expected<std::shared_ptr<const dunning::Replies>, Errors> read_replies(
    const std::filesystem::path& file);

}  // namespace dunlin::config

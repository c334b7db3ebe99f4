// What is always replaced in a text before it is encoded: signs that look the same in the GSM alphabet, but would make
// it cost twice as much.
//
//   spaces of any width, no-break or not; TAB   → space           line and paragraph separators  → LF
//   typographic quotes, guillemets and primes   → ' or "          hyphens, dashes, minus         → -
//   ellipsis                                    → ...             a letter and its combining mark → the Latin-1 letter
//   for both zero-width marks, soft hyphen, bidi marks, control characters → nothing
//
// A zero-width joiner or non-joiner between two characters of the scripts (and emoji) where it means something stays.
// Nothing else changes.
#pragma once

#include <cstddef>
#include <dunlin/base/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::text {

// One kind of replacement in a text, reported once however often it happened.
struct Replacement {
  char32_t character = 0;    // what was there; of a letter and its mark, the mark
  std::string to;            // UTF-8; empty: dropped
  std::size_t position = 0;  // of its first occurrence, in characters from 1
  std::size_t count = 0;
  bool operator==(const Replacement&) const = default;
};

struct Folded {
  std::u32string text;
  std::vector<Replacement> replaced;  // in order of first occurrence; at most a row a character of the table above
};

// Errors: "bad_utf8", where "text at octet N".
[[nodiscard]] Result<Folded> fold(std::string_view utf8);

// Which character of the text as given, counted from 1, the folded text's character `index` (from 0) came from.
[[nodiscard]] std::size_t position_before_folding(std::string_view utf8, std::size_t index);

}  // namespace dunlin::text

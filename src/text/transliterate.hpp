// Lossy transliteration: a text written with the letters an encoding has.
//
//   digits of every script                   → 0 to 9
//   Latin letters                            → the letter with fewer marks, or what Unicode's Latin-ASCII says: ł → l,
//   ß → ss Greek, where the encoding is GSM 7-bit   → the capitals that alphabet has, and the Latin ones that look the
//   same Cyrillic                                 → Latin by ICAO 9303's table, which needs no context Greek elsewhere,
//   Armenian, Georgian      → Latin by Unicode's tables currency signs without a GSM sign        → their ISO 4217 code
//   other signs                              → what Latin-ASCII says: № → No
//   marks on those letters, pictographs      → nothing
//
// Everything else stays, and so keeps a text from the encoding: scripts whose letters can't be read one by one
// (Arabic, Hebrew, the Indian ones, Thai, Han, kana, Hangul), fractions and superscript digits, which would become
// other numbers. Nothing is replaced, either, in a web or mail address, in a word where a letter comes before a digit
// (an invoice number), or in a substring that is to be kept.
#pragma once

#include <cstddef>
#include <dunlin/text/fold.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/ways.hpp"

namespace dunlin::text {

// A text, folded (fold.hpp), in the letters of the GSM 7-bit alphabet; nullopt where a character has no such letters, or is
// in what must not change, and where it is no UTF-8.
[[nodiscard]] std::optional<std::string> in_gsm_letters(std::string_view utf8);

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

struct Transliterated {
  std::u32string text;
  std::vector<Replacement> replaced;  // positions in the text given, from 1
  std::size_t count = 0;              // characters replaced
};

// One text, for as many ways as are tried. `text` has to outlive it.
class Transliterator {
 public:
  Transliterator(std::u32string_view text, std::span<const std::string_view> keep);

  // The text with only what the way does not take replaced; nullopt: something can't be.
  std::optional<Transliterated> text_for(const Way& way) const;
  // Where text_for() fails.
  std::optional<std::size_t> first_irreplaceable(const Way& way) const;

 private:
  using Known = std::unordered_map<char32_t, std::optional<std::u32string>>;  // what one way's characters become
  const std::optional<std::u32string>& letters_for(char32_t character, const Way& way, Known& known) const;
  std::optional<std::u32string> replacement_at(std::size_t index, const Way& way, Known& known) const;

  std::u32string_view text_;
  std::vector<bool> kept_;  // a character
};

}  // namespace dunlin::text

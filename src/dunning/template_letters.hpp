// What a template inserts, in the letters of the GSM 7-bit alphabet: "środa" is "sroda", "1 234,50 zł" has plain spaces
// and "zl". A letter the alphabet has keeps its marks.
#pragma once

#include <unicode/unistr.h>

namespace dunlin::dunning {

// What has no such letters, or must not change (text/transliterate.hpp), stays as it is.
void write_in_gsm_letters(icu::UnicodeString& text);

// Index of the first UTF-16 unit that is no character of the GSM alphabet; -1: none.
[[nodiscard]] std::int32_t first_outside_gsm(const icu::UnicodeString& text);

}  // namespace dunlin::dunning

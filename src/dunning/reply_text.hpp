// A reply as words that can be compared: NFKC, case-folded, letters without their marks, ł ø đ ß œ æ ı as l o d ss oe
// ae i. Pure; linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::dunning {

struct Word {
  std::string folded;        // "paye"
  std::string accented;      // "payé"
  bool number = false;       // digits alone; a letter after a digit begins a word: "2moro" is two
  bool after_break = false;  // punctuation or a line's end stands before it
  char glue = 0;             // what alone joins two numbers, of this one to the next: '.', '/' or '-'
};

// An apostrophe joins ("don't" is "dont"), whatever else is no letter and no digit parts. A letter three times or more
// is written once ("stoppp"), an ordinal's ending is dropped ("15th", "1er"), single letters alone are one word
// ("S T O P").
struct ReplyText {
  std::vector<Word> words;
  std::vector<char32_t> symbols;  // emoji and the like, without skin tones and joiners
  bool question = false;          // there is a '?'
};
// Not UTF-8: what can be read of it.
[[nodiscard]] ReplyText read_reply(std::string_view utf8);

// Its words with one space between, without a number of three digits or more at the end: the one it was sent to, often
// repeated ("STOP 36179"). "CANCEL 2" is something else.
[[nodiscard]] std::string normalise(std::string_view utf8);
[[nodiscard]] std::string normalise(const ReplyText& text);

// Card numbers, 13 to 19 digits that pass the Luhn check, whole or in groups with up to two separators between: each
// digit but the last four becomes '*'. Everything else stays as it is, octet by octet.
[[nodiscard]] std::string mask_cards(std::string_view utf8);

}  // namespace dunlin::dunning

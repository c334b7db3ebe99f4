#include "dunning/template_letters.hpp"

#include <unicode/uchar.h>

#include <array>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>
#include <optional>
#include <string>

#include "text/transliterate.hpp"

namespace dunlin::dunning {
namespace {

icu::UnicodeString wide(const std::string& utf8) {
  return icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
}

bool is_gsm(char16_t unit) { return text::gsm_septets(unit).count > 0; }

// The letters of Europe, one by one: looking one up in ICU's rules costs as much as rendering a text.
constexpr char16_t kTableEnd = 0x0250;
struct Letters {
  std::array<icu::UnicodeString, kTableEnd> become;
  std::array<bool, kTableEnd> known{};

  Letters() {
    for (char16_t unit = 0x20; unit < kTableEnd; ++unit) {
      std::string utf8;
      text::append_utf8(utf8, unit);
      if (is_gsm(unit)) {
        become[unit] = unit;
        known[unit] = true;
      } else if (const auto letters = text::in_gsm_letters(utf8)) {
        // A capital that becomes two letters depends on its neighbours.
        become[unit] = wide(*letters);
        known[unit] = become[unit].length() < 2 || !u_isUUppercase(unit);
      }
    }
  }
};

// Neither an address nor a number with letters in it: each letter can be replaced by itself.
std::optional<icu::UnicodeString> letter_by_letter(const icu::UnicodeString& text) {
  static const Letters table;
  icu::UnicodeString made;
  bool digits = false;
  bool marked = false;
  bool before_was_point = false;
  for (std::int32_t i = 0; i < text.length(); ++i) {
    const char16_t unit = text[i];
    const bool letter = u_isalpha(unit);
    if (unit == u'\u202F') {
      made += u' ';
      continue;
    }
    if (unit == u'\u2019') {
      made += u'\'';
      continue;
    }
    if (unit >= kTableEnd && is_gsm(unit)) {  // the euro sign
      made += unit;
      continue;
    }
    if (unit == u'@' || unit == u'/' || (letter && before_was_point) || unit >= kTableEnd || !table.known[unit])
      return std::nullopt;
    before_was_point = unit == u'.';
    digits = digits || (unit >= u'0' && unit <= u'9');
    marked = marked || (letter && !is_gsm(unit));
    made += table.become[unit];
  }
  // "1 234,50 zł" has both, but never in one word: the blank before the sign is always there, or the sign is before.
  if (digits && marked) {
    bool word_digit = false;
    bool word_marked = false;
    for (std::int32_t i = 0; i < text.length(); ++i) {
      const char16_t unit = text[i];
      if (u_isUWhiteSpace(unit)) {
        word_digit = word_marked = false;
        continue;
      }
      word_digit = word_digit || (unit >= u'0' && unit <= u'9');
      word_marked = word_marked || (u_isalpha(unit) && !is_gsm(unit));
      if (word_digit && word_marked) return std::nullopt;
    }
  }
  return made;
}

}  // namespace

std::int32_t first_outside_gsm(const icu::UnicodeString& text) {
  for (std::int32_t i = 0; i < text.length(); ++i) {
    if (!is_gsm(text[i])) return i;
  }
  return -1;
}

void write_in_gsm_letters(icu::UnicodeString& text) {
  if (first_outside_gsm(text) < 0) return;
  if (auto made = letter_by_letter(text)) {
    text = std::move(*made);
    return;
  }
  std::string utf8;
  text.toUTF8String(utf8);
  if (const auto letters = text::in_gsm_letters(utf8)) text = wide(*letters);
}

}  // namespace dunlin::dunning

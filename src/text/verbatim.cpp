#include "text/verbatim.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <dunlin/text/fold.hpp>

namespace dunlin::text {
namespace {

bool is_blank(char32_t character) { return u_isUWhiteSpace(static_cast<UChar32>(character)); }
bool is_letter(char32_t character) { return u_isalpha(static_cast<UChar32>(character)); }
bool is_digit(char32_t character) { return u_isdigit(static_cast<UChar32>(character)); }
bool is_small_ascii(char32_t character) { return character >= U'a' && character <= U'z'; }
bool is_small_latin(char32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  const auto c = static_cast<UChar32>(character);
  return u_isULowercase(c) && uscript_getScript(c, &status) == USCRIPT_LATIN;
}
bool is_big_ascii(char32_t character) { return character >= U'A' && character <= U'Z'; }

constexpr std::array<std::u32string_view, 9> kOtherTopLevels = {U"рф", U"укр", U"бел", U"срб", U"мкд",
                                                                U"бг", U"ею",  U"ευ",  U"ελ"};
constexpr std::size_t kWideTopLevelMin = 3;  // letters, not all of them ASCII; fewer are words: 5 tys.zł
constexpr std::size_t kTopLevelMax = 10;     // letters; .technology
constexpr std::size_t kBigTopLevelMax = 3;   // in capitals, where a sentence may begin without its blank

// Is what follows a dot the last name of a host: .pl, .com/…, .рф, .żółw.
bool begins_top_level(std::u32string_view rest) {
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_letter) - rest.begin());
  const std::u32string_view name = rest.substr(0, end);
  if (name.size() < 2) return false;
  if (end < rest.size() && rest[end] == U'/') return true;
  if (end < rest.size() && (is_digit(rest[end]) || rest[end] == U'-')) return false;
  const bool more = end + 1 < rest.size() && (is_letter(rest[end + 1]) || is_digit(rest[end + 1]));
  if (end < rest.size() && rest[end] == U'.' && more)
    return false;  // the next dot's name is the last; else it ends the sentence
  if (std::ranges::find(kOtherTopLevels, name) != kOtherTopLevels.end()) return true;
  return (name.size() <= kTopLevelMax && std::ranges::all_of(name, is_small_ascii)) ||
         (name.size() >= kWideTopLevelMin && name.size() <= kTopLevelMax &&
          std::ranges::all_of(name, is_small_latin)) ||
         (name.size() <= kBigTopLevelMax && std::ranges::all_of(name, is_big_ascii));
}

bool is_address(std::u32string_view word) {
  if (word.find(U"://") != word.npos || word.find(U'@') != word.npos) return true;
  if (word.starts_with(U"www.") || word.starts_with(U"WWW.")) return true;
  for (std::size_t dot = word.find(U'.'); dot != word.npos; dot = word.find(U'.', dot + 1)) {
    const bool follows_name = dot > 0 && (is_letter(word[dot - 1]) || is_digit(word[dot - 1]));
    if (follows_name && begins_top_level(word.substr(dot + 1))) return true;
  }
  return false;
}

bool is_joint(char32_t character) {
  return std::u32string_view(U".,:;()?!\"'").find(character) != std::u32string_view::npos;
}

// A letter outside ASCII before a digit (ФВ-2026/17), or a capital right after one (2026/17Ж); small ones there are a
// currency's or a word's end (120,50zł, 5-го).
bool is_identifier(std::u32string_view word) {
  const auto letter = std::ranges::find_if(word, [](char32_t each) { return each > 0x7F && is_letter(each); });
  return std::any_of(letter, word.end(), is_digit) ||
         std::ranges::adjacent_find(word, [](char32_t digit, char32_t each) {
           return is_digit(digit) && each > 0x7F && u_isUUppercase(static_cast<UChar32>(each));
         }) != word.end();
}

template <class Ends, class Visit>
void each_piece(std::u32string_view text, Ends ends, Visit visit) {
  for (std::size_t start = 0; start < text.size();) {
    std::size_t end = start;
    while (end < text.size() && !ends(text[end])) ++end;
    if (end > start) visit(start, text.substr(start, end - start));
    start = end + 1;
  }
}

}  // namespace

std::vector<bool> verbatim(std::u32string_view text, std::span<const std::string_view> keep) {
  std::vector<bool> kept(text.size());
  const auto mark = [&kept](std::size_t start, std::size_t size) {
    std::fill_n(kept.begin() + static_cast<std::ptrdiff_t>(start), size, true);
  };
  each_piece(text, is_blank, [&](std::size_t at, std::u32string_view word) {
    if (is_address(word)) return mark(at, word.size());
    each_piece(word, is_joint, [&](std::size_t inside, std::u32string_view piece) {
      if (is_identifier(piece)) mark(at + inside, piece.size());
    });
  });
  for (const std::string_view each : keep) {
    const auto folded = fold(each);
    if (!folded || folded->text.empty()) continue;
    for (std::size_t at = text.find(folded->text); at != text.npos; at = text.find(folded->text, at + 1)) {
      mark(at, folded->text.size());
    }
  }
  return kept;
}

}  // namespace dunlin::text

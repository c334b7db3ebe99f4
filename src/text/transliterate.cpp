#include "text/transliterate.hpp"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>
#include <memory>

#include "text/verbatim.hpp"

namespace dunlin::text {
namespace {

struct Row {
  char32_t from;
  std::u32string_view to;
};
const Row* row_of(std::span<const Row> rows, char32_t character) {
  const auto found = std::ranges::lower_bound(rows, character, {}, &Row::from);
  return found != rows.end() && found->from == character ? &*found : nullptr;
}
constexpr bool ascends(std::span<const Row> rows) { return std::ranges::is_sorted(rows, {}, &Row::from); }

// ICAO Doc 9303 part 3, section 6, B; small letters. The letters of Ukrainian, Belarusian, Serbian, Macedonian and
// Bulgarian that Russian lacks are in it too.
constexpr std::array kCyrillic = {
    Row{0x0430, U"a"},    Row{0x0431, U"b"},  Row{0x0432, U"v"},  Row{0x0433, U"g"},  Row{0x0434, U"d"},
    Row{0x0435, U"e"},    Row{0x0436, U"zh"}, Row{0x0437, U"z"},  Row{0x0438, U"i"},  Row{0x0439, U"i"},
    Row{0x043A, U"k"},    Row{0x043B, U"l"},  Row{0x043C, U"m"},  Row{0x043D, U"n"},  Row{0x043E, U"o"},
    Row{0x043F, U"p"},    Row{0x0440, U"r"},  Row{0x0441, U"s"},  Row{0x0442, U"t"},  Row{0x0443, U"u"},
    Row{0x0444, U"f"},    Row{0x0445, U"kh"}, Row{0x0446, U"ts"}, Row{0x0447, U"ch"}, Row{0x0448, U"sh"},
    Row{0x0449, U"shch"}, Row{0x044A, U"ie"}, Row{0x044B, U"y"},  Row{0x044C, U""},   Row{0x044D, U"e"},
    Row{0x044E, U"iu"},   Row{0x044F, U"ia"}, Row{0x0450, U"e"},  Row{0x0451, U"e"},  Row{0x0452, U"d"},
    Row{0x0453, U"g"},    Row{0x0454, U"ie"}, Row{0x0455, U"dz"}, Row{0x0456, U"i"},  Row{0x0457, U"i"},
    Row{0x0458, U"j"},    Row{0x0459, U"lj"}, Row{0x045A, U"nj"}, Row{0x045B, U"c"},  Row{0x045C, U"k"},
    Row{0x045D, U"i"},    Row{0x045E, U"u"},  Row{0x045F, U"dz"}, Row{0x0491, U"g"},
};
static_assert(ascends(kCyrillic));

// Capitals of the GSM alphabet, Greek where it has them, else the Latin ones of the same shape.
constexpr std::array kGreekCapitals = {
    Row{0x0391, U"A"}, Row{0x0392, U"B"}, Row{0x0393, U"Γ"}, Row{0x0394, U"Δ"}, Row{0x0395, U"E"}, Row{0x0396, U"Z"},
    Row{0x0397, U"H"}, Row{0x0398, U"Θ"}, Row{0x0399, U"I"}, Row{0x039A, U"K"}, Row{0x039B, U"Λ"}, Row{0x039C, U"M"},
    Row{0x039D, U"N"}, Row{0x039E, U"Ξ"}, Row{0x039F, U"O"}, Row{0x03A0, U"Π"}, Row{0x03A1, U"P"}, Row{0x03A3, U"Σ"},
    Row{0x03A4, U"T"}, Row{0x03A5, U"Y"}, Row{0x03A6, U"Φ"}, Row{0x03A7, U"X"}, Row{0x03A8, U"Ψ"}, Row{0x03A9, U"Ω"},
};
static_assert(ascends(kGreekCapitals));

constexpr std::array kSigns = {
    Row{0x00A2, U"c"},
    Row{0x00B0, U"o"},
    Row{0x00B7, U"."},
    Row{0x0E3F, U"THB"},
    Row{0x2022, U"*"},
    Row{0x2030, U"o/oo"},
    Row{0x20A1, U"CRC"},
    Row{0x20A6, U"NGN"},
    Row{0x20A9, U"KRW"},
    Row{0x20AA, U"ILS"},
    Row{0x20AB, U"VND"},
    Row{0x20AC, U"EUR"},
    Row{0x20AE, U"MNT"},
    Row{0x20B1, U"PHP"},
    Row{0x20B2, U"PYG"},
    Row{0x20B4, U"UAH"},
    Row{0x20B5, U"GHS"},
    Row{0x20B8, U"KZT"},
    Row{0x20B9, U"INR"},
    Row{0x20BA, U"TRY"},
    Row{0x20BC, U"AZN"},
    Row{0x20BD, U"RUB"},
    Row{0x20BE, U"GEL"},
    Row{0x2190, U"<-"},
    Row{0x2192, U"->"},
    // Pictographs, but an amount loses its sign with them.
    Row{0x2795, U"+"},
    Row{0x2796, U"-"},
    Row{0x2797, U"/"},
};
static_assert(ascends(kSigns));

std::u32string from_icu(const icu::UnicodeString& string) {
  std::u32string characters;
  for (int32_t at = 0; at < string.length(); at = string.moveIndex32(at, 1)) {
    characters.push_back(static_cast<char32_t>(string.char32At(at)));
  }
  return characters;
}

// Made once a thread: ICU's rules take milliseconds to load, and its objects are not for two threads at once.
const icu::Transliterator* any_latin() {
  thread_local const std::unique_ptr<icu::Transliterator> made = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
  }();
  return made.get();
}

bool is_mark(char32_t character) { return (U_GET_GC_MASK(static_cast<UChar32>(character)) & U_GC_M_MASK) != 0; }

std::u32string decomposed(char32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(status);
  icu::UnicodeString written;
  if (U_FAILURE(status) || !nfd->getDecomposition(static_cast<UChar32>(character), written)) return {character};
  return from_icu(written);
}

UScriptCode script_of(char32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(character), &status);
}

bool is_pictograph(char32_t character) {
  const auto c = static_cast<UChar32>(character);
  return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) ||
         u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) || character == 0x200D;
}

// In the order they are tried; each gives nothing where it has nothing to say.
using Step = std::optional<std::u32string> (*)(char32_t, const Way&);

std::optional<std::u32string> digit(char32_t character, const Way&) {
  const auto c = static_cast<UChar32>(character);
  if (u_charType(c) != U_DECIMAL_DIGIT_NUMBER) return std::nullopt;
  return std::u32string{static_cast<char32_t>(U'0' + u_charDigitValue(c))};
}

std::optional<std::u32string> sign(char32_t character, const Way&) {
  const Row* row = row_of(kSigns, character);
  return row != nullptr ? std::optional(std::u32string(row->to)) : std::nullopt;
}

std::optional<std::u32string> greek_capital(char32_t character, const Way& way) {
  if (script_of(character) != USCRIPT_GREEK || !way.takes(U'Δ')) return std::nullopt;
  const char32_t bare = decomposed(character).front();
  const Row* row = row_of(kGreekCapitals, static_cast<char32_t>(u_toupper(static_cast<UChar32>(bare))));
  return row != nullptr ? std::optional(std::u32string(row->to)) : std::nullopt;
}

std::optional<std::u32string> cyrillic(char32_t character, const Way&) {
  const auto small = static_cast<char32_t>(u_tolower(static_cast<UChar32>(character)));
  const Row* row = row_of(kCyrillic, small);
  if (row == nullptr) return std::nullopt;
  std::u32string letters(row->to);
  if (small != character && !letters.empty())
    letters[0] = static_cast<char32_t>(u_toupper(static_cast<UChar32>(letters[0])));
  return letters;
}

// Of a letter with several marks the last is taken off first.
std::optional<std::u32string> fewer_marks(char32_t character, const Way& way) {
  if (script_of(character) != USCRIPT_LATIN) return std::nullopt;
  std::u32string letters = decomposed(character);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return std::nullopt;
  while (letters.size() > 1 && is_mark(letters.back())) {
    letters.pop_back();
    const auto wide = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(letters.data()),
                                                    static_cast<int32_t>(letters.size()));
    const std::u32string composed = from_icu(nfc->normalize(wide, status));
    if (U_SUCCESS(status) && composed.size() == 1 && way.takes(composed[0])) return composed;
  }
  return std::nullopt;
}

std::optional<std::u32string> unicodes_tables(char32_t character, const Way&) {
  const auto c = static_cast<UChar32>(character);
  const UScriptCode script = script_of(character);
  const bool letter = script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC ||
                      script == USCRIPT_ARMENIAN || script == USCRIPT_GEORGIAN;
  const bool other_sign = script == USCRIPT_COMMON && (U_GET_GC_MASK(c) & (U_GC_S_MASK | U_GC_P_MASK)) != 0;
  if ((!letter && !other_sign) || u_charType(c) == U_OTHER_NUMBER || any_latin() == nullptr) return std::nullopt;
  icu::UnicodeString written(c);
  any_latin()->transliterate(written);
  std::u32string letters = from_icu(written);
  if (letters.empty() || letters == std::u32string{character}) return std::nullopt;
  // It is read among others: a sign of its own accord has no blanks around it.
  while (letters.size() > 1 && letters.front() == U' ') letters.erase(0, 1);
  while (letters.size() > 1 && letters.back() == U' ') letters.pop_back();
  return letters;
}

std::optional<std::u32string> dropped(char32_t character, const Way&) {
  const UScriptCode script = script_of(character);
  const bool mark =
      is_mark(character) && (script == USCRIPT_INHERITED || script == USCRIPT_COMMON || script == USCRIPT_LATIN ||
                             script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC);
  return mark || is_pictograph(character) ? std::optional(std::u32string{}) : std::nullopt;
}

constexpr std::array<Step, 7> kSteps = {digit, sign, greek_capital, cyrillic, fewer_marks, unicodes_tables, dropped};

bool is_capital(char32_t character) { return u_isUUppercase(static_cast<UChar32>(character)); }

}  // namespace

Transliterator::Transliterator(std::u32string_view text, std::span<const std::string_view> keep)
    : text_(text), kept_(verbatim(text, keep)) {}

const std::optional<std::u32string>& Transliterator::letters_for(char32_t character, const Way& way,
                                                                 Known& known) const {
  const auto [found, fresh] = known.try_emplace(character);
  if (!fresh) return found->second;
  for (const Step step : kSteps) {
    auto letters = step(character, way);
    if (!letters || !std::ranges::all_of(*letters, [&way](char32_t each) { return way.takes(each); })) continue;
    found->second = std::move(letters);
    break;
  }
  return found->second;
}

std::optional<std::u32string> Transliterator::replacement_at(std::size_t index, const Way& way, Known& known) const {
  if (kept_[index]) return std::nullopt;
  std::optional<std::u32string> letters = letters_for(text_[index], way, known);
  // One capital that becomes several letters: Щит is Shchit, ЩИТ is SHCHIT.
  const bool before = index > 0 && is_capital(text_[index - 1]);
  const bool after = index + 1 < text_.size() && is_capital(text_[index + 1]);
  if (letters && letters->size() > 1 && is_capital(text_[index]) && (before || after)) {
    for (char32_t& each : *letters) each = static_cast<char32_t>(u_toupper(static_cast<UChar32>(each)));
  }
  return letters;
}

std::optional<Transliterated> Transliterator::text_for(const Way& way) const {
  Known known;
  Transliterated made;
  made.text.reserve(text_.size() + text_.size() / 4);
  for (std::size_t index = 0; index < text_.size(); ++index) {
    const char32_t character = text_[index];
    if (way.takes(character)) {
      made.text.push_back(character);
      continue;
    }
    const auto letters = replacement_at(index, way, known);
    if (!letters) return std::nullopt;
    made.text += *letters;
    ++made.count;
    const std::string written = to_utf8(*letters);
    const auto same = std::ranges::find_if(
        made.replaced, [&](const Replacement& row) { return row.character == character && row.to == written; });
    if (same != made.replaced.end()) {
      ++same->count;
    } else {
      made.replaced.push_back({character, written, index + 1, 1});
    }
  }
  return made;
}

std::optional<std::size_t> Transliterator::first_irreplaceable(const Way& way) const {
  Known known;
  for (std::size_t index = 0; index < text_.size(); ++index) {
    if (!way.takes(text_[index]) && !replacement_at(index, way, known)) return index;
  }
  return std::nullopt;
}

std::optional<std::string> in_gsm_letters(std::string_view utf8) {
  const Result<Folded> folded = fold(utf8);
  if (!folded) return std::nullopt;
  Way way;
  way.encoding = Encoding::gsm7;
  way.takes_one = [](char32_t character) { return gsm_septets(character).count > 0; };
  const auto made = Transliterator(folded->text, {}).text_for(way);
  return made ? std::optional(to_utf8(made->text)) : std::nullopt;
}

}  // namespace dunlin::text

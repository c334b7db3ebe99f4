#include "dunning/reply_text.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::dunning {
namespace {

const icu::Normalizer2& normaliser(const icu::Normalizer2* (*instance)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* made = instance(status);
  DUNLIN_CHECK(U_SUCCESS(status) && made != nullptr);
  return *made;
}

// Letters that do not decompose into a base letter and marks.
struct Letter {
  UChar32 letter;
  std::string_view written;
};
constexpr std::array kLetters = {
    Letter{0x0142, "l"},  Letter{0x00F8, "o"},  Letter{0x0111, "d"}, Letter{0x00DF, "ss"},
    Letter{0x0153, "oe"}, Letter{0x00E6, "ae"}, Letter{0x0131, "i"},
};

// What a number of a list ends in: English, French, Dutch, German, Italian, Spanish, Portuguese.
constexpr std::array<std::string_view, 11> kOrdinals = {"st", "nd", "rd",  "th", "e",  "er",
                                                        "o",  "a",  "ten", "te", "ste"};

bool is_mark(UChar32 character) { return (U_GET_GC_MASK(character) & U_GC_M_MASK) != 0; }

bool is_apostrophe(UChar32 character) {
  return character == '\'' || character == '`' || character == 0x2019 || character == 0x2018 || character == 0x02BC;
}

void append(std::string& word, UChar32 character) {
  icu::StringByteSink<std::string> sink(&word);
  icu::UnicodeString(character).toUTF8(sink);
}

void append_folded(std::string& word, UChar32 character) {
  const auto* found =
      std::ranges::find_if(kLetters, [character](const Letter& row) { return row.letter == character; });
  if (found != kLetters.end()) {
    word += found->written;
  } else {
    append(word, character);
  }
}

// One character in, words out.
class Reader {
 public:
  ReplyText run(const icu::UnicodeString& text) {
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) take(text.char32At(i));
    close();
    join_spaced();
    return std::move(text_);
  }

 private:
  void take(UChar32 character) {
    const std::int32_t digit = u_charDigitValue(character);
    if (digit >= 0) {
      if (open_ && !word_.number) close();
      begin(true);
      word_.folded += static_cast<char>('0' + digit);
      word_.accented += static_cast<char>('0' + digit);
    } else if (u_isalnum(character)) {
      if (open_ && word_.number) {
        close();
        suffix_ = true;
      }
      begin(false);
      letter(character);
    } else if (is_mark(character)) {
      if (open_) append(word_.accented, character);
    } else if (!is_apostrophe(character)) {
      between(character);
    }
  }

  void letter(UChar32 character) {
    append(word_.accented, character);
    if (character < 0x80) {
      word_.folded += static_cast<char>(character);
      return;
    }
    icu::UnicodeString decomposed;
    if (!decompose_.getDecomposition(character, decomposed)) return append_folded(word_.folded, character);
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
      if (!is_mark(decomposed.char32At(i))) append_folded(word_.folded, decomposed.char32At(i));
    }
  }

  void between(UChar32 character) {
    const bool number = open_ && word_.number;
    close();
    suffix_ = false;
    const std::uint32_t kind = U_GET_GC_MASK(character);
    if (character == '?' || character == 0xBF) text_.question = true;
    if ((kind & U_GC_SO_MASK) != 0) text_.symbols.push_back(static_cast<char32_t>(character));
    if (number && (character == '.' || character == '/' || character == '-')) {
      text_.words.back().glue = static_cast<char>(character);
    } else if (!text_.words.empty()) {
      text_.words.back().glue = 0;
    }
    if (character == '\n' || character == '\r' || (kind & U_GC_P_MASK & ~U_GC_PC_MASK & ~U_GC_PD_MASK) != 0 ||
        character == 0x2014) {
      broken_ = true;
    }
  }

  void begin(bool number) {
    if (open_) return;
    open_ = true;
    word_ = {};
    word_.number = number;
    // "12.11": a full stop that joins two numbers parts nothing.
    const bool glued = number && !text_.words.empty() && text_.words.back().glue != 0;
    if (!glued && !text_.words.empty()) text_.words.back().glue = 0;
    word_.after_break = broken_ && !glued;
    broken_ = false;
  }

  void close() {
    if (!open_) return;
    open_ = false;
    const bool ordinal = std::exchange(suffix_, false) && std::ranges::find(kOrdinals, word_.folded) != kOrdinals.end();
    if (ordinal || word_.folded.empty()) return;
    if (!word_.number) {
      once(word_.folded);
      once(word_.accented);
    }
    text_.words.push_back(std::move(word_));
  }

  static void once(std::string& word) {
    std::string kept;
    for (std::size_t i = 0; i < word.size();) {
      std::size_t same = i + 1;
      while (same < word.size() && word[same] == word[i]) ++same;
      const bool ascii = static_cast<unsigned char>(word[i]) < 0x80;
      kept.append(ascii && same - i >= 3 ? 1 : same - i, word[i]);
      i = same;
    }
    word = std::move(kept);
  }

  // Nothing but single letters: two of them may well be two words.
  void join_spaced() {
    auto& words = text_.words;
    const bool spaced = words.size() >= 3 && std::ranges::all_of(words, [](const Word& each) {
                          return each.folded.size() == 1 && !each.number;
                        });
    if (!spaced) return;
    Word joined;
    for (const Word& each : words) {
      joined.folded += each.folded;
      joined.accented += each.accented;
    }
    words.assign(1, joined);
  }

  const icu::Normalizer2& decompose_ = normaliser(icu::Normalizer2::getNFKDInstance);
  ReplyText text_;
  Word word_;
  bool open_ = false;
  bool broken_ = false;  // since the last word
  bool suffix_ = false;  // letters follow a digit directly
};

}  // namespace

ReplyText read_reply(std::string_view utf8) {
  static const icu::Normalizer2& fold = normaliser(icu::Normalizer2::getNFKCCasefoldInstance);
  const auto text = icu::UnicodeString::fromUTF8(
      {utf8.data(), static_cast<std::int32_t>(std::min<std::size_t>(utf8.size(), INT32_MAX))});
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString folded = fold.normalize(text, status);
  DUNLIN_CHECK(U_SUCCESS(status));
  return Reader().run(folded);
}

std::string normalise(const ReplyText& text) {
  constexpr std::size_t kDigitsMin = 3;
  std::size_t digits = 0;
  std::size_t kept = text.words.size();
  while (kept > 1 && text.words[kept - 1].number) digits += text.words[--kept].folded.size();
  if (digits < kDigitsMin) kept = text.words.size();
  std::string joined;
  for (std::size_t i = 0; i < kept; ++i) joined += (i == 0 ? "" : " ") + text.words[i].folded;
  return joined;
}

std::string normalise(std::string_view utf8) { return normalise(read_reply(utf8)); }

}  // namespace dunlin::dunning

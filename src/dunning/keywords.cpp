#include "dunning/keywords.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <dunlin/base/check.hpp>
#include <unordered_map>
#include <vector>

namespace dunlin::dunning {
namespace {

// The first row that matches names the language, so the words of any language come first.
constexpr std::array kKeywords = {
    Keyword{kIntentOptOut, "", "STOP"},           Keyword{kIntentOptOut, "", "STOPALL"},
    Keyword{kIntentOptOut, "", "STOP ALL"},       Keyword{kIntentOptOut, "", "UNSUB"},
    Keyword{kIntentOptOut, "", "OPTOUT"},         Keyword{kIntentOptOut, "", "OPT OUT"},
    Keyword{kIntentOptIn, "", "START"},           Keyword{kIntentOptIn, "", "UNSTOP"},
    Keyword{kIntentOptOut, "en", "UNSUBSCRIBE"},  Keyword{kIntentOptOut, "en", "CANCEL"},
    Keyword{kIntentOptOut, "en", "END"},          Keyword{kIntentOptOut, "en", "QUIT"},
    Keyword{kIntentOptOut, "en", "REVOKE"},       Keyword{kIntentOptOut, "en", "REMOVE"},
    Keyword{kIntentOptOut, "en", "TD"},           Keyword{kIntentOptIn, "en", "RESUME"},
    Keyword{kIntentOptOut, "fr", "ARRET"},        Keyword{kIntentOptOut, "fr", "ARRETER"},
    Keyword{kIntentOptOut, "fr", "DESABONNER"},   Keyword{kIntentOptOut, "fr", "DESINSCRIRE"},
    Keyword{kIntentOptIn, "fr", "ACTIVER"},       Keyword{kIntentOptIn, "fr", "REPRENDRE"},
    Keyword{kIntentOptOut, "pt", "SAIR"},         Keyword{kIntentOptOut, "pt", "PARE"},
    Keyword{kIntentOptOut, "pt", "PARAR"},        Keyword{kIntentOptOut, "pt", "CANCELAR"},
    Keyword{kIntentOptOut, "pt", "DESCADASTRAR"}, Keyword{kIntentOptIn, "pt", "VOLTAR"},
    Keyword{kIntentOptIn, "pt", "INICIAR"},       Keyword{kIntentOptOut, "de", "STOPP"},
    Keyword{kIntentOptOut, "de", "ABMELDEN"},     Keyword{kIntentOptOut, "de", "ABBESTELLEN"},
    Keyword{kIntentOptOut, "de", "ENDE"},         Keyword{kIntentOptIn, "de", "ANMELDEN"},
    Keyword{kIntentOptOut, "it", "BASTA"},        Keyword{kIntentOptOut, "it", "ANNULLA"},
    Keyword{kIntentOptOut, "it", "CANCELLA"},     Keyword{kIntentOptOut, "it", "DISISCRIVI"},
    Keyword{kIntentOptIn, "it", "ATTIVA"},        Keyword{kIntentOptOut, "pl", "REZYGNUJĘ"},
    Keyword{kIntentOptOut, "pl", "WYPISZ"},       Keyword{kIntentOptOut, "pl", "KONIEC"},
    Keyword{kIntentOptOut, "pl", "ANULUJ"},       Keyword{kIntentOptIn, "pl", "WZNÓW"},
    Keyword{kIntentOptOut, "es", "BAJA"},         Keyword{kIntentOptOut, "es", "ALTO"},
    Keyword{kIntentOptOut, "es", "BASTA"},        Keyword{kIntentOptOut, "es", "CANCELAR"},
    Keyword{kIntentOptOut, "es", "PARAR"},        Keyword{kIntentOptIn, "es", "ALTA"},
    Keyword{kIntentOptOut, "nl", "AFMELDEN"},     Keyword{kIntentOptOut, "nl", "UITSCHRIJVEN"},
    Keyword{kIntentOptOut, "nl", "UIT"},          Keyword{kIntentOptOut, "nl", "STOPPEN"},
    Keyword{kIntentOptIn, "nl", "AANMELDEN"},
};

// A reply longer than this is no keyword; what is behind it need not be looked at.
constexpr std::size_t kReplyOctetsMax = 1024;

const icu::Normalizer2& normaliser(const icu::Normalizer2* (*instance)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* made = instance(status);
  DUNLIN_CHECK(U_SUCCESS(status) && made != nullptr);
  return *made;
}

icu::UnicodeString normalised(const icu::Normalizer2& by, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString done = by.normalize(text, status);
  DUNLIN_CHECK(U_SUCCESS(status));
  return done;
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

void append(std::string& word, UChar32 character) {
  const auto found = std::find_if(kLetters.begin(), kLetters.end(),
                                  [character](const Letter& row) { return row.letter == character; });
  if (found != kLetters.end()) {
    word += found->written;
  } else {
    icu::StringByteSink<std::string> sink(&word);
    icu::UnicodeString(character).toUTF8(sink);
  }
}

bool is_mark(UChar32 character) { return (U_GET_GC_MASK(character) & U_GC_M_MASK) != 0; }

std::vector<std::string> words_of(const icu::UnicodeString& decomposed) {
  std::vector<std::string> words(1);
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 character = decomposed.char32At(i);
    if (u_isalnum(character)) {
      append(words.back(), character);
    } else if (!is_mark(character) && !words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_number(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char octet) { return octet >= '0' && octet <= '9'; });
}
bool is_letter(const std::string& word) { return word.size() == 1 && !is_number(word); }

// "s t o p" is one word when nothing but single letters is there; two letters may well be two words.
void join_spaced(std::vector<std::string>& words) {
  if (words.size() < 3 || !std::all_of(words.begin(), words.end(), is_letter)) return;
  std::string joined;
  for (const std::string& word : words) joined += word;
  words.assign(1, joined);
}

// The number the reply was sent to, often repeated. "CANCEL 2" is something else.
void drop_trailing_number(std::vector<std::string>& words) {
  constexpr std::size_t kDigitsMin = 3;
  std::size_t digits = 0;
  std::size_t kept = words.size();
  while (kept > 1 && is_number(words[kept - 1])) digits += words[--kept].size();
  if (digits >= kDigitsMin) words.resize(kept);
}

const std::unordered_map<std::string, const Keyword*>& by_normal_form() {
  static const auto map = [] {
    std::unordered_map<std::string, const Keyword*> made;
    for (const Keyword& row : kKeywords) made.emplace(normalise(row.word), &row);
    return made;
  }();
  return map;
}

}  // namespace

std::span<const Keyword> keywords() { return kKeywords; }

std::string normalise(std::string_view utf8) {
  static const icu::Normalizer2& fold = normaliser(icu::Normalizer2::getNFKCCasefoldInstance);
  static const icu::Normalizer2& decompose = normaliser(icu::Normalizer2::getNFKDInstance);
  const auto text = icu::UnicodeString::fromUTF8(
      {utf8.data(), static_cast<std::int32_t>(std::min<std::size_t>(utf8.size(), INT32_MAX))});
  std::vector<std::string> words = words_of(normalised(decompose, normalised(fold, text)));
  drop_trailing_number(words);
  join_spaced(words);
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

Classified classify_exact(std::string_view utf8) {
  if (utf8.size() > kReplyOctetsMax) return {};
  const auto found = by_normal_form().find(normalise(utf8));
  if (found == by_normal_form().end()) return {};
  return {found->second->intent, found->second->language, found->second->word};
}

}  // namespace dunlin::dunning

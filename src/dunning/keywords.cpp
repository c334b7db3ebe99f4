#include "dunning/keywords.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "dunning/reply_text.hpp"

namespace dunlin::dunning {
namespace {

// The first row that matches names the language, so the words of any language come first.
constexpr std::array kKeywords = {
    Keyword{Intent::opt_out, "", "STOP"},           Keyword{Intent::opt_out, "", "STOPALL"},
    Keyword{Intent::opt_out, "", "STOP ALL"},       Keyword{Intent::opt_out, "", "UNSUB"},
    Keyword{Intent::opt_out, "", "OPTOUT"},         Keyword{Intent::opt_out, "", "OPT OUT"},
    Keyword{Intent::opt_in, "", "START"},           Keyword{Intent::opt_in, "", "UNSTOP"},
    Keyword{Intent::opt_out, "en", "UNSUBSCRIBE"},  Keyword{Intent::opt_out, "en", "CANCEL"},
    Keyword{Intent::opt_out, "en", "END", true},    Keyword{Intent::opt_out, "en", "QUIT"},
    Keyword{Intent::opt_out, "en", "REVOKE"},       Keyword{Intent::opt_out, "en", "REMOVE"},
    Keyword{Intent::opt_out, "en", "TD", true},     Keyword{Intent::opt_in, "en", "RESUME"},
    Keyword{Intent::opt_out, "fr", "ARRET"},        Keyword{Intent::opt_out, "fr", "ARRETER"},
    Keyword{Intent::opt_out, "fr", "DESABONNER"},   Keyword{Intent::opt_out, "fr", "DESINSCRIRE"},
    Keyword{Intent::opt_in, "fr", "ACTIVER"},       Keyword{Intent::opt_in, "fr", "REPRENDRE"},
    Keyword{Intent::opt_out, "pt", "SAIR"},         Keyword{Intent::opt_out, "pt", "PARE", true},
    Keyword{Intent::opt_out, "pt", "PARAR"},        Keyword{Intent::opt_out, "pt", "CANCELAR"},
    Keyword{Intent::opt_out, "pt", "DESCADASTRAR"}, Keyword{Intent::opt_in, "pt", "VOLTAR"},
    Keyword{Intent::opt_in, "pt", "INICIAR"},       Keyword{Intent::opt_out, "de", "STOPP"},
    Keyword{Intent::opt_out, "de", "ABMELDEN"},     Keyword{Intent::opt_out, "de", "ABBESTELLEN"},
    Keyword{Intent::opt_out, "de", "ENDE", true},   Keyword{Intent::opt_in, "de", "ANMELDEN"},
    Keyword{Intent::opt_out, "it", "BASTA", true},  Keyword{Intent::opt_out, "it", "ANNULLA"},
    Keyword{Intent::opt_out, "it", "CANCELLA"},     Keyword{Intent::opt_out, "it", "DISISCRIVI"},
    Keyword{Intent::opt_in, "it", "ATTIVA"},        Keyword{Intent::opt_out, "pl", "REZYGNUJĘ"},
    Keyword{Intent::opt_out, "pl", "WYPISZ"},       Keyword{Intent::opt_out, "pl", "KONIEC", true},
    Keyword{Intent::opt_out, "pl", "ANULUJ"},       Keyword{Intent::opt_in, "pl", "WZNÓW"},
    Keyword{Intent::opt_out, "es", "BAJA"},         Keyword{Intent::opt_out, "es", "ALTO", true},
    Keyword{Intent::opt_out, "es", "BASTA", true},  Keyword{Intent::opt_out, "es", "CANCELAR"},
    Keyword{Intent::opt_out, "es", "PARAR"},        Keyword{Intent::opt_in, "es", "ALTA"},
    Keyword{Intent::opt_out, "nl", "AFMELDEN"},     Keyword{Intent::opt_out, "nl", "UITSCHRIJVEN"},
    Keyword{Intent::opt_out, "nl", "UIT", true},    Keyword{Intent::opt_out, "nl", "STOPPEN"},
    Keyword{Intent::opt_in, "nl", "AANMELDEN"},
};

using ByForm = std::unordered_map<std::string_view, const Keyword*>;

const std::array<std::string, kKeywords.size()>& normal_forms() {
  static const auto forms = [] {
    std::array<std::string, kKeywords.size()> made;
    std::ranges::transform(kKeywords, made.begin(), [](const Keyword& row) { return normalise(row.word); });
    return made;
  }();
  return forms;
}

const ByForm& by_form() {
  static const ByForm map = [] {
    ByForm made;
    for (std::size_t i = 0; i < kKeywords.size(); ++i) made.emplace(normal_forms()[i], &kKeywords[i]);
    return made;
  }();
  return map;
}

bool stops_anywhere(const Keyword& row) {
  return row.intent == Intent::opt_out && !row.alone && row.word.find(' ') == std::string_view::npos;
}

// Damerau's distance is 1: what is left between the common beginning and the common end.
bool one_slip(std::string_view one, std::string_view other) {
  while (!one.empty() && !other.empty() && one.front() == other.front()) one.remove_prefix(1), other.remove_prefix(1);
  while (!one.empty() && !other.empty() && one.back() == other.back()) one.remove_suffix(1), other.remove_suffix(1);
  if (one.size() <= 1 && other.size() <= 1) return !one.empty() || !other.empty();
  return one.size() == 2 && other.size() == 2 && one[0] == other[1] && one[1] == other[0];
}

}  // namespace

std::span<const Keyword> keywords() { return kKeywords; }

const Keyword* keyword_of(std::string_view normal_form) {
  const auto found = by_form().find(normal_form);
  return found == by_form().end() ? nullptr : found->second;
}

const Keyword* stop_word(std::string_view folded) {
  const Keyword* found = keyword_of(folded);
  return found != nullptr && stops_anywhere(*found) ? found : nullptr;
}

const Keyword* misspelt_stop(std::string_view folded) {
  const Keyword* found = nullptr;
  for (std::size_t i = 0; i < kKeywords.size(); ++i) {
    const Keyword& row = kKeywords[i];
    const bool longer = found == nullptr || row.word.size() > found->word.size();
    if (stops_anywhere(row) && longer && one_slip(folded, normal_forms()[i])) found = &row;
  }
  return found;
}

}  // namespace dunlin::dunning

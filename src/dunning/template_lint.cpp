// What a careful reader would say about the texts of templates: who writes, whom to ask, what if I have paid, no offers
// in a dunning letter, no card numbers; and what each text costs at most.
#include <unicode/plurrule.h>
#include <unicode/strenum.h>
#include <algorithm>
#include <array>
#include <dunlin/text/encode.hpp>
#include <map>
#include <set>

#include "dunning/reply_text.hpp"
#include "dunning/template_entry.hpp"
#include "dunning/template_letters.hpp"
#include "dunning/template_samples.hpp"

namespace dunlin::dunning {
namespace {

using Words = std::vector<std::string_view>;

// Kinds that ask for money; of these, the ones that go to people who may have paid meanwhile.
constexpr std::array<std::string_view, 5> kAsking = {"reminder", "due", "overdue", "returned", "final"};
constexpr std::array<std::string_view, 3> kLate = {"overdue", "returned", "final"};

struct LanguageWords {
  std::string_view language;
  Words words;  // as normalise() writes them
};

// One of them says what to do for those who have paid.
const std::array<LanguageWords, 8> kAlreadyPaid = {
    LanguageWords{"en", {"already paid", "already been paid", "have paid", "paid already", "just paid", "crossed"}},
    LanguageWords{"fr", {"deja paye", "deja regle", "deja effectue", "avez paye", "avez regle"}},
    LanguageWords{"pt",
                  {"ja pagou", "ja tiver pago", "ja pago", "ja efetuou", "ja efectuou", "ja foi pago", "pagamento ja"}},
    LanguageWords{"de",
                  {"bereits bezahlt", "schon bezahlt", "bereits gezahlt", "schon gezahlt", "bereits uberwiesen",
                   "schon uberwiesen"}},
    LanguageWords{"it", {"gia pagato", "gia provveduto", "gia effettuato", "gia saldato"}},
    LanguageWords{"pl",
                  {"juz zaplac", "juz zaplacon", "juz oplac", "juz dokonan", "zostala juz", "juz wplac", "juz uregulow",
                   "juz zrealizow"}},
    LanguageWords{"es",
                  {"ya pago", "ya ha pagado", "ya lo ha pagado", "ya la ha pagado", "ya pagado", "ya realizo",
                   "ya ha realizado"}},
    LanguageWords{"nl", {"al betaald", "reeds betaald", "inmiddels betaald"}},
};

// Words of advertising, in every language at once.
const Words kOffers = {
    "special offer", "discount",       "coupon",     "voucher",     "promo code",      "promotion",
    "cashback",      "offre speciale", "code promo", "bon d achat", "oferta especial", "desconto",
    "cupom",         "promocao",       "rabatt",     "gutschein",   "sonderangebot",   "offerta speciale",
    "sconto",        "promozione",     "rabat",      "promocja",    "znizka",          "descuento",
    "cupon",         "promocion",      "korting",    "aanbieding"};

const Words kContacts = {"stop", "contact", "www"};

bool says(const std::string& text, std::string_view words) {
  const std::string padded = " " + text + " ";
  return padded.find(" " + std::string(words)) != std::string::npos;
}

// A run of 13 to 19 digits, blanks and dashes between them not counted, whose Luhn sum is right.
bool has_card_number(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string run;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '.';
    if (digit(c)) run += c;
    const bool goes_on = digit(c) || ((c == ' ' || c == '-') && i + 1 < text.size() && digit(text[i + 1]));
    if (goes_on) continue;
    if (run.size() >= 13 && run.size() <= 19) {
      int sum = 0;
      for (std::size_t at = 0; at < run.size(); ++at) {
        const int value = run[run.size() - 1 - at] - '0';
        sum += at % 2 == 0 ? value : value * 2 > 9 ? value * 2 - 9 : value * 2;
      }
      if (sum % 10 == 0) return true;
    }
    run.clear();
  }
  return false;
}

bool uses(const Templates::Entry& entry, std::string_view name) {
  return std::ranges::any_of(entry.arguments,
                             [&](const Argument& argument) { return argument.parameter.name == name; });
}

std::string constant_of(const Templates::Entry& entry, std::string_view name) {
  const auto found = std::ranges::find(entry.parameters, name, &Parameter::name);
  return found != entry.parameters.end() && found->is_constant ? found->constant : std::string{};
}

template <std::size_t N>
bool is_for_any(const Templates::Entry& entry, const std::array<std::string_view, N>& kinds) {
  return std::ranges::any_of(kinds, [&](std::string_view kind) { return entry.is_for(kind); });
}

struct Cost {
  std::string_view encoding;
  std::size_t messages = 0;
};
Cost cost_of(const std::string& text) {
  const auto encoded = text::encode(text, {});
  return encoded ? Cost{text::to_string(encoded->encoding), encoded->messages} : Cost{"none", 0};
}

// Those that some text uses.
std::set<std::string> unset_constants(const std::vector<std::unique_ptr<Templates::Entry>>& entries) {
  std::set<std::string> unset;
  for (const auto& entry : entries) {
    for (const Argument& argument : entry->arguments) {
      if (argument.required && argument.parameter.is_constant && argument.parameter.constant.empty())
        unset.insert(argument.parameter.name);
    }
  }
  return unset;
}

class Linter {
 public:
  explicit Linter(const Templates::Entry& entry, std::vector<Finding>& findings)
      : entry_(entry), findings_(findings), words_(normalise(entry.source)) {}

  void run() {
    const bool creditor = uses(entry_, "creditor") || named("creditor");
    if (!creditor) say(Severity::warning, "no_creditor", "it does not say who writes: use {creditor}");
    const bool contact = uses(entry_, "contact") || named("contact") || uses(entry_, "pay_url") ||
                         std::ranges::any_of(kContacts, [&](std::string_view word) { return says(words_, word); });
    if (!contact) say(Severity::warning, "no_contact", "it says neither whom to ask nor how to stop: use {contact}");
    if (is_for_any(entry_, kLate)) check_already_paid();
    if (is_for_any(entry_, kAsking)) check_offers();
    if (has_card_number(entry_.source))
      say(Severity::error, "card_number", "there are digits in it that look like the number of a payment card");
    check_plurals();
  }

 private:
  void say(Severity severity, std::string code, std::string detail) {
    findings_.push_back({severity, entry_.file, entry_.line, entry_.key(), std::move(code), std::move(detail)});
  }

  bool named(std::string_view constant) const {
    const std::string value = constant_of(entry_, constant);
    return !value.empty() && entry_.source.find(value) != std::string::npos;
  }

  void check_already_paid() {
    const std::string language = entry_.icu_locale.getLanguage();
    const auto* row = std::ranges::find(kAlreadyPaid, language, &LanguageWords::language);
    if (row == kAlreadyPaid.end()) return;  // a language whose words are not known here
    if (std::ranges::any_of(row->words, [&](std::string_view words) { return says(words_, words); })) return;
    say(Severity::warning, "no_already_paid", "it does not say what to do for those who have already paid");
  }

  void check_offers() {
    for (const std::string_view words : kOffers) {
      if (says(words_, words))
        return say(Severity::error, "offer",
                   "\"" + std::string(words) + "\" is advertising, which has no place in a reminder");
    }
  }

  // A number below 200 whose form the language tells apart, but the pattern does not.
  void check_plurals() {
    for (const PluralUse& use : entry_.plurals) {
      UErrorCode status = U_ZERO_ERROR;
      const std::unique_ptr<icu::PluralRules> rules(icu::PluralRules::forLocale(
          entry_.icu_locale, use.ordinal ? UPLURAL_TYPE_ORDINAL : UPLURAL_TYPE_CARDINAL, status));
      if (U_FAILURE(status)) continue;
      std::set<std::string> missing;
      for (std::int32_t number = 0; number < 200; ++number) {
        std::string keyword;
        rules->select(number).toUTF8String(keyword);
        const auto has = [&](const std::string& name) {
          return std::ranges::find(use.keywords, name) != use.keywords.end();
        };
        if (!has(keyword) && !has("=" + std::to_string(number))) missing.insert(keyword);
      }
      for (const std::string& keyword : missing) {
        say(Severity::warning, "plural_form",
            "{" + use.name + ", plural, …} has no branch " + keyword + ", which this language has");
      }
    }
  }

  const Templates::Entry& entry_;
  std::vector<Finding>& findings_;
  std::string words_;
};

}  // namespace

std::vector<TemplateSample> Templates::samples() const {
  std::vector<TemplateSample> samples;
  for (const auto& entry : impl_->entries) {
    const auto text_of = [&](const SampleCall& sample) {
      const auto rendered = render(sample.call());
      return rendered ? rendered->text : std::string{};
    };
    TemplateSample& made = samples.emplace_back(TemplateSample{entry->name, entry->locale, {}, {}});
    made.typical = text_of(SampleCall(*entry, Sample::typical));
    SampleCall worst(*entry, Sample::worst, &impl_->formatters_for(lowered_tag(entry->locale)));
    made.worst = text_of(worst);
    // Forms add to the length one by one.
    for (const Argument& argument : entry->arguments) {
      std::string longest;
      for (const std::string& variant : variants_of(argument.parameter)) {
        worst.set(argument.parameter.name, variant);
        std::string text = text_of(worst);
        if (longest.empty() || text.size() > made.worst.size()) {
          longest = variant;
          made.worst = std::move(text);
        }
      }
      if (!longest.empty()) worst.set(argument.parameter.name, longest);
    }
  }
  return samples;
}

std::vector<Finding> Templates::lint() const {
  std::vector<Finding> findings;
  for (const auto& entry : impl_->entries) Linter(*entry, findings).run();
  struct Worst {
    std::size_t texts = 0;
    std::size_t messages = 0;
    std::string_view name;
  };
  std::map<std::string_view, Worst> by_locale;
  const auto all = samples();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Entry& entry = *impl_->entries[i];
    const Cost cost = cost_of(all[i].worst);
    Worst& worst = by_locale[all[i].locale];
    ++worst.texts;
    if (cost.messages > worst.messages) {
      worst.messages = cost.messages;
      worst.name = all[i].name;
    }
    if (entry.gsm_letters && cost.encoding == "ucs2") {
      findings.push_back({Severity::warning, entry.file, entry.line, entry.key(), "not_gsm7",
                          "letters = \"gsm7\", but it has characters that can't be written so"});
    }
  }
  for (const std::string& constant : unset_constants(impl_->entries)) {
    findings.push_back(
        {Severity::note, "", 0, "constants." + constant, "constant_unset", "is empty: each job has to bring it"});
  }
  for (const auto& [locale, worst] : by_locale) {
    findings.push_back({Severity::note, "", 0, std::string(locale), "segments",
                        std::to_string(worst.texts) + (worst.texts == 1 ? " template" : " templates") + ", at most " +
                            std::to_string(worst.messages) + (worst.messages == 1 ? " segment" : " segments") + " (" +
                            std::string(worst.name) + ")"});
  }
  return findings;
}

}  // namespace dunlin::dunning

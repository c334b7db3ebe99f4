// One reply against the rules, in the order that keeps a miss safe: a STOP first, then what holds until somebody has
// looked, then what is harmless, and that only where nothing in the reply says otherwise.
#include <algorithm>
#include <utility>

#include "dunning/keywords.hpp"
#include "dunning/replies_impl.hpp"

namespace dunlin::dunning {
namespace {

using Impl = Replies::Impl;
using Kind = Impl::Kind;

constexpr std::size_t kTypoLettersMin = 6;  // of a STOP word one letter of which is wrong: "said" is near SAIR
constexpr std::size_t kStopWordsMax = 4;    // of a reply that begins with one
constexpr std::size_t kNegationWindow = 3;  // words before or behind
constexpr std::size_t kRequestWindow = 1;   // the same of a request to stop: "don't stop writing"

std::string_view language_of(std::string_view locale) { return locale.substr(0, locale.find_first_of("-_")); }

// Of "1/12": who writes English writes both.
std::optional<bool> month_first(std::string_view language, std::string_view locale) {
  if (language != "en") return false;
  if (language_of(locale) != "en") return std::nullopt;
  const std::size_t region = locale.find_first_of("-_");
  if (region == std::string_view::npos) return std::nullopt;
  return locale.substr(region + 1) == "US";
}

class Reading {
 public:
  Reading(const Impl& rules, const ReplyText& text, const ReplyContext& context, bool has_card)
      : rules_(rules), text_(text), context_(context), has_card_(has_card), polite_(text.words.size()) {
    matches_ = rules.index.find(text.words);
    for (const Match& each : matches_) {
      if (rule(each).kind == Kind::polite) cover(each, polite_);
    }
    const std::string_view named = language_of(context.locale);
    for (std::size_t i = 1; i < rules.languages.size(); ++i) {
      if (rules.languages[i].name == named) locale_ = i;
    }
  }

  Classified run() {
    Classified meaning = decide();
    meaning.needs_person = has(Kind::person);
    return meaning;
  }

 private:
  Classified decide() {
    if (const Keyword* word = exact()) return from(*word);
    if (const auto stop = request_to_stop()) return from(*stop);
    if (const Keyword* word = stop_in_front()) return from(*word);
    for (const Intent intent : {Intent::wrong_number, Intent::dispute, Intent::hardship, Intent::call_me}) {
      if (const auto said = best(intent)) return from(*said);
    }
    const bool stops =
        std::ranges::any_of(text_.words, [](const Word& each) { return stop_word(each.folded) != nullptr; });
    if (stops || has_card_ || has(Kind::person)) return {};
    if (const auto harmless = agreed()) return *harmless;
    if (const Keyword* word = misspelt(); word != nullptr) return from(*word);
    return {};
  }

  const Impl::Rule& rule(const Match& match) const { return rules_.rules[match.pattern]; }
  bool is(const Match& match, Intent intent) const {
    return rule(match).kind == Kind::intent && rule(match).intent == intent;
  }
  bool has(Kind kind) const {
    return std::ranges::any_of(matches_, [&](const Match& each) { return rule(each).kind == kind; });
  }

  static void cover(const Match& match, std::vector<bool>& covered) {
    std::fill(covered.begin() + static_cast<std::ptrdiff_t>(match.begin),
              covered.begin() + static_cast<std::ptrdiff_t>(match.end), true);
  }

  Classified from(const Keyword& word) const {
    return {word.intent, std::string(word.language), std::string(word.word), 0, {}, false};
  }
  Classified from(const Match& match) const {
    const Impl::Rule& by = rule(match);
    return {by.intent, rules_.languages[by.language].name, by.written, by.line, {}, false};
  }

  // ---- A STOP

  std::vector<const Word*> without_polite() const {
    std::vector<const Word*> kept;
    for (std::size_t i = 0; i < text_.words.size(); ++i) {
      if (!polite_[i]) kept.push_back(&text_.words[i]);
    }
    return kept;
  }

  const Keyword* exact() const {
    if (const Keyword* word = keyword_of(normalise(text_))) return word;
    ReplyText rest;
    for (const Word* each : without_polite()) rest.words.push_back(*each);
    return rest.words.size() == text_.words.size() ? nullptr : keyword_of(normalise(rest));
  }

  std::optional<Match> request_to_stop() const {
    if (has(Kind::not_stop)) return std::nullopt;
    std::optional<Match> found;
    for (const Match& each : matches_) {
      if (is(each, Intent::opt_out) && !negated(each, kRequestWindow, false)) prefer(each, found);
    }
    return found;
  }

  const Keyword* stop_in_front() const {
    const auto words = without_polite();
    const bool may = rules_.rules.size() > 0 && !words.empty() && words.size() <= kStopWordsMax && !text_.question &&
                     !has(Kind::not_stop) && !(words.size() > 1 && words[1]->number);
    return may ? stop_word(words.front()->folded) : nullptr;
  }

  const Keyword* misspelt() const {
    const auto words = without_polite();
    if (rules_.rules.empty() || words.size() != 1) return nullptr;
    const Keyword* near = misspelt_stop(words.front()->folded);
    return near != nullptr && near->word.size() >= kTypoLettersMin ? near : nullptr;
  }

  // ---- Which row, of several

  void prefer(const Match& match, std::optional<Match>& over) const {
    const auto rank = [&](const Match& each) {
      return std::pair(rule(each).language == locale_ && locale_ != 0, each.end - each.begin);
    };
    if (!over || rank(match) > rank(*over)) over = match;
  }

  std::optional<Match> best(Intent intent) const {
    std::optional<Match> found;
    for (const Match& each : matches_) {
      if (is(each, intent)) prefer(each, found);
    }
    return found;
  }

  // ---- Negation

  bool negated(const Match& match, std::size_t window, bool within) const {
    const Impl::Language& in = rules_.languages[rule(match).language];
    const auto& words = text_.words;
    const auto is_not = [&](std::size_t at) { return in.nots.contains(words[at].folded); };
    for (std::size_t i = match.begin; within && i < match.end; ++i) {
      if (is_not(i)) return true;
    }
    for (std::size_t i = match.begin, seen = 0; i > 0 && seen < window; --i, ++seen) {
      if (words[i].after_break || in.buts.contains(words[i - 1].folded)) break;
      if (is_not(i - 1)) return true;
    }
    for (std::size_t i = match.end, seen = 0; i < words.size() && seen < window; ++i, ++seen) {
      if (words[i].after_break || in.buts.contains(words[i].folded)) break;
      if (is_not(i)) return true;
    }
    return false;
  }

  // ---- What may let things go on, now or after a term

  struct Verdict {
    std::optional<Classified> meaning;
    bool refused = false;  // it says that it was not paid, or will not be
  };

  // The language of the locale is believed; without it all that say anything must say the same, and none refuse.
  std::optional<Classified> agreed() const {
    if (locale_ != 0) {
      if (const Verdict own = verdict(locale_); own.meaning || own.refused) return own.meaning;
    }
    std::optional<Classified> found;
    for (std::size_t i = 0; i < rules_.languages.size(); ++i) {
      const Verdict each = verdict(i);
      if (each.refused) return std::nullopt;
      if (!each.meaning) continue;
      if (found && found->intent != each.meaning->intent) return std::nullopt;
      if (!found || (!found->date && each.meaning->date)) found = each.meaning;
    }
    return found;
  }

  Verdict verdict(std::size_t language) const {
    for (const Intent intent : {Intent::help, Intent::pay_now, Intent::opt_in}) {
      if (intent == Intent::opt_in && text_.question) continue;
      if (const auto whole = said_alone(intent, language)) return {from(*whole), false};
    }
    Verdict made;
    std::optional<Match> promise, paid;
    for (const Match& each : matches_) {
      if (rule(each).language != language || !(is(each, Intent::promise) || is(each, Intent::paid))) continue;
      if (negated(each, kNegationWindow, true)) {
        made.refused = true;
      } else {
        prefer(each, is(each, Intent::promise) ? promise : paid);
      }
    }
    if (promise) made.refused = false;  // "not yet paid, but I will"
    const auto said = promise ? promise : made.refused ? std::nullopt : paid;
    if (said) {
      if (!says_more(language)) made.meaning = with_date(from(*said), language);
      return made;
    }
    if (!made.refused) made.meaning = acknowledged(language);
    return made;
  }

  std::optional<Match> said_alone(Intent intent, std::size_t language) const {
    for (const Match& each : matches_) {
      if (!is(each, intent) || rule(each).language != language) continue;
      auto covered = polite_;
      cover(each, covered);
      if (std::ranges::find(covered, false) == covered.end()) return each;
    }
    return std::nullopt;
  }

  // Beside what was understood: a question, or a word that nobody knows to mean nothing. "Paid, go away" is more than
  // paid.
  bool says_more(std::size_t language) const {
    if (text_.question || text_.words.size() > kTermWordsMax) return true;
    const Impl::Language& in = rules_.languages[language];
    auto covered = polite_;
    in.dates.cover(text_.words, covered);
    for (const Match& each : matches_) {
      const std::size_t of = rule(each).language;
      if (is(each, Intent::unclear) && (of == language || of == locale_ || of == 0)) return true;
      const bool said = is(each, Intent::promise) || is(each, Intent::paid) || is(each, Intent::acknowledgement);
      if (said && (of == language || of == 0)) rules_.index.cover(each, text_.words, covered);
    }
    for (std::size_t i = 0; i < covered.size(); ++i) {
      const Word& word = text_.words[i];
      const bool known = covered[i] || word.number || in.fillers.contains(word.folded) ||
                         in.nots.contains(word.folded) || in.buts.contains(word.folded);
      if (!known) return true;
    }
    return false;
  }

  std::optional<Classified> acknowledged(std::size_t language) const {
    const bool known = std::ranges::all_of(text_.symbols, [&](char32_t each) { return rules_.symbols.contains(each); });
    if (text_.question || !known) return std::nullopt;
    if (text_.words.empty()) {
      if (text_.symbols.empty() || language != 0) return std::nullopt;
      return Classified{Intent::acknowledgement, {}, {}, 0, {}, false};
    }
    auto covered = polite_;
    std::optional<Match> first;
    for (const Match& each : matches_) {
      const std::size_t of = rule(each).language;
      if (!is(each, Intent::acknowledgement) || (of != language && of != 0)) continue;
      cover(each, covered);
      if (!first) first = each;
    }
    if (!first || std::ranges::find(covered, false) != covered.end()) return std::nullopt;
    // "top" is thanks, and one letter from STOP.
    const auto words = without_polite();
    if (words.size() == 1 && misspelt_stop(words.front()->folded) != nullptr) return std::nullopt;
    return from(*first);
  }

  Classified with_date(Classified meaning, std::size_t language) const {
    if (meaning.intent != Intent::promise || !context_.today) return meaning;
    const Impl::Language& in = rules_.languages[language];
    meaning.date = in.dates.find(text_.words, *context_.today, month_first(in.name, context_.locale));
    return meaning;
  }

  const Impl& rules_;
  const ReplyText& text_;
  const ReplyContext& context_;
  bool has_card_;
  std::vector<bool> polite_;  // words
  std::vector<Match> matches_;
  std::size_t locale_ = 0;  // its language; 0: none of those that are known
};

}  // namespace

Classified Replies::classify(std::string_view utf8, const ReplyContext& context) const {
  if (utf8.size() > kReplyOctetsMax) return {};
  const ReplyText text = read_reply(utf8);
  if (text.words.size() > kReplyWordsMax) return {};
  return Reading(*impl_, text, context, mask_cards(utf8) != utf8).run();
}

}  // namespace dunlin::dunning

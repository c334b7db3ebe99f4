// conf/replies.toml against what people write (tests/unit/dunning/phrases): the promise that no miss is harmful, and
// how much is understood. docs/replies.md has the figures; its tables are this test's.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "config/replies.hpp"

namespace dunlin::config {
namespace {

using dunning::Classified;
using dunning::Effect;
using dunning::Intent;

constexpr std::array<std::string_view, 8> kLanguages = {"en", "fr", "pt", "de", "it", "pl", "es", "nl"};
constexpr std::string_view kFolder = DUNLIN_SOURCE_DIR "/tests/unit/dunning/phrases/";
constexpr auto kToday = dunning::Date{std::chrono::year{2026} / 11 / 25};  // a Wednesday

struct Phrase {
  std::string language;
  bool awkward = false;
  Intent intent{};
  std::string told;
  std::string text;
};

std::vector<Phrase> read_phrases(const std::string& name, std::string_view language) {
  std::ifstream file(std::string(kFolder) + name);
  std::vector<Phrase> phrases;
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    Phrase one{std::string(language), false, {}, {}, {}};
    std::string group, intent;
    if (language.empty()) std::getline(columns, one.language, '\t');
    std::getline(columns, group, '\t');
    std::getline(columns, intent, '\t');
    std::getline(columns, one.told, '\t');
    std::getline(columns, one.text);
    for (std::size_t at; (at = one.text.find("\\n")) != std::string::npos;) one.text.replace(at, 2, "\n");
    one.awkward = group == "awkward";
    const auto named = dunning::intent_named(intent);
    EXPECT_TRUE(named && (one.awkward || group == "plain")) << name << ": " << line;
    if (!named) continue;
    one.intent = *named;
    phrases.push_back(std::move(one));
  }
  return phrases;
}

std::vector<Phrase> written() {
  std::vector<Phrase> all;
  for (const std::string_view language : kLanguages) {
    auto one = read_phrases(std::string(language) + ".tsv", language);
    std::move(one.begin(), one.end(), std::back_inserter(all));
  }
  return all;
}
std::vector<Phrase> held_out() { return read_phrases("held_out.tsv", ""); }
std::vector<Phrase> fresh() { return read_phrases("fresh.tsv", ""); }

std::shared_ptr<const dunning::Replies> shipped() {
  const auto replies = read_replies(DUNLIN_SOURCE_DIR "/conf/replies.toml");
  if (replies) return *replies;
  for (const Error& error : replies.error()) ADD_FAILURE() << to_string(error);
  return std::make_shared<const dunning::Replies>();
}

std::string name(Intent intent) { return std::string(dunning::row_of(intent).name); }
Effect effect(Intent intent) { return dunning::row_of(intent).effect; }

// What a phrase is taken for, as an answer to a message in that language.
Classified meaning(const dunning::Replies& replies, const Phrase& phrase, std::string_view locale) {
  return replies.classify(phrase.text, {locale, kToday});
}

TEST(ShippedReplies, HasPhrasesOfEveryLanguageHalfOfThemAwkward) {
  const auto replies = shipped();
  std::map<std::string, std::pair<std::size_t, std::size_t>> counted;  // all, awkward
  std::map<std::string, std::set<Intent>> intents;
  for (const Phrase& each : written()) {
    ++counted[each.language].first;
    counted[each.language].second += each.awkward ? 1 : 0;
    intents[each.language].insert(each.intent);
  }
  for (const std::string& language : replies->languages()) {
    EXPECT_GE(counted[language].first, 60U) << language;
    EXPECT_GE(counted[language].second * 2, counted[language].first) << language;
    EXPECT_EQ(intents[language].size(), dunning::kIntents) << language;
  }
  EXPECT_EQ(replies->languages().size(), kLanguages.size());
}

// Of all sets, answered in any language: what must hold until somebody looks never goes on, now or after a term; no
// number is blocked or freed by what says neither; who pays or will pay is not dunned on.
TEST(ShippedReplies, NoMissIsHarmful) {
  const auto replies = shipped();
  std::vector<Phrase> phrases = written();
  for (Phrase& each : held_out()) phrases.push_back(std::move(each));
  for (Phrase& each : fresh()) phrases.push_back(std::move(each));
  ASSERT_GE(phrases.size(), 700U);
  std::vector<std::string_view> locales(kLanguages.begin(), kLanguages.end());
  locales.insert(locales.end(), {"", "xx", "pt-BR"});
  for (const Phrase& each : phrases) {
    for (const std::string_view locale : locales) {
      const Intent found = meaning(*replies, each, locale).intent;
      const std::string line = each.language + " as " + std::string(locale) + ": " + name(each.intent) + " -> " +
                               name(found) + ": " + each.text;
      const bool must_hold = effect(each.intent) == Effect::blocks || effect(each.intent) == Effect::holds;
      const bool holds = effect(found) == Effect::blocks || effect(found) == Effect::holds;
      EXPECT_TRUE(holds || !must_hold) << line;
      EXPECT_TRUE(effect(found) != Effect::goes_on || effect(each.intent) == Effect::goes_on) << line;
      EXPECT_TRUE(found != Intent::opt_out || each.intent == Intent::opt_out) << line;
      EXPECT_TRUE(found != Intent::opt_in || each.intent == Intent::opt_in) << line;
    }
  }
}

TEST(ShippedReplies, ReadsTheDayOfAPromiseAndWhatNeedsAPerson) {
  const auto replies = shipped();
  for (const Phrase& each : written()) {
    const Classified found = meaning(*replies, each, each.language);
    EXPECT_EQ(found.needs_person, each.told == "human") << each.text;
    if (found.intent != Intent::promise) continue;
    EXPECT_EQ(found.date ? dunning::to_string(*found.date) : "-", each.told) << each.text;
  }
}

struct Count {
  int right = 0, all = 0;
  void add(bool good) { right += good ? 1 : 0, ++all; }
  int percent() const { return all == 0 ? 0 : right * 100 / all; }
};
std::ostream& operator<<(std::ostream& out, const Count& count) {
  if (count.all == 0) return out;
  return out << count.right << " of " << count.all;
}

struct Measured {
  Count total;
  std::map<std::string, Count> by_language;
  std::map<std::pair<Intent, std::string>, Count> cells;
  std::map<Intent, Count> by_intent;
  std::string confusions;
};

Measured measure(const std::vector<Phrase>& phrases, const dunning::Replies& replies) {
  Measured made;
  for (const Phrase& each : phrases) {
    const Intent found = meaning(replies, each, each.language).intent;
    const bool right = found == each.intent;
    made.total.add(right), made.by_language[each.language].add(right), made.by_intent[each.intent].add(right);
    made.cells[{each.intent, each.language}].add(right);
    std::string text = each.text;
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (!right)
      made.confusions += "| " + each.language + " | " + text + " | " + name(each.intent) + " | " + name(found) + " |\n";
  }
  return made;
}

TEST(ShippedReplies, UnderstandsMost) {
  const auto replies = shipped();
  const Measured known = measure(written(), *replies);
  EXPECT_GE(known.total.percent(), 98);
  for (const auto& [language, count] : known.by_language) EXPECT_GE(count.percent(), 95) << language;
  for (const auto& [intent, count] : known.by_intent) EXPECT_GE(count.percent(), 95) << name(intent);
  EXPECT_GE(measure(held_out(), *replies).total.percent(), 75);
  EXPECT_GE(measure(fresh(), *replies).total.percent(), 10);
}

// ---- docs/replies.md

std::string table(const Measured& measured) {
  std::ostringstream out;
  out << "| intent |";
  for (const std::string_view language : kLanguages) out << " " << language << " |";
  out << " all |\n| --- |";
  for (std::size_t i = 0; i <= kLanguages.size(); ++i) out << " --- |";
  out << "\n";
  for (const auto& row : dunning::intents()) {
    out << "| `" << row.name << "` |";
    for (const std::string_view language : kLanguages) {
      const auto cell = measured.cells.find({row.intent, std::string(language)});
      out << " " << (cell == measured.cells.end() ? Count{} : cell->second) << " |";
    }
    const auto all = measured.by_intent.find(row.intent);
    out << " " << (all == measured.by_intent.end() ? Count{} : all->second) << " |\n";
  }
  out << "| all |";
  for (const std::string_view language : kLanguages)
    out << " " << measured.by_language.at(std::string(language)) << " |";
  out << " " << measured.total << " |\n";
  return out.str();
}

std::string figures() {
  const auto replies = shipped();
  std::ostringstream out;
  out << "### What a reply does\n\n| intent | is | what would be sent next |\n| --- | --- | --- |\n";
  for (const auto& row : dunning::intents()) {
    const char* does = row.effect == Effect::blocks  ? "is blocked, for good"
                       : row.intent == Intent::wrong_number ? "is held until somebody clears it"
                       : row.effect == Effect::holds ? "is held until somebody clears it, or `replies.hold_ttl` is over"
                       : row.effect == Effect::holds_for_a_term ? "is held for a term"
                                                                : "goes on";
    out << "| `" << row.name << "` | " << row.text << " | " << does << " |\n";
  }
  const auto section = [&](const char* title, const std::vector<Phrase>& phrases) {
    const Measured measured = measure(phrases, *replies);
    out << "\n### " << title << "\n\n" << table(measured);
    out << "\nNot as a person would have it:\n\n| language | reply | is | taken for |\n| --- | --- | --- | --- |\n"
        << measured.confusions;
  };
  section("The written phrases", written());
  section("The held-out phrases", held_out());
  section("The fresh phrases", fresh());
  return out.str();
}

TEST(RepliesPage, HasTheFiguresOfThePhrases) {
  constexpr std::string_view kMark = "<!-- what follows is written by unit_config -->\n";
  std::ifstream file(DUNLIN_SOURCE_DIR "/docs/replies.md");
  std::ostringstream read;
  read << file.rdbuf();
  const std::string page = read.str();
  const auto at = page.find(kMark);
  ASSERT_NE(at, std::string::npos);
  const std::string wanted = page.substr(0, at + kMark.size()) + "\n" + figures();
  const char* generated = DUNLIN_BINARY_DIR "/replies.md";
  std::ofstream(generated) << wanted;
  EXPECT_TRUE(page == wanted) << "they differ: see what changed, and copy " << generated << " over docs/replies.md";
}

}  // namespace
}  // namespace dunlin::config

#include "dunning/keywords.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "dunning/reply_text.hpp"

namespace dunlin::dunning {
namespace {

// No file: the built-in words alone.
Classified classify(std::string_view reply) { return Replies().classify(reply); }
Intent intent(std::string_view reply) { return classify(reply).intent; }

std::string small(std::string_view word) {
  std::string written(word);
  for (char& octet : written) octet = octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet + 32) : octet;
  return written;
}

TEST(Keywords, KnowsEveryRowHoweverItIsWritten) {
  for (const Keyword& row : keywords()) {
    const std::string word(row.word);
    for (const std::string& reply : {word, small(word), " " + word + "\r\n", word + "!", "\"" + word + "\".",
                                     word + " 36179", word + "\u200B \U0001F64F"}) {
      const Classified found = classify(reply);
      EXPECT_EQ(found.intent, row.intent) << reply;
      EXPECT_FALSE(found.rule.empty()) << reply;
    }
  }
}

TEST(Keywords, HasNoWordInTwoIntents) {
  std::map<std::string, Intent> intents;
  for (const Keyword& row : keywords()) {
    const auto [known, added] = intents.emplace(normalise(row.word), row.intent);
    EXPECT_EQ(known->second, row.intent) << row.word;
    EXPECT_FALSE(known->first.empty());
  }
}

// As many words as the table of replies has, a language and intent.
TEST(Keywords, StopsAndStartsInEveryLanguage) {
  const std::map<std::string_view, std::pair<std::size_t, std::size_t>> expected{
      {"", {6, 2}},   {"en", {7, 1}}, {"fr", {4, 2}}, {"pt", {5, 2}}, {"de", {4, 1}},
      {"it", {4, 1}}, {"pl", {4, 1}}, {"es", {5, 1}}, {"nl", {4, 1}}};
  std::map<std::string_view, std::pair<std::size_t, std::size_t>> counted;
  for (const Keyword& row : keywords())
    ++(row.intent == Intent::opt_out ? counted[row.language].first : counted[row.language].second);
  EXPECT_EQ(counted, expected);
}

TEST(Keywords, NamesTheLanguageAndTheWord) {
  EXPECT_EQ(classify("rezygnuje"), (Classified{Intent::opt_out, "pl", "REZYGNUJĘ", 0, {}, false}));
  EXPECT_EQ(classify("Stop"), (Classified{Intent::opt_out, "", "STOP", 0, {}, false}));
  EXPECT_EQ(classify("wznow"), (Classified{Intent::opt_in, "pl", "WZNÓW", 0, {}, false}));
}

TEST(Keywords, SeesThroughHowPeopleWrite) {
  for (const std::string_view stop : {"S T O P",
                                      "S.T.O.P.",
                                      "s-t-o-p",
                                      "ＳＴＯＰ",
                                      "ｓｔｏｐ！",
                                      "STOP\u00A0",
                                      "Arrêt",
                                      "ARRÊTER",
                                      "désabonner",
                                      "Désinscrire",
                                      "de\u0301sabonner",
                                      "REZYGNUJĘ",
                                      "rezygnuję.",
                                      "STOP 36179",
                                      "STOP +49 151 1234567",
                                      "opt-out",
                                      "OptOut",
                                      "stop all",
                                      "𝐒𝐓𝐎𝐏",
                                      "ST\u00ADOP",
                                      "ŚTÓP",
                                      "\u202ASTOP\u202C"}) {
    EXPECT_EQ(intent(stop), Intent::opt_out) << stop;
  }
}

TEST(Keywords, DoesNotHearStopWhereNobodySaidIt) {
  for (const std::string_view other : {"bus stop",
                                       "stop the direct debit",
                                       "cancel my contract",
                                       "CANCEL 2",
                                       "I will end this",
                                       "fine",
                                       "FINE",
                                       "no",
                                       "NEIN",
                                       "não",
                                       "nie",
                                       "yes",
                                       "oui",
                                       "sí",
                                       "tak",
                                       "sim",
                                       "ja",
                                       "stopped",
                                       "nonstop",
                                       "pago",
                                       "",
                                       " ",
                                       "!!!",
                                       "36179",
                                       "the end",
                                       "s t",
                                       "basta così",
                                       "STOPSTOP",
                                       "не",
                                       "\xFF\xFE"}) {
    EXPECT_EQ(intent(other), Intent::unclear) << other;
    EXPECT_TRUE(classify(other).rule.empty()) << other;
  }
}

TEST(Keywords, NeverSubscribesByYes) {
  for (const std::string_view yes : {"YES", "OUI", "SIM", "JA", "SI", "SÌ", "SÍ", "TAK", "OK"})
    EXPECT_NE(intent(yes), Intent::opt_in) << yes;
}

TEST(Keywords, NormalisesLettersThatDoNotDecompose) {
  EXPECT_EQ(normalise("ŁÓDŹ Ærø Đạt Straße Œuvre IŞIK ılık"), "lodz aero dat strasse oeuvre isik ilik");
  EXPECT_EQ(normalise("  a,  b!  c "), "abc");  // spaced letters
  EXPECT_EQ(normalise("Call   me—back"), "call me back");
  EXPECT_EQ(normalise("STOP 36 179"), "stop");
  EXPECT_EQ(normalise("12345"), "12345");
  EXPECT_EQ(normalise(""), "");
}

TEST(Keywords, LooksAtNoEndlessReply) {
  EXPECT_EQ(intent("STOP" + std::string(100'000, ' ')), Intent::unclear);
  EXPECT_EQ(intent("STOP" + std::string(1000, ' ')), Intent::opt_out);
}

}  // namespace
}  // namespace dunlin::dunning

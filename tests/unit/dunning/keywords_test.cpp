#include "dunning/keywords.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace dunlin::dunning {
namespace {

std::string_view intent(std::string_view reply) { return classify_exact(reply).intent; }

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
      const Classified found = classify_exact(reply);
      EXPECT_EQ(found.intent, row.intent) << reply;
      EXPECT_FALSE(found.keyword.empty()) << reply;
    }
  }
}

TEST(Keywords, HasNoWordInTwoIntents) {
  std::map<std::string, std::string_view> intents;
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
    ++(row.intent == kIntentOptOut ? counted[row.language].first : counted[row.language].second);
  EXPECT_EQ(counted, expected);
}

TEST(Keywords, NamesTheLanguageAndTheWord) {
  EXPECT_EQ(classify_exact("rezygnuje"), (Classified{kIntentOptOut, "pl", "REZYGNUJĘ"}));
  EXPECT_EQ(classify_exact("Stop"), (Classified{kIntentOptOut, "", "STOP"}));
  EXPECT_EQ(classify_exact("wznow"), (Classified{kIntentOptIn, "pl", "WZNÓW"}));
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
    EXPECT_EQ(intent(stop), kIntentOptOut) << stop;
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
    EXPECT_EQ(intent(other), kIntentUnclear) << other;
    EXPECT_TRUE(classify_exact(other).keyword.empty()) << other;
  }
}

TEST(Keywords, NeverSubscribesByYes) {
  for (const std::string_view yes : {"YES", "OUI", "SIM", "JA", "SI", "SÌ", "SÍ", "TAK", "OK"})
    EXPECT_NE(intent(yes), kIntentOptIn) << yes;
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
  EXPECT_EQ(intent("STOP" + std::string(100'000, ' ')), kIntentUnclear);
  EXPECT_EQ(intent("STOP" + std::string(1000, ' ')), kIntentOptOut);
}

}  // namespace
}  // namespace dunlin::dunning

#include "dunning/replies.hpp"

#include <gtest/gtest.h>

#include "dunning/reply_pattern.hpp"
#include "dunning/reply_text.hpp"

namespace dunlin::dunning {
namespace {

using Item = ReplySources::Item;

constexpr auto kToday = Date{std::chrono::year{2026} / 11 / 25};  // a Wednesday

ReplySources sources() {
  const std::vector<std::pair<const char*, const char*>> rows{{"polite", "please"},
                                                              {"not", "not"},
                                                              {"not", "dont"},
                                                              {"but", "but"},
                                                              {"not_stop", "bus stop"},
                                                              {"opt_out", "stop .. texting"},
                                                              {"opt_in", "text me again"},
                                                              {"help", "help"},
                                                              {"pay_now", "how can i pay"},
                                                              {"promise", "will pay"},
                                                              {"paid", "paid"},
                                                              {"dispute", "scam"},
                                                              {"hardship", "lost my job"},
                                                              {"call_me", "call me"},
                                                              {"wrong_number", "wrong number"},
                                                              {"acknowledgement", "thanks"},
                                                              {"acknowledgement", "ok"},
                                                              {"acknowledgement", "👍"},
                                                              {"unclear", "lawyer|court"},
                                                              {"person", "died|dead"},
                                                              {"next", "next"}};
  ReplySources made;
  made.file = "replies.toml";
  std::size_t line = 0;
  for (const auto& [list, written] : rows) made.items.push_back({"en", list, written, {}, ++line});
  for (const auto& [written, means] : std::vector<std::pair<const char*, const char*>>{{"today", "+0"},
                                                                                       {"tomorrow", "+1"},
                                                                                       {"in # days", "# days"},
                                                                                       {"in # weeks", "# weeks"},
                                                                                       {"in # months", "# months"},
                                                                                       {"this week", "week"},
                                                                                       {"next week", "next week"},
                                                                                       {"end of the month", "month"},
                                                                                       {"next month", "next month"},
                                                                                       {"on (the) #", "day"},
                                                                                       {"fri", "friday"}}) {
    made.items.push_back({"en", "dates", written, means, ++line});
  }
  for (const char* filler : {"i", "on", "of", "mine"}) made.items.push_back({"en", "filler", filler, {}, ++line});
  made.items.push_back({"de", "paid", "bezahlt", {}, ++line});
  made.items.push_back({"de", "not", "nicht", {}, ++line});
  made.items.push_back({"de", "dispute", "zu hoch", {}, ++line});
  made.items.push_back({"it", "promise", "pago", {}, ++line});
  made.items.push_back({"pt", "paid", "pago", {}, ++line});
  return made;
}

Replies replies() {
  auto built = Replies::build(sources());
  if (built) return std::move(*built);
  for (const Finding& each : built.error()) ADD_FAILURE() << each.line << " " << each.key << " " << each.detail;
  return {};
}

Classified classify(std::string_view text, std::string_view locale = "en") {
  static const Replies made = replies();
  return made.classify(text, {locale, kToday});
}
std::string_view intent(std::string_view text, std::string_view locale = "en") {
  return name_of(classify(text, locale));
}

TEST(Replies, HaveOneRowAnIntentInTheirOrder) {
  for (const IntentRow& row : intents()) {
    EXPECT_EQ(&row_of(row.intent), &row);
    EXPECT_EQ(intent_named(row.name), row.intent);
  }
  EXPECT_EQ(intent_named("stop"), std::nullopt);
}

TEST(Replies, AreReadInTheOrderThatKeepsAMissSafe) {
  const std::vector<std::pair<const char*, const char*>> rows{
      {"STOP", "opt_out"},
      {"stop please", "opt_out"},
      {"Please STOP!", "opt_out"},
      {"unsubscrbe", "opt_out"},          // one letter of a long word
      {"stpo", "unclear"},                // of a short one
      {"stop, I am at work", "unclear"},  // five words
      {"stop it I say", "opt_out"},       // four
      {"stop?", "opt_out"},               // a word alone is what it is
      {"bus stop", "unclear"},
      {"I paid, stop texting", "opt_out"},
      {"dont stop the texting", "unclear"},
      {"will you stop paid texts", "unclear"},  // a word for stop, somewhere
      {"wrong number, but I paid", "wrong_number"},
      {"paid that scam", "dispute"},
      {"lost my job, will pay", "hardship"},
      {"will pay, call me", "call_me"},
      {"how can I pay?", "pay_now"},
      {"how can I pay you back", "unclear"},  // more than that
      {"help", "help"},
      {"help yourself", "unclear"},
      {"text me again", "opt_in"},
      {"START", "opt_in"},
      {"yes", "unclear"},
      {"I will pay", "promise"},
      {"I will not pay", "unclear"},
      {"not paid. will pay", "promise"},
      {"not paid but will pay", "promise"},
      {"paid", "paid"},
      {"not paid", "unclear"},
      {"paid not", "unclear"},
      {"not on. paid", "paid"},  // a full stop ends what "not" reaches
      {"paid?", "unclear"},
      {"paid, ask my lawyer", "unclear"},
      {"ok", "acknowledgement"},
      {"ok thanks 👍", "acknowledgement"},
      {"👍", "acknowledgement"},
      {"👍👎", "unclear"},
      {"ok?", "unclear"},
      {"ok you", "unclear"},
      {"thanks, he is dead", "unclear"},
      {"paid with 4111 1111 1111 1111", "unclear"},
      {"", "unclear"},
      {"12345", "unclear"}};
  for (const auto& [text, expected] : rows) EXPECT_EQ(intent(text), expected) << text;
}

TEST(Replies, SayWhatDecided) {
  EXPECT_EQ(classify("I will pay tomorrow"),
            (Classified{Intent::promise, "en", "will pay", 10, kToday + std::chrono::days{1}, false}));
  EXPECT_EQ(classify("STOP"), (Classified{Intent::opt_out, "", "STOP", 0, {}, false}));
  EXPECT_TRUE(classify("wrong number, she died").needs_person);
  EXPECT_EQ(intent("wrong number, she died"), "wrong_number");
}

TEST(Replies, BelieveTheLanguageOfWhatIsAnswered) {
  EXPECT_EQ(intent("pago", "it"), "promise");
  EXPECT_EQ(intent("pago", "pt-BR"), "paid");
  EXPECT_EQ(intent("pago", "en"), "unclear");  // two languages, two meanings
  EXPECT_EQ(intent("bezahlt", "en"), "paid");
  EXPECT_EQ(intent("nicht bezahlt", "en"), "unclear");
  EXPECT_EQ(intent("ok, zu hoch", "en"), "dispute");
  EXPECT_EQ(classify("bezahlt", "de-AT").language, "de");
}

TEST(Replies, HearAStopWhateverWasAnswered) {
  for (const char* text : {"STOP", "stop texting me", "unsubscrbe", "START", "ok", "paid", "wrong number"}) {
    const auto known = replies().classify(text), asked = classify(text, "de-DE");
    EXPECT_EQ(known.intent == Intent::opt_out, asked.intent == Intent::opt_out) << text;
    EXPECT_EQ(known.intent == Intent::opt_in, asked.intent == Intent::opt_in) << text;
  }
}

TEST(Replies, LookAtNoEndlessText) {
  EXPECT_EQ(intent("stop texting " + std::string(kReplyOctetsMax, ' ')), "unclear");
  std::string words = "paid";
  for (std::size_t i = 0; i < kTermWordsMax; ++i) words += " a";
  EXPECT_EQ(intent(words), "unclear");
  for (std::size_t i = 0; i < kReplyWordsMax; ++i) words += " b";
  EXPECT_EQ(intent("scam " + words), "unclear");
}

TEST(Replies, ReadTheDayOfAPromise) {
  const std::vector<std::pair<const char*, const char*>> rows{{"today", "2026-11-25"},
                                                              {"tomorrow", "2026-11-26"},
                                                              {"on Friday", "2026-11-27"},
                                                              {"on wednesday", "2026-12-02"},
                                                              {"next friday", "2026-12-04"},
                                                              {"friday next", "2026-12-04"},
                                                              {"fri", "2026-11-27"},
                                                              {"in 3 days", "2026-11-28"},
                                                              {"in 2 weeks", "2026-12-09"},
                                                              {"in 3 months", "2027-02-25"},
                                                              {"this week", "2026-11-29"},
                                                              {"next week", "2026-12-06"},
                                                              {"end of the month", "2026-11-30"},
                                                              {"next month", "2026-12-31"},
                                                              {"on the 15th", "2026-12-15"},
                                                              {"on 30", "2026-11-30"},
                                                              {"on 31", "2026-12-31"},
                                                              {"on the 40th", "-"},
                                                              {"1 December", "2026-12-01"},
                                                              {"1st of december", "2026-12-01"},
                                                              {"December 1", "2026-12-01"},
                                                              {"3 March", "2027-03-03"},
                                                              {"3 march 2027", "2027-03-03"},
                                                              {"1 nov", "-"},
                                                              {"1 december 2025", "-"},
                                                              {"1 december 2029", "-"},
                                                              {"2026-12-01", "2026-12-01"},
                                                              {"2026-11-01", "-"},
                                                              {"24/12", "2026-12-24"},
                                                              {"12/24", "2026-12-24"},
                                                              {"1/12", "-"},
                                                              {"12/12", "2026-12-12"},
                                                              {"24.12.2026", "2026-12-24"},
                                                              {"24.12.26", "2026-12-24"},
                                                              {"friday 27 november", "2026-11-27"},
                                                              {"friday 28 november", "-"},
                                                              {"friday or monday", "-"},
                                                              {"120.50", "-"},
                                                              {"soon", "-"},
                                                              {"in 100000 days", "-"},
                                                              {"in 900 days", "-"},
                                                              {"4711", "-"}};
  for (const auto& [told, expected] : rows) {
    const Classified found = classify(std::string("will pay ") + told);
    EXPECT_EQ(found.date ? to_string(*found.date) : "-", expected) << told;
  }
  const auto told = [](std::string_view text, std::string_view locale) {
    const auto date = classify(text, locale).date;
    return date ? to_string(*date) : "-";
  };
  EXPECT_EQ(told("will pay 1/12", "en-US"), "2027-01-12");
  EXPECT_EQ(told("will pay 1/12", "en-GB"), "2026-12-01");
  EXPECT_EQ(classify("paid 1/12", "en-GB").date, std::nullopt);
  EXPECT_EQ(replies().classify("will pay tomorrow").date, std::nullopt);  // nobody said what day it is
}

TEST(Replies, RefuseAFileThatCannotBeMeant) {
  const std::vector<std::pair<Item, const char*>> rows{
      {{"en", "opt_ot", "x", {}, 7}, "unknown_key"},
      {{"english", "paid", "x", {}, 7}, "bad_value"},
      {{"en", "dispute", "paid", {}, 7}, "duplicate_phrase"},
      {{"en", "paid", "!!", {}, 7}, "bad_pattern"},
      {{"en", "paid", "", {}, 7}, "bad_pattern"},
      {{"en", "paid", ".. it", {}, 7}, "bad_pattern"},
      {{"en", "paid", "(all) .. it", {}, 7}, "bad_pattern"},
      {{"en", "paid", "pa*", {}, 7}, "bad_pattern"},
      {{"en", "paid", "@nobody", {}, 7}, "bad_pattern"},
      {{"en", "paid", "a|b-c", {}, 7}, "bad_pattern"},
      {{"en", "paid", "a b c d e f g h i j k l m", {}, 7}, "bad_pattern"},
      {{"en", "paid", std::string(600, 'x'), {}, 7}, "too_long"},
      {{"en", "not", "two words", {}, 7}, "bad_pattern"},
      {{"en", "dates", "soon", "sometime", 7}, "bad_value"},
      {{"en", "dates", "in # days", "+1", 7}, "bad_pattern"},
      {{"en", "dates", "in days", "# days", 7}, "bad_pattern"},
      {{"en", "dates", "mon day", "monday", 7}, "bad_pattern"},
      {{"en", "dates", "later", "+9999", 7}, "bad_value"}};
  for (const auto& [item, code] : rows) {
    ReplySources broken = sources();
    broken.items.push_back(item);
    const auto built = Replies::build(std::move(broken));
    ASSERT_FALSE(built) << item.written;
    ASSERT_EQ(built.error().size(), 1U) << item.written;
    EXPECT_EQ(built.error()[0].code, code) << item.written << ": " << built.error()[0].detail;
    EXPECT_EQ(built.error()[0].line, 7U);
    EXPECT_EQ(built.error()[0].file, "replies.toml");
    EXPECT_FALSE(built.error()[0].detail.empty());
  }
  ReplySources many;
  many.items.resize(kReplyRowsMax + 1);
  EXPECT_EQ(Replies::build(many).error()[0].code, "too_many");
}

// Words that name themselves would have no end.
TEST(Replies, RefuseWordsThatNameOthers) {
  for (const char* inside : {"@sums", "@other"}) {
    ReplySources broken = sources();
    broken.items.push_back({"en", "words.other", "sum", {}, 5});
    broken.items.push_back({"en", "words.sums", inside, {}, 6});
    broken.items.push_back({"en", "paid", "whole @sums", {}, 7});
    const auto built = Replies::build(std::move(broken));
    ASSERT_FALSE(built) << inside;
    EXPECT_EQ(built.error()[0].code, "bad_pattern");
    EXPECT_NE(built.error()[0].detail.find(inside), std::string::npos) << built.error()[0].detail;
  }
}

TEST(ReplyPatterns, MatchAsTheyAreWritten) {
  const WordSets sets{{"sms", {"sms", "message*"}}};
  const std::vector<std::tuple<const char*, const char*, bool>> rows{
      {"no more @sms", "please no more messages", true},
      {"no more @sms", "no more", false},
      {"stop .. @sms", "stop sms", true},
      {"stop .. @sms", "stop your silly old sms", true},
      {"stop .. @sms", "stop your very silly old sms", false},
      {"^ paid", "paid it", true},
      {"^ paid", "i paid", false},
      {"paid $", "i paid", true},
      {"paid $", "paid it", false},
      {"(i) paid", "paid", true},
      {"# euro", "20 euro", true},
      {"# euro", "some euro", false},
      {"=payé", "payé", true},
      {"=payé", "paye", false},
      {"paye", "PAYÉ!", true},
      {"2moro", "2 moro", true},
      {"don't", "dont", true},
      {"don't", "don’t", true},
      {"pay*", "payments", true},
      {"(very|so) much", "so much", true}};
  for (const auto& [pattern, text, expected] : rows) {
    const auto compiled = compile_pattern(pattern, sets);
    ASSERT_TRUE(compiled) << pattern << ": " << compiled.error().detail;
    PatternIndex index;
    index.add(*compiled);
    EXPECT_EQ(!index.find(read_reply(text).words).empty(), expected) << pattern << " in " << text;
  }
}

TEST(ReplyText, ReadsWordsAsTheyAreMeant) {
  EXPECT_EQ(normalise("stoppppp"), "stop");
  EXPECT_EQ(normalise("ayudaaa"), "ayuda");
  EXPECT_EQ(normalise("STOPP"), "stopp");
  EXPECT_EQ(normalise("le 1er et le 15th"), "le 1 et le 15");
  EXPECT_EQ(normalise("Je n’ai pas payé"), "je nai pas paye");
  const ReplyText text = read_reply("ok 👍🏽. Pay on 1.12.2026?");
  EXPECT_EQ(text.symbols.size(), 1U);
  EXPECT_TRUE(text.question);
  ASSERT_EQ(text.words.size(), 6U);
  EXPECT_TRUE(text.words[1].after_break);
  EXPECT_FALSE(text.words[4].after_break);
  EXPECT_EQ(text.words[3].glue, '.');
  EXPECT_EQ(text.words[5].glue, 0);
}

TEST(MaskCards, LeavesTheLastFourDigits) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"4111111111111111", "************1111"},
      {"my card is 4111 1111 1111 1111 exp 12/27 thx", "my card is **** **** **** 1111 exp 12/27 thx"},
      {"4111-1111-1111-1111 12/27", "****-****-****-1111 12/27"},
      {"4111 - 1111 - 1111 - 1111", "4111 - 1111 - 1111 - 1111"},  // three characters between: no one number
      {"4111. 1111. 1111. 1111", "****. ****. ****. 1111"},
      {"378282246310005", "***********0005"},
      {"4222222222222", "*********2222"},
      {"6304000000000000000", "***************0000"},
      {"card4111111111111111x", "card************1111x"},
      {"４１１１１１１１１１１１１１１１", "************１１１１"},
      {"4111111111111112", "4111111111111112"},  // a digit is wrong
      {"invoice 2026-0117 of 120.50", "invoice 2026-0117 of 120.50"},
      {"+48601234567", "+48601234567"},
      {"ok 5555 5555 5555 4444 and 4111 1111 1111 1111", "ok **** **** **** 4444 and **** **** **** 1111"},
      {"ref 77 4111 1111 1111 1111", "ref 77 **** **** **** 1111"},
      {"", ""},
      {"\xFF 4111111111111111 \xFF", "\xFF ************1111 \xFF"}};
  for (const auto& [text, expected] : rows) EXPECT_EQ(mask_cards(text), expected);
}

}  // namespace
}  // namespace dunlin::dunning

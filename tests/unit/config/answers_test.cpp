// What is answered by itself: what is wrong with it is named with file, line and key; what is shipped is off, and clean
// when it is switched on.
#include "dunning/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/replies.hpp"
#include "config/templates.hpp"
#include "unit/config/fault.hpp"
#include "unit/config/folder.hpp"

namespace dunlin::config {
namespace {

using dunning::Intent;

const std::string kAnswer = "[replies.answer]\n";

class EachAnswerFault : public testing::TestWithParam<Fault> {};

TEST_P(EachAnswerFault, IsNamedWithFileLineAndKey) {
  const auto replies = parse_replies(GetParam().text, "r.toml");
  ASSERT_FALSE(replies.has_value());
  expect_alone(replies.error(), GetParam(), "r.toml");
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachAnswerFault,
    testing::Values(
        Fault{"other_table", "[replies.hold]\nttl = 1\n", ":1: replies.hold", "unknown_key", "replies.answer"},
        Fault{"no_table", "[replies]\nanswer = 1\n", ":2: replies.answer", "wrong_type", "table"},
        Fault{"no_intent", kAnswer + "stop = \"t\"\n", ":2: replies.answer.stop", "unknown_key", "intent"},
        Fault{"not_answered", kAnswer + "unclear = \"t\"\n", ":2: replies.answer.unclear", "unknown_key", "intent"},
        Fault{"no_text", kAnswer + "help = 1\n", ":2: replies.answer.help", "wrong_type", "language"},
        Fault{"text_is_no_string", "[replies.answer.help]\nen = 1\n", ":2: replies.answer.help.en", "wrong_type",
              "string"},
        Fault{"no_language", "[replies.answer.help]\nxx = \"a\"\n", ":2: replies.answer.help.xx", "bad_locale",
              "pt-BR"},
        Fault{"no_pattern", "[replies.answer.help]\nen = \"{\"\n", ":2: replies.answer.help.en", "bad_pattern", ""},
        Fault{"unknown_argument", "[replies.answer.help]\nen = \"{name}\"\n", ":2: replies.answer.help.en",
              "undeclared_argument", ""},
        Fault{"date_of_no_promise", "[replies.answer.help]\nen = \"{date}\"\n", ":2: replies.answer.help.en",
              "undeclared_argument", ""}),
    [](const auto& row) { return std::string(row.param.title); });

dunning::TemplateCall call(std::string_view locale) {
  dunning::TemplateCall call;
  call.locale = locale;
  call.default_locale = "en";
  call.amount = "12.50";
  call.currency = "EUR";
  call.pay_url = "https://pay.example.com/x";
  return call;
}

TEST(Answers, AreByTemplateOrByLanguage) {
  const auto replies = parse_replies(kAnswer +
                                         "opt_out = \"gone\"\n[replies.answer.pay_now]\nen = \"Pay {amount}: "
                                         "{pay_url}\"\nde = \"Zahlen: {pay_url}\"\n",
                                     "r.toml");
  ASSERT_TRUE(replies.has_value());
  const dunning::Answers& answers = (*replies)->answers();
  EXPECT_TRUE(answers.has(Intent::opt_out));
  EXPECT_FALSE(answers.has(Intent::help));
  EXPECT_EQ(answers.render(Intent::pay_now, call("en-GB"), nullptr)->text, "Pay €12.50: https://pay.example.com/x");
  EXPECT_EQ(answers.render(Intent::pay_now, call("de-AT"), nullptr)->text, "Zahlen: https://pay.example.com/x");
  EXPECT_TRUE(answers.render(Intent::pay_now, call("pl"), nullptr)->text.starts_with("Pay")) << "the default's";
  EXPECT_EQ(answers.render(Intent::help, call("en"), nullptr).error().code, "not_set");
  EXPECT_EQ(answers.render(Intent::opt_out, call("en"), nullptr).error().code, "unknown_template");
  const auto missing = answers.check(nullptr, "en");
  ASSERT_EQ(missing.size(), 1u);
  EXPECT_EQ(missing[0].code, "unknown_template");
  EXPECT_EQ(missing[0].key, "replies.answer.opt_out");
  EXPECT_EQ(missing[0].line, 2u);
}

TEST(Answers, NameATemplateThatCanBeWrittenOrTheConfigurationIsRefused) {
  for (const auto& [text, good] : {std::pair{"Bye", true}, std::pair{"Bye {name}", false}}) {
    const Folder folder;
    folder.file("templates.d/t.toml",
                std::string("[[template]]\nname = \"gone\"\nkinds = [\"news\"]\n[template.params]\nname = "
                            "\"text\"\n[template.text]\nen = \"") +
                    text + "\"\n");
    folder.file("replies.toml", kAnswer + "opt_out = \"gone\"\n");
    const auto configuration = read("", folder.path() / "d.toml");
    EXPECT_EQ(configuration.has_value(), good) << text;
    if (configuration) continue;
    EXPECT_EQ(configuration.error().front().code, "bad_answer");
    EXPECT_THAT(configuration.error().front().where, testing::HasSubstr("replies.toml:2: replies.answer.opt_out"));
  }
}

TEST(Answers, AreLinted) {
  const Folder folder;
  folder.file("replies.toml", "[replies.answer.help]\nen = \"Help \u4f60\"\n");
  const auto configuration = read("", folder.path() / "d.toml");
  ASSERT_TRUE(configuration.has_value());
  bool found = false;
  for (const Remark& remark : lint(*configuration)) {
    found = found || (remark.error.code == "not_gsm7" && remark.error.where.ends_with("replies.answer.help.en"));
  }
  EXPECT_TRUE(found);
}

// Every line of the commented table, without its '#'.
std::string switched_on() {
  std::ifstream file(DUNLIN_SOURCE_DIR "/conf/replies.toml");
  std::ostringstream out;
  bool on = false;
  for (std::string line; std::getline(file, line);) {
    on = line.starts_with("# [replies.answer") || (on && line.starts_with("# "));
    out << (on ? line.substr(2) : line) << '\n';
  }
  return out.str();
}

TEST(ShippedAnswers, AreOffAndCanBeSwitchedOnInEveryLanguage) {
  const auto shipped = read_replies(DUNLIN_SOURCE_DIR "/conf/replies.toml");
  ASSERT_TRUE(shipped.has_value());
  EXPECT_TRUE((*shipped)->answers().none());
  const auto replies = parse_replies(switched_on(), "replies.toml");
  ASSERT_TRUE(replies.has_value()) << to_string(replies.error().front());
  auto sources = read_template_sources(DUNLIN_SOURCE_DIR "/conf/templates.d");
  ASSERT_TRUE(sources.has_value());
  for (dunning::ConstantSource& constant : sources->constants) constant.value = "Northwind Energy";
  const auto templates = dunning::Templates::build(std::move(*sources));
  ASSERT_TRUE(templates.has_value());
  const dunning::Answers& answers = (*replies)->answers();
  EXPECT_EQ(answers.check(&*templates, "en").size(), 0u);
  const dunning::Param date{dunning::kAnswerDate, "2026-12-01"};
  for (const Intent intent : {Intent::opt_out, Intent::opt_in, Intent::help, Intent::pay_now, Intent::promise}) {
    for (const std::string& language : (*shipped)->languages()) {
      for (const bool dated : {false, true}) {
        if (dated && intent != Intent::promise) continue;
        dunning::TemplateCall asked = call(language);
        if (dated) asked.params = {&date, 1};
        const auto text = answers.render(intent, asked, &*templates);
        ASSERT_TRUE(text.has_value()) << language << " " << to_string(text.error());
        EXPECT_EQ(text->locale, language);
        EXPECT_EQ(text->text.find('{'), std::string::npos) << text->text;
      }
    }
  }
}

}  // namespace
}  // namespace dunlin::config

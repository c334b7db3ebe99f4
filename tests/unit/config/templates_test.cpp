// The templates' folder: what is wrong with it is named with file, line and key, and a reload with it changes nothing.
#include "config/templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/encode.hpp>
#include <set>

#include "config/configuration.hpp"
#include "store/enum_names.hpp"
#include "unit/config/fault.hpp"
#include "unit/config/folder.hpp"

namespace dunlin::config {
namespace {

using testing::HasSubstr;

const std::string kHead = "[[template]]\nname = \"t\"\nkinds = [\"due\"]\n";  // lines 1 to 3
const std::string kText = "[template.text]\nen = ";                           // its pattern is in the line after it

class EachTemplateFault : public testing::TestWithParam<Fault> {};

TEST_P(EachTemplateFault, IsNamedWithFileLineAndKey) {
  const Folder folder;
  folder.file("t.toml", GetParam().text);
  const auto templates = read_templates(folder.path());
  ASSERT_FALSE(templates.has_value());
  expect_alone(templates.error(), GetParam(), (folder.path() / "t.toml").string());
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachTemplateFault,
    testing::Values(
        Fault{"not_toml", "[[template]\n", ":1", "bad_toml", "not TOML"},
        Fault{"language_twice_in_a_table", kHead + kText + "\"a\"\nen = \"b\"\n", ":6", "bad_toml", "not TOML"},
        Fault{"unknown_table", "[[templates]]\nname = \"t\"\n", ":1: templates", "unknown_key", "\"template\"?"},
        Fault{"unknown_key", kHead + "kind = 1\n" + kText + "\"a\"\n", ":4: template.t.kind", "unknown_key",
              "\"kinds\"?"},
        Fault{"not_a_list", "[template]\nname = \"t\"\n", ":1: template", "wrong_type", "[[template]]"},
        Fault{"no_name", "[[template]]\nkinds = [\"due\"]\n", ":1: template.name", "missing_key", "must be set"},
        Fault{"bad_name", "[[template]]\nname = \"a b\"\nkinds = [\"due\"]\n" + kText + "\"a\"\n", ":1: template.a b",
              "bad_name", "letters"},
        Fault{"no_kinds", "[[template]]\nname = \"t\"\n" + kText + "\"a\"\n", ":1: template.t.kinds", "missing_key",
              "kinds"},
        Fault{"unknown_kind", "[[template]]\nname = \"t\"\nkinds = [\"late\"]\n" + kText + "\"a\"\n",
              ":1: template.t.kinds", "unknown_kind", "overdue"},
        Fault{"bad_letters", kHead + "letters = \"latin\"\n" + kText + "\"a\"\n", ":1: template.t.letters", "bad_value",
              "gsm7"},
        Fault{"no_text", kHead, ":1: template.t.text", "missing_key", "language"},
        Fault{"text_is_no_string", kHead + kText + "1\n", ":5: template.t.text.en", "wrong_type", "string"},
        Fault{"bad_locale", kHead + "[template.text]\nenglish_ = \"a\"\n", ":5: template.t.text.english_", "bad_locale",
              "pt-BR"},
        Fault{"no_language", kHead + "[template.text]\nxx = \"a\"\n", ":5: template.t.text.xx", "bad_locale", "pt-BR"},
        Fault{"same_language_written_twice", kHead + "[template.text]\npt-BR = \"a\"\npt-br = \"b\"\n",
              ":6: template.t.text.pt-br", "duplicate_template", "t.toml:5"},
        Fault{"name_and_language_twice", kHead + kText + "\"a\"\n" + kHead + kText + "\"b\"\n",
              ":10: template.t.text.en", "duplicate_template", "t.toml:5"},
        Fault{"unknown_type", kHead + "[template.params]\nx = \"money\"\n" + kText + "\"a\"\n",
              ":5: template.t.params.x", "unknown_type", "amount"},
        Fault{"type_missing", kHead + "[template.params]\nx = { max = 3 }\n[template.text]\nen = \"a\"\n",
              ":5: template.t.params.x.type", "missing_key", "must be set"},
        Fault{"max_of_a_date", kHead + "[template.params]\nx = { type = \"date\", max = 3 }\n" + kText + "\"a\"\n",
              ":5: template.t.params.x.max", "bad_value", "text or a url"},
        Fault{"select_without_values", kHead + "[template.params]\nx = \"select\"\n" + kText + "\"a\"\n",
              ":5: template.t.params.x.values", "bad_value", "values"},
        Fault{"unknown_style",
              kHead + "[template.params]\nx = { type = \"date\", style = \"tiny\" }\n" + kText + "\"a\"\n",
              ":5: template.t.params.x.style", "bad_value", "short"},
        Fault{"unknown_member",
              kHead + "[template.params]\nx = { type = \"date\", stile = \"full\" }\n" + kText + "\"a\"\n",
              ":5: template.t.params.x.stile", "unknown_key", "\"style\"?"},
        Fault{"parameter_named_as_a_field", kHead + "[template.params]\namount = \"amount\"\n" + kText + "\"a\"\n",
              ":5: template.t.params.amount", "reserved_name", "field"},
        Fault{"parameter_named_as_a_constant",
              "[constants]\nx = \"\"\n" + kHead + "[template.params]\nx = \"text\"\n" + kText + "\"a\"\n",
              ":7: template.t.params.x", "duplicate_name", "t.toml:2"},
        Fault{"constant_named_as_a_field", "[constants]\nfee = \"\"\n", ":2: constants.fee", "reserved_name", "field"},
        Fault{"constant_is_no_string", "[constants]\nx = 1\n", ":2: constants.x", "wrong_type", "string"},
        Fault{"constant_unfilled", "[constants]\nx = \"{name}\"\n", ":2: constants.x", "bad_value", "placeholder"},
        Fault{"empty_pattern", kHead + kText + "\" \"\n", ":5: template.t.text.en", "bad_pattern", "empty"},
        Fault{"undeclared", kHead + kText + "\"{nmae}\"\n", ":5: template.t.text.en", "undeclared_argument", "{nmae}"},
        Fault{"unclosed", kHead + kText + "\"{amount\"\n", ":5: template.t.text.en", "bad_pattern", "partner"},
        Fault{"closed_only", kHead + kText + "\"{amount}} b\"\n", ":5: template.t.text.en", "bad_pattern",
              "closing brace"},
        Fault{"opened_only", kHead + kText + "\"a { b\"\n", ":5: template.t.text.en", "bad_pattern", "brace"},
        Fault{"numbered", kHead + kText + "\"{0}\"\n", ":5: template.t.text.en", "bad_pattern", "names"},
        Fault{"foreign_placeholder", kHead + kText + "\"Ola #nome#\"\n", ":5: template.t.text.en", "bad_pattern",
              "#nome#"},
        Fault{"plural_without_other",
              kHead + "[template.params]\nn = \"plural\"\n" + kText + "\"{n, plural, one{#}}\"\n",
              ":7: template.t.text.en", "bad_pattern", "`other`"},
        Fault{"unknown_plural_form",
              kHead + "[template.params]\nn = \"plural\"\n" + kText + "\"{n, plural, single{#} other{#}}\"\n",
              ":7: template.t.text.en", "bad_pattern", "single"},
        Fault{"branch_twice",
              kHead + "[template.params]\nn = \"plural\"\n" + kText + "\"{n, plural, one{#} one{#} other{#}}\"\n",
              ":7: template.t.text.en", "bad_pattern", "twice"},
        Fault{"plural_of_a_text", kHead + kText + "\"{account, plural, other{#}}\"\n", ":5: template.t.text.en",
              "wrong_use", "type plural"},
        Fault{"bare_money", kHead + kText + "\"{amount, number}\"\n", ":5: template.t.text.en", "wrong_use",
              "write {amount}"},
        Fault{"bare_currency_format", kHead + kText + "\"{amount, number, currency}\"\n", ":5: template.t.text.en",
              "wrong_use", "write {amount}"},
        Fault{"fee_unguarded", kHead + kText + "\"{fee}\"\n", ":5: template.t.text.en", "wrong_use", "above zero"},
        Fault{"written_where_it_is_missing", kHead + kText + "\"{pay_url, select, none{{pay_url}} other{}}\"\n",
              ":5: template.t.text.en", "wrong_use", "none"},
        Fault{"guard_with_values", kHead + kText + "\"{pay_url, select, some{a} other{}}\"\n", ":5: template.t.text.en",
              "wrong_use", "none and other"},
        Fault{"guard_without_none", kHead + kText + "\"{pay_url, select, other{a}}\"\n", ":5: template.t.text.en",
              "wrong_use", "none and other"},
        Fault{"branch_of_no_value",
              kHead + "[template.params]\nx = { type = \"select\", values = [\"a\"] }\n" + kText +
                  "\"{x, select, b{} other{}}\"\n",
              ":7: template.t.text.en", "wrong_use", "branch b"},
        Fault{"bad_example",
              kHead + "[template.params]\nx = { type = \"date\", example = \"tomorrow\" }\n" + kText + "\"{x}\"\n",
              ":7: template.t.text.en", "bad_value", "params.x"}),
    [](const auto& fault) { return std::string(fault.param.title); });

TEST(TemplateFolder, TellsEveryFaultOfEveryFile) {
  const Folder folder;
  folder.file("b.toml", kHead + kText + "\"{x}\"\nfr = \"{y}\"\n");
  folder.file("a.toml", "[constants]\namount = \"\"\n");
  folder.file("ignored.txt", "{");
  folder.file(".hidden.toml", "{");
  const auto templates = read_templates(folder.path());
  ASSERT_FALSE(templates.has_value());
  ASSERT_EQ(templates.error().size(), 3u);
  EXPECT_THAT(templates.error()[0].where, HasSubstr("a.toml:2: constants.amount"));
  EXPECT_THAT(templates.error()[1].where, HasSubstr("b.toml:5: template.t.text.en"));
  EXPECT_THAT(templates.error()[2].where, HasSubstr("b.toml:6: template.t.text.fr"));
}

TEST(TemplateFolder, MayHaveALanguageOfItsOwnInAnotherFile) {
  const Folder folder;
  folder.file("a.toml", kHead + kText + "\"a\"\n");
  folder.file("b.toml",
              "[[template]]\nname = \"t\"\nkinds = [\"due\"]\n[template.text]\nsv = \"b\"\n[[template]]\nname = "
              "\"u\"\nkinds = [\"news\"]\n[template.text]\nen = \"c\"\n");
  const auto templates = read_templates(folder.path());
  ASSERT_TRUE(templates.has_value()) << to_string(templates.error().front());
  EXPECT_EQ((*templates)->size(), 3u);
  folder.file("c.toml", kHead + kText + "\"again\"\n");
  const auto twice = read_templates(folder.path());
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().front().code, "duplicate_template");
  EXPECT_THAT(twice.error().front().detail, HasSubstr("a.toml:5"));
}

TEST(TemplateFolder, IsAFolder) {
  const Folder folder;
  const auto file = folder.file("t.toml", "");
  const auto errors = read("[dunning]\ntemplates = \"t.toml\"\n", folder.path() / "d.toml");
  ASSERT_FALSE(errors.has_value());
  EXPECT_EQ(errors.error().front().code, "unreadable_file");
  EXPECT_EQ(errors.error().front().where, file.string());
}

TEST(TemplateFolder, IsReadWhereTheConfigurationSaysOrBesideIt) {
  const Folder folder;
  folder.file("templates.d/t.toml", kHead + kText + "\"a\"\n");
  folder.file("other/t.toml", kHead + kText + "\"a\"\nfr = \"b\"\n");
  const auto file = folder.path() / "d.toml";
  EXPECT_EQ(read("", file)->gateway.dunning.templates->size(), 1u);
  EXPECT_EQ(read("[dunning]\ntemplates = \"other\"\n", file)->gateway.dunning.templates->size(), 2u);
  EXPECT_EQ(read("[dunning]\ntemplates = \"\"\n", file)->gateway.dunning.templates, nullptr);
  EXPECT_EQ(read("", "/nowhere/d.toml")->gateway.dunning.templates, nullptr);
}

TEST(TemplateFolder, IsTakenOverByAReloadOnlyWhenAllOfItIsRight) {
  const Folder folder;
  folder.file("templates.d/t.toml", kHead + kText + "\"a\"\n");
  const auto file = folder.path() / "d.toml";
  const auto running = read("", file);
  ASSERT_TRUE(running.has_value());
  EXPECT_TRUE(diff(*running, *read("", file)).empty());

  folder.file("templates.d/u.toml", "[[template]]\nname = \"u\"\nkinds = [\"due\"]\n[template.text]\nen = \"{\"\n");
  EXPECT_FALSE(read("", file).has_value());  // nothing that could be taken over

  folder.file("templates.d/u.toml", "[[template]]\nname = \"u\"\nkinds = [\"due\"]\n[template.text]\nen = \"u\"\n");
  const auto fresh = read("", file);
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(diff(*running, *fresh), (std::vector<Change>{{"dunning.templates", true}}));
  EXPECT_EQ(take_live(*running, *fresh).gateway.dunning.templates, fresh->gateway.dunning.templates);
}

TEST(TemplateKinds, AreThoseOfJobs) { EXPECT_TRUE(std::ranges::equal(dunning::kKinds, store::names<store::Kind>)); }

struct Lint {
  const char* title;
  const char* kind;
  const char* locale;
  const char* pattern;
  const char* code;  // "": nothing is said
  bool refused;
};

class EachLint : public testing::TestWithParam<Lint> {};

TEST_P(EachLint, IsSaidOnce) {
  const auto& row = GetParam();
  const Folder folder;
  folder.file("templates.d/c.toml", "[constants]\ncreditor = \"ACME\"\ncontact = \"+44 20 7946 0321\"\n");
  folder.file("templates.d/t.toml", std::string("[[template]]\nname = \"t\"\nkinds = [\"") + row.kind +
                                        "\"]\n[template.params]\nn = \"plural\"\n[template.text]\n" + row.locale +
                                        " = \"" + row.pattern + "\"\n");
  const auto configuration = read("", folder.path() / "d.toml");
  ASSERT_TRUE(configuration.has_value()) << to_string(configuration.error().front());
  std::vector<Remark> said;
  for (const Remark& remark : lint(*configuration)) {
    if (!remark.note) said.push_back(remark);
  }
  ASSERT_EQ(said.size(), *row.code == '\0' ? 0u : 1u) << to_string(said.back().error);
  if (said.empty()) return;
  EXPECT_EQ(said[0].error.code, row.code);
  EXPECT_EQ(said[0].refused, row.refused);
  EXPECT_EQ(said[0].error.where, (folder.path() / "templates.d/t.toml").string() + ":7: template.t.text." + row.locale);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachLint,
    testing::Values(
        Lint{"good", "overdue", "en", "{creditor}: {amount}. Already paid? Thank you. {contact}", "", false},
        Lint{"named_by_hand", "due", "en", "ACME: {amount}. +44 20 7946 0321", "", false},
        Lint{"nobody_writes", "due", "en", "Pay {amount}. {contact}", "no_creditor", false},
        Lint{"nobody_to_ask", "due", "en", "{creditor}: pay {amount}.", "no_contact", false},
        Lint{"a_way_to_stop", "due", "en", "{creditor}: pay {amount}. Reply STOP to opt out.", "", false},
        Lint{"paid_meanwhile", "overdue", "en", "{creditor}: pay {amount}. {contact}", "no_already_paid", false},
        Lint{"paid_meanwhile_fr", "final", "fr", "{creditor}: payez {amount}. {contact}", "no_already_paid", false},
        Lint{"paid_meanwhile_unknown_language", "final", "sv", "{creditor}: {amount}. {contact}", "", false},
        Lint{"offer", "due", "en", "{creditor}: {amount}. Special offer! {contact}", "offer", true},
        Lint{"offer_de", "reminder", "de", "{creditor}: {amount}. Jetzt mit Gutschein! {contact}", "offer", true},
        Lint{"balance_is_no_sale", "reminder", "fr", "{creditor}: votre solde est de {amount}. {contact}", "", false},
        Lint{"offer_in_a_referral", "referral", "en", "{creditor}: special offer! {contact}", "", false},
        Lint{"card", "due", "en", "{creditor}: {contact} 4111 1111-1111 1111", "card_number", true},
        Lint{"no_card", "due", "en", "{creditor}: {contact} 4111 1111 1111 1112", "", false},
        Lint{"too_short_for_a_card", "due", "en", "{creditor}: {contact} 000000000000", "", false},
        Lint{"plural_form", "due", "pl", "{creditor}: {contact} {n, plural, one{#} few{#} other{#}}", "plural_form",
             false},
        Lint{"plural_by_number", "due", "de", "{creditor}: {contact} {n, plural, =1{eins} other{#}}", "", false}),
    [](const auto& row) { return std::string(row.param.title); });

TEST(TemplateLint, TellsWhatALanguageCostsAtMost) {
  const Folder folder;
  folder.file("templates.d/t.toml",
              "[[template]]\nname = \"t\"\nkinds = [\"due\"]\n[template.params]\na = { type = \"text\", max = 160 }\nb "
              "= { type = \"text\", max = 1 }\n"
              "[template.text]\nen = \"{a}\"\nfr = \"{a}{b}\"\n");
  const auto remarks = lint(*read("", folder.path() / "d.toml"));
  std::vector<std::string> notes;
  for (const Remark& remark : remarks) {
    if (remark.note) notes.push_back(remark.error.where + ": " + remark.error.detail);
  }
  EXPECT_THAT(notes,
              testing::ElementsAre("dunning.link_hosts: it is not set: a job's pay_url may lead to any host", "en: 1 template, at most 1 segment (t)", "fr: 1 template, at most 2 segments (t)"));
}

TEST(TemplateLint, TellsWhatNobodyHasSet) {
  const Folder folder;
  folder.file("templates.d/t.toml", "[constants]\ncreditor = \"\"\nunused = \"\"\ncontact = \"x\"\n" + kHead + kText +
                                        "\"{creditor} {contact}\"\n");
  const auto remarks = lint(*read("", folder.path() / "d.toml"));
  ASSERT_EQ(remarks.size(), 3u);
  EXPECT_TRUE(remarks[1].note);
  EXPECT_EQ(remarks[1].error.where, "constants.creditor");
  EXPECT_EQ(remarks[0].error.where, "dunning.link_hosts");
}

// What is shipped has nothing a careful reader would say something about.
TEST(ShippedTemplates, AreClean) {
  const auto configuration = load(DUNLIN_SOURCE_DIR "/conf/dunlin.toml");
  ASSERT_TRUE(configuration.has_value()) << to_string(configuration.error().front());
  for (const Remark& remark : lint(*configuration)) EXPECT_TRUE(remark.note) << to_string(remark.error);
}

TEST(ShippedTemplates, AreThereForEveryKindInEveryLanguage) {
  const auto sources = read_template_sources(DUNLIN_SOURCE_DIR "/conf/templates.d");
  ASSERT_TRUE(sources.has_value());
  const std::set<std::string> languages{"en", "fr", "pt", "de", "it", "pl", "es", "nl"};
  std::set<std::string> kinds;
  for (const auto& source : sources->templates) {
    kinds.insert(source.kinds.begin(), source.kinds.end());
    std::set<std::string> there;
    for (const auto& text : source.texts) there.insert(text.locale);
    EXPECT_EQ(there, languages) << source.name;
    EXPECT_EQ(source.letters, "gsm7") << source.name;
  }
  EXPECT_EQ(kinds.size(), dunning::kKinds.size());
}

}  // namespace
}  // namespace dunlin::config

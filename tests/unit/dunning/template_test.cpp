// Templates: found by name and locale, rendered with exact values, and never sent with a hole in them.
#include "dunning/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/encode.hpp>

namespace dunlin::dunning {
namespace {

using testing::HasSubstr;
using testing::Not;

// A template "t" for reminders with these texts, and a parameter a type.
TemplateSource source(std::vector<std::pair<std::string, std::string>> texts, std::string letters = "any") {
  TemplateSource made;
  made.file = "t.toml";
  made.line = 1;
  made.name = "t";
  made.kinds = {"reminder"};
  made.letters = std::move(letters);
  for (const char* type : {"text", "number", "amount", "date", "url", "plural"}) {
    ParamSource param;
    param.name = std::string("a_") + type;
    param.type = type;
    param.line = 2;
    made.params.push_back(std::move(param));
  }
  ParamSource select;
  select.name = "a_select";
  select.type = "select";
  select.values = {"north", "south"};
  made.params.push_back(std::move(select));
  std::size_t line = 9;
  for (auto& [locale, pattern] : texts) made.texts.push_back({locale, pattern, ++line});
  return made;
}

Templates built(TemplateSource one, std::vector<ConstantSource> constants = {}) {
  TemplateSources sources;
  sources.constants = std::move(constants);
  sources.templates.push_back(std::move(one));
  auto made = Templates::build(std::move(sources));
  EXPECT_TRUE(made.has_value()) << made.error().front().code << ": " << made.error().front().detail;
  if (!made) std::abort();
  return std::move(*made);
}

// With every field of a job.
TemplateCall call_of(std::string_view locale, std::span<const Param> params = {}) {
  TemplateCall call;
  call.name = "t";
  call.locale = locale;
  call.default_locale = "en";
  call.params = params;
  call.amount = "1234.50";
  call.currency = "EUR";
  call.fee = "5.00";
  call.due_date = "2026-12-01";
  call.account = "A-1";
  call.invoice = "I-1";
  call.pay_url = "https://pay.example/x";
  return call;
}

std::string text_of(const Templates& templates, const TemplateCall& call) {
  const auto rendered = templates.render(call);
  return rendered ? rendered->text : "!" + to_string(rendered.error());
}

std::string safe(const std::string& utf8) {
  std::string joined;
  const auto encoded = text::encode(utf8, {});
  for (const auto& part : encoded->parts) joined += part;
  return joined;
}

struct Shown {
  const char* locale;
  const char* pattern;
  std::string_view amount, currency;
  const char* text;  // as "safe" writes it
};

class EachShown : public testing::TestWithParam<Shown> {};

TEST_P(EachShown, IsWrittenAsTheReaderWritesIt) {
  const Templates templates = built(source({{GetParam().locale, GetParam().pattern}}));
  TemplateCall call = call_of(GetParam().locale);
  call.amount = GetParam().amount;
  call.currency = GetParam().currency;
  EXPECT_EQ(safe(text_of(templates, call)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachShown,
    testing::Values(
        Shown{"en", "{amount}", "1234.50", "EUR", "€1,234.50"}, Shown{"de", "{amount}", "1234.50", "EUR", "1.234,50 €"},
        Shown{"fr", "{amount}", "1234.50", "EUR", "1 234,50 €"},
        Shown{"pt", "{amount}", "1234.50", "BRL", "R$ 1.234,50"},
        Shown{"nl", "{amount}", "1234.50", "EUR", "€ 1.234,50"},
        Shown{"it", "{amount}", "1234.50", "EUR", "1.234,50 €"}, Shown{"es", "{amount}", "1234.50", "EUR", "1234,50 €"},
        Shown{"pl", "{amount}", "12345.60", "PLN", "12 345,60 zł"},
        Shown{"de-AT", "{amount}", "1234.50", "EUR", "€ 1.234,50"},
        Shown{"de-CH", "{amount}", "1234.50", "CHF", "CHF 1'234.50"},
        // A currency's own digits, exactly; no value passes through a double.
        Shown{"en", "{amount}", "1234", "JPY", "¥1,234"}, Shown{"en", "{amount}", "1234.567", "KWD", "KWD 1,234.567"},
        Shown{"en", "{amount}", "1234", "KWD", "KWD 1,234.000"}, Shown{"en", "{amount}", "120.5", "EUR", "€120.50"},
        Shown{"en", "{amount}", "99999999999999.99", "EUR", "€99,999,999,999,999.99"},
        Shown{"en", "{amount}", "0.07", "EUR", "€0.07"}, Shown{"en", "{amount}", "0100.10", "EUR", "€100.10"},
        // Nobody writes a dinar's paras, unless there are any.
        Shown{"en", "{amount}", "1234.00", "RSD", "RSD 1,234"},
        Shown{"en", "{amount}", "1234.50", "RSD", "RSD 1,234.50"},
        Shown{"en", "{due_date}", "1", "EUR", "Tuesday, December 1"},
        Shown{"en-GB", "{due_date}", "1", "EUR", "Tuesday, 1 December"},
        Shown{"fr", "le {due_date}", "1", "EUR", "le mardi 1 décembre"},
        Shown{"de", "{due_date}", "1", "EUR", "Dienstag, 1. Dezember"},
        Shown{"pt", "{due_date}", "1", "EUR", "terça-feira, 1 de dezembro"},
        Shown{"it", "{due_date}", "1", "EUR", "martedì 1 dicembre"},
        Shown{"pl", "{due_date}", "1", "EUR", "wtorek, 1 grudnia"},
        Shown{"es", "{due_date}", "1", "EUR", "martes, 1 de diciembre"},
        Shown{"nl", "{due_date}", "1", "EUR", "dinsdag 1 december"},
        Shown{"en", "{currency} {account}/{invoice} {pay_url}", "1", "EUR", "EUR A-1/I-1 https://pay.example/x"},
        // An apostrophe quotes nothing.
        Shown{"fr", "l'échéance d'{amount}", "1.00", "EUR", "l'échéance d'1,00 €"}));

TEST(Template, FallsBackToParentsThenToTheDefaultAndNeverMixes) {
  const Templates templates = built(source({{"en", "en"}, {"pt", "pt"}, {"pt-BR", "pt-BR"}, {"de", "de {amount}"}}));
  EXPECT_EQ(text_of(templates, call_of("pt-BR")), "pt-BR");
  EXPECT_EQ(text_of(templates, call_of("pt_br")), "pt-BR");
  EXPECT_EQ(text_of(templates, call_of("pt-PT")), "pt");
  EXPECT_EQ(text_of(templates, call_of("PT-Latn-AO")), "pt");
  EXPECT_EQ(text_of(templates, call_of("fr-CA")), "en");
  EXPECT_EQ(text_of(templates, call_of("")), "en");
  EXPECT_EQ(templates.render(call_of("pt-AO"))->locale, "pt");
  // Who reads it decides how a value is written.
  EXPECT_EQ(safe(text_of(templates, call_of("de-AT"))), "de € 1.234,50");
  TemplateCall call = call_of("fr");
  call.default_locale = "es-MX";
  const auto none = templates.render(call);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, "unknown_template");
  EXPECT_EQ(none.error().where, "locale");
}

TEST(Template, WritesAFeeOnlyWhenThereIsOne) {
  const Templates templates = built(source({{"en", "{amount}{fee, select, none{} other{ plus {fee}}}."}}));
  TemplateCall call = call_of("en");
  EXPECT_EQ(text_of(templates, call), "€1,234.50 plus €5.00.");
  for (const char* nothing : {"", "0", "0.00", "0.0", "00.00"}) {
    call.fee = nothing;
    EXPECT_EQ(text_of(templates, call), "€1,234.50.") << nothing;
  }
}

TEST(Template, WritesWhatMayBeMissingOnlyWhenItIsThere) {
  const Templates templates = built(source(
      {{"en", "Hi{a_text, select, none{} other{ {a_text}}}!{pay_url, select, none{ Call us} other{ {pay_url}}}"}}));
  TemplateCall call = call_of("en");
  call.pay_url = "";
  EXPECT_EQ(text_of(templates, call), "Hi! Call us");
  const Param name{"a_text", "Zoë"};
  call.params = {&name, 1};
  call.pay_url = "https://a.example/b";
  EXPECT_EQ(text_of(templates, call), "Hi Zoë! https://a.example/b");
}

TEST(Template, ChoosesByPluralAndSelect) {
  const Templates templates = built(source({{"pl",
                                             "{a_plural, plural, one{# dzień} few{# dni} many{# dni} other{# dnia}} "
                                             "{a_select, select, north{N} other{S}}"}}));
  for (const auto& [days, text] : {std::pair{"1", "1 dzień N"}, std::pair{"3", "3 dni N"}, std::pair{"5", "5 dni N"},
                                   std::pair{"22", "22 dni N"}}) {
    const Param params[] = {{"a_plural", days}, {"a_select", "north"}};
    EXPECT_EQ(text_of(templates, call_of("pl", params)), text);
  }
}

TEST(Template, TakesAConstantOrTheJobsOwn) {
  const std::vector<ConstantSource> constants{{"c.toml", 1, "creditor", "ACME"}, {"c.toml", 2, "contact", ""}};
  const Templates templates = built(source({{"en", "{creditor} {contact}"}}), constants);
  const auto missing = templates.render(call_of("en"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, "missing_parameter");
  EXPECT_EQ(missing.error().where, "params.contact");
  const Param contact{"contact", "+44 1"};
  EXPECT_EQ(text_of(templates, call_of("en", {&contact, 1})), "ACME +44 1");
  const Param both[] = {{"contact", "+44 1"}, {"creditor", "Other Ltd"}};
  EXPECT_EQ(text_of(templates, call_of("en", both)), "Other Ltd +44 1");
}

struct BadValue {
  const char* title;
  const char* pattern;
  Param param;                         // name "": none
  void (*change)(TemplateCall& call);  // null: nothing
  const char* code;
  const char* where;
};

class EachBadValue : public testing::TestWithParam<BadValue> {};

TEST_P(EachBadValue, IsRefusedByNameAndNeverRendered) {
  const auto& row = GetParam();
  const Templates templates = built(source({{"en", row.pattern}}));
  TemplateCall call = call_of("en");
  if (!row.param.name.empty()) call.params = {&row.param, 1};
  if (row.change != nullptr) row.change(call);
  const auto rendered = templates.render(call);
  ASSERT_FALSE(rendered.has_value()) << rendered->text;
  EXPECT_EQ(rendered.error().code, row.code);
  EXPECT_EQ(rendered.error().where, row.where);
  EXPECT_FALSE(rendered.error().detail.empty());
  const auto checked = templates.check(call, "reminder");
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error(), rendered.error());
  // What was given is nobody's business in a log.
  if (row.param.value.size() > 3) {
    EXPECT_THAT(rendered.error().detail, Not(HasSubstr(std::string(row.param.value))));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachBadValue,
    testing::Values(
        BadValue{"missing", "{a_text}", {}, nullptr, "missing_parameter", "params.a_text"},
        BadValue{"empty", "{a_text}", {"a_text", ""}, nullptr, "missing_parameter", "params.a_text"},
        BadValue{"blank", "{a_text}", {"a_text", "  "}, nullptr, "missing_parameter", "params.a_text"},
        BadValue{"unknown", "x", {"nome", "Ana"}, nullptr, "unknown_field", "params.nome"},
        BadValue{"a_field_among_params", "{amount}", {"amount", "5.00"}, nullptr, "unknown_field", "params.amount"},
        BadValue{"placeholder_of_ours", "{a_text}", {"a_text", "{name}"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{"brace", "{a_text}", {"a_text", "Ana}"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{"wide_braces", "{a_text}", {"a_text", "｛name｝"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{
            "placeholder_of_cedrus", "{a_text}", {"a_text", "Sr. #nome#"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{
            "placeholder_of_merging", "{a_text}", {"a_text", "%FIRSTNAME%"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{"placeholder_of_word", "{a_text}", {"a_text", "<name>"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{"line_break", "{a_text}", {"a_text", "Ana\nSilva"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{"not_utf8", "{a_text}", {"a_text", "Jos\xE9!"}, nullptr, "bad_parameter", "params.a_text"},
        BadValue{"too_long",
                 "{a_text}",
                 {"a_text", "Wolfeschlegelsteinhausenbergerdorff senior"},
                 nullptr,
                 "bad_parameter",
                 "params.a_text"},
        BadValue{"no_number", "{a_number}", {"a_number", "1,5"}, nullptr, "bad_parameter", "params.a_number"},
        BadValue{"no_plural", "{a_plural}", {"a_plural", "-1"}, nullptr, "bad_parameter", "params.a_plural"},
        BadValue{
            "plural_with_fraction", "{a_plural}", {"a_plural", "1.5"}, nullptr, "bad_parameter", "params.a_plural"},
        BadValue{"no_date", "{a_date}", {"a_date", "01.12.2026"}, nullptr, "bad_parameter", "params.a_date"},
        BadValue{"no_such_day", "{a_date}", {"a_date", "2026-02-29"}, nullptr, "bad_parameter", "params.a_date"},
        BadValue{"date_in_1900", "{a_date}", {"a_date", "1900-01-01"}, nullptr, "bad_parameter", "params.a_date"},
        BadValue{"plain_http", "{a_url}", {"a_url", "http://a.example"}, nullptr, "bad_parameter", "params.a_url"},
        BadValue{
            "url_with_blank", "{a_url}", {"a_url", "https://a.example/ b"}, nullptr, "bad_parameter", "params.a_url"},
        BadValue{"no_choice",
                 "{a_select, select, north{N} other{S}}",
                 {"a_select", "west"},
                 nullptr,
                 "bad_parameter",
                 "params.a_select"},
        BadValue{"own_currency_unknown",
                 "{a_amount}",
                 {"a_amount", "5.00 XXZ"},
                 nullptr,
                 "bad_parameter",
                 "params.a_amount"},
        BadValue{
            "own_amount_too_exact", "{a_amount}", {"a_amount", "5.001"}, nullptr, "bad_parameter", "params.a_amount"},
        BadValue{
            "no_amount", "{amount}", {}, [](TemplateCall& call) { call.amount = ""; }, "missing_parameter", "amount"},
        BadValue{"amount_with_comma",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.amount = "1.234,50"; },
                 "bad_parameter",
                 "amount"},
        BadValue{"amount_of_nothing",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.amount = "0.00"; },
                 "bad_parameter",
                 "amount"},
        BadValue{"negative_amount",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.amount = "-5.00"; },
                 "bad_parameter",
                 "amount"},
        BadValue{"too_many_digits",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.amount = "5.005"; },
                 "bad_parameter",
                 "amount"},
        BadValue{"yen_have_none",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.amount = "5.5", call.currency = "JPY"; },
                 "bad_parameter",
                 "amount"},
        BadValue{"no_currency",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.currency = ""; },
                 "missing_parameter",
                 "currency"},
        BadValue{"unknown_currency",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.currency = "XYZ"; },
                 "bad_parameter",
                 "currency"},
        BadValue{"gone_currency",
                 "{amount}",
                 {},
                 [](TemplateCall& call) { call.currency = "DEM"; },
                 "bad_parameter",
                 "currency"},
        BadValue{"negative_fee",
                 "{fee, select, none{} other{{fee}}}",
                 {},
                 [](TemplateCall& call) { call.fee = "-1.00"; },
                 "bad_parameter",
                 "fee"},
        BadValue{"no_due_date",
                 "{due_date}",
                 {},
                 [](TemplateCall& call) { call.due_date = ""; },
                 "missing_parameter",
                 "due_date"},
        BadValue{"due_in_1900",
                 "{due_date}",
                 {},
                 [](TemplateCall& call) { call.due_date = "1900-12-01"; },
                 "bad_parameter",
                 "due_date"},
        BadValue{"account_unfilled",
                 "{account}",
                 {},
                 [](TemplateCall& call) { call.account = "#conta#"; },
                 "bad_parameter",
                 "account"},
        BadValue{"no_locale", "x", {}, [](TemplateCall& call) { call.locale = "e"; }, "bad_parameter", "locale"},
        BadValue{
            "unknown_template", "x", {}, [](TemplateCall& call) { call.name = "u"; }, "unknown_template", "template"}),
    [](const auto& row) { return std::string(row.param.title); });

TEST(Template, RefusesAParameterGivenTwice) {
  const Templates templates = built(source({{"en", "{a_text}"}}));
  const Param twice[] = {{"a_text", "A"}, {"a_text", "B"}};
  EXPECT_EQ(templates.render(call_of("en", twice)).error().where, "params.a_text");
}

TEST(Template, IsForItsKindsOnly) {
  const Templates templates = built(source({{"en", "x"}}));
  EXPECT_TRUE(templates.check(call_of("en"), "reminder").has_value());
  EXPECT_EQ(templates.check(call_of("en"), "overdue").error().code, "wrong_kind");
  EXPECT_EQ(templates.check(call_of("en"), "overdue").error().where, "kind");
  EXPECT_FALSE(templates.check(call_of("en"), "nonsense").has_value());
}

TEST(Template, WritesInGsmLettersWhereItIsToldTo) {
  const Templates templates =
      built(source({{"pl", "Zapłać {amount} do: {due_date}, {a_text}. L'été à Łódź, Łódź!"}}, "gsm7"));
  TemplateCall call = call_of("pl");
  call.currency = "PLN";
  call.due_date = "2026-10-07";  // środa, 7 października
  for (const auto& [name, written] :
       {std::pair{"Małgorzata Ślązak", "Malgorzata Slazak"}, std::pair{"José Müller", "José Müller"},
        std::pair{"Œuvre d’Łucja", "OEuvre d'Lucja"}, std::pair{"Иван Щукин", "Ivan Shchukin"}}) {
    const Param param{"a_text", name};
    call.params = {&param, 1};
    const std::string text = text_of(templates, call);
    EXPECT_EQ(text, std::string("Zaplac 1234,50 zl do: sroda, 7 pazdziernika, ") + written + ". L'été à Lodz, Lodz!");
    EXPECT_EQ(text::encode(text, {.transliterate = "none"})->encoding, text::Encoding::gsm7);
  }
}

// A number that happens to have letters, and an address, are what they are.
TEST(Template, KeepsNumbersAndAddressesAsTheyAre) {
  const Templates templates = built(source({{"pl", "{invoice} {pay_url}"}}, "gsm7"));
  TemplateCall call = call_of("pl");
  call.invoice = "FŁ-2026/17";
  call.pay_url = "https://płać.example/ł";
  EXPECT_EQ(text_of(templates, call), "FŁ-2026/17 https://płać.example/ł");
}

}  // namespace
}  // namespace dunlin::dunning

// The templates in conf/templates.d: what they cost with whatever a job may bring, and the page that tells it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <dunlin/text/encode.hpp>
#include <fstream>
#include <sstream>

#include "config/templates.hpp"

namespace dunlin::config {
namespace {

constexpr std::array<std::string_view, 8> kLanguages = {"en", "fr", "pt", "de", "it", "pl", "es", "nl"};

// With a creditor, as an operator would set it.
dunning::TemplateSources shipped_sources() {
  auto sources = read_template_sources(DUNLIN_SOURCE_DIR "/conf/templates.d");
  EXPECT_TRUE(sources.has_value());
  for (auto& constant : sources->constants)
    constant.value = constant.name == "creditor" ? "Northwind Energy" : "+44 20 7946 0321";
  return std::move(*sources);
}

dunning::Templates shipped() {
  auto made = dunning::Templates::build(shipped_sources());
  EXPECT_TRUE(made.has_value()) << made.error().front().detail;
  return std::move(*made);
}

// A job that gives each parameter of a template its example, or this date.
struct Job {
  Job(const dunning::TemplateSource& source, std::string_view locale, std::string_view date) {
    for (const auto& param : source.params)
      params.push_back({param.name, param.type == "date" ? date : std::string_view(param.example)});
    call.name = source.name;
    call.locale = call.default_locale = locale;
    call.params = params;
    call.amount = "1234";
    call.currency = "EUR";
    call.fee = "5";
    call.due_date = date;
    call.account = "A-100482";
    call.invoice = "2026-4711";
    call.pay_url = "https://pay.example.com/x8Kd2";
  }
  Job(const Job&) = delete;

  std::vector<dunning::Param> params;
  dunning::TemplateCall call;
};

::testing::AssertionResult stays_in_gsm7(const dunning::Templates& templates, const dunning::TemplateCall& call) {
  const auto rendered = templates.render(call);
  if (!rendered) return ::testing::AssertionFailure() << to_string(rendered.error());
  const auto encoded = text::encode(rendered->text, {.transliterate = "safe"});
  if (!encoded || encoded->encoding != text::Encoding::gsm7)
    return ::testing::AssertionFailure() << call.name << ' ' << call.locale << ": " << rendered->text;
  return ::testing::AssertionSuccess();
}

std::string iso(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

// An amount, a day, a name never cost a segment because of a letter.
TEST(ShippedTemplates, StayInGsm7OnEveryDay) {
  using namespace std::chrono;
  const auto sources = shipped_sources();
  const auto templates = shipped();
  for (sys_days day{2026y / January / 1}; day < sys_days{2027y / January / 1}; day += days{1}) {
    const std::string date = iso(day);
    for (const auto& source : sources.templates) {
      for (const auto locale : kLanguages)
        ASSERT_TRUE(stays_in_gsm7(templates, Job(source, locale, date).call)) << date;
    }
  }
}

TEST(ShippedTemplates, StayInGsm7InEveryCurrencyAndForReadersElsewhere) {
  const auto sources = shipped_sources();
  const auto templates = shipped();
  for (const char* currency :
       {"EUR", "USD", "GBP", "CHF", "PLN", "BRL", "CZK", "SEK", "DKK", "NOK", "HUF", "RON", "BGN", "TRY", "UAH", "RUB",
        "ILS", "INR", "JPY", "CNY", "KRW", "VND", "THB", "PHP", "NGN", "KES", "ZAR", "MAD", "XOF", "MXN", "ARS", "CLP",
        "COP", "PEN", "PYG", "CRC", "AUD", "NZD", "CAD", "KWD", "AED", "EGP", "GEL", "KZT", "RSD", "ISK"}) {
    for (const auto& source : sources.templates) {
      for (const char* locale :
           {"en",    "en-GB", "en-ZA", "en-IN", "fr", "fr-CA", "fr-CH", "pt",    "pt-PT", "de",
            "de-AT", "de-CH", "it",    "it-CH", "pl", "es",    "es-MX", "es-PY", "nl",    "nl-BE"}) {
        Job job(source, locale, "2026-12-01");
        job.call.currency = currency;
        ASSERT_TRUE(stays_in_gsm7(templates, job.call)) << currency;
      }
    }
  }
}

TEST(ShippedTemplates, StayInGsm7WithNamesOfEurope) {
  const auto sources = shipped_sources();
  const auto templates = shipped();
  for (const char* name : {"Małgorzata Żółć", "Jürgen Groß", "François Lœuillet", "João Conceição", "Núria Güell",
                           "Šárka Dvořáková", "Ősz Éva", "Søren Åkesson", "Þóra Ægisdóttir", "İlkay Şahin",
                           "Ștefan Țurcanu", "Ёлкин Иван", "D’Angelo", "Γιάννης Παππάς"}) {
    for (const auto& source : sources.templates) {
      for (const auto locale : kLanguages) {
        Job job(source, locale, "2026-12-01");
        for (auto& param : job.params) {
          if (param.name == "name") param.value = name;
        }
        ASSERT_TRUE(stays_in_gsm7(templates, job.call)) << name;
      }
    }
  }
}

constexpr std::string_view kPage = R"(# Templates

A template is the text of a message by name and language, with typed parameters. Jobs name it (`"template": "overdue"`, `"params": {"name": "Ana"}`), and it is rendered when the message is sent, with the newest amount, due date and
parameters. Templates are TOML files in the folder that `[dunning] templates` names (`/etc/dunlin/templates.d`); every `*.toml` in it is read at the start and at each reload, all of them or, when one is wrong, none.

    dunlind --config /etc/dunlin/dunlin.toml --check    # everything that is wrong, with file and line; and what a reader would say

**First** set who you are in `creditor.toml`. What is empty there, every job has to bring:

```toml
[constants]
creditor = "Northwind Energy"
contact = "+44 20 7946 0321"
```

## How to write one

```toml
[[template]]
name = "overdue"                 # letters, digits, '-', '_', '.'
kinds = ["overdue", "final"]     # of job it is for; others are refused when they are handed in
letters = "gsm7"                 # write letters that the GSM alphabet lacks without their marks; "any": as they are

[template.params]
name = { type = "text", max = 30, example = "Ana Silva" }
days = "plural"

[template.text]
en = "{creditor}: Hello {name}, {amount} was due on {due_date}{fee, select, none{} other{, plus a fee of {fee}}}. Please pay within {days, plural, one{# day} other{# days}}. Already paid? Thank you. {contact}"
fr = "…"
```

A template may have texts in several files, a name and a language only once. A job's `locale` is looked for as it is, then without its last part (`pt-BR`, `pt`), then `default_locale` in the same way; where none of them has a text the job is
refused. A message is never in two languages: dates and amounts are written as the reader's region does it (`de-AT` reads the text of `de`, and `€ 5,00`), or that of the default language where its text was taken.

### What can stand in braces

The fields of every job: `{amount}` `{currency}` `{fee}` `{due_date}` `{account}` `{invoice}` `{pay_url}`. The constants of the folder. And the parameters that `[template.params]` declares:

| type | value | written |
| --- | --- | --- |
| `text` | one line of at most `max` characters (40) | as it is |
| `number` | exact decimal, `1234.5` | with the reader's separators |
| `amount` | exact decimal, `1234.50`, in the job's currency, or `1234.50 EUR` | with its currency's sign and digits: yen have none, dinars three; more than it has are refused, nothing is ever rounded |
| `date` | `2026-12-01` | with its weekday, `style` `long` (Tuesday, December 1), `short` (Tue, Dec 1) or `full` (Tuesday, December 1, 2026) |
| `url` | `https://…`, at most `max` characters (512) | as it is |
| `plural` | a whole number | `{days}`, or chosen by: `{days, plural, one{# day} other{# days}}`, `{rank, selectordinal, …}` |
| `select` | one of `values` | chosen by: `{region, select, north{…} other{…}}` |

The pattern is ICU's MessageFormat, without `{x, number}`, `{x, date}` and the like: a value's type says how it is written. An apostrophe is an apostrophe and quotes nothing.

### What may be missing

`{x, select, none{…} other{… {x} …}}` on anything that is no select says what is written when `x` is missing and when it is there. What is written in no other way may be missing, or empty; everything else must be given. `fee` can be written only so, and a fee of zero is none: no text ever says "plus €0.00".

### What is refused

When the file is read: two texts of one name and language, a plural without `other`, a brace without its partner, an argument that nobody declared, an unknown type, a `fee` that would be shown when it is zero, an example that does not fit; each with file, line and key.

When a job is handed in, and once more when it is sent: a parameter that is missing, empty, unknown or of another type (`params.NAME`, or the field), a kind the template is not for, an amount of nothing, and every value in which some program left a placeholder:
a brace, `#name#`, `%name%`, `<name>`. None of them ever reaches a phone.

### Letters and cost

One letter that the GSM alphabet lacks makes a text cost twice as much (see [alphabets.md](alphabets.md)). With `letters = "gsm7"` you write with all the letters of your language, and the template's text and all it inserts are sent without the marks that the alphabet does not have: `wtorek, 1 września` as `wtorek, 1 wrzesnia`, `1 234,50 zł` as `1 234,50 zl`,
`à é è ù ä ö ü ß ñ` as they are. Polish texts are usually sent so. Accounts, invoices and addresses are never changed, and what can't be written so (Arabic, Chinese) stays and is sent as UCS-2. `letters = "any"`, which is the default, changes nothing: `transliterate = "safe"` then still sees to the blanks and quotes in amounts.

## What `--check` says

| | code | |
| --- | --- | --- |
| error | `card_number` | 13 to 19 digits in the text whose check digit is right |
| error | `offer` | words of advertising in a template for `reminder`, `due`, `overdue`, `returned` or `final` |
| warning | `no_creditor` | neither `{creditor}` nor its value: nobody knows who writes |
| warning | `no_contact` | no `{contact}`, `{pay_url}`, STOP or web address: nobody knows whom to ask |
| warning | `no_already_paid` | `overdue`, `returned` or `final` without a word for those who have paid (in the eight languages below) |
| warning | `plural_form` | a form that the language has and the plural lacks |
| warning | `not_gsm7` | `letters = "gsm7"`, and a character that can't be written so |

and, for each language, how many segments its longest text may take: each parameter as long as its `max` allows, an amount of 9,999,999.99, the longest date, a fee, an account and an invoice of 20 characters, an address of 60.

## What is shipped

Ten templates, each in eight languages, all with `letters = "gsm7"`. `name`, `pay_url`, `fee` and, in `receipt`, `invoice` may be missing. Written here with usual values, without a fee; in parentheses at most.
)";

void append_table(std::ostringstream& page, const std::vector<dunning::TemplateSample>& samples) {
  std::vector<std::string_view> names;
  for (const auto& sample : samples) {
    if (std::ranges::find(names, sample.name) == names.end()) names.push_back(sample.name);
  }
  page << "\n| template |";
  for (const auto language : kLanguages) page << ' ' << language << " |";
  page << "\n| --- |";
  for (std::size_t i = 0; i < kLanguages.size(); ++i) page << " --- |";
  page << '\n';
  for (const auto name : names) {
    page << "| `" << name << "` |";
    for (const auto language : kLanguages) {
      const auto sample =
          std::ranges::find_if(samples, [&](const auto& one) { return one.name == name && one.locale == language; });
      const auto typical = text::encode(sample->typical, {});
      const auto worst = text::encode(sample->worst, {});
      page << ' ' << text::to_string(typical->encoding) << ' ' << typical->messages << " (" << worst->messages << ") |";
      EXPECT_EQ(worst->encoding, text::Encoding::gsm7) << sample->worst;
    }
    page << '\n';
  }
}

std::string page() {
  std::ostringstream text;
  text << kPage;
  const auto templates = shipped();
  const auto samples = templates.samples();
  append_table(text, samples);
  text << "\nAs their readers see them:\n";
  for (const auto language : kLanguages) {
    text << "\n**" << language << "**\n\n";
    for (const auto& sample : samples) {
      if (sample.locale == language) text << "- `" << sample.name << "` " << sample.typical << '\n';
    }
  }
  return text.str();
}

TEST(TemplatesPage, IsWhatTheTemplatesSay) {
  const char* generated = DUNLIN_BINARY_DIR "/templates.md";
  std::ofstream(generated) << page();
  std::ifstream file(DUNLIN_SOURCE_DIR "/docs/templates.md");
  std::ostringstream written;
  written << file.rdbuf();
  EXPECT_TRUE(written.str() == page()) << "they differ: see what changed, and copy " << generated
                                       << " over docs/templates.md";
}

}  // namespace
}  // namespace dunlin::config

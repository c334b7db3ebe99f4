// docs/alphabets.md is written from the tables, budgets and codings themselves.
#include <gtest/gtest.h>

#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/languages.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>
#include <fstream>
#include <sstream>

#include "text/coding.hpp"
#include "text/national.hpp"

namespace dunlin::text {
namespace {

constexpr std::string_view kBeginning = R"(# Alphabets

An SMS holds 140 octets: 160 characters of the GSM 7-bit alphabet, or 70 of UCS-2. One letter outside the alphabet makes a reminder cost twice as much, and one that an SMSC reads in another alphabet arrives as something else.
This page is what Dunlin does about both. `dunlin preview` shows for a job what it would send: the encoding, the shift tables, the parts, and everything that was replaced.

## Which encoding a text goes out in

`encoding` of the job, else of the SMSC's configuration:

| encoding | is |
| --- | --- |
| `auto` | the one that takes the fewest segments, of these the fewest octets on the air, of these the simplest: the default alphabet, `shift_tables`, Latin-1 where `latin1 = true`, UCS-2 |
| `gsm7` | 7 bits a character, or the job is refused |
| `gsm7-national` | the same, also with the tables of `shift_tables` |
| `latin1` | `data_coding` 3, or 0 where `default_alphabet` is `latin1` |
| `ascii` | `data_coding` 1, or 0 where `default_alphabet` is `ascii` |
| `ucs2` | `data_coding` 8, UTF-16 big-endian |

A text that an encoding asked for can't carry is refused when it is handed in (`not_encodable`), naming the character and its place. Where the SMSCs of a route differ in their alphabets, it is enough that one of them can; the others are passed over.

## What is replaced

`transliterate` of the job, else of the SMSC's configuration:

| transliterate | replaces |
| --- | --- |
| `none` | nothing: the text goes out as it is and costs what it costs |
| `safe` | blanks of any width, typographic quotes, dashes, the ellipsis by the GSM signs that look the same; a letter and its combining mark by the letter; invisible marks and control characters by nothing |
| `lossy` | the same, and letters and signs the encoding lacks, where that saves a segment or makes the encoding possible: Latin letters lose marks (`Zapłać` → `Zaplac`), Greek becomes the capitals the GSM alphabet has (`Πληρωμή` → `ΠΛHPΩMH`), Cyrillic is written by ICAO 9303 (`счёт` → `schet`), Armenian and Georgian by Unicode's tables, digits of every script as 0 to 9, currency signs by their codes (`₽` → `RUB`); pictographs are dropped |

`lossy` leaves alone: what looks like a web or mail address (`żółw.pl`, `почта.рф`, `ąbc.żółw`), words in which a letter outside ASCII comes before a digit (`ФВ-2026/17`) or a capital outside ASCII right after one (`2026/17Ж`), the job's `account`, `invoice` and `pay_url` wherever they stand in the text, fractions and superscript digits, and every script whose letters can't be read one by one (Arabic, Hebrew, the Indian ones, Thai, Chinese, Japanese, Korean): such a text goes out as UCS-2, or is refused where another encoding was asked for.

## What fits

Characters of one segment; an extension character (`€`, `[`, a letter of a single shift table) counts two septets, a character above U+FFFF two UCS-2 units.

)";

constexpr std::string_view kNational = R"(
## National languages

`shift_tables` of an SMSC lists languages whose tables of 3GPP TS 23.038 it and the handsets behind it take. A single shift table adds letters at two septets each; a locking shift table replaces the alphabet, at one. They are named in a user data header in every segment. What arrives with such a header is read with its tables, whatever is configured.

| id | language | locking | single | letters beyond the default alphabet |
| --- | --- | --- | --- | --- |
)";

constexpr std::string_view kInbound = R"(
## What arrives

`data_coding` 0 is what `inbound_alphabet` says, else `default_alphabet`. Where that is a GSM alphabet but octets above 0x7F come without any control character, the text is read as UTF-8 if it can be, else as Latin-1.
8-bit data and compressed texts are shown in hexadecimal and are nobody's words: a STOP is never read out of them. A user data header that nobody flagged is taken off when it begins with a concatenation; one that is flagged and can't be one is text.

| data_coding | alphabet | class | waiting |
| --- | --- | --- | --- |
)";

void append_budgets(std::ostringstream& page) {
  struct Row {
    std::string_view name;
    std::size_t octets;
    bool septets_only;
  };
  const std::size_t narrow = concatenation_octets(LongMessages::udh);
  const std::size_t wide = concatenation_octets(LongMessages::udh16);
  const std::size_t one = shift_octets({Language::none, Language::turkish});
  const std::size_t both = shift_octets({Language::turkish, Language::turkish});
  page << "| header | octets | septets | Latin-1 | UCS-2 |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& [name, octets, septets_only] :
       {Row{"none: one segment", 0, false}, Row{"`udh`", narrow, false}, Row{"`udh16`, `sar`, `payload`", wide, false},
        Row{"one segment with one table", 1 + one, true}, Row{"one segment with both tables", 1 + both, true},
        Row{"`udh` with one table", narrow + one, true}, Row{"`udh` with both tables", narrow + both, true},
        Row{"`udh16`, `sar`, `payload` with one table", wide + one, true},
        Row{"`udh16`, `sar`, `payload` with both tables", wide + both, true}}) {
    page << "| " << name << " | " << octets << " | " << units_per_segment(Unit::septet, octets) << " | ";
    if (septets_only) {
      page << "– | – |\n";
    } else {
      page << units_per_segment(Unit::octet, octets) << " | " << units_per_segment(Unit::utf16, octets) << " |\n";
    }
  }
}

std::size_t letters_beyond(const LanguageRow& row) {
  std::size_t letters = 0;
  for (char32_t character = 0; character <= 0x2300; ++character) {
    const bool there = gsm_septets(character, {row.language, row.language}).count > 0 ||
                       gsm_septets(character, {Language::none, row.language}).count > 0;
    letters += there && gsm_septets(character).count == 0 ? 1U : 0U;
  }
  return letters;
}

void append_languages(std::ostringstream& page) {
  for (const LanguageRow& row : languages()) {
    page << "| " << static_cast<int>(row.language) << " | `" << row.name << "` | " << (row.locking ? "yes" : "–")
         << " | yes | " << letters_beyond(row) << " |\n";
  }
}

std::string described(const Coding& coding) {
  std::ostringstream cells;
  cells << name_of(coding.charset) << " | ";
  if (coding.message_class)
    cells << static_cast<int>(*coding.message_class) << (*coding.message_class == kFlash ? ", flash" : "");
  cells << " | ";
  if (coding.waiting) {
    cells << to_string(coding.waiting->kind) << (coding.waiting->active ? "" : ", none any more")
          << (coding.waiting->store ? "" : ", not to be kept");
  }
  return cells.str();
}

std::string hexadecimal(int octet) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02X", static_cast<unsigned>(octet) & 0xFFU);
  return text;
}

void append_codings(std::ostringstream& page) {
  for (int first = 0; first < 0x100;) {
    const std::string row = described(coding_of(static_cast<std::uint8_t>(first), DefaultAlphabet::gsm7));
    int last = first;
    while (last + 1 < 0x100 && described(coding_of(static_cast<std::uint8_t>(last + 1), DefaultAlphabet::gsm7)) == row)
      ++last;
    page << "| " << hexadecimal(first) << (last > first ? " to " + hexadecimal(last) : "") << " | " << row << " |\n";
    first = last + 1;
  }
}

std::string alphabets_page() {
  std::ostringstream page;
  page << kBeginning;
  append_budgets(page);
  page << kNational;
  append_languages(page);
  page << kInbound;
  append_codings(page);
  return page.str();
}

TEST(AlphabetsPage, IsWhatTheTablesSay) {
  const char* generated = DUNLIN_BINARY_DIR "/alphabets.md";
  std::ofstream(generated) << alphabets_page();
  std::ifstream file(DUNLIN_SOURCE_DIR "/docs/alphabets.md");
  std::ostringstream shipped;
  shipped << file.rdbuf();
  EXPECT_TRUE(shipped.str() == alphabets_page())
      << "they differ: see what changed, and copy " << generated << " over docs/alphabets.md";
}

}  // namespace
}  // namespace dunlin::text

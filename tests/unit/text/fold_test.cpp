#include <gtest/gtest.h>

#include <dunlin/text/fold.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

std::string folded(std::string_view utf8) { return to_utf8(fold(utf8).value().text); }

TEST(Fold, TurnsTypographyIntoItsGsmTwins) {
  EXPECT_EQ(folded("120,50\u00A0€ et 3\u202F000"), "120,50 € et 3 000");
  EXPECT_EQ(folded("\u2018a\u2019 \u201Ab\u201B \u201Cc\u201D \u201Ed\u201F"), "'a' 'b' \"c\" \"d\"");
  EXPECT_EQ(folded("«\u202Foui\u202F» \u2039non\u203A"), "\" oui \" 'non'");
  EXPECT_EQ(folded("10\u201320 \u2014 a\u2011b \u22125\u2026"), "10-20 - a-b -5...");
  EXPECT_EQ(folded("a\tb\u2003c\u3000d\u2028e"), "a b c d\ne");
}

TEST(Fold, DropsWhatNobodySees) {
  EXPECT_EQ(folded("\uFEFFs\u200Bt\u200Eo\u00ADp\u2060\u202A!\u202C\u2066\u2069\u061C"), "stop!");
  EXPECT_EQ(folded(std::string_view("a\0\x1B\x7F\x01z", 6)), "az");
  EXPECT_EQ(folded("l\u200Dx"), "lx");
}

TEST(Fold, LeavesTheRestAlone) {
  for (const std::string_view text : {"Hello {world} [1] ~`^|\\ €", "línea\r\nzwei", "ąęł Привет 中文 مرحبا", "ê õ"}) {
    EXPECT_EQ(folded(text), text);
    EXPECT_TRUE(fold(text)->replaced.empty());
  }
}

TEST(Fold, KeepsJoinersWhereTheyMeanSomething) {
  const std::string_view family = "👨\u200D👩\u200D👧";
  EXPECT_EQ(folded(family), family);
  const std::string_view persian = "می\u200Cخواهم";
  EXPECT_EQ(folded(persian), persian);
  EXPECT_EQ(folded("👨\u200D"), "👨");
}

TEST(Fold, JoinsALetterAndItsMark) {
  EXPECT_EQ(folded("cafe\u0301 n\u0303 u\u0308 A\u030A c\u0327"), "café ñ ü Å ç");
  EXPECT_EQ(folded("x\u0301 a\u0328 \u0301"), "x\u0301 a\u0328 \u0301");  // not in Latin-1
}

TEST(Fold, ReportsEachReplacementOnce) {
  const auto report = fold("«a»\u00A0«\u2026e\u0301")->replaced;
  ASSERT_EQ(report.size(), 5u);
  EXPECT_EQ(report[0], (Replacement{U'«', "\"", 1, 2}));
  EXPECT_EQ(report[1], (Replacement{U'»', "\"", 3, 1}));
  EXPECT_EQ(report[2], (Replacement{0xA0, " ", 4, 1}));
  EXPECT_EQ(report[3], (Replacement{U'…', "...", 6, 1}));
  EXPECT_EQ(report[4], (Replacement{0x301, "é", 8, 1}));
}

TEST(Fold, FoldsEveryCharacterToGsmOrLeavesIt) {
  for (char32_t character = 0; character <= kLastCodePoint; ++character) {
    if (is_surrogate(character)) continue;
    const auto once = fold(to_utf8({&character, 1}));
    ASSERT_TRUE(once);
    if (once->replaced.empty()) {
      ASSERT_EQ(once->text, std::u32string(1, character));
      continue;
    }
    for (const char32_t twin : once->text) ASSERT_GT(gsm_septets(twin).count, 0) << name_of(character);
  }
}

TEST(Fold, FindsWhereACharacterWasBefore) {
  const std::string_view text = "…e\u0301\u200B中";
  EXPECT_EQ(fold(text)->text, U"...é中");
  EXPECT_EQ(position_before_folding(text, 0), 1u);
  EXPECT_EQ(position_before_folding(text, 2), 1u);
  EXPECT_EQ(position_before_folding(text, 3), 2u);
  EXPECT_EQ(position_before_folding(text, 4), 5u);
}

TEST(Fold, RefusesBadUtf8) {
  const auto refused = fold("ab\u00A0\xFFz");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "bad_utf8");
  EXPECT_EQ(refused.error().where, "text at octet 4");
}

}  // namespace
}  // namespace dunlin::text

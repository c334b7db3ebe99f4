// The national tables: what the standard promises of all of them, and cells by which each would be known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/gsm.hpp>
#include <dunlin/text/languages.hpp>
#include <dunlin/text/unicode.hpp>
#include <map>
#include <set>

#include "text/national.hpp"

namespace dunlin::text {
namespace {

// A whole table as gsm.hpp shows it, cells without a character left out.
std::map<std::uint8_t, char32_t> cells(const National* table) {
  std::map<std::uint8_t, char32_t> found;
  for (std::uint8_t septet = 0; table != nullptr && septet < 0x80; ++septet) {
    if (table->cells[septet] != 0) found[septet] = table->cells[septet];
  }
  return found;
}

TEST(Languages, AreNamedByTheirIdentifiers) {
  ASSERT_EQ(languages().size(), 13u);
  std::uint8_t identifier = 0;
  for (const LanguageRow& row : languages()) {
    EXPECT_EQ(static_cast<std::uint8_t>(row.language), ++identifier) << row.name;
    EXPECT_EQ(language_named(row.name), row.language);
    EXPECT_EQ(to_string(row.language), row.name);
    EXPECT_EQ(row.locking, row.language != Language::spanish) << row.name;
    EXPECT_EQ(locking_table(row.language) != nullptr, row.locking) << row.name;
    EXPECT_NE(single_table(row.language), nullptr) << row.name;
  }
  EXPECT_EQ(to_string(Language::none), "");
  EXPECT_FALSE(language_named(""));
  EXPECT_FALSE(language_named("Turkish"));
  EXPECT_EQ(locking_table(Language::none), nullptr);
}

TEST(Languages, KeepTheCellsThatEveryTableHas) {
  for (const LanguageRow& row : languages()) {
    const auto single = cells(single_table(row.language));
    EXPECT_FALSE(single.contains(kEscape)) << row.name;
    EXPECT_FALSE(single.contains(0x0D)) << row.name << ": a control in the single shift table";
    for (const auto& [septet, character] : std::map<std::uint8_t, char32_t>{{0x0A, U'\f'},
                                                                            {0x14, U'^'},
                                                                            {0x28, U'{'},
                                                                            {0x29, U'}'},
                                                                            {0x2F, U'\\'},
                                                                            {0x3C, U'['},
                                                                            {0x3D, U'~'},
                                                                            {0x3E, U']'},
                                                                            {0x40, U'|'},
                                                                            {0x65, U'€'}}) {
      ASSERT_TRUE(single.contains(septet)) << row.name << " " << int{septet};
      EXPECT_EQ(single.at(septet), character) << row.name << " " << int{septet};
    }
    if (!row.locking) continue;
    const auto locking = cells(locking_table(row.language));
    EXPECT_FALSE(locking.contains(kEscape)) << row.name;
    EXPECT_EQ(locking.at(0x0A), U'\n') << row.name;
    EXPECT_EQ(locking.at(0x0D), U'\r') << row.name;
    EXPECT_EQ(locking.at(0x20), U' ') << row.name;
    EXPECT_EQ(locking.at(0x21), U'!') << row.name;
    for (char32_t c = U'0'; c <= U'9'; ++c) EXPECT_EQ(locking.at(static_cast<std::uint8_t>(c)), c) << row.name;
    for (char32_t c = U'a'; c <= U'z'; ++c) EXPECT_EQ(locking.at(static_cast<std::uint8_t>(c)), c) << row.name;
  }
}

// The Indian tables of the standard have ¡ and * twice; nothing else is anywhere.
TEST(Languages, HaveNoCharacterTwice) {
  for (const LanguageRow& row : languages()) {
    for (const National* table : {locking_table(row.language), single_table(row.language)}) {
      std::map<char32_t, std::set<std::uint8_t>> places;
      for (const auto& [septet, character] : cells(table)) places[character].insert(septet);
      for (const auto& [character, septets] : places) {
        if (septets.size() == 1) continue;
        EXPECT_TRUE(character == U'¡' || character == U'*') << row.name << " " << name_of(character);
        EXPECT_GE(row.language, Language::bengali) << row.name;
      }
    }
  }
}

// Turkish, Spanish and Portuguese as their differences from the default tables: an own transcription of annex A.
TEST(Languages, DifferFromTheDefaultAlphabetWhereTheStandardSays) {
  struct Case {
    Language language;
    bool locking;
    std::map<std::uint8_t, char32_t> differences;
  };
  const std::map<std::uint8_t, char32_t> turkish_locking{{0x04, 0x20AC}, {0x07, 0x0131}, {0x0B, 0x011E},
                                                         {0x0C, 0x011F}, {0x1C, 0x015E}, {0x1D, 0x015F},
                                                         {0x40, 0x0130}, {0x60, 0x00E7}};
  const std::map<std::uint8_t, char32_t> turkish_single{{0x47, 0x011E}, {0x49, 0x0130}, {0x53, 0x015E}, {0x63, 0x00E7},
                                                        {0x67, 0x011F}, {0x69, 0x0131}, {0x73, 0x015F}};
  const std::map<std::uint8_t, char32_t> spanish_single{{0x09, 0xE7}, {0x41, 0xC1}, {0x49, 0xCD},
                                                        {0x4F, 0xD3}, {0x55, 0xDA}, {0x61, 0xE1},
                                                        {0x69, 0xED}, {0x6F, 0xF3}, {0x75, 0xFA}};
  const std::map<std::uint8_t, char32_t> portuguese_locking{
      {0x04, 0xEA},   {0x06, 0xFA}, {0x07, 0xED}, {0x08, 0xF3},   {0x09, 0xE7}, {0x0B, 0xD4},
      {0x0C, 0xF4},   {0x0E, 0xC1}, {0x0F, 0xE1}, {0x12, 0xAA},   {0x13, 0xC7}, {0x14, 0xC0},
      {0x15, 0x221E}, {0x16, 0x5E}, {0x17, 0x5C}, {0x18, 0x20AC}, {0x19, 0xD3}, {0x1A, 0x7C},
      {0x1C, 0xC2},   {0x1D, 0xE2}, {0x1E, 0xCA}, {0x24, 0xBA},   {0x40, 0xCD}, {0x5B, 0xC3},
      {0x5C, 0xD5},   {0x5D, 0xDA}, {0x60, 0x7E}, {0x7B, 0xE3},   {0x7C, 0xF5}, {0x7D, 0x60}};
  const std::map<std::uint8_t, char32_t> portuguese_single{
      {0x05, 0xEA},  {0x09, 0xE7},  {0x0B, 0xD4},  {0x0C, 0xF4},  {0x0E, 0xC1},  {0x0F, 0xE1},  {0x12, 0x3A6},
      {0x13, 0x393}, {0x15, 0x3A9}, {0x16, 0x3A0}, {0x17, 0x3A8}, {0x18, 0x3A3}, {0x19, 0x398}, {0x1F, 0xCA},
      {0x41, 0xC0},  {0x49, 0xCD},  {0x4F, 0xD3},  {0x55, 0xDA},  {0x5B, 0xC3},  {0x5C, 0xD5},  {0x61, 0xC2},
      {0x69, 0xED},  {0x6F, 0xF3},  {0x75, 0xFA},  {0x7B, 0xE3},  {0x7C, 0xF5},  {0x7F, 0xE2}};
  for (const auto& [language, locking, differences] :
       {Case{Language::turkish, true, turkish_locking}, Case{Language::turkish, false, turkish_single},
        Case{Language::spanish, false, spanish_single}, Case{Language::portuguese, true, portuguese_locking},
        Case{Language::portuguese, false, portuguese_single}}) {
    for (std::uint8_t septet = 0; septet < 0x80; ++septet) {
      const auto found = differences.find(septet);
      const char32_t expected = found != differences.end() ? found->second
                                : locking                  ? gsm_character(septet)
                                                           : gsm_extension_character(septet);
      const char32_t shown =
          locking ? gsm_character(septet, language) : gsm_extension_character(septet, {Language::none, language});
      EXPECT_EQ(shown, expected) << to_string(language) << (locking ? " locking " : " single ") << int{septet};
    }
  }
}

// First letter, last cell, a vowel sign, and the cells where public copies of the tables are known to differ.
TEST(Languages, HaveTheCellsThatTellTheIndianOnesApart) {
  struct Cell {
    Language language;
    bool locking;
    std::uint8_t septet;
    char32_t character;
  };
  for (const auto& [language, locking, septet, character] : {
           Cell{Language::bengali, true, 0x00, 0x0981},   Cell{Language::bengali, true, 0x50, 0x09BE},
           Cell{Language::bengali, true, 0x7F, 0x09F1},   Cell{Language::bengali, false, 0x19, 0x09E6},
           Cell{Language::bengali, false, 0x34, 0x09FA},  Cell{Language::gujarati, true, 0x00, 0x0A81},
           Cell{Language::gujarati, true, 0x7F, 0x0AF1},  Cell{Language::gujarati, false, 0x1C, 0x0AE6},
           Cell{Language::hindi, true, 0x15, 0x0915},     Cell{Language::hindi, true, 0x50, 0x093E},
           Cell{Language::hindi, true, 0x7F, 0x097F},     Cell{Language::hindi, false, 0x19, 0x0964},
           Cell{Language::hindi, false, 0x3A, 0x0971},    Cell{Language::kannada, true, 0x24, 0x0CA1},
           Cell{Language::kannada, true, 0x3D, 0x0CAA},   Cell{Language::kannada, false, 0x3C, U'['},
           Cell{Language::kannada, false, 0x26, 0x0CDE},  Cell{Language::malayalam, true, 0x2E, U'.'},
           Cell{Language::malayalam, true, 0x7F, 0x0D79}, Cell{Language::malayalam, false, 0x34, 0x0D7F},
           Cell{Language::oriya, true, 0x00, 0x0B01},     Cell{Language::oriya, false, 0x2C, 0x0B71},
           Cell{Language::punjabi, true, 0x7F, 0x0A74},   Cell{Language::punjabi, false, 0x2D, 0x0A75},
           Cell{Language::tamil, true, 0x3C, 0x0BA9},     Cell{Language::tamil, true, 0x7F, 0x0BF9},
           Cell{Language::tamil, false, 0x24, 0x0BEE},    Cell{Language::telugu, true, 0x7F, 0x0C63},
           Cell{Language::telugu, false, 0x22, 0x0C6C},   Cell{Language::telugu, false, 0x65, U'€'},
           Cell{Language::urdu, true, 0x00, 0x0627},      Cell{Language::urdu, true, 0x7F, 0x0670},
           Cell{Language::urdu, false, 0x3F, 0x06D4},     Cell{Language::urdu, false, 0x1C, 0x06F0},
       }) {
    const char32_t shown =
        locking ? gsm_character(septet, language) : gsm_extension_character(septet, {Language::none, language});
    EXPECT_EQ(shown, character) << to_string(language) << (locking ? " locking " : " single ") << int{septet} << ": "
                                << name_of(shown);
  }
}

// Every character of the Indian tables is of its own script, or Latin, or a sign.
TEST(Languages, KeepToTheirScripts) {
  const std::map<Language, char32_t> blocks{
      {Language::bengali, 0x0980}, {Language::gujarati, 0x0A80},  {Language::hindi, 0x0900},
      {Language::kannada, 0x0C80}, {Language::malayalam, 0x0D00}, {Language::oriya, 0x0B00},
      {Language::punjabi, 0x0A00}, {Language::tamil, 0x0B80},     {Language::telugu, 0x0C00}};
  for (const auto& [language, block] : blocks) {
    for (const National* table : {locking_table(language), single_table(language)}) {
      std::size_t letters = 0;
      for (const auto& [septet, character] : cells(table)) {
        const bool own = character >= block && character < block + 0x80;
        letters += own ? 1U : 0U;
        EXPECT_TRUE(own || character < 0x100 || character == U'€' || character == 0x0964 || character == 0x0965)
            << to_string(language) << " " << int{septet};
      }
      EXPECT_GE(letters, 10u) << to_string(language);
    }
  }
}

TEST(LanguagesProperty, EveryCharacterComesBack) {
  for (const LanguageRow& row : languages()) {
    for (const ShiftTables tables :
         {ShiftTables{row.language, Language::none}, ShiftTables{Language::none, row.language},
          ShiftTables{row.language, row.language}}) {
      std::size_t reachable = 0;
      for (char32_t character = 0; character <= 0x2300; ++character) {  // the last is ∞
        const Septets septets = gsm_septets(character, tables);
        if (septets.count == 0) continue;
        ++reachable;
        const char32_t back = septets.count == 1 ? gsm_character(septets.septet, tables.locking)
                                                 : gsm_extension_character(septets.septet, tables);
        EXPECT_EQ(back, character) << row.name;
        const Octets octets = septets.count == 1 ? Octets{septets.septet} : Octets{kEscape, septets.septet};
        EXPECT_EQ(gsm_to_utf8(octets, tables), to_utf8({&character, 1})) << row.name;
      }
      EXPECT_GE(reachable, 110u) << row.name;
      EXPECT_EQ(gsm_septets(U'ж', tables).count, 0) << row.name;
      EXPECT_EQ(gsm_septets(0x1F600, tables).count, 0) << row.name;
    }
    // And every cell is read as the character that is written with it, unless it is there twice.
    for (const bool locking : {true, false}) {
      const National* table = locking ? locking_table(row.language) : single_table(row.language);
      for (const auto& [septet, character] : cells(table)) {
        const auto written = table->septet_of(character);
        ASSERT_TRUE(written) << row.name;
        EXPECT_LE(*written, septet) << row.name;
        EXPECT_EQ(table->cells[*written], character) << row.name;
      }
    }
  }
}

}  // namespace
}  // namespace dunlin::text

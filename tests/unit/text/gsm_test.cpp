#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>
#include <random>

namespace dunlin::text {
namespace {

using testing::ElementsAre;

// The cells of TS 23.038 §6.2.1 that are not ASCII or not where ASCII has them, as the standard lists them: an own
// transcription.
struct Cell {
  std::uint8_t septet;
  char32_t character;
};
constexpr Cell kMoved[] = {
    {0x00, 0x0040}, {0x01, 0x00A3}, {0x02, 0x0024}, {0x03, 0x00A5}, {0x04, 0x00E8}, {0x05, 0x00E9}, {0x06, 0x00F9},
    {0x07, 0x00EC}, {0x08, 0x00F2}, {0x09, 0x00C7}, {0x0B, 0x00D8}, {0x0C, 0x00F8}, {0x0E, 0x00C5}, {0x0F, 0x00E5},
    {0x10, 0x0394}, {0x11, 0x005F}, {0x12, 0x03A6}, {0x13, 0x0393}, {0x14, 0x039B}, {0x15, 0x03A9}, {0x16, 0x03A0},
    {0x17, 0x03A8}, {0x18, 0x03A3}, {0x19, 0x0398}, {0x1A, 0x039E}, {0x1C, 0x00C6}, {0x1D, 0x00E6}, {0x1E, 0x00DF},
    {0x1F, 0x00C9}, {0x24, 0x00A4}, {0x40, 0x00A1}, {0x5B, 0x00C4}, {0x5C, 0x00D6}, {0x5D, 0x00D1}, {0x5E, 0x00DC},
    {0x5F, 0x00A7}, {0x60, 0x00BF}, {0x7B, 0x00E4}, {0x7C, 0x00F6}, {0x7D, 0x00F1}, {0x7E, 0x00FC}, {0x7F, 0x00E0}};
constexpr Cell kExtension[] = {{0x0A, 0x000C}, {0x14, 0x005E}, {0x28, 0x007B}, {0x29, 0x007D}, {0x2F, 0x005C},
                               {0x3C, 0x005B}, {0x3D, 0x007E}, {0x3E, 0x005D}, {0x40, 0x007C}, {0x65, 0x20AC}};

char32_t expected(std::uint8_t septet) {
  for (const Cell& cell : kMoved) {
    if (cell.septet == septet) return cell.character;
  }
  return septet == kEscape ? kReplacementCharacter : septet;
}

TEST(Gsm, HasTheDefaultAlphabet) {
  for (std::uint8_t septet = 0; septet < 0x80; ++septet) {
    EXPECT_EQ(gsm_character(septet), expected(septet)) << int{septet};
    if (septet == kEscape) continue;
    EXPECT_EQ(gsm_septets(expected(septet)).count, 1) << int{septet};
    EXPECT_EQ(gsm_septets(expected(septet)).septet, septet);
  }
  EXPECT_EQ(gsm_character(0x80), kReplacementCharacter);
}

TEST(Gsm, HasTheExtensionTable) {
  for (const Cell& cell : kExtension) {
    EXPECT_EQ(gsm_extension_character(cell.septet), cell.character);
    EXPECT_EQ(gsm_septets(cell.character).count, 2);
    EXPECT_EQ(gsm_septets(cell.character).septet, cell.septet);
  }
  EXPECT_EQ(gsm_extension_character(0x41), U'A');  // not in the table
  EXPECT_EQ(gsm_extension_character(kEscape), U' ');
}

TEST(Gsm, HasNothingElse) {
  std::size_t one = 0;
  std::size_t two = 0;
  for (char32_t character = 0; character <= kLastCodePoint; ++character) {
    one += gsm_septets(character).count == 1;
    two += gsm_septets(character).count == 2;
  }
  EXPECT_EQ(one, 127u);
  EXPECT_EQ(two, std::size(kExtension));
}

TEST(Gsm, ReadsSeptets) {
  EXPECT_EQ(gsm_to_utf8(Octets{0x00, 0x1B, 0x65, 0x48, 0x69}), "@€Hi");
  EXPECT_EQ(gsm_to_utf8(Octets{0x1B, 0x1B, 0x41}), " A");
  EXPECT_EQ(gsm_to_utf8(Octets{0x41, 0x1B}), "A");         // an escape at the end
  EXPECT_EQ(gsm_to_utf8(Octets{0x1B, 0xFC, 0x41}), "üA");  // no septet: Latin-1
  EXPECT_EQ(gsm_to_utf8(Octets{}), "");
}

TEST(Gsm, PacksTheStandardsExample) {
  // "hello" packs to E8 32 9B FD 06, known from every description of the packing.
  const Octets hello{0x68, 0x65, 0x6C, 0x6C, 0x6F};
  EXPECT_THAT(pack(hello), ElementsAre(0xE8, 0x32, 0x9B, 0xFD, 0x06));
  EXPECT_EQ(unpack(pack(hello)), hello);
  EXPECT_TRUE(pack({}).empty());
  EXPECT_TRUE(unpack({}).empty());
}

TEST(Gsm, FillsSevenSpareBitsWithACarriageReturn) {
  const Octets seven(7, 0x41);
  const Octets packed = pack(seven);
  ASSERT_EQ(packed.size(), 7u);
  EXPECT_EQ(packed.back() >> 1, kCarriageReturn);
  EXPECT_EQ(unpack(packed), seven);
  EXPECT_EQ(unpack(pack(Octets(8, 0x00))), Octets(8, 0x00));  // eight '@' stay eight
}

TEST(Gsm, StartsAfterAHeaderOnASeptetsBoundary) {
  EXPECT_EQ(fill_bits_after(0), 0u);
  EXPECT_EQ(fill_bits_after(6), 1u);
  EXPECT_EQ(fill_bits_after(7), 0u);
  EXPECT_EQ(fill_bits_after(4), 3u);
}

TEST(GsmProperty, UnpacksWhatItPacked) {
  std::mt19937 random(7);
  for (std::size_t length = 1; length < 200; ++length) {
    for (unsigned fill = 0; fill < 7; ++fill) {
      Octets septets(length);
      for (auto& septet : septets) septet = random() % 0x80;
      if (length > 0) septets.back() = 0x42;  // a CR there may be taken for filling
      const Octets packed = pack(septets, fill);
      ASSERT_EQ(packed.size(), (fill + length * 7 + 7) / 8);
      ASSERT_EQ(unpack(packed, fill), septets) << length << " after " << fill;
    }
  }
}

}  // namespace
}  // namespace dunlin::text

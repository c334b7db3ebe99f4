#include <gtest/gtest.h>

#include <dunlin/text/decode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>
#include <random>

namespace dunlin::text {
namespace {

std::string read(const Octets& octets, std::uint8_t data_coding, DefaultAlphabet alphabet = DefaultAlphabet::gsm7) {
  return decode(octets, data_coding, false, alphabet).text;
}

TEST(Decode, ReadsEachDataCoding) {
  EXPECT_EQ(read({0x53, 0x54, 0x00}, 0), "ST@");
  EXPECT_EQ(read({0x53, 0x54, 0x40}, 0, DefaultAlphabet::ascii), "ST@");
  EXPECT_EQ(read({0xE9, 0x40}, 0, DefaultAlphabet::latin1), "é@");
  EXPECT_EQ(read({0xE8, 0x32, 0x9B, 0xFD, 0x06}, 0, DefaultAlphabet::gsm7_packed), "hello");
  EXPECT_EQ(read({0x53, 0x80}, 1), "S\uFFFD");
  EXPECT_EQ(read({0xE9, 0x80, 0x81}, 3), "é€\uFFFD");
  EXPECT_EQ(read({0x00, 0x53, 0x20, 0xAC}, 8), "S€");
  for (const std::uint8_t binary : {2, 4, 5, 6, 7, 9, 10, 13, 14})
    EXPECT_EQ(read({0x53, 0xE9}, binary), "S\uFFFD") << int{binary};
}

TEST(Decode, ReadsTheNetworksOwnDataCodings) {
  const Octets at{0x00, 0x53};
  for (const int gsm : {0x10, 0x11, 0x13, 0x40, 0x50, 0x80, 0xBF, 0xC0, 0xD8, 0xF0, 0xF3})
    EXPECT_EQ(read(at, gsm), "@S") << gsm;
  for (const int ucs2 : {0x18, 0x1B, 0x48, 0xE0, 0xEF}) EXPECT_EQ(read(at, ucs2), "S") << ucs2;
  for (const int other : {0x14, 0x15, 0x1C, 0x20, 0x28, 0x30, 0x60, 0xF4, 0xF7})
    EXPECT_EQ(read({0x53, 0xFF}, other), "S\uFFFD") << other;
  EXPECT_EQ(read({0xE8, 0x32, 0x9B, 0xFD, 0x06}, 0x10, DefaultAlphabet::gsm7_packed), "hello");
}

TEST(Decode, TakesTheHeaderOff) {
  Octets segment{0x05, 0x00, 0x03, 0x07, 0x02, 0x01, 0x48, 0x69};
  const Decoded flagged = decode(segment, 0, true, DefaultAlphabet::gsm7);
  EXPECT_EQ(flagged.text, "Hi");
  EXPECT_EQ(flagged.concatenation, (Concatenation{7, false, 2, 1}));
  EXPECT_EQ(decode(segment, 0, false, DefaultAlphabet::gsm7).text, "Hi");  // the peer forgot the flag
  segment[5] = 3;  // the third of two: no header, nothing forgotten
  EXPECT_EQ(decode(segment, 0, false, DefaultAlphabet::gsm7).text.substr(0, 5), "é@¥");
  EXPECT_EQ(decode(Octets{0x09, 0x48}, 0, true, DefaultAlphabet::gsm7).text, "ÇH");  // flagged, but it is none
}

TEST(Decode, ReadsUcs2AsPeersSendIt) {
  EXPECT_EQ(ucs2_to_utf8(Octets{0xFE, 0xFF, 0x00, 0x61}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xFF, 0xFE, 0x61, 0x00}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xD8, 0x3D, 0xDE, 0x00}), "😀");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0xD8, 0x3D}), "a\uFFFD");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xDE, 0x00, 0x00, 0x61}), "\uFFFDa");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xD8, 0x3D, 0x00, 0x61}), "\uFFFDa");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0x00, 0x00}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0x00}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0x04}), "a\uFFFD");
  EXPECT_EQ(ucs2_to_utf8({}), "");
}

TEST(Decode, DropsANulThatEndsAText) {
  EXPECT_EQ(read({0x61, 0x00}, 3), "a");
  EXPECT_EQ(read({0x61, 0x00}, 1), "a");
  EXPECT_EQ(read({0x61, 0x00}, 0), "a@");  // in septets it is a character
}

TEST(DecodeProperty, GivesValidUtf8WhateverComes) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    Octets octets(random() % 40);
    for (auto& octet : octets) octet = random() % 3 == 0 ? random() % 8 : random();
    const auto alphabet = static_cast<DefaultAlphabet>(random() % 4);
    const Decoded decoded = decode(octets, static_cast<std::uint8_t>(random()), random() % 2 == 0, alphabet);
    ASSERT_TRUE(to_code_points(decoded.text)) << round;
  }
}

}  // namespace
}  // namespace dunlin::text

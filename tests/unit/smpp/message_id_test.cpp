// One message's id in several spellings: pairs seen in the wild.
#include <dunlin/smpp/message_id.hpp>

#include <gtest/gtest.h>

namespace dunlin::smpp {
namespace {

TEST(MessageId, FoldsCaseAndZerosOfNumbersAlone) {
  EXPECT_EQ(fold("0x01A2B"), "1a2b");
  EXPECT_EQ(fold("0xyz"), "0xyz");
  EXPECT_EQ(fold("0059113978"), "59113978");
  EXPECT_EQ(fold("00000AbC"), "abc");
  EXPECT_EQ(fold("0"), "0");
  EXPECT_EQ(fold("0000"), "0");
  EXPECT_EQ(fold(""), "");
  EXPECT_EQ(fold("0E999F21-40AF"), "0e999f21-40af");
  EXPECT_EQ(fold("0118Z-0122I"), "0118z-0122i");
}

TEST(MessageId, HexAndDecimalTwins) {
  EXPECT_EQ(hex_to_decimal("38601fa"), "59113978");
  EXPECT_EQ(hex_to_decimal("18D0E03A"), "416342074");
  EXPECT_EQ(hex_to_decimal("6aad5"), "436949");
  EXPECT_EQ(hex_to_decimal("0x1d305b4c"), "489708364");
  EXPECT_EQ(decimal_to_hex("0059113978"), "38601fa");
  EXPECT_EQ(hex_to_decimal("812FC7470000001B"), "9308878062554710043");  // above 2^63
  EXPECT_EQ(decimal_to_hex("9308878062554710043"), "812fc7470000001b");
  EXPECT_EQ(decimal_to_hex("0"), "0");
}

TEST(MessageId, ArbitraryPrecisionUpToItsBound) {
  const std::string most(64, 'f');
  const auto decimal = hex_to_decimal(most);
  EXPECT_EQ(decimal, "115792089237316195423570985008687907853269984665640564039457584007913129639935");
  EXPECT_EQ(decimal_to_hex(*decimal), most);
  EXPECT_EQ(hex_to_decimal("1" + most), std::nullopt);
  EXPECT_EQ(hex_to_decimal("000" + most), decimal);
}

TEST(MessageId, WhatIsNoNumberHasNoTwin) {
  for (const auto* id : {"", "0x", "12g4", "0e999f21-40af", "SAR-1", " 12"}) {
    EXPECT_EQ(hex_to_decimal(id), std::nullopt) << id;
    EXPECT_EQ(decimal_to_hex(id), std::nullopt) << id;
  }
  EXPECT_EQ(decimal_to_hex("12af"), std::nullopt);
}

}  // namespace
}  // namespace dunlin::smpp

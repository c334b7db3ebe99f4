// [[smsc.extra_tlvs]]: what is taken becomes octets, what is not is named with its line and key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/configuration.hpp"

namespace dunlin::config {
namespace {

const std::string kAlpha = "[[smsc]]\nname = \"alpha\"\nhost = \"h\"\nsystem_id = \"s\"\n";  // lines 1 to 4

auto read_tlvs(const std::string& text) { return read(kAlpha + text, "/nowhere/d.toml"); }
std::string tlv(const std::string& keys) { return "[[smsc.extra_tlvs]]\n" + keys + "\n"; }

struct Taken {
  std::string keys;
  Octets octets;
};

TEST(ExtraTlvs, BecomeOctetsOfTheirType) {
  const Taken taken[] = {
      {"tag = 0x1400\nvalue = \"1101\"", {'1', '1', '0', '1', 0}},
      {"tag = 0x1401\ntype = \"text\"\nvalue = \"1101\"", {'1', '1', '0', '1'}},
      {"tag = 0x1402\ntype = \"hex\"\nvalue = \"00ffA0\"", {0, 0xFF, 0xA0}},
      {"tag = 0x1403\ntype = \"u8\"\nvalue = 255", {255}},
      {"tag = 0x2000\ntype = \"u16\"\nvalue = 0x0102", {1, 2}},
      {"tag = 0x3FFF\ntype = \"u32\"\nvalue = 258", {0, 0, 1, 2}},
      {"tag = 0x3000\ntype = \"u64\"\nvalue = 258", {0, 0, 0, 0, 0, 0, 1, 2}},
      // Of the specification: user_message_reference, display_time, callback_num, alert_on_message_delivery.
      {"tag = 0x0204\ntype = \"u16\"\nvalue = 7", {0, 7}},
      {"tag = 0x1201\ntype = \"u8\"\nvalue = 1", {1}},
      {"tag = 0x0381\ntype = \"hex\"\nvalue = \"01010131\"", {1, 1, 1, 0x31}},
      {"tag = 0x130C\ntype = \"hex\"\nvalue = \"\"", {}},
  };
  for (const Taken& one : taken) {
    const auto got = read_tlvs(tlv(one.keys));
    ASSERT_TRUE(got.has_value()) << one.keys << ": " << to_string(got.error().front());
    ASSERT_EQ(got->gateway.smscs[0].extra_tlvs.size(), 1u);
    EXPECT_EQ(got->gateway.smscs[0].extra_tlvs[0].octets, one.octets) << one.keys;
  }
}

TEST(ExtraTlvs, BelongToTheirSmscAndKinds) {
  const auto got = read_tlvs(tlv("tag = 0x1401\nvalue = \"a\"\nkinds = [\"overdue\", \"final\"]") +
                             tlv("tag = 0x1401\nvalue = \"b\"\nkinds = [\"reminder\"]") +
                             "[[smsc]]\nname = \"beta\"\nhost = \"h\"\nsystem_id = \"s\"\n");
  ASSERT_TRUE(got.has_value()) << to_string(got.error().front());
  ASSERT_EQ(got->gateway.smscs[0].extra_tlvs.size(), 2u);
  EXPECT_TRUE(got->gateway.smscs[1].extra_tlvs.empty());
  EXPECT_EQ(got->gateway.smscs[0].extra_tlvs[1].kind_bits, 1U << static_cast<int>(store::Kind::reminder));
}

struct Refused {
  std::string text;
  const char* where;
  const char* code;
};

TEST(ExtraTlvs, AreRefusedWithLineAndKey) {
  const Refused refused[] = {
      {tlv("tag = 0x1400"), ":5: smsc.alpha.extra_tlvs[1].value", "missing_key"},
      {tlv("value = 1"), ":5: smsc.alpha.extra_tlvs[1].tag", "missing_key"},
      {tlv("tag = 0\nvalue = \"a\""), ":6: smsc.alpha.extra_tlvs[1].tag", "out_of_bounds"},
      {tlv("tag = 0x1400\nvalue = \"a\"\nvalu = 1"), ":8: smsc.alpha.extra_tlvs[1].valu", "unknown_key"},
      {tlv("tag = 0x1400\nvalue = 7"), ":7: smsc.alpha.extra_tlvs[1].value", "wrong_type"},
      {tlv("tag = 0x1400\ntype = \"u8\"\nvalue = \"7\""), ":8: smsc.alpha.extra_tlvs[1].value", "wrong_type"},
      {tlv("tag = 0x1400\ntype = \"u8\"\nvalue = 256"), ":8: smsc.alpha.extra_tlvs[1].value", "out_of_bounds"},
      {tlv("tag = 0x1400\ntype = \"u8\"\nvalue = -1"), ":8: smsc.alpha.extra_tlvs[1].value", "out_of_bounds"},
      {tlv("tag = 0x1400\ntype = \"hex\"\nvalue = \"0\""), ":8: smsc.alpha.extra_tlvs[1].value", "bad_value"},
      {tlv("tag = 0x1400\ntype = \"hex\"\nvalue = \"0g\""), ":8: smsc.alpha.extra_tlvs[1].value", "bad_value"},
      {tlv("tag = 0x1400\nvalue = \"" + std::string(1024, 'x') + "\""), ":7: smsc.alpha.extra_tlvs[1].value",
       "out_of_bounds"},
      {tlv("tag = 0x1400\nvalue = \"a\"\nkinds = [\"overdeu\"]"), ":8: smsc.alpha.extra_tlvs[1].kinds", "bad_value"},
      // Reserved, of another operation, or ours to set.
      {tlv("tag = 0x0700\nvalue = \"a\""), ":6: smsc.alpha.extra_tlvs[1].tag", "bad_value"},
      {tlv("tag = 0x4000\nvalue = \"a\""), ":6: smsc.alpha.extra_tlvs[1].tag", "bad_value"},
      {tlv("tag = 0x001E\nvalue = \"a\""), ":6: smsc.alpha.extra_tlvs[1].tag", "bad_value"},
      {tlv("tag = 0x0424\ntype = \"text\"\nvalue = \"a\""), ":6: smsc.alpha.extra_tlvs[1].tag", "bad_value"},
      {tlv("tag = 0x020C\ntype = \"u16\"\nvalue = 1"), ":6: smsc.alpha.extra_tlvs[1].tag", "bad_value"},
      // Of the specification, in another type or length than it says.
      {tlv("tag = 0x0204\ntype = \"u8\"\nvalue = 1"), ":7: smsc.alpha.extra_tlvs[1].type", "bad_value"},
      {tlv("tag = 0x0204\nvalue = \"1\""), ":6: smsc.alpha.extra_tlvs[1].tag", "bad_value"},
      {tlv("tag = 0x060D\ntype = \"text\"\nvalue = \"1\""), ":7: smsc.alpha.extra_tlvs[1].type", "bad_value"},
      {tlv("tag = 0x0381\ntype = \"hex\"\nvalue = \"01\""), ":8: smsc.alpha.extra_tlvs[1].value", "out_of_bounds"},
      // A tag twice for one kind of job.
      {tlv("tag = 0x1400\nvalue = \"a\"") + tlv("tag = 0x1400\nvalue = \"b\""), ":9: smsc.alpha.extra_tlvs[2].tag",
       "duplicate_tag"},
      {tlv("tag = 0x1400\nvalue = \"a\"\nkinds = [\"due\"]") + tlv("tag = 0x1400\nvalue = \"b\"\nkinds = [\"due\"]"),
       ":10: smsc.alpha.extra_tlvs[2].tag", "duplicate_tag"},
      {"extra_tlvs = 3\n", ":5: smsc.alpha.extra_tlvs", "wrong_type"},
      {"version = \"3.3\"\n" + tlv("tag = 0x1400\nvalue = \"a\""), ":6: smsc.alpha.extra_tlvs", "bad_value"},
  };
  for (const Refused& one : refused) {
    const auto got = read_tlvs(one.text);
    ASSERT_FALSE(got.has_value()) << one.text;
    EXPECT_EQ(got.error().size(), 1u) << one.text;
    EXPECT_EQ(got.error()[0].where, std::string("/nowhere/d.toml") + one.where) << one.text;
    EXPECT_EQ(got.error()[0].code, one.code) << one.text;
  }
  std::string many;
  for (int i = 0; i <= 32; ++i) many += tlv("tag = " + std::to_string(0x1400 + i) + "\nvalue = \"a\"");
  EXPECT_EQ(read_tlvs(many).error()[0].code, "out_of_bounds");
}

struct Setting {
  std::string line;
  const char* code;  // nullptr: taken
};

TEST(SubmitSettings, AreHeldToWhatASubmitCanCarry) {
  const Setting settings[] = {
      {"source = \"ACME GmbH 1\"", nullptr},
      {"source = \"ACME GmbH 12\"", "bad_value"},
      {"source = \"info@acme\"", "bad_value"},
      {"source = \"Müller\"", "bad_value"},
      {"source = \"+491701234567890\"", nullptr},
      {"source = \"+4917012345678901\"", "bad_value"},
      {"source = \"12345678901234567890\"", nullptr},
      {"service_type = \"CMTXYZ\"", "out_of_bounds"},
      {"registered_delivery = 17", nullptr},
      {"registered_delivery = 16", "bad_value"},
      {"receipts = false\nregistered_delivery = 1", "bad_value"},
      {"receipts = false\nregistered_delivery = 0x20", nullptr},
  };
  for (const Setting& one : settings) {
    const auto got = read_tlvs(one.line + "\n");
    if (one.code == nullptr) {
      EXPECT_TRUE(got.has_value()) << one.line << ": " << to_string(got.error().front());
    } else {
      ASSERT_FALSE(got.has_value()) << one.line;
      EXPECT_EQ(got.error()[0].code, one.code) << one.line;
    }
  }
}

}  // namespace
}  // namespace dunlin::config

// A receipt as `dunlin job show` has it.
#include "engine/kept_receipt.hpp"

#include <gtest/gtest.h>

#include "store/records.hpp"

namespace dunlin::engine::testing {
namespace {

TEST(KeptReceipt, IsPrintableAndBounded) {
  using namespace std::string_literals;
  EXPECT_EQ(printable(octets_of("id:1 text:a\\b\x84\n"s)), "id:1 text:a\\\\b\\x84\\x0a");
  EXPECT_EQ(printable(octets_of("\0i\0d\x04\x3f"s)), "id\\u043f");
  EXPECT_EQ(printable(octets_of(""s)), "");
  const std::string cut = printable(octets_of(std::string(1000, '\x80')));
  EXPECT_LE(cut.size(), store::kKeptTextMax);
  EXPECT_TRUE(cut.ends_with("\\x80..."));
  smpp::TlvSet many;
  for (int i = 0; i < 200; ++i) many.add_raw(0x1400, octets_of("12345678"));
  EXPECT_LE(printable(many).size(), store::kKeptTextMax);
  smpp::TlvSet binary;
  binary.add_raw(smpp::tlv::receipted_message_id.tag, octets_of("\x01\x02"s));
  binary.add_raw(smpp::tlv::message_payload.tag, octets_of("secret"s));
  EXPECT_EQ(printable(binary), "receipted_message_id=0102");
}

}  // namespace
}  // namespace dunlin::engine::testing

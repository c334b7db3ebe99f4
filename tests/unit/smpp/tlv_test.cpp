// TLV sets: order, repetitions, strangers, and values as real peers write them.
#include <gtest/gtest.h>

#include <dunlin/smpp/pdu.hpp>

namespace dunlin::smpp {
namespace {

using namespace std::string_literals;

Octets octets(const std::string& text) { return {text.begin(), text.end()}; }

TEST(TlvSet, KeepsOrderStrangersAndRepetitions) {
  const auto wire = octets("\x14\x03\0\2ab\6\6\0\2\0x\4\x27\0\1\2\6\6\0\2\1y\x14\x03\0\0"s);
  TlvSet set;
  set.assign_octets(wire);
  EXPECT_TRUE(std::ranges::equal(set.octets(), wire));
  EXPECT_EQ(set.get(tlv::message_state), MessageState::delivered);
  EXPECT_EQ(text_of(*set.raw(0x1403)), "ab");
  const auto areas = set.get_all(tlv::broadcast_area_identifier);
  ASSERT_EQ(areas.size(), 2U);
  EXPECT_EQ(areas[1].format, 1);
  EXPECT_EQ(areas[1].details, octets("y"));

  set.set(tlv::message_state, MessageState::expired);
  set.set_raw(0x1403, octets_of("cde"));
  EXPECT_TRUE(std::ranges::equal(set.octets(), octets("\x14\x03\0\3cde\6\6\0\2\0x\4\x27\0\1\3\6\6\0\2\1y"s)));
  set.erase(tlv::broadcast_area_identifier);
  EXPECT_TRUE(std::ranges::equal(set.octets(), octets("\x14\x03\0\3cde\4\x27\0\1\3"s)));
}

TEST(TlvSet, LeavesACutLastOneOut) {
  for (const auto& cut : {"\4"s, "\4\x27\0"s, "\4\x27\0\1"s, "\4\x24\0\5abcd"s}) {
    TlvSet set;
    set.assign_octets(octets("\2\4\0\2\0\7"s + cut));
    EXPECT_EQ(set.get(tlv::user_message_reference), 7);
    EXPECT_EQ(set.octets().size(), 6U);
  }
}

TEST(TlvSet, ReadsWhatPeersWrite) {
  TlvSet set;
  set.add_raw(tlv::receipted_message_id.tag, octets_of("no NUL"));
  EXPECT_EQ(set.get(tlv::receipted_message_id), MessageId("no NUL"));
  set.set_raw(tlv::receipted_message_id.tag, octets_of("padded\0\0\0"s));
  EXPECT_EQ(set.get(tlv::receipted_message_id), MessageId("padded"));
  set.set_raw(tlv::receipted_message_id.tag, {});
  EXPECT_EQ(set.get(tlv::receipted_message_id), MessageId(""));

  set.set_raw(tlv::network_error_code.tag, octets_of("205"));
  EXPECT_EQ(set.get(tlv::network_error_code), (NetworkErrorCode{0, 205}));
  set.set_raw(tlv::network_error_code.tag, Octets{9});
  EXPECT_EQ(set.get(tlv::network_error_code), (NetworkErrorCode{0, 9}));
  set.set_raw(tlv::network_error_code.tag, Octets{3, 1, 2});
  EXPECT_EQ(set.get(tlv::network_error_code), (NetworkErrorCode{3, 0x102}));
  set.set_raw(tlv::network_error_code.tag, Octets{3, 1, 2, 4});
  EXPECT_EQ(set.get(tlv::network_error_code), std::nullopt);

  set.set_raw(tlv::user_message_reference.tag, Octets{7});
  EXPECT_EQ(set.get(tlv::user_message_reference), 7);
  set.set_raw(tlv::message_state.tag, Octets{0, 2});
  EXPECT_EQ(set.get(tlv::message_state), MessageState::delivered);
  set.set_raw(tlv::message_state.tag, Octets{1, 2});
  EXPECT_EQ(set.get(tlv::message_state), std::nullopt);
  set.set_raw(tlv::message_state.tag, {});
  EXPECT_EQ(set.get(tlv::message_state), std::nullopt);
  set.set_raw(tlv::message_state.tag, Octets{0x85});
  EXPECT_EQ(set.get(tlv::message_state), static_cast<MessageState>(0x85));
}

TEST(TlvSet, AValueOutOfBoundsIsForgottenWhenAGoodOneFollows) {
  TlvSet set;
  set.set(tlv::callback_num, Octets(3));
  EXPECT_EQ(set.refused(), tlv::callback_num.tag);
  EXPECT_FALSE(set.empty());
  set.set(tlv::callback_num, Octets(4));
  EXPECT_EQ(set.refused(), 0);
  set.set(tlv::callback_num, Octets(20));
  EXPECT_EQ(set.refused(), tlv::callback_num.tag);
  EXPECT_FALSE(set.contains(tlv::callback_num));
  set.erase(tlv::callback_num);
  EXPECT_EQ(set.refused(), 0);
  EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace dunlin::smpp

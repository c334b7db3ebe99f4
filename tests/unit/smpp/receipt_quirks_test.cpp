// Habits of receipts that concern the whole PDU rather than one of its fields (docs/quirks.md).
#include <gtest/gtest.h>

#include <dunlin/smpp/receipt.hpp>

namespace dunlin::smpp {
namespace {

DeliverSm deliver(std::string_view words, std::uint8_t data_coding = 0) {
  DeliverSm pdu;
  pdu.esm_class = esm_class::kDeliveryReceipt;
  pdu.data_coding = data_coding;
  pdu.short_message = words;
  return pdu;
}

TEST(ReceiptQuirks, TheDataCodingOfTheMessageIsCopiedOntoAnAsciiReceipt) {
  for (const int data_coding : {0, 1, 3, 4, 8, 0xF5}) {
    const auto receipt = parse_receipt(deliver("id:7 stat:DELIVRD err:000", static_cast<std::uint8_t>(data_coding)));
    ASSERT_TRUE(receipt) << data_coding;
    EXPECT_EQ(receipt->message_id, "7") << data_coding;
    EXPECT_EQ(outcome(*receipt), Outcome::delivered) << data_coding;
  }
}

TEST(ReceiptQuirks, CountsAreNeverTheTruth) {
  EXPECT_EQ(outcome(*parse_receipt(deliver("id:7 sub:000 dlvrd:000 stat:DELIVRD"))), Outcome::delivered);
  EXPECT_EQ(outcome(*parse_receipt(deliver("id:7 sub:001 dlvrd:001 stat:UNDELIV"))), Outcome::undelivered);
  EXPECT_EQ(outcome(*parse_receipt(deliver("id:7 sub:001 dlvrd:28 stat:ENROUTE"))), Outcome::intermediate);
}

TEST(ReceiptQuirks, AnErrorWithDeliveredIsDelivered) {
  for (const auto* err : {"000", "002", "21b", "00B", "000004A6", "xxx", "E_NETWORK", "4"}) {
    const auto receipt = parse_receipt(deliver(std::string("id:7 stat:DELIVRD err:") + err + " text:"));
    EXPECT_EQ(outcome(*receipt), Outcome::delivered) << err;
    EXPECT_EQ(receipt->err, err);
  }
  EXPECT_EQ(parse_receipt(deliver("id:7 stat:DELIVRD err: text:hello"))->err, "");
}

TEST(ReceiptQuirks, FieldsThatReceiptsHaveNoUseForAreNoHarm) {
  auto pdu = deliver("id:7 stat:DELIVRD", 3);
  pdu.service_type = "5772";
  pdu.destination_addr = "5772";
  pdu.priority_flag = static_cast<decltype(pdu.priority_flag)>(1);
  pdu.tlvs.add_raw(tlv::more_messages_to_send.tag, Octets{1});
  for (const std::uint16_t tag : {0x002B, 0x060D, 0x1403, 0x1454, 0x2001}) pdu.tlvs.add_raw(tag, Octets{0, 1, 2});
  EXPECT_EQ(outcome(*parse_receipt(pdu)), Outcome::delivered);
  EXPECT_EQ(parse_receipt(pdu)->message_id, "7");
}

}  // namespace
}  // namespace dunlin::smpp

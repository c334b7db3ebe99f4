// Receipts as SMSCs write them, each form seen in the wild; and the one the simulator writes.
#include <dunlin/smpp/receipt.hpp>

#include <gtest/gtest.h>

namespace dunlin::smpp {
namespace {

using namespace std::string_literals;

Receipt text(std::string_view words) { return parse_receipt_text(octets_of(words)); }

DeliverSm deliver(std::uint8_t esm_class, std::string_view words) {
  DeliverSm pdu;
  pdu.esm_class = esm_class;
  pdu.short_message = words;
  return pdu;
}

TEST(ReceiptText, AppendixB) {
  const auto r = text(
      "id:0059113978 sub:001 dlvrd:002 submit date:1506201641 done date:1506201642 stat:DELIVRD err:003 text:Dear John "
      "id:9");
  EXPECT_EQ(r.message_id, "0059113978");
  EXPECT_EQ(r.sub, "001");
  EXPECT_EQ(r.dlvrd, "002");
  EXPECT_EQ(r.submit_date, "1506201641");
  EXPECT_EQ(r.done_date, "1506201642");
  EXPECT_EQ(r.stat, "DELIVRD");
  EXPECT_EQ(r.message_state, MessageState::delivered);
  EXPECT_EQ(r.err, "003");
  EXPECT_EQ(r.text, "Dear John id:9");
}

TEST(ReceiptText, AnyOrderCaseSeparatorAndSpelling) {
  const auto shuffled =
      text("STAT:delivrd\tErr:21b\r\nID:0x1A2B  submitDate:20150620164100 done_date:150620164159 Text:");
  EXPECT_EQ(shuffled.stat, "DELIVRD");
  EXPECT_EQ(shuffled.err, "21b");
  EXPECT_EQ(shuffled.message_id, "0x1A2B");
  EXPECT_EQ(shuffled.submit_date, "20150620164100");
  EXPECT_EQ(shuffled.done_date, "150620164159");
  EXPECT_EQ(shuffled.text, "");
  const auto late =
      text("sub:001 id:12 err:000 dlvrd:001 done date:1506201642 submit date:1506201641 text:stat:x stat:EXPIRED");
  EXPECT_EQ(late.stat, "EXPIRED");
  EXPECT_EQ(late.text, "stat:x ");
  EXPECT_EQ(text("4790000000SMSAlert^id:77 stat:DELIVRD").message_id, "77");
  EXPECT_EQ(text("47900000002013?id:78 stat:DELIVRD").message_id, "78");
  EXPECT_EQ(text("id:1,sub:001,dlvrd:001,stat:UNDELIV,err:5").stat, "UNDELIV");
  EXPECT_EQ(text("id:1 stat:DELIVRD err:0 IMSI:2620 MSC:49 MCCMNC:26201 text:x").err, "0");
}

TEST(ReceiptText, MissingAndEmptyFields) {
  const auto empty = text("id: sub: dlvrd: submit date: done date: stat: err: text:");
  EXPECT_EQ(empty.message_id + empty.sub + empty.dlvrd + empty.submit_date + empty.done_date + empty.stat + empty.err +
                empty.text,
            "");
  EXPECT_EQ(empty.message_state, std::nullopt);
  const auto few = text("id:1479978899.393701000100 submit date:1506201641 done date:1506201642 stat:EXPIRED");
  EXPECT_EQ(few.message_id, "1479978899.393701000100");
  EXPECT_EQ(few.stat, "EXPIRED");
  EXPECT_EQ(text("id:5 sub:001 err:0 DELIVRD done date:1506201642").stat, "DELIVRD");  // the key forgotten
  EXPECT_EQ(text("").stat, "");
  EXPECT_EQ(text("Thanks, I paid").message_id, "");
}

TEST(ReceiptText, TextIsAnEchoAndIsNotScanned) {
  const auto r = text("id:1 stat:UNDELIV err:000 text:id:2 stat:DELIVRD");
  EXPECT_EQ(r.message_id, "1");
  EXPECT_EQ(r.stat, "UNDELIV");
  EXPECT_EQ(r.text, "id:2 stat:DELIVRD");
}

TEST(ReceiptText, InUcs2AndWithNuls) {
  std::string ucs2;
  for (const char letter : "id:7 stat:DELIVRD text:\0"s) ucs2 += "\0"s + letter;
  ucs2 += "\x04\x3F"s;
  const auto wide = text(ucs2);
  EXPECT_EQ(wide.message_id, "7");
  EXPECT_EQ(wide.stat, "DELIVRD");
  EXPECT_TRUE(wide.text.ends_with("\x04\x3F"));
  EXPECT_EQ(text("id:7 stat:DELIVRD\0\0"s).stat, "DELIVRD");
  EXPECT_EQ(text("id:7 stat:DELIVRD text:\x84\xFF"s).text, "\x84\xFF");
}

TEST(Receipt, EveryStatHasItsOutcome) {
  struct {
    const char* stat;
    Outcome outcome;
  } const rows[] = {
      {"DELIVRD", Outcome::delivered},     {"deliverd", Outcome::delivered},     {"DLV", Outcome::delivered},
      {"0", Outcome::delivered},           {"UNDELIV", Outcome::undelivered},    {"DELETED", Outcome::undelivered},
      {"SKIPPED", Outcome::undelivered},   {"FAILED", Outcome::undelivered},     {"NOCRED", Outcome::undelivered},
      {"SOMETHING", Outcome::undelivered}, {"EXPIRED", Outcome::expired},        {"ACCEPTD", Outcome::intermediate},
      {"ENROUTE", Outcome::intermediate},  {"SCHEDULED", Outcome::intermediate}, {"BUFFRED", Outcome::intermediate},
      {"BUFFERD", Outcome::intermediate},  {"REJECTD", Outcome::rejected},       {"DND_REJECTED", Outcome::rejected},
      {"UNKNOWN", Outcome::unknown}};
  for (const auto& row : rows) {
    const auto r = parse_receipt(deliver(0x04, "id:1 stat:"s + row.stat + " err:0"));
    ASSERT_TRUE(r);
    EXPECT_EQ(outcome(*r), row.outcome) << row.stat;
    EXPECT_EQ(r->intermediate, row.outcome == Outcome::intermediate) << row.stat;
  }
}

TEST(Receipt, FinalityIsTheStatesNotTheFlags) {
  EXPECT_FALSE(parse_receipt(deliver(0x20, "id:1 stat:DELIVRD"))->intermediate);
  EXPECT_TRUE(parse_receipt(deliver(0x04, "id:1 stat:ENROUTE"))->intermediate);
  EXPECT_EQ(outcome(*parse_receipt(deliver(0x20, "id:1 stat:QUEUED"))),
            Outcome::intermediate);  // unheard of: the flag decides
  EXPECT_EQ(outcome(*parse_receipt(deliver(0x04, "id:1"))), Outcome::unknown);
}

TEST(Receipt, IsFlaggedByAMask) {
  for (const int esm : {0x04, 0x44, 0x84, 0x05, 0x07, 0x20, 0x24}) {
    const auto r = parse_receipt(deliver(static_cast<std::uint8_t>(esm), "whatever"));
    ASSERT_TRUE(r) << esm;
    EXPECT_TRUE(r->flagged);
  }
  for (const int esm : {0x00, 0x01, 0x03, 0x08, 0x10, 0x18, 0x40, 0x80}) {
    EXPECT_FALSE(parse_receipt(deliver(static_cast<std::uint8_t>(esm), "whatever"))) << esm;
  }
}

TEST(Receipt, UnflaggedNeedsAnIdAndAKnownState) {
  EXPECT_TRUE(parse_receipt(deliver(0, "id:1 stat:DELIVRD")));
  EXPECT_FALSE(parse_receipt(deliver(0, "id:1 stat:DELIVRD"))->flagged);
  EXPECT_FALSE(parse_receipt(deliver(0, "id:1 stat:WHATEVER")));
  EXPECT_FALSE(parse_receipt(deliver(0, "stat:DELIVRD")));
  EXPECT_FALSE(parse_receipt(deliver(0, "My id: 12 is paid")));
  EXPECT_FALSE(parse_receipt(deliver(0, "STOP")));
  auto by_tlv = deliver(0, "");
  by_tlv.tlvs.set(tlv::receipted_message_id, "5");
  EXPECT_TRUE(parse_receipt(by_tlv));
  by_tlv.tlvs.set(tlv::receipted_message_id, "");
  EXPECT_FALSE(parse_receipt(by_tlv));
}

TEST(Receipt, TlvsWinFieldByField) {
  auto pdu = deliver(0x04, "id:0059113978 stat:ENROUTE err:000");
  pdu.tlvs.set(tlv::receipted_message_id, "38601fa");
  const auto id_alone = parse_receipt(pdu);
  EXPECT_EQ(id_alone->message_id, "38601fa");
  EXPECT_EQ(id_alone->text_message_id, "0059113978");
  EXPECT_EQ(id_alone->message_state, MessageState::enroute);
  pdu.tlvs.set(tlv::message_state, MessageState::delivered);
  pdu.tlvs.set(tlv::network_error_code, {3, 5});
  pdu.tlvs.set(tlv::user_message_reference, 9);
  const auto all = parse_receipt(pdu);
  EXPECT_EQ(outcome(*all), Outcome::delivered);
  EXPECT_FALSE(all->intermediate);
  EXPECT_EQ(all->stat, "ENROUTE");
  EXPECT_EQ(all->network_error_code, (NetworkErrorCode{3, 5}));
  EXPECT_EQ(all->user_message_reference, 9);
  auto state_alone = deliver(0x04, "id:7 stat:ENROUTE");
  state_alone.tlvs.set(tlv::message_state, MessageState::expired);
  EXPECT_EQ(parse_receipt(state_alone)->message_id, "7");
  EXPECT_EQ(outcome(*parse_receipt(state_alone)), Outcome::expired);
}

TEST(Receipt, AVendorsStateYieldsToAKnownWord) {
  auto pdu = deliver(0x04, "id:7 stat:DELIVRD");
  pdu.tlvs.set(tlv::message_state, static_cast<MessageState>(0x85));
  EXPECT_EQ(outcome(*parse_receipt(pdu)), Outcome::delivered);
  pdu.short_message = "362d9701 2";
  EXPECT_EQ(outcome(*parse_receipt(pdu)), Outcome::undelivered);
}

TEST(Receipt, InMessagePayloadInDataSmAndBehindAUdh) {
  auto payload = deliver(0x04, "");
  payload.tlvs.set(tlv::message_payload, "id:12 stat:DELIVRD\0"s);
  EXPECT_EQ(parse_receipt(payload)->message_id, "12");
  DataSm data;
  data.esm_class = 0x04;
  data.tlvs.set(tlv::receipted_message_id, "abc");
  data.tlvs.set(tlv::message_state, MessageState::undeliverable);
  EXPECT_EQ(parse_receipt(data)->message_id, "abc");
  EXPECT_EQ(outcome(*parse_receipt(data)), Outcome::undelivered);
  data.tlvs.erase(tlv::receipted_message_id);
  data.tlvs.set(tlv::message_payload, "id:13 stat:DELIVRD");
  EXPECT_EQ(parse_receipt(data)->message_id, "13");
  EXPECT_EQ(parse_receipt(deliver(0x44, "\5\0\3\7\2\1id:14 stat:DELIVRD"s))->message_id, "14");
  EXPECT_EQ(parse_receipt(deliver(0x44, "id:15 stat:DELIVRD"))->message_id, "15");  // the bit set, no header there
}

TEST(Receipt, WhatWeFormatWeRead) {
  using namespace std::chrono;
  ReceiptText receipt;
  receipt.message_id = "0000A1";
  receipt.submit_date = Wall(sys_days(year_month_day{year(2026), month(11), day(22)}) + hours(9) + minutes(5));
  receipt.done_date = receipt.submit_date + minutes(1);
  receipt.state = MessageState::undeliverable;
  receipt.err = "021";
  receipt.text = "twenty octets of text and more";
  const auto words = format_receipt(receipt);
  EXPECT_EQ(words,
            "id:0000A1 sub:001 dlvrd:001 submit date:2611220905 done date:2611220906 stat:UNDELIV err:021 text:twenty "
            "octets of tex");
  const auto back = text(words);
  EXPECT_EQ(back.message_id, "0000A1");
  EXPECT_EQ(back.message_state, MessageState::undeliverable);
  EXPECT_EQ(back.text, "twenty octets of tex");
  for (int state = 0; state <= 9; ++state) {
    receipt.state = static_cast<MessageState>(state);
    EXPECT_EQ(text(format_receipt(receipt)).message_state, receipt.state);
  }
}

}  // namespace
}  // namespace dunlin::smpp

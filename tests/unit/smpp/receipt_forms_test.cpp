// Receipts of every shape that SMSCs were seen to send, a row each: what esm_class, text and TLVs they came with, and
// what is to be read. The words are ours, the shapes theirs.
#include <gtest/gtest.h>

#include <dunlin/smpp/receipt.hpp>

namespace dunlin::smpp {
namespace {

using namespace std::string_literals;

struct RawTlv {
  std::uint16_t tag;
  std::string value;
};
struct Form {
  std::string name;
  std::uint8_t esm_class;
  std::string text;
  std::vector<RawTlv> tlvs;
  // What is read.
  std::string id;
  Outcome outcome;
  std::string error;      // err, else the TLV's
  std::string text_id{};  // where it is another than `id`
  std::uint8_t data_coding = 0;
};

std::string ucs2(std::string_view latin) {
  std::string wide;
  for (const char letter : latin) wide += "\0"s + letter;
  return wide;
}

constexpr auto kId = tlv::receipted_message_id.tag;
constexpr auto kState = tlv::message_state.tag;
constexpr auto kError = tlv::network_error_code.tag;
constexpr auto kPayload = tlv::message_payload.tag;

const Form kForms[] = {
    // Layouts of the text.
    {"Appendix B",
     0x04,
     "id:0123456789 sub:001 dlvrd:001 submit date:2611221405 done date:2611221406 stat:DELIVRD err:000 text:Dear "
     "customer",
     {},
     "0123456789",
     Outcome::delivered,
     "000"},
    {"another order",
     0x04,
     "sub:001 id:77 err:012 dlvrd:000 done date:2611221406 submit date:2611221405 text: stat:UNDELIV",
     {},
     "77",
     Outcome::undelivered,
     "012"},
    {"state first", 0x04, "stat:EXPIRED err:00B id:9f3a", {}, "9f3a", Outcome::expired, "00B"},
    {"tabs and line ends", 0x04, "id:5a\tsub:1\r\ndlvrd:1\r\nstat:DELIVRD\nerr:0", {}, "5a", Outcome::delivered, "0"},
    {"many blanks", 0x04, "id:  5a   stat:   REJECTD    err:  4A6", {}, "5a", Outcome::rejected, "4A6"},
    {"keys without blanks",
     0x04,
     "id:5a sub:001 dlvrd:001 submitdate:261122140500 donedate:261122140600 stat:DELIVRD err:0 text:x",
     {},
     "5a",
     Outcome::delivered,
     "0"},
    {"camel case",
     0x04,
     "id:5a submitDate:2611221405 doneDate:2611221406 Stat:Delivrd Err:000 Text:x",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"upper case",
     0x04,
     "ID:5A SUB:001 DLVRD:001 SUBMIT DATE:2611221405 DONE DATE:2611221406 STAT:DELIVRD ERR:000 TEXT:X",
     {},
     "5A",
     Outcome::delivered,
     "000"},
    {"long names", 0x04, "message_id:5a status:DELIVRD error_code:000", {}, "5a", Outcome::delivered, "000"},
    {"a sender before it", 0x04, "4790000000Reminder^id:5a stat:DELIVRD err:000", {}, "5a", Outcome::delivered, "000"},
    {"numbers before it", 0x04, "47900000002013?id:5a stat:DELIVRD err:000", {}, "5a", Outcome::delivered, "000"},
    {"keys of a vendor behind",
     0x04,
     "id:5a stat:DELIVRD err:000 IMSI:26201 MSC:4917 MCCMNC:26201 text:x",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"commas", 0x04, "id:5a,sub:001,dlvrd:001,stat:DELIVRD,err:000", {}, "5a", Outcome::delivered, "000"},
    {"no key for the state",
     0x04,
     "id:5a sub:001 dlvrd:001 submit date:2611221405 done date:2611221406 DELIVRD err:000 text:stat:x",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"values alone, by commas",
     0x04,
     "00,2611221406,2611221405,,447700900123,ACME,8f00aa",
     {},
     "8f00aa",
     Outcome::delivered,
     ""},
    {"values alone, not delivered",
     0x04,
     "07,261122140600,261122140500,,447700900123,ACME,8f00ab",
     {},
     "8f00ab",
     Outcome::undelivered,
     ""},
    {"nothing but the id and the state", 0x04, "id:5a stat:DELIVRD", {}, "5a", Outcome::delivered, ""},
    {"no sub, no dlvrd",
     0x04,
     "id:5a submit date:2611221405 done date:2611221406 stat:DELIVRD err:000 text:",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"an empty err", 0x04, "id:5a sub:001 dlvrd:001 stat:UNDELIV err: text:x", {}, "5a", Outcome::undelivered, ""},
    {"no id", 0x04, "sub:001 dlvrd:001 stat:DELIVRD err:000", {}, "", Outcome::delivered, "000"},
    {"an empty id", 0x04, "id: sub:001 dlvrd:001 stat:DELIVRD err:000", {}, "", Outcome::delivered, "000"},
    {"no state", 0x04, "id:5a sub:001 dlvrd:013 err:000", {}, "5a", Outcome::unknown, "000"},
    {"an echo that speaks of receipts",
     0x04,
     "id:5a stat:DELIVRD err:000 text:id:6b stat:UNDELIV",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"an echo in UCS-2", 0x04, "id:5a stat:DELIVRD err:000 text:\4\x1f\4\x40"s, {}, "5a", Outcome::delivered, "000"},
    {"an echo in GSM-7",
     0x04,
     "id:5a stat:DELIVRD err:000 text:caf\x05 \x00\x84"s,
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"NULs behind", 0x04, "id:5a stat:DELIVRD err:000 text:-\0\0"s, {}, "5a", Outcome::delivered, "000"},
    {"a vendor's words as text",
     0x04,
     "id:5a stat:UNDELIV err:069 text:450A DLVRD TO SMSC",
     {},
     "5a",
     Outcome::undelivered,
     "069"},
    // Ids.
    {"zero padded", 0x04, "id:0000000012345678 stat:DELIVRD", {}, "0000000012345678", Outcome::delivered, ""},
    {"twenty digits", 0x04, "id:18446744073709551999 stat:DELIVRD", {}, "18446744073709551999", Outcome::delivered, ""},
    {"hexadecimal with its mark", 0x04, "id:0x1A2B stat:DELIVRD", {}, "0x1A2B", Outcome::delivered, ""},
    {"a UUID",
     0x04,
     "id:0e999f21-4b1d-4c2e-9d51-0f1e2d3c4b5a stat:DELIVRD",
     {},
     "0e999f21-4b1d-4c2e-9d51-0f1e2d3c4b5a",
     Outcome::delivered,
     ""},
    {"parts by dashes",
     0x04,
     "id:0118Z-0122I-2309U-57DGB stat:DELIVRD",
     {},
     "0118Z-0122I-2309U-57DGB",
     Outcome::delivered,
     ""},
    {"of a part", 0x04, "id:SAR-48601-1eedf843-2-1 stat:DELIVRD", {}, "SAR-48601-1eedf843-2-1", Outcome::delivered, ""},
    {"with a point",
     0x04,
     "id:1479978899.393701000100 stat:DELIVRD",
     {},
     "1479978899.393701000100",
     Outcome::delivered,
     ""},
    // Dates: kept as they are, whatever their width.
    {"dates of 14 digits",
     0x04,
     "id:5a submit date:20261122140500 done date:20261122140600 stat:DELIVRD err:000",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"dates of 12 digits",
     0x04,
     "id:5a submit date:202611221405 done date:261122140600 stat:DELIVRD err:000",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"dates with a quarter hour",
     0x04,
     "id:5a submit date:261122140500012+ done date:261122140600012+ stat:DELIVRD err:000",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    {"dates of zeros",
     0x04,
     "id:5a submit date:0000000000 done date:0000000000 stat:DELIVRD err:000",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    // States.
    {"eight letters", 0x04, "id:5a stat:DELIVERD err:000", {}, "5a", Outcome::delivered, "000"},
    {"a digit", 0x04, "id:5a stat:0 err:000", {}, "5a", Outcome::delivered, "000"},
    {"FAILED", 0x04, "id:5a stat:FAILED err:011", {}, "5a", Outcome::undelivered, "011"},
    {"a vendor's word", 0x04, "id:5a stat:BADSTAT err:E_NETWORK", {}, "5a", Outcome::undelivered, "E_NETWORK"},
    {"do not disturb", 0x04, "id:5a stat:DND_REJECTED err:xxx", {}, "5a", Outcome::rejected, "xxx"},
    {"delivered with an error", 0x04, "id:5a stat:DELIVRD err:002", {}, "5a", Outcome::delivered, "002"},
    {"buffered, flagged as a final one", 0x04, "id:5a stat:BUFFRED err:000", {}, "5a", Outcome::intermediate, "000"},
    {"accepted, flagged as an intermediate one",
     0x20,
     "id:5a stat:ACCEPTD err:000",
     {},
     "5a",
     Outcome::intermediate,
     "000"},
    {"delivered, flagged as an intermediate one",
     0x20,
     "id:5a stat:DELIVRD err:000",
     {},
     "5a",
     Outcome::delivered,
     "000"},
    // Flags.
    {"with a header bit and none there", 0x44, "id:5a stat:DELIVRD err:000", {}, "5a", Outcome::delivered, "000"},
    {"with a header", 0x44, "\5\0\3\x2a\1\1id:5a stat:DELIVRD err:000"s, {}, "5a", Outcome::delivered, "000"},
    {"with the reply path", 0x84, "id:5a stat:DELIVRD err:000", {}, "5a", Outcome::delivered, "000"},
    {"with mode bits", 0x07, "id:5a stat:DELIVRD err:000", {}, "5a", Outcome::delivered, "000"},
    {"an acknowledgement of the handset", 0x08, "id:5a stat:DELIVRD err:000", {}, "5a", Outcome::delivered, "000"},
    // Encodings.
    {"in UCS-2", 0x04, ucs2("id:5a stat:DELIVRD err:000 text:x"), {}, "5a", Outcome::delivered, "000", "", 8},
    {"in UCS-2 with its mark",
     0x04,
     "\xFE\xFF" + ucs2("id:5a stat:DELIVRD err:000"),
     {},
     "5a",
     Outcome::delivered,
     "000",
     "",
     8},
    {"in ASCII under the coding of UCS-2",
     0x04,
     "id:5a stat:DELIVRD err:000",
     {},
     "5a",
     Outcome::delivered,
     "000",
     "",
     8},
    // TLVs.
    {"in the payload",
     0x04,
     "",
     {{kState, "\2"}, {kPayload, "id:5a stat:DELIVRD err:000\0"s}},
     "5a",
     Outcome::delivered,
     "000"},
    {"in the payload, in UCS-2",
     0x04,
     "",
     {{kPayload, ucs2("id:5a stat:UNDELIV err:000")}},
     "5a",
     Outcome::undelivered,
     "000",
     "",
     8},
    {"TLVs alone",
     0x04,
     "",
     {{kId, "38601fa\0"s}, {kState, "\2"}, {kError, "\3\0\7"s}},
     "38601fa",
     Outcome::delivered,
     "7"},
    {"TLVs and words of no meaning",
     0x04,
     "362d9701 2",
     {{kId, "362d9701"}, {kState, "\5"}},
     "362d9701",
     Outcome::undelivered,
     ""},
    {"an id without its NUL, padded",
     0x04,
     "",
     {{kId, "38601fa   \0\0"s}, {kState, "\2"}},
     "38601fa",
     Outcome::delivered,
     ""},
    {"an empty id of the TLV",
     0x04,
     "id:5a stat:DELIVRD",
     {{kId, "\0"s}, {kState, "\2"}},
     "5a",
     Outcome::delivered,
     ""},
    {"an id of the TLV alone",
     0x04,
     "id:0059113978 stat:UNDELIV err:001",
     {{kId, "38601fa"}},
     "38601fa",
     Outcome::undelivered,
     "001",
     "0059113978"},
    {"a state of the TLV alone", 0x04, "id:5a stat:ENROUTE err:000", {{kState, "\3"}}, "5a", Outcome::expired, "000"},
    {"an error of three digits",
     0x04,
     "",
     {{kId, "5a"}, {kState, "\5"}, {kError, "069"}},
     "5a",
     Outcome::undelivered,
     "069"},
    {"an error of one octet",
     0x04,
     "",
     {{kId, "5a"}, {kState, "\5"}, {kError, "\x21"}},
     "5a",
     Outcome::undelivered,
     "33"},
    {"a vendor's state beside a word", 0x04, "id:5a stat:DELIVRD", {{kState, "\x88"}}, "5a", Outcome::delivered, ""},
    {"a vendor's state alone", 0x04, "id:5a", {{kState, "\xFE"}}, "5a", Outcome::undelivered, ""},
    {"a vendor's state, flagged as an intermediate one",
     0x20,
     "id:5a",
     {{kState, "\xFE"}},
     "5a",
     Outcome::intermediate,
     ""},
    {"vendors' TLVs around",
     0x04,
     "id:5a stat:DELIVRD",
     {{0x1403, "\1\2"}, {0x060D, "26201"}, {kState, "\2"}, {0x2001, ""}, {0x1503, "x"}},
     "5a",
     Outcome::delivered,
     ""},
};

template <class Pdu>
void expect_read(const Form& form, const Pdu& pdu) {
  const auto read = parse_receipt(pdu);
  ASSERT_TRUE(read) << form.name;
  EXPECT_TRUE(read->flagged) << form.name;
  EXPECT_EQ(read->message_id, form.id) << form.name;
  if (!form.text_id.empty()) {
    EXPECT_EQ(read->text_message_id, form.text_id) << form.name;
  }
  EXPECT_EQ(outcome(*read), form.outcome) << form.name;
  EXPECT_EQ(read->intermediate, form.outcome == Outcome::intermediate) << form.name;
  EXPECT_EQ(read->err.empty() ? read->network_error : read->err, form.error) << form.name;
}

TEST(ReceiptForms, AreReadFromDeliverSm) {
  for (const Form& form : kForms) {
    DeliverSm pdu;
    pdu.esm_class = form.esm_class;
    pdu.data_coding = form.data_coding;
    pdu.short_message = form.text;
    for (const RawTlv& each : form.tlvs) pdu.tlvs.add_raw(each.tag, octets_of(each.value));
    expect_read(form, pdu);
  }
}

TEST(ReceiptForms, AreReadFromDataSm) {
  for (const Form& form : kForms) {
    DataSm pdu;
    pdu.esm_class = form.esm_class;
    pdu.data_coding = form.data_coding;
    for (const RawTlv& each : form.tlvs) pdu.tlvs.add_raw(each.tag, octets_of(each.value));
    if (!form.text.empty()) pdu.tlvs.set_raw(kPayload, octets_of(form.text));
    expect_read(form, pdu);
  }
}

TEST(ReceiptForms, WithoutTheFlagAreReceiptsOnlyWhereTheyNameAMessageAndItsState) {
  for (const Form& form : kForms) {
    if (form.data_coding != 0 || (form.esm_class & 0x40) != 0) continue;
    DeliverSm pdu;
    pdu.short_message = form.text;
    for (const RawTlv& each : form.tlvs) pdu.tlvs.add_raw(each.tag, octets_of(each.value));
    const auto read = parse_receipt(pdu);
    const bool by_tlv = std::any_of(form.tlvs.begin(), form.tlvs.end(),
                                    [](const RawTlv& each) { return each.tag == kId && each.value.front() != 0; });
    if (by_tlv) {
      EXPECT_TRUE(read) << form.name;
    }
    if (form.id.empty()) {
      EXPECT_FALSE(read) << form.name;
    }
    if (read) {
      EXPECT_FALSE(read->flagged) << form.name;
      EXPECT_EQ(read->message_id, form.id) << form.name;
    }
  }
}

TEST(ReceiptForms, WhatPeopleWriteIsNone) {
  for (const char* text : {"id: 12 is my invoice", "ID:4711", "stat: what?", "Please state: delivered or not?",
                           "00,50 EUR paid, thanks, bye, x, y", "id:5 stat:all good", "text: id:5 stat:DELIVRD", "",
                           "STOP", "1,2,3,4,5,6,7"}) {
    DeliverSm pdu;
    pdu.short_message = text;
    EXPECT_FALSE(parse_receipt(pdu)) << text;
  }
  DeliverSm acknowledged;
  acknowledged.esm_class = 0x08;
  acknowledged.short_message = "I have read it";
  EXPECT_FALSE(parse_receipt(acknowledged));
}

TEST(ReceiptForms, DatesAreKeptAsTheyCame) {
  for (const std::string date :
       {"2611221405", "261122140500", "202611221405", "20261122140500", "180711070003912+", "0000000000"}) {
    const auto read =
        parse_receipt_text(octets_of("id:5a submit date:" + date + " done date:" + date + " stat:DELIVRD"));
    EXPECT_EQ(read.submit_date, date);
    EXPECT_EQ(read.done_date, date);
  }
}

}  // namespace
}  // namespace dunlin::smpp

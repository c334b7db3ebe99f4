// Redaction: what must not be there is not, what may is, and the PDU can still be dissected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>
#include <dunlin/smpp/redact.hpp>

namespace dunlin::smpp {
namespace {

using testing::HasSubstr;
using testing::Not;

Octets octets_of_pdu(Body body) {
  Octets out;
  EXPECT_TRUE(encode({CommandStatus::ok, 7, std::move(body)}, out));
  return out;
}

template <class T>
T redacted(const T& body, Redact what = Redact::personal, std::vector<std::uint16_t> shown = {}) {
  Octets octets = octets_of_pdu(body);
  const std::size_t before = octets.size();
  redact(octets, what, shown);
  EXPECT_EQ(octets.size(), before);
  const auto decoded = decode(octets);
  const auto* pdu = std::get_if<Pdu>(&decoded);
  EXPECT_NE(pdu, nullptr);
  return pdu != nullptr ? std::get<T>(pdu->body) : T{};
}

std::string text_in(const DeliverSm& deliver) { return std::string(deliver.short_message.text()); }

TEST(Redact, MasksNumbersDigitByDigit) {
  SubmitSm submit;
  submit.source_addr = "ACME Bank 24";
  submit.destination_addr = "4915112345678";
  submit.service_type = "12345";
  submit.validity_period = "261123120000000+";
  submit.short_message = "Invoice 118 is due";
  const SubmitSm kept = redacted(submit);
  EXPECT_EQ(kept.destination_addr, "491********78");
  EXPECT_EQ(kept.source_addr, "ACME Bank 24");
  EXPECT_EQ(kept.service_type, "12345");
  EXPECT_EQ(kept.validity_period, "261123120000000+");
  EXPECT_EQ(kept.short_message.text(), std::string(18, 'x'));
}

TEST(Redact, KeepsMessageIdsAndBlanksPasswords) {
  SubmitSmResp response;
  response.message_id = "12345678901234567890";
  EXPECT_EQ(redacted(response).message_id, "12345678901234567890");
  BindTransceiver bind;
  bind.system_id = "dunlin";
  bind.password = "secret";
  for (const Redact what : {Redact::personal, Redact::passwords}) {
    EXPECT_EQ(redacted(bind, what).password, "******");
    EXPECT_EQ(redacted(bind, what).system_id, "dunlin");
  }
  SubmitSm submit;
  submit.destination_addr = "4915112345678";
  submit.short_message = "due";
  EXPECT_EQ(redacted(submit, Redact::passwords), submit);
}

TEST(Redact, LeavesAUserDataHeaderThatIsOne) {
  DeliverSm deliver;
  deliver.esm_class = 0x40;
  deliver.short_message = std::string("\x05\x00\x03\x2A\x02\x01text", 10);
  EXPECT_EQ(text_in(redacted(deliver)), std::string("\x05\x00\x03\x2A\x02\x01xxxx", 10));
  deliver.data_coding = 8;
  EXPECT_EQ(text_in(redacted(deliver)), std::string("\x05\x00\x03\x2A\x02\x01\0x\0x", 10));
  // Announced, but the text is all there is: its first octet is no length, and its octets are no elements.
  deliver.data_coding = 0;
  deliver.short_message = "\x06secret";
  EXPECT_EQ(text_in(redacted(deliver)), std::string("\0xxxxxx", 7));
  deliver.short_message = "Hello";
  EXPECT_EQ(text_in(redacted(deliver)), std::string("\0xxxx", 5));
}

struct ReceiptCase {
  std::string text, kept;
};

TEST(Redact, LeavesOfAReceiptWhatItSays) {
  const ReceiptCase cases[] = {
      {"id:0059113978 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 text:Dear Ms "
       "Smith",
       "id:0059113978 sub:001 dlvrd:001 submit date:2611231200 done date:2611231201 stat:DELIVRD err:000 "
       "text:xxxxxxxxxxxxx"},
      {"id:38601fa stat:UNDELIV err:21b Text:id:4915112345678",
       "id:38601fa stat:UNDELIV err:21b Text:xxxxxxxxxxxxxxxx"},
      {"4790000000SMSAlert^id:77 err:4915112345678", "xxxxxxxxxxxxxxxxxxxid:77 err:xxxxxxxxxxxxx"},
      {"done date:20151212 Dear Ms Smith", "done date:20151212 xxxx xx xxxxx"},
      {"sub:4915112345678 stat:4915112345678", "sub:xxxxxxxxxxxxx stat:491********78"},
  };
  for (const ReceiptCase& one : cases) {
    DeliverSm deliver;
    deliver.esm_class = 0x04;
    deliver.short_message = one.text;
    EXPECT_EQ(text_in(redacted(deliver)), one.kept);
    // A person who writes like that is no SMSC; nor is a handset that acknowledges.
    for (const std::uint8_t esm_class : {0x00, 0x08, 0x10, 0x18}) {
      deliver.esm_class = esm_class;
      EXPECT_EQ(text_in(redacted(deliver)), std::string(one.text.size(), 'x'));
    }
  }
}

TEST(Redact, LeavesOfTlvsWhatNamesNobody) {
  DeliverSm deliver;
  deliver.tlvs.add(tlv::receipted_message_id, "38601fa");
  deliver.tlvs.add(tlv::message_state, MessageState::delivered);
  deliver.tlvs.add(tlv::message_payload, "Dear Ms Smith");
  deliver.tlvs.add_raw(0x1403, octets_of("4915112345678"));
  deliver.tlvs.add(tlv::source_network_id, "26201");
  const DeliverSm kept = redacted(deliver);
  EXPECT_EQ(kept.tlvs.get(tlv::receipted_message_id), MessageId("38601fa"));
  EXPECT_EQ(kept.tlvs.get(tlv::message_state), MessageState::delivered);
  EXPECT_EQ(kept.tlvs.get(tlv::message_payload)->text(), std::string(13, 'x'));
  EXPECT_EQ(text_of(*kept.tlvs.raw(0x1403)), std::string(13, 'x'));
  EXPECT_EQ(kept.tlvs.get(tlv::source_network_id)->view(), "xxxxx");
  EXPECT_EQ(text_of(*redacted(deliver, Redact::personal, {0x1403}).tlvs.raw(0x1403)), "4915112345678");
}

// Cut anywhere, and with any single octet changed: nothing of number, text or password is left.
TEST(Redact, LeavesNothingOfWhatCannotBeFollowed) {
  SubmitSm submit;
  submit.destination_addr = "4915112345678";
  submit.short_message = "Dear Ms Smith";
  submit.tlvs.add(tlv::message_payload, "Dear Ms Smith");
  BindTransceiver bind;
  bind.system_id = "dunlin";
  bind.password = "hunter22";
  const auto says = [](const Octets& octets) { return std::string(text_of(octets)); };
  for (const Octets& whole : {octets_of_pdu(submit), octets_of_pdu(bind)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      redact(cut, Redact::personal);
      EXPECT_THAT(says(cut), testing::AllOf(Not(HasSubstr("1511")), Not(HasSubstr("Smith")), Not(HasSubstr("hunter"))));
    }
    // Every length, NUL and flag taken for every other; but the NUL before a password is what tells it.
    const std::size_t nul = whole[7] == 0x09 ? 16 + bind.system_id.size() : 0;
    for (std::size_t at = 16; at < whole.size(); ++at) {
      if (at == nul) continue;
      for (const int value : {0x00, 0x01, 0x40, 0x44, 0x04, 0x7F, 0xFF}) {
        Octets changed = whole;
        changed[at] = static_cast<std::uint8_t>(value);
        redact(changed, Redact::personal);
        EXPECT_THAT(says(changed),
                    testing::AllOf(Not(HasSubstr("1511234")), Not(HasSubstr("Smith")), Not(HasSubstr("hunter22"))))
            << at << " " << value;
      }
    }
  }
  Octets unknown = octets_of_pdu(submit);
  unknown[7] = 0x77;
  redact(unknown, Redact::personal);
  EXPECT_TRUE(std::all_of(unknown.begin() + 16, unknown.end(), [](std::uint8_t octet) { return octet == 0; }));
}

TEST(DescribeTlv, SaysTagNameAndOctetsWithinBounds) {
  EXPECT_EQ(describe_tlv(0x2001, {}), "0x2001");
  EXPECT_EQ(describe_tlv(0x1403, octets_of("1234")), "0x1403 31323334");
  EXPECT_EQ(describe_tlv(0x060D, octets_of("12")), "0x060D source_network_id 3132");
  std::string hex;
  for (std::size_t i = 0; i < kTlvShownMax; ++i) hex += "61";
  EXPECT_EQ(describe_tlv(0x1403, octets_of(std::string(100, 'a'))), "0x1403 " + hex + "… (100 octets)");
  TlvSet tlvs;
  tlvs.add(tlv::message_state, MessageState::delivered);
  for (std::uint16_t i = 0; i < 20; ++i) tlvs.add_raw(static_cast<std::uint16_t>(0x1400 + i), octets_of("x"));
  const auto unlisted = unlisted_tlvs(tlvs);
  ASSERT_EQ(unlisted.size(), kTlvsShownMax + 1);
  EXPECT_EQ(unlisted.front(), "0x1400 78");
  EXPECT_EQ(unlisted.back(), "and 4 more");
}

}  // namespace
}  // namespace dunlin::smpp

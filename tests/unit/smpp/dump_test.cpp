#include <dunlin/smpp/dump.hpp>

#include <gtest/gtest.h>

namespace dunlin::smpp {
namespace {

TEST(Dump, MasksNumbersAndTextsUnlessAsked) {
  SubmitSm submit;
  submit.source_addr = "5772";
  submit.destination_addr = "48123456789";
  submit.short_message = "pay \x80";
  submit.tlvs.set(tlv::user_message_reference, 258);
  submit.tlvs.set(tlv::message_payload, "private");
  submit.tlvs.set(tlv::receipted_message_id, "17");
  submit.tlvs.add_raw(0x1403, Octets{1, 2});
  const Pdu pdu{CommandStatus::throttled, 7, submit};
  const auto masked = dump(pdu);
  EXPECT_TRUE(masked.starts_with("submit_sm, sequence_number 7, ESME_RTHROTTLED (0x00000058)\n  service_type: \"\"\n"))
      << masked;
  EXPECT_NE(masked.find("\n  source_addr: \"5772\""), std::string::npos);
  EXPECT_NE(masked.find("\n  destination_addr: \"481******89\""), std::string::npos);
  EXPECT_NE(masked.find("\n  short_message: (5 octets)"), std::string::npos);
  EXPECT_NE(masked.find("\n  user_message_reference: 258"), std::string::npos);
  EXPECT_NE(masked.find("\n  message_payload: (7 octets)"), std::string::npos);
  EXPECT_NE(masked.find("\n  receipted_message_id: \"17\""), std::string::npos);
  EXPECT_NE(masked.find("\n  TLV 0x1403: (2 octets)"), std::string::npos);
  const auto all = dump(pdu, Show::all);
  EXPECT_NE(all.find("\n  destination_addr: \"48123456789\""), std::string::npos);
  EXPECT_NE(all.find("\n  short_message: \"pay \\x80\""), std::string::npos);
  EXPECT_NE(all.find("\n  TLV 0x1403: 0102 (2 octets)"), std::string::npos);
}

TEST(Dump, NeverShowsAPassword) {
  BindTransceiver bind;
  bind.password = "secret";
  EXPECT_EQ(dump(Pdu{{}, 1, bind}, Show::all).find("secret"), std::string::npos);
}

TEST(Dump, ListsDestinations) {
  SubmitMulti multi;
  multi.dest_address = {SmeAddress{Ton::international, Npi::isdn, "48123456789"}, DistributionList{"debtors"}};
  EXPECT_NE(dump(Pdu{{}, 1, multi}).find("dest_address: \"481******89\", list \"debtors\""), std::string::npos);
  SubmitMultiResp response;
  response.unsuccess_sme = {UnsuccessSme{Ton::international, Npi::isdn, "48123456789", 0x0B}};
  EXPECT_NE(dump(Pdu{{}, 1, response}).find("unsuccess_sme: \"481******89\" ESME_RINVDSTADR (0x0000000B)"),
            std::string::npos);
}

}  // namespace
}  // namespace dunlin::smpp

// Octets of PDUs written by hand, and what the codec is strict and lenient about. The property tests walk every PDU;
// here are the cases.
#include <gtest/gtest.h>

#include <dunlin/smpp/codec.hpp>

namespace dunlin::smpp {
namespace {

Octets with_length(Octets frame) {
  for (std::size_t octet = 0; octet < 4; ++octet)
    frame[octet] = static_cast<std::uint8_t>(frame.size() >> (24 - 8 * octet));
  return frame;
}

Octets frame(CommandId id, CommandStatus status, std::uint32_t sequence, const std::string& body) {
  Octets octets{0, 0, 0, 0};
  for (const auto number : {static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(status), sequence}) {
    for (int shift = 24; shift >= 0; shift -= 8) octets.push_back(static_cast<std::uint8_t>(number >> shift));
  }
  octets.insert(octets.end(), body.begin(), body.end());
  return with_length(octets);
}

std::string octets_as_text(const Octets& octets) { return std::string(text_of(octets)); }

using namespace std::string_literals;

TEST(Codec, SubmitSmIsTheSpecificationsOctets) {
  SubmitSm submit;
  submit.service_type = "CMT";
  submit.source_addr_ton = Ton::alphanumeric;
  submit.source_addr = "ACME";
  submit.dest_addr_ton = Ton::international;
  submit.dest_addr_npi = Npi::isdn;
  submit.destination_addr = std::string("48123456789");
  submit.registered_delivery = registered_delivery::kFinal;
  submit.validity_period = "000007000000000R";
  submit.short_message = std::string_view("Hi");
  submit.tlvs.set(tlv::user_message_reference, 0x0102);
  Octets out;
  ASSERT_TRUE(encode(Pdu{CommandStatus::ok, 0x01020304, submit}, out));
  EXPECT_EQ(octets_as_text(out),
            "\0\0\0\x4B\0\0\0\4\0\0\0\0\1\2\3\4"
            "CMT\0\5\0ACME\0\1\1"
            "48123456789\0\0\0\0\0"
            "000007000000000R\0\1\0\0\0\2Hi"
            "\2\4\0\2\1\2"s);
}

TEST(Codec, KeepAlivesAndEmptyAnswersHaveTheirExactLength) {
  Octets out;
  ASSERT_TRUE(encode(Pdu{{}, 1, EnquireLink{}}, out));
  EXPECT_EQ(out.size(), 16U);
  out.clear();
  ASSERT_TRUE(encode(Pdu{{}, 1, EnquireLinkResp{}}, out));
  EXPECT_EQ(out.size(), 16U);
  out.clear();
  ASSERT_TRUE(encode(Pdu{{}, 1, DeliverSmResp{}}, out));
  EXPECT_EQ(out.size(), 17U);
  out.clear();
  ASSERT_TRUE(encode(Pdu{CommandStatus::temporary_application_error, 1, DeliverSmResp{}}, out));
  EXPECT_EQ(out.size(), 17U);
}

TEST(Codec, AnErrorResponseLeavesItsEmptyBodyOutAndKeepsAFullOne) {
  Octets out;
  ASSERT_TRUE(encode(Pdu{CommandStatus::throttled, 1, SubmitSmResp{}}, out));
  EXPECT_EQ(out.size(), 16U);
  SubmitSmResp with_id;
  with_id.message_id = "17";
  out.clear();
  ASSERT_TRUE(encode(Pdu{CommandStatus::throttled, 1, with_id}, out));
  EXPECT_EQ(out.size(), 19U);
  EXPECT_EQ(std::get<Pdu>(decode(out)).body, Body(with_id));
}

TEST(Codec, AnErrorsBodyIsAcceptedWhetherItIsThereOrNot) {
  const auto header = decode(frame(CommandId::bind_transceiver_resp, CommandStatus::invalid_password, 1, ""));
  EXPECT_EQ(std::get<Pdu>(header).command_status, CommandStatus::invalid_password);
  const auto seventeen = decode(frame(CommandId::bind_transceiver_resp, CommandStatus::invalid_password, 1, "\0"s));
  EXPECT_EQ(std::get<Pdu>(seventeen).body, Body(BindTransceiverResp{}));
}

TEST(Codec, KeepAliveWithAnOctetTooMuchIsRead) {
  const auto result = decode(frame(CommandId::enquire_link_resp, {}, 9, "\0"s));
  EXPECT_EQ(std::get<Pdu>(result).body, Body(EnquireLinkResp{}));
}

TEST(Codec, LongerFieldsOfRealPeersAreReadAndNotWritten) {
  const std::string password(20, 'p'), id(200, '7');
  const auto bind =
      decode(frame(CommandId::bind_receiver, {}, 1, "system"s + '\0' + password + '\0' + "\0\x34\0\0\0"s));
  ASSERT_TRUE(std::holds_alternative<Pdu>(bind));
  EXPECT_EQ(std::get<BindReceiver>(std::get<Pdu>(bind).body).password, password);
  Octets out;
  const auto refused = encode(std::get<Pdu>(bind), out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "password");
  EXPECT_EQ(refused.error().detail.find(password), std::string::npos);

  const auto response = decode(frame(CommandId::submit_sm_resp, {}, 1, id + '\0'));
  EXPECT_EQ(std::get<SubmitSmResp>(std::get<Pdu>(response).body).message_id, id);
}

TEST(Codec, AFieldBeyondAnyBoundIsAnsweredWithItsStatus) {
  const auto result = decode(frame(CommandId::bind_receiver, {}, 77, std::string(300, 'x') + '\0'));
  const auto& unparsed = std::get<Unparsed>(result);
  EXPECT_EQ(unparsed.answer, CommandStatus::invalid_system_id);
  EXPECT_EQ(unparsed.error.code, "too_long");
  EXPECT_EQ(unparsed.error.where, "system_id at octet 16");
  EXPECT_EQ(unparsed.header.sequence_number, 77U);
}

TEST(Codec, AnUnknownCommandIsKeptWithItsHeader) {
  const auto result = decode(frame(static_cast<CommandId>(0x00010201), {}, 5, "vendor"));
  const auto& unparsed = std::get<Unparsed>(result);
  EXPECT_EQ(unparsed.answer, CommandStatus::invalid_command_id);
  EXPECT_EQ(unparsed.error.where, "command_id");
  EXPECT_EQ(unparsed.header.sequence_number, 5U);
  EXPECT_EQ(static_cast<std::uint32_t>(unparsed.header.command_id), 0x00010201U);
}

TEST(Codec, ADestFlagNobodyKnowsIsNamed) {
  const auto result = decode(frame(CommandId::submit_multi, {}, 1, "\0\0\0\0\1\3"s));
  const auto& unparsed = std::get<Unparsed>(result);
  EXPECT_EQ(unparsed.answer, CommandStatus::invalid_destination_flag);
  EXPECT_EQ(unparsed.error.where, "dest_address at octet 20");
}

TEST(Codec, StrictAboutWhatItWrites) {
  const auto refusal = [](auto change) {
    SubmitSm submit;
    change(submit);
    Octets out{1};
    const auto result = encode(Pdu{{}, 1, submit}, out);
    EXPECT_EQ(result.has_value(), out != Octets{1});
    return result ? std::string() : result.error().code + " " + result.error().where;
  };
  EXPECT_EQ(refusal([](auto& s) { s.destination_addr = std::string(21, '1'); }), "too_long destination_addr");
  EXPECT_EQ(refusal([](auto& s) { s.source_addr = "A\0B"s; }), "embedded_nul source_addr");
  EXPECT_EQ(refusal([](auto& s) { s.validity_period = "2611221900"; }), "bad_time validity_period");
  EXPECT_EQ(refusal([](auto& s) { s.short_message = std::string(255, 'x'); }), "too_long short_message");
  EXPECT_EQ(refusal([](auto& s) { s.tlvs.set(tlv::callback_num, Octets(3)); }), "bad_length callback_num");
  EXPECT_EQ(refusal([](auto& s) { s.tlvs.add_raw(0x1400, Octets(70'000)); }), "bad_length TLV 5120");
  EXPECT_EQ(refusal([](auto& s) { s.short_message = std::string(254, 'x'); }), "");
  SubmitMulti multi;
  Octets out;
  EXPECT_EQ(encode(Pdu{{}, 1, multi}, out).error().code, "too_few");
  multi.dest_address.resize(255);
  EXPECT_EQ(encode(Pdu{{}, 1, multi}, out).error().code, "too_many");
}

TEST(Codec, ResponsesAreToldFromRequests) {
  EXPECT_FALSE(is_response(CommandId::submit_sm));
  EXPECT_TRUE(is_response(CommandId::submit_sm_resp));
  EXPECT_TRUE(is_response(CommandId::generic_nack));
  EXPECT_EQ(response_to(CommandId::deliver_sm), CommandId::deliver_sm_resp);
  EXPECT_EQ(response_to(CommandId::outbind), CommandId::generic_nack);
  EXPECT_EQ(response_to(static_cast<CommandId>(0x1234)), CommandId::generic_nack);
}

TEST(FrameReader, TellsALengthThatCantBeTrueAndStaysLost) {
  for (const std::uint8_t length : {0, 4, 15}) {
    FrameReader reader;
    auto octets = frame(CommandId::enquire_link, {}, 0x55, "");
    octets[3] = length;
    reader.feed(octets);
    const auto result = reader.next();
    ASSERT_TRUE(std::holds_alternative<FramingError>(result)) << int(length);
    EXPECT_EQ(std::get<FramingError>(result).header.sequence_number, 0x55U);
    EXPECT_EQ(std::get<FramingError>(result).answer, CommandStatus::invalid_command_length);
    reader.feed(frame(CommandId::enquire_link, {}, 1, ""));
    EXPECT_TRUE(std::holds_alternative<FramingError>(reader.next()));
    EXPECT_EQ(reader.buffered(), 0U);
  }
}

TEST(FrameReader, HoldsItsBound) {
  FrameReader reader(100);
  reader.feed(frame(CommandId::submit_sm, {}, 1, std::string(84, 'x')));
  EXPECT_TRUE(std::holds_alternative<OctetView>(reader.next()));
  reader.feed(frame(CommandId::submit_sm, {}, 1, std::string(85, 'x')));
  EXPECT_TRUE(std::holds_alternative<FramingError>(reader.next()));
}

TEST(FrameReader, WaitsForTheWholeHeaderWhateverThePieces) {
  FrameReader reader;
  auto octets = frame(CommandId::enquire_link, {}, 0x55, "");
  octets[0] = 0xFF;
  for (std::size_t at = 0; at < octets.size(); ++at) {
    EXPECT_TRUE(std::holds_alternative<NeedMore>(reader.next()));
    reader.feed(OctetView(octets).subspan(at, 1));
  }
  EXPECT_TRUE(std::holds_alternative<FramingError>(reader.next()));
}

}  // namespace
}  // namespace dunlin::smpp

#include "delivery.hpp"

#include <algorithm>
#include <dunlin/base/octets.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <dunlin/text/encode.hpp>

namespace dunlin::smsc {
namespace {

constexpr std::size_t kShortCodeDigitsMax = 6;

bool succeeded(smpp::MessageState state) { return state == smpp::MessageState::delivered; }

void write_receipt(const Delivery& delivery, const Options& options, Wall now, smpp::DeliverSm& pdu) {
  const auto id = message_id(delivery.number, options.receipt_id_form);
  pdu.esm_class = smpp::esm_class::kDeliveryReceipt;
  if (options.receipt_form != ReceiptForm::tlv) {
    smpp::ReceiptText text;
    text.message_id = id;
    text.dlvrd = succeeded(delivery.state) ? 1 : 0;
    text.submit_date = delivery.submitted;
    text.done_date = now;
    text.state = delivery.state;
    text.err = succeeded(delivery.state) ? "000" : "001";
    text.text = delivery.octets;
    pdu.short_message = smpp::format_receipt(text);
  }
  if (options.receipt_form != ReceiptForm::text) {
    pdu.tlvs.set(smpp::tlv::receipted_message_id, id);
    pdu.tlvs.set(smpp::tlv::message_state, delivery.state);
  }
  if (delivery.user_message_reference) {
    pdu.tlvs.set(smpp::tlv::user_message_reference, *delivery.user_message_reference);
  }
}

}  // namespace

Party party_of(std::string_view address) {
  if (address.starts_with('+')) address.remove_prefix(1);
  const bool digits = std::ranges::all_of(address, [](char octet) { return octet >= '0' && octet <= '9'; });
  if (!digits) return {smpp::Ton::alphanumeric, smpp::Npi::unknown, std::string(address)};
  if (address.size() <= kShortCodeDigitsMax) {
    return {smpp::Ton::network_specific, smpp::Npi::unknown, std::string(address)};
  }
  return {smpp::Ton::international, smpp::Npi::isdn, std::string(address)};
}

Result<std::vector<Delivery>> text_from_phone(std::string_view from, std::string_view to, std::string_view text,
                                              std::string_view encoding, std::uint8_t reference) {
  text::EncodeOptions how;
  how.encoding = encoding;
  how.reference = reference;
  const auto encoded = text::encode(text, how);
  if (!encoded) return tl::unexpected(encoded.error());
  std::vector<Delivery> deliveries;
  for (const auto& segment : encoded->segments) {
    Delivery& delivery = deliveries.emplace_back();
    delivery.from = party_of(from);
    delivery.to = party_of(to);
    delivery.esm_class = segment.udhi ? smpp::esm_class::kUdhi : 0;
    delivery.data_coding = encoded->data_coding;
    delivery.octets = text_of(segment.short_message);
  }
  return deliveries;
}

smpp::DeliverSm to_pdu(const Delivery& delivery, const Options& options, Wall now) {
  smpp::DeliverSm pdu;
  pdu.source_addr_ton = delivery.from.ton;
  pdu.source_addr_npi = delivery.from.npi;
  pdu.source_addr = delivery.from.address;
  pdu.dest_addr_ton = delivery.to.ton;
  pdu.dest_addr_npi = delivery.to.npi;
  pdu.destination_addr = delivery.to.address;
  if (delivery.receipt) {
    write_receipt(delivery, options, now, pdu);
  } else {
    pdu.esm_class = delivery.esm_class;
    pdu.data_coding = delivery.data_coding;
    pdu.short_message = delivery.octets;
  }
  return pdu;
}

}  // namespace dunlin::smsc

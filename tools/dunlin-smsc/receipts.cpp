#include "receipts.hpp"

#include <algorithm>
#include <dunlin/base/octets.hpp>
#include <dunlin/smpp/receipt.hpp>

namespace dunlin::smsc {
namespace {

constexpr std::uint8_t kUcs2 = 8;
constexpr std::uint16_t kVendorState = 0x1403, kVendorOperator = 0x1454;

std::string text_of_receipt(const Delivery& delivery, const Options& options, Wall now) {
  const bool delivered = delivery.state == smpp::MessageState::delivered;
  ReceiptWords words;
  words.id = message_id(delivery.number, options.receipt_id_form);
  words.sub = "001";
  words.dlvrd = delivered ? "001" : "000";
  words.submit = receipt_date(delivery.submitted, options.dialect.dates);
  words.done = receipt_date(now, options.dialect.dates);
  words.stat = smpp::stat_of(delivery.state);
  words.lower_stat = words.stat;
  for (auto& letter : words.lower_stat) letter = static_cast<char>(letter - 'A' + 'a');
  words.err = delivered ? "000" : "001";
  words.text = delivery.octets;
  return fill_layout(options.dialect.layout, words);
}

Octets octets_of_text(std::string_view text, ReceiptCoding coding) {
  Octets octets;
  for (const char letter : text) {
    if (coding == ReceiptCoding::ucs2) octets.push_back(0);
    octets.push_back(static_cast<std::uint8_t>(letter));
  }
  return octets;
}

// Where the text goes depends on the PDU and on its length: 254 octets and no more go into short_message.
template <class Pdu>
void put_text(Pdu& pdu, Octets text, const Dialect& dialect) {
  if constexpr (requires { pdu.short_message; }) {
    if (!dialect.payload && text.size() <= smpp::ShortMessage::octets_max) {
      pdu.short_message = text;
      return;
    }
  }
  if (dialect.payload) text.push_back(0);
  pdu.tlvs.set(smpp::tlv::message_payload, std::move(text));
}

template <class Pdu>
Pdu filled(const Delivery& delivery, const Options& options, Wall now) {
  const auto& dialect = options.dialect;
  const bool intermediate = delivery.state == smpp::MessageState::enroute;
  Pdu pdu;
  set_addresses(pdu, delivery);
  pdu.esm_class =
      intermediate && dialect.intermediate_esm_class != 0 ? dialect.intermediate_esm_class : dialect.esm_class;
  if (options.receipt_form != ReceiptForm::tlv) {
    put_text(pdu, octets_of_text(text_of_receipt(delivery, options, now), dialect.coding), dialect);
    pdu.data_coding = dialect.coding == ReceiptCoding::ascii ? 0 : kUcs2;
  }
  if (options.receipt_form != ReceiptForm::text) {
    pdu.tlvs.set(smpp::tlv::receipted_message_id, message_id(delivery.number, options.tlv_id_form));
    if (dialect.state_tlv) pdu.tlvs.set(smpp::tlv::message_state, delivery.state);
  }
  if (dialect.echoes_reference && delivery.user_message_reference) {
    pdu.tlvs.set(smpp::tlv::user_message_reference, *delivery.user_message_reference);
  }
  if (dialect.vendor_tlvs) {
    pdu.tlvs.add_raw(kVendorState, octets_of("262030"));
    pdu.tlvs.add_raw(kVendorOperator, Octets{0, 1});
  }
  return pdu;
}

}  // namespace

smpp::Body receipt_pdu(const Delivery& delivery, const Options& options, Wall now) {
  if (options.dialect.data_sm) return filled<smpp::DataSm>(delivery, options, now);
  return filled<smpp::DeliverSm>(delivery, options, now);
}

}  // namespace dunlin::smsc

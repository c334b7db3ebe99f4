#include "engine/inbound_message.hpp"

#include "engine/kept_receipt.hpp"

namespace dunlin::engine {

namespace {

template <class Pdu>
InboundMessage message_of(const Pdu& pdu) {
  InboundMessage message;
  const auto digits = [](std::string_view address) {
    if (address.starts_with('+')) address.remove_prefix(1);
    if (address.starts_with("00")) address.remove_prefix(2);
    return std::string(address);
  };
  message.from = digits(pdu.source_addr.view());
  message.to = digits(pdu.destination_addr.view());
  message.source_ton = static_cast<std::uint8_t>(pdu.source_addr_ton);
  message.esm_class = pdu.esm_class;
  message.data_coding = pdu.data_coding;
  if (auto payload = pdu.tlvs.get(smpp::tlv::message_payload)) {
    const OctetView view = payload->view();
    message.user_data.assign(view.begin(), view.end());
  }
  if constexpr (requires { pdu.short_message; }) {
    const OctetView view = pdu.short_message.view();
    if (!view.empty()) message.user_data.assign(view.begin(), view.end());
  }
  message.receipt = smpp::parse_receipt(pdu);
  if (message.receipt) {
    message.printable_text = printable(message.user_data);
    message.printable_tlvs = printable(pdu.tlvs);
  }
  return message;
}

}  // namespace

std::optional<InboundMessage> inbound_message(const smpp::Body& body) {
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&body)) return message_of(*deliver);
  if (const auto* data = std::get_if<smpp::DataSm>(&body)) return message_of(*data);
  return std::nullopt;
}

}  // namespace dunlin::engine

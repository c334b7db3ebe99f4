// deliver_sm and data_sm as one: who wrote to whom, what, and whether it is a receipt.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <optional>
#include <string>

namespace dunlin::engine {

struct InboundMessage {
  std::string from, to;  // digits, no '+', no leading "00"
  std::uint8_t source_ton = 0;
  std::uint8_t esm_class = 0;
  std::uint8_t data_coding = 0;
  Octets user_data;  // of short_message, else of message_payload
  std::optional<smpp::Receipt> receipt;
  std::string printable_text, printable_tlvs;  // of a receipt (kept_receipt.hpp)
};

// Nothing for a body that carries no message.
std::optional<InboundMessage> inbound_message(const smpp::Body& body);

}  // namespace dunlin::engine

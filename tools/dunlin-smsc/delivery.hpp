// What the SMSC has to deliver: a receipt, or a text from a phone.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace dunlin::smsc {

struct Party {
  smpp::Ton ton{};
  smpp::Npi npi{};
  std::string address;
};
// As a network would mark it: letters are alphanumeric, up to six digits a short code, else international.
Party party_of(std::string_view address);

struct Delivery {
  Party from, to;
  bool receipt = false;
  std::uint8_t tries = 0;
  // Of a receipt: which message, what became of it, and the start of its text. Of a text: its octets.
  std::uint64_t number = 0;
  Wall submitted{};
  smpp::MessageState state = smpp::MessageState::delivered;
  std::optional<std::uint16_t> user_message_reference;
  std::uint8_t esm_class = 0, data_coding = 0;
  std::string octets;
};

template <class Pdu>
void set_addresses(Pdu& pdu, const Delivery& delivery) {
  pdu.source_addr_ton = delivery.from.ton;
  pdu.source_addr_npi = delivery.from.npi;
  pdu.source_addr = delivery.from.address;
  pdu.dest_addr_ton = delivery.to.ton;
  pdu.dest_addr_npi = delivery.to.npi;
  pdu.destination_addr = delivery.to.address;
}

// A text from a phone, in as many deliveries as it has segments. `encoding` is dunlin/text's; `reference` names the
// segments' whole. Errors: dunlin/text's.
[[nodiscard]] Result<std::vector<Delivery>> text_from_phone(std::string_view from, std::string_view to,
                                                            std::string_view text, std::string_view encoding,
                                                            std::uint8_t reference);

// A deliver_sm, or of a receipt what the dialect sends.
smpp::Body to_pdu(const Delivery& delivery, const Options& options, Wall now);

}  // namespace dunlin::smsc

#include "delivery.hpp"

#include <algorithm>
#include <dunlin/base/octets.hpp>
#include <dunlin/text/encode.hpp>

#include "receipts.hpp"

namespace dunlin::smsc {
namespace {

constexpr std::size_t kShortCodeDigitsMax = 6;

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

smpp::Body to_pdu(const Delivery& delivery, const Options& options, Wall now) {
  if (delivery.receipt) return receipt_pdu(delivery, options, now);
  smpp::DeliverSm pdu;
  set_addresses(pdu, delivery);
  pdu.esm_class = delivery.esm_class;
  pdu.data_coding = delivery.data_coding;
  pdu.short_message = delivery.octets;
  return pdu;
}

}  // namespace dunlin::smsc

// A PDU in words: one line for its header, one a field and a TLV. For logs, tests and people.
#pragma once

#include <dunlin/smpp/pdu.hpp>
#include <string>
#include <vector>

namespace dunlin::smpp {

// masked: numbers keep their first three and last two digits, texts are told by their length alone.
enum class Show : std::uint8_t { masked, all };

// Passwords are never shown.
std::string dump(const Pdu& pdu, Show show = Show::masked);

// A TLV for people and events: "0x1403 31323334", "0x060D source_network_id 3132", "0x2001". The value in hex; of more
// than kTlvShownMax octets the first, then "… (N octets)". It may hold anything: keep it out of logs.
inline constexpr std::size_t kTlvShownMax = 64;
std::string describe_tlv(std::uint16_t tag, OctetView value);

// Those of a set that no specification lists, described, at most kTlvsShownMax; then one line says how many more.
inline constexpr std::size_t kTlvsShownMax = 16;
std::vector<std::string> unlisted_tlvs(const TlvSet& tlvs);

}  // namespace dunlin::smpp

// A receipt as it came, made printable and bounded, for people who look at a job. Pure.
#pragma once

#include <dunlin/base/octets.hpp>
#include <dunlin/smpp/tlv.hpp>
#include <string>

namespace dunlin::engine {

// Printable ASCII as it is, '\' doubled, other octets as \xNN; UCS-2 with its code units as \uNNNN where they are no
// printable ASCII. At most store::kKeptTextMax octets; what is beyond is cut, and "..." says so.
std::string printable(OctetView octets);

// "receipted_message_id=38601fa message_state=2 0x1403=01fe": every TLV but message_payload, in the order they came;
// bounded as above.
std::string printable(const smpp::TlvSet& tlvs);

}  // namespace dunlin::engine

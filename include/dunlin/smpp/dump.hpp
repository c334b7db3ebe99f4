// A PDU in words: one line for its header, one a field and a TLV. For logs, tests and people.
#pragma once

#include <dunlin/smpp/pdu.hpp>
#include <string>

namespace dunlin::smpp {

// masked: numbers keep their first three and last two digits, texts are told by their length alone.
enum class Show : std::uint8_t { masked, all };

// Passwords are never shown.
std::string dump(const Pdu& pdu, Show show = Show::masked);

}  // namespace dunlin::smpp

// Frames whose command is chosen by an index, so that mutations of the first octet walk the operations.
#pragma once

#include <array>
#include <dunlin/smpp/pdu.hpp>

#include "fuzz/fuzz.hpp"

namespace dunlin::fuzz {

template <class... Bodies>
constexpr auto ids_of(const std::variant<Bodies...>*) {
  return std::array{Bodies::command_id...};
}
// Every operation and response, in the order of smpp::Body.
inline constexpr auto kOperations = ids_of(static_cast<const smpp::Body*>(nullptr));

inline void put_u32(Octets& octets, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) octets[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace dunlin::fuzz

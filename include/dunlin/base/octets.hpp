// Raw octets, as on a wire or a disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin {

using Octets = std::vector<std::uint8_t>;
using OctetView = std::span<const std::uint8_t>;

inline OctetView octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(OctetView octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace dunlin

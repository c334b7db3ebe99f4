// Numbers and octets in hexadecimal. Pure.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <string>
#include <string_view>

namespace dunlin {

inline constexpr std::string_view kHexLower = "0123456789abcdef", kHexUpper = "0123456789ABCDEF";

// The lowest `digits` of a number, the highest of them first.
inline void append_hex(std::string& out, std::uint64_t number, int digits, std::string_view alphabet = kHexLower) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += alphabet[number >> shift & 0xF];
}

// As the specification writes numbers: "0x001E".
inline std::string hex_number(std::uint64_t number, int digits) {
  std::string text = "0x";
  append_hex(text, number, digits, kHexUpper);
  return text;
}

// Two digits an octet, lower case.
inline std::string hex_of(OctetView octets) {
  std::string text;
  text.reserve(2 * octets.size());
  for (const std::uint8_t octet : octets) append_hex(text, octet, 2);
  return text;
}

}  // namespace dunlin

#include "certify/printable.hpp"

#include <array>
#include <cstdio>

namespace dunlin::certify {
namespace {

std::string escaped(std::string_view octets, std::string_view also) {
  std::string text;
  for (const char octet : octets) {
    if (octet >= ' ' && octet <= '~' && also.find(octet) == std::string_view::npos) {
      text += octet;
      continue;
    }
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(octet)));
    text += hex.data();
  }
  return text;
}

}  // namespace

std::string printable(std::string_view octets) { return escaped(octets, "\\"); }

std::string cell(std::string_view text) {
  std::string safe;
  for (const char letter : text) {
    if (letter == '|' || letter == '`' || letter == '<') safe += '\\';
    safe += letter;
  }
  return safe;
}

std::string code(std::string_view octets) { return "`" + escaped(octets, "\\`") + "`"; }

}  // namespace dunlin::certify

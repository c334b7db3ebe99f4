// Where ISO 8859-15 (Latin-9) differs from Latin-1: eight signs.
#pragma once

#include <array>
#include <cstdint>

namespace dunlin::text {

struct Latin9Sign {
  std::uint8_t octet;
  char32_t character;
};
inline constexpr std::array kLatin9Signs = {
    Latin9Sign{0xA4, 0x20AC}, Latin9Sign{0xA6, 0x0160}, Latin9Sign{0xA8, 0x0161}, Latin9Sign{0xB4, 0x017D},
    Latin9Sign{0xB8, 0x017E}, Latin9Sign{0xBC, 0x0152}, Latin9Sign{0xBD, 0x0153}, Latin9Sign{0xBE, 0x0178},
};

// 0: not in it.
constexpr std::uint8_t latin9_octet(char32_t character) {
  for (const Latin9Sign& sign : kLatin9Signs) {
    if (sign.character == character) return sign.octet;
    if (sign.octet == character) return 0;
  }
  const bool same = character < 0x80 || (character >= 0xA0 && character <= 0xFF);
  return same ? static_cast<std::uint8_t>(character) : std::uint8_t{0};
}
constexpr char32_t latin9_character(std::uint8_t octet) {
  for (const Latin9Sign& sign : kLatin9Signs) {
    if (sign.octet == octet) return sign.character;
  }
  return octet;
}

}  // namespace dunlin::text

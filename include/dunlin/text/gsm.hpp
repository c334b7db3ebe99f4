// The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1, §6.2.1.1), or a national language's
// tables in their place (annex A), and septets packed into octets (§6.1.2.1).
//
// A character of the alphabet is one septet; one of the extension table is two, the escape kEscape and its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/text/languages.hpp>
#include <string>
#include <string_view>

namespace dunlin::text {

inline constexpr std::uint8_t kEscape = 0x1B;
inline constexpr std::uint8_t kCarriageReturn = 0x0D;

// How a character is written in septets.
struct Septets {
  std::uint8_t count = 0;  // 0: not in the alphabet; 1; 2: kEscape, then `septet`
  std::uint8_t septet = 0;
};
[[nodiscard]] Septets gsm_septets(char32_t code_point);
// The same with a language's tables; the shorter way where both have it.
[[nodiscard]] Septets gsm_septets(char32_t code_point, ShiftTables tables);

// The character of a septet (0 to 0x7F) in the default alphabet; the escape itself, and anything above, is U+FFFD. In a
// locking shift table a cell without a character is a space, as the standard prints it.
[[nodiscard]] char32_t gsm_character(std::uint8_t septet, Language locking = Language::none);
// The character of an escaped septet. One the extension table lacks shows as the alphabet's, escape twice as a space
// (§6.2.1.1).
[[nodiscard]] char32_t gsm_extension_character(std::uint8_t septet, ShiftTables tables = {});

// Unpacked septets (one an octet) as UTF-8. Never fails: an octet above 0x7F is no septet and is read as Latin-1, which
// is what SMSCs that send such octets mean; an escape at the very end is dropped.
[[nodiscard]] std::string gsm_to_utf8(OctetView septets, ShiftTables tables = {});

// Septets, one an octet, packed after `fill_bits` (0 to 6) zero bits. Seven spare bits at the end become a CR, so that
// nobody reads them as
// '@' (§6.1.2.3.1). The second CR that section wants after a text's own last one is left out: it could be one octet too
// many.
[[nodiscard]] Octets pack(OctetView septets, unsigned fill_bits = 0);
// The other way round: as many septets as the octets hold after `fill_bits`, without a CR that only fills the last
// seven bits.
[[nodiscard]] Octets unpack(OctetView packed, unsigned fill_bits = 0);

// Zero bits between a user data header of so many octets and the first septet, which starts on a septet's boundary
// (TS 23.040 §9.2.3.24).
constexpr unsigned fill_bits_after(std::size_t header_octets) {
  return static_cast<unsigned>((7 - header_octets * 8 % 7) % 7);
}

}  // namespace dunlin::text

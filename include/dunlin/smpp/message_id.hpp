// Message ids as SMSCs name one message differently: hex in the response, decimal in the receipt, padded, in another
// case. The raw form is never altered; these are the keys it is compared by. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::smpp {

// Longer numbers are no numbers to us: they are compared as text alone.
inline constexpr std::size_t kHexDigitsMax = 64;
inline constexpr std::size_t kDecimalDigitsMax = 78;  // 64 hex digits in decimal

// Case-folded (ASCII); an 0x before a hexadecimal id and leading zeros of a wholly decimal or hexadecimal one stripped
// ("0" stays "0"). A UUID keeps its zeros.
std::string fold(std::string_view id);

// The same number in the other base, folded: "38601fa" → "59113978". An 0x before a hex id is skipped. Nothing for what
// is no such number or is too long for it.
std::optional<std::string> hex_to_decimal(std::string_view id);
std::optional<std::string> decimal_to_hex(std::string_view id);

}  // namespace dunlin::smpp

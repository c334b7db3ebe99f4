// UTF-8 and code points. Strict: an overlong form, a surrogate, a truncated sequence and anything above U+10FFFF is an
// error that names its octet (RFC 3629).
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <string>
#include <string_view>

namespace dunlin::text {

inline constexpr char32_t kReplacementCharacter = U'\uFFFD';
inline constexpr char32_t kLastCodePoint = 0x10FFFF;

// One step of reading UTF-8. `octets` is 0 when `utf8` does not start with a whole valid sequence (or is empty).
struct CodePoint {
  char32_t value = 0;
  std::uint8_t octets = 0;
};
[[nodiscard]] CodePoint first_code_point(std::string_view utf8);

// Errors: "bad_utf8", where "text at octet N", N counted from 0.
[[nodiscard]] Result<std::u32string> to_code_points(std::string_view utf8);

// A surrogate or a number above U+10FFFF becomes U+FFFD.
void append_utf8(std::string& utf8, char32_t code_point);
[[nodiscard]] std::string to_utf8(std::u32string_view code_points);

// "U+20AC": how errors and replacements name a character.
[[nodiscard]] std::string name_of(char32_t code_point);

constexpr bool is_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDFFF; }
// UTF-16 code units a code point takes: 1, or 2 above U+FFFF.
constexpr std::size_t utf16_units(char32_t code_point) { return code_point > 0xFFFF ? 2 : 1; }

}  // namespace dunlin::text

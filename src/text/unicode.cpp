#include <cstdio>
#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

constexpr bool is_continuation(char octet) { return (static_cast<unsigned char>(octet) & 0xC0) == 0x80; }

// Length of the sequence a lead octet starts, with the smallest code point that needs it; 0: not a lead octet.
struct Lead {
  std::uint8_t octets;
  char32_t bits;
  char32_t least;
};
constexpr Lead lead_of(unsigned char octet) {
  if (octet < 0x80) return {1, octet, 0};
  if (octet >= 0xC2 && octet <= 0xDF) return {2, static_cast<char32_t>(octet & 0x1F), 0x80};
  if (octet >= 0xE0 && octet <= 0xEF) return {3, static_cast<char32_t>(octet & 0x0F), 0x800};
  if (octet >= 0xF0 && octet <= 0xF4) return {4, static_cast<char32_t>(octet & 0x07), 0x10000};
  return {0, 0, 0};
}

}  // namespace

CodePoint first_code_point(std::string_view utf8) {
  if (utf8.empty()) return {};
  const Lead lead = lead_of(static_cast<unsigned char>(utf8.front()));
  if (lead.octets == 0 || utf8.size() < lead.octets) return {};
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.octets; ++i) {
    if (!is_continuation(utf8[i])) return {};
    value = value << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3F);
  }
  if (value < lead.least || value > kLastCodePoint || is_surrogate(value)) return {};
  return {value, lead.octets};
}

Result<std::u32string> to_code_points(std::string_view utf8) {
  std::u32string code_points;
  code_points.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const CodePoint next = first_code_point(utf8.substr(at));
    if (next.octets == 0) return failure("bad_utf8", "not valid UTF-8", "text at octet " + std::to_string(at));
    code_points.push_back(next.value);
    at += next.octets;
  }
  return code_points;
}

void append_utf8(std::string& utf8, char32_t code_point) {
  if (code_point < 0x80) {
    utf8.push_back(static_cast<char>(code_point));
    return;
  }
  if (is_surrogate(code_point) || code_point > kLastCodePoint) code_point = kReplacementCharacter;
  const auto tail = [&](unsigned shift) { utf8.push_back(static_cast<char>(0x80 | (code_point >> shift & 0x3F))); };
  if (code_point < 0x800) {
    utf8.push_back(static_cast<char>(0xC0 | code_point >> 6));
  } else if (code_point < 0x10000) {
    utf8.push_back(static_cast<char>(0xE0 | code_point >> 12));
    tail(6);
  } else {
    utf8.push_back(static_cast<char>(0xF0 | code_point >> 18));
    tail(12);
    tail(6);
  }
  tail(0);
}

std::string to_utf8(std::u32string_view code_points) {
  std::string utf8;
  utf8.reserve(code_points.size());
  for (const char32_t code_point : code_points) append_utf8(utf8, code_point);
  return utf8;
}

std::string name_of(char32_t code_point) {
  char name[16];
  std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(code_point));
  return name;
}

}  // namespace dunlin::text

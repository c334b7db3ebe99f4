#include "base/redact.hpp"

#include <cstddef>

namespace dunlin {
namespace {

constexpr std::size_t kInternationalMin = 5;
constexpr std::size_t kAloneMin = 8;
constexpr std::size_t kNumberMax = 15;
constexpr std::size_t kShown = 2;  // digits left at each end

bool is_digit(char octet) { return octet >= '0' && octet <= '9'; }
bool is_word(char octet) {
  return is_digit(octet) || (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || octet == '_';
}

bool is_number(std::string_view line, std::size_t first, std::size_t last) {
  const std::size_t digits = last - first;
  if (first > 0 && line[first - 1] == '+') return digits >= kInternationalMin;
  if (digits > kNumberMax) return false;
  const bool alone = (first == 0 || !is_word(line[first - 1])) && (last == line.size() || !is_word(line[last]));
  return alone && digits >= kAloneMin;
}

}  // namespace

std::string redact(std::string_view line) {
  std::string masked(line);
  for (std::size_t first = 0; first < line.size(); ++first) {
    if (!is_digit(line[first])) continue;
    std::size_t last = first;
    while (last < line.size() && is_digit(line[last])) ++last;
    if (is_number(line, first, last)) {
      for (std::size_t i = first + kShown; i + kShown < last; ++i) masked[i] = '*';
    }
    first = last;
  }
  return masked;
}

std::string one_line(std::string_view message) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string line;
  line.reserve(message.size());
  for (const char octet : message) {
    const auto value = static_cast<unsigned char>(octet);
    if (value >= 0x20 && value != 0x7f) {
      line += octet;
    } else {
      line += {'\\', 'x', kHex[value >> 4], kHex[value & 15]};
    }
  }
  return line;
}

}  // namespace dunlin

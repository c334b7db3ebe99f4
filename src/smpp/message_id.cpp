// Message ids compared across bases, in arbitrary precision.
#include <algorithm>
#include <dunlin/base/ascii.hpp>
#include <dunlin/smpp/message_id.hpp>
#include <vector>

namespace dunlin::smpp {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// The digit's value, or 16 for what is none.
unsigned digit_value(char digit) {
  const auto at = kDigits.find(lower(digit));
  return at == std::string_view::npos ? 16 : static_cast<unsigned>(at);
}

bool number_in(unsigned base, std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [&](char digit) { return digit_value(digit) < base; });
}

std::string_view without_prefix(std::string_view id) { return id.starts_with("0x") || id.starts_with("0X") ? id.substr(2) : id; }

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// Schoolbook: most significant digit first, `number` least significant first.
std::string convert(std::string_view digits, unsigned from, unsigned to) {
  std::vector<unsigned> number{0};
  for (const char digit : digits) {
    unsigned carry = digit_value(digit);
    for (auto& place : number) {
      const auto value = place * from + carry;
      place = value % to;
      carry = value / to;
    }
    for (; carry > 0; carry /= to) number.push_back(carry % to);
  }
  std::string text;
  for (auto place = number.rbegin(); place != number.rend(); ++place) text += kDigits[*place];
  return text;
}

std::optional<std::string> convert_bounded(std::string_view id, unsigned from, unsigned to, std::size_t digits_max) {
  if (!number_in(from, id)) return std::nullopt;
  const auto digits = without_leading_zeros(id);
  if (digits.size() > digits_max) return std::nullopt;
  auto text = convert(digits, from, to);
  return std::string(without_leading_zeros(text));
}

}  // namespace

std::string fold(std::string_view id) {
  if (const auto digits = without_prefix(id); number_in(16, digits)) id = digits;
  std::string folded(number_in(16, id) ? without_leading_zeros(id) : id);
  std::ranges::transform(folded, folded.begin(), lower);
  return folded;
}

std::optional<std::string> hex_to_decimal(std::string_view id) {
  return convert_bounded(without_prefix(id), 16, 10, kHexDigitsMax);
}

std::optional<std::string> decimal_to_hex(std::string_view id) {
  return convert_bounded(id, 10, 16, kDecimalDigitsMax);
}

}  // namespace dunlin::smpp

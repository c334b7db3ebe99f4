// Card numbers in what people write (ISO/IEC 7812-1: Luhn's check digit).
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dunning/reply_text.hpp"

namespace dunlin::dunning {
namespace {

constexpr std::size_t kDigitsMin = 13, kDigitsMax = 19;
constexpr std::size_t kSeparatorsMax = 2;  // characters between two groups of one number
constexpr std::size_t kDigitsShown = 4;

struct Digit {
  std::size_t from, until;  // octets
  std::uint8_t value;
  bool begins;  // a group: no digit stands directly before it
  bool ends;
  bool masked = false;
};

bool separates(UChar32 character) {
  return character == '.' || character == ',' || character == '/' || character == '_' || u_isUWhiteSpace(character) ||
         (U_GET_GC_MASK(character) & (U_GC_PD_MASK | U_GC_CF_MASK)) != 0;
}

bool passes_luhn(const std::vector<Digit>& digits, std::size_t from, std::size_t until) {
  unsigned sum = 0;
  for (std::size_t i = until; i > from; --i) {
    unsigned value = digits[i - 1].value;
    if ((until - i) % 2 == 1) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 == 0;
}

// Every number that begins and ends with a group; where two overlap, both go.
void mark(std::vector<Digit>& digits) {
  for (std::size_t from = 0; from < digits.size(); ++from) {
    if (!digits[from].begins) continue;
    for (std::size_t until = from + kDigitsMin; until <= std::min(digits.size(), from + kDigitsMax); ++until) {
      if (!digits[until - 1].ends || !passes_luhn(digits, from, until)) continue;
      for (std::size_t i = from; i + kDigitsShown < until; ++i) digits[i].masked = true;
    }
  }
}

}  // namespace

std::string mask_cards(std::string_view utf8) {
  std::string masked;
  std::vector<Digit> run;
  std::size_t copied = 0;
  const auto finish = [&] {
    if (run.size() >= kDigitsMin) {
      mark(run);
      for (const Digit& digit : run) {
        if (!digit.masked) continue;
        masked.append(utf8, copied, digit.from - copied).append(1, '*');
        copied = digit.until;
      }
    }
    run.clear();
  };
  std::size_t separators = 0;
  const auto length = static_cast<std::int32_t>(std::min<std::size_t>(utf8.size(), INT32_MAX));
  for (std::int32_t at = 0; at < length;) {
    const std::int32_t from = at;
    UChar32 character = 0;
    U8_NEXT(utf8.data(), at, length, character);
    const std::int32_t value = character < 0 ? -1 : u_charDigitValue(character);
    if (value >= 0) {
      const bool begins = run.empty() || separators > 0;
      if (!run.empty()) run.back().ends = begins;
      run.push_back({static_cast<std::size_t>(from), static_cast<std::size_t>(at), static_cast<std::uint8_t>(value),
                     begins, true});
      separators = 0;
    } else if (character < 0 || !separates(character) || ++separators > kSeparatorsMax) {
      finish();
      separators = 0;
    }
  }
  finish();
  return masked.append(utf8, copied);
}

}  // namespace dunlin::dunning

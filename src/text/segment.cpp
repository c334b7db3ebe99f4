#include <algorithm>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

constexpr char32_t kJoiner = 0x200D;

// It is drawn on, or joined to, the character before it.
constexpr bool clings(char32_t character) {
  return (character >= 0x0300 && character <= 0x036F) || (character >= 0xFE00 && character <= 0xFE0F) ||
         (character >= 0x1F3FB && character <= 0x1F3FF) || (character >= 0x20D0 && character <= 0x20FF) ||
         character == kJoiner;
}

// The cut at `end`, or a little before it.
std::size_t step_back(std::u32string_view text, std::size_t start, std::size_t end, Unit unit) {
  std::size_t cut = end;
  std::size_t given_up = 0;
  while (cut < text.size() && cut > start && (clings(text[cut]) || text[cut - 1] == kJoiner)) {
    given_up += units_of(text[--cut], unit);
    if (given_up > kStepBackMax) return end;
  }
  return cut > start ? cut : end;
}

}  // namespace

std::size_t units_per_segment(Unit unit, std::size_t header_octets) {
  const std::size_t octets = kUserDataOctets - header_octets;
  switch (unit) {
    case Unit::septet: return octets * 8 / 7;
    case Unit::octet: return octets;
    case Unit::utf16: return octets / 2;
  }
  return octets;
}

std::size_t units_of(char32_t code_point, Unit unit) {
  switch (unit) {
    case Unit::septet: return std::max<std::size_t>(1, gsm_septets(code_point).count);
    case Unit::octet: return 1;
    case Unit::utf16: return utf16_units(code_point);
  }
  return 1;
}

std::size_t units_of(std::u32string_view text, Unit unit) {
  std::size_t units = 0;
  for (const char32_t character : text) units += units_of(character, unit);
  return units;
}

std::vector<std::size_t> segment_ends(std::u32string_view text, Unit unit, std::size_t header_octets) {
  if (units_of(text, unit) <= units_per_segment(unit, 0)) return {text.size()};
  const std::size_t room = units_per_segment(unit, header_octets);
  std::vector<std::size_t> ends;
  for (std::size_t start = 0; start < text.size(); start = ends.back()) {
    std::size_t used = 0;
    std::size_t end = start;
    for (; end < text.size(); ++end) {
      used += units_of(text[end], unit);
      if (used > room) break;
    }
    ends.push_back(step_back(text, start, end, unit));
  }
  return ends;
}

}  // namespace dunlin::text

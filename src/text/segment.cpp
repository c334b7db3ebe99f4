#include <unicode/uchar.h>

#include <algorithm>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

constexpr char32_t kJoiner = 0x200D;

// It is drawn on, or joined to, the character before it: marks of every script, emoji modifiers.
bool clings(char32_t character) {
  if (character < 0x0300) return false;
  return (U_GET_GC_MASK(static_cast<UChar32>(character)) & U_GC_M_MASK) != 0 || character == kJoiner ||
         (character >= 0x1F3FB && character <= 0x1F3FF);
}

// The cut at `end`, or a little before it.
std::size_t step_back(std::u32string_view text, std::size_t start, std::size_t end, const Budget& budget) {
  std::size_t cut = end;
  std::size_t given_up = 0;
  while (cut < text.size() && cut > start && (clings(text[cut]) || text[cut - 1] == kJoiner)) {
    given_up += units_of(text[--cut], budget.unit, budget.tables);
    if (given_up > kStepBackMax) return end;
  }
  return cut > start ? cut : end;
}

}  // namespace

std::size_t units_per_segment(Unit unit, std::size_t header_octets) {
  const std::size_t octets = kUserDataOctets - header_octets;
  switch (unit) {
    case Unit::septet:
    case Unit::utf8: return octets * 8 / 7;
    case Unit::octet: return octets;
    case Unit::utf16: return octets / 2;
  }
  return octets;
}

std::size_t units_of(char32_t code_point, Unit unit, ShiftTables tables) {
  switch (unit) {
    case Unit::septet:
      return std::max<std::size_t>(
          1, (tables == ShiftTables{} ? gsm_septets(code_point) : gsm_septets(code_point, tables)).count);
    case Unit::octet: return 1;
    case Unit::utf8: {
      const std::size_t octets = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : 3;
      return std::max<std::size_t>(octets, gsm_septets(code_point).count);
    }
    case Unit::utf16: return utf16_units(code_point);
  }
  return 1;
}

namespace {

// The unit and its tables are settled once a text, not once a character.
template <class Use>
auto with_units(Unit unit, ShiftTables tables, Use use) {
  switch (unit) {
    case Unit::octet: return use([](char32_t) -> std::size_t { return 1; });
    case Unit::utf16: return use([](char32_t each) -> std::size_t { return each > 0xFFFF ? 2 : 1; });
    case Unit::utf8: return use([](char32_t each) { return units_of(each, Unit::utf8); });
    case Unit::septet: break;
  }
  if (tables == ShiftTables{}) {
    return use([](char32_t each) -> std::size_t { return gsm_septets(each).count == 2 ? 2 : 1; });
  }
  return use([tables](char32_t each) { return units_of(each, Unit::septet, tables); });
}

}  // namespace

std::size_t units_of(std::u32string_view text, Unit unit, ShiftTables tables) {
  return with_units(unit, tables, [text](auto units) {
    std::size_t all = 0;
    for (const char32_t each : text) all += units(each);
    return all;
  });
}

std::vector<std::size_t> segment_ends(std::u32string_view text, const Budget& budget) {
  const auto& [unit, header_joined, header_alone, tables] = budget;
  if (units_of(text, unit, tables) <= units_per_segment(unit, header_alone)) return {text.size()};
  const std::size_t room = units_per_segment(unit, header_joined);
  return with_units(unit, tables, [&text, &budget, room](auto units) {
    std::vector<std::size_t> ends;
    for (std::size_t start = 0; start < text.size(); start = ends.back()) {
      std::size_t used = 0;
      std::size_t end = start;
      for (; end < text.size(); ++end) {
        used += units(text[end]);
        if (used > room) break;
      }
      ends.push_back(step_back(text, start, end, budget));
    }
    return ends;
  });
}

}  // namespace dunlin::text

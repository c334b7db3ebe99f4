// Where a text is cut into segments. The budget is what the air carries: 140 octets of user data a segment, header
// included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/text/languages.hpp>
#include <string_view>
#include <vector>

namespace dunlin::text {

// What a segment's budget is counted in.
enum class Unit : std::uint8_t {
  septet,  // GSM 7-bit, also for text an SMSC will turn into it: an extension character counts two and is not cut
  octet,   // 8-bit
  utf16,   // UCS-2: a surrogate pair counts two and is not cut
  utf8,    // GSM 7-bit that goes to the SMSC as UTF-8: its septets or its octets, whichever are more
};

inline constexpr std::size_t kUserDataOctets = 140;

// Units a segment holds after a header of so many octets (0: none): 160, 140, 70; with 6 of them 153, 134, 67.
[[nodiscard]] std::size_t units_per_segment(Unit unit, std::size_t header_octets);

// Units a character takes, at least 1; `tables` matter to septets only.
[[nodiscard]] std::size_t units_of(char32_t code_point, Unit unit, ShiftTables tables = {});
[[nodiscard]] std::size_t units_of(std::u32string_view text, Unit unit, ShiftTables tables = {});

// What a text is cut by.
struct Budget {
  Unit unit = Unit::septet;
  std::size_t header_joined = 0;  // octets of the header of one segment of several
  std::size_t header_alone = 0;   // of the only one
  ShiftTables tables{};
};

// Where each segment ends, in characters from the text's start; the last one is its length. One segment where it fits
// alone, else as many as it takes. A cut steps back before a combining mark or a joined emoji, unless that costs more
// than kStepBackMax units. An empty text is one empty segment.
[[nodiscard]] std::vector<std::size_t> segment_ends(std::u32string_view text, const Budget& budget);

inline constexpr std::size_t kStepBackMax = 16;

}  // namespace dunlin::text

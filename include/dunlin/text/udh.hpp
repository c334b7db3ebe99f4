// The user data header before a segment's text (3GPP TS 23.040 §9.2.3.24):
//
//   UDHL  IE…        UDHL: octets that follow in the header
//   IE:   IEI length data
//
//   concatenation, 8-bit reference   00 03 rr tt ss
//   concatenation, 16-bit reference  08 04 rr rr tt ss
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <optional>

namespace dunlin::text {

struct Concatenation {
  std::uint16_t reference = 0;
  bool wide = false;        // the reference has 16 bits
  std::uint8_t total = 1;   // segments, from 1
  std::uint8_t number = 1;  // this one, 1 to total
  bool operator==(const Concatenation&) const = default;
};

struct UserDataHeader {
  std::size_t octets = 0;  // with the length octet: where the text starts
  std::optional<Concatenation> concatenation;
};

inline constexpr std::size_t kConcatenationOctets = 6;  // of concatenation_header()
inline constexpr std::size_t kSegmentsMax = 255;        // one octet counts them

[[nodiscard]] std::array<std::uint8_t, kConcatenationOctets> concatenation_header(std::uint8_t reference,
                                                                                  std::uint8_t total,
                                                                                  std::uint8_t number);

// Reads the header at the start of `user_data`. Unknown elements are skipped; a concatenation that numbers its segment
// 0 or beyond the total is ignored (§9.2.3.24.1); of two the last counts. nullopt: that is no header (it ends beyond
// the data, or an element beyond the header).
[[nodiscard]] std::optional<UserDataHeader> parse_header(OctetView user_data);

}  // namespace dunlin::text

// The user data header before a segment's text (3GPP TS 23.040 §9.2.3.24):
//
//   UDHL  IE…        UDHL: octets that follow in the header
//   IE:   IEI length data
//
//   concatenation, 8-bit reference   00 03 rr tt ss
//   concatenation, 16-bit reference  08 04 rr rr tt ss
//   special message indication       01 02 type count
//   national language, single shift  24 01 language
//   national language, locking shift 25 01 language
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/text/languages.hpp>
#include <optional>
#include <string_view>

namespace dunlin::text {

struct Concatenation {
  std::uint16_t reference = 0;
  bool wide = false;        // the reference has 16 bits
  std::uint8_t total = 1;   // segments, from 1
  std::uint8_t number = 1;  // this one, 1 to total
  bool operator==(const Concatenation&) const = default;
};

// What waits for the reader elsewhere (TS 23.038 §4, TS 23.040 §9.2.3.24.2).
enum class Waiting : std::uint8_t { voicemail, fax, email, other, videomail };
[[nodiscard]] std::string_view to_string(Waiting waiting);  // "voicemail" …
struct MessageWaiting {
  Waiting kind = Waiting::other;
  bool active = true;                 // false: nothing waits any more
  bool store = true;                  // false: the network wants the message itself not to be kept
  std::optional<std::uint8_t> count;  // how many wait; 255: 255 or more
  bool operator==(const MessageWaiting&) const = default;
};

struct UserDataHeader {
  std::size_t octets = 0;  // with the length octet: where the text starts
  std::optional<Concatenation> concatenation;
  ShiftTables tables;                     // Language::none for an identifier that is not known (TS 23.038 §6.2.1.2.4)
  std::optional<MessageWaiting> waiting;  // the first of several
};

inline constexpr std::size_t kSegmentsMax = 255;  // one octet counts them

// How the segments of a long text are held together. Where it fits in one segment, all four are the same.
enum class LongMessages : std::uint8_t {
  udh,      // a concatenation element with an 8-bit reference in each segment's user data header
  udh16,    // the same with a 16-bit reference
  sar,      // sar_msg_ref_num, sar_total_segments, sar_segment_seqnum beside each (SMPP 3.4 §5.3.2.22): no element
  payload,  // not cut at all: one piece of any length for message_payload (§5.3.2.32), cut by the SMSC
};

// Octets of a user data header that holds nothing but the concatenation element, its length octet included: 6 or 7.
// With sar and payload the SMSC writes it; its reference has 16 bits there, so that of the wide one is counted.
[[nodiscard]] std::size_t concatenation_octets(LongMessages how);
// What the elements for these tables add to it: 0, 3 or 6.
[[nodiscard]] std::size_t shift_octets(ShiftTables tables);

// Appends a header with those elements, or nothing where there are none. `wide` as in Concatenation; of a narrow
// reference the low octet is written.
void append_header(Octets& octets, const std::optional<Concatenation>& segment, ShiftTables tables = {});

// Reads the header at the start of `user_data`. Unknown elements are skipped; a concatenation that numbers its segment
// 0 or beyond the total is ignored (§9.2.3.24.1); of two the last counts, so of two tables of a kind. nullopt: that is
// no header (it ends beyond the data, or an element beyond the header).
[[nodiscard]] std::optional<UserDataHeader> parse_header(OctetView user_data);

}  // namespace dunlin::text

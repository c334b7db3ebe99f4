// A PDU on the wire without what is nobody's business: numbers, texts, passwords. For recorders and captures.
#pragma once

#include <cstdint>
#include <span>

namespace dunlin::smpp {

enum class Redact : std::uint8_t {
  personal,   // numbers, texts, what unlisted TLVs hold, passwords
  passwords,  // those alone
};

// In place; no length changes, and what could be dissected still can be:
//   - a string with seven digits or more keeps its first three and last two, the others become '*'; message ids and
//     times stay;
//   - a text becomes 'x' in its alphabet, behind a user data header that is one; of a delivery receipt (esm_class) the
//     fields of Appendix B stay, what is behind "text:" does not;
//   - of TLVs, integers, receipted_message_id and network_error_code stay, and those tagged in `shown`;
//   - a password becomes '*', and so do the strings behind it;
//   - where the fields can't be followed, the rest becomes zeros, as does all behind the header of an unknown command.
// `pdu` need not be whole: what was cut off ends it like anything else that can't be followed.
void redact(std::span<std::uint8_t> pdu, Redact what, std::span<const std::uint16_t> shown = {});

}  // namespace dunlin::smpp

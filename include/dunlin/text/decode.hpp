// What a peer sent, as UTF-8. Never fails: what can't be read is U+FFFD.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/udh.hpp>
#include <optional>
#include <string>

namespace dunlin::text {

struct Decoded {
  std::string text;                            // UTF-8
  std::optional<Concatenation> concatenation;  // which segment of what it is
};

// `user_data` is short_message or message_payload, `udhi` the UDHI bit of esm_class. A header that can't be one is read
// as text; one that the peer forgot to flag (05 00 03 rr tt ss) is taken for what it is. data_coding: 0 is the default
// alphabet, 1 ASCII, 3 Latin-1, 8 UCS-2 (SMPP 3.4 §5.2.19); 0x10 and up are the groups of TS 23.038 §4. Of alphabets
// that are not known the ASCII characters are kept.
[[nodiscard]] Decoded decode(OctetView user_data, std::uint8_t data_coding, bool udhi,
                             DefaultAlphabet default_alphabet);

// UTF-16BE without a leading byte order mark (one that says little endian is obeyed). Half a surrogate pair, or an odd
// last octet other than 0, is U+FFFD.
[[nodiscard]] std::string ucs2_to_utf8(OctetView octets);
// ISO 8859-1; 0x80 to 0x9F as Windows-1252, since nobody sends C1 controls.
[[nodiscard]] std::string latin1_to_utf8(OctetView octets);
// Octets above 0x7F are U+FFFD.
[[nodiscard]] std::string ascii_to_utf8(OctetView octets);

}  // namespace dunlin::text

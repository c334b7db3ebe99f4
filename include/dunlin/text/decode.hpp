// What a peer sent, as UTF-8. Never fails: what can't be read is U+FFFD, what is no text is said to be none.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/udh.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dunlin::text {

inline constexpr std::uint8_t kFlash = 0;  // the message class that is shown at once and kept nowhere

struct Decoded {
  std::string text;      // UTF-8; of what is not readable, its octets in hexadecimal
  bool readable = true;  // false: 8-bit data or a compressed text; nobody's words, and never to be taken for a STOP
  std::string_view alphabet;  // "gsm7", "ascii", "latin1", "latin9", "utf8", "ucs2", "iso-8859-5", "iso-8859-8", "jis",
                              // "iso-2022-jp", "ks-c-5601", "binary", "compressed"
  std::optional<std::uint8_t> message_class;   // 0 to 3 (TS 23.038 §4); kFlash
  std::optional<MessageWaiting> waiting;       // of the data_coding, or of the header, which knows more
  ShiftTables tables{};                        // the first segment's
  std::optional<Concatenation> concatenation;  // which segment of what the first one is
};

// `user_data` is short_message or message_payload, `udhi` the UDHI bit of esm_class. A header that can't be one is read
// as text; one that the peer forgot to flag, and that begins with a concatenation, is taken for what it is.
// data_coding: 0 is the default alphabet, the others below 0x10 are SMPP's (3.4 §5.2.19; reserved ones are read as 0);
// 0x10 and up are the groups of TS 23.038 §4. Where data_coding 0 means GSM 7-bit, octets above 0x7F without any
// control character beside them are UTF-8 if they can be, else Latin-1.
[[nodiscard]] Decoded decode(OctetView user_data, std::uint8_t data_coding, bool udhi,
                             DefaultAlphabet default_alphabet);

// The segments of one message, in order, each with its header; all have the data_coding and UDHI bit. What a peer cut
// in two, a surrogate pair or an escape and its septet, is whole again. Of no segments the text is empty.
[[nodiscard]] Decoded decode(std::span<const OctetView> segments, std::uint8_t data_coding, bool udhi,
                             DefaultAlphabet default_alphabet);

// UTF-16BE without its byte order mark; little endian after one, or where every second octet alone is 0, of two or more.
// Half a surrogate pair, or an odd last octet other than 0, is U+FFFD.
[[nodiscard]] std::string ucs2_to_utf8(OctetView octets);
// ISO 8859-1; 0x80 to 0x9F as Windows-1252, since nobody sends C1 controls.
[[nodiscard]] std::string latin1_to_utf8(OctetView octets);
// ISO 8859-15; 0x80 to 0x9F as above.
[[nodiscard]] std::string latin9_to_utf8(OctetView octets);
// Octets above 0x7F are U+FFFD.
[[nodiscard]] std::string ascii_to_utf8(OctetView octets);

}  // namespace dunlin::text

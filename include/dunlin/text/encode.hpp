// A text as the short_messages that carry it: what looks the same folded (fold.hpp), in the cheapest encoding the SMSC
// takes, cut into segments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/text/fold.hpp>
#include <dunlin/text/languages.hpp>
#include <dunlin/text/udh.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::text {

enum class Encoding : std::uint8_t { gsm7, latin1, ascii, ucs2, latin9, utf8 };
[[nodiscard]] std::string_view to_string(Encoding encoding);  // "gsm7", "latin1" …

// What data_coding 0 means at an SMSC (SMPP 3.4 §5.2.19 leaves it to the SMSC). gsm7 is a septet an octet, gsm7_packed
// eight in seven. latin9 is ISO 8859-15. With utf8 only characters of the GSM alphabet are written: for any other the
// SMSC would need twice the room.
enum class DefaultAlphabet : std::uint8_t { gsm7, ascii, latin1, gsm7_packed, latin9, utf8 };

// The values of `encoding`:
//
//   auto           the one that takes the fewest messages, of these the fewest octets, of these the first of: the
//   default
//                  alphabet, the SMSC's shift tables, Latin-1 where `latin1` allows it, UCS-2. "" is the same.
//   gsm7           7 bits on the handset or nothing; where data_coding 0 means another alphabet, only what is in both
//   gsm7-national  the same, also with the SMSC's shift tables
//   latin1         data_coding 3, or 0 where that means it
//   ascii          data_coding 1, or 0 where that means it
//   ucs2           data_coding 8
[[nodiscard]] std::span<const std::string_view> encodings();

// The values of `transliterate`: none, nothing is replaced and the text costs what it costs; safe, what fold.hpp does,
// is the same as ""; lossy, that and what transliterate.hpp does, where it saves messages or makes an encoding
// possible.
[[nodiscard]] std::span<const std::string_view> transliterations();

struct EncodeOptions {
  std::string_view encoding = "auto";
  std::string_view transliterate = "safe";
  std::span<const std::string_view> keep{};  // substrings that lossy leaves as they are; "" is ignored
  DefaultAlphabet default_alphabet = DefaultAlphabet::gsm7;
  std::span<const Language>
      shift_tables{};   // of the languages whose tables the SMSC takes; with a GSM default alphabet
  bool latin1 = false;  // auto may choose data_coding 3
  LongMessages long_messages = LongMessages::udh;
  std::uint16_t reference = 0;  // of the concatenation header, where it is ours and there are several segments;
                                // with an 8-bit one its low octet counts
  std::size_t segments_max = kSegmentsMax;  // more are refused; 0 and anything above 255 mean 255
};

struct SegmentOctets {
  Octets short_message;  // at most 160 octets with its header; uncut (LongMessages::payload) of any length
  bool udhi = false;     // it starts with a user data header: set the UDHI bit of esm_class
  bool operator==(const SegmentOctets&) const = default;
};

struct Encoded {
  Encoding encoding = Encoding::gsm7;
  std::uint8_t data_coding = 0;
  ShiftTables tables{};                 // named in a header of every segment
  std::vector<SegmentOctets> segments;  // at least one; with LongMessages::payload just one
  std::size_t messages = 1;        // short messages the handset gets, which is what it costs: the segments, or what the
                                   // SMSC will cut an uncut one into
  std::vector<std::string> parts;  // each segment's text, UTF-8; together the text as it is sent
  std::vector<Replacement> replaced;  // by folding, then by transliteration
};

// Errors: "bad_utf8" ("text at octet N"); "not_encodable" ("text at character N", from 1, the character named in the
// detail); "too_long" ("text"); "bad_value" ("encoding" or "transliterate").
[[nodiscard]] Result<Encoded> encode(std::string_view utf8, const EncodeOptions& options);

}  // namespace dunlin::text

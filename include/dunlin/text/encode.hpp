// A text as the short_messages that carry it: folded (fold.hpp), in the cheapest encoding the SMSC takes, cut into
// segments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/text/fold.hpp>
#include <dunlin/text/udh.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::text {

enum class Encoding : std::uint8_t { gsm7, latin1, ascii, ucs2 };
[[nodiscard]] std::string_view to_string(Encoding encoding);  // "gsm7", "latin1", "ascii", "ucs2"

// What data_coding 0 means at an SMSC (SMPP 3.4 §5.2.19 leaves it to the SMSC). gsm7 is a septet an octet, gsm7_packed
// eight in seven.
enum class DefaultAlphabet : std::uint8_t { gsm7, ascii, latin1, gsm7_packed };

struct EncodeOptions {
  // "", "auto": the default alphabet where the whole text is in it, else UCS-2. "gsm7": 7 bits on the handset or
  // nothing; where data_coding 0 means ASCII or Latin-1, only what is in both. "latin1": data_coding 3, or 0 where that
  // means it. "ucs2": data_coding 8.
  std::string_view encoding = "auto";
  std::string_view transliterate = "safe";  // "", "safe", "none": what fold.hpp does happens with each of them
  DefaultAlphabet default_alphabet = DefaultAlphabet::gsm7;
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
  std::vector<SegmentOctets> segments;  // at least one; with LongMessages::payload just one
  std::size_t messages = 1;  // short messages the handset gets, which is what it costs: the segments, or what the SMSC
                             // will cut an uncut one into
  std::vector<std::string> parts;  // each segment's text, UTF-8; together the folded text
  std::vector<Replacement> replaced;
};

// Errors: "bad_utf8" ("text at octet N"); "not_encodable" ("text at character N", from 1, the character named in the
// detail); "too_long" ("text"); "bad_value" ("encoding" or "transliterate").
[[nodiscard]] Result<Encoded> encode(std::string_view utf8, const EncodeOptions& options);

}  // namespace dunlin::text

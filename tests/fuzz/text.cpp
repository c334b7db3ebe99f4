// Texts both ways. Decoding takes any octets under any data_coding and gives UTF-8. What is encoded decodes, segment by
// segment, to the parts it was said to have, and they are the folded text.
//
//   input := mode:octet …   even: data_coding udhi alphabet user_data;   odd: encoding alphabet reference segments_max
//   utf8
#include <array>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/fold.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>

#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::text;

constexpr std::array kAlphabets{DefaultAlphabet::gsm7, DefaultAlphabet::ascii, DefaultAlphabet::latin1,
                                DefaultAlphabet::gsm7_packed};
constexpr std::array<std::string_view, 5> kEncodings{"auto", "gsm7", "latin1", "ucs2", "ebcdic"};

void check_decoding(fuzz::Input& input) {
  const auto data_coding = input.octet();
  const bool udhi = input.up_to(1) == 1;
  const auto alphabet = kAlphabets[input.up_to(kAlphabets.size() - 1)];
  const auto user_data = input.rest();
  const auto decoded = decode(user_data, data_coding, udhi, alphabet);
  FUZZ_CHECK(to_code_points(decoded.text).has_value(), "decoding gave something that is not UTF-8");
  FUZZ_CHECK(decoded.text.size() <= 4 * user_data.size() + 4, "decoding gave more than there was");
  if (const auto& segment = decoded.concatenation) {
    FUZZ_CHECK(segment->number >= 1 && segment->number <= segment->total, "a segment outside its message");
    FUZZ_CHECK(segment->wide || segment->reference < 256, "a narrow reference above 255");
  }
}

// Octets on the air that a segment's text takes: septets are packed there.
std::size_t octets_on_air(const SegmentOctets& segment, const Encoded& encoded, DefaultAlphabet alphabet) {
  const auto octets = segment.short_message.size();
  const bool unpacked = encoded.encoding == Encoding::gsm7 && alphabet != DefaultAlphabet::gsm7_packed;
  if (!unpacked) return octets;
  const std::size_t header = segment.udhi ? concatenation_octets(LongMessages::udh) : 0;
  return header + ((octets - header) * 7 + (header * 8 + 6) / 7 * 7 - header * 8 + 7) / 8;
}

// Where a text can't come back as it was, by the standards' own doing: a CR that fills a packed septet (TS 23.038
// §6.1.2.3.1), and a text that begins like an unflagged concatenation header.
bool ambiguous(std::string_view part, DefaultAlphabet alphabet, bool udhi) {
  if (alphabet == DefaultAlphabet::gsm7_packed && (part.ends_with('\r') || part.ends_with('@'))) return true;
  return !udhi && (part.starts_with("é@¥") || alphabet == DefaultAlphabet::gsm7_packed);
}

void check_encoding(fuzz::Input& input) {
  EncodeOptions options;
  options.encoding = kEncodings[input.up_to(kEncodings.size() - 1)];
  options.default_alphabet = kAlphabets[input.up_to(kAlphabets.size() - 1)];
  options.reference = input.octet();
  options.segments_max = input.octet();
  const auto utf8 = std::string(text_of(input.rest()));
  const auto folded = fold(utf8);
  const auto encoded = encode(utf8, options);
  if (!folded) {
    FUZZ_CHECK(!encoded && folded.error().code == "bad_utf8", "what cannot be folded was encoded");
    return;
  }
  const auto refolded = fold(to_utf8(folded->text));
  FUZZ_CHECK(refolded && refolded->text == folded->text, "folding twice differs: " + to_utf8(folded->text));
  if (!encoded) {
    const auto& code = encoded.error().code;
    FUZZ_CHECK(code == "not_encodable" || code == "too_long" || code == "bad_value", code);
    FUZZ_CHECK(code != "not_encodable" || options.encoding == "gsm7" || options.encoding == "latin1",
               "auto and ucs2 take every text");
    return;
  }
  const auto& segments = encoded->segments;
  FUZZ_CHECK(!segments.empty() && segments.size() == encoded->parts.size(), "segments and parts differ in number");
  FUZZ_CHECK(options.segments_max == 0 || segments.size() <= options.segments_max, "more segments than allowed");
  std::string joined;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto& segment = segments[i];
    const auto& part = encoded->parts[i];
    joined += part;
    FUZZ_CHECK(segment.udhi == (segments.size() > 1), "a header where none belongs, or none where one does");
    FUZZ_CHECK(segment.short_message.size() <= 160, "a segment longer than one");
    FUZZ_CHECK(encoded->encoding == Encoding::ascii || encoded->encoding == Encoding::latin1 ||
                   octets_on_air(segment, *encoded, options.default_alphabet) <= kUserDataOctets,
               "a segment that does not fit on the air");
    const auto decoded = decode(segment.short_message, encoded->data_coding, segment.udhi, options.default_alphabet);
    if (!ambiguous(part, options.default_alphabet, segment.udhi))
      FUZZ_CHECK(decoded.text == part, "sent: " + part + "\nread: " + decoded.text);
    if (!segment.udhi) continue;
    const Concatenation expected{options.reference, false, static_cast<std::uint8_t>(segments.size()),
                                 static_cast<std::uint8_t>(i + 1)};
    FUZZ_CHECK(decoded.concatenation == expected, "a segment does not say which it is");
  }
  FUZZ_CHECK(joined == to_utf8(folded->text), "the parts are not the text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  if (input.octet() % 2 == 0) {
    check_decoding(input);
  } else {
    check_encoding(input);
  }
  return 0;
}

// Texts both ways. Decoding takes any octets under any data_coding and gives UTF-8. What is encoded decodes, segment by
// segment and joined, to the parts it was said to have; unless it was transliterated they are the folded text.
//
//   input := mode:octet …   even: data_coding udhi alphabet user_data
//                           odd:  encoding alphabet reference segments_max transliterate how tables utf8
#include <array>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/fold.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>
#include <vector>

#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::text;

constexpr std::array kAlphabets{DefaultAlphabet::gsm7,        DefaultAlphabet::ascii,  DefaultAlphabet::latin1,
                                DefaultAlphabet::gsm7_packed, DefaultAlphabet::latin9, DefaultAlphabet::utf8};
constexpr std::array<std::string_view, 7> kEncodings{"auto",   "gsm7",          "latin1", "ucs2",
                                                     "ebcdic", "gsm7-national", "ascii"};
constexpr std::array kHow{LongMessages::udh, LongMessages::udh16, LongMessages::sar, LongMessages::payload};

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
  const std::size_t header = segment.udhi ? segment.short_message[0] + 1U : 0;
  return header + ((octets - header) * 7 + (header * 8 + 6) / 7 * 7 - header * 8 + 7) / 8;
}

// Where a text can't come back as it was, by the standards' own doing: a CR that fills a packed septet (TS 23.038
// §6.1.2.3.1), a text that begins like an unflagged concatenation header, a NUL or the like that ends an 8-bit text,
// and what nothing replaced: controls and half of what else only folding removes.
bool ambiguous(std::string_view part, const EncodeOptions& options, bool udhi) {
  if (options.transliterate == "none" && options.encoding != "gsm7") return true;
  if (options.default_alphabet == DefaultAlphabet::gsm7_packed && (part.ends_with('\r') || part.ends_with('@')))
    return true;
  return !udhi && (part.starts_with("é@¥") || part.starts_with("ùòè") || part.starts_with("¡@¥") ||
                   options.default_alphabet == DefaultAlphabet::gsm7_packed);
}

void check_segment(const Encoded& encoded, std::size_t i, const EncodeOptions& options) {
  const auto& segment = encoded.segments[i];
  const auto& part = encoded.parts[i];
  const bool several = encoded.segments.size() > 1;
  const bool numbered = several && options.long_messages != LongMessages::sar;
  FUZZ_CHECK(segment.udhi == (numbered || encoded.tables != ShiftTables{}),
             "a header where none belongs, or none where one does");
  if (options.long_messages != LongMessages::payload) {
    FUZZ_CHECK(segment.short_message.size() <= 160, "a segment longer than one");
    FUZZ_CHECK((encoded.encoding != Encoding::gsm7 && encoded.encoding != Encoding::ucs2) ||
                   octets_on_air(segment, encoded, options.default_alphabet) <= kUserDataOctets,
               "a segment that does not fit on the air");
  }
  const auto decoded = decode(segment.short_message, encoded.data_coding, segment.udhi, options.default_alphabet);
  if (!ambiguous(part, options, segment.udhi))
    FUZZ_CHECK(decoded.text == part, "sent: " + part + "\nread: " + decoded.text);
  if (segment.udhi) FUZZ_CHECK(decoded.tables == encoded.tables, "a segment does not say its tables");
  if (!numbered) return;
  const bool wide = options.long_messages == LongMessages::udh16;
  const auto reference = static_cast<std::uint16_t>(wide ? options.reference : options.reference & 0xFF);
  const Concatenation expected{reference, wide, static_cast<std::uint8_t>(encoded.segments.size()),
                               static_cast<std::uint8_t>(i + 1)};
  FUZZ_CHECK(decoded.concatenation == expected, "a segment does not say which it is");
}

void check_encoding(fuzz::Input& input) {
  std::vector<Language> tables;
  EncodeOptions options;
  options.encoding = kEncodings[input.up_to(kEncodings.size() - 1)];
  options.default_alphabet = kAlphabets[input.up_to(kAlphabets.size() - 1)];
  options.reference = static_cast<std::uint16_t>(input.octet() * 257);
  options.segments_max = input.octet();
  options.transliterate = transliterations()[input.up_to(transliterations().size() - 1)];
  options.long_messages = kHow[input.up_to(kHow.size() - 1)];
  const auto chosen = input.octet();  // the high bit: Latin-1 too; the rest: one language, or all
  options.latin1 = (chosen & 0x80) != 0;
  for (const LanguageRow& row : languages()) {
    if ((chosen & 0x7F) == static_cast<std::uint8_t>(row.language) || (chosen & 0x7F) == 0x7F)
      tables.push_back(row.language);
  }
  options.shift_tables = tables;
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
    FUZZ_CHECK(code != "not_encodable" || (options.encoding != "auto" && options.encoding != "ucs2"),
               "auto and ucs2 take every text");
    return;
  }
  const auto& segments = encoded->segments;
  FUZZ_CHECK(!segments.empty() && segments.size() == encoded->parts.size(), "segments and parts differ in number");
  FUZZ_CHECK(options.segments_max == 0 || encoded->messages <= options.segments_max, "more segments than allowed");
  FUZZ_CHECK(segments.size() == (options.long_messages == LongMessages::payload ? 1 : encoded->messages),
             "segments and messages differ in number");
  std::string joined;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    joined += encoded->parts[i];
    check_segment(*encoded, i, options);
  }
  const std::string before = options.transliterate == "none" ? utf8 : to_utf8(folded->text);
  FUZZ_CHECK(options.transliterate == "lossy" || joined == before, "the parts are not the text");
  FUZZ_CHECK(joined == before || encoded->replaced.size() > folded->replaced.size(), "what was replaced is not told");
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

#include <algorithm>
#include <array>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>
#include <optional>

namespace dunlin::text {
namespace {

constexpr std::uint8_t kDefault = 0x00;
constexpr std::uint8_t kLatin1 = 0x03;
constexpr std::uint8_t kUcs2 = 0x08;

bool in_gsm7(char32_t character) { return gsm_septets(character).count > 0; }
bool in_ascii(char32_t character) { return character < 0x80; }
bool in_latin1(char32_t character) { return character < 0x80 || (character >= 0xA0 && character <= 0xFF); }
bool in_gsm7_and_ascii(char32_t character) { return in_gsm7(character) && in_ascii(character); }
bool in_gsm7_and_latin1(char32_t character) { return in_gsm7(character) && in_latin1(character); }
bool anywhere(char32_t) { return true; }

// One way to write a text at an SMSC.
struct Way {
  Encoding encoding;
  std::uint8_t data_coding;
  bool packed;
  bool (*takes)(char32_t);
  std::string_view what;  // completes "U+20AC is not in …"
};
constexpr Way kWayUcs2{Encoding::ucs2, kUcs2, false, anywhere, "UCS-2"};

// What data_coding 0 is good for there.
Way default_way(DefaultAlphabet alphabet) {
  switch (alphabet) {
    case DefaultAlphabet::gsm7: return {Encoding::gsm7, kDefault, false, in_gsm7, "the GSM 7-bit alphabet"};
    case DefaultAlphabet::gsm7_packed: return {Encoding::gsm7, kDefault, true, in_gsm7, "the GSM 7-bit alphabet"};
    case DefaultAlphabet::ascii: return {Encoding::ascii, kDefault, false, in_ascii, "ASCII"};
    case DefaultAlphabet::latin1: return {Encoding::latin1, kDefault, false, in_latin1, "Latin-1"};
  }
  return kWayUcs2;
}

Way seven_bit_way(DefaultAlphabet alphabet) {
  Way way = default_way(alphabet);
  if (alphabet == DefaultAlphabet::ascii) {
    way.takes = in_gsm7_and_ascii;
    way.what = "both the GSM 7-bit alphabet and ASCII, which data_coding 0 means at this SMSC";
  } else if (alphabet == DefaultAlphabet::latin1) {
    way.takes = in_gsm7_and_latin1;
    way.what = "both the GSM 7-bit alphabet and Latin-1, which data_coding 0 means at this SMSC";
  }
  return way;
}

Way latin1_way(DefaultAlphabet alphabet) {
  const std::uint8_t data_coding = alphabet == DefaultAlphabet::latin1 ? kDefault : kLatin1;
  return {Encoding::latin1, data_coding, false, in_latin1, "Latin-1"};
}

// Index of the first character a way does not take.
std::optional<std::size_t> first_outside(std::u32string_view text, const Way& way) {
  const auto found = std::find_if_not(text.begin(), text.end(), way.takes);
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

Result<Way> choose(std::string_view utf8, std::u32string_view text, const EncodeOptions& options) {
  if (options.encoding == "ucs2") return kWayUcs2;
  if (options.encoding.empty() || options.encoding == "auto") {
    const Way way = default_way(options.default_alphabet);
    return first_outside(text, way) ? kWayUcs2 : way;
  }
  if (options.encoding != "gsm7" && options.encoding != "latin1") {
    return failure("bad_value", "an encoding is auto, gsm7, latin1 or ucs2", "encoding");
  }
  const Way way =
      options.encoding == "gsm7" ? seven_bit_way(options.default_alphabet) : latin1_way(options.default_alphabet);
  if (const auto outside = first_outside(text, way)) {
    return failure("not_encodable", name_of(text[*outside]) + " is not in " + std::string(way.what),
                   "text at character " + std::to_string(position_before_folding(utf8, *outside)));
  }
  return way;
}

// An SMSC turns its default alphabet into septets on the air where it can; text that it can't is counted in octets.
Unit unit_of(const Way& way, std::u32string_view text) {
  switch (way.encoding) {
    case Encoding::gsm7:
    case Encoding::ascii: return Unit::septet;
    case Encoding::latin1:
      return way.data_coding == kDefault && std::all_of(text.begin(), text.end(), in_gsm7) ? Unit::septet : Unit::octet;
    case Encoding::ucs2: return Unit::utf16;
  }
  return Unit::octet;
}

void append_septets(Octets& octets, std::u32string_view text) {
  for (const char32_t character : text) {
    const Septets septets = gsm_septets(character);
    if (septets.count == 2) octets.push_back(kEscape);
    octets.push_back(septets.septet);
  }
}

void append_utf16(Octets& octets, std::u32string_view text) {
  const auto unit = [&](char32_t value) {
    octets.push_back(static_cast<std::uint8_t>(value >> 8));
    octets.push_back(static_cast<std::uint8_t>(value));
  };
  for (const char32_t character : text) {
    if (character > 0xFFFF) {
      unit(0xD800 + ((character - 0x10000) >> 10));
      unit(0xDC00 + ((character - 0x10000) & 0x3FF));
    } else {
      unit(character);
    }
  }
}

void append_text(Octets& octets, std::u32string_view text, const Way& way) {
  if (way.packed) {
    Octets septets;
    append_septets(septets, text);
    const Octets packed = pack(septets, fill_bits_after(octets.size()));
    octets.insert(octets.end(), packed.begin(), packed.end());
  } else if (way.encoding == Encoding::gsm7) {
    append_septets(octets, text);
  } else if (way.encoding == Encoding::ucs2) {
    append_utf16(octets, text);
  } else {
    for (const char32_t character : text) octets.push_back(static_cast<std::uint8_t>(character));
  }
}

// Most reminders: printable ASCII that the GSM alphabet has in the same places, in one segment. No folding, no choice.
constexpr auto kSameInGsm7 = [] {
  std::array<bool, 256> same{};
  for (int c = ' '; c <= 'z'; ++c) same[static_cast<std::size_t>(c)] = true;
  for (const char c : {'$', '@', '[', '\\', ']', '^', '_', '`'}) same[static_cast<std::size_t>(c)] = false;
  same['\n'] = true;
  return same;
}();
constexpr std::size_t kPlainMax = 160;  // septets of one segment without a header

bool is_plain(std::string_view utf8, const EncodeOptions& options) {
  return utf8.size() <= kPlainMax && options.default_alphabet == DefaultAlphabet::gsm7 &&
         (options.encoding.empty() || options.encoding == "auto" || options.encoding == "gsm7") &&
         std::ranges::all_of(utf8, [](char c) { return kSameInGsm7[static_cast<std::uint8_t>(c)]; });
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::gsm7: return "gsm7";
    case Encoding::latin1: return "latin1";
    case Encoding::ascii: return "ascii";
    case Encoding::ucs2: return "ucs2";
  }
  return "";
}

Result<Encoded> encode(std::string_view utf8, const EncodeOptions& options) {
  if (!options.transliterate.empty() && options.transliterate != "safe" && options.transliterate != "none") {
    return failure("bad_value", "transliterate is none or safe", "transliterate");
  }
  if (is_plain(utf8, options)) {
    const OctetView octets = octets_of(utf8);
    return Encoded{Encoding::gsm7,      kDefault, {{Octets(octets.begin(), octets.end()), false}}, 1,
                   {std::string(utf8)}, {}};
  }
  auto folded = fold(utf8);
  if (!folded) return tl::unexpected(folded.error());
  const std::u32string_view text = folded->text;
  const auto way = choose(utf8, text, options);
  if (!way) return tl::unexpected(way.error());

  std::vector<std::size_t> ends = segment_ends(text, unit_of(*way, text), concatenation_octets(options.long_messages));
  const std::size_t most = options.segments_max == 0 ? kSegmentsMax : std::min(options.segments_max, kSegmentsMax);
  if (ends.size() > most) {
    return failure("too_long",
                   "takes " + std::to_string(ends.size()) + " segments, " + std::to_string(most) + " are allowed",
                   "text");
  }

  Encoded encoded{way->encoding, way->data_coding, {}, ends.size(), {}, std::move(folded->replaced)};
  if (options.long_messages == LongMessages::payload) ends = {text.size()};
  encoded.segments.reserve(ends.size());
  encoded.parts.reserve(ends.size());
  std::size_t start = 0;
  for (const std::size_t end : ends) {
    SegmentOctets segment;
    segment.udhi = ends.size() > 1 && options.long_messages != LongMessages::sar;
    segment.short_message.reserve(concatenation_octets(options.long_messages) + 2 * (end - start) + 2);
    if (segment.udhi) {
      append_concatenation_header(
          segment.short_message,
          {options.reference, options.long_messages == LongMessages::udh16, static_cast<std::uint8_t>(ends.size()),
           static_cast<std::uint8_t>(encoded.segments.size() + 1)});
    }
    const std::u32string_view part = text.substr(start, end - start);
    append_text(segment.short_message, part, *way);
    encoded.segments.push_back(std::move(segment));
    encoded.parts.push_back(to_utf8(part));
    start = end;
  }
  return encoded;
}

}  // namespace dunlin::text

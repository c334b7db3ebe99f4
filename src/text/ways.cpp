#include "text/ways.hpp"

#include <algorithm>
#include <array>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>

#include "text/latin.hpp"
#include "text/national.hpp"

namespace dunlin::text {
namespace {

constexpr std::uint8_t kDefault = 0x00;
constexpr std::uint8_t kAscii = 0x01;
constexpr std::uint8_t kLatin1 = 0x03;
constexpr std::uint8_t kUcs2 = 0x08;

bool in_gsm7(char32_t character) { return gsm_septets(character).count > 0; }
bool in_ascii(char32_t character) { return character < 0x80; }
bool in_latin1(char32_t character) { return character < 0x80 || (character >= 0xA0 && character <= 0xFF); }
bool in_latin9(char32_t character) { return character == 0 || latin9_octet(character) != 0; }
bool in_gsm7_and_ascii(char32_t character) { return in_gsm7(character) && in_ascii(character); }
bool in_gsm7_and_latin1(char32_t character) { return in_gsm7(character) && in_latin1(character); }
bool in_gsm7_and_latin9(char32_t character) { return in_gsm7(character) && in_latin9(character); }
bool anywhere(char32_t) { return true; }

constexpr std::string_view kGsm7 = "the GSM 7-bit alphabet";
constexpr Way kWayUcs2{Encoding::ucs2, kUcs2, false, {}, anywhere, "UCS-2"};

// What data_coding 0 is good for there.
Way default_way(DefaultAlphabet alphabet) {
  switch (alphabet) {
    case DefaultAlphabet::gsm7: return {Encoding::gsm7, kDefault, false, {}, in_gsm7, kGsm7};
    case DefaultAlphabet::gsm7_packed: return {Encoding::gsm7, kDefault, true, {}, in_gsm7, kGsm7};
    case DefaultAlphabet::ascii: return {Encoding::ascii, kDefault, false, {}, in_ascii, "ASCII"};
    case DefaultAlphabet::latin1: return {Encoding::latin1, kDefault, false, {}, in_latin1, "Latin-1"};
    case DefaultAlphabet::latin9: return {Encoding::latin9, kDefault, false, {}, in_latin9, "Latin-9"};
    case DefaultAlphabet::utf8: return {Encoding::utf8, kDefault, false, {}, in_gsm7, kGsm7};
  }
  return kWayUcs2;
}

Way seven_bit_way(DefaultAlphabet alphabet) {
  Way way = default_way(alphabet);
  if (alphabet == DefaultAlphabet::ascii) {
    way.takes_one = in_gsm7_and_ascii;
    way.what = "both the GSM 7-bit alphabet and ASCII, which data_coding 0 means at this SMSC";
  } else if (alphabet == DefaultAlphabet::latin1) {
    way.takes_one = in_gsm7_and_latin1;
    way.what = "both the GSM 7-bit alphabet and Latin-1, which data_coding 0 means at this SMSC";
  } else if (alphabet == DefaultAlphabet::latin9) {
    way.takes_one = in_gsm7_and_latin9;
    way.what = "both the GSM 7-bit alphabet and Latin-9, which data_coding 0 means at this SMSC";
  }
  return way;
}

void append_national(std::vector<Way>& found, const EncodeOptions& options) {
  const bool packed = options.default_alphabet == DefaultAlphabet::gsm7_packed;
  if (!packed && options.default_alphabet != DefaultAlphabet::gsm7) return;
  for (const Language language : options.shift_tables) {
    const auto add = [&](ShiftTables tables) {
      found.push_back(
          {Encoding::gsm7, kDefault, packed, tables, nullptr, "the GSM 7-bit alphabet with national tables"});
    };
    if (single_table(language) != nullptr) add({Language::none, language});
    if (locking_table(language) != nullptr) {
      add({language, Language::none});
      add({language, language});
    }
  }
}

// An SMSC turns its default alphabet into septets on the air where it can; text that it can't is counted in octets.
Unit unit_of(const Way& way, std::u32string_view text) {
  switch (way.encoding) {
    case Encoding::gsm7:
    case Encoding::ascii: return Unit::septet;
    case Encoding::utf8: return Unit::utf8;
    case Encoding::latin1:
    case Encoding::latin9:
      return way.data_coding == kDefault && std::ranges::all_of(text, in_gsm7) ? Unit::septet : Unit::octet;
    case Encoding::ucs2: return Unit::utf16;
  }
  return Unit::octet;
}

void append_septets(Octets& octets, std::u32string_view text, ShiftTables tables) {
  const bool plain = tables == ShiftTables{};
  for (const char32_t character : text) {
    const Septets septets = plain ? gsm_septets(character) : gsm_septets(character, tables);
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

}  // namespace

std::span<const std::string_view> encodings() {
  static constexpr std::array<std::string_view, 6> kNames = {"auto",   "gsm7",  "gsm7-national",
                                                             "latin1", "ascii", "ucs2"};
  return kNames;
}

std::span<const std::string_view> transliterations() {
  static constexpr std::array<std::string_view, 3> kNames = {"none", "safe", "lossy"};
  return kNames;
}

std::size_t Way::gsm_septets_with(char32_t character) const { return gsm_septets(character, tables).count; }

Result<std::vector<Way>> ways(const EncodeOptions& options) {
  const std::string_view encoding = options.encoding;
  const DefaultAlphabet alphabet = options.default_alphabet;
  if (encoding == "ucs2") return std::vector{kWayUcs2};
  if (encoding == "gsm7") return std::vector{seven_bit_way(alphabet)};
  const bool zero_is_latin1 = alphabet == DefaultAlphabet::latin1;
  const Way latin1{Encoding::latin1, zero_is_latin1 ? kDefault : kLatin1, false, {}, in_latin1, "Latin-1"};
  if (encoding == "latin1") return std::vector{latin1};
  if (encoding == "ascii") {
    const std::uint8_t data_coding = alphabet == DefaultAlphabet::ascii ? kDefault : kAscii;
    return std::vector{Way{Encoding::ascii, data_coding, false, {}, in_ascii, "ASCII"}};
  }
  std::vector<Way> found;
  if (encoding == "gsm7-national") {
    found.push_back(seven_bit_way(alphabet));
    append_national(found, options);
    return found;
  }
  if (!encoding.empty() && encoding != "auto") {
    return failure("bad_value", "an encoding is auto, gsm7, gsm7-national, latin1, ascii or ucs2", "encoding");
  }
  found.push_back(default_way(alphabet));
  // Eight bits a character, unless it is changed to be in the GSM alphabet too.
  const bool eight_bits = zero_is_latin1 || alphabet == DefaultAlphabet::latin9;
  if (eight_bits && options.transliterate == "lossy") found.push_back(seven_bit_way(alphabet));
  append_national(found, options);
  if (options.latin1 && !zero_is_latin1) found.push_back(latin1);
  found.push_back(kWayUcs2);
  return found;
}

Budget budget_of(const Way& way, std::u32string_view text, LongMessages how) {
  const std::size_t shifts = shift_octets(way.tables);
  return {unit_of(way, text), concatenation_octets(how) + shifts, shifts > 0 ? shifts + 1 : 0, way.tables};
}

std::optional<std::size_t> first_outside(std::u32string_view text, const Way& way) {
  if (way.encoding == Encoding::ucs2) return std::nullopt;
  // Which question to ask is settled once a text, not once a character.
  const auto found =
      way.takes_one != nullptr
          ? std::ranges::find_if_not(text, way.takes_one)
          : std::ranges::find_if_not(text, [&way](char32_t each) { return way.gsm_septets_with(each) > 0; });
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

Cost cost_of(std::u32string_view text, const Budget& budget) {
  const std::vector<std::size_t> ends = segment_ends(text, budget);
  const std::size_t header = ends.size() > 1 ? budget.header_joined : budget.header_alone;
  Cost cost{ends.size(), ends.size() * header};
  std::size_t start = 0;
  for (const std::size_t end : ends) {
    const std::size_t units = units_of(text.substr(start, end - start), budget.unit, budget.tables);
    switch (budget.unit) {
      case Unit::septet:
      case Unit::utf8: cost.octets += (fill_bits_after(header) + units * 7 + 7) / 8; break;
      case Unit::octet: cost.octets += units; break;
      case Unit::utf16: cost.octets += units * 2; break;
    }
    start = end;
  }
  return cost;
}

void append_text(Octets& octets, std::u32string_view text, const Way& way) {
  if (way.packed) {
    Octets septets;
    append_septets(septets, text, way.tables);
    const Octets packed = pack(septets, fill_bits_after(octets.size()));
    octets.insert(octets.end(), packed.begin(), packed.end());
    return;
  }
  switch (way.encoding) {
    case Encoding::gsm7: append_septets(octets, text, way.tables); return;
    case Encoding::ucs2: append_utf16(octets, text); return;
    case Encoding::utf8: {
      const std::string utf8 = to_utf8(text);
      octets.insert(octets.end(), utf8.begin(), utf8.end());
      return;
    }
    case Encoding::latin9:
      for (const char32_t character : text) octets.push_back(latin9_octet(character));
      return;
    case Encoding::latin1:
    case Encoding::ascii:
      for (const char32_t character : text) octets.push_back(static_cast<std::uint8_t>(character));
      return;
  }
}

}  // namespace dunlin::text

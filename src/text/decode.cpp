#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>

#include "base/hex.hpp"
#include "text/coding.hpp"
#include "text/latin.hpp"

namespace dunlin::text {
namespace {

// 0x80 to 0x9F of Windows-1252; U+FFFD where it has nothing.
constexpr std::array<char32_t, 32> kWindows1252 = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                   0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

// Some peers end a text with a NUL, as if it were a C string.
OctetView without_nul(OctetView octets) {
  return !octets.empty() && octets.back() == 0 ? octets.first(octets.size() - 1) : octets;
}

// An alphabet that ICU has.
std::string with_icu(OctetView octets, const char* name) {
  std::string utf8;
  icu::UnicodeString(reinterpret_cast<const char*>(octets.data()), static_cast<int32_t>(octets.size()), name)
      .toUTF8String(utf8);
  return utf8;
}

bool any_above_7f(OctetView octets) {
  return std::ranges::any_of(octets, [](std::uint8_t octet) { return octet > 0x7F; });
}

std::string latin1_or_utf8(OctetView octets) {
  std::string utf8(reinterpret_cast<const char*>(octets.data()), octets.size());
  return to_code_points(utf8) ? utf8 : latin1_to_utf8(octets);
}

// The octets of a GSM text that are none: whoever sends them sends no septets at all, unless a control character says
// that the others are some.
std::string gsm7_text(OctetView octets, ShiftTables tables) {
  if (!any_above_7f(octets)) return gsm_to_utf8(octets, tables);
  const bool controls = std::ranges::any_of(
      octets, [](std::uint8_t octet) { return octet < 0x20 && octet != '\r' && octet != '\n' && octet != '\t'; });
  return controls ? gsm_to_utf8(octets, tables) : latin1_or_utf8(octets);
}

// data_coding 5 and 13: JIS X 0208 as pairs of 7-bit octets, which every Japanese text shows by its kana, rows 0x24 and
// 0x25; or Shift JIS, or with escapes. Else it is the ASCII that somebody marked wrongly.
std::string jis_text(OctetView octets) {
  if (any_above_7f(octets)) return with_icu(octets, "Shift_JIS");
  if (std::ranges::find(octets, kEscape) != octets.end()) return with_icu(octets, "ISO-2022-JP");
  bool pairs = octets.size() % 2 == 0;
  bool kana = false;
  for (std::size_t at = 0; pairs && at < octets.size(); at += 2) {
    pairs = octets[at] >= 0x21 && octets[at] <= 0x7E && octets[at + 1] >= 0x21 && octets[at + 1] <= 0x7E;
    kana = kana || octets[at] == 0x24 || octets[at] == 0x25;
  }
  if (!pairs || !kana) return ascii_to_utf8(octets);
  Octets euc(octets.begin(), octets.end());
  for (std::uint8_t& octet : euc) octet |= 0x80;
  return with_icu(euc, "EUC-JP");
}

std::string text_of(OctetView octets, Charset charset, ShiftTables tables) {
  switch (charset) {
    case Charset::gsm7: return gsm7_text(octets, tables);
    case Charset::gsm7_packed: return gsm_to_utf8(octets, tables);  // unpacked by now
    case Charset::latin1: return latin1_to_utf8(without_nul(octets));
    case Charset::latin9: return latin9_to_utf8(without_nul(octets));
    case Charset::utf8: return latin1_or_utf8(without_nul(octets));
    case Charset::ucs2: return ucs2_to_utf8(octets);
    case Charset::iso_8859_5: return with_icu(without_nul(octets), "ISO-8859-5");
    case Charset::iso_8859_8: return with_icu(without_nul(octets), "ISO-8859-8");
    case Charset::jis: return jis_text(without_nul(octets));
    case Charset::iso_2022_jp: return with_icu(without_nul(octets), "ISO-2022-JP");
    case Charset::ks_c_5601: return with_icu(without_nul(octets), "windows-949");
    case Charset::ascii: return ascii_to_utf8(without_nul(octets));
    case Charset::binary:
    case Charset::compressed: return hex_of(octets);
  }
  return {};
}

// Unpacked. Seven bits to spare that a peer filled with zeros, not a CR, look like an '@' at the end.
Octets septets_of(OctetView packed, std::size_t header_octets) {
  const unsigned fill = fill_bits_after(header_octets);
  Octets septets = unpack(packed, fill);
  const bool whole = septets.size() * 7 + fill == packed.size() * 8;
  if (whole && !septets.empty() && septets.back() == 0) septets.pop_back();
  return septets;
}

// A header for segments that nobody flagged. As text it would be "é@¥" or "ùòè": nobody begins like that.
bool starts_with_unflagged_header(OctetView octets) {
  const bool concatenation = octets.size() > 5 && ((octets[0] >= 5 && octets[1] == 0 && octets[2] == 3) ||
                                                   (octets[0] >= 6 && octets[1] == 8 && octets[2] == 4));
  if (!concatenation) return false;
  const auto header = parse_header(octets);
  return header && header->concatenation && header->octets < octets.size();
}

}  // namespace

Decoded decode(OctetView user_data, std::uint8_t data_coding, bool udhi, DefaultAlphabet default_alphabet) {
  return decode(std::span(&user_data, 1), data_coding, udhi, default_alphabet);
}

Decoded decode(std::span<const OctetView> segments, std::uint8_t data_coding, bool udhi,
               DefaultAlphabet default_alphabet) {
  const Coding coding = coding_of(data_coding, default_alphabet);
  Decoded decoded;
  decoded.readable = coding.charset != Charset::binary && coding.charset != Charset::compressed;
  decoded.alphabet = name_of(coding.charset);
  decoded.message_class = coding.message_class;
  decoded.waiting = coding.waiting;
  Octets joined;  // of segments with the same tables
  ShiftTables tables;
  bool first = true;
  for (const OctetView segment : segments) {
    UserDataHeader header;
    if (udhi || starts_with_unflagged_header(segment)) header = parse_header(segment).value_or(UserDataHeader{});
    if (first) {
      decoded.concatenation = header.concatenation;
      decoded.tables = header.tables;
    }
    if (header.waiting && (first || !decoded.waiting)) decoded.waiting = header.waiting;
    if (!first && header.tables != tables) {
      decoded.text += text_of(joined, coding.charset, tables);
      joined.clear();
    }
    tables = header.tables;
    OctetView rest = segment.subspan(header.octets);
    const bool marked = rest.size() >= 2 && rest[0] == 0xFE && rest[1] == 0xFF;
    if (coding.charset == Charset::ucs2 && !first && marked) rest = rest.subspan(2);  // a byte order mark in each
    if (coding.charset == Charset::gsm7_packed) {
      const Octets septets = septets_of(rest, header.octets);
      joined.insert(joined.end(), septets.begin(), septets.end());
    } else if (segments.size() == 1) {  // nothing to join
      decoded.text = text_of(rest, coding.charset, tables);
      return decoded;
    } else {
      joined.insert(joined.end(), rest.begin(), rest.end());
    }
    first = false;
  }
  decoded.text += text_of(joined, coding.charset, tables);
  return decoded;
}

namespace {

// Latin letters with their octets the wrong way round, by some client libraries: a STOP among them has to be heard.
// Read as it stands it would be characters from the first places of several blocks and nothing else.
bool looks_little_endian(OctetView octets) {
  if (octets.size() >= 2 && octets[octets.size() - 1] == 0 && octets[octets.size() - 2] == 0) {
    octets = octets.first(octets.size() - 2);  // a NUL at the end
  }
  if (octets.size() < 4 || octets.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < octets.size(); i += 2) {
    if (octets[i] == 0 || octets[i + 1] != 0) return false;
  }
  return true;
}

}  // namespace

std::string ucs2_to_utf8(OctetView octets) {
  std::string utf8;
  bool little = looks_little_endian(octets);
  if (octets.size() >= 2 && !little) {
    little = octets[0] == 0xFF && octets[1] == 0xFE;
    if (little || (octets[0] == 0xFE && octets[1] == 0xFF)) octets = octets.subspan(2);
  }
  const auto unit = [&](std::size_t i) -> char32_t {
    return static_cast<char32_t>(little ? octets[i] | octets[i + 1] << 8 : octets[i] << 8 | octets[i + 1]);
  };
  const std::size_t whole = octets.size() / 2 * 2;
  utf8.reserve(whole);
  for (std::size_t i = 0; i < whole; i += 2) {
    const char32_t high = unit(i);
    if (high == 0 && i + 2 >= octets.size()) break;  // a NUL at the end
    if (high >= 0xD800 && high <= 0xDBFF && i + 2 < whole && unit(i + 2) >= 0xDC00 && unit(i + 2) <= 0xDFFF) {
      i += 2;
      append_utf8(utf8, 0x10000 + ((high - 0xD800) << 10) + (unit(i) - 0xDC00));
    } else {
      append_utf8(utf8, high);  // half a pair becomes U+FFFD there
    }
  }
  if (whole < octets.size() && octets.back() != 0) append_utf8(utf8, kReplacementCharacter);
  return utf8;
}

std::string latin1_to_utf8(OctetView octets) {
  std::string utf8;
  utf8.reserve(octets.size() + octets.size() / 8);
  for (const std::uint8_t octet : octets)
    append_utf8(utf8, octet >= 0x80 && octet < 0xA0 ? kWindows1252[octet - 0x80] : octet);
  return utf8;
}

std::string latin9_to_utf8(OctetView octets) {
  std::string utf8;
  utf8.reserve(octets.size() + octets.size() / 8);
  for (const std::uint8_t octet : octets) {
    append_utf8(utf8, octet >= 0x80 && octet < 0xA0 ? kWindows1252[octet - 0x80] : latin9_character(octet));
  }
  return utf8;
}

std::string ascii_to_utf8(OctetView octets) {
  std::string utf8;
  utf8.reserve(octets.size());
  for (const std::uint8_t octet : octets) append_utf8(utf8, octet < 0x80 ? octet : kReplacementCharacter);
  return utf8;
}

}  // namespace dunlin::text

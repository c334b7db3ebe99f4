#include <array>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>

namespace dunlin::text {
namespace {

enum class Alphabet : std::uint8_t { gsm7, gsm7_packed, ascii, latin1, ucs2, unknown };

Alphabet default_of(DefaultAlphabet alphabet) {
  switch (alphabet) {
    case DefaultAlphabet::gsm7: return Alphabet::gsm7;
    case DefaultAlphabet::gsm7_packed: return Alphabet::gsm7_packed;
    case DefaultAlphabet::ascii: return Alphabet::ascii;
    case DefaultAlphabet::latin1: return Alphabet::latin1;
  }
  return Alphabet::unknown;
}

// Values below 0x10 are SMPP's own; above they are the network's, let through (TS 23.038 §4).
Alphabet alphabet_of(std::uint8_t data_coding, DefaultAlphabet default_alphabet) {
  const Alphabet gsm = default_alphabet == DefaultAlphabet::gsm7_packed ? Alphabet::gsm7_packed : Alphabet::gsm7;
  if (data_coding < 0x10) {
    switch (data_coding) {
      case 0x00: return default_of(default_alphabet);
      case 0x03: return Alphabet::latin1;
      case 0x08: return Alphabet::ucs2;
      default: return data_coding == 0x01 ? Alphabet::ascii : Alphabet::unknown;
    }
  }
  if (data_coding < 0x80) {  // general, and marked for deletion: bit 5 compressed, bits 3 and 2 the alphabet
    if (data_coding & 0x20) return Alphabet::unknown;
    switch (data_coding >> 2 & 3) {
      case 0: return gsm;
      case 2: return Alphabet::ucs2;
      default: return Alphabet::unknown;
    }
  }
  if (data_coding < 0xE0) return gsm;  // reserved ones count as the default alphabet; message waiting
  if (data_coding < 0xF0) return Alphabet::ucs2;
  return data_coding & 0x04 ? Alphabet::unknown : gsm;
}

// 0x80 to 0x9F of Windows-1252; U+FFFD where it has nothing.
constexpr std::array<char32_t, 32> kWindows1252 = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                   0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

// Some peers end a text with a NUL, as if it were a C string.
OctetView without_nul(OctetView octets) {
  return !octets.empty() && octets.back() == 0 ? octets.first(octets.size() - 1) : octets;
}

std::string text_of_alphabet(OctetView octets, Alphabet alphabet, std::size_t header_octets) {
  switch (alphabet) {
    case Alphabet::gsm7: return gsm_to_utf8(octets);
    case Alphabet::gsm7_packed: return gsm_to_utf8(unpack(octets, fill_bits_after(header_octets)));
    case Alphabet::latin1: return latin1_to_utf8(without_nul(octets));
    case Alphabet::ucs2: return ucs2_to_utf8(octets);
    case Alphabet::ascii:
    case Alphabet::unknown: return ascii_to_utf8(without_nul(octets));
  }
  return {};
}

// A header for segments that nobody flagged. As text it would be "é@¥" or control characters: nobody writes that.
bool starts_with_unflagged_header(OctetView octets) {
  return octets.size() > 6 && octets[0] == 5 && octets[1] == 0 && octets[2] == 3 && octets[5] >= 1 &&
         octets[5] <= octets[4];
}

}  // namespace

Decoded decode(OctetView user_data, std::uint8_t data_coding, bool udhi, DefaultAlphabet default_alphabet) {
  Decoded decoded;
  std::size_t header_octets = 0;
  if (udhi || starts_with_unflagged_header(user_data)) {
    if (const auto header = parse_header(user_data)) {
      header_octets = header->octets;
      decoded.concatenation = header->concatenation;
    }
  }
  decoded.text =
      text_of_alphabet(user_data.subspan(header_octets), alphabet_of(data_coding, default_alphabet), header_octets);
  return decoded;
}

std::string ucs2_to_utf8(OctetView octets) {
  std::string utf8;
  bool little = false;
  if (octets.size() >= 2) {
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

std::string ascii_to_utf8(OctetView octets) {
  std::string utf8;
  utf8.reserve(octets.size());
  for (const std::uint8_t octet : octets) append_utf8(utf8, octet < 0x80 ? octet : kReplacementCharacter);
  return utf8;
}

}  // namespace dunlin::text

#include "text/coding.hpp"

namespace dunlin::text {
namespace {

Charset default_of(DefaultAlphabet alphabet) {
  switch (alphabet) {
    case DefaultAlphabet::gsm7: return Charset::gsm7;
    case DefaultAlphabet::gsm7_packed: return Charset::gsm7_packed;
    case DefaultAlphabet::ascii: return Charset::ascii;
    case DefaultAlphabet::latin1: return Charset::latin1;
    case DefaultAlphabet::latin9: return Charset::latin9;
    case DefaultAlphabet::utf8: return Charset::utf8;
  }
  return Charset::gsm7;
}

// Values below 0x10 are SMPP's own. 9 (pictograms) has no table anybody could name: what is sent so is Shift JIS.
Charset smpp_charset(std::uint8_t data_coding, DefaultAlphabet default_alphabet) {
  switch (data_coding) {
    case 0x01: return Charset::ascii;
    case 0x02:
    case 0x04: return Charset::binary;
    case 0x03: return Charset::latin1;
    case 0x05:
    case 0x09:
    case 0x0D: return Charset::jis;
    case 0x06: return Charset::iso_8859_5;
    case 0x07: return Charset::iso_8859_8;
    case 0x08: return Charset::ucs2;
    case 0x0A: return Charset::iso_2022_jp;
    case 0x0E: return Charset::ks_c_5601;
    default: return default_of(default_alphabet);
  }
}

// 00xx xxxx, and 01xx xxxx, which is marked for deletion: bit 5 compressed, bit 4 the class counts, bits 3 and 2 the
// alphabet, bits 1 and 0 the class.
Coding general(std::uint8_t data_coding, Charset gsm) {
  Coding coding{gsm};
  if (data_coding & 0x10) coding.message_class = static_cast<std::uint8_t>(data_coding & 3);
  switch (data_coding >> 2 & 3) {
    case 1: coding.charset = Charset::binary; break;
    case 2: coding.charset = Charset::ucs2; break;
    default: break;
  }
  if (data_coding & 0x20) coding.charset = Charset::compressed;
  return coding;
}

// 1100 discards, 1101 and 1110 store: bit 3 whether anything waits, bits 1 and 0 what.
Coding waiting(std::uint8_t data_coding, Charset gsm) {
  Coding coding{data_coding >= 0xE0 ? Charset::ucs2 : gsm};
  coding.waiting =
      MessageWaiting{static_cast<Waiting>(data_coding & 3), (data_coding & 0x08) != 0, data_coding >= 0xD0, {}};
  return coding;
}

}  // namespace

std::string_view name_of(Charset charset) {
  switch (charset) {
    case Charset::gsm7:
    case Charset::gsm7_packed: return "gsm7";
    case Charset::ascii: return "ascii";
    case Charset::latin1: return "latin1";
    case Charset::latin9: return "latin9";
    case Charset::utf8: return "utf8";
    case Charset::ucs2: return "ucs2";
    case Charset::iso_8859_5: return "iso-8859-5";
    case Charset::iso_8859_8: return "iso-8859-8";
    case Charset::jis: return "jis";
    case Charset::iso_2022_jp: return "iso-2022-jp";
    case Charset::ks_c_5601: return "ks-c-5601";
    case Charset::binary: return "binary";
    case Charset::compressed: return "compressed";
  }
  return "";
}

Coding coding_of(std::uint8_t data_coding, DefaultAlphabet default_alphabet) {
  if (data_coding < 0x10) return {smpp_charset(data_coding, default_alphabet)};
  const Charset gsm = default_alphabet == DefaultAlphabet::gsm7_packed ? Charset::gsm7_packed : Charset::gsm7;
  if (data_coding < 0x80) return general(data_coding, gsm);
  if (data_coding < 0xC0) return {gsm};  // reserved: the default alphabet
  if (data_coding < 0xF0) return waiting(data_coding, gsm);
  return {data_coding & 0x04 ? Charset::binary : gsm, static_cast<std::uint8_t>(data_coding & 3)};
}

}  // namespace dunlin::text

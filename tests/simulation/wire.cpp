#include "wire.hpp"

#include <algorithm>
#include <dunlin/smpp/tlv.hpp>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/unicode.hpp>

namespace dunlin::simulation {

Part part_of(const smpp::SubmitSm& submit) {
  if (const auto number = submit.tlvs.get(smpp::tlv::sar_segment_seqnum))
    return {*number - 1U, submit.tlvs.get(smpp::tlv::sar_total_segments).value_or(1)};
  const OctetView text = submit.short_message.view();
  if ((submit.esm_class & 0x40) == 0 || text.empty()) return {};
  const std::size_t end = std::min<std::size_t>(1U + text[0], text.size());
  for (std::size_t at = 1; at + 2 <= end; at += 2U + text[at + 1]) {
    if (text[at] == 0x00 && at + 5 <= end) return {text[at + 4] - 1U, text[at + 3]};
    if (text[at] == 0x08 && at + 6 <= end) return {text[at + 5] - 1U, text[at + 4]};
  }
  return {};
}

Octets ucs2_of(std::string_view utf8) {
  Octets octets;
  const auto unit = [&](std::uint32_t value) {
    octets.push_back(static_cast<std::uint8_t>(value >> 8));
    octets.push_back(static_cast<std::uint8_t>(value));
  };
  for (const char32_t each : text::to_code_points(utf8).value_or(std::u32string())) {
    if (text::utf16_units(each) == 1) {
      unit(each);
    } else {
      unit(0xD800 + ((each - 0x10000) >> 10));
      unit(0xDC00 + ((each - 0x10000) & 0x3FF));
    }
  }
  return octets;
}

std::string text_of(const smpp::SubmitSm& submit) {
  const bool udhi = (submit.esm_class & 0x40) != 0;
  if (const auto payload = submit.tlvs.raw(smpp::tlv::message_payload.tag))
    return text::decode(*payload, submit.data_coding, udhi, text::DefaultAlphabet::gsm7).text;
  return text::decode(submit.short_message.view(), submit.data_coding, udhi, text::DefaultAlphabet::gsm7).text;
}

}  // namespace dunlin::simulation

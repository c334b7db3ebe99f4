#include "engine/render.hpp"

#include <algorithm>
#include <array>
#include <dunlin/smpp/time.hpp>

#include "base/fnv.hpp"
#include "engine/submit_settings.hpp"

namespace dunlin::engine {

Result<text::Encoded> encode_text(const store::Job& job, const SmscSettings& smsc, std::uint16_t reference) {
  std::vector<text::Language> shift_tables;
  for (const std::string& name : smsc.shift_tables) {
    if (const auto language = text::language_named(name)) shift_tables.push_back(*language);
  }
  const std::array<std::string_view, 3> keep{job.account, job.invoice, job.pay_url};
  text::EncodeOptions options;
  options.encoding = job.encoding.empty() ? smsc.encoding : job.encoding;
  options.transliterate = job.transliterate.empty() ? smsc.transliterate : job.transliterate;
  options.keep = keep;
  options.default_alphabet = smsc.default_alphabet;
  options.shift_tables = shift_tables;
  options.latin1 = smsc.latin1;
  options.long_messages = smsc.long_messages;
  options.reference = reference;
  Result<text::Encoded> encoded = text::encode(job.text, options);
  if (!encoded) return encoded;
  if (job.segments_max != 0 && encoded->messages > job.segments_max) {
    return failure("too_many_segments", "it takes " + std::to_string(encoded->messages) + " segments, at most " + std::to_string(job.segments_max) + " are allowed", "text");
  }
  return encoded;
}

bool carries(const store::Job& job, const SmscSettings& smsc) {
  const std::string_view encoding = job.encoding.empty() ? smsc.encoding : job.encoding;
  const bool takes_all = encoding == "auto" || encoding == "ucs2";
  return (takes_all && job.segments_max == 0) || encode_text(job, smsc, 0).has_value();
}

Address guess_address(std::string_view address) {
  const bool plus = address.starts_with('+');
  const std::string_view digits = plus ? address.substr(1) : address;
  const bool number = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return {5, 0, std::string(address)};
  if (!plus && digits.size() <= 8) return {3, 0, std::string(digits)};
  return {1, 1, std::string(!plus && digits.starts_with("00") ? digits.substr(2) : digits)};
}

Result<std::vector<smpp::SubmitSm>> render(const store::Job& job, std::uint32_t reference, Wall expires_at, const SmscSettings& smsc) {
  Result<text::Encoded> encoded = encode_text(job, smsc, static_cast<std::uint16_t>(reference));
  if (!encoded) return tl::unexpected(encoded.error());

  smpp::SubmitSm submit;
  apply_settings(submit, job, smsc);
  submit.data_coding = encoded->data_coding;
  if (Result<std::string> validity = smpp::format_absolute(expires_at)) submit.validity_period = *validity;

  std::vector<smpp::SubmitSm> submits;
  submits.reserve(encoded->segments.size());
  for (const text::SegmentOctets& segment : encoded->segments) {
    smpp::SubmitSm& part = submits.emplace_back(submit);
    part.esm_class = segment.udhi ? smpp::esm_class::kUdhi : 0;
    if (encoded->messages > encoded->segments.size()) {
      part.tlvs.set(smpp::tlv::message_payload, segment.short_message);
      continue;
    }
    part.short_message = segment.short_message;
    if (encoded->segments.size() == 1 || smsc.long_messages != LongMessages::sar) continue;
    part.tlvs.set(smpp::tlv::sar_msg_ref_num, static_cast<std::uint16_t>(reference));
    part.tlvs.set(smpp::tlv::sar_total_segments, static_cast<std::uint8_t>(encoded->segments.size()));
    part.tlvs.set(smpp::tlv::sar_segment_seqnum, static_cast<std::uint8_t>(submits.size()));
  }
  return submits;
}

std::uint32_t checksum_of(const std::vector<smpp::SubmitSm>& submits) {
  if (submits.size() <= 1) return 0;
  Fnv32 fnv;
  for (const smpp::SubmitSm& submit : submits) {
    const std::uint16_t sar = submit.tlvs.get(smpp::tlv::sar_msg_ref_num).value_or(0);
    const std::uint8_t head[] = {submit.esm_class, submit.data_coding, static_cast<std::uint8_t>(sar >> 8), static_cast<std::uint8_t>(sar),
                                 submit.tlvs.get(smpp::tlv::sar_segment_seqnum).value_or(0)};
    fnv.add(head);
    fnv.add(submit.short_message.view());
  }
  return fnv.sum == 0 ? 1 : fnv.sum;
}

}  // namespace dunlin::engine

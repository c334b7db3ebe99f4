#include "engine/render.hpp"

#include <algorithm>
#include <array>
#include <dunlin/smpp/time.hpp>

#include "engine/submit_settings.hpp"

namespace dunlin::engine {

namespace {

constexpr std::uint8_t kUdhi = 0x40;              // esm_class, SMPP 3.4 §5.2.12

}  // namespace

Result<text::Encoded> encode_text(const store::Job& job, const SmscSettings& smsc, std::uint8_t reference) {
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

Result<std::vector<smpp::SubmitSm>> render(const store::Job& job, std::uint64_t n, Wall expires_at, const SmscSettings& smsc) {
  Result<text::Encoded> encoded = encode_text(job, smsc, static_cast<std::uint8_t>(n));
  if (!encoded) return tl::unexpected(encoded.error());

  smpp::SubmitSm submit;
  apply_settings(submit, job, smsc);
  submit.data_coding = encoded->data_coding;
  if (Result<std::string> validity = smpp::format_absolute(expires_at)) submit.validity_period = *validity;

  std::vector<smpp::SubmitSm> submits;
  submits.reserve(encoded->segments.size());
  for (const text::SegmentOctets& segment : encoded->segments) {
    submits.push_back(submit);
    submits.back().short_message = segment.short_message;
    submits.back().esm_class = segment.udhi ? kUdhi : 0;
  }
  return submits;
}

}  // namespace dunlin::engine

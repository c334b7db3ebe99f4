#include "engine/submit_settings.hpp"

#include <algorithm>

#include "engine/extra_tlvs.hpp"
#include "engine/render.hpp"

namespace dunlin::engine {
namespace {

constexpr std::uint8_t kShortCodeTon = 3;

void set_addresses(smpp::SubmitSm& submit, const store::Job& job, const SmscSettings& smsc) {
  const Address source = guess_address(job.sender.empty() ? smsc.source : job.sender);
  const Address destination = guess_address(job.to);
  const bool none = source.digits.empty(), short_code = source.ton == kShortCodeTon;
  const auto ton = short_code && smsc.short_code_ton ? smsc.short_code_ton : smsc.source_ton;
  const auto npi = short_code && smsc.short_code_npi ? smsc.short_code_npi : smsc.source_npi;
  submit.source_addr_ton = static_cast<smpp::Ton>(ton.value_or(none ? 0 : source.ton));
  submit.source_addr_npi = static_cast<smpp::Npi>(npi.value_or(none ? 0 : source.npi));
  submit.source_addr = source.digits;
  submit.dest_addr_ton = static_cast<smpp::Ton>(smsc.dest_ton.value_or(destination.ton));
  submit.dest_addr_npi = static_cast<smpp::Npi>(smsc.dest_npi.value_or(destination.npi));
  submit.destination_addr = destination.digits;
}

}  // namespace

void apply_settings(smpp::SubmitSm& submit, const store::Job& job, const SmscSettings& smsc) {
  set_addresses(submit, job, smsc);
  submit.service_type = smsc.service_type;
  submit.protocol_id = smsc.protocol_id;
  submit.priority_flag = smsc.priority_flag && job.priority == store::Priority::high ? 1 : 0;
  submit.replace_if_present_flag = smsc.replace_if_present ? 1 : 0;
  submit.registered_delivery = smsc.registered_delivery.value_or(smsc.receipts ? smpp::registered_delivery::kFinal
                                                                               : smpp::registered_delivery::kNone);
  add_extra_tlvs(submit.tlvs, smsc, job.kind);
}

Result<void> check_sender(std::string_view sender) {
  if (sender.empty()) return {};
  constexpr std::size_t kE164Max = 15, kDigitsMax = 20, kLettersMax = 11;
  const bool plus = sender.front() == '+';
  const std::string_view digits = sender.substr(plus ? 1 : 0);
  const bool number = !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (number && digits.size() <= (plus ? kE164Max : kDigitsMax)) return {};
  const bool printable = std::ranges::all_of(sender, [](char c) { return c >= ' ' && c <= '~' && c != '@'; });
  if (!number && printable && sender.size() <= kLettersMax) return {};
  return failure("bad_value",
                 "a sender is '+' and at most 15 digits, at most 20 digits, or at most 11 printable ASCII characters "
                 "without '@' (which ends the field in the GSM alphabet)");
}

}  // namespace dunlin::engine

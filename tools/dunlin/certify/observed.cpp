#include "certify/observed.hpp"

#include <algorithm>
#include <array>
#include <dunlin/smpp/message_id.hpp>

namespace dunlin::certify {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& letter : out) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  return out;
}

}  // namespace

std::string_view to_string(Alias alias) {
  static constexpr std::array<std::string_view, kAliases> kNames{"verbatim", "letter case", "leading zeros",
                                                                 "hex-to-decimal", "decimal-to-hex"};
  return kNames[static_cast<std::size_t>(alias)];
}

std::optional<Alias> alias_between(std::string_view response, std::string_view receipt) {
  if (response.empty() || receipt.empty()) return std::nullopt;
  if (response == receipt) return Alias::verbatim;
  if (lower(response) == lower(receipt)) return Alias::letter_case;
  const auto folded = smpp::fold(receipt);
  if (smpp::fold(response) == folded) return Alias::leading_zeros;
  if (smpp::hex_to_decimal(response) == folded) return Alias::hex_to_decimal;
  if (const auto hex = smpp::decimal_to_hex(response); hex && smpp::fold(*hex) == folded) return Alias::decimal_to_hex;
  return std::nullopt;
}

std::map<Alias, std::size_t> aliases_of(const Observed& observed) {
  std::map<Alias, std::size_t> counts;
  for (const auto& receipt : observed.receipts) {
    for (const auto& alias : {receipt.by_tlv, receipt.by_text}) {
      if (alias) ++counts[*alias];
    }
  }
  return counts;
}

std::uint32_t rate_passed(const Observed& observed) {
  std::uint32_t passed = 0;
  for (const auto& step : observed.rates) {
    if (step.sent > 0 && step.accepted == step.sent) passed = std::max(passed, step.rate);
  }
  return passed;
}

std::uint32_t rate_throttled(const Observed& observed) {
  std::uint32_t lowest = 0;
  for (const auto& step : observed.rates) {
    if (step.throttled > 0 && (lowest == 0 || step.rate < lowest)) lowest = step.rate;
  }
  return lowest;
}

}  // namespace dunlin::certify

#include "certify/look.hpp"

#include <array>
#include <dunlin/base/octets.hpp>
#include <regex>

namespace dunlin::certify {
namespace {

constexpr std::uint16_t kVendorTags = 0x1400;  // to 0x3FFF; what stands below and has no row is strange too
constexpr std::size_t kWordsMax = 400;

bool looks_like_ucs2(OctetView octets) {
  return octets.size() >= 4 && octets[0] == 0 && octets[1] != 0 && octets[2] == 0 && octets[3] != 0;
}

std::string words_of(OctetView octets, bool ucs2) {
  std::string words;
  for (std::size_t at = ucs2 ? 1 : 0; at < octets.size() && words.size() < kWordsMax; at += ucs2 ? 2 : 1) {
    const auto octet = octets[at];
    words += octet >= 0x20 && octet < 0x7F ? static_cast<char>(octet) : octet == 0 ? '\0' : '?';
  }
  while (!words.empty() && words.back() == '\0') words.pop_back();
  for (auto& letter : words) letter = letter == '\0' ? '?' : letter;
  return words;
}

std::string without(std::string words, std::string_view number) {
  for (auto at = words.find(number); !number.empty() && at != words.npos; at = words.find(number, at)) {
    words.replace(at, number.size(), "NUMBER");
  }
  return words;
}

std::vector<std::string> keys_of(const std::string& words) {
  static const std::regex key("(submit[ _]?date|done[ _]?date|[A-Za-z_]+)[ ]*:", std::regex::icase);
  std::vector<std::string> keys;
  for (std::sregex_iterator at(words.begin(), words.end(), key), end; at != end; ++at) {
    keys.push_back(at->str(1));
    static const std::regex text("text", std::regex::icase);
    if (std::regex_match(keys.back(), text)) break;
  }
  return keys;
}

template <class Pdu>
std::optional<ReceiptSeen> look(const Pdu& pdu, std::string_view number) {
  auto receipt = smpp::parse_receipt(pdu);
  if (!receipt) return std::nullopt;
  ReceiptSeen seen;
  seen.receipt = *std::move(receipt);
  seen.esm_class = pdu.esm_class;
  seen.data_coding = pdu.data_coding;
  OctetView octets;
  if constexpr (requires { pdu.short_message; }) octets = pdu.short_message.view();
  if constexpr (!requires { pdu.short_message; }) seen.data_sm = true;
  if (octets.empty()) {
    octets = pdu.tlvs.raw(smpp::tlv::message_payload.tag).value_or(OctetView{});
    seen.payload = !octets.empty() && !seen.data_sm;
  }
  seen.ucs2 = looks_like_ucs2(octets);
  seen.words = without(words_of(octets, seen.ucs2), number);
  seen.keys = keys_of(seen.words);
  const auto& said = seen.receipt;
  seen.has_text = !said.text_message_id.empty() || !said.stat.empty();
  const auto id = pdu.tlvs.raw(smpp::tlv::receipted_message_id.tag);
  seen.has_tlv_id = id && !id->empty() && (*id)[0] != 0;
  seen.has_tlv_state = pdu.tlvs.contains(smpp::tlv::message_state);
  pdu.tlvs.for_each([&](std::uint16_t tag, OctetView) {
    if (tag >= kVendorTags || smpp::find_tlv(tag) == nullptr) seen.vendor_tags.insert(tag);
  });
  return seen;
}

}  // namespace

std::optional<ReceiptSeen> look_at(const smpp::Body& body, std::string_view number) {
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&body)) return look(*deliver, number);
  if (const auto* data = std::get_if<smpp::DataSm>(&body)) return look(*data, number);
  return std::nullopt;
}

}  // namespace dunlin::certify

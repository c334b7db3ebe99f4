// Receipts: text and TLVs merged field by field, TLVs first.
#include <algorithm>
#include <array>
#include <dunlin/smpp/receipt.hpp>

namespace dunlin::smpp {
namespace {

// A UDH whose elements fill its length exactly; anything else that claims to be one is text.
std::size_t udh_octets(OctetView octets) {
  if (octets.empty() || octets[0] < 2 || octets[0] >= octets.size()) return 0;
  const std::size_t end = 1U + octets[0];
  std::size_t at = 1;
  while (at + 2 <= end) at += 2U + octets[at + 1];
  return at == end ? end : 0;
}

constexpr std::uint8_t kMessageType = 0x3C;  // of esm_class, §5.2.12

std::string trimmed(std::string_view text) {
  static constexpr std::string_view kPadding(" \t\r\n\0", 5);
  const auto from = text.find_first_not_of(kPadding);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kPadding) - from + 1));
}

bool listed(MessageState state) { return state <= MessageState::skipped; }

bool intermediate_state(MessageState state) {
  return state == MessageState::scheduled || state == MessageState::enroute || state == MessageState::accepted;
}

// §5.3.2.31: the network's type, then its code. Some write the three digits of `err:` instead, or a single octet.
std::string network_error(OctetView octets) {
  const auto digit = [](std::uint8_t octet) { return octet >= '0' && octet <= '9'; };
  if (octets.size() == 3 && std::ranges::all_of(octets, digit)) return std::string(text_of(octets));
  if (octets.size() == 1) return std::to_string(octets[0]);
  return octets.size() == 3 ? std::to_string(octets[1] << 8 | octets[2]) : std::string();
}

void merge_tlvs(const TlvSet& tlvs, Receipt& receipt) {
  if (const auto id = tlvs.raw(tlv::receipted_message_id.tag)) {
    if (auto text = trimmed(text_of(*id)); !text.empty()) receipt.message_id = std::move(text);
  }
  // A vendor's number says less than a word that is known.
  const auto state = tlvs.get(tlv::message_state);
  if (state && (listed(*state) || !receipt.message_state)) receipt.message_state = state;
  receipt.network_error_code = tlvs.get(tlv::network_error_code);
  if (const auto error = tlvs.raw(tlv::network_error_code.tag)) receipt.network_error = network_error(*error);
  receipt.user_message_reference = tlvs.get(tlv::user_message_reference);
}

std::optional<Receipt> from_pdu(std::uint8_t esm_class, OctetView short_message, const TlvSet& tlvs) {
  auto text = short_message;
  if (text.empty()) text = tlvs.raw(tlv::message_payload.tag).value_or(OctetView{});
  if ((esm_class & esm_class::kUdhi) != 0) text = text.subspan(udh_octets(text));

  auto receipt = parse_receipt_text(text);
  const bool text_says_so = !receipt.message_id.empty() && receipt.message_state.has_value();
  merge_tlvs(tlvs, receipt);
  const auto id = tlvs.raw(tlv::receipted_message_id.tag);
  const bool names_a_message = text_says_so || (id && !trimmed(text_of(*id)).empty());
  const bool acknowledges = (esm_class & kMessageType) == esm_class::kDeliveryAck;
  receipt.flagged = (esm_class & (esm_class::kDeliveryReceipt | esm_class::kIntermediate)) != 0;
  receipt.flagged = receipt.flagged || (acknowledges && names_a_message);
  if (!receipt.flagged && !names_a_message) return std::nullopt;

  if (receipt.message_state && listed(*receipt.message_state)) {
    receipt.intermediate = intermediate_state(*receipt.message_state);
  } else {
    receipt.intermediate = (esm_class & esm_class::kIntermediate) != 0;
  }
  return receipt;
}

void append_padded(std::string& text, std::uint32_t number) {
  const auto digits = std::to_string(number);
  text.append(digits.size() < 3 ? 3 - digits.size() : 0, '0').append(digits);
}

void append_date(std::string& text, Wall time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  for (const auto number : {static_cast<int>(date.year()) % 100, static_cast<int>(static_cast<unsigned>(date.month())),
                            static_cast<int>(static_cast<unsigned>(date.day())),
                            static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count())}) {
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
  }
}

}  // namespace

std::optional<Receipt> parse_receipt(const DeliverSm& pdu) {
  return from_pdu(pdu.esm_class, pdu.short_message.view(), pdu.tlvs);
}

std::optional<Receipt> parse_receipt(const DataSm& pdu) { return from_pdu(pdu.esm_class, {}, pdu.tlvs); }

Outcome outcome(const Receipt& receipt) {
  if (receipt.message_state) {
    switch (*receipt.message_state) {
      case MessageState::scheduled:
      case MessageState::enroute:
      case MessageState::accepted: return Outcome::intermediate;
      case MessageState::delivered: return Outcome::delivered;
      case MessageState::expired: return Outcome::expired;
      case MessageState::rejected: return Outcome::rejected;
      case MessageState::unknown: return Outcome::unknown;
      case MessageState::deleted:
      case MessageState::undeliverable:
      case MessageState::skipped: return Outcome::undelivered;
    }
  }
  if (receipt.intermediate) return Outcome::intermediate;
  return receipt.message_state || !receipt.stat.empty() ? Outcome::undelivered : Outcome::unknown;
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::intermediate: return "intermediate";
    case Outcome::delivered: return "delivered";
    case Outcome::undelivered: return "undelivered";
    case Outcome::expired: return "expired";
    case Outcome::rejected: return "rejected";
    case Outcome::unknown: return "unknown";
  }
  return "unknown";
}

std::string format_receipt(const ReceiptText& receipt) {
  static constexpr std::size_t kTextOctets = 20;
  std::string text = "id:" + receipt.message_id + " sub:";
  append_padded(text, receipt.sub);
  text += " dlvrd:";
  append_padded(text, receipt.dlvrd);
  text += " submit date:";
  append_date(text, receipt.submit_date);
  text += " done date:";
  append_date(text, receipt.done_date);
  text.append(" stat:").append(stat_of(receipt.state)).append(" err:").append(receipt.err);
  return text.append(" text:").append(receipt.text, 0, kTextOctets);
}

}  // namespace dunlin::smpp

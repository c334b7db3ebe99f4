// Delivery receipts (SMPP 3.4 §5.2.12, §5.3 and Appendix B) as real SMSCs write them: text, TLVs or both, in any order,
// any case, any field missing. Pure.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::smpp {

// What a receipt says; a field that was missing is empty. Everything is raw: no number is converted, no date read.
struct Receipt {
  std::string message_id;       // TLV receipted_message_id, else the text's
  std::string text_message_id;  // the text's `id:`; SMSCs write it differently from the TLV's
  std::string stat;             // the text's, upper case: "DELIVRD"
  std::optional<MessageState>
      message_state;  // TLV message_state, else by stat; empty: not said, or in a word nobody knows
  std::string err;
  std::optional<NetworkErrorCode> network_error_code;  // where it has its three octets
  std::string network_error;  // the same for people: three ASCII digits as they are, else the code; also of one octet
  std::optional<std::uint16_t> user_message_reference;
  std::string submit_date, done_date;
  std::string sub, dlvrd;     // never truth: some SMSCs always say 000
  std::string text;           // what follows `text:`, raw octets of whatever charset
  bool flagged = false;       // esm_class says it is a receipt (a handset's acknowledgement: where it names a message)
  bool intermediate = false;  // another will follow: by its state; by esm_class only where the state is unheard of
};

// What it means for the segment.
enum class Outcome : std::uint8_t { intermediate, delivered, undelivered, expired, rejected, unknown };

// Nothing when it can't be a receipt: not flagged by esm_class, no receipted_message_id, and no text with both an id
// and a known stat. Of an unflagged one the caller has still to check that its id is outstanding and its source is that
// message's destination: a customer's text must never be eaten as a receipt.
std::optional<Receipt> parse_receipt(const DeliverSm& pdu);
std::optional<Receipt> parse_receipt(const DataSm& pdu);

// The text alone, `octets` as they came (UCS-2 is told by its zero octets). Keys in any order and case; the scan for
// them ends at `text:`, which may echo a message that speaks of ids itself.
Receipt parse_receipt_text(OctetView octets);

// Zero octets where UCS-2 of Latin letters has them. data_coding says nothing of a receipt: SMSCs copy that of the
// message.
bool looks_like_ucs2(OctetView octets);

// Appendix B's words and the variants seen for them, upper case; nothing for any other.
std::optional<MessageState> state_of_stat(std::string_view stat);

// Unheard-of words and vendors' states count as undelivered, unless esm_class called the receipt intermediate; no state
// at all is unknown.
Outcome outcome(const Receipt& receipt);
std::string_view to_string(Outcome outcome);

// "DELIVRD", "UNDELIV", …: Appendix B's word for a state, "UNKNOWN" for one it has none for.
std::string_view stat_of(MessageState state);

// What the formatter writes; dates are YYMMDDhhmm, err three characters.
struct ReceiptText {
  std::string message_id;
  std::uint32_t sub = 1, dlvrd = 1;
  Wall submit_date{}, done_date{};
  MessageState state = MessageState::delivered;
  std::string err = "000";
  std::string text;  // its first 20 octets are written
};
// "id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:…"
std::string format_receipt(const ReceiptText& receipt);

}  // namespace dunlin::smpp

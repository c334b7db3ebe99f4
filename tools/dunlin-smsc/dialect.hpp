// How an SMSC speaks: ids, receipts, answers and limits as real ones have them, a row a dialect. What the command line
// says itself goes before the dialect. docs/quirks.md says what each habit is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <span>
#include <string>
#include <string_view>

#include "message_ids.hpp"

namespace dunlin::smsc {

using namespace std::chrono_literals;

enum class ReceiptForm : std::uint8_t { both, text, tlv };
// YYMMDDhhmm, YYMMDDhhmmss, YYYYMMDDhhmm, YYYYMMDDhhmmss, zeros
enum class DateForm : std::uint8_t { minutes, seconds, full_minutes, full_seconds, zeros };
// Of a receipt's text: ASCII with data_coding 0, UCS-2, or ASCII that claims to be UCS-2.
enum class ReceiptCoding : std::uint8_t { ascii, ucs2, claimed_ucs2 };

// Ways of sending a long message, as bits.
inline constexpr std::uint8_t kTakesUdh = 1, kTakesSar = 2, kTakesPayload = 4, kTakesAll = 7;

// What {id}, {sub}, {dlvrd}, {submit}, {done}, {stat}, {lower_stat}, {err} and {text} become is told by the receipt.
inline constexpr std::string_view kAppendixB =
    "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submit} done date:{done} stat:{stat} err:{err} text:{text}";

struct Dialect {
  std::string_view name;
  std::string_view is;      // a line of --help
  std::string_view quirks;  // rows of docs/quirks.md, by blanks
  // Ids: in the response, in the receipt's text, in its TLV
  IdForm id_form = IdForm::hex, receipt_id_form = IdForm::hex, tlv_id_form = IdForm::hex;
  // Receipts
  ReceiptForm receipt_form = ReceiptForm::both;
  std::string_view layout = kAppendixB;
  DateForm dates = DateForm::minutes;
  ReceiptCoding coding = ReceiptCoding::ascii;
  std::uint8_t esm_class = 0x04;
  std::uint8_t intermediate_esm_class = 0;  // of an ENROUTE before the final one; 0: none is sent
  bool state_tlv = true;                    // beside receipted_message_id
  bool data_sm = false;                     // receipts are data_sm, their text message_payload
  bool payload = false;                     // the text is message_payload in deliver_sm, a NUL behind it
  bool vendor_tlvs = false;
  bool echoes_reference = false;  // user_message_reference, in receipts
  int copies = 1;                 // of each receipt
  double early = 0;               // share of receipts before their response
  // Answers
  int answers = 1;           // of each submit
  bool error_body = false;   // an error response has a body
  bool nack_errors = false;  // an error is said by generic_nack
  // The session
  std::uint8_t version = 0x50;
  bool tells_version = true;
  std::chrono::milliseconds enquire_link{30s};
  // Limits
  std::size_t binds_max = 0;  // a system_id; beyond: ESME_RALYBND. 0: any
  std::uint8_t long_messages = kTakesAll;
};

std::span<const Dialect> dialects();  // the first is the default
// Errors: "bad_value", naming them all.
[[nodiscard]] Result<const Dialect*> parse_dialect(std::string_view name);

// What a layout's names stand for.
struct ReceiptWords {
  std::string id, sub, dlvrd, submit, done, stat, lower_stat, err, text;
};
// A name nobody knows stays as it is.
std::string fill_layout(std::string_view layout, const ReceiptWords& words);
std::string receipt_date(Wall time, DateForm form);

}  // namespace dunlin::smsc

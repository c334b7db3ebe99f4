#include "dialect.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace dunlin::smsc {
namespace {

constexpr std::array kDialects{
    Dialect{.name = "plain",
            .is = "Appendix B and the TLVs, hexadecimal ids",
            .quirks = "receipt-tlv-and-text",
            .echoes_reference = true},
    Dialect{.name = "hex-response-decimal-receipt",
            .is = "ids hexadecimal in the response, zero-padded decimal in the receipt's text, no TLVs",
            .quirks = "id-base id-padded",
            .receipt_id_form = IdForm::padded,
            .receipt_form = ReceiptForm::text},
    Dialect{.name = "decimal-response-hex-receipt",
            .is = "ids decimal in the response, upper-case hexadecimal in the receipt; years of four digits",
            .quirks = "id-base receipt-dates",
            .id_form = IdForm::decimal,
            .receipt_id_form = IdForm::upper,
            .receipt_form = ReceiptForm::text,
            .dates = DateForm::full_minutes},
    Dialect{.name = "two-ids",
            .is = "the TLV in hexadecimal as the response, the text zero-padded decimal; the state in the text alone",
            .quirks = "id-two-forms receipt-tlv-and-text",
            .receipt_id_form = IdForm::padded,
            .state_tlv = false},
    Dialect{.name = "tlv-only",
            .is = "receipts of TLVs alone, UUIDs as ids, no sc_interface_version",
            .quirks = "receipt-tlv-only id-uuid bind-no-version",
            .id_form = IdForm::uuid,
            .receipt_id_form = IdForm::uuid,
            .tlv_id_form = IdForm::uuid,
            .receipt_form = ReceiptForm::tlv,
            .tells_version = false},
    Dialect{.name = "junk-text",
            .is = "TLVs beside a text that means nothing, vendor TLVs, each receipt twice",
            .quirks = "receipt-junk-text vendor-tlv receipt-repeated",
            .layout = "{id} 2",
            .vendor_tlvs = true,
            .copies = 2},
    Dialect{.name = "data-sm",
            .is = "receipts as data_sm with message_payload, intermediate ones flagged 0x20",
            .quirks = "receipt-in-data-sm",
            .intermediate_esm_class = 0x20,
            .data_sm = true},
    Dialect{.name = "payload",
            .is = "receipt texts in message_payload, each response three times, enquire_link often",
            .quirks = "receipt-in-payload answer-repeated enquire-from-smsc",
            .receipt_form = ReceiptForm::text,
            .dates = DateForm::seconds,
            .payload = true,
            .answers = 3,
            .enquire_link = 200ms},
    Dialect{.name = "unflagged",
            .is = "esm_class 0, a few fields in their own order, a final state in lower case",
            .quirks = "receipt-unflagged receipt-order receipt-missing receipt-stat",
            .receipt_form = ReceiptForm::text,
            .layout = "Stat:{lower_stat} id:{id} donedate:{done}",
            .dates = DateForm::full_seconds,
            .esm_class = 0},
    Dialect{.name = "steps",
            .is = "ENROUTE with 0x04 before the final receipt, sub and dlvrd always 000, no err and no text",
            .quirks = "receipt-intermediate-flag receipt-missing",
            .receipt_form = ReceiptForm::text,
            .layout = "id:{id} sub:000 dlvrd:000 submit date:{submit} done date:{done} stat:{stat}",
            .intermediate_esm_class = 0x04},
    Dialect{.name = "forgetful-text",
            .is = "keys run together, `stat:` forgotten, words before the id, dates of zeros",
            .quirks = "receipt-before-id receipt-keys receipt-bare-stat receipt-dates",
            .id_form = IdForm::padded,
            .receipt_id_form = IdForm::decimal,
            .receipt_form = ReceiptForm::text,
            .layout = "SMSAlert^ID:{id}\tSubmitDate:{submit}\r\nDoneDate:{done} {stat} Err:00B text:-",
            .dates = DateForm::zeros},
    Dialect{.name = "ucs2-receipt",
            .is = "receipts in UCS-2, in upper-case ids, before three of ten responses",
            .quirks = "receipt-ucs2 id-case receipt-early",
            .receipt_id_form = IdForm::upper,
            .receipt_form = ReceiptForm::text,
            .coding = ReceiptCoding::ucs2,
            .early = 0.3},
    Dialect{.name = "claimed-ucs2",
            .is = "ASCII receipts that claim data_coding 8, extra keys, UDHI without a header",
            .quirks = "receipt-dcs receipt-extra-keys receipt-udhi",
            .receipt_form = ReceiptForm::text,
            .layout = "id:{id} sub:{sub} dlvrd:{dlvrd} submit date:{submit} done date:{done} stat:{stat} err:{err} "
                      "IMSI:2600 MSC:4860 MCCMNC:26001 text:{text}",
            .coding = ReceiptCoding::claimed_ucs2,
            .esm_class = 0x44},
    Dialect{.name = "old",
            .is = "3.3: decimal ids of the receipt's text alone, errors as generic_nack, two binds at most",
            .quirks = "bind-no-version answer-nack status-too-many-binds",
            .id_form = IdForm::decimal,
            .receipt_id_form = IdForm::decimal,
            .receipt_form = ReceiptForm::text,
            .nack_errors = true,
            .version = 0x33,
            .binds_max = 2},
    Dialect{.name = "udh-alone",
            .is = "long messages by UDH alone: SAR and message_payload refused, bodies on error responses",
            .quirks = "error-body",
            .error_body = true,
            .long_messages = kTakesUdh},
    Dialect{.name = "sar-alone",
            .is = "long messages by SAR alone: UDH refused with ESME_RINVESMCLASS, message_payload too",
            .quirks = "error-body",
            .error_body = true,
            .long_messages = kTakesSar},
};

std::string digits(const char* format, int value) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string_view word(const ReceiptWords& words, std::string_view name, bool& known) {
  struct Row {
    std::string_view name;
    std::string ReceiptWords::*word;
  };
  static constexpr std::array kRows{Row{"id", &ReceiptWords::id},
                                    Row{"sub", &ReceiptWords::sub},
                                    Row{"dlvrd", &ReceiptWords::dlvrd},
                                    Row{"submit", &ReceiptWords::submit},
                                    Row{"done", &ReceiptWords::done},
                                    Row{"stat", &ReceiptWords::stat},
                                    Row{"lower_stat", &ReceiptWords::lower_stat},
                                    Row{"err", &ReceiptWords::err},
                                    Row{"text", &ReceiptWords::text}};
  const auto row = std::ranges::find(kRows, name, &Row::name);
  known = row != kRows.end();
  return known ? std::string_view(words.*(row->word)) : std::string_view();
}

}  // namespace

std::span<const Dialect> dialects() { return kDialects; }

Result<const Dialect*> parse_dialect(std::string_view name) {
  const auto row = std::ranges::find(kDialects, name, &Dialect::name);
  if (row != kDialects.end()) return &*row;
  std::string names;
  for (const auto& dialect : kDialects) names.append(names.empty() ? "" : ", ").append(dialect.name);
  return failure("bad_value", "not a dialect: " + names, std::string(name));
}

std::string fill_layout(std::string_view layout, const ReceiptWords& words) {
  std::string text;
  while (!layout.empty()) {
    const auto open = layout.find('{');
    text += layout.substr(0, open);
    if (open == layout.npos) break;
    layout.remove_prefix(open);
    const auto close = layout.find('}');
    if (close == layout.npos) return text.append(layout);
    bool known = false;
    const auto value = word(words, layout.substr(1, close - 1), known);
    text += known ? value : layout.substr(0, close + 1);
    layout.remove_prefix(close + 1);
  }
  return text;
}

std::string receipt_date(Wall time, DateForm form) {
  if (form == DateForm::zeros) return "0000000000";
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const bool full = form == DateForm::full_minutes || form == DateForm::full_seconds;
  const int year = static_cast<int>(date.year());
  auto text = full ? digits("%04d", year) : digits("%02d", year % 100);
  for (const int part :
       {static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(static_cast<unsigned>(date.day())),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count())}) {
    text += digits("%02d", part);
  }
  if (form == DateForm::seconds || form == DateForm::full_seconds) {
    text += digits("%02d", static_cast<int>(clock.seconds().count()));
  }
  return text;
}

}  // namespace dunlin::smsc

#include "certify/oddities.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace dunlin::certify {
namespace {

using smpp::esm_class::kDeliveryReceipt, smpp::esm_class::kIntermediate, smpp::esm_class::kTypeMask,
    smpp::esm_class::kUdhi;
constexpr std::size_t kDecimalDigits64 = 19, kHexDigits64 = 16;

using Seen = ReceiptSeen;

bool any(const Observed& observed, bool (*is)(const Seen&)) { return std::ranges::any_of(observed.receipts, is); }

template <bool (*Is)(const Seen&)>
bool some_receipt(const Observed& observed) {
  return any(observed, Is);
}

bool used(const Observed& observed, Alias alias) { return aliases_of(observed).contains(alias); }

bool all_of(std::string_view text, int (*is)(int)) {
  return !text.empty() &&
         std::ranges::all_of(text, [&](char letter) { return is(static_cast<unsigned char>(letter)); });
}

bool wide(const Submit& sent) {
  const auto& id = sent.message_id;
  return (all_of(id, std::isdigit) && id.size() > kDecimalDigits64) ||
         (all_of(id, std::isxdigit) && id.size() > kHexDigits64);
}

bool no_number(const Submit& sent) { return !sent.message_id.empty() && !all_of(sent.message_id, std::isxdigit); }

std::string folded(std::string_view key) {
  std::string name;
  for (const char letter : key) {
    if (std::isalpha(static_cast<unsigned char>(letter)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
  }
  return name;
}

const std::vector<std::string_view>& appendix_b() {
  static const std::vector<std::string_view> kKeys{"id",       "sub",  "dlvrd", "submitdate",
                                                   "donedate", "stat", "err",   "text"};
  return kKeys;
}

std::vector<std::string> folded_keys(const Seen& seen) {
  std::vector<std::string> keys;
  for (const auto& key : seen.keys) keys.push_back(folded(key));
  return keys;
}

bool misses_keys(const Seen& seen) {
  if (!seen.has_text) return false;
  const auto keys = folded_keys(seen);
  return std::ranges::any_of(appendix_b(), [&](auto name) { return std::ranges::find(keys, name) == keys.end(); });
}

bool has_more_keys(const Seen& seen) {
  return std::ranges::any_of(folded_keys(seen), [](const auto& key) {
    return std::ranges::find(appendix_b(), key) == appendix_b().end() && !key.ends_with("id");
  });
}

bool other_order(const Seen& seen) {
  std::size_t last = 0;
  for (const auto& key : folded_keys(seen)) {
    const auto at = static_cast<std::size_t>(std::ranges::find(appendix_b(), key) - appendix_b().begin());
    if (at == appendix_b().size()) continue;
    if (at < last) return true;
    last = at;
  }
  return false;
}

bool other_spelling(const Seen& seen) {
  static constexpr std::array<std::string_view, 9> kSpelled{"id",   "sub", "dlvrd", "submit date", "done date",
                                                            "stat", "err", "text",  "Text"};
  return std::ranges::any_of(seen.keys, [](const std::string& key) {
    const auto name = folded(key);
    return std::ranges::find(appendix_b(), name) != appendix_b().end() &&
           std::ranges::find(kSpelled, key) == kSpelled.end();
  });
}

bool before_id(const Seen& seen) {
  return !seen.keys.empty() && folded(seen.keys[0]).ends_with("id") && !seen.words.starts_with(seen.keys[0]);
}

bool odd_dates(const Seen& seen) {
  const auto& receipt = seen.receipt;
  const auto odd = [](const std::string& date) {
    return !date.empty() && (date.size() != 10 || date.find_first_not_of('0') == date.npos);
  };
  return odd(receipt.submit_date) || odd(receipt.done_date);
}

bool odd_stat(const Seen& seen) {
  const auto& stat = seen.receipt.stat;
  const auto state = smpp::state_of_stat(stat);
  return !stat.empty() && (!state || smpp::stat_of(*state) != stat || seen.words.find(stat) == std::string::npos);
}

bool bare_stat(const Seen& seen) {
  const auto keys = folded_keys(seen);
  return !seen.receipt.stat.empty() && !seen.keys.empty() && std::ranges::find(keys, "stat") == keys.end();
}

bool delivered(const Seen& seen) { return smpp::outcome(seen.receipt) == smpp::Outcome::delivered; }

bool odd_counts(const Seen& seen) {
  const auto& dlvrd = seen.receipt.dlvrd;
  return delivered(seen) && !dlvrd.empty() && dlvrd.find_first_not_of('0') == dlvrd.npos;
}

bool odd_err(const Seen& seen) {
  const auto& err = seen.receipt.err;
  return !err.empty() && (err.size() != 3 || (delivered(seen) && err != "000"));
}

bool two_ids(const Seen& seen) {
  return seen.has_tlv_id && !seen.receipt.text_message_id.empty() &&
         seen.receipt.text_message_id != seen.receipt.message_id;
}

bool padded(const Seen& seen) {
  return seen.receipt.message_id.starts_with('0') || seen.receipt.text_message_id.starts_with('0');
}

bool flag_against_state(const Seen& seen) {
  const bool says_intermediate = (seen.esm_class & kIntermediate) != 0,
             says_final = (seen.esm_class & kDeliveryReceipt) != 0;
  return (seen.receipt.intermediate && says_final) || (!seen.receipt.intermediate && says_intermediate);
}

// The same message's final receipts: how many, and whether they agree.
bool repeated(const Observed& observed) {
  std::set<std::size_t> finals;
  return std::ranges::any_of(observed.receipts, [&](const Seen& seen) {
    return !seen.receipt.intermediate && !finals.insert(seen.submit).second;
  });
}

bool disagree(const Observed& observed) {
  std::map<std::size_t, smpp::Outcome> finals;
  return std::ranges::any_of(observed.receipts, [&](const Seen& seen) {
    if (seen.receipt.intermediate) return false;
    const auto said = smpp::outcome(seen.receipt);
    return finals.emplace(seen.submit, said).first->second != said;
  });
}

bool unasked(const Observed& observed) {
  return std::ranges::any_of(observed.receipts,
                             [&](const Seen& seen) { return observed.submits[seen.submit].text == kNoText; });
}

struct Row {
  Oddity oddity;
  bool (*seen)(const Observed&);
};
const Row kRows[] = {
    {{.quirks = "bind-no-version", .says = "its bind_resp has no sc_interface_version"},
     [](const Observed& o) { return o.bound && o.version >= smpp::interface_version::k34 && !o.version_told; }},
    {{.quirks = "bind-33", .says = "it speaks 3.3: no TLVs are sent"},
     [](const Observed& o) { return o.bound && o.version < smpp::interface_version::k34; }},
    {{.quirks = "enquire-from-smsc", .says = "it sends enquire_link itself"},
     [](const Observed& o) { return o.enquires_in > 0; }},
    {{.quirks = "sequence-odd", .says = "its sequence numbers are 0, or repeat"},
     [](const Observed& o) { return o.odd_sequences > 0; }},
    {{.quirks = "answer-repeated", .says = "it answers a request more than once"},
     [](const Observed& o) { return o.counters.unexpected_responses > 0; }},
    {{.quirks = "answer-nack", .says = "it says errors by generic_nack"},
     [](const Observed& o) { return o.counters.nacks_in > 0; }},
    {{.quirks = "answer-late", .says = "it answered after the timeout"},
     [](const Observed& o) { return o.counters.late_answers > 0; }},
    {{.quirks = "unknown-command", .says = "it sends commands nobody knows"},
     [](const Observed& o) { return o.counters.unknown_commands > 0; }},
    {{.quirks = "broken-body", .says = "it sends PDUs whose body cannot be read"},
     [](const Observed& o) { return o.counters.unreadable > 0; }},
    {{.quirks = "error-body", .says = "its error responses have a body"},
     [](const Observed& o) { return o.error_bodies > 0; }},
    {{.quirks = "status-vendor", .says = "it answers statuses of its own"},
     [](const Observed& o) { return !o.unknown_statuses.empty(); }},
    {{.quirks = "id-base", .says = "ids change between hexadecimal and decimal"},
     [](const Observed& o) { return used(o, Alias::hex_to_decimal) || used(o, Alias::decimal_to_hex); }},
    {{.quirks = "id-case", .says = "ids change their case"},
     [](const Observed& o) { return used(o, Alias::letter_case); }},
    {{.quirks = "id-padded", .says = "ids are padded with zeros"}, some_receipt<padded>},
    {{.quirks = "id-two-forms", .says = "TLV and text of one receipt write the id differently"}, some_receipt<two_ids>},
    {{.quirks = "id-wide", .says = "ids have more than 64 bits"},
     [](const Observed& o) { return std::ranges::any_of(o.submits, wide); }},
    {{.quirks = "id-uuid", .says = "ids are no numbers"},
     [](const Observed& o) { return std::ranges::any_of(o.submits, no_number); }},
    {{.quirks = "receipt-early", .says = "receipts come before their response"},
     some_receipt<[](const Seen& s) { return s.before_response; }>},
    {{.quirks = "receipt-repeated", .says = "a final receipt comes more than once"}, repeated},
    {{.quirks = "receipt-two-finals", .says = "final receipts of one message disagree"}, disagree},
    {{.quirks = "receipt-unasked", .says = "receipts come that were not asked for"}, unasked},
    {{.quirks = "receipt-flag-mask", .says = "esm_class has other bits beside the receipt's"},
     some_receipt<[](const Seen& s) { return (s.esm_class & ~kTypeMask) != 0 && (s.esm_class & kTypeMask) != 0; }>},
    {{.quirks = "receipt-unflagged", .says = "esm_class does not say that it is a receipt"},
     some_receipt<[](const Seen& s) { return (s.esm_class & kTypeMask) == 0; }>},
    {{.quirks = "receipt-intermediate-flag", .says = "esm_class contradicts the state"},
     some_receipt<flag_against_state>},
    {{.quirks = "receipt-in-payload", .says = "the text is in message_payload"},
     some_receipt<[](const Seen& s) { return s.payload; }>},
    {{.quirks = "receipt-in-data-sm", .says = "receipts are data_sm"},
     some_receipt<[](const Seen& s) { return s.data_sm; }>},
    {{.quirks = "receipt-tlv-only", .says = "receipts have TLVs and no text"},
     some_receipt<[](const Seen& s) { return s.has_tlv_id && s.words.empty(); }>},
    {{.quirks = "receipt-junk-text", .says = "the text beside the TLVs means nothing"},
     some_receipt<[](const Seen& s) { return s.has_tlv_id && !s.words.empty() && !s.has_text; }>},
    {{.quirks = "receipt-tlv-and-text", .says = "id or state is in the text alone, the other in a TLV"},
     some_receipt<[](const Seen& s) { return s.has_tlv_id != s.has_tlv_state; }>},
    {{.quirks = "vendor-tlv", .says = "receipts have TLVs of a vendor"},
     some_receipt<[](const Seen& s) { return !s.vendor_tags.empty(); }>},
    {{.quirks = "receipt-udhi", .says = "receipts have UDHI set"},
     some_receipt<[](const Seen& s) { return (s.esm_class & kUdhi) != 0; }>},
    {{.quirks = "receipt-ucs2", .says = "receipts are in UCS-2"}, some_receipt<[](const Seen& s) { return s.ucs2; }>},
    {{.quirks = "receipt-dcs", .says = "data_coding of a receipt is not that of its text"},
     some_receipt<[](const Seen& s) { return s.data_coding != 0 && !s.ucs2 && !s.words.empty(); }>},
    {{.quirks = "receipt-order", .says = "fields are in another order"}, some_receipt<other_order>},
    {{.quirks = "receipt-keys", .says = "keys are spelled otherwise"}, some_receipt<other_spelling>},
    {{.quirks = "receipt-before-id", .says = "something stands before the id"}, some_receipt<before_id>},
    {{.quirks = "receipt-extra-keys", .says = "there are keys beyond Appendix B"}, some_receipt<has_more_keys>},
    {{.quirks = "receipt-missing", .says = "fields of Appendix B are missing"}, some_receipt<misses_keys>},
    {{.quirks = "receipt-bare-stat", .says = "the state has no key"}, some_receipt<bare_stat>},
    {{.quirks = "receipt-stat", .says = "states are written otherwise than in Appendix B"}, some_receipt<odd_stat>},
    {{.quirks = "receipt-dates", .says = "dates have not the ten digits of Appendix B"}, some_receipt<odd_dates>},
    {{.quirks = "receipt-counts", .says = "dlvrd is 000 of what was delivered"}, some_receipt<odd_counts>},
    {{.quirks = "receipt-err", .says = "err is not three digits, or not 000 of what was delivered"},
     some_receipt<odd_err>},
};

}  // namespace

std::vector<Oddity> oddities(const Observed& observed) {
  std::vector<Oddity> found;
  for (const auto& row : kRows) {
    if (row.seen(observed)) found.push_back(row.oddity);
  }
  return found;
}

}  // namespace dunlin::certify

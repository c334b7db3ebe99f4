// What was seen of an SMSC while the script ran: plain values, from which the report is made.
#pragma once

#include <chrono>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/receipt.hpp>
#include <dunlin/smpp/status.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "session/session.hpp"

namespace dunlin::certify {

// How a receipt's id stands to its response's.
enum class Alias : std::uint8_t { verbatim, letter_case, leading_zeros, hex_to_decimal, decimal_to_hex };
inline constexpr std::size_t kAliases = 5;
std::string_view to_string(Alias alias);  // "verbatim", "letter case", …
// Nothing where they can't name one message.
std::optional<Alias> alias_between(std::string_view response, std::string_view receipt);

inline constexpr std::size_t kNoText = ~std::size_t{0};  // a rate or window probe

struct Submit {
  std::size_t text = kNoText;
  std::uint32_t part = 1, parts = 1;
  Steady sent_at{};
  std::optional<Steady> answered_at;
  smpp::CommandStatus status{};
  std::string message_id;
  bool sent_again = false;  // throttled, and what counts is a later one
  bool accepted() const { return answered_at && status == smpp::CommandStatus::ok; }
};

// One receipt of ours as it came. No number is in it: that of the destination is left out of `words`.
struct ReceiptSeen {
  std::size_t submit = 0;  // which
  Steady at{};
  bool before_response = false;
  bool data_sm = false, payload = false, ucs2 = false;
  std::uint8_t esm_class = 0, data_coding = 0;
  std::string words;              // its text, in one-octet characters
  std::vector<std::string> keys;  // as written, in their order
  bool has_text = false;          // an id or a state in it
  bool has_tlv_id = false, has_tlv_state = false;
  std::set<std::uint16_t> vendor_tags;
  smpp::Receipt receipt;
  std::optional<Alias> by_tlv, by_text;
};

struct RateStep {
  std::uint32_t rate = 0;
  std::uint32_t sent = 0, accepted = 0, throttled = 0, refused = 0;
};
struct BurstStep {
  std::uint32_t at_once = 0;
  std::uint32_t accepted = 0, throttled = 0, refused = 0;
};
struct BindProbe {
  std::uint32_t asked = 0, bound = 0;
  std::string refused;  // the status, or why the connection ended
};

struct Observed {
  bool connected = false, bound = false;
  std::string ended;  // why it ended early; empty: it went through
  std::chrono::nanoseconds connect_took{}, bind_took{};
  std::string smsc_system_id;
  std::optional<std::uint8_t> version_told;  // sc_interface_version
  std::uint8_t version = 0;                  // agreed
  smpp::CommandStatus bind_status{};

  std::vector<Submit> submits;
  std::vector<ReceiptSeen> receipts;
  std::uint64_t not_ours = 0;   // deliveries answered "not now"
  std::uint64_t unmatched = 0;  // of these, receipts of our number whose id is none of ours
  std::string unmatched_id;     // the first of those
  std::vector<RateStep> rates;
  std::vector<BurstStep> bursts;
  std::optional<BindProbe> binds;

  session::SessionCounters counters;
  std::uint64_t enquires_in = 0;
  std::uint64_t odd_sequences = 0;         // 0, or one used before, in its requests
  std::uint64_t error_bodies = 0;          // error responses that have a body
  std::uint64_t empty_ids = 0;             // accepted, and named nothing
  std::optional<std::uint8_t> congestion;  // the highest congestion_state it told
  std::set<std::uint32_t> unknown_statuses;
};

std::map<Alias, std::size_t> aliases_of(const Observed& observed);  // of texts' and TLVs' ids together
// The highest rate that was accepted whole, and the lowest that was throttled; 0 where none.
std::uint32_t rate_passed(const Observed& observed);
std::uint32_t rate_throttled(const Observed& observed);

}  // namespace dunlin::certify

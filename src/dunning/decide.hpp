// What happens to a job at the last moment: a pure function, run inside the turn that would submit it, also for retries
// and resends.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string_view>

namespace dunlin::dunning {

// Somebody asked for silence towards the account or the number.
struct Held {
  std::string_view reason;    // theirs
  std::optional<Wall> until;  // none: until it is released
};

// The calendar does not let it out now.
struct Closed {
  std::string_view reason;    // "quiet_hours", "holiday", …
  std::optional<Wall> until;  // decided again then; none: it never opens
  std::string_view rule;      // which row says so
};

// In the order in which they are asked. What the views show outlives the decision.
struct Facts {
  Wall now{};
  bool paid = false;                  // a payment covers it, or nothing is left of its amount
  bool exempt_from_payments = false;  // a receipt, a welcome, news
  bool campaign_cancelled = false;
  bool number_blocked = false;     // for every purpose, or for the job's
  bool exempt_from_block = false;  // the one confirmation of an opt-out
  std::optional<Held> held{};
  bool answered = false;  // it is for who is silent, and a reply came
  std::optional<Wall> expires_at{};    // from then on it is expired
  bool ledger_stale = false;           // what it says of the debt is too old to be told, or known to be wrong
  bool stage_taken = false;            // another job has its account, stage and due date
  std::optional<Wall> capped_until{};  // the number or the account had its share until then
  bool needs_consent = false;          // marketing
  bool has_consent = false;            // for its purpose
  std::optional<Wall> not_before{};    // the job's own
  std::optional<Closed> closed{};
  std::string_view open_by{};  // where it is not closed: the row that says so. Shown, never asked
};

enum class Action : std::uint8_t { send, wait, hold, block, cancel, expire };
[[nodiscard]] std::string_view to_string(Action action);

// Why, as jobs, events and metrics name it. A hold has the reason it was given, a closed calendar its own.
inline constexpr std::string_view kReasonPaid = "paid";
inline constexpr std::string_view kReasonCampaign = "campaign";
inline constexpr std::string_view kReasonOptedOut = "opted_out";
inline constexpr std::string_view kReasonReplied = "replied";
inline constexpr std::string_view kReasonExpired = "expired";
inline constexpr std::string_view kReasonStaleLedger = "stale_ledger";
inline constexpr std::string_view kReasonDuplicate = "duplicate";
inline constexpr std::string_view kReasonFrequencyCap = "frequency_cap";
inline constexpr std::string_view kReasonConsentMissing = "consent_missing";
inline constexpr std::string_view kReasonNotBefore = "not_before";
inline constexpr std::string_view kReasonTimezoneUnknown = "timezone_unknown";
inline constexpr std::string_view kReasonNeverOpen = "never_open";

// All that `block` may come with: the labels of dunlin_blocked_total.
inline constexpr std::array kBlockReasons{kReasonOptedOut, kReasonDuplicate, kReasonConsentMissing,
                                          kReasonTimezoneUnknown, kReasonNeverOpen};

struct Decision {
  Action action = Action::send;
  std::string_view reason;  // empty with `send`
  std::optional<Wall>
      until;              // decided again then: always with `wait`; with `hold`, none: when it is released or news come
  std::string_view rule;  // of the calendar
  bool operator==(const Decision&) const = default;
};

// What is asked of a job, in this order.
enum class Gate : std::uint8_t {
  payment,
  campaign,
  block,  // of the number
  hold,
  silence,
  expiry,
  ledger,
  stage,
  cap,
  consent,
  not_before,
  calendar
};
inline constexpr std::size_t kGates = 12;
[[nodiscard]] std::string_view to_string(Gate gate);  // "payment", "not_before", …

// What each gate says by itself, in their order: `send` where it lets the job pass.
struct GateAnswer {
  Gate gate{};
  Decision decision;
};
[[nodiscard]] std::array<GateAnswer, kGates> gates(const Facts& facts);

// The first of them that does not let it pass. What will have expired by the time it may leave waits all the same, and
// expires.
[[nodiscard]] Decision decide(const Facts& facts);

}  // namespace dunlin::dunning

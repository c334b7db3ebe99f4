// What happens to a job at the last moment: a pure function, run inside the turn that would submit it, also for retries
// and resends.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string_view>

namespace dunlin::dunning {

struct Facts {
  Wall now{};
  bool paid = false;                  // a payment covers it
  bool exempt_from_payments = false;  // a receipt, a welcome, news
  bool campaign_cancelled = false;
  bool number_blocked = false;
  bool exempt_from_block = false;    // the one confirmation of an opt-out
  std::optional<Wall> expires_at{};  // from then on it is expired
  std::optional<Wall> not_before{};  // the job's own, or its next attempt
};

enum class Action : std::uint8_t { send, wait, block, cancel, expire };
[[nodiscard]] std::string_view to_string(Action action);

// Why, as jobs, events and metrics name it.
inline constexpr std::string_view kReasonPaid = "paid";
inline constexpr std::string_view kReasonCampaign = "campaign";
inline constexpr std::string_view kReasonOptedOut = "opted_out";
inline constexpr std::string_view kReasonExpired = "expired";
inline constexpr std::string_view kReasonNotBefore = "not_before";

// All that `block` may come with: the labels of dunlin_blocked_total.
inline constexpr std::array kBlockReasons{kReasonOptedOut};

struct Decision {
  Action action = Action::send;
  std::string_view reason;  // one of the above; empty with `send`
  Wall until{};             // with `wait`: decide again then
  bool operator==(const Decision&) const = default;
};

// In this order: paid or cancelled, blocked number, expired, not yet. What will have expired by not_before waits all
// the same, and expires.
[[nodiscard]] Decision decide(const Facts& facts);

}  // namespace dunlin::dunning

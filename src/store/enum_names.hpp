// The name of every enumerator of records.hpp, once, in the order of its number: what JSON, events, metrics and
// documents call it.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

#include "store/records.hpp"

namespace dunlin::store {

// names<E>[number] is the enumerator's name. A number at or above the array's size is no enumerator: a row that holds
// it is corrupt.
template <class E>
inline constexpr auto names = std::array<std::string_view, 0>{};

template <>
inline constexpr auto names<Kind> = std::array<std::string_view, 10>{
    "welcome", "reminder", "due", "overdue", "returned", "final", "receipt", "arrangement", "news", "referral"};
template <>
inline constexpr auto names<Purpose> = std::array<std::string_view, 3>{"billing", "collection", "marketing"};
template <>
inline constexpr auto names<Priority> = std::array<std::string_view, 3>{"high", "normal", "low"};
template <>
inline constexpr auto names<Handoff> = std::array<std::string_view, 3>{"email", "letter", "phone"};
template <>
inline constexpr auto names<InDoubtPolicy> = std::array<std::string_view, 2>{"resend", "hold"};
template <>
inline constexpr auto names<State> = std::array<std::string_view, kStates>{
    "importing",   "scheduled", "held",     "ready",  "submitting", "submitted", "in_doubt", "delivered",
    "undelivered", "expired",   "rejected", "failed", "cancelled",  "blocked",   "unknown"};
template <>
inline constexpr auto names<SegmentState> = std::array<std::string_view, 9>{
    "waiting", "claimed", "submitted", "delivered", "undelivered", "expired", "rejected", "unknown", "in_doubt"};
template <>
inline constexpr auto names<EventType> = std::array<std::string_view, kEventTypes>{
    "accepted",  "scheduled", "held",   "released",  "retrying",  "submitted", "delivered",  "undelivered",
    "expired",   "rejected",  "failed", "cancelled", "blocked",   "in_doubt",  "unknown",    "replied",
    "opted_out", "opted_in",  "paid",   "reversed",  "escalated", "handoff",   "number_bad", "receipt_unmatched",
    "receipt_late", "available", "campaign"};
template <>
inline constexpr auto names<ConsentStatus> = std::array<std::string_view, 3>{"unset", "allowed", "blocked"};
template <>
inline constexpr auto names<AnswerKind> =
    std::array<std::string_view, 4>{"none", "automatic", "confirmation", "clerk"};
template <>
inline constexpr auto names<Cause> = std::array<std::string_view, 17>{
    "due",         "retry",          "expiry",       "in_doubt_due", "parked_due", "parts_due",
    "receipt_due", "query_due",      "receipt_late", "stray_due",    "hold_due",   "forget_due",
    "canary_due",  "escalation_due", "plan_due",     "handoff_due",
    "report_due"};

template <>
inline constexpr auto names<CampaignStage> =
    std::array<std::string_view, 5>{"open", "importing", "discarding", "approval", "running"};
template <>
inline constexpr auto names<CampaignWalk> =
    std::array<std::string_view, 5>{"none", "release", "discard", "cancel", "resend"};
template <>
inline constexpr auto names<Canary> =
    std::array<std::string_view, 5>{"none", "sending", "waiting", "passed", "tripped"};

template <class E>
concept NamedEnum = std::is_enum_v<E> && !names<E>.empty();

// "delivered"; empty for a number that is no enumerator.
template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  const auto number = static_cast<std::size_t>(value);
  return number < names<E>.size() ? names<E>[number] : std::string_view{};
}

// Exactly as name_of says it; anything else is nullopt.
template <NamedEnum E>
constexpr std::optional<E> parse(std::string_view name) {
  for (std::size_t number = 0; number < names<E>.size(); ++number) {
    if (names<E>[number] == name) return static_cast<E>(number);
  }
  return std::nullopt;
}

}  // namespace dunlin::store

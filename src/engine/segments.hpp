// What is read off the segments of a job, in one place. Pure.
#pragma once

#include <algorithm>
#include <dunlin/smpp/receipt.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "store/records.hpp"

namespace dunlin::engine {

inline bool any(const store::JobState& state, store::SegmentState wanted) {
  return std::any_of(state.segments.begin(), state.segments.end(),
                     [wanted](const store::Segment& each) { return each.state == wanted; });
}

// The SMSC's last word on a segment was said, or is not waited for any more.
inline bool has_outcome(store::SegmentState state) {
  using enum store::SegmentState;
  return state == delivered || state == undelivered || state == expired || state == rejected || state == unknown;
}

// Why a segment ended without a receipt: none came in time; none was asked for; none could be placed, since the SMSC
// gave it no id.
inline constexpr std::string_view kReceiptTimeout = "receipt_timeout", kReceiptsOff = "receipts_off",
                                  kNoMessageId = "no_message_id";
inline bool ended_without_receipt(const store::Segment& segment) {
  return segment.state == store::SegmentState::unknown &&
         (segment.error == kReceiptTimeout || segment.error == kReceiptsOff || segment.error == kNoMessageId);
}

// What a receipt, or an answer to query_sm, makes of a segment; `submitted` for an intermediate one.
inline store::State state_of(smpp::Outcome outcome) {
  switch (outcome) {
    case smpp::Outcome::delivered: return store::State::delivered;
    case smpp::Outcome::undelivered: return store::State::undelivered;
    case smpp::Outcome::expired: return store::State::expired;
    case smpp::Outcome::rejected: return store::State::rejected;
    case smpp::Outcome::unknown: return store::State::unknown;
    case smpp::Outcome::intermediate: break;
  }
  return store::State::submitted;
}

// The error a job's end names: that of the first segment that has one.
inline std::string first_error(const store::JobState& state) {
  for (const store::Segment& segment : state.segments) {
    if (!segment.error.empty()) return segment.error;
  }
  return {};
}

// When the SMSC took it, or when we took it if a receipt was faster.
inline Wall submitted_at(const store::JobState& state) {
  for (auto step = state.history.rbegin(); step != state.history.rend(); ++step) {
    if (step->state == store::State::submitted) return step->time;
  }
  return state.accepted_at;
}

// When the SMSC took it for the first time; none: it never did.
inline std::optional<Wall> first_submitted_at(const store::JobState& state) {
  for (const store::Transition& step : state.history) {
    if (step.state == store::State::submitted) return step.time;
  }
  return std::nullopt;
}

// When it left: what was said after this may answer it.
inline Wall sent_at(const store::JobState& state) { return state.decided_at.value_or(submitted_at(state)); }

// It ended without having reached anybody, and not because it was cancelled.
inline bool fell_short(store::State state) {
  using enum store::State;
  return state == undelivered || state == rejected || state == failed || state == expired || state == blocked;
}

inline std::string digits_of(std::string_view number) {
  return std::string(number.starts_with('+') ? number.substr(1) : number);
}

}  // namespace dunlin::engine

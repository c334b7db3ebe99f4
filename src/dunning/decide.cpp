#include "dunning/decide.hpp"

#include <algorithm>
#include <utility>

namespace dunlin::dunning {

std::string_view to_string(Action action) {
  switch (action) {
    case Action::send: return "send";
    case Action::wait: return "wait";
    case Action::hold: return "hold";
    case Action::block: return "block";
    case Action::cancel: return "cancel";
    case Action::expire: return "expire";
  }
  return "";
}

namespace {

Decision wait(std::string_view reason, Wall until, std::string_view rule = {}) {
  return {Action::wait, reason, until, rule};
}
Decision block(std::string_view reason, std::string_view rule = {}) { return {Action::block, reason, {}, rule}; }

// Reasons are labels of a metric: one that is not in the list would be a new one.
Decision never_opens(const Closed& closed) {
  const bool listed = std::find(kBlockReasons.begin(), kBlockReasons.end(), closed.reason) != kBlockReasons.end();
  return block(listed ? closed.reason : kReasonNeverOpen, closed.rule);
}

struct GateRow {
  std::string_view name;
  bool (*stops)(const Facts& facts);
  Decision (*says)(const Facts& facts);  // asked only where it stops the job
};

// By Gate.
constexpr std::array<GateRow, kGates> kGateRows = {{
    {"payment", [](const Facts& facts) { return facts.paid && !facts.exempt_from_payments; },
     [](const Facts&) {
       return Decision{Action::cancel, kReasonPaid, {}, {}};
     }},
    {"campaign", [](const Facts& facts) { return facts.campaign_cancelled; },
     [](const Facts&) {
       return Decision{Action::cancel, kReasonCampaign, {}, {}};
     }},
    {"block", [](const Facts& facts) { return facts.number_blocked && !facts.exempt_from_block; },
     [](const Facts&) { return block(kReasonOptedOut); }},
    {"hold", [](const Facts& facts) { return facts.held && (!facts.held->until || *facts.held->until > facts.now); },
     [](const Facts& facts) {
       return Decision{Action::hold, facts.held->reason, facts.held->until, {}};
     }},
    {"silence", [](const Facts& facts) { return facts.answered; },
     [](const Facts&) {
       return Decision{Action::cancel, kReasonReplied, {}, {}};
     }},
    {"expiry", [](const Facts& facts) { return facts.expires_at && facts.now >= *facts.expires_at; },
     [](const Facts&) {
       return Decision{Action::expire, kReasonExpired, {}, {}};
     }},
    {"ledger", [](const Facts& facts) { return facts.ledger_stale; },
     [](const Facts&) {
       return Decision{Action::hold, kReasonStaleLedger, {}, {}};
     }},
    {"stage", [](const Facts& facts) { return facts.stage_taken; },
     [](const Facts&) { return block(kReasonDuplicate); }},
    {"cap", [](const Facts& facts) { return facts.capped_until && facts.now < *facts.capped_until; },
     [](const Facts& facts) { return wait(kReasonFrequencyCap, *facts.capped_until); }},
    {"consent", [](const Facts& facts) { return facts.needs_consent && !facts.has_consent; },
     [](const Facts&) { return block(kReasonConsentMissing); }},
    {"not_before", [](const Facts& facts) { return facts.not_before && facts.now < *facts.not_before; },
     [](const Facts& facts) { return wait(kReasonNotBefore, *facts.not_before); }},
    {"calendar",
     [](const Facts& facts) { return facts.closed && (!facts.closed->until || facts.now < *facts.closed->until); },
     [](const Facts& facts) {
       if (!facts.closed->until) return never_opens(*facts.closed);
       return wait(facts.closed->reason, *facts.closed->until, facts.closed->rule);
     }},
}};

// Unrolled, so that every question is inlined: they are asked of each job that leaves.
template <std::size_t... Row>
Decision first_that_stops(const Facts& facts, std::index_sequence<Row...>) {
  Decision decision;
  static_cast<void>(((kGateRows[Row].stops(facts) && (decision = kGateRows[Row].says(facts), true)) || ...));
  return decision;
}

}  // namespace

std::string_view to_string(Gate gate) { return kGateRows[static_cast<std::size_t>(gate)].name; }

std::array<GateAnswer, kGates> gates(const Facts& facts) {
  std::array<GateAnswer, kGates> answers;
  for (std::size_t row = 0; row < kGates; ++row) {
    const GateRow& gate = kGateRows[row];
    answers[row] = {static_cast<Gate>(row), gate.stops(facts) ? gate.says(facts) : Decision{}};
  }
  return answers;
}

Decision decide(const Facts& facts) { return first_that_stops(facts, std::make_index_sequence<kGates>{}); }

}  // namespace dunlin::dunning

#include "dunning/decide.hpp"

#include <algorithm>

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

}  // namespace

Decision decide(const Facts& facts) {
  if (facts.paid && !facts.exempt_from_payments) return {Action::cancel, kReasonPaid, {}, {}};
  if (facts.campaign_cancelled) return {Action::cancel, kReasonCampaign, {}, {}};
  if (facts.number_blocked && !facts.exempt_from_block) return block(kReasonOptedOut);
  if (facts.held && (!facts.held->until || *facts.held->until > facts.now)) {
    return {Action::hold, facts.held->reason, facts.held->until, {}};
  }
  if (facts.expires_at && facts.now >= *facts.expires_at) return {Action::expire, kReasonExpired, {}, {}};
  if (facts.ledger_stale) return {Action::hold, kReasonStaleLedger, {}, {}};
  if (facts.stage_taken) return block(kReasonDuplicate);
  if (facts.capped_until && facts.now < *facts.capped_until) return wait(kReasonFrequencyCap, *facts.capped_until);
  if (facts.needs_consent && !facts.has_consent) return block(kReasonConsentMissing);
  if (facts.not_before && facts.now < *facts.not_before) return wait(kReasonNotBefore, *facts.not_before);
  if (facts.closed) {
    if (!facts.closed->until) return never_opens(*facts.closed);
    if (facts.now < *facts.closed->until) return wait(facts.closed->reason, *facts.closed->until, facts.closed->rule);
  }
  return {};
}

}  // namespace dunlin::dunning

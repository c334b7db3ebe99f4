#include "dunning/decide.hpp"

namespace dunlin::dunning {

std::string_view to_string(Action action) {
  switch (action) {
    case Action::send: return "send";
    case Action::wait: return "wait";
    case Action::block: return "block";
    case Action::cancel: return "cancel";
    case Action::expire: return "expire";
  }
  return "";
}

Decision decide(const Facts& facts) {
  if (facts.paid && !facts.exempt_from_payments) return {Action::cancel, kReasonPaid, {}};
  if (facts.campaign_cancelled) return {Action::cancel, kReasonCampaign, {}};
  if (facts.number_blocked && !facts.exempt_from_block) return {Action::block, kReasonOptedOut, {}};
  if (facts.expires_at && facts.now >= *facts.expires_at) return {Action::expire, kReasonExpired, {}};
  if (facts.not_before && facts.now < *facts.not_before) return {Action::wait, kReasonNotBefore, *facts.not_before};
  return {};
}

}  // namespace dunlin::dunning

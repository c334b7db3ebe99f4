#include "engine/call_list.hpp"

#include <array>

#include "store/enum_names.hpp"
#include "store/people_reader.hpp"

namespace dunlin::engine {

bool keeps(const store::Hold& hold, store::AnswerKind answer) {
  if (answer == store::AnswerKind::automatic) return !hold.reason.starts_with("reply:");
  return answer == store::AnswerKind::none;
}

std::optional<dunning::Held> held_by(const Standing& standing, store::AnswerKind answer, Wall now) {
  std::optional<dunning::Held> last;
  for (const auto* holds : {&standing.person.holds, &standing.account.holds}) {
    for (const store::Hold& hold : *holds) {
      if (!keeps(hold, answer) || !lies(hold, now)) continue;
      if (!last || (last->until && (!hold.until || *hold.until > *last->until)))
        last = dunning::Held{hold.reason, hold.until};
    }
  }
  return last;
}

bool is_settled(const JobAt& at, const Standing& standing) {
  return is_paid(standing.account, standing.invoice, told_as(at.n, at.state), at.job) || standing.newest.settled;
}

bool waits_for_call(std::string_view hold_reason) {
  return hold_reason == "reply:call_me" || hold_reason == "reply:hardship" || hold_reason == "reply:unclear";
}

std::string_view left_alone(const Standing& standing, Wall now) {
  for (const auto* holds : {&standing.person.holds, &standing.account.holds}) {
    for (const store::Hold& hold : *holds) {
      if (lies(hold, now) && !waits_for_call(hold.reason)) return hold.reason;
    }
  }
  return {};
}

bool to_be_phoned(const JobAt& at, const Standing& standing, Wall now) {
  if (!at.state.on_call_list || at.job.to.empty() || standing.person.bad_reason == kWhyWrongNumber) return false;
  return !is_settled(at, standing) && left_alone(standing, now).empty();
}

Callee callee_of(const store::CallView& call) {
  Callee callee{{call.view.n, call.view.job, call.view.state}, {}};
  Standing& standing = callee.standing;
  standing.known = true;
  standing.person = call.person;
  standing.account = call.account;
  standing.invoice = call.invoice;
  standing.newest = newest(call.view.n, call.view.job, call.view.state, call.account, call.invoice);
  return callee;
}

std::string end_of(const store::JobState& state) {
  std::string end(store::name_of(state.state));
  if (!state.reason.empty() && state.reason != end) end += ": " + state.reason;
  return end;
}

std::string why_of(const store::JobState& state) {
  std::string why;
  for (const store::CallReason& each : state.calls) why += (why.empty() ? "" : "; ") + each.reason;
  return why;
}

}  // namespace dunlin::engine

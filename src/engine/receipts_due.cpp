// Receipts that do not come. The appointment every job has at the end of its validity finds what was submitted and
// makes one more:
//
//   expires_at           nothing to wait for (receipts = false, no message id): the job ends as `unknown` here
//   + receipt_timeout    receipt_due: what has no outcome is asked for (`query`), else ends as `unknown`; what has one
//   is forgotten
//   + receipt_timeout    receipt_late: until now a late receipt was still placed and told; from here on it is unmatched
//
// Each is a row of the calendar, made and fired in a turn: a restart finds it, and no more than a slice of them fires
// at once.
#include <dunlin/smpp/message_id.hpp>

#include "engine/engine.hpp"
#include "engine/link_queries.hpp"
#include "engine/segments.hpp"
#include "engine/submit_settings.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Cause;
using store::SegmentState;
using store::State;

namespace {

constexpr std::chrono::milliseconds kLookAgain{std::chrono::minutes{1}};  // at a job that is still under way
constexpr std::size_t kNamedSegmentsMax = 8;                              // of a reason; beyond: "and others"

bool has_message_id(const store::JobState& state) {
  return std::any_of(state.segments.begin(), state.segments.end(),
                     [](const store::Segment& each) { return !each.message_id.empty(); });
}

// The SMSC accepted it, and has not said what became of it.
bool waits(const store::Segment& segment) { return segment.state == SegmentState::submitted; }

// Why no receipt can come; empty where one can.
std::string_view never_comes(const store::JobState& state, const SmscSettings* smsc) {
  if (smsc != nullptr && !smsc->receipts) return kReceiptsOff;
  const bool some = std::any_of(state.segments.begin(), state.segments.end(),
                                [](const store::Segment& each) { return waits(each) && !each.message_id.empty(); });
  return some ? std::string_view{} : kNoMessageId;
}

// "receipt_timeout", of several segments with those it is about: "receipt_timeout (segments 1, 3 of 3)".
std::string named(std::string_view why, const store::JobState& state) {
  std::string reason(why);
  if (state.segments.size() < 2) return reason;
  std::string list;
  std::size_t count = 0;
  for (std::size_t i = 0; i < state.segments.size(); ++i) {
    if (!ended_without_receipt(state.segments[i]) || ++count > kNamedSegmentsMax) continue;
    list += (list.empty() ? "" : ", ") + std::to_string(i + 1);
  }
  if (count > kNamedSegmentsMax) list += " and others";
  return reason + (count == 1 ? " (segment " : " (segments ") + list + " of " + std::to_string(state.segments.size()) +
         ")";
}

}  // namespace

std::chrono::milliseconds Engine::receipt_timeout(const std::string& smsc) const {
  const SmscSettings* settings = smsc_named(smsc);
  return settings != nullptr ? settings->receipt_timeout : SmscSettings{}.receipt_timeout;
}

void Engine::validity_ended(JobAt& at) {
  const State state = at.state.state;
  if (state == State::submitted) {
    if (const std::string_view why = never_comes(at.state, smsc_named(at.state.smsc)); !why.empty()) {
      if (!ask_instead(at)) end_without_receipt(at, why);
      return;
    }
  }
  if (store::is_final(state) && !has_message_id(at.state)) return;
  appoint(at.state.expires_at + receipt_timeout(at.state.smsc), at.n, {Cause::receipt_due, {}, {}});
}

Engine::Handled Engine::receipt_due(JobAt& at, bool asked) {
  const Wall due = at.state.expires_at + receipt_timeout(at.state.smsc);
  if (!asked && now_.wall < due) {  // the configuration waits longer than it did
    appoint(due, at.n, {Cause::receipt_due, {}, {}});
    return Handled::yes;
  }
  if (store::is_final(at.state.state)) return forget_sent(at) ? Handled::yes : Handled::no;
  switch (at.state.state) {
    case State::submitted: {
      queried_.erase(at.n);
      if (!asked && ask_instead(at)) break;
      const std::string_view why = never_comes(at.state, smsc_named(at.state.smsc));
      end_without_receipt(at, why.empty() ? kReceiptTimeout : why);
      break;
    }
    case State::in_doubt:  // and nobody has settled it: by now nothing can
      if (!strays_known(at)) return Handled::no;
      out_of_doubt(at);
      end_without_receipt(at, kReceiptTimeout);
      break;
    default: appoint(now_.wall + kLookAgain, at.n, {Cause::receipt_due, {}, {}}); break;
  }
  return Handled::yes;
}

// Asks the SMSC for each segment that has an id and no outcome. False: there is nobody to ask, or nothing.
bool Engine::ask_instead(const JobAt& at) {
  const SmscSettings* smsc = smsc_named(at.state.smsc);
  if (smsc == nullptr || !smsc->query || !links_.sending(smsc->name)) return false;
  smpp::SubmitSm submitted;
  apply_settings(submitted, at.job, *smsc);
  std::uint32_t asked = 0;
  for (std::uint32_t i = 0; i < at.state.segments.size(); ++i) {
    const store::Segment& each = at.state.segments[i];
    if (!waits(each) || each.message_id.empty()) continue;
    Query query{
        at.n, i, each.message_id, submitted.source_addr_ton, submitted.source_addr_npi, submitted.source_addr.str()};
    effects_.queries.push_back({smsc->name, std::move(query)});
    ++asked;
  }
  if (asked == 0) return false;
  queried_[at.n] = asked;
  static_assert(Queries::kAgeMax == kQueryWait, "a link asks as long as somebody waits for the answer");
  appoint(now_.wall + kQueryWait, at.n, {Cause::query_due, {}, {}});
  return true;
}

// What is final in the answer counts as a receipt would; when the last is in, the job need not wait for query_due.
Engine::Handled Engine::handle(QueryAnswered& event) {
  Loaded<JobAt> at = load_job(event.n);
  if (!at.known) return Handled::no;
  const auto queried = queried_.find(event.n);
  if (queried == queried_.end()) return Handled::yes;  // too late
  const bool last = --queried->second == 0;
  if (last) queried_.erase(queried);
  if (!at.row || event.segment >= at.row->state.segments.size()) return Handled::yes;
  JobAt& job = *at.row;
  if (event.message_state) {
    smpp::Receipt receipt;
    receipt.message_state = event.message_state;
    store::ParkedReceipt told;
    told.received_at = now_.wall;
    told.outcome = state_of(smpp::outcome(receipt));
    told.stat = std::string(smpp::stat_of(*event.message_state));
    if (event.error_code != 0) told.error = std::to_string(event.error_code);
    told.text = "query_sm_resp " + told.stat + (event.final_date.empty() ? "" : " final_date=" + event.final_date) +
                " error_code=" + std::to_string(event.error_code);
    apply_receipt(job, event.segment, told);
  } else {
    job.state.segments[event.segment].receipts.push_back({now_.wall, "query_sm: " + event.reason, {}});
  }
  if (last && job.state.state == State::submitted) {
    const std::string_view why = never_comes(job.state, smsc_named(job.state.smsc));
    end_without_receipt(job, why.empty() ? kReceiptTimeout : why);
  } else {
    save(job);
  }
  return Handled::yes;
}

void Engine::end_without_receipt(JobAt& at, std::string_view why) {
  for (store::Segment& each : at.state.segments) {
    if (has_outcome(each.state)) continue;
    each.state = SegmentState::unknown;
    each.error = why;
    ++counters_.receipts[at.state.smsc].missing;
  }
  const std::string reason = named(why, at.state);
  if (at.state.state == State::in_doubt) {
    transition(at, TransitionCause::receipt_overdue, reason);
  } else {
    fold(at, reason);
  }
  save(at);
  if (has_message_id(at.state))
    appoint(now_.wall + receipt_timeout(at.state.smsc), at.n, {Cause::receipt_late, {}, {}});
}

bool Engine::sent_known(const JobAt& at) {
  bool known = true;
  for (const store::Segment& each : at.state.segments) {
    if (each.message_id.empty()) continue;
    known = !rows_.record<store::Sent>(keys::sent(at.state.smsc, smpp::fold(each.message_id))).unknown() && known;
  }
  return known;
}

// SMSCs use ids again: a row that another message has since is not ours to erase.
bool Engine::forget_sent(const JobAt& at) {
  std::vector<store::Key> ours;
  bool known = true;
  for (const store::Segment& each : at.state.segments) {
    if (each.message_id.empty()) continue;
    store::Key key = keys::sent(at.state.smsc, smpp::fold(each.message_id));
    const store::Lookup<store::Sent> sent = rows_.record<store::Sent>(key);
    known = known && !sent.unknown();
    if (sent && sent->n == at.n) ours.push_back(std::move(key));
  }
  if (!known) return false;
  for (store::Key& key : ours) rows_.erase(std::move(key));
  return true;
}

}  // namespace dunlin::engine

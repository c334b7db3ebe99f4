// What follows of a campaign's row for its jobs, one after the other, in slices over many turns: rows that were
// imported are released or erased, what is left of a cancelled one is cancelled, what failed for a while is sent again.
// How far it has come is in the row, written with each slice: a start goes on there.
#include <algorithm>

#include "engine/call_list.hpp"
#include "engine/chain.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/segments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Campaign;
using store::CampaignStage;
using store::CampaignWalk;
using store::State;

namespace {

constexpr std::size_t kWalksMax = 4;     // at once; others wait for their turn
constexpr std::size_t kSliceJobs = 500;  // of one walk in one turn
constexpr std::string_view kAgain = "resend_failed";

// Refused for a while until it was given up, or taken and not delivered in time: another time it may be. After a doubt
// its first copy may have arrived, and the one resend is used.
bool failed_for_a_while(const store::JobState& state) {
  if (state.resent) return false;
  const bool given_up = state.state == State::failed && state.attempts >= Engine::kAttemptsMax;
  return given_up || (state.state == State::expired && state.attempts > 0);
}
bool has_failed(State state) {
  return state == State::failed || state == State::expired || state == State::undelivered || state == State::rejected;
}

}  // namespace

bool Engine::sweeping() const {
  return std::any_of(sweeps_.begin(), sweeps_.end(), [](const Sweep& each) { return each.campaign.empty(); });
}

// Instead of what was under way before. Its row is written with this turn, and it begins with the next.
void Engine::start_walk(const std::string& name, CampaignWalk walk, std::uint64_t from) {
  Campaign& row = change_campaign(name);
  row.walk = walk;
  row.walk_from = from;
  for (Sweep& each : sweeps_) each.given_up = each.given_up || each.campaign == name;
  walking_.erase(name);
}

// The daemon stops: the next start goes on.
void Engine::stop_walks() {
  for (Sweep& each : sweeps_) each.given_up = each.given_up || !each.campaign.empty();
  walking_.clear();
  for (auto& [name, again] : std::exchange(sending_again_, {})) {
    promise([answers = std::move(again.answers)](Now) {
      for (const auto& answer : answers)
        answer(failure("unavailable", "the daemon is stopping; it goes on with the next start", ""));
    });
  }
}

void Engine::run_campaign_walks() {
  if (draining_) return stop_walks();
  for (const std::string& name : walks_) {
    if (walking_.size() >= kWalksMax) return;
    if (!walking_.contains(name) && campaign_of(name) != nullptr) walk_campaign(name);
  }
}

void Engine::walk_campaign(const std::string& name) {
  const Campaign& row = *campaign_of(name);
  if (row.walk == CampaignWalk::none) return;
  walking_.insert(name);
  Sweep each;
  each.range = keys::by_campaign_range(name, row.walk_from, kSliceJobs);
  each.campaign = name;
  each.visit = [this, name](JobAt& at) { walked(name, at); };
  each.finish = [this, name] { walk_done(name); };
  if (row.walk == CampaignWalk::resend) each.ready = [this](const JobAt& at) { return again_known(at); };
  sweeps_.push_back(std::move(each));
}

void Engine::walked(const std::string& name, JobAt& at) {
  Campaign& row = change_campaign(name);
  const State state = at.state.state;
  switch (row.walk) {
    case CampaignWalk::none: break;
    case CampaignWalk::release:
      if (state == State::importing) release_imported(at);
      break;
    case CampaignWalk::discard:
      if (state == State::importing) erase_rows_of(at);
      break;
    case CampaignWalk::cancel:
      if (state == State::importing) {
        release_imported(at);
      } else if (state == State::ready || state == State::scheduled || state == State::held ||
                 state == State::submitting) {
        Stopped stopped;  // the answer waited for the kernel already
        stop_job(at, TransitionCause::cancelled, std::string(dunning::kReasonCampaign), stopped);
      }
      break;
    case CampaignWalk::resend:
      if (send_again(at)) {
        ++sending_again_[name].resent;
      } else if (has_failed(state)) {
        ++sending_again_[name].left;
      }
      break;
  }
  row.walk_from = at.n + 1;
}

void Engine::walk_done(const std::string& name) {
  Campaign& row = change_campaign(name);
  const CampaignWalk walk = row.walk;
  row.walk = CampaignWalk::none;
  row.walk_from = 0;
  walking_.erase(name);
  if (walk == CampaignWalk::discard) {
    row.stage = row.rows > 0 ? CampaignStage::running : CampaignStage::open;
    campaign_now(name)->erased = row.rows == 0;  // unless jobs name it
  }
  const auto again = sending_again_.find(name);
  if (again == sending_again_.end()) return;
  const CampaignChanged changed{row.stage, row.paused, row.cancelled, again->second.resent, again->second.left};
  promise([answers = std::move(again->second.answers), changed, walk](Now) {
    for (const auto& answer : answers) {
      if (walk == CampaignWalk::resend) {
        answer(changed);
      } else {
        answer(failure("conflict", "it was cancelled", "id"));
      }
    }
  });
  sending_again_.erase(again);
}

// As if it came now, but for what was said of it when it came.
void Engine::release_imported(JobAt& at) {
  if (!at.state.stopped.empty()) {  // it was cancelled while it waited
    transition(at, TransitionCause::accepted, {});
    ++counters_.accepted;
    transition(at, TransitionCause::cancelled, std::exchange(at.state.stopped, {}));
    return save(at);
  }
  Standing facts = standing(at);
  const std::optional<Wall> before = at.state.not_before;
  const Wall came = std::exchange(at.state.accepted_at, now_.wall);
  at.state.expires_at = at.job.expires.value_or(now_.wall + settings_.dunning.expires_default);
  if (!at.job.send_at_local.empty()) {
    const dunning::CalendarRules& rules = calendar_.rules();
    at.state.not_before = not_before_of(at.job, place_of(at.job, at.state.country, rules), rules, now_.wall);
    if (!at.state.not_before) at.state.not_before = before;
  }
  const bool passed = !at.job.plan.empty() && !plan_anew(at, facts);
  const bool counts = !facts.campaign_cancelled;  // what it brings does not, where nobody wants it
  if (counts && add_consent(facts.person, at.job, came, now_.wall))
    rows_.put_record(keys::person(at.job.to), facts.person);
  const std::string& agreed = facts.invoice.currency;
  const bool other_currency = !agreed.empty() && !at.job.currency.empty() && at.job.currency != agreed;
  if (counts && !other_currency) name_currency(at.job, facts.invoice);
  enter(at, facts, other_currency ? std::optional<std::string>("bad_currency") : std::nullopt);
  Stopped stopped;  // it was never claimed: nothing is waited for
  if (passed && !store::is_final(at.state.state))
    stop_job(at, TransitionCause::cancelled, std::string(kReasonPassed), stopped);
}

// What sending it anew has to erase of the first time.
bool Engine::again_known(const JobAt& at) {
  if (!failed_for_a_while(at.state) || at.job.to.empty()) return true;
  const bool sent = sent_known(at);
  const std::uint64_t next = at.state.plan.next_n;
  if (next != 0 && !load_job(next).known) return false;
  return (at.state.reference == 0 || rows_.get(keys::references(at.job.to)) != nullptr) && sent;
}

namespace {

// That it failed, and that nobody answered what nobody got, is no reason to phone any more.
bool still_calls(const store::CallReason& each) {
  return each.reason == kWhyBroken || each.reason == kWhySaidPaid || each.reason == kWhyAnswered ||
         waits_for_call("reply:" + each.reason);
}

}  // namespace

bool Engine::send_again(JobAt& at) {
  const bool whole = !at.job.to.empty() && at.state.content.empty();  // its texts are still there
  if (!failed_for_a_while(at.state) || !whole || !plan_lets_again(at) || !forget_sent(at) || !forget_reference(at))
    return false;
  at.state.segments.clear();
  at.state.smsc.clear();
  at.state.text.clear();
  at.state.locale.clear();
  at.state.stopped.clear();
  std::erase_if(at.state.calls, [](const store::CallReason& each) { return !still_calls(each); });
  if (at.state.on_call_list && at.state.calls.empty()) {
    at.state.on_call_list = false;
    call_row(at, false);
  }
  at.state.attempts = at.state.reference = at.state.carried = at.state.canary = 0;
  at.state.resent = at.state.retry_later = false;
  at.state.expires_at =
      at.job.plan.empty() ? now_.wall + settings_.dunning.expires_default : expiry_of_step(at.job, at.state, now_.wall);
  appoint(at.state.expires_at, at.n, {store::Cause::expiry, {}, {}});
  transition(at, TransitionCause::sent_again, std::string(kAgain));
  ready_again(at);
  save(at);
  return true;
}

}  // namespace dunlin::engine

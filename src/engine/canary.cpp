// A canary: of an imported campaign few messages are sent first. What becomes of them, and what people answer, is
// looked at before the rest: above a share of failures, opt-outs or wrong numbers it pauses by itself.
//
//   sending   its lanes are open until `canary_size` are claimed or submitted; what is put back makes room for another
//   waiting   all were submitted: closed until each has its end, or `canary_wait` is over
//   passed    open; answers still count for `canary_wait`        tripped  paused; resuming it is no second canary
#include <algorithm>

#include "engine/engine.hpp"
#include "engine/segments.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

using store::Campaign;
using store::Canary;
using store::State;

namespace {

enum class Place : std::uint8_t { queue, claimed, out, ended };

Place place_of_canary(State state) {
  if (state == State::submitting) return Place::claimed;
  if (state == State::submitted || state == State::in_doubt) return Place::out;
  return store::is_final(state) ? Place::ended : Place::queue;
}

// Nobody can tell of a message whose SMSC sends no receipts, or named none to be receipted.
bool is_failure(const store::JobState& state) {
  switch (state.state) {
    case State::undelivered:
    case State::rejected:
    case State::failed: return true;
    case State::expired: return state.attempts > 0;  // it was taken, and nobody got it
    case State::unknown: return !state.reason.starts_with(kReceiptsOff) && !state.reason.starts_with(kNoMessageId);
    default: return false;
  }
}

bool above(std::uint32_t count, std::uint32_t share, std::uint32_t size) {
  return static_cast<std::uint64_t>(count) * 100 > static_cast<std::uint64_t>(share) * size;
}

void take_one(std::uint32_t& count) { count -= count > 0 ? 1 : 0; }

}  // namespace

// With the rows that begin to run. One that is under way goes on: who opened this import wanted none of its own.
void Engine::begin_canary(Campaign& row) {
  if (row.canary == Canary::sending || row.canary == Canary::waiting) return;
  ++row.canary_round;
  const auto importing = static_cast<std::size_t>(State::importing);
  const std::uint64_t rows = importing < row.by_state.size() ? row.by_state[importing] : 0;
  row.canary_size = static_cast<std::uint32_t>(std::min<std::uint64_t>(row.canary_next, rows));
  row.canary = row.canary_size > 0 ? Canary::sending : Canary::none;
  row.canary_claimed = row.canary_submitted = row.canary_settled = 0;
  row.canary_failed = row.canary_opt_outs = row.canary_wrong_numbers = 0;
  row.canary_since.reset();
}

void Engine::canary_claims(JobAt& at) {
  if (at.job.campaign.empty() || campaign_of(at.job.campaign)->canary != Canary::sending) return;
  Campaign& row = change_campaign(at.job.campaign);
  at.state.canary = row.canary_round;
  ++row.canary_claimed;
  open_lanes_of(at.job.campaign, row);
}

// After its state has changed.
void Engine::canary_moves(JobAt& at, State from) {
  if (at.state.canary == 0 || at.job.campaign.empty()) return;
  Campaign& row = change_campaign(at.job.campaign);
  if (row.canary_round != at.state.canary) return;
  const Place was = place_of_canary(from);
  const State state = at.state.state;
  const Place now = place_of_canary(state);
  if (was == now) return;
  const bool unsent = now == Place::queue || (was == Place::claimed && now == Place::ended && !is_failure(at.state));
  if (was == Place::claimed) take_one(row.canary_claimed);
  if (unsent) {
    if (was == Place::out) take_one(row.canary_submitted);
    at.state.canary = 0;
    return;
  }
  if (was == Place::claimed) {
    ++row.canary_submitted;
    row.canary_since = now_.wall;
  }
  if (now != Place::ended) return;
  ++row.canary_settled;
  if (is_failure(at.state)) ++row.canary_failed;
}

// A reply to one of them. Where the campaign's row went out of memory meanwhile it is not counted.
void Engine::canary_hears(const JobAt& answered, bool opt_out) {
  if (answered.state.canary == 0 || answered.job.campaign.empty()) return;
  const Campaign* known = campaign_of(answered.job.campaign);
  if (known == nullptr || known->canary_round != answered.state.canary) return;
  Campaign& row = change_campaign(answered.job.campaign);
  ++(opt_out ? row.canary_opt_outs : row.canary_wrong_numbers);
}

// Of the campaigns that this turn has changed, before it claims.
void Engine::judge_canaries() {
  for (auto& [name, now] : campaigns_) {
    if (now.dirty) judge_canary(name, now.row);
  }
}

void Engine::judge_canary(const std::string& name, Campaign& row) {
  const CampaignSettings& settings = settings_.campaigns;
  const bool under_way = row.canary == Canary::sending || row.canary == Canary::waiting;
  const bool heard =
      row.canary == Canary::passed && row.canary_since && now_.wall < *row.canary_since + settings.canary_wait;
  if (row.cancelled || (!under_way && !heard)) return;
  struct Share {
    std::uint32_t count, most;
    std::string_view what;
  };
  for (const Share& share : {Share{row.canary_failed, settings.canary_failures, "failed"},
                             Share{row.canary_opt_outs, settings.canary_opt_outs, "opted out"},
                             Share{row.canary_wrong_numbers, settings.canary_wrong_numbers, "were wrong numbers"}}) {
    if (!above(share.count, share.most, row.canary_size)) continue;
    row.canary = Canary::tripped;
    row.paused = true;
    row.paused_reason = "canary: " + std::to_string(share.count) + " of " + std::to_string(row.canary_size) + " " +
                        std::string(share.what);
    tell_campaign(name, "paused: " + row.paused_reason);
    notes_.push_back({Severity::warning, "campaign " + name + " is paused by its " + row.paused_reason});
    open_lanes_of(name, row);
    static_cast<void>(silence());
    return;
  }
  if (row.canary == Canary::sending && row.canary_submitted >= row.canary_size) {
    row.canary = Canary::waiting;
    appoint(*row.canary_since + settings.canary_wait, 0, {store::Cause::canary_due, {}, name});
  }
  if (row.canary == Canary::waiting && row.canary_submitted < row.canary_size)
    row.canary = Canary::sending;  // one is sent again
  if (row.canary == Canary::waiting && row.canary_settled >= row.canary_size) row.canary = Canary::passed;
  open_lanes_of(name, row);
}

Engine::Handled Engine::canary_due(const std::string& name) {
  const Campaign* known = campaign_of(name);
  if (known == nullptr) return Handled::no;
  if (known->canary != Canary::waiting || !known->canary_since) return Handled::yes;
  const Wall due = *known->canary_since + settings_.campaigns.canary_wait;
  if (now_.wall < due) {
    appoint(due, 0, {store::Cause::canary_due, {}, name});
    return Handled::yes;
  }
  Campaign& row = change_campaign(name);
  row.canary = Canary::passed;
  open_lanes_of(name, row);
  return Handled::yes;
}

}  // namespace dunlin::engine

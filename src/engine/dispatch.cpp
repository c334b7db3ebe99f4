// Who is next: priorities first, lanes of one priority in turn, each job decided in the turn that claims it.
#include <algorithm>
#include <dunlin/base/check.hpp>
#include <set>

#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "engine/render.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::SegmentState;
using store::State;

std::size_t Engine::budget(const std::string& smsc) {
  auto [found, fresh] = budget_.try_emplace(smsc, 0);
  if (fresh && links_.sending(smsc)) found->second = links_.room(smsc, now_.steady);
  return found->second;
}

bool Engine::any_room(const RouteSettings& route, const JobAt& at) {
  if (has_begun(at.state)) return budget(at.state.smsc) > 0;
  return std::any_of(route.smsc.begin(), route.smsc.end(), [&](const std::string& smsc) { return budget(smsc) > 0; });
}

// The SMSC that takes the job now; nullptr with `wait`: it has to wait for room, without: nobody is there to take it.
const std::string* Engine::choose(const RouteSettings& route, const store::Job& job, const JobAt& at, bool& wait) {
  wait = false;
  if (has_begun(at.state)) {  // the rest of a message follows its beginning
    return links_.sending(at.state.smsc) && budget(at.state.smsc) > 0 ? &at.state.smsc : nullptr;
  }
  const auto able = [&](const std::string& smsc) {
    const SmscSettings* settings = smsc_named(smsc);
    return settings != nullptr && carries(job, *settings);
  };
  // Where none can carry it any more, claim() says so.
  const bool any_able = route.smsc.size() == 1 || std::any_of(route.smsc.begin(), route.smsc.end(), able);
  const auto usable = [&](const std::string& smsc) { return links_.sending(smsc) && (route.smsc.size() == 1 || !any_able || able(smsc)); };
  const std::string* best = nullptr;
  for (const std::string& smsc : route.smsc) {
    if (!usable(smsc)) continue;
    wait = true;
    if (route.balance) {
      const std::size_t room = budget(smsc);
      if (room > 0 && (best == nullptr || room > budget(*best))) best = &smsc;
      continue;
    }
    // One that came back just now gives way to the next, so that one that flaps does not take the traffic back each
    // time; where all have just come back, the first of them.
    const bool settled = links_.settled(smsc, now_.steady);
    if (settled || best == nullptr) best = &smsc;
    if (settled) break;
  }
  if (!route.balance && best != nullptr && budget(*best) == 0) best = nullptr;
  return best;
}

// Room for all its parts, or nothing waits before it: then it goes whatever it takes, or a long text would never find a moment when a
// small window or a slow pace has room for so many. Until then the link is kept free of others.
bool Engine::fits(const JobAt& at, const Carriage& carriage, const std::string& smsc) {
  const auto left = static_cast<std::size_t>(std::count_if(at.state.segments.begin(), at.state.segments.end(), [](const store::Segment& each) { return each.state == SegmentState::waiting; }));
  const std::size_t parts = at.state.segments.size() == carriage.submits.size() ? left : carriage.submits.size();
  std::size_t& room = budget_[smsc];
  if (parts <= room || (!links_.waiting(smsc) && !claimed_at_.contains(smsc))) return true;
  room = 0;
  return false;
}

void Engine::claim(JobAt& at, const std::string& smsc, Carriage carriage, std::string_view rule) {
  if (!carriage.refused.empty()) {
    transition(at, TransitionCause::given_up, carriage.refused);
    save(at);
    return;
  }
  const std::vector<smpp::SubmitSm>* submits = &carriage.submits;
  if (carriage.references) rows_.put_record(keys::references(at.job.to), *carriage.references);
  claimed_at_.insert(smsc);
  at.state.smsc = smsc;
  at.state.next_attempt.reset();
  ++at.state.attempts;
  at.state.decided_at = now_.wall;
  at.state.decided_rule = rule;
  if (at.state.segments.size() != submits->size()) at.state.segments.assign(submits->size(), {});
  if (!has_begun(at.state)) {
    at.state.reference = carriage.reference;
    at.state.carried = checksum_of(*submits);
  }
  transition(at, TransitionCause::claimed, {});
  canary_claims(at);
  want_tally(at);
  Outgoing outgoing{at.n, at.job.priority == store::Priority::high, {}};
  for (std::uint32_t segment = 0; segment < submits->size(); ++segment) {
    store::Segment& each = at.state.segments[segment];
    if (each.state != SegmentState::waiting) continue;
    each.state = SegmentState::claimed;
    rows_.blind_insert(keys::inflight(smsc, at.n, segment), keys::number(0));
    outgoing.parts.push_back({segment, (*submits)[segment]});
  }
  save(at);
  under_way_[std::hash<std::string>{}(at_smsc(smsc, at.job.to))] += static_cast<std::uint32_t>(outgoing.parts.size());
  std::size_t& room = budget_[smsc];
  room -= std::min(room, outgoing.parts.size());
  claims_left_ -= 1;
  effects_.claims.push_back({smsc, std::move(outgoing)});
}

// The SMSC that has the first segments of a job, as a Candidate remembers it; 0: it has not begun.
std::uint16_t Engine::begun_at(const JobAt& at) const {
  if (!has_begun(at.state)) return 0;
  const auto smsc = std::find_if(settings_.smscs.begin(), settings_.smscs.end(), [&](const SmscSettings& each) { return each.name == at.state.smsc; });
  return smsc == settings_.smscs.end() ? 0 : static_cast<std::uint16_t>(smsc - settings_.smscs.begin() + 1);
}

// One job of the lane: true when it left the lane, whatever became of it.
bool Engine::dispatch_from(const LaneKey& key, Lane& lane, const RouteSettings& route) {
  lane.looked_at();
  for (std::size_t index = 0; index < lane.candidates().size() && index < Lane::kLowWater; ++index) {
    const Candidate& candidate = lane.candidates()[index];
    if (candidate.begun_at > 0 && budget(settings_.smscs[candidate.begun_at - 1U].name) == 0) continue;
    const std::uint64_t n = candidate.n;
    Loaded<JobAt> at = load_job(n);
    if (!at.known) return false;
    const auto leave = [&] {
      rows_.blind_erase(keys::queue({key.route, key.priority, key.lane}, n));
      lane.remove_at(index);
      lanes_.touch(key);
    };
    if (!at.row || at.row->state.state != State::ready) {
      leave();
      return true;
    }
    const RouteSettings* resolved = routes_.find(at.row->job.to);
    if (resolved == nullptr || resolved->name != key.route) {
      leave();
      if (resolved == nullptr) {
        transition(*at.row, TransitionCause::given_up, "no_route");
      } else {
        at.row->state.route = resolved->name;
        enqueue(*at.row);
      }
      save(*at.row);
      return true;
    }
    const Standing facts = standing(*at.row);
    if (!facts.known) return false;
    store::Job written;
    // Without room it is not worth rendering.
    const Result<const store::Job*> leaving = any_room(route, *at.row) ? composed(*at.row, facts, written) : &at.row->job;
    const store::Job& job = leaving ? **leaving : at.row->job;
    bool wait = false;
    const std::string* smsc = choose(route, job, *at.row, wait);
    if (smsc == nullptr) {
      if (wait) return false;
      lane.candidates()[index].begun_at = begun_at(*at.row);
      continue;  // begun at an SMSC that is away or full: others of this lane need not wait for it
    }
    const std::string chosen = *smsc;
    const SmscSettings* settings = smsc_named(chosen);
    DUNLIN_CHECK(settings != nullptr);
    const dunning::Facts asked = facts_of(*at.row, facts, settings);
    const dunning::Decision decision = dunning::decide(asked);
    if (decision.action != dunning::Action::send || !leaving) {
      leave();
      if (decision.action != dunning::Action::send) {
        settle_as(*at.row, decision);
      } else {
        defer(*at.row, now_.wall + kTemplateWait, leaving.error().code);
      }
      save(*at.row);
      return true;
    }
    Carriage carriage = carry(job, *at.row, *settings, valid_until(job, at.row->state, settings->validity_min));
    if (!carriage.known || !fits(*at.row, carriage, chosen)) return false;
    leave();
    if (carriage.wait) {
      defer(*at.row, now_.wall + kReferenceWait, "references_in_use");
      save(*at.row);
    } else {
      if (!job.template_name.empty()) {
        at.row->state.text = job.text;
        at.row->state.locale = job.locale;
      }
      begin(*at.row, facts);
      claim(*at.row, chosen, std::move(carriage), asked.open_by);
    }
    return true;
  }
  return false;
}

// Tells the links which of them more is queued for: of a route in failover, only the one that choose() prefers.
void Engine::tell_demand() {
  std::set<std::string_view> wanted;
  for (const auto& [key, lane] : lanes_.open()) {
    const RouteSettings* route = lane.empty() || lanes_.closed(key.lane) || !dispatching(now_) ? nullptr : routes_.named(key.route);
    if (route == nullptr) continue;
    const std::string* preferred = nullptr;
    for (const std::string& smsc : route->smsc) {
      if (!links_.sending(smsc)) continue;
      const bool settled = links_.settled(smsc, now_.steady);
      if (route->balance) wanted.insert(smsc);
      if (settled || preferred == nullptr) preferred = &smsc;
      if (settled && !route->balance) break;
    }
    if (preferred != nullptr) wanted.insert(*preferred);
  }
  for (const SmscSettings& smsc : settings_.smscs) links_.set_demand(smsc.name, wanted.contains(smsc.name), now_.steady);
}

void Engine::dispatch() {
  prepare_lanes();
  if (!dispatching(now_)) return;
  claims_left_ = kClaimsPerTurnMax;
  move_stranded();
  const std::vector<RouteSettings>& routes = routes_.all();
  ++route_turn_;
  for (store::Priority priority : {store::Priority::high, store::Priority::normal, store::Priority::low}) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
      const RouteSettings& route = routes[(route_turn_ + i) % routes.size()];
      const bool room = std::any_of(route.smsc.begin(), route.smsc.end(), [&](const std::string& smsc) { return budget(smsc) > 0; });
      if (!room) continue;
      // Lanes in turn, beginning behind the one that was served last, until all of them are stuck.
      std::vector<Lanes::Open::iterator> open;  // none is closed before the end of the turn
      for (auto lane = lanes_.open().lower_bound(LaneKey{route.name, priority, {}}); lane != lanes_.open().end(); ++lane) {
        if (lane->first.route != route.name || lane->first.priority != priority) break;
        open.push_back(lane);
      }
      std::string& last = last_lane_[{route.name, priority}];
      std::rotate(open.begin(), std::find_if(open.begin(), open.end(), [&](const auto& each) { return each->first.lane > last; }), open.end());
      while (!open.empty() && claims_left_ > 0) {
        std::size_t served = 0;
        for (std::size_t each = 0; each < open.size() && claims_left_ > 0; ++each) {
          auto& [key, lane] = *open[each];
          if (lanes_.closed(key.lane) || !dispatch_from(key, lane, route)) {
            open[each] = lanes_.open().end();
            continue;
          }
          last = key.lane;
          ++served;
        }
        if (served == 0) break;
        std::erase(open, lanes_.open().end());
      }
    }
  }
}

// Lanes of a route that the configuration no longer has: their jobs move to the route that serves their number now.
void Engine::move_stranded() {
  std::size_t moves_left = kClaimsPerTurnMax;
  for (auto& [key, lane] : lanes_.open()) {
    if (routes_.named(key.route) != nullptr) continue;
    while (moves_left > 0 && dispatch_from(key, lane, routes_.all().front())) --moves_left;
  }
}

// Has the rows of the next candidates fetched before their turn comes, and the next numbers of lanes that run low.
void Engine::prepare_lanes() {
  lanes_.rotate();
  for (const Lanes::Search& search : lanes_.searches()) {
    want_range(keys::low_marks_from({search.from.route, search.from.priority, search.from.lane}, search.limit), [this, search](const std::vector<store::Row>& rows) {
      std::vector<std::pair<LaneKey, std::uint64_t>> marks;
      for (const store::Row& row : rows) {
        std::optional<keys::Lane> lane = keys::parse_low_mark(row.key);
        std::optional<std::uint64_t> low = keys::parse_number(row.value);
        if (lane && low) marks.push_back({{lane->route, lane->priority, lane->name}, *low});
      }
      lanes_.found(search, marks);
    });
  }
  // With many lanes each needs few of its jobs in one turn.
  const std::size_t ahead_max = std::max<std::size_t>(16, Lane::kLowWater / std::max<std::size_t>(1, lanes_.open().size() / 16));
  std::size_t asked = 0;
  for (auto& [key, lane] : lanes_.open()) {
    const RouteSettings* route = routes_.named(key.route);
    const bool served = route == nullptr || std::any_of(route->smsc.begin(), route->smsc.end(), [&](const std::string& smsc) { return links_.sending(smsc); });
    if (!served || lanes_.closed(key.lane)) continue;
    if (lane.wants_rows()) {
      lane.scan_started();
      constexpr std::size_t kRows = Lane::kCandidatesMax - Lane::kLowWater;
      want_range(keys::lane_range({key.route, key.priority, key.lane}, lane.scan_from(), kRows), [this, key = key](const std::vector<store::Row>& rows) {
        std::vector<std::uint64_t> numbers;
        numbers.reserve(rows.size());
        for (const store::Row& row : rows) {
          if (std::optional<keys::QueueKey> parsed = keys::parse_queue(row.key)) numbers.push_back(parsed->n);
        }
        if (Lane* found = lanes_.find(key)) found->scanned(numbers, kRows);
        lanes_.touch(key);
      });
    }
    std::size_t ahead = 0;
    for (Candidate& candidate : lane.candidates()) {
      if (++ahead > ahead_max || asked >= kClaimsPerTurnMax) break;
      if (candidate.prepared) continue;
      Loaded<JobAt> at = load_job(candidate.n);
      const bool long_known = !at.known || !at.row || !may_be_long(at.row->job) || rows_.get(keys::references(at.row->job.to)) != nullptr;
      candidate.prepared = at.known && (!at.row || standing(*at.row).known) && long_known;
      ++asked;
    }
  }
}

}  // namespace dunlin::engine

#include "engine/engine.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <dunlin/smpp/message_id.hpp>

#include "engine/gateway.hpp"
#include "engine/partial.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Family;
using store::State;

Engine::Engine(Settings settings, Links& links) : settings_(std::move(settings)), routes_(settings_), links_(links), calendar_(rules_of(settings_.dunning)) {}

Engine::Loaded<JobAt> Engine::load_job(std::uint64_t n) {
  Loaded<JobAt> at = load_row(n);
  const bool waits = at.row && at.row->state.state == State::importing && !at.row->job.campaign.empty();
  if (waits && campaign_of(at.row->job.campaign)->stage == store::CampaignStage::discarding) at.row.reset();
  return at;
}

bool Engine::in_open_import(const JobAt& at) {
  return at.state.state == State::importing && campaign_of(at.job.campaign)->stage == store::CampaignStage::importing;
}

Engine::Loaded<JobAt> Engine::load_row(std::uint64_t n) {
  store::Lookup<store::Job> job = rows_.record<store::Job>(keys::job(n));
  store::Lookup<store::JobState> state = rows_.record<store::JobState>(keys::job_state(n));
  if (job.unknown() || state.unknown()) return {};
  if (!job || !state) return {true, std::nullopt};
  JobAt at{n, std::move(*job), std::move(*state)};
  if (at.state.counted_at && !counted_known(at)) return {};  // whatever becomes of it, caps may have to forget it
  const bool handed_off = at.job.handoff && !store::is_final(at.state.state);
  if (handed_off && !standing(at).known) return {};  // its end is told with what is owed, and not where a hold lies
  const bool may_end = at.state.state == State::submitting || at.state.state == State::submitted || at.state.state == State::in_doubt;
  if (may_end && !at.job.to.empty() && person_of(at.job.to).unknown()) return {};  // and its end may tell of its number
  if (!at.job.campaign.empty() && campaign_of(at.job.campaign) == nullptr) return {};  // which counts it
  return {true, std::move(at)};
}

Engine::Loaded<std::uint64_t> Engine::load_number(std::string_view job_id) {
  const std::optional<std::string>* row = rows_.get(keys::id(job_id));
  if (row == nullptr) return {};
  if (!*row) return {true, std::nullopt};
  std::optional<std::uint64_t> n = keys::parse_number(**row);
  if (!n) corrupt_ = Error{"store_corrupt", "the number of a job id is not a number", "ids"};
  return {true, n};
}

void Engine::save(JobAt& at) {
  count_in_report(at);
  rows_.put_record(keys::job_state(at.n), at.state);
}

void Engine::tell(store::Event event) {
  event.time = now_.wall;
  if (first_event_ == 0) first_event_ = last_event_ + 1;
  rows_.blind_put(keys::event(++last_event_), store::encode(event));
}

namespace {
// The segment whose message id an event names: the first that has one.
std::string first_message_id(const store::JobState& state) {
  for (const store::Segment& segment : state.segments) {
    if (!segment.message_id.empty()) return segment.message_id;
  }
  return {};
}
}  // namespace

void Engine::transition(JobAt& at, TransitionCause cause, std::string reason, std::string_view rule) {
  const TransitionRow* row = find_transition(at.state.state, cause);
  DUNLIN_CHECK(row != nullptr);
  const bool fell_short = row->to == State::undelivered || row->to == State::expired || row->to == State::rejected || row->to == State::failed || row->to == State::unknown;
  if (fell_short) reason = with_parts(at.state, std::move(reason));
  --jobs_by_state_[static_cast<std::size_t>(row->from)];
  ++jobs_by_state_[static_cast<std::size_t>(row->to)];
  count_in_campaign(at, row->from, row->to);
  at.state.state = row->to;
  at.state.reason = reason;
  if (row->to == State::blocked) ++counters_.blocked[reason];
  if (store::is_final(row->to)) at.state.next_attempt.reset();
  settle_counts(at);
  canary_moves(at, row->from);
  if (!at.job.plan.empty()) note_step(at, row->from);
  if (!row->event) return;
  const std::optional<Wall> until = row->to == State::scheduled || row->to == State::held ? at.state.next_attempt : std::nullopt;
  at.state.history.push_back({now_.wall, row->to, reason, std::string(rule), until});
  if (at.state.history.size() > store::kHistoryMax) at.state.history.erase(at.state.history.begin() + 1);
  store::Event event = event_of(*row->event, at.job);
  event.state = row->to;
  event.reason = std::move(reason);
  event.until = until;
  event.rule = rule;
  if (at.state.state >= State::submitting) {
    event.smsc = at.state.smsc;
    event.message_id = first_message_id(at.state);
  }
  tell(std::move(event));
  if (row->from == State::submitting || row->from == State::submitted) judge_number(at);
  if (row->to == State::submitted && at.job.escalate_after) {
    appoint(now_.wall + *at.job.escalate_after, at.n, {store::Cause::escalation_due, {}, {}});
  }
  ended(at);
}

void Engine::enqueue(JobAt& at, bool prepared) {
  const LaneKey lane{at.state.route, at.job.priority, at.job.campaign};
  rows_.blind_insert(keys::queue({lane.route, lane.priority, lane.lane}, at.n), {});
  lanes_.add(lane, at.n, prepared);
}

void Engine::dequeue(const JobAt& at) {
  const LaneKey lane{at.state.route, at.job.priority, at.job.campaign};
  rows_.blind_erase(keys::queue({lane.route, lane.priority, lane.lane}, at.n));
  lanes_.remove(lane, at.n);
}

// A job that is `ready` once more: its expiry may have passed unnoticed while it was under way.
void Engine::ready_again(JobAt& at) {
  if (now_.wall >= at.state.expires_at) {
    transition(at, TransitionCause::expired, "expired");
  } else {
    enqueue(at);
  }
}

void Engine::want_range(store::Range range, std::function<void(const std::vector<store::Row>&)> sink) {
  fetch_.ranges.push_back(std::move(range));
  fetch_.sinks.push_back(std::move(sink));
}

Fetch Engine::take_fetch() {
  Fetch fetch = std::move(fetch_);
  fetch_ = {};
  fetch.keys = rows_.take_wanted();
  return fetch;
}

void Engine::learn(const std::vector<store::Key>& keys, const std::vector<std::optional<std::string>>& values) {
  for (std::size_t i = 0; i < keys.size() && i < values.size(); ++i) rows_.learn(keys[i], values[i]);
  learned_ = true;
}

void Engine::set_usage(const store::Usage& usage) { room_ = usage.free_bytes >= settings_.store_min_free; }

void Engine::reload(Settings settings) {
  if (settings.dunning.calendar != settings_.dunning.calendar) calendar_ = dunning::Calendar(rules_of(settings.dunning));
  settings_ = std::move(settings);
  plans_gone_.clear();
  routes_ = Routes(settings_);
}

void Engine::take_back(const std::string& smsc) {
  for (Outgoing& outgoing : links_.take_back_all(smsc)) {
    SubmitReturned returned{smsc, outgoing.n, {}};
    for (const Outgoing::Part& part : outgoing.parts) returned.segments.push_back(part.segment);
    add(LinkEvent{std::move(returned)});
  }
}

const SmscSettings* Engine::smsc_named(std::string_view name) const {
  for (const SmscSettings& smsc : settings_.smscs) {
    if (smsc.name == name) return &smsc;
  }
  return nullptr;
}

Engine::Handled Engine::handle(Input& input) {
  return std::visit([this](auto& each) { return handle(each); }, input);
}
Engine::Handled Engine::handle(std::unique_ptr<Request>& request) {
  return std::visit([this](auto& each) { return handle(each); }, *request);
}
Engine::Handled Engine::handle(LinkEvent& event) {
  return std::visit([this](auto& each) { return handle(each); }, event);
}

Effects Engine::turn(Now now) {
  watch_clock(now);
  now_ = now;
  effects_ = {};
  budget_.clear();
  claimed_at_.clear();

  std::size_t handled = 0;
  const auto work = [&](std::deque<Input>& inputs, std::deque<Input>& postponed) {
    while (!inputs.empty() && handled < kTurnInputsMax) {
      Input input = std::move(inputs.front());
      inputs.pop_front();
      if (handle(input) == Handled::yes) {
        ++handled;
      } else {
        postponed.push_back(std::move(input));
      }
    }
  };
  if (learned_) {
    learned_ = false;
    std::deque<Input> again = std::move(waiting_);
    waiting_.clear();
    work(again, waiting_);
    learned_ = !again.empty();  // the rest of them in the next turn
    std::move(again.begin(), again.end(), std::back_inserter(waiting_));
  }
  work(fresh_, waiting_);
  run_campaign_walks();
  for (auto sweep = sweeps_.begin(); sweep != sweeps_.end();) sweep = advance(*sweep) ? sweeps_.erase(sweep) : std::next(sweep);
  read_calendar();
  read_inbox();
  forget_old_events();
  forget_old_reports();
  apply_retention();
  judge_canaries();
  dispatch();
  tell_demand();
  write_campaigns();
  write_reports();

  for (const auto& [lane, low] : lanes_.take_low_marks()) {
    store::Key key = keys::low_mark({lane.route, lane.priority, lane.lane});
    if (low == 0) {
      rows_.blind_erase(std::move(key));
    } else {
      rows_.blind_put(std::move(key), keys::number(low));
    }
  }
  if (!rows_.batch_empty()) {
    rows_.blind_put(keys::engine_mark(), store::encode(store::EngineMark{next_n_, last_event_, {jobs_by_state_.begin(), jobs_by_state_.end()}}));
  }
  if (const std::optional<Error>& broken = rows_.corrupt(); broken && !corrupt_) corrupt_ = broken;
  effects_.turn = rows_.turn();
  effects_.batch = rows_.take_batch();
  effects_.last_event = last_event_;
  effects_.inputs = handled;
  counters_.turn_inputs.observe(static_cast<double>(handled));
  ++counters_.turns;
  return std::move(effects_);
}

void Engine::watch_clock(Now now) {
  if (seen_) {
    const auto steady = now.steady - seen_->steady;
    const auto wall = now.wall - seen_->wall;
    const auto step = std::chrono::duration_cast<std::chrono::seconds>(wall - std::chrono::duration_cast<std::chrono::milliseconds>(steady));
    if (step > std::chrono::hours{1} || step < -std::chrono::hours{1}) {
      suspended_until_ = now.steady + std::chrono::minutes{10};
      clock_warning_ = Error{"clock_stepped", "the wall clock stepped by " + std::to_string(step.count()) + " s; nothing is sent or expired for ten minutes", "clock"};
    }
  }
  seen_ = now;
}

double Engine::oldest_ready_seconds(Now now) {
  double oldest = 0;
  for (const auto& [key, lane] : lanes_.open()) {
    if (lane.candidates().empty()) continue;
    Loaded<JobAt> at = load_job(lane.candidates().front().n);
    if (!at.known || !at.row || at.row->state.state != State::ready) continue;
    oldest = std::max(oldest, std::chrono::duration<double>(now.wall - at.row->state.accepted_at).count());
  }
  return oldest;
}

GatewayMemory Engine::memory() const {
  GatewayMemory memory;
  memory.cached_octets = rows_.octets();
  for (const auto& [key, lane] : lanes_.open()) memory.candidates = std::max(memory.candidates, lane.candidates().size());
  memory.inputs_waiting = inputs_waiting();
  memory.parked = parked_.size();
  return memory;
}

void Engine::sweep(Family index, const std::string& owner, std::function<void(JobAt&)> visit, std::function<void()> finish) {
  Sweep each;
  each.range = index == Family::by_account ? keys::by_account_range(owner, 0, 500) : keys::by_number_range(owner, 0, 500);
  each.visit = std::move(visit);
  each.finish = std::move(finish);
  sweeps_.push_back(std::move(each));
}

// True when it is done.
bool Engine::advance(Sweep& sweep) {
  if (sweep.given_up) return !sweep.scanning;
  if (!sweep.campaign.empty() && campaign_of(sweep.campaign) == nullptr) return false;
  const auto load = [&](std::uint64_t n) { return sweep.campaign.empty() ? load_job(n) : load_row(n); };
  while (!sweep.numbers.empty()) {
    Loaded<JobAt> at = load(sweep.numbers.front());
    if (!at.known) {
      for (std::uint64_t n : sweep.numbers) static_cast<void>(load(n));  // ask for the whole slice at once
      return false;
    }
    if (at.row && at.row->state.state == State::in_doubt && !strays_known(*at.row)) return false;
    if (at.row && !standing(*at.row).known) {
      for (std::uint64_t n : sweep.numbers) {
        if (const Loaded<JobAt> other = load(n); other.row) static_cast<void>(standing(*other.row));
      }
      return false;
    }
    if (at.row && sweep.ready && !sweep.ready(*at.row)) {
      for (std::uint64_t n : sweep.numbers) {
        if (const Loaded<JobAt> other = load(n); other.row) static_cast<void>(sweep.ready(*other.row));
      }
      return false;
    }
    sweep.numbers.pop_front();
    if (at.row) sweep.visit(*at.row);
  }
  if (sweep.exhausted) {
    if (!sweep.person.empty() && person_of(sweep.person).unknown()) return false;
    if (!sweep.account.empty() && rows_.get(keys::account(sweep.account)) == nullptr) return false;
    sweep.finish();
    return true;
  }
  if (!sweep.scanning) {
    sweep.scanning = true;
    want_range(sweep.range, [&sweep](const std::vector<store::Row>& rows) {
      sweep.scanning = false;
      for (const store::Row& row : rows) {
        if (std::optional<keys::ByKey> key = keys::parse_by(row.key)) sweep.numbers.push_back(key->n);
      }
      sweep.exhausted = rows.size() < sweep.range.limit;
      if (!rows.empty()) sweep.range = keys::resume(sweep.range, rows.back().key);
    });
  }
  return false;
}

Result<void> Engine::restore(store::Kv& kv, Now now) {
  now_ = now;
  seen_ = now;
  const std::vector<store::Key> mark_key{keys::engine_mark()};
  Result<std::vector<std::optional<std::string>>> mark_row = kv.get(mark_key);
  if (!mark_row) return tl::unexpected(mark_row.error());
  if ((*mark_row)[0]) {
    Result<store::EngineMark> mark = store::decode<store::EngineMark>(*(*mark_row)[0]);
    if (!mark) return tl::unexpected(mark.error());
    next_n_ = mark->next_n;
    last_event_ = mark->last_event;
    for (std::size_t i = 0; i < jobs_by_state_.size() && i < mark->jobs_by_state.size(); ++i) jobs_by_state_[i] = mark->jobs_by_state[i];
  }
  const std::vector<store::Key> marks_key{keys::retention()};
  Result<std::vector<std::optional<std::string>>> marks = kv.get(marks_key);
  if (!marks) return tl::unexpected(marks.error());
  const std::vector<store::Key> secret_key{keys::secret()};
  Result<std::vector<std::optional<std::string>>> secret = kv.get(secret_key);
  if (!secret) return tl::unexpected(secret.error());
  const std::vector<store::Key> forgotten_key{keys::any_forgotten()};
  Result<std::vector<std::optional<std::string>>> forgotten = kv.get(forgotten_key);
  if (!forgotten) return tl::unexpected(forgotten.error());
  any_forgotten_ = (*forgotten)[0].has_value();
  if ((*marks)[0]) {
    Result<store::RetentionMark> mark = store::decode<store::RetentionMark>(*(*marks)[0]);
    if (!mark) return tl::unexpected(mark.error());
    retention_.at = *std::move(mark);
  }
  secret_ = (*secret)[0].value_or(settings_.new_secret);
  if (!(*secret)[0]) rows_.blind_put(keys::secret(), secret_);  // with the first batch, so before anything that was hashed
  Result<std::vector<store::Row>> first = kv.scan(keys::events(0, 1));
  if (!first) return tl::unexpected(first.error());
  if (!first->empty()) first_event_ = keys::parse_event(first->front().key).value_or(0);

  // Each of these families is bounded by windows, lanes or parked receipts, never by the queue.
  const auto walk = [&](store::Range range, const std::function<void(const store::Row&)>& each) -> Result<void> {
    while (true) {
      Result<std::vector<store::Row>> rows = kv.scan(range);
      if (!rows) return tl::unexpected(rows.error());
      for (const store::Row& row : *rows) each(row);
      if (rows->size() < range.limit) return {};
      range = keys::resume(range, rows->back().key);
    }
  };
  Result<void> done = restore_campaigns(kv);
  if (!done) return done;
  done = walk(keys::low_marks(1000), [&](const store::Row& row) {
    std::optional<keys::Lane> lane = keys::parse_low_mark(row.key);
    std::optional<std::uint64_t> low = keys::parse_number(row.value);
    if (lane && low) lanes_.restore({lane->route, lane->priority, lane->name}, *low);
  });
  if (!done) return done;
  done = walk(keys::paused_all(1000), [&](const store::Row& row) {
    if (std::optional<std::string> smsc = keys::parse_paused(row.key)) links_.pause(*smsc, true);
  });
  if (!done) return done;
  done = walk(keys::dialects(1000), [&](const store::Row& row) {
    const std::optional<std::string> smsc = keys::parse_dialect(row.key);
    const std::optional<std::uint64_t> form = keys::parse_number(row.value);
    if (!smsc || !form || *form == 0 || *form > kMessageIdForms.size() || dialect(*smsc).configured() != MessageIdForm::automatic) return;
    dialects_.at(*smsc).remember(static_cast<MessageIdForm>(*form));
    dialects_told_[*smsc] |= 1U << *form;
  });
  if (!done) return done;
  done = walk(keys::strange_all(1000), [&](const store::Row& row) {
    if (const std::optional<std::string> smsc = keys::parse_strange(row.key)) strange_[*smsc] = kStrangeAfter;
  });
  if (!done) return done;
  done = walk(store::Range{Family::parked, {}, {}, 1000}, [&](const store::Row& row) {
    restore_parked(row);
  });
  if (!done) return done;
  for (const keys::InboxClass kind : {keys::InboxClass::waiting, keys::InboxClass::term}) {
    std::uint64_t& count = inbox_[static_cast<std::size_t>(kind)];
    done = walk(keys::inbox_range(kind, 0, 1000), [&](const store::Row& row) {
      const std::optional<keys::InboxRow> oldest = count++ == 0 ? keys::parse_inbox_value(row.value) : std::nullopt;
      if (oldest && kind == keys::InboxClass::waiting) inbox_oldest_ = oldest->at;
    });
    if (!done) return done;
  }
  done = walk(keys::parts_all(100), [&](const store::Row& row) { restore_held(row); });
  if (!done) return done;
  if (corrupt_) return tl::unexpected(*corrupt_);
  done = walk(keys::consumers(1000), [&](const store::Row& row) {
    if (Result<store::Consumer> consumer = store::decode<store::Consumer>(row.value)) counters_.consumer_acked[row.key] = consumer->acked;
  });
  if (!done) return done;
  std::uint64_t last = 0;
  return walk(keys::inflight_all(1000), [&](const store::Row& row) {
    std::optional<keys::InflightKey> key = keys::parse_inflight(row.key);
    if (key && key->n != last) add(Recovered{last = key->n});
  });
}

}  // namespace dunlin::engine

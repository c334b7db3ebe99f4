#include "world.hpp"

#include <algorithm>

#include "books.hpp"
#include "lawbook.hpp"

#include "store/codec.hpp"
#include "store/enum_names.hpp"
#include "store/keys.hpp"

namespace dunlin::simulation {

namespace keys = store::keys;

World::World(const Scenario& scenario, Listener listener, Noter noter)
    : scenario_(scenario),
      listener_(std::move(listener)),
      noter_(std::move(noter)),
      random_(scenario.seed, 5),
      network_(*this, scenario.seed),
      store_(*this, scenario.seed),
      clients_(*this, scenario.seed),
      settings_(scenario.settings) {
  now_.steady = kBegin;
  now_.wall = scenario.begins;
  for (std::size_t i = 0; i < settings_.smscs.size(); ++i) {
    const engine::SmscSettings& smsc = settings_.smscs[i];
    smscs_[smsc.name] = std::make_unique<SimulatedSmsc>(*this, smsc, scenario_.characters[i], scenario.seed * 31 + i);
  }
}
World::~World() { gateway_.reset(); }

std::string World::number(std::uint32_t index) const {
  if (scenario_.year.on) {
    const std::vector<Person>& all = people(scenario_.numbers, scenario_.month.on ? kHomesOfTemplates : 0);
    return all[index % all.size()].number;
  }
  static constexpr std::string_view kPrefixes[] = {"+48601", "+491700", "+447700"};
  std::string digits = std::to_string(index);
  return std::string(kPrefixes[index % 3]) + std::string(6 - digits.size(), '0') + digits;
}

// Nobody asked for it, but for what its plan began with: to the checkers it is a job like any other.
void World::made_by_a_plan(const store::Event& event) {
  const JobNumber number = job_number(event.job);
  if (event.type != store::EventType::accepted || number == kNoJob || number < kSteps) return;
  auto view = store::find_job(store_.kv(), event.job);
  if (!view || !*view) return;
  Operation& made = made_.emplace_back();
  made.job = number;
  made.content = std::move((*view)->job);
  newest_steps_[first_of(number)] = number;
  tell(Asked{&made});
  tell(Answered{&made, {}, {}});
}

// What the gateway says to somebody who wrote comes from the sender that they wrote to: it is known by its text, as
// long as it may be sent.
void World::given_answer(const store::Event& event) {
  if (event.type != store::EventType::accepted || !event.job.starts_with("answer:")) return;
  const auto view = store::find_job(store_.kv(), event.job);
  if (view && *view) answers_.insert({(*view)->job.to, {event.job, (*view)->job.text, event.time}});
}

std::optional<std::string> World::answer_of(const HandedOver& handed) const {
  const auto [first, last] = answers_.equal_range(handed.number);
  const auto found = std::find_if(first, last, [&](const auto& each) {
    return now_.wall < each.second.at + 20min && each.second.text.find(handed.text) != std::string::npos;
  });
  return found == last ? std::nullopt : std::optional(found->second.id);
}

void World::tell(Fact fact) {
  if (auto* handed = std::get_if<HandedOver>(&fact); handed != nullptr && scenario_.month.on) {
    catch_up();
    const auto step = newest_steps_.find(handed->job);
    if (step != newest_steps_.end()) handed->job = step->second;
    if (auto answer = answer_of(*handed)) fact = AnswerHandedOver{*std::move(answer), HandedOver(*handed)};
  }
  if (enough_) return;
  if (const auto* read = std::get_if<EventRead>(&fact); read != nullptr && !read->again) {
    made_by_a_plan(read->event);
    given_answer(read->event);
  }
  if (const auto* read = std::get_if<EventRead>(&fact); read != nullptr && !read->again) {
    clients_.event_read(read->event);
    const JobNumber job = job_number(read->event.job);
    if (read->event.type == store::EventType::in_doubt) {
      doubtful_.insert(job);
    } else if (read->event.state && job != kNoJob) {
      doubtful_.erase(job);
    }
  }
  enough_ = listener_(fact, now_);
}

bool World::effect() {
  if (dying_) return false;
  if (!fuse_) return true;
  if (fuse_->first-- > 0) return true;
  dying_ = fuse_->second;
  fuse_.reset();
  return false;
}

void World::after_call() {
  ++calls_;
  touched_ = now_.steady;
  if (stopped_ && !dying_) dying_ = End::stopped;
  if (!dying_ && gateway_->broken()) {
    note([&] { return std::string(gateway_->broken_because()); });
    dying_ = End::store_failed;
  }
  if (dying_) return end_life(*dying_);
  catch_up();
  if (calls_ % 16 == 0) observe_bounds();
}

void World::begin_life() {
  if (gateway_) return;
  ++life_;
  stopped_ = false;
  auto log = [this](engine::Severity, const std::string& sentence) { note([&] { return "dunlin: " + sentence; }); };
  gateway_ = std::make_unique<engine::Gateway>(settings_, network_, store_, scenario_.seed + life_,
                                               noter_ ? engine::LogSink(log) : engine::LogSink{});
  const Result<void> started = gateway_->start(store_.kv(), now_);
  if (!started) {
    note([&] { return "the gateway does not start: " + to_string(started.error()); });
    dying_ = End::store_failed;
    return end_life(End::store_failed);
  }
  tell(Began{life_, gateway_->last_event()});
  read_again();
  after_call();
}

void World::end_life(End how) {
  gateway_.reset();
  dying_.reset();
  fuse_.reset();
  const bool power_cut = how == End::power_cut;
  store_.end(power_cut);
  network_.gateway_gone(power_cut);
  clients_.life_over();
  tell(Ended{how, inflight_rows()});
  std::chrono::nanoseconds wait = power_cut                  ? random_.between(1s, 5s)
                                  : how == End::store_failed ? random_.between(1ms, 500ms)
                                                             : random_.between(10ms, 2s);
  agenda_.at(now_.steady + wait, [this] { begin_life(); });
}

std::vector<InflightRow> World::inflight_rows() {
  std::vector<InflightRow> rows;
  auto found = store_.kv().scan(keys::inflight_all(100'000));
  if (!found) return rows;
  for (const store::Row& row : *found) {
    const auto key = keys::parse_inflight(row.key);
    if (!key) continue;
    auto job = store::read_job(store_.kv(), key->n);
    if (job && *job) rows.push_back({job_number((*job)->job.id), key->segment});
  }
  return rows;
}

void World::read_events() {
  auto events = store::read_events(store_.kv(), events_read_, gateway_->last_event(), 1'000'000);
  if (!events) return;
  for (auto& [seq, event] : *events) {
    while (++events_read_ < seq) tell(EventMissing{events_read_});
    tell(EventRead{seq, std::move(event)});
  }
  while (events_read_ < gateway_->last_event()) tell(EventMissing{++events_read_});
}

// After a start: what was read before must still be there, and the same.
void World::read_again() {
  if (gateway_->last_event() < events_read_) tell(EventMissing{events_read_});
  const std::uint64_t from = events_read_ > 20 ? events_read_ - 20 : 0;
  auto events = store::read_events(store_.kv(), from, events_read_, 20);
  if (!events) return;
  for (auto& [seq, event] : *events) tell(EventRead{seq, std::move(event), true});
}

void World::observe_bounds() { tell(Bounds{gateway_->memory()}); }

void World::rest() {
  if (!gateway_ || !store_.idle()) return;
  Rest rest;
  rest.status = gateway_->status(now_);
  rest.counters = gateway_->counters();
  rest.links = gateway_->links(now_);
  auto rows = store_.kv().scan(keys::jobs(0, 1'000'000));
  for (const store::Row& row : *rows) {
    const auto key = keys::parse_job(row.key);
    if (!key || key->part != keys::JobPart::state) continue;
    if (auto state = store::decode<store::JobState>(row.value)) ++rest.jobs[static_cast<std::size_t>(state->state)];
  }
  rest.campaigns = miscounted();
  rest.reports = misreported();
  auto parked = store_.kv().scan(store::Range{store::Family::parked, {}, {}, 1'000'000});
  for (const store::Row& row : *parked) {
    if (auto key = keys::parse_message(row.key)) ++rest.parked[key->smsc];
  }
  if (auto last = store::last_event(store_.kv()); last && *last) rest.events_last = **last;
  tell(std::move(rest));
}

// A campaign whose row counts other jobs than it has; empty: none.
std::string World::miscounted() {
  std::map<std::string, std::vector<std::uint64_t>> counted;
  const auto indexed = store_.kv().scan(store::Range{store::Family::by_campaign, {}, {}, 10'000'000});
  for (const store::Row& row : *indexed) {
    const auto key = keys::parse_by(row.key);
    if (!key) continue;
    const store::Key state_key = keys::job_state(key->n);
    const auto value = store_.kv().get({&state_key, 1});
    const auto state = value && value->front() ? store::decode<store::JobState>(*value->front()) : failure("", "");
    if (!state) continue;
    std::vector<std::uint64_t>& states = counted[key->name];
    states.resize(store::kStates);
    ++states[static_cast<std::size_t>(state->state)];
  }
  const auto campaigns = store::read_campaigns(store_.kv(), "", 1'000'000);
  for (const auto& [name, campaign] : *campaigns) {
    std::vector<std::uint64_t> said = campaign.by_state;
    said.resize(store::kStates);
    std::vector<std::uint64_t>& states = counted[name];
    states.resize(store::kStates);
    if (said != states) return name;
    counted.erase(name);
  }
  return counted.empty() ? "" : counted.begin()->first;
}

void World::advance_to(Steady when) {
  now_.steady = std::max(now_.steady, when);
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now_.steady - kBegin);
  now_.wall = scenario_.begins + since + jumped_;
}

bool World::advance() {
  Steady tick = gateway_ ? std::max(gateway_->next_tick(), now_.steady) : kNever;
  // Its timer may be late: what has half a second of time has more.
  if (scenario_.year.lazy > 0ms && tick > now_.steady + 500ms) tick = std::max(tick, touched_ + scenario_.year.lazy);
  if (tick <= agenda_.next()) {
    advance_to(tick);
    with_gateway([&](engine::Gateway& gateway) { gateway.tick(now_); });
    return false;
  }
  advance_to(agenda_.next());
  const Agenda::Deed deed = agenda_.take();
  deed();
  return true;
}

void World::run(std::uint64_t steps) {
  begin_life();
  clients_.begin();
  if (scenario_.year.on && !scenario_.month.on) outage();
  const auto goes_on = [&] { return scenario_.year.on ? simulated() < scenario_.year.span : steps_ < steps; };
  while (goes_on() && !enough_) {
    if (!advance()) continue;
    ++steps_;
    misfortune();
    if (random_.chance(scenario_.rests)) rest();
  }
  calm();
}

// What else may befall the world between two steps.
void World::misfortune() {
  double draw = random_.unit();
  const auto is = [&](double probability) { return (draw -= probability) < 0; };
  const auto end = [&](End how) {
    if (!gateway_ || fuse_) return;
    if (random_.chance(scenario_.crash_inside)) {
      fuse_ = {random_.below(12), how};
    } else {
      dying_ = how;
      end_life(how);
    }
  };
  if (is(scenario_.power_cuts)) return end(End::power_cut);
  if (is(scenario_.kills)) return end(End::killed);
  if (is(scenario_.stops)) {
    note([] { return std::string("the gateway is told to stop"); });
    return with_gateway([&](engine::Gateway& gateway) { gateway.stop(now_, [this] { stopped_ = true; }); });
  }
  if (is(scenario_.clock_jumps)) return jump();
  if (is(scenario_.operators)) return operate();
}

void World::outage() {
  const auto wait = random_.between(0ns, 2 * std::chrono::nanoseconds{scenario_.year.outages});
  agenda_.at(now_.steady + wait, [this] {
    if (calm_) return;
    const std::string& name = random_.one_of(settings_.smscs).name;
    const auto span = random_.magnitude(1min, scenario_.year.outage_max);
    note([&] { return name + " is away for " + std::to_string(span / 1s) + " s"; });
    network_.away(name, now_.steady + span);
    outage();
  });
}

// Other quiet hours, other words.
void World::reload_of_the_year() {
  static const std::vector<std::pair<std::string, std::optional<std::pair<int, int>>>> kQuiet{
      {"", {}}, {"17:00-10:00", {{17 * 60, 10 * 60}}}, {"19:30-07:30", {{19 * 60 + 30, 7 * 60 + 30}}}};
  const auto& [written, quiet] = random_.one_of(kQuiet);
  settings_.dunning.calendar = shipped_calendar(written);
  settings_.dunning.templates = random_.chance(0.5) ? shipped_templates() : reworded_templates();
  tell(Reloaded{quiet});
  with_gateway([&](engine::Gateway& gateway) { gateway.reload(settings_, now_); });
}

void World::jump() {
  const auto by = std::chrono::duration_cast<std::chrono::milliseconds>(random_.magnitude(1ms, scenario_.jump_max));
  jumped_ += random_.chance(0.5) ? by : -by;
  jumped_most_ = std::max(jumped_most_, jumped_);
  note([&] { return "the wall clock jumps: it is now " + std::to_string(jumped_.count()) + " ms off"; });
}

void World::operate() {
  if (!gateway_) return;
  const std::size_t index = random_.below(settings_.smscs.size());
  engine::SmscSettings& smsc = settings_.smscs[index];
  switch (random_.below(3)) {
    case 0:
      note([&] { return smsc.name + " is bound anew"; });
      with_gateway([&](engine::Gateway& gateway) { gateway.rebind(smsc.name, now_); });
      break;
    case 1: {
      static const std::vector<std::uint32_t> kRates{0, 5, 20, 50};
      smsc.throughput = random_.one_of(kRates);
      smsc.window = static_cast<std::uint32_t>(random_.between(1, 60));
      tell(LinkSet{smsc.name, smsc.window, smsc.throughput, network_.blocked(smsc.name)});
      with_gateway([&](engine::Gateway& gateway) { gateway.set_link(smsc.name, smsc.throughput, smsc.window, now_); });
      break;
    }
    default:
      if (scenario_.year.on) return reload_of_the_year();
      for (engine::RouteSettings& route : settings_.routes) {
        route.balance = random_.chance(0.5);
        if (random_.chance(0.3)) route.name = "route" + std::to_string(random_.below(4)) + route.prefix.front();
      }
      tell(Reloaded{});
      with_gateway([&](engine::Gateway& gateway) { gateway.reload(settings_, now_); });
  }
}

void World::calm() {
  if (enough_) return;
  note([] { return std::string("calm: from here on nothing goes wrong"); });
  calm_ = true;
  tell(Calm{});
  fuse_.reset();
  jumped_ = jumped_most_;  // what was appointed by a clock that was ahead is due, too
  store_.calm();
  network_.calm();
  for (const auto& [name, smsc] : smscs_) smsc->calm();
  clients_.calm();
  const bool year = scenario_.year.on;
  const Steady until = now_.steady + (year ? scenario_.year.calm_max : std::chrono::milliseconds{kCalmMax});
  const std::chrono::milliseconds every = year ? std::chrono::milliseconds{1h} : 5s;
  Steady look = now_.steady + 5s;
  while (!enough_ && now_.steady < until) {
    advance();
    if (now_.steady < look || !store_.idle()) continue;
    look = now_.steady + every;
    if (unrest().empty()) return finish();
    const auto campaigns = store::read_campaigns(store_.kv(), "", 1'000'000);
    clients_.tidy(gateway_ ? gateway_->links(now_) : std::vector<engine::LinkStatus>{},
                  campaigns ? *campaigns : std::vector<store::NamedCampaign>{});
    for (JobNumber job : std::set<JobNumber>(doubtful_)) clients_.resolve(job);
  }
  if (!enough_) finish();
}

// What is left to do: what clients asked for, what SMSCs have to deliver, what is parked, every open job. Empty:
// nothing.
std::string World::unrest() {
  if (!gateway_) return "no gateway";
  if (!store_.idle()) return "the store";
  if (!clients_.satisfied()) return "a client's request";
  for (const auto& [name, smsc] : smscs_) {
    if (!smsc->delivered_all()) return "a delivery of " + name;
  }
  if (store_.kv().rows(store::Family::parked) > 0) return "a parked receipt";
  auto parts = store_.kv().scan(store::Range{store::Family::parts, {}, {}, 1'000'000});
  for (const store::Row& row : *parts) {
    if (const auto held = store::decode<store::HeldMessage>(row.value); held && !held->told) return "a reply in parts";
  }
  const auto jobs = gateway_->status(now_).jobs;
  for (const store::State open : {store::State::importing, store::State::scheduled, store::State::held,
                                  store::State::ready, store::State::submitting, store::State::in_doubt}) {
    if (jobs[static_cast<std::size_t>(open)] > 0) return "a job that is " + std::string(store::name_of(open));
  }
  // What waits for receipts, where that wait is a short one.
  const bool waits_end =
      std::ranges::all_of(settings_.smscs, [](const auto& smsc) { return smsc.receipt_timeout <= 10min; });
  if (waits_end && jobs[static_cast<std::size_t>(store::State::submitted)] > 0) return "a job that is submitted";
  return gateway_->memory().inputs_waiting == 0 ? "" : "an input";
}

void World::finish() {
  rest();
  Finished finished;
  finished.unrest = unrest();
  finished.reported = reported();
  if (gateway_) finished.inputs_waiting = gateway_->memory().inputs_waiting;
  const auto rows = store_.kv().scan(keys::jobs(0, 10'000'000));
  for (const store::Row& row : *rows) {
    const auto key = keys::parse_job(row.key);
    if (!key || key->part != keys::JobPart::job) continue;
    if (auto job = store::read_job(store_.kv(), key->n); job && *job) finished.jobs.push_back(std::move(**job));
  }
  tell(std::move(finished));
}

}  // namespace dunlin::simulation

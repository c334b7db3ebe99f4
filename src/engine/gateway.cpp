#include "engine/gateway.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <map>

#include "engine/engine.hpp"

namespace dunlin::engine {

namespace {
constexpr std::chrono::seconds kCloseTimeout{5};  // an unbind that is not answered by then is not waited for
constexpr std::chrono::seconds kHeartbeat{1};     // a turn at least this often: the watchdog is fed by it
}  // namespace

struct Gateway::Impl {
  Impl(Settings settings, Network& network, StoreQueue& store, std::uint64_t seed, LogSink sink)
      : log(std::move(sink)), links(settings.smscs, network, seed, log), engine(std::move(settings), links), queue(store) {}

  enum class Phase : std::uint8_t { running, draining, unbinding, closed };

  LogSink log;
  Links links;
  Engine engine;
  StoreQueue& queue;
  store::Usage usage;
  bool committing = false;
  bool fetching = false;
  bool stepping = false;
  Effects effects;                     // of the commit under way
  Fetch fetch;                         // under way
  Fetch next_fetch;                    // gathered while one is under way
  std::deque<Effects::Promise> held;   // committed; some octets of what they cover are still to be taken by the kernel
  std::optional<StoreAnswer> committed, fetched;  // come back, not yet worked in
  std::uint64_t visible = 0;
  std::map<std::uint64_t, std::function<void()>> subscribers;
  std::uint64_t next_subscriber = 1;
  Phase phase = Phase::running;
  Steady deadline{};
  std::function<void()> finished;
  std::optional<std::string> broken;
  Steady last_turn{};
  Steady told_clock{};

  void fail(const Error& error) {
    if (broken) return;
    broken = to_string(error);
    if (log) log(Severity::error, "the store failed and everything is rebuilt from it: " + *broken);
  }

  void step(Now now) {
    if (stepping) return;
    stepping = true;
    while (!broken) {
      absorb(now);
      if (broken) break;  // nothing is decided, and so nothing promised, on what may not be on disk
      links.tick(now);
      for (LinkEvent& event : links.take_events()) engine.add(std::move(event));
      if (!committing) turn(now);
      start_fetch();
      if (!committed && !fetched && (committing || !engine.ready_inputs())) break;
    }
    if (!broken) {
      links.tick(now);
      keep_promises(now);
      advance_phase(now);
    }
    stepping = false;
  }

  // Answers of the store that came since.
  void absorb(Now now) {
    if (committed) {
      StoreAnswer answer = *std::exchange(committed, std::nullopt);
      committing = false;
      if (!answer.committed) return fail(answer.committed.error());
      engine.commit_took(answer.commit_took);
      note_usage(answer.usage);
      engine.committed(effects.turn);
      release(std::exchange(effects, {}), now);
    }
    if (fetched) {
      StoreAnswer answer = *std::exchange(fetched, std::nullopt);
      Fetch done = std::exchange(fetch, {});
      fetching = false;
      if (!answer.read) return fail(answer.read.error());
      note_usage(answer.usage);
      engine.learn(done.keys, answer.values);
      for (std::size_t i = 0; i < done.sinks.size() && i < answer.rows.size(); ++i) done.sinks[i](answer.rows[i]);
    }
  }

  void note_usage(const store::Usage& read) {
    if (read.free_bytes == 0 && read.store_bytes == 0) return;  // never read yet
    usage = read;
    engine.set_usage(read);
  }

  void turn(Now now) {
    Effects made = engine.turn(now);
    last_turn = now.steady;
    if (engine.corrupt()) return fail(*engine.corrupt());
    if (const std::optional<Error> warning = engine.take_clock_warning(); warning && log) log(Severity::error, to_string(*warning));
    for (Engine::Note& note : engine.take_notes()) {
      if (log) log(note.severity, std::move(note.sentence));
    }
    Fetch wanted = engine.take_fetch();
    std::move(wanted.keys.begin(), wanted.keys.end(), std::back_inserter(next_fetch.keys));
    std::move(wanted.ranges.begin(), wanted.ranges.end(), std::back_inserter(next_fetch.ranges));
    std::move(wanted.sinks.begin(), wanted.sinks.end(), std::back_inserter(next_fetch.sinks));
    if (made.batch.empty()) {
      release(std::move(made), now);
      return;
    }
    committing = true;
    StoreJob job;
    job.batch = std::move(made.batch);
    job.sync = engine.settings().sync;
    effects = std::move(made);
    queue.run(std::move(job), [this](StoreAnswer answer) { committed = std::move(answer); });
  }

  void start_fetch() {
    if (fetching || next_fetch.empty()) return;
    fetching = true;
    fetch = std::exchange(next_fetch, {});
    StoreJob job;
    job.keys = fetch.keys;
    job.ranges = fetch.ranges;
    queue.run(std::move(job), [this](StoreAnswer answer) { fetched = std::move(answer); });
  }

  void release(Effects made, Now now) {
    for (Effects::Claim& claim : made.claims) links.hand_over(claim.smsc, std::move(claim.outgoing), now);
    for (Effects::Asked& asked : made.queries) links.query(asked.smsc, std::move(asked.query));
    for (Effects::Promise& promise : made.promises) {
      if (kernel_has(promise)) {
        promise.keep(now);
      } else {
        held.push_back(std::move(promise));
      }
    }
    if (made.last_event > visible) {
      visible = made.last_event;
      std::vector<std::uint64_t> ids;
      for (const auto& [id, changed] : subscribers) ids.push_back(id);
      for (std::uint64_t id : ids) {
        auto found = subscribers.find(id);
        if (found != subscribers.end()) std::function<void()>(found->second)();
      }
    }
  }

  bool kernel_has(const Effects::Promise& promise) const {
    return std::all_of(promise.wait.begin(), promise.wait.end(), [this](const HandedUpTo& point) { return links.kernel_has(point); });
  }

  void keep_promises(Now now) {
    for (std::size_t i = held.size(); i > 0; --i) {
      Effects::Promise promise = std::move(held.front());
      held.pop_front();
      if (kernel_has(promise)) {
        promise.keep(now);
      } else {
        held.push_back(std::move(promise));
      }
    }
  }

  bool at_rest() const { return !committing && !fetching && !committed && !fetched && engine.inputs_waiting() == 0 && !engine.sweeping(); }

  void advance_phase(Now now) {
    if (phase == Phase::draining && ((links.drained() && at_rest()) || now.steady >= deadline)) {
      links.unbind_all(now.steady);
      links.tick(now);
      phase = Phase::unbinding;
      deadline = now.steady + kCloseTimeout;
    }
    if (phase == Phase::unbinding && (links.all_closed() || now.steady >= deadline)) deadline = kNever;  // only the store is waited for
    if (phase == Phase::unbinding && deadline == kNever && at_rest()) {
      phase = Phase::closed;
      if (finished) std::exchange(finished, nullptr)();
    }
  }
};

Gateway::Gateway(Settings settings, Network& network, StoreQueue& queue, std::uint64_t seed, LogSink log)
    : impl_(std::make_unique<Impl>(std::move(settings), network, queue, seed, std::move(log))) {}
Gateway::~Gateway() = default;

Result<void> Gateway::start(store::Kv& kv, Now now) {
  Result<store::Usage> usage = kv.usage();
  if (!usage) return tl::unexpected(usage.error());
  impl_->note_usage(*usage);
  if (Result<void> restored = impl_->engine.restore(kv, now); !restored) return restored;
  impl_->visible = impl_->engine.last_event();
  impl_->links.start(now.steady);
  impl_->step(now);
  return {};
}

void Gateway::request(Request request, Now now) {
  impl_->engine.add(std::make_unique<Request>(std::move(request)));
  impl_->step(now);
}

SessionId Gateway::accepted(const Call& call, Now now) { return impl_->links.accepted(call, now); }
void Gateway::connected(SessionId session, Now now) {
  impl_->links.connected(session, now);
  impl_->step(now);
}
void Gateway::received(SessionId session, OctetView octets, Now now) {
  impl_->links.received(session, octets, now);
  impl_->step(now);
}
void Gateway::writable(SessionId session, Now now) {
  impl_->links.writable(session, now);
  impl_->step(now);
}
void Gateway::closed(SessionId session, std::string_view why, Now now, Lost lost) {
  impl_->links.closed(session, why, now, lost);
  impl_->step(now);
}

Steady Gateway::next_tick() const {
  if (impl_->broken) return kNever;
  if (impl_->committed || impl_->fetched) return Steady::min();
  Steady next = impl_->links.next_tick();
  if (!impl_->committing) next = std::min(next, impl_->last_turn + kHeartbeat);  // else the answer of the store comes first
  const bool ending = impl_->phase == Impl::Phase::draining || impl_->phase == Impl::Phase::unbinding;
  if (ending) next = std::min(next, impl_->deadline);
  return next;
}

void Gateway::tick(Now now) { impl_->step(now); }

bool Gateway::rebind(std::string_view smsc, Now now) {
  if (!impl_->links.known(smsc)) return false;
  impl_->engine.take_back(std::string(smsc));
  const bool known = impl_->links.rebind(smsc, now);
  impl_->step(now);
  return known;
}

bool Gateway::set_link(std::string_view smsc, std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window, Now now) {
  const bool known = impl_->links.set(smsc, throughput, window);
  impl_->step(now);
  return known;
}

std::vector<LinkStatus> Gateway::links(Now now) const {
  std::vector<LinkStatus> all = impl_->links.status(now.steady);
  for (LinkStatus& link : all) {
    const Dialect& dialect = impl_->engine.dialect(link.name);
    link.message_id = dialect.form();
    link.message_id_learned = dialect.learned();
    link.parts_held = impl_->engine.parts_held(link.name);
  }
  return all;
}

GatewayStatus Gateway::status(Now now) const {
  GatewayStatus status;
  status.jobs = impl_->engine.jobs_by_state();
  status.events_last = impl_->visible;
  status.events_first = impl_->visible == 0 ? 0 : impl_->engine.first_event();
  status.usage = impl_->usage;
  status.dispatching = impl_->engine.dispatching(now);
  status.intake = impl_->engine.room();
  status.oldest_ready_seconds = impl_->engine.oldest_ready_seconds(now);
  status.inbox_waiting = impl_->engine.inbox_size()[0];
  status.inbox_term = impl_->engine.inbox_size()[1];
  status.inbox_oldest_seconds = impl_->engine.inbox_oldest_seconds(now);
  return status;
}

GatewayMemory Gateway::memory() const {
  GatewayMemory memory = impl_->engine.memory();
  memory.promises_held = impl_->held.size();
  return memory;
}

Recorder* Gateway::recorder(std::string_view smsc) const { return impl_->links.recorder(smsc); }

const Counters& Gateway::counters() const { return impl_->engine.counters(); }
const Settings& Gateway::settings() const { return impl_->engine.settings(); }

void Gateway::reload(Settings settings, Now now) {
  for (const SmscSettings& smsc : settings.smscs) impl_->links.reload(smsc);
  impl_->engine.reload(std::move(settings));
  impl_->step(now);
}

std::uint64_t Gateway::last_event() const { return impl_->visible; }

std::uint64_t Gateway::subscribe(std::function<void()> changed) {
  impl_->subscribers.emplace(impl_->next_subscriber, std::move(changed));
  return impl_->next_subscriber++;
}
void Gateway::unsubscribe(std::uint64_t subscription) { impl_->subscribers.erase(subscription); }

void Gateway::stop(Now now, std::function<void()> finished) {
  impl_->finished = std::move(finished);
  impl_->engine.stop_dispatch();
  for (const SmscSettings& smsc : impl_->engine.settings().smscs) impl_->engine.take_back(smsc.name);
  impl_->phase = Impl::Phase::draining;
  impl_->deadline = now.steady + impl_->engine.settings().drain_timeout;
  impl_->step(now);
}

bool Gateway::broken() const { return impl_->broken.has_value(); }
std::string_view Gateway::broken_because() const { return impl_->broken ? std::string_view(*impl_->broken) : std::string_view(); }

}  // namespace dunlin::engine

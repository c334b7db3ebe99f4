// The gateway: engine, links and store joined by the turn. Inputs gather while a commit is under way, then become one turn; its batch is
// committed (one fsync), only then are its effects released. One thread, no sockets, no clock: net/ and tests drive it.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/counters.hpp"
#include "engine/links.hpp"
#include "engine/log.hpp"
#include "engine/requests.hpp"
#include "engine/settings.hpp"
#include "store/kv.hpp"

namespace dunlin::engine {

// The store thread, as the gateway sees it: jobs are run one after the other, each `done` is called back on the gateway's thread.
struct StoreJob {
  store::Batch batch;               // committed first, when not empty
  std::vector<store::Key> keys;     // then read
  std::vector<store::Range> ranges;  // then scanned
  bool sync = true;
};
struct StoreAnswer {
  Result<void> committed;
  std::chrono::nanoseconds commit_took{};
  Result<void> read;
  std::vector<std::optional<std::string>> values;  // one a key
  std::vector<std::vector<store::Row>> rows;       // one a range
  store::Usage usage;                              // of when it was last read, at most a second ago
};
class StoreQueue {
 public:
  virtual ~StoreQueue() = default;
  // `done` only hands the answer over; Gateway::tick() right after it works it in.
  virtual void run(StoreJob job, std::function<void(StoreAnswer)> done) = 0;
};

struct GatewayStatus {
  std::array<std::uint64_t, store::kStates> jobs{};  // by state
  std::uint64_t events_first = 0, events_last = 0;   // what can be read; 0, 0: none
  store::Usage usage;
  bool dispatching = true;          // false: draining, or the wall clock stepped
  bool intake = true;               // false: no room on the disk
  double oldest_ready_seconds = 0;
  std::uint64_t inbox_waiting = 0, inbox_term = 0;   // holds of replies: for a person, and that end by themselves
  double inbox_oldest_seconds = 0;                   // of those for a person
};

// What grows with load, each against its bound: for operators who look closer, and for tests.
struct GatewayMemory {
  std::size_t cached_octets = 0;    // rows kept; at most Engine::kCacheOctetsMax beside those of the turn under way
  std::size_t candidates = 0;       // of the longest lane; at most Lane::kCandidatesMax
  std::size_t inputs_waiting = 0;   // not handled yet, or waiting for rows
  std::size_t promises_held = 0;    // committed, waiting for the kernel
  std::size_t parked = 0;           // receipts' keys; at most Engine::kParkedMax
};

class Gateway {
 public:
  // `kv` is read synchronously once, in start(); afterwards everything goes through `queue`.
  Gateway(Settings settings, Network& network, StoreQueue& queue, std::uint64_t seed, LogSink log = {});
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Reads what is in flight and the low marks, opens the links. Errors: "store_newer", "store_corrupt", "store_io".
  [[nodiscard]] Result<void> start(store::Kv& kv, Now now);

  void request(Request request, Now now);

  // From the network, and time: call tick() at or after next_tick(). Each may run a turn.
  SessionId accepted(const Call& call, Now now);  // 0: hang up
  void connected(SessionId session, Now now);
  void received(SessionId session, OctetView octets, Now now);
  void writable(SessionId session, Now now);
  void closed(SessionId session, std::string_view why, Now now, Lost lost = Lost::connection);
  Steady next_tick() const;
  void tick(Now now);

  // Operations that promise nothing durable.
  bool rebind(std::string_view smsc, Now now);
  bool set_link(std::string_view smsc, std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window, Now now);
  std::vector<LinkStatus> links(Now now) const;
  GatewayStatus status(Now now) const;
  GatewayMemory memory() const;
  Recorder* recorder(std::string_view smsc) const;  // its flight recorder, as long as this object; null: no such SMSC
  const Counters& counters() const;
  const Settings& settings() const;
  // Takes over what can change live. The caller has refused what cannot.
  void reload(Settings settings, Now now);

  // Last event on disk; `changed` is called after it rose. A subscription ends when its id is given back.
  std::uint64_t last_event() const;
  std::uint64_t subscribe(std::function<void()> changed);
  void unsubscribe(std::uint64_t subscription);

  // Orderly end: no new claims, what was not handed over goes back to the queue, outstanding answers are awaited up to drain_timeout,
  // then unbind. `finished` is called once everything is committed and closed.
  void stop(Now now, std::function<void()> finished);

  // A commit failed: nothing of it was released, its outcome is unknown. Drop this object, reopen the store, build a new one.
  bool broken() const;
  std::string_view broken_because() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::engine

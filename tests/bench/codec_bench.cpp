// What a record costs to write and to read, and what a turn's view costs a call.
#include <benchmark/benchmark.h>

#include "store/codec.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

namespace dunlin::store {
namespace {

Job a_job() {
  Job job;
  job.id = "2026-11/A-1002003/INV-77/overdue1";
  job.to = "+48600700800";
  job.text = std::string(140, 't');
  job.kind = Kind::overdue;
  job.account = "A-1002003";
  job.invoice = "INV-77";
  job.stage = "overdue1";
  job.campaign = "2026-11";
  job.amount = "120.50";
  job.currency = "PLN";
  job.due_date = "2026-11-01";
  job.expires = Wall{1'790'000'000'000ms};
  return job;
}

JobState a_state() {
  JobState state;
  state.state = State::delivered;
  state.route = "central-europe";
  state.smsc = "alpha";
  state.accepted_at = Wall{1'790'000'000'000ms};
  state.expires_at = Wall{1'790'000'900'000ms};
  state.segments = {{SegmentState::delivered, "0123456789", "", {}}};
  state.history = {{state.accepted_at, State::ready, ""},
                   {state.accepted_at, State::submitted, ""},
                   {state.expires_at, State::delivered, ""}};
  return state;
}

Event an_event() {
  Event event;
  event.time = Wall{1'790'000'000'000ms};
  event.type = EventType::delivered;
  event.job = a_job().id;
  event.account = "A-1002003";
  event.campaign = "2026-11";
  event.state = State::delivered;
  event.smsc = "alpha";
  event.message_id = "0123456789";
  return event;
}

template <class R, R make()>
void encoding(benchmark::State& state) {
  const R record = make();
  std::size_t octets = 0;
  for (auto _ : state) {
    const std::string row = encode(record);
    octets = row.size();
    benchmark::DoNotOptimize(row.data());
  }
  state.counters["octets"] = static_cast<double>(octets);
}

template <class R, R make()>
void decoding(benchmark::State& state) {
  const std::string row = encode(make());
  for (auto _ : state) benchmark::DoNotOptimize(decode<R>(row));
}

BENCHMARK(encoding<Job, a_job>);
BENCHMARK(decoding<Job, a_job>);
BENCHMARK(encoding<JobState, a_state>);
BENCHMARK(decoding<JobState, a_state>);
BENCHMARK(encoding<Event, an_event>);
BENCHMARK(decoding<Event, an_event>);

void rows_get(benchmark::State& state) {
  Rows rows(64 << 20);
  std::vector<Key> keys;
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    keys.push_back(keys::job_state(n));
    rows.learn(keys.back(), std::string(100, 'v'));
  }
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(rows.get(keys[i]));
    i = (i + 7919) % keys.size();
  }
}
BENCHMARK(rows_get);

// A turn's worth of kept and of blind writes, taken as a batch; per write.
void rows_write(benchmark::State& state) {
  constexpr std::uint64_t kMessages = 512;
  Rows rows(8 << 20);
  std::uint64_t n = 0;
  for (auto _ : state) {
    const std::uint64_t turn = rows.turn();
    for (std::uint64_t i = 0; i < kMessages; ++i, ++n) {
      if (state.range(0) == 0) {
        rows.put(keys::job_state(n), std::string(100, 'v'));
      } else {
        rows.blind_put(keys::event(n), std::string(100, 'v'));
      }
    }
    benchmark::DoNotOptimize(rows.take_batch());
    rows.committed(turn);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(n));
}
BENCHMARK(rows_write)->Arg(0)->Arg(1);

}  // namespace
}  // namespace dunlin::store

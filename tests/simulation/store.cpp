#include "store.hpp"

#include "world.hpp"

namespace dunlin::simulation {

void VirtualStore::run(engine::StoreJob job, std::function<void(engine::StoreAnswer)> done) {
  if (!world_.effect()) return;
  waiting_.push_back({std::move(job), std::move(done)});
  begin_next();
}

void VirtualStore::begin_next() {
  if (busy_ || waiting_.empty()) return;
  busy_ = true;
  const Scenario& scenario = world_.scenario();
  std::chrono::nanoseconds takes =
      calm_ ? scenario.commit_min : random_.between(scenario.commit_min, scenario.commit_max);
  if (waiting_.front().job.batch.empty()) takes /= 4;
  if (!calm_ && random_.chance(scenario.store_stalls)) takes += random_.magnitude(10ms, scenario.stall_max);
  world_.agenda().at(world_.now().steady + takes, [this, life = life_] {
    if (life == life_) perform();
  });
}

void VirtualStore::inject_faults() {
  const Scenario& scenario = world_.scenario();
  if (random_.chance(scenario.commit_fails)) kv_.fail_commit(kv_.commits() + 1, random_.chance(0.5));
  kv_.fail_reads(random_.chance(scenario.reads_fail));
  if (random_.chance(scenario.disk_full)) {
    kv_.set_full(true);
    world_.agenda().at(world_.now().steady + random_.magnitude(100ms, 20s), [this] { kv_.set_full(false); });
  }
  if (random_.chance(scenario.little_room)) {
    kv_.set_usage({1, 1000});
    world_.agenda().at(world_.now().steady + random_.magnitude(100ms, 20s), [this] {
      kv_.set_usage({1, std::uint64_t{1} << 40});
    });
  }
}

void VirtualStore::perform() {
  Waiting now = std::move(waiting_.front());
  waiting_.pop_front();
  if (!calm_) inject_faults();
  auto told = std::make_shared<engine::StoreAnswer>(answer(now.job));
  kv_.fail_reads(false);
  busy_ = false;
  ++untold_;
  const bool at_once = calm_ || random_.chance(0.8);
  const Steady when = world_.now().steady + (at_once ? 0ns : random_.between(1us, 2ms));
  world_.agenda().at(when, [this, life = life_, told, done = std::move(now.done)] {
    if (life != life_) return;
    --untold_;
    world_.with_gateway([&](engine::Gateway& gateway) {
      done(std::move(*told));
      gateway.tick(world_.now());
    });
  });
  begin_next();
}

engine::StoreAnswer VirtualStore::answer(const engine::StoreJob& job) {
  engine::StoreAnswer answer;
  if (!job.batch.empty()) answer.committed = kv_.commit(job.batch, job.sync);
  answer.commit_took = 1ms;
  if (!answer.committed) {
    answer.read = tl::unexpected(answer.committed.error());
    return answer;
  }
  if (!job.keys.empty()) {
    auto values = kv_.get(job.keys);
    if (!values) {
      answer.read = tl::unexpected(values.error());
      return answer;
    }
    answer.values = std::move(*values);
  }
  for (const store::Range& range : job.ranges) {
    auto rows = kv_.scan(range);
    if (!rows) {
      answer.read = tl::unexpected(rows.error());
      return answer;
    }
    answer.rows.push_back(std::move(*rows));
  }
  if (auto usage = kv_.usage()) answer.usage = *usage;
  return answer;
}

void VirtualStore::end(bool power_cut) {
  ++life_;
  waiting_.clear();
  busy_ = false;
  untold_ = 0;
  if (power_cut) {
    kv_.crash();
  } else {
    kv_.reopen();
  }
}

void VirtualStore::calm() {
  calm_ = true;
  kv_.set_full(false);
  kv_.fail_reads(false);
  kv_.set_usage({1, std::uint64_t{1} << 40});
}

}  // namespace dunlin::simulation

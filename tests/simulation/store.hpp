// The store's thread on virtual time: jobs run one after the other, slowly or not at all for a while, and what they did
// is told later than it was done. In between the process may end.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "engine/gateway.hpp"
#include "random.hpp"
#include "store/memory.hpp"

namespace dunlin::simulation {

class World;

class VirtualStore final : public engine::StoreQueue {
 public:
  VirtualStore(World& world, std::uint64_t seed) : world_(world), random_(seed, 3) {}

  void run(engine::StoreJob job, std::function<void(engine::StoreAnswer)> done) override;

  // The process is gone: what was not begun never is, what was not told is told to nobody. `power_cut`: what was not
  // synced is gone, too.
  void end(bool power_cut);
  bool idle() const { return waiting_.empty() && !busy_ && untold_ == 0; }
  void calm();
  store::kv::Memory& kv() { return kv_; }

 private:
  struct Waiting {
    engine::StoreJob job;
    std::function<void(engine::StoreAnswer)> done;
  };
  void begin_next();
  void perform();
  engine::StoreAnswer answer(const engine::StoreJob& job);
  void inject_faults();

  World& world_;
  Random random_;
  store::kv::Memory kv_;
  std::deque<Waiting> waiting_;
  bool busy_ = false;
  bool calm_ = false;
  std::size_t untold_ = 0;
  std::uint64_t life_ = 0;
};

}  // namespace dunlin::simulation

// Promise: memory is bounded by windows, batches and caches, never by the queue or by what a peer does.
#pragma once

#include <map>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

class Memory final : public Checker {
 public:
  explicit Memory(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  static constexpr std::size_t kSegmentsMax =
      16;  // of one job here: a claim may exceed the room by all but one of them
  void check(const engine::GatewayMemory& memory);
  void check(const engine::LinkStatus& link);
  std::size_t inputs_max() const;

  std::map<std::string, Terms::Smsc> smscs_;  // the widest windows they had
  std::uint64_t requests_ = 0;                // asked since the gateway began and not answered
};

}  // namespace dunlin::simulation

// Promise: metrics agree with the store. Whenever nothing is under way, the jobs by state are those of the store's
// rows, parked receipts too, and every counter has counted since the start what was seen outside.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "../checker.hpp"

namespace dunlin::simulation {

class Metrics final : public Checker {
 public:
  Metrics() : Checker("metrics") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  void compare(const Rest& rest);

  // Since the gateway began.
  std::uint64_t events_before_ = 0;
  std::map<store::EventType, std::uint64_t> events_;
  std::map<std::string, std::uint64_t> unmatched_, answers_;  // by SMSC
  std::set<std::pair<ConnectionNumber, std::uint32_t>> open_;
  std::map<ConnectionNumber, std::string> connections_;
};

}  // namespace dunlin::simulation

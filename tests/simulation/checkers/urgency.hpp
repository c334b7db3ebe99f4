// Promise: priority high is not starved. When an urgent job leaves for an SMSC, only what was claimed already and what
// a few turns claim until its rows are there has passed it on its way to that SMSC: a few windows, never the queue.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

class Urgency final : public Checker {
 public:
  explicit Urgency(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  static constexpr std::uint32_t kTurns = 8;
  static constexpr std::uint32_t kSlack = 20;
  struct Waiting {
    std::size_t route;
    std::map<std::string, std::uint32_t>
        passed{};  // by SMSC: jobs of its route that are not urgent and were begun since
  };
  void hand_over(const HandedOver& fact);
  std::size_t route_of(const std::string& number) const;

  std::vector<engine::RouteSettings> routes_;
  std::map<std::string, std::uint32_t> windows_;  // the widest an SMSC had
  std::map<std::string, std::uint32_t> sessions_;
  std::map<JobNumber, const store::Job*> jobs_;
  std::set<JobNumber> begun_;
  std::map<JobNumber, Waiting> waiting_;
};

}  // namespace dunlin::simulation

// Promise: what waits for the same window leaves in the order in which it came: of one route, priority and campaign,
// and where one connection takes it all.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "../checker.hpp"

namespace dunlin::simulation {

class Deferral final : public Checker {
 public:
  explicit Deferral(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  using Group = std::tuple<std::size_t, store::Priority, std::string, Wall>;  // route, priority, campaign, window
  struct Job {
    const store::Job* content = nullptr;
    std::uint64_t came = 0;  // the number of its event `accepted`
    std::optional<Group> group;
  };
  void follow(const EventRead& read);
  void leave(JobNumber number, Job& job);

  std::vector<engine::RouteSettings> routes_;
  std::vector<bool> single_;  // by route: one connection of one SMSC
  std::map<JobNumber, Job> jobs_;
  std::map<Group, std::set<std::pair<std::uint64_t, JobNumber>>> waiting_;  // in the order they came
};

}  // namespace dunlin::simulation

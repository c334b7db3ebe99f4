// Promise: of one account, stage and due date one job is sent, never two.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "../checker.hpp"
#include "accounts.hpp"

namespace dunlin::simulation {

class Stages final : public Checker {
 public:
  Stages() : Checker("stages") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  using Stage = std::tuple<std::string, std::string, std::string>;  // account, stage, due date
  Accounts accounts_;
  std::map<JobNumber, Stage> begun_;  // as what it was handed over
  std::set<JobNumber> keeps_;        // what it began with, or may: more than its first segment left, or it was in doubt
  std::map<Stage, JobNumber> sent_;  // kept by an SMSC
};

}  // namespace dunlin::simulation

// Promise: no acknowledged job is lost, and an id is accepted once. Whatever was answered with "accepted" is in the
// store for good, as it was given; every later submission of its id is a duplicate.
#pragma once

#include <map>
#include <set>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

class Acknowledged final : public Checker {
 public:
  Acknowledged() : Checker("acknowledged") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  std::map<JobNumber, const Operation*> accepted_;
  std::set<std::string> forgotten_;  // numbers: what was sent to them may be empty
};

}  // namespace dunlin::simulation

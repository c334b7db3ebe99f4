// Promise: once a hold of a number or an account is acknowledged, nothing is handed over to whom it holds until it is
// released or over.
#pragma once

#include <map>
#include <set>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

class Holds final : public Checker {
 public:
  Holds() : Checker("holds") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  using Laid = std::map<std::string, const Operation*>;  // by the hold's id
  void check(const HandedOver& fact, const std::string& owner);

  Wall latest_{};                     // of the wall clock: it may be set back, and what was over then is over
  std::set<std::string> released_;    // or asked to be
  std::map<std::string, Laid> laid_;  // by number or account
  std::map<JobNumber, const store::Job*> jobs_;
};

}  // namespace dunlin::simulation

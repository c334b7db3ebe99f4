// Promise: each job ends in exactly one final state. In the calm all work ends; a job that its SMSC accepted and never
// told more about is `submitted` until the receipt_timeout after its validity has passed, then `unknown`, and never
// before; nothing else is left open.
#pragma once

#include <map>
#include <set>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

class OneEnd final : public Checker {
 public:
  explicit OneEnd(Terms terms = {}) : Checker("one end"), terms_(std::move(terms)) {}
  void see(const Fact& fact, const Now& now) override;

 private:
  // What is appointed is looked at in slices and after a stall; query_sm is waited for.
  static constexpr std::chrono::minutes kSlack{10};
  Terms terms_;
  std::map<JobNumber, store::State> ended_;  // by an event
  std::set<std::pair<std::string, std::string>>
      told_;  // (SMSC, id as the response named it): its final receipt was answered
  std::set<std::pair<std::string, std::string>> unmatched_;  // (SMSC, id as the receipt names it): told as an event
};

}  // namespace dunlin::simulation

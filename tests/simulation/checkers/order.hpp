// Promise: a job's segments leave in order, and over one session as long as any of them is unanswered there.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "../checker.hpp"

namespace dunlin::simulation {

class Order final : public Checker {
 public:
  Order() : Checker("order") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  std::map<JobNumber, std::set<std::uint32_t>> handed_;
  std::set<JobNumber> doubted_;
  std::map<JobNumber, std::map<ConnectionNumber, std::uint32_t>> unanswered_;
  std::map<std::pair<ConnectionNumber, std::uint32_t>, JobNumber> sequences_;
};

}  // namespace dunlin::simulation

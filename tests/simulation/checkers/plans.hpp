// Promise: of a plan a step goes out after the one before it was submitted, never two on one day of its reader, none
// once the invoice is paid. What a plan makes is of the person and the debt it began with. And who wrote something that
// waits for a person is sent nothing by itself until somebody has cleared or released it; who promised or said that it
// is paid, not before the term of that is over.
#pragma once

#include <map>
#include <set>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

class Plans final : public Checker {
 public:
  explicit Plans(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  struct Chain {
    const store::Job* content = nullptr;  // what it began with
    std::map<JobNumber, const store::Job*> steps;
    std::set<JobNumber> submitted;
    std::map<std::int64_t, JobNumber> days;  // of the reader, since 1970
    std::optional<Wall> paid;
  };
  void made(const Operation& op);
  void check(const HandedOver& fact, const Now& now);
  // Whoever writes that at this moment is sent nothing before then; none: before somebody has looked at it.
  std::optional<Wall> held_until(const Delivery& wrote, Wall at) const;

  std::chrono::milliseconds paid_hold_, promise_hold_;
  std::map<std::string, std::string> zones_;          // by number
  std::map<JobNumber, Chain> chains_;                 // by their first job
  std::map<std::string, JobNumber> debts_;            // by account and invoice
  std::map<std::string, std::optional<Wall>> wrote_;  // by number: what holds it, and until when
  std::map<std::string, std::string> holds_;          // their numbers, by id
};

}  // namespace dunlin::simulation

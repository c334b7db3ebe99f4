// Promise: events have no gap, each is told once and stays as it was told, also over a crash; and the states they tell
// of a job follow the table of docs/states.md.
#pragma once

#include <map>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

class Events final : public Checker {
 public:
  Events() : Checker("events") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  void follow(const EventRead& read);
  bool same(const store::Event& before, const store::Event& now) const;
  bool forgotten_ = false;          // somebody is to be: texts and numbers may be gone
  std::vector<store::Event> read_;  // read_[seq - 1]
  std::map<JobNumber, store::State> states_;
};

}  // namespace dunlin::simulation

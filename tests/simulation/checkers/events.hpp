// Promise: events have no gap, each is told once and stays as it was told, also over a crash; and the states they tell
// of a job follow the table of docs/states.md.
#pragma once

#include <deque>
#include <map>

#include "../checker.hpp"

namespace dunlin::simulation {

class Events final : public Checker {
 public:
  Events() : Checker("events") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  void follow(const EventRead& read);
  bool same(const store::Event& before, const store::Event& now) const;
  bool forgotten_ = false;                   // somebody is to be: texts and numbers may be gone
  static constexpr std::size_t kKept = 100;  // more than are read again after a start
  std::uint64_t count_ = 0;
  std::deque<store::Event> read_;  // the newest
  std::map<JobNumber, store::State> states_;
};

}  // namespace dunlin::simulation

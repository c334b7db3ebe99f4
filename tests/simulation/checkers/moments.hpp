// Promise: no job leaves before its time: its not_before, as it was given or changed since, or the hour that send_at_local
// names where its reader is.
#pragma once

#include <map>
#include <set>

#include "../checker.hpp"

namespace dunlin::simulation {

class Moments final : public Checker {
 public:
  Moments() : Checker("moments") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  std::chrono::milliseconds ahead_{0};
  std::uint64_t facts_ = 0;
  Wall latest_{};  // of the wall clock: it may be set back
  std::map<JobNumber, Wall> earliest_;
  std::set<JobNumber> moved_;  // a change has said when: what they were submitted with counts no more
  // Asked for while the clock was another: the hour it was given may be that of the first asking, which nobody has seen
  // answered.
  std::set<JobNumber> before_jump_;
};

}  // namespace dunlin::simulation

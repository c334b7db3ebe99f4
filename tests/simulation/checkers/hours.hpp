// Promise: every submit leaves at an hour that is lawful where its reader is, for its purpose; and the SMSC is told not
// to deliver it after that hour's window has closed.
#pragma once

#include <map>
#include <string>

#include "../checker.hpp"
#include "../lawbook.hpp"

namespace dunlin::simulation {

class Hours final : public Checker {
 public:
  explicit Hours(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  // From the decision to the kernel; after a reload what was decided before may still leave.
  static constexpr std::chrono::minutes kUnderWay{15};
  void check(const HandedOver& fact, const store::Job& job, const Now& now);
  bool open(const store::Job& job, const Person& person, Wall at, bool before) const;

  bool on_;
  QuietHours quiet_, quiet_before_;
  Steady reloaded_{};
  std::map<std::string, const Person*> people_;  // by number
  std::map<JobNumber, const store::Job*> jobs_;
};

}  // namespace dunlin::simulation

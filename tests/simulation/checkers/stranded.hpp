// Promise: in the calm no job expires that could have been sent. Where nothing speaks against it, and its SMSCs are
// idle, it leaves.
#pragma once

#include <map>
#include <optional>

#include "../checker.hpp"

namespace dunlin::simulation {

class Stranded final : public Checker {
 public:
  Stranded() : Checker("stranded") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  static constexpr std::chrono::minutes kLong{3};
  static constexpr std::chrono::minutes kSuspended{10};  // after a jump of the wall clock
  struct Waiting {
    Steady since;  // it may leave
  };
  void follow(const store::Event& event, const Now& now);

  std::optional<Steady> calm_;
  std::chrono::milliseconds ahead_{0};  // the wall clock, of the steady one
  Steady held_up_{};                    // nothing is sent until then
  Steady busy_{};                       // when anything was last handed over
  std::map<JobNumber, Waiting> ready_;
};

}  // namespace dunlin::simulation

// Promise: no number and no account gets more automated texts within a while than its cap says. Receipts do not count;
// neither does what no SMSC kept.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

class Limits final : public Checker {
 public:
  explicit Limits(const Terms& terms) : Checker("limits"), number_(terms.cap_number), account_(terms.cap_account) {}
  void see(const Fact& fact, const Now& now) override;

 private:
  // From the decision to the kernel.
  static constexpr std::chrono::minutes kSlack{5};
  struct Text {
    JobNumber job;
    Wall at;
    bool operator==(const Text&) const = default;
  };
  struct Begun {
    const store::Job* content = nullptr;
    Wall at{};
    bool kept = false;
    bool by_another_clock = false;  // it was counted before the wall clock jumped, also where it is sent on after that
  };
  void hand_over(const HandedOver& fact, const Now& now);
  void check(const HandedOver& fact, const std::string& owner, const std::vector<dunning::Cap>& caps, Wall now);
  void kept(JobNumber job);

  std::vector<dunning::Cap> number_, account_;
  std::chrono::milliseconds ahead_{0};
  std::optional<Steady> jumped_;  // the wall clock, last
  std::uint64_t facts_ = 0;
  std::map<JobNumber, Begun> jobs_;
  std::map<std::string, std::vector<Text>> texts_;  // by number or account: those that were kept
  std::set<std::string> forgetting_;                // numbers: asked for, and done at some moment before the answer
};

}  // namespace dunlin::simulation

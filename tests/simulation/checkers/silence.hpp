// Promise: once a payment, a STOP, a block, a cancel, a person's word on a doubt or a pause is acknowledged, the kernel
// is handed nothing more of what it covers. Not "soon": from that answer on.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

class Silence final : public Checker {
 public:
  Silence() : Checker("silence") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  struct Job {
    const store::Job* content = nullptr;
    std::uint64_t accepted = 0;  // the fact's number; 0: not yet
    std::string stopped;         // by what
  };
  struct Payment {
    std::uint64_t asked;  // the first time; jobs accepted before it are covered
    std::optional<Wall> paid_at;
  };
  struct Number {
    std::set<const Operation*> allows;  // asked for and not answered
    std::set<const Delivery*> starts;   // under way
    std::uint64_t lifted = 0;           // the fact that last might have
    std::string silent;                 // by what; empty: not
  };
  using Account = std::pair<std::string, std::string>;  // account, invoice

  void answered(const Answered& fact, const Now& now);
  void check(const HandedOver& fact);
  void silence(const std::string& number, std::string by, std::uint64_t begun);
  bool covers(const Payment& payment, const Job& job, bool invoice) const;

  std::uint64_t facts_ = 0;
  std::map<JobNumber, Job> jobs_;
  std::map<const Operation*, std::uint64_t> asked_;      // the first time
  std::map<const Delivery*, std::uint64_t> delivering_;  // the last time
  std::map<Account, std::vector<Payment>> paid_;
  std::map<std::string, Number> numbers_;
  std::map<std::string, Steady> paused_;
  std::map<std::string, std::uint64_t> resumed_;  // by SMSC: when that was last asked for
  std::map<std::string, Steady> paused_campaigns_, cancelled_campaigns_;
  std::map<std::string, std::uint64_t> resumed_campaigns_;
};

}  // namespace dunlin::simulation

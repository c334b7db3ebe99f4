// Promise: what is told of money is the newest that is known. The amount on the wire is what was submitted, as it was
// changed since, less what was paid in parts; nothing left to pay is not asked for, what is known from too old a ledger
// is not told, and no text bears the mark of a value that is missing.
#pragma once

#include <map>
#include <set>
#include <string>

#include "../checker.hpp"
#include "accounts.hpp"

namespace dunlin::simulation {

class Money final : public Checker {
 public:
  explicit Money(const Terms& terms) : Checker("money"), ledger_max_age_(terms.ledger_max_age) {}
  void see(const Fact& fact, const Now& now) override;

 private:
  // From the decision to the kernel: a disk that stalls, a kernel that takes nothing.
  static constexpr std::chrono::minutes kSlack{10};
  struct Told {
    std::map<std::uint32_t, std::string> parts;
    std::set<std::int64_t> amounts;  // that were right when something of it was handed over
    bool unclear = false;
  };
  void hand_over(const HandedOver& fact, const Now& now);
  void read(const HandedOver& fact, const store::Job& job, const Told& told);

  std::chrono::milliseconds ledger_max_age_;
  Accounts accounts_;
  std::map<JobNumber, Told> told_;
};

}  // namespace dunlin::simulation

// Promise: no marketing without a consent for it that somebody gave and nobody took back; nothing for a purpose that
// was blocked.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "../checker.hpp"

namespace dunlin::simulation {

class Consent final : public Checker {
 public:
  Consent() : Checker("consent") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  using Purpose = std::pair<std::string, std::string>;  // number, purpose
  struct Standing {
    std::uint64_t given = 0;          // the fact that last gave it, or may have
    std::set<const Operation*> open;  // that give it and are not answered
    std::uint64_t taken = 0;          // the fact that took it back
    Steady taken_at{};
    bool blocked = false;
    bool may() const { return given > taken || !open.empty(); }
  };
  void answered(const Operation& op, const Now& now);
  void check(const HandedOver& fact, const Now& now);

  std::uint64_t facts_ = 0;
  std::map<const Operation*, std::uint64_t> asked_;  // the first time
  std::map<Purpose, Standing> standing_;
  std::map<JobNumber, const store::Job*> jobs_;
};

}  // namespace dunlin::simulation

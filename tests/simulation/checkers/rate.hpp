// Promise: no sliding second holds more submits to one SMSC than its throughput, over all its sessions. After a start
// of the gateway the seconds begin anew.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

class Rate final : public Checker {
 public:
  explicit Rate(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  struct Smsc {
    std::vector<std::pair<Steady, std::uint32_t>> rates;  // since when; 0: no limit
    std::vector<Steady> offered;                          // ascending, of the last seconds
  };
  // The highest of the rates in that second; nothing: no limit in some of it.
  std::optional<std::uint32_t> limit(const Smsc& smsc, Steady until) const;
  void check(const HandedOver& fact);

  std::map<std::string, Smsc> smscs_;
};

}  // namespace dunlin::simulation

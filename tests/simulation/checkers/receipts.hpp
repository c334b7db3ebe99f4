// Promise: every receipt ends matched or reported. One that the gateway has answered is, at the end, an outcome of a
// segment, or was told as receipt_unmatched; none is dropped silently, none stays parked.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "../checker.hpp"

namespace dunlin::simulation {

class Receipts final : public Checker {
 public:
  Receipts() : Checker("receipts") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  using Named = std::pair<std::string, std::string>;  // SMSC, id
  std::vector<const Delivery*> answered_;
  std::set<Named> reported_;
  std::set<std::string> forgotten_;  // numbers: what was parked of them went with them
};

}  // namespace dunlin::simulation

// Promise: an import is whole or it is nothing. Until somebody has said that it is whole, nothing of it is told or
// handed over; then all of its rows are known or none is, whatever happened in between.
#pragma once

#include <set>

#include "../checker.hpp"

namespace dunlin::simulation {

class Imports final : public Checker {
 public:
  Imports() : Checker("imports") {}
  void see(const Fact& fact, const Now& now) override;

 private:
  std::set<JobNumber> waiting_;
};

}  // namespace dunlin::simulation

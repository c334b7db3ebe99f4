// The list of all checkers: one a promise.
#include "checkers/acknowledged.hpp"
#include "checkers/one_end.hpp"

namespace dunlin::simulation {

Checkers all_checkers(const Terms&) {
  Checkers all;
  all.push_back(std::make_unique<Acknowledged>());
  all.push_back(std::make_unique<OneEnd>());
  return all;
}

}  // namespace dunlin::simulation

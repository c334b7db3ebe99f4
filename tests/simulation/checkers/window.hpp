// Promise: a session never has more unanswered submits than its window.
#pragma once

#include <map>
#include <set>
#include <string>

#include "../checker.hpp"

namespace dunlin::simulation {

class Window final : public Checker {
 public:
  explicit Window(const Terms& terms);
  void see(const Fact& fact, const Now& now) override;

 private:
  struct Connection {
    std::string smsc;
    std::uint32_t window;
    std::set<std::uint32_t> unanswered;
  };
  std::map<std::string, std::uint32_t> windows_;
  std::map<ConnectionNumber, Connection> connections_;
};

}  // namespace dunlin::simulation

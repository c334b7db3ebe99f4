// Who called with a wrong outbind, and is not heard again before a delay has passed. However the tries are spread,
// an address has at most kTriesADay of them. Pure.
#pragma once

#include <chrono>
#include <dunlin/base/time.hpp>
#include <map>
#include <string>

namespace dunlin::engine {

class WrongCallers {
 public:
  static constexpr std::size_t kRememberedMax = 64;  // addresses; beyond: the one whose delay ends first is forgotten
  static constexpr std::chrono::seconds kFirst{1};   // doubles with each wrong one
  static constexpr std::chrono::seconds kLongest{300};
  // Eight tries whose delays double from a second, then a wait until they are forgiven, and again: the best there is.
  static constexpr std::size_t kTriesADay = 600;
  static constexpr std::chrono::seconds kForgiven{900};  // after so long without a wrong one it begins anew

  bool waits(const std::string& address, Steady now) const;
  void wrong(const std::string& address, Steady now);
  void right(const std::string& address) { callers_.erase(address); }

 private:
  struct Caller {
    std::chrono::seconds delay;
    Steady until;
  };
  std::map<std::string, Caller> callers_;
};

}  // namespace dunlin::engine

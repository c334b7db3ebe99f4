#include "engine/wrong_callers.hpp"

#include <algorithm>

namespace dunlin::engine {

bool WrongCallers::waits(const std::string& address, Steady now) const {
  const auto found = callers_.find(address);
  return found != callers_.end() && now < found->second.until;
}

void WrongCallers::wrong(const std::string& address, Steady now) {
  std::erase_if(callers_, [&](const auto& each) { return now >= each.second.until + kForgiven; });
  const auto found = callers_.find(address);
  if (found != callers_.end()) {
    found->second.delay = std::min(2 * found->second.delay, kLongest);
    found->second.until = now + found->second.delay;
    return;
  }
  if (callers_.size() >= kRememberedMax) {
    callers_.erase(std::ranges::min_element(callers_, {}, [](const auto& each) { return each.second.until; }));
  }
  callers_.emplace(address, Caller{kFirst, now + kFirst});
}

}  // namespace dunlin::engine

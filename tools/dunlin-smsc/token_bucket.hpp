// Admits `rate` a second, with a tenth of a second of saving-up. 0: everything.
#pragma once

#include <algorithm>
#include <chrono>
#include <dunlin/base/time.hpp>

namespace dunlin::smsc {

class TokenBucket {
 public:
  void set(double rate) {
    rate_ = rate;
    tokens_ = std::min(tokens_, capacity());
  }
  double rate() const { return rate_; }
  bool take(Steady now) {
    if (rate_ <= 0) return true;
    const double passed = std::chrono::duration<double>(now - filled_).count();
    tokens_ = filled_ == Steady{} ? capacity() : std::min(capacity(), tokens_ + std::max(0.0, passed) * rate_);
    filled_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double capacity() const { return std::max(1.0, rate_ / 10); }
  double rate_ = 0;
  double tokens_ = 0;
  Steady filled_{};
};

}  // namespace dunlin::smsc

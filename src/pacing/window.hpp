// How many requests may be unanswered at once.
#pragma once

#include <cstdint>
#include <dunlin/base/check.hpp>

namespace dunlin::pacing {

class Window {
 public:
  explicit Window(std::uint32_t size) : size_(size) {}

  // Smaller than what is in flight: nothing more leaves until enough is answered.
  void resize(std::uint32_t size) { size_ = size; }
  std::uint32_t size() const { return size_; }
  std::uint32_t in_flight() const { return in_flight_; }
  std::uint32_t available() const { return in_flight_ < size_ ? size_ - in_flight_ : 0; }

  void take() {
    DUNLIN_CHECK(available() > 0);
    ++in_flight_;
  }
  void give_back() {
    DUNLIN_CHECK(in_flight_ > 0);
    --in_flight_;
  }
  void clear() { in_flight_ = 0; }  // the session is gone

 private:
  std::uint32_t size_;
  std::uint32_t in_flight_ = 0;
};

}  // namespace dunlin::pacing

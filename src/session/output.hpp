// What a session has to say and its owner has not yet given to the kernel. Positions in the stream are counted from the
// first octet of the connection, so that "does the kernel have it?" can be asked of any PDU.
#pragma once

#include <dunlin/base/check.hpp>
#include <dunlin/base/octets.hpp>

namespace dunlin::session {

class Output {
 public:
  OctetView view() const { return {octets_.data() + taken_, octets_.size() - taken_}; }
  std::size_t unsent() const { return octets_.size() - taken_; }
  std::uint64_t appended() const { return consumed_ + unsent(); }  // octets ever put in
  std::uint64_t consumed() const { return consumed_; }             // octets ever taken out

  Octets& appending() { return octets_; }  // for encoders that append; never shrink it
  void consume(std::size_t octets) {
    DUNLIN_CHECK(octets <= unsent());
    consumed_ += octets;
    taken_ += octets;
    if (taken_ == octets_.size()) {
      octets_.clear();
      taken_ = 0;
    } else if (taken_ >= kCompactAt) {
      octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(taken_));
      taken_ = 0;
    }
  }

 private:
  static constexpr std::size_t kCompactAt = 64 << 10;  // taken octets kept in front before the rest is moved down
  Octets octets_;
  std::size_t taken_ = 0;
  std::uint64_t consumed_ = 0;
};

}  // namespace dunlin::session

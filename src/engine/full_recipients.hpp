// Whose queue is full when an SMSC answers ESME_RMSGQFUL: its own, which is a throttle, or one recipient's, whose phone
// takes nothing at present. It is taken for the SMSC's unless the same recipient is refused again while others, sent
// since, are accepted; from then on it is theirs for kMemory. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/time.hpp>

namespace dunlin::engine {

class FullRecipients {
 public:
  static constexpr std::size_t kMax = 64;  // remembered; the one refused longest ago makes room
  static constexpr std::chrono::minutes kMemory{60};
  // Others sent at least so long after the refusal were accepted: the second that was used up is over.
  static constexpr std::chrono::milliseconds kPast{1200};

  // What was sent to `recipient` (any hash of it) was answered: its queue is full, or it is accepted. True: full, and
  // it is the recipient's.
  bool is_its_own(std::uint64_t recipient, bool full, Steady sent_at, Steady now);

 private:
  struct Row {
    std::uint64_t recipient = 0;
    Steady first{};  // refused; unset time: a free row
    Steady last{};
    bool its_own = false;
  };
  std::array<Row, kMax> rows_{};
  bool any_ = false;
  std::uint64_t accepted_ = 0;  // the last recipient that was accepted, and when that was sent
  Steady accepted_at_{};
};

}  // namespace dunlin::engine

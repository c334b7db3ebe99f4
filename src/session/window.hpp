// The requests we have sent and that are not answered yet, by sequence_number: a direct-mapped ring, so that sending,
// answering in any order and timing out cost the same whatever the window's size. A sequence number whose place is
// still taken is skipped: numbers ascend from 1 to 0x7FFFFFFF and around (SMPP 3.4 §3.2), and never meet one that is
// outstanding.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/command.hpp>
#include <optional>
#include <vector>

namespace dunlin::session {

inline constexpr std::uint32_t kSequenceMax = 0x7FFFFFFF;
inline constexpr std::uint32_t kWindowMax = 10000;

// The owner's name for a request; comes back with its answer.
struct Tag {
  std::uint64_t id = 0;
  std::uint32_t part = 0;
  bool operator==(const Tag&) const = default;
};

struct Outstanding {
  std::uint32_t sequence = 0;  // 0: this place is free
  smpp::CommandId command{};
  Tag tag;
  Steady sent_at{};
  bool late = false;  // response_timeout has passed; it still holds its place
};

class Window {
 public:
  // `size` from 1 to kWindowMax; other values are brought to the nearest of these. `first`: the first sequence number
  // given out.
  Window(std::uint32_t size, std::uint32_t first);

  std::uint32_t size() const { return size_; }
  std::uint32_t in_flight() const { return in_flight_; }
  std::uint32_t room() const { return in_flight_ < size_ ? size_ - in_flight_ : 0; }
  void resize(std::uint32_t size);  // what is outstanding stays, also beyond a smaller size

  // A sequence number for a request that takes no place (bind, enquire_link, unbind, outbind).
  std::uint32_t next_sequence();
  // Takes a place. Requires room() > 0, `now` not before that of the last call.
  std::uint32_t add(smpp::CommandId command, Tag tag, Steady now);
  const Outstanding* find(std::uint32_t sequence) const;
  // Frees its place. Requires find(sequence).
  void remove(std::uint32_t sequence);

  const Outstanding* oldest() const { return at(oldest_); }
  const Outstanding* oldest_fresh() const { return at(fresh_); }  // the first that is not late
  void mark_late();                                               // the first that is not late becomes late
  const Outstanding* next(const Outstanding& one) const { return at(slot(one.sequence).next); }  // in the order sent

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  struct Slot : Outstanding {
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
  };
  Slot& slot(std::uint32_t sequence) { return slots_[sequence & mask_]; }
  const Slot& slot(std::uint32_t sequence) const { return slots_[sequence & mask_]; }
  const Outstanding* at(std::uint32_t index) const { return index == kNone ? nullptr : &slots_[index]; }
  void step() { sequence_ = sequence_ == kSequenceMax ? 1 : sequence_ + 1; }
  void append(const Outstanding& one);

  std::uint32_t size_;
  std::uint32_t in_flight_ = 0;
  std::uint32_t sequence_;  // the next to try
  std::uint32_t mask_ = 0;
  std::uint32_t oldest_ = kNone, newest_ = kNone, fresh_ = kNone;
  std::vector<Slot> slots_;  // a power of two, at least twice the window's size
};

}  // namespace dunlin::session

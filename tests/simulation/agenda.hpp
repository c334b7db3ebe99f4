// What is going to happen in the simulated world, in the order of its virtual time; of one time, in the order it was
// planned.
#pragma once

#include <algorithm>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <functional>
#include <utility>
#include <vector>

namespace dunlin::simulation {

class Agenda {
 public:
  using Deed = std::function<void()>;

  void at(Steady when, Deed deed) {
    entries_.push_back({when, planned_++, std::move(deed)});
    std::push_heap(entries_.begin(), entries_.end(), later);
  }
  bool empty() const { return entries_.empty(); }
  Steady next() const { return entries_.empty() ? kNever : entries_.front().when; }
  Deed take() {
    std::pop_heap(entries_.begin(), entries_.end(), later);
    Deed deed = std::move(entries_.back().deed);
    entries_.pop_back();
    return deed;
  }

 private:
  struct Entry {
    Steady when;
    std::uint64_t number;
    Deed deed;
  };
  static bool later(const Entry& a, const Entry& b) { return a.when != b.when ? a.when > b.when : a.number > b.number; }
  std::vector<Entry> entries_;
  std::uint64_t planned_ = 0;
};

}  // namespace dunlin::simulation

// The queue as dispatch sees it: for each (route, priority, lane) a bounded head of the numbers waiting in the store's `queue` family, in order.
// The rest stays on disk; a low mark a lane keeps a restart from scanning what is long gone.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/kv.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

struct LaneKey {
  std::string route;
  store::Priority priority = store::Priority::normal;
  std::string lane;  // the campaign, or empty
  auto operator<=>(const LaneKey&) const = default;
};

struct Candidate {
  std::uint64_t n = 0;
  bool prepared = false;  // every row that its decision needs was there when last looked at
};

class Lane {
 public:
  // In memory at most; the rest is read from disk when these run low.
  static constexpr std::size_t kCandidatesMax = 2048;
  static constexpr std::size_t kLowWater = 512;

  explicit Lane(std::uint64_t loaded_below = 0, bool complete = true) : loaded_below_(loaded_below), complete_(complete) {}

  std::deque<Candidate>& candidates() { return candidates_; }
  const std::deque<Candidate>& candidates() const { return candidates_; }
  bool empty() const { return candidates_.empty() && complete_; }
  // A row just put in the queue: a new job, or one that is put back with the n it always had.
  void add(std::uint64_t n, bool prepared);
  // The row of n is gone from the queue.
  void remove(std::uint64_t n);
  void remove_at(std::size_t index) { candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(index)); }

  bool wants_rows() const { return !complete_ && !scanning_ && candidates_.size() < kLowWater; }
  std::uint64_t scan_from() const { return loaded_below_; }
  void scan_started() { scanning_ = true, added_since_scan_ = false, scan_passed_ = false; }
  // Rows from scan_from() on, ascending; fewer than asked for means the disk has no more.
  void scanned(const std::vector<std::uint64_t>& numbers, std::size_t asked);

  // No row of this lane is below; 0: the lane is empty.
  std::uint64_t low_mark() const { return candidates_.empty() ? (complete_ ? 0 : loaded_below_) : candidates_.front().n; }

 private:
  void shrink();

  std::deque<Candidate> candidates_;  // ascending n
  std::uint64_t loaded_below_ = 0;    // every queued row with a smaller n is in candidates_
  bool complete_ = true;              // the disk has no row beyond
  bool scanning_ = false;
  bool scan_passed_ = false;          // the scan under way began beyond what is to be read next
  bool added_since_scan_ = false;     // rows went to disk only, after the scan under way was asked for
};

class Lanes {
 public:
  Lane& at(const LaneKey& key);
  Lane* find(const LaneKey& key);
  std::map<LaneKey, Lane>& all() { return lanes_; }
  const std::map<LaneKey, Lane>& all() const { return lanes_; }
  void restore(const LaneKey& key, std::uint64_t low_mark) { lanes_.insert_or_assign(key, Lane(low_mark, false)); }

  void add(const LaneKey& key, std::uint64_t n, bool prepared);
  void remove(const LaneKey& key, std::uint64_t n);
  void touch(const LaneKey& key) { touched_.insert(key); }
  // Low marks that may have moved since the last call; empty lanes are dropped on the way.
  std::vector<std::pair<LaneKey, std::uint64_t>> take_low_marks();

 private:
  std::map<LaneKey, Lane> lanes_;
  std::set<LaneKey> touched_;
};

}  // namespace dunlin::engine

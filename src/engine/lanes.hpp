// The queue as dispatch sees it. For each (route, priority, lane) a bounded head of the numbers waiting in the store's
// `queue` family, in order; the rest stays on disk. Of one route and priority a bounded number of lanes is open, that
// is, in memory at all: the others are asleep on disk, found again by their low marks, and take turns with the open
// ones. A low mark is a row a lane has for as long as anything of it is queued; it also keeps a restart from scanning
// what is long gone.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
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
  std::uint16_t begun_at = 0;  // 1 + the place in Settings::smscs of the SMSC that has its first segments; 0: none has
};

class Lane {
 public:
  // In memory at most; the rest is read from disk when these run low.
  static constexpr std::size_t kCandidatesMax = 2048;
  static constexpr std::size_t kLowWater = 512;

  Lane() = default;                                                        // nothing of it is queued
  explicit Lane(std::uint64_t low_mark) : loaded_below_(low_mark), complete_(false) {}  // the disk is to be asked

  std::deque<Candidate>& candidates() { return candidates_; }
  const std::deque<Candidate>& candidates() const { return candidates_; }
  bool empty() const { return candidates_.empty() && complete_; }
  // A row just put in the queue: a new job, or one that is put back with the n it always had.
  void add(std::uint64_t n, bool prepared);
  // The row of n is gone from the queue.
  void remove(std::uint64_t n);
  void remove_at(std::size_t index) { candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(index)); }

  bool wants_rows() const { return !complete_ && !scanning_ && candidates_.size() < kLowWater; }
  bool scanning() const { return scanning_; }
  std::uint64_t scan_from() const { return loaded_below_; }
  void scan_started() { scanning_ = true, scan_passed_ = false, missed_ = kNothing; }
  // Rows from scan_from() on, ascending; fewer than asked for means the disk has no more.
  void scanned(const std::vector<std::uint64_t>& numbers, std::size_t asked);

  // No row of this lane is below; 0: the lane is empty.
  std::uint64_t low_mark() const { return candidates_.empty() ? (complete_ ? 0 : loaded_below_) : candidates_.front().n; }

  void looked_at() { ++looks_; }
  std::uint32_t looks() const { return looks_; }  // since it was opened

 private:
  static constexpr std::uint64_t kNothing = UINT64_MAX;
  void shrink();

  std::deque<Candidate> candidates_;  // ascending n
  std::uint64_t loaded_below_ = 1;    // every queued row with a smaller n is in candidates_; the least n is 1
  bool complete_ = true;              // the disk has no row beyond
  bool scanning_ = false;
  bool scan_passed_ = false;       // the scan under way began beyond what is to be read next
  std::uint64_t missed_ = kNothing;  // the least that went to disk only, after the scan under way was asked for
  std::uint32_t looks_ = 0;
};

class Lanes {
 public:
  // Open lanes of one route and priority.
  static constexpr std::size_t kOpenMax = 128;
  // While others are asleep an open lane is looked at so often, then it is their turn.
  static constexpr std::uint32_t kLooksMax = 1024;

  explicit Lanes(std::size_t open_max = kOpenMax, std::uint32_t looks_max = kLooksMax)
      : open_max_(open_max), looks_max_(looks_max) {}

  using Open = std::map<LaneKey, Lane>;
  Open& open() { return lanes_; }
  const Open& open() const { return lanes_; }
  Lane* find(const LaneKey& key);

  // Of a closed lane nothing leaves: whatever its route and priority, it falls asleep and is not looked for. Who closes and
  // reopens them bounds their number.
  void close(const std::string& lane);
  void reopen(const std::string& lane);
  bool closed(const std::string& lane) const { return !closed_.empty() && closed_.contains(lane); }

  // A row put in the queue, or gone from it.
  void add(const LaneKey& key, std::uint64_t n, bool prepared);
  void remove(const LaneKey& key, std::uint64_t n);
  // Something of the lane was changed otherwise: its low mark may have moved.
  void touch(const LaneKey& key) { touched_.insert(key); }

  // Puts to sleep what had its turn while others wait. Not within a walk over open().
  void rotate();
  // Where the marks of sleeping lanes are to be read: of a route and priority with room for them, from `from` on, at
  // most `limit` rows. Each has to be answered by found().
  struct Search {
    LaneKey from;
    std::size_t limit;
  };
  std::vector<Search> searches();
  // What was there, ascending.
  void found(const Search& search, const std::vector<std::pair<LaneKey, std::uint64_t>>& marks);
  // A lane that the last run left, when nothing else has been done here.
  void restore(const LaneKey& key, std::uint64_t low_mark);

  // Low marks that may have moved since the last call, 0: none any more. The last of a lane counts. Empty lanes are
  // dropped on the way.
  std::vector<std::pair<LaneKey, std::uint64_t>> take_low_marks();

 private:
  struct Group {  // of one route and priority
    std::size_t open = 0;
    bool asleep = false;      // lanes may be on disk that are not open
    bool searching = false;   // marks are being read
    std::string next;         // the name of the lane from which on they are read next
    bool from_start = false;  // this walk over them began at the first, and none fell asleep behind it
    std::set<std::string> since;  // lanes that were put to sleep, or added to in their sleep, since the marks were asked for
  };
  Group& group_of(const LaneKey& key) { return groups_[{key.route, key.priority}]; }
  Lane& open_lane(Group& group, const LaneKey& key, Lane lane);
  void sleeps(Group& group, const LaneKey& key, std::uint64_t low_mark);

  std::size_t open_max_;
  std::uint32_t looks_max_;
  Open lanes_;
  std::map<std::pair<std::string, store::Priority>, Group> groups_;
  std::set<LaneKey> touched_;
  std::set<std::string> closed_;
  std::map<LaneKey, std::uint64_t> asleep_marks_;  // of lanes that fell asleep or were added to in their sleep
};

}  // namespace dunlin::engine

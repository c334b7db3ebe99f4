#include "engine/lanes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace dunlin::engine {
namespace {

std::vector<std::uint64_t> numbers(const Lane& lane) {
  std::vector<std::uint64_t> all;
  for (const Candidate& candidate : lane.candidates()) all.push_back(candidate.n);
  return all;
}

TEST(Lane, KeepsOrderAlsoForWhatIsPutBack) {
  Lane lane;
  for (std::uint64_t n : {5u, 6u, 9u}) lane.add(n, true);
  lane.remove(5);
  lane.add(5, false);
  lane.add(3, false);
  EXPECT_EQ(numbers(lane), (std::vector<std::uint64_t>{3, 5, 6, 9}));
  EXPECT_EQ(lane.low_mark(), 3u);
}

TEST(Lane, LeavesOnDiskWhatIsTooMuchAndAsksForItLater) {
  Lane lane;
  for (std::uint64_t n = 1; n <= Lane::kCandidatesMax + 10; ++n) lane.add(n, true);
  EXPECT_EQ(lane.candidates().size(), Lane::kCandidatesMax);
  EXPECT_FALSE(lane.wants_rows());
  while (lane.candidates().size() >= Lane::kLowWater) lane.remove_at(0);
  ASSERT_TRUE(lane.wants_rows());
  EXPECT_EQ(lane.scan_from(), Lane::kCandidatesMax + 1);
  lane.scan_started();
  lane.scanned({Lane::kCandidatesMax + 1, Lane::kCandidatesMax + 2}, 100);
  EXPECT_FALSE(lane.wants_rows());
  EXPECT_EQ(lane.candidates().back().n, Lane::kCandidatesMax + 2);
}

TEST(Lane, WhatIsAddedWhileAScanIsUnderWayIsNotForgotten) {
  Lane lane(10);
  lane.scan_started();
  lane.add(50, true);
  lane.scanned({10, 11}, 100);
  EXPECT_TRUE(lane.wants_rows());
  lane.scan_started();
  lane.scanned({50}, 100);
  EXPECT_EQ(numbers(lane), (std::vector<std::uint64_t>{10, 11, 50}));
  EXPECT_FALSE(lane.empty());
}

TEST(Lane, WhatIsPutBackAmongRowsBeingReadKeepsItsPlace) {
  Lane lane(10);  // as after a restart: 15 is under way, and comes back now
  lane.scan_started();
  lane.add(15, false);
  lane.scanned({10, 11, 20}, 100);
  EXPECT_EQ(numbers(lane), (std::vector<std::uint64_t>{10, 11}));
  ASSERT_TRUE(lane.wants_rows());
  EXPECT_EQ(lane.scan_from(), 12u);
  lane.scan_started();
  lane.scanned({15, 20}, 100);
  EXPECT_EQ(numbers(lane), (std::vector<std::uint64_t>{10, 11, 15, 20}));
}

// Against a model: whatever happens in whatever order, no queued number is lost and none comes twice or out of order.
TEST(Lane, LosesNothingInRandomHistories) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::mt19937 random(seed);
    std::set<std::uint64_t> disk;
    std::vector<std::uint64_t> away;
    Lane lane;
    std::uint64_t next = 1;
    std::optional<std::vector<std::uint64_t>> scan;
    std::size_t asked = 0;
    for (int step = 0; step < 20000; ++step) {
      const unsigned what = random() % 10;
      if (what < 4 || (what < 7 && step < 8000)) {
        disk.insert(next);
        lane.add(next++, false);
      } else if (what < 8 && !lane.candidates().empty()) {
        const std::uint64_t n = lane.candidates().front().n;
        ASSERT_TRUE(disk.erase(n) == 1) << "seed " << seed;
        lane.remove_at(0);
        away.push_back(n);
      } else if (what == 8 && !away.empty()) {
        const std::size_t index = random() % away.size();
        disk.insert(away[index]);
        lane.add(away[index], false);
        away.erase(away.begin() + static_cast<std::ptrdiff_t>(index));
      } else if (scan) {
        lane.scanned(*scan, asked);
        scan.reset();
      } else if (lane.wants_rows()) {
        lane.scan_started();
        asked = 700;
        scan.emplace();
        for (auto row = disk.lower_bound(lane.scan_from()); row != disk.end() && scan->size() < asked; ++row) scan->push_back(*row);
      }
      if (step % 200 == 0) {
        ASSERT_TRUE(std::is_sorted(lane.candidates().begin(), lane.candidates().end(), [](const Candidate& a, const Candidate& b) { return a.n < b.n; })) << "seed " << seed;
      }
      if (!disk.empty() && lane.low_mark() != 0) {
        ASSERT_LE(lane.low_mark(), *disk.begin()) << "seed " << seed;
      }
    }
    std::uint64_t last = 0;
    while (!disk.empty()) {
      if (scan) {
        lane.scanned(*scan, asked);
        scan.reset();
      }
      if (lane.candidates().empty()) {
        ASSERT_TRUE(lane.wants_rows()) << "seed " << seed << ": " << disk.size() << " lost";
        lane.scan_started();
        scan.emplace();
        for (auto row = disk.lower_bound(lane.scan_from()); row != disk.end() && scan->size() < 700; ++row) scan->push_back(*row);
        asked = 700;
        continue;
      }
      ASSERT_GT(lane.candidates().front().n, last);
      last = lane.candidates().front().n;
      ASSERT_EQ(disk.erase(last), 1u);
      lane.remove_at(0);
    }
  }
}

TEST(Lanes, TellTheMarksThatMovedAndForgetEmptyLanes) {
  Lanes lanes;
  const LaneKey key{"r", store::Priority::normal, "c"};
  lanes.add(key, 4, true);
  EXPECT_EQ(lanes.take_low_marks(), (std::vector<std::pair<LaneKey, std::uint64_t>>{{key, 4}}));
  EXPECT_TRUE(lanes.take_low_marks().empty());
  lanes.remove(key, 4);
  EXPECT_EQ(lanes.take_low_marks(), (std::vector<std::pair<LaneKey, std::uint64_t>>{{key, 0}}));
  EXPECT_TRUE(lanes.open().empty());
}

// The store and the engine around Lanes, with what they do in between in whatever order: no row is forgotten, every lane
// with rows has a mark that is not above them, and no more lanes are open than may be.
class LanesModel {
 public:
  static constexpr std::size_t kOpenMax = 3;
  static constexpr std::size_t kRows = 4;

  // `pauses`: names are closed and reopened, too, whenever something is added.
  explicit LanesModel(unsigned seed, bool pauses = false) : random_(seed), pauses_(pauses) {}

  void step(bool adding) {
    if (pauses_ && (closed_.empty() ? adding && random_() % 10 == 0 : !adding || random_() % 10 == 0)) pause(adding);
    const unsigned what = random_() % 12;
    if (adding && what < 4) {
      add(key(random_() % 12), next_++);
    } else if (adding && what == 4 && !away_.empty()) {
      const auto [key, n] = away_.back();
      away_.pop_back();
      add(key, n);
    } else if (what < 9) {
      serve();
    } else {
      turn_ends();
    }
  }
  std::size_t left() const {
    std::size_t count = 0;
    for (const auto& [key, rows] : disk_) count += rows.size();
    return count;
  }
  void restart() {
    turn_ends();
    lanes_ = Lanes(kOpenMax, 5);
    searches_.clear();
    scans_.clear();
    for (const std::string& name : closed_) lanes_.close(name);
    for (const auto& [key, mark] : marks_) lanes_.restore(key, mark);
  }

 private:
  static LaneKey key(unsigned index) { return {"r", index % 2 == 0 ? store::Priority::high : store::Priority::normal, index < 2 ? "" : "c" + std::to_string(index)}; }

  void pause(bool adding) {
    const std::string name = "c" + std::to_string(2 + random_() % 10);
    if (!adding || closed_.contains(name)) {
      const std::string opened = adding ? name : *closed_.begin();
      closed_.erase(opened);
      lanes_.reopen(opened);
    } else {
      closed_.insert(name);
      lanes_.close(name);
    }
  }
  void add(const LaneKey& key, std::uint64_t n) {
    disk_[key].insert(n);
    lanes_.add(key, n, false);
  }
  void serve() {
    for (auto& [key, lane] : lanes_.open()) {
      if (lanes_.closed(key.lane)) continue;
      lane.looked_at();
      if (lane.candidates().empty() || random_() % 2 == 0) continue;
      const std::uint64_t n = lane.candidates().front().n;
      ASSERT_EQ(disk_[key].erase(n), 1u) << "served twice";
      lane.remove_at(0);
      lanes_.touch(key);
      if (random_() % 4 == 0) away_.emplace_back(key, n);
    }
  }
  // Marks go to disk; what was asked of it since is read, and answered one turn later or two.
  void turn_ends() {
    lanes_.rotate();
    for (Lanes::Search& search : lanes_.searches()) {
      searches_.push_back({search, {}, false});
    }
    for (auto& [key, lane] : lanes_.open()) {
      if (!lane.wants_rows() || lanes_.closed(key.lane)) continue;
      lane.scan_started();
      scans_.push_back({key, lane.scan_from(), {}, false});
    }
    for (const auto& [key, mark] : lanes_.take_low_marks()) {
      if (mark == 0) {
        marks_.erase(key);
      } else {
        marks_[key] = mark;
      }
    }
    for (const auto& [key, rows] : disk_) {
      if (rows.empty()) continue;
      ASSERT_TRUE(marks_.contains(key)) << key.lane;
      ASSERT_LE(marks_.at(key), *rows.begin()) << key.lane;
    }
    std::map<store::Priority, std::size_t> open;
    for (const auto& [key, lane] : lanes_.open()) ASSERT_LE(++open[key.priority], kOpenMax);
    read();
    if (random_() % 2 == 0) answer();
  }
  void read() {
    for (auto& search : searches_) {
      if (std::exchange(search.read, true)) continue;
      for (auto row = marks_.lower_bound(search.search.from); row != marks_.end() && search.marks.size() < search.search.limit; ++row) {
        if (row->first.priority == search.search.from.priority) search.marks.emplace_back(*row);
      }
    }
    for (auto& scan : scans_) {
      if (std::exchange(scan.read, true)) continue;
      for (auto row = disk_[scan.key].lower_bound(scan.from); row != disk_[scan.key].end() && scan.numbers.size() < kRows; ++row) scan.numbers.push_back(*row);
    }
  }
  void answer() {
    for (auto& search : std::exchange(searches_, {})) {
      if (search.read) lanes_.found(search.search, search.marks);
    }
    for (auto& scan : std::exchange(scans_, {})) {
      Lane* lane = lanes_.find(scan.key);
      ASSERT_NE(lane, nullptr) << "closed during its scan";
      lane->scanned(scan.numbers, kRows);
      lanes_.touch(scan.key);
    }
  }

  struct SearchUnderWay {
    Lanes::Search search;
    std::vector<std::pair<LaneKey, std::uint64_t>> marks;
    bool read;
  };
  struct ScanUnderWay {
    LaneKey key;
    std::uint64_t from;
    std::vector<std::uint64_t> numbers;
    bool read;
  };
  std::mt19937 random_;
  Lanes lanes_{kOpenMax, 5};
  std::map<LaneKey, std::set<std::uint64_t>> disk_;
  std::map<LaneKey, std::uint64_t> marks_;
  std::vector<std::pair<LaneKey, std::uint64_t>> away_;
  std::vector<SearchUnderWay> searches_;
  std::vector<ScanUnderWay> scans_;
  std::uint64_t next_ = 1;
  bool pauses_;
  std::set<std::string> closed_;
};

// Everything leaves in the end, through restarts; `closing`: some are closed meanwhile.
void expect_all_leave(bool closing) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    LanesModel model(seed, closing);
    for (int step = 0; step < 3000; ++step) {
      model.step(step % 1000 < 800);
      if (step % 900 == 850) model.restart();
      if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << ", step " << step;
    }
    for (int step = 0; step < 20000 && model.left() > 0; ++step) {
      model.step(false);
      if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << ", draining, step " << step;
    }
    ASSERT_EQ(model.left(), 0u) << "seed " << seed;
  }
}

TEST(Lanes, ManyTakeTurnsWithFewOpen) { expect_all_leave(false); }

TEST(Lanes, NothingIsForgottenOfWhatWasClosed) { expect_all_leave(true); }

// However many are closed, those that are open have their places.
TEST(Lanes, WhatIsClosedTakesNoPlace) {
  Lanes lanes(2, 1000);
  for (const char* name : {"a", "b", "c", "d"}) {
    lanes.add({"r", store::Priority::normal, name}, 1, false);
    lanes.close(name);
  }
  static_cast<void>(lanes.take_low_marks());
  lanes.rotate();
  EXPECT_TRUE(lanes.open().empty());
  lanes.add({"r", store::Priority::normal, "e"}, 9, false);
  EXPECT_EQ(lanes.open().size(), 1u);
  lanes.add({"r", store::Priority::normal, "a"}, 10, false);
  EXPECT_EQ(lanes.open().size(), 1u) << "what is added to a closed one stays on disk";
}

}  // namespace
}  // namespace dunlin::engine

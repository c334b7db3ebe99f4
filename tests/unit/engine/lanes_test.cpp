#include "engine/lanes.hpp"

#include <gtest/gtest.h>

#include <random>

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
  Lane lane(10, false);
  lane.scan_started();
  lane.add(50, true);
  lane.scanned({10, 11}, 100);
  EXPECT_TRUE(lane.wants_rows());
  lane.scan_started();
  lane.scanned({50}, 100);
  EXPECT_EQ(numbers(lane), (std::vector<std::uint64_t>{10, 11, 50}));
  EXPECT_FALSE(lane.empty());
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
  EXPECT_TRUE(lanes.all().empty());
}

}  // namespace
}  // namespace dunlin::engine

#include "engine/lanes.hpp"

#include <algorithm>

namespace dunlin::engine {

namespace {
auto position(std::deque<Candidate>& candidates, std::uint64_t n) {
  return std::lower_bound(candidates.begin(), candidates.end(), n, [](const Candidate& each, std::uint64_t value) { return each.n < value; });
}
}  // namespace

void Lane::add(std::uint64_t n, bool prepared) {
  if (n >= loaded_below_) {
    if (!complete_ || scanning_ || candidates_.size() >= kCandidatesMax) {  // it waits on disk
      complete_ = false;
      added_since_scan_ = true;
      return;
    }
    loaded_below_ = n + 1;
    candidates_.push_back({n, prepared});
    return;
  }
  auto place = position(candidates_, n);
  if (place != candidates_.end() && place->n == n) return;
  candidates_.insert(place, {n, prepared});
  shrink();
}

void Lane::remove(std::uint64_t n) {
  auto place = position(candidates_, n);
  if (place != candidates_.end() && place->n == n) candidates_.erase(place);
}

void Lane::shrink() {
  if (candidates_.size() <= kCandidatesMax) return;
  loaded_below_ = candidates_.back().n;
  candidates_.pop_back();
  complete_ = false;
  added_since_scan_ = true;
  scan_passed_ = scanning_;
}

void Lane::scanned(const std::vector<std::uint64_t>& numbers, std::size_t asked) {
  scanning_ = false;
  if (scan_passed_) return;  // it began beyond a row that has since gone back to disk: ask again
  for (std::uint64_t n : numbers) {
    if (n < loaded_below_) continue;
    candidates_.push_back({n, false});
    loaded_below_ = n + 1;
  }
  complete_ = numbers.size() < asked && !added_since_scan_;
}

Lane& Lanes::at(const LaneKey& key) { return lanes_.try_emplace(key).first->second; }

Lane* Lanes::find(const LaneKey& key) {
  auto found = lanes_.find(key);
  return found == lanes_.end() ? nullptr : &found->second;
}

void Lanes::add(const LaneKey& key, std::uint64_t n, bool prepared) {
  at(key).add(n, prepared);
  touch(key);
}

void Lanes::remove(const LaneKey& key, std::uint64_t n) {
  if (Lane* lane = find(key)) {
    lane->remove(n);
    touch(key);
  }
}

std::vector<std::pair<LaneKey, std::uint64_t>> Lanes::take_low_marks() {
  std::vector<std::pair<LaneKey, std::uint64_t>> marks;
  for (const LaneKey& key : touched_) {
    auto lane = lanes_.find(key);
    if (lane == lanes_.end()) continue;
    marks.emplace_back(key, lane->second.low_mark());
    if (lane->second.empty()) lanes_.erase(lane);
  }
  touched_.clear();
  return marks;
}

}  // namespace dunlin::engine

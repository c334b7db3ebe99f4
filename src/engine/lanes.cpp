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
      missed_ = std::min(missed_, n);
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
  scan_passed_ = scanning_;
}

void Lane::scanned(const std::vector<std::uint64_t>& numbers, std::size_t asked) {
  scanning_ = false;
  if (scan_passed_) return;  // it began beyond a row that has since gone back to disk: ask again
  for (std::uint64_t n : numbers) {
    if (n < loaded_below_) continue;
    if (n > missed_) break;  // between the rows read there may be one that came since
    candidates_.push_back({n, false});
    loaded_below_ = n + 1;
  }
  complete_ = numbers.size() < asked && missed_ == kNothing;
}

Lane* Lanes::find(const LaneKey& key) {
  auto found = lanes_.find(key);
  return found == lanes_.end() ? nullptr : &found->second;
}

Lane& Lanes::open_lane(Group& group, const LaneKey& key, Lane lane) {
  ++group.open;
  return lanes_.insert_or_assign(key, std::move(lane)).first->second;
}

// The lane has rows on disk and is not open any more, or still not.
void Lanes::sleeps(Group& group, const LaneKey& key, std::uint64_t low_mark) {
  asleep_marks_[key] = low_mark;
  if (group.searching) group.since.insert(key.lane);
  if (closed(key.lane)) return;  // nobody looks for it
  group.asleep = true;
  group.from_start = false;
}

void Lanes::close(const std::string& lane) { closed_.insert(lane); }

// Where it has rows is not known: all are looked through once.
void Lanes::reopen(const std::string& lane) {
  if (closed_.erase(lane) == 0) return;
  for (auto& [key, group] : groups_) {
    group.asleep = true;
    group.from_start = false;
  }
}

void Lanes::add(const LaneKey& key, std::uint64_t n, bool prepared) {
  Lane* lane = find(key);
  if (lane == nullptr) {
    Group& group = group_of(key);
    if (group.open >= open_max_ || closed(key.lane)) return sleeps(group, key, 1);  // what is queued of it, and from where on, only the disk knows
    lane = &open_lane(group, key, group.asleep ? Lane(1) : Lane());
  }
  lane->add(n, prepared);
  touch(key);
}

void Lanes::remove(const LaneKey& key, std::uint64_t n) {
  if (Lane* lane = find(key)) {
    lane->remove(n);
    touch(key);
  }
}

void Lanes::rotate() {
  for (auto lane = lanes_.begin(); lane != lanes_.end();) {
    Group& group = group_of(lane->first);
    const bool had_its_turn = group.asleep && group.open >= open_max_ && lane->second.looks() >= looks_max_;
    if ((!had_its_turn && !closed(lane->first.lane)) || lane->second.scanning() || lane->second.empty()) {
      ++lane;
      continue;
    }
    sleeps(group, lane->first, lane->second.low_mark());
    --group.open;
    lane = lanes_.erase(lane);
  }
}

std::vector<Lanes::Search> Lanes::searches() {
  std::vector<Search> wanted;
  for (auto& [key, group] : groups_) {
    if (!group.asleep || group.searching || group.open >= open_max_) continue;
    group.searching = true;
    if (group.next.empty()) group.from_start = true;
    // Of open lanes there are marks, too.
    wanted.push_back({{key.first, key.second, group.next}, open_max_ + 1});
  }
  return wanted;
}

void Lanes::found(const Search& search, const std::vector<std::pair<LaneKey, std::uint64_t>>& marks) {
  Group& group = group_of(search.from);
  group.searching = false;
  const std::set<std::string> since = std::exchange(group.since, {});
  for (const auto& [key, mark] : marks) {
    if (find(key) != nullptr || closed(key.lane)) continue;
    if (group.open >= open_max_) {
      group.next = key.lane;
      return;
    }
    open_lane(group, key, Lane(since.contains(key.lane) ? 1 : mark));
    touch(key);
  }
  const bool end = marks.size() < search.limit;
  if (end && group.from_start) group.asleep = false;
  group.next = end ? std::string{} : marks.back().first.lane;
}

void Lanes::restore(const LaneKey& key, std::uint64_t low_mark) {
  Group& group = group_of(key);
  if (closed(key.lane)) return;
  if (group.open < open_max_) {
    open_lane(group, key, Lane(low_mark));
  } else {
    group.asleep = true;
  }
}

std::vector<std::pair<LaneKey, std::uint64_t>> Lanes::take_low_marks() {
  std::vector<std::pair<LaneKey, std::uint64_t>> marks(asleep_marks_.begin(), asleep_marks_.end());
  asleep_marks_.clear();
  for (const LaneKey& key : touched_) {
    auto lane = lanes_.find(key);
    if (lane == lanes_.end()) continue;
    marks.emplace_back(key, lane->second.low_mark());
    if (!lane->second.empty()) continue;
    --group_of(key).open;
    lanes_.erase(lane);
  }
  touched_.clear();
  return marks;
}

}  // namespace dunlin::engine

#include "api/finish_time.hpp"

#include <algorithm>

namespace dunlin::api {

namespace {

constexpr double kNothing = 1e-6;  // segments: less is the rest of a division

}  // namespace

void FinishTime::add(const Row& row) {
  first_ = first_ ? std::min(*first_, row.from) : row.from;
  const Wall from = std::max(row.from, now_);
  const auto slot = (from - now_) / kSlot;
  std::string key = row.where + '\n' + std::to_string(slot);
  for (const std::string& smsc : row.smscs) key += '\n' + smsc;
  const auto known = by_key_.find(key);
  std::size_t index = groups_.size();
  if (known != by_key_.end()) {
    index = known->second;
  } else if (groups_.size() >= kGroupsMax) {
    const auto alike = std::ranges::find(groups_, row.smscs, &Group::smscs);
    index = alike == groups_.end() ? 0 : static_cast<std::size_t>(alike - groups_.begin());
  } else {
    by_key_.emplace(std::move(key), index);
    Group group;
    group.sample = *row.job;
    group.sample.send_at_local.clear();  // `from` has it; asked anew each time it would be the next day's
    group.sample.not_before.reset();
    group.sample.expires = row.expires;
    group.smscs = row.smscs;
    group.open_from = from;
    group.asked_for = now_ + slot * kSlot;
    groups_.push_back(std::move(group));
    for (const std::string& smsc : row.smscs) rates_.emplace(smsc, 0);
  }
  Group& group = groups_[index];
  ++group.rows;
  group.segments += row.segments;
  group.left += static_cast<double>(row.segments);
}

void FinishTime::set_rate(const std::string& smsc, double segments_per_second) { rates_[smsc] = segments_per_second; }

std::vector<std::string> FinishTime::smscs() const {
  std::vector<std::string> names;
  for (const auto& [name, rate] : rates_) names.push_back(name);
  return names;
}

std::optional<FinishTime::Question> FinishTime::next() {
  while (!over_) {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const Group& group = groups_[i];
      if (group.left <= kNothing || group.open_from >= slot_end() || group.asked_for == slot_) continue;
      if (group.open_from > slot_) continue;  // it opens within this slot, and is open then
      if (++questions_ > kQuestionsMax) {
        over_ = true;
        finish_.reset();
        return std::nullopt;
      }
      asked_ = i;
      return Question{group.sample, slot_};
    }
    serve_slot();
    go_on();
  }
  return std::nullopt;
}

void FinishTime::answer(std::optional<Wall> earliest) {
  Group& group = groups_[*std::exchange(asked_, std::nullopt)];
  group.asked_for = slot_;
  if (earliest) {
    group.open_from = std::max(*earliest, slot_);
    return;
  }
  const double part = group.segments == 0 ? 0 : group.left / static_cast<double>(group.segments);
  expire_ += static_cast<std::uint64_t>(part * static_cast<double>(group.rows) + 0.5);
  group.left = 0;
}

// Each SMSC serves those of its groups that are open, the one that opened first before the others.
void FinishTime::serve_slot() {
  std::vector<std::size_t> order(groups_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return groups_[i].open_from; });
  std::map<std::string, Wall> busy_until;
  for (const std::size_t i : order) {
    if (groups_[i].left > kNothing && groups_[i].open_from < slot_end()) serve(groups_[i], busy_until);
  }
}

// Its SMSCs share it, each from when it is free, and are through with it together.
void FinishTime::serve(Group& group, std::map<std::string, Wall>& busy_until) {
  const auto limited = [&](const std::string& smsc) { return rates_[smsc] > 0; };
  Wall at = std::max(slot_, group.open_from);
  if (group.smscs.empty() || !std::ranges::all_of(group.smscs, limited)) {
    group.left = 0;
  } else {
    std::vector<std::pair<Wall, double>> free;  // from when, how much a second
    for (const std::string& smsc : group.smscs) {
      Wall& until = busy_until.try_emplace(smsc, slot_).first->second;
      free.emplace_back(std::max(until, at), rates_[smsc]);
    }
    std::ranges::sort(free);
    at = free.front().first;
    double rate = 0;
    for (std::size_t i = 0; i < free.size() && group.left > kNothing; ++i) {
      rate += free[i].second;
      const Wall next = i + 1 < free.size() ? free[i + 1].first : slot_end();
      const double seconds = std::max(0.0, std::chrono::duration<double>(next - at).count());
      const double done = std::min(group.left, rate * seconds);
      group.left -= done;
      at += std::chrono::milliseconds(static_cast<std::int64_t>(done / rate * 1000));
    }
    for (const std::string& smsc : group.smscs) busy_until[smsc] = std::max(busy_until[smsc], at);
  }
  if (group.left <= kNothing) finish_ = finish_ ? std::max(*finish_, at) : at;
}

void FinishTime::go_on() {
  Wall soonest = Wall::max();
  for (const Group& group : groups_) {
    if (group.left > kNothing) soonest = std::min(soonest, group.open_from);
  }
  if (soonest == Wall::max()) {
    over_ = true;
    return;
  }
  slot_ += kSlot;
  if (soonest >= slot_end()) slot_ += (soonest - slot_) / kSlot * kSlot;
  if (slot_ > now_ + kFurthest) {
    over_ = true;
    finish_.reset();
  }
}

}  // namespace dunlin::api

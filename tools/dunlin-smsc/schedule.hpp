// What is to happen later, by the millisecond: a bucket a millisecond instead of a timer a message. Within a bucket the
// order of adding holds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <map>
#include <utility>
#include <vector>

namespace dunlin::smsc {

template <class Item>
class Schedule {
 public:
  void add(Steady due, Item item) {
    const auto bucket = ceil(due);
    if (last_ == buckets_.end() || last_->first != bucket) last_ = buckets_.try_emplace(bucket).first;
    last_->second.push_back(std::move(item));
    ++size_;
  }
  // Hands over what is due, oldest first. `take` may add.
  template <class Take>
  void take_due(Steady now, Take&& take) {
    const auto until = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
    while (!buckets_.empty() && buckets_.begin()->first <= until) {
      auto items = std::move(buckets_.begin()->second);
      buckets_.erase(buckets_.begin());
      last_ = buckets_.end();
      size_ -= items.size();
      for (auto& item : items) take(std::move(item));
    }
  }
  Steady next() const { return buckets_.empty() ? kNever : Steady(std::chrono::milliseconds(buckets_.begin()->first)); }
  std::size_t size() const { return size_; }

 private:
  using Buckets = std::map<std::int64_t, std::vector<Item>>;
  static std::int64_t ceil(Steady due) {
    return std::chrono::ceil<std::chrono::milliseconds>(due.time_since_epoch()).count();
  }
  Buckets buckets_;
  typename Buckets::iterator last_ = buckets_.end();  // where the last item went: most go there again
  std::size_t size_ = 0;
};

}  // namespace dunlin::smsc

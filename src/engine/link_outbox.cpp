#include "engine/link_outbox.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::engine {

std::uint32_t Outbox::place() {
  if (free_.empty()) {
    jobs_.emplace_back();
    return static_cast<std::uint32_t>(jobs_.size() - 1);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return index;
}

void Outbox::add(Outgoing outgoing) {
  if (outgoing.parts.empty()) return;
  const std::uint32_t index = place();
  Job& job = jobs_[index];
  job.n = outgoing.n;
  job.urgent = outgoing.urgent;
  job.recipient = std::hash<std::string_view>{}(outgoing.parts.front().submit.destination_addr.view());
  job.parts = std::move(outgoing.parts);
  const auto [first, last] = by_n_.equal_range(job.n);
  for (auto other = first; other != last; ++other) {
    if (jobs_[other->second].unsettled > 0) job.lane = jobs_[other->second].lane;
  }
  by_n_.emplace(job.n, index);
  waiting_ += job.parts.size();
  job.queued = true;
  queue_of(job).push_back(index);
}

// Drops names of jobs that were taken back meanwhile.
bool Outbox::front(Queue& queue, std::optional<Next>& found) {
  while (!queue.empty() && jobs_[queue.front()].waiting() == 0) pop(queue);
  if (queue.empty()) return false;
  found = Next{queue.front(), &queue};
  return true;
}

std::optional<Outbox::Next> Outbox::next(Lane lane) {
  std::optional<Next> found;
  for (std::size_t priority = 0; priority < 2; ++priority) {
    if (front(lanes_[lane][priority], found) || front(common_[priority], found)) break;
  }
  return found;
}

Outgoing::Part& Outbox::part(const Next& next) {
  Job& job = jobs_[next.job];
  return job.parts[job.next];
}

session::Tag Outbox::tag(const Next& next) const {
  return {next.job, static_cast<std::uint32_t>(jobs_[next.job].handed.size())};
}

void Outbox::handed(const Next& next, Lane lane, SessionId session, std::uint64_t end) {
  Job& job = jobs_[next.job];
  job.handed.push_back({job.parts[job.next].segment, false, end});
  ++job.unsettled;
  ++job.next;
  --waiting_;
  const bool began = std::exchange(job.lane, lane) == kNoLane;
  job.session = session;
  if (job.waiting() == 0) {
    job.parts = {};
    job.next = 0;
    pop(*next.queue);
  } else if (began) {
    next.queue->pop_front();
    queue_of(job).push_back(next.job);
  }
}

void Outbox::dropped(const Next& next) {
  ++jobs_[next.job].next;
  --waiting_;
  if (jobs_[next.job].waiting() == 0) pop(*next.queue);
}

void Outbox::pop(Queue& queue) {
  const std::uint32_t index = queue.front();
  queue.pop_front();
  jobs_[index].queued = false;
  free_if_done(index);
}

void Outbox::free_if_done(std::uint32_t index) {
  Job& job = jobs_[index];
  if (job.queued || job.unsettled > 0) return;
  const auto [first, last] = by_n_.equal_range(job.n);
  by_n_.erase(std::find_if(first, last, [&](const auto& row) { return row.second == index; }));
  job.parts = {};
  job.next = 0;
  job.handed.clear();
  job.lane = kNoLane;
  job.session = 0;
  free_.push_back(index);
}

Outbox::Named Outbox::settle(session::Tag tag) {
  const auto index = static_cast<std::uint32_t>(tag.id);
  DUNLIN_CHECK(index < jobs_.size() && tag.part < jobs_[index].handed.size());
  Job& job = jobs_[index];
  Handed& handed = job.handed[tag.part];
  DUNLIN_CHECK(!handed.settled);
  handed.settled = true;
  --job.unsettled;
  const Named named{job.n, handed.segment, job.recipient};
  free_if_done(index);
  return named;
}

std::vector<std::uint32_t> Outbox::waiting_segments(const Job& job) const {
  std::vector<std::uint32_t> segments;
  for (std::size_t i = job.next; i < job.parts.size(); ++i) segments.push_back(job.parts[i].segment);
  return segments;
}

void Outbox::forget_waiting(Job& job) {
  waiting_ -= job.waiting();
  job.parts = {};
  job.next = 0;
}

void Outbox::return_all(Queue& queue, std::vector<Returned>& returned) {
  while (!queue.empty()) {
    Job& job = jobs_[queue.front()];
    if (job.waiting() > 0) {
      returned.push_back({job.n, waiting_segments(job)});
      forget_waiting(job);
    }
    pop(queue);
  }
}

std::vector<Outbox::Returned> Outbox::lose(Lane lane) {
  std::vector<Returned> returned;
  for (std::size_t priority = 0; priority < 2; ++priority) {
    Queue queue = std::exchange(lanes_[lane][priority], {});
    Queue unbegun;
    std::erase_if(queue, [&](std::uint32_t index) {
      const bool free = jobs_[index].handed.empty() && jobs_[index].waiting() > 0;
      if (free) unbegun.push_back(index);
      return free;
    });
    return_all(queue, returned);
    for (const std::uint32_t index : unbegun) jobs_[index].lane = kNoLane;
    common_[priority].insert(common_[priority].begin(), unbegun.begin(), unbegun.end());
  }
  return returned;
}

std::vector<Outbox::Returned> Outbox::give_up() {
  std::vector<Returned> returned;
  for (std::size_t priority = 0; priority < 2; ++priority) {
    for (auto& lane : lanes_) return_all(lane[priority], returned);
    return_all(common_[priority], returned);
  }
  return returned;
}

Outbox::TakenBack Outbox::take_back(std::uint64_t n) {
  TakenBack back;
  const auto [first, last] = by_n_.equal_range(n);
  for (auto row = first; row != last; ++row) {
    Job& job = jobs_[row->second];
    const auto segments = waiting_segments(job);
    back.taken.insert(back.taken.end(), segments.begin(), segments.end());
    if (job.waiting() > 0) ++stale_;  // a queue still names it: it is freed when that comes to its front
    forget_waiting(job);
    std::uint64_t end = 0;
    for (const Handed& handed : job.handed) {
      if (handed.settled) continue;
      back.handed_over.push_back(handed.segment);
      end = std::max(end, handed.end);
    }
    if (end > 0) back.points.push_back({job.session, end});
  }
  if (stale_ > waiting_ + kStaleMax) sweep();
  return back;
}

void Outbox::sweep() {
  const auto clean = [&](Queue& queue) {
    Queue kept;
    while (!queue.empty()) {
      const std::uint32_t index = queue.front();
      if (jobs_[index].waiting() == 0) {
        pop(queue);
      } else {
        kept.push_back(index);
        queue.pop_front();
      }
    }
    queue = std::move(kept);
  };
  for (std::size_t priority = 0; priority < 2; ++priority) {
    for (auto& lane : lanes_) clean(lane[priority]);
    clean(common_[priority]);
  }
  stale_ = 0;
}

std::vector<Outgoing> Outbox::take_back_all() {
  std::vector<Outgoing> all;
  const auto take = [&](Queue& queue) {
    while (!queue.empty()) {
      Job& job = jobs_[queue.front()];
      if (job.waiting() > 0) {
        job.parts.erase(job.parts.begin(), job.parts.begin() + static_cast<std::ptrdiff_t>(job.next));
        job.next = 0;
        waiting_ -= job.parts.size();
        all.push_back({job.n, job.urgent, std::exchange(job.parts, {})});
      }
      pop(queue);
    }
  };
  for (std::size_t priority = 0; priority < 2; ++priority) {
    for (auto& lane : lanes_) take(lane[priority]);
    take(common_[priority]);
  }
  return all;
}

}  // namespace dunlin::engine

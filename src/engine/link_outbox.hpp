// The jobs of one link that are claimed: their segments in order, those handed over until they are answered. No time,
// no sessions: a lane is one session's place in the link, a job's segments all go over one lane.
//
// Urgent jobs come before others; among equals first come, first served; a job that has begun on a lane is finished
// there before the lane takes another of its priority. Everything here costs the same whatever waits, except what names
// all of it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/links.hpp"
#include "session/window.hpp"

namespace dunlin::engine {

class Outbox {
 public:
  using Lane = std::uint32_t;

  explicit Outbox(std::size_t lanes) : lanes_(lanes) {}

  // If segments of the same job are unanswered on a lane, these go there, too.
  void add(Outgoing outgoing);
  std::size_t waiting() const { return waiting_; }  // segments not handed over

  // What `lane` should hand over next, until the next call of anything here.
  struct Next {
    std::uint32_t job;
    std::deque<std::uint32_t>* queue;
  };
  std::optional<Next> next(Lane lane);
  std::uint64_t n(const Next& next) const { return jobs_[next.job].n; }
  Outgoing::Part& part(const Next& next);
  // The tag its request must bear.
  session::Tag tag(const Next& next) const;
  // It was handed over: its last octet is `end` in the stream of `session`.
  void handed(const Next& next, Lane lane, SessionId session, std::uint64_t end);
  // It can never be handed over; it is gone from here.
  void dropped(const Next& next);

  // What bore this tag was answered, or will never be: it is gone from here.
  struct Named {
    std::uint64_t n;
    std::uint32_t segment;
    std::uint64_t recipient;  // a hash of the job's destination
  };
  Named settle(session::Tag tag);

  struct Returned {
    std::uint64_t n;
    std::vector<std::uint32_t> segments;
  };
  // The lane's session is gone, after all it had handed over was settled: rests of jobs that began there are returned,
  // others wait for any lane again.
  std::vector<Returned> lose(Lane lane);
  // No lane is left: everything that waits is returned.
  std::vector<Returned> give_up();

  struct TakenBack {
    std::vector<std::uint32_t> taken;
    std::vector<std::uint32_t> handed_over;  // and unanswered
    std::vector<HandedUpTo> points;          // the last octet of those, one a session
  };
  TakenBack take_back(std::uint64_t n);
  // Everything that waits, in its order.
  std::vector<Outgoing> take_back_all();

 private:
  static constexpr Lane kNoLane = 0xFFFFFFFF;
  static constexpr std::size_t kStaleMax = 1024;  // beyond, and beyond what waits: the queues are swept
  struct Handed {
    std::uint32_t segment;
    bool settled;
    std::uint64_t end;
  };
  struct Job {
    std::uint64_t n = 0;
    std::uint64_t recipient = 0;
    bool urgent = false;
    bool queued = false;  // some queue names it: its place is kept until that is popped
    Lane lane = kNoLane;
    SessionId session = 0;
    std::vector<Outgoing::Part> parts;
    std::size_t next = 0;  // of parts
    std::vector<Handed> handed;
    std::uint32_t unsettled = 0;  // of handed
    std::size_t waiting() const { return parts.size() - next; }
  };
  using Queue = std::deque<std::uint32_t>;
  using Queues = std::array<Queue, 2>;  // urgent, other

  std::uint32_t place();
  Queue& queue_of(const Job& job) {
    return job.lane == kNoLane ? common_[job.urgent ? 0 : 1] : lanes_[job.lane][job.urgent ? 0 : 1];
  }
  bool front(Queue& queue, std::optional<Next>& found);
  void pop(Queue& queue);
  void forget_waiting(Job& job);
  void sweep();
  void free_if_done(std::uint32_t index);
  std::vector<std::uint32_t> waiting_segments(const Job& job) const;
  void return_all(Queue& queue, std::vector<Returned>& returned);

  std::vector<Job> jobs_;  // places, reused
  std::vector<std::uint32_t> free_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_n_;
  Queues common_;
  std::vector<Queues> lanes_;
  std::size_t waiting_ = 0;
  std::size_t stale_ = 0;  // at most so many names in queues are of jobs that were taken back
};

}  // namespace dunlin::engine

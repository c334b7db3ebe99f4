// The marked points: places where dying is nastiest. The chosen one, passed for the n-th time, kills the process as
// SIGKILL from outside would, but exactly there.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dunlin::crash {

enum class Point : std::uint8_t {
  start_read,
  commit_due,
  commit_done,
  request_taken,
  answer_due,
  bind_written,
  submit_due,
  submit_torn,
  submit_written,
  delivery_unanswered,
  delivery_answered,
  unbind_written,
};

struct PointRow {
  Point point;
  std::string_view name;
  std::string_view where;
};

inline constexpr std::array kPoints{
    PointRow{Point::start_read, "start_read",
             "before a read of the store that comes before the first commit: the restore"},
    PointRow{Point::commit_due, "commit_due", "before a commit"},
    PointRow{Point::commit_done, "commit_done", "after a commit, nothing of it released yet"},
    PointRow{Point::request_taken, "request_taken", "a call of the API was read and is about to become an input"},
    PointRow{Point::answer_due, "answer_due", "what a call asked for is on disk, its answer not given yet"},
    PointRow{Point::bind_written, "bind_written", "the kernel has a bind"},
    PointRow{Point::submit_due, "submit_due", "before a submit_sm is given to the kernel"},
    PointRow{Point::submit_torn, "submit_torn", "the kernel has half of a submit_sm"},
    PointRow{Point::submit_written, "submit_written", "the kernel has a submit_sm"},
    PointRow{Point::delivery_unanswered, "delivery_unanswered", "before a deliver_sm_resp is given to the kernel"},
    PointRow{Point::delivery_answered, "delivery_answered", "the kernel has a deliver_sm_resp"},
    PointRow{Point::unbind_written, "unbind_written", "the kernel has an unbind of an orderly stop"},
};
std::optional<Point> find_point(std::string_view name);

class Mark {
 public:
  Mark(Point point, std::uint64_t pass) : point_(point), left_(pass) {}
  // Does not return at the last pass. Any thread.
  void passing(Point point) {
    if (reached(point)) die();
  }
  // Whether this is the pass to die at; then die() is next.
  bool reached(Point point) { return point == point_ && left_.fetch_sub(1) == 1; }
  [[noreturn]] static void die();

 private:
  const Point point_;
  std::atomic<std::uint64_t> left_;
};

}  // namespace dunlin::crash

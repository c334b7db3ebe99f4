// Reads the daemon's event lines without parsing them whole: type, job and time are found and the rest is passed over.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jobs.hpp"

namespace dunlin::bench {

// Milliseconds since 1970 of an RFC 3339 time in UTC with at least seconds; 0 for anything else.
std::int64_t parse_millis(std::string_view time);
// The same in microseconds.
std::int64_t parse_micros(std::string_view time);

// The value of a string member of a JSON object that is written on one line without blanks; empty where it is missing.
std::string_view string_member(std::string_view line, std::string_view quoted_key);

struct JobTimes {
  std::int64_t accepted = 0, submitted = 0, final = 0;  // milliseconds since 1970; 0: not yet
  std::uint8_t finals = 0, submits = 0;                 // events of that kind: more than one is a fault
};

// Final states, as the events are called.
inline constexpr std::array<std::string_view, 8> kFinalTypes{"delivered", "undelivered", "expired", "rejected",
                                                             "failed",    "cancelled",   "blocked", "unknown"};

class Tracker {
 public:
  Tracker(const Jobs& jobs, std::size_t count) : jobs_(jobs), times_(count) {}

  // Takes pieces of the stream as they come, cut anywhere.
  void take(std::string_view piece);

  std::size_t accepted() const { return accepted_; }
  std::size_t submitted() const { return submitted_; }
  std::size_t finished() const { return finished_; }
  std::size_t refused() const { return refused_; }
  void add_refused(std::size_t count) { refused_ += count; }
  bool complete() const { return finished_ + refused_ >= times_.size(); }
  std::size_t duplicates() const { return duplicates_; }  // a second `submitted` or final event of a job
  std::size_t in_doubt() const { return in_doubt_; }
  const std::array<std::size_t, kFinalTypes.size()>& by_state() const { return by_state_; }
  const std::vector<JobTimes>& times() const { return times_; }

 private:
  void line(std::string_view line);

  const Jobs& jobs_;
  std::vector<JobTimes> times_;
  std::string rest_;  // of a line that was cut
  std::array<std::size_t, kFinalTypes.size()> by_state_{};
  std::size_t accepted_ = 0, submitted_ = 0, finished_ = 0, refused_ = 0, duplicates_ = 0, in_doubt_ = 0;
};

}  // namespace dunlin::bench

// A program we started: its output in a file, its figures from /proc, its end awaited.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <string>
#include <vector>

namespace dunlin::bench {

class Process {
 public:
  Process() = default;
  ~Process();  // kills it, if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // `arguments` begins with the program's path; what it prints goes to `log`. Errors: "spawn".
  [[nodiscard]] Result<void> start(const std::vector<std::string>& arguments, const std::string& log);
  bool running();
  // SIGTERM, then SIGKILL after `patience`. True: it ended by itself with exit code 0.
  bool stop(std::chrono::seconds patience);

  pid_t pid() const { return pid_; }
  const std::string& log() const { return log_; }
  double cpu_seconds() const;          // user and system, so far; 0 once it has ended
  std::uint64_t rss_kib() const;       // resident now
  std::uint64_t rss_peak_kib() const;  // the most so far
  void reset_peak() const;             // the peak starts anew from what is resident now

 private:
  bool reap(bool wait);
  pid_t pid_ = 0;
  int status_ = 0;
  std::string log_;
};

}  // namespace dunlin::bench

// Load through a running daemon: jobs in as NDJSON, their events back, until each is final.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <optional>
#include <string>

#include "events.hpp"
#include "figures.hpp"
#include "jobs.hpp"

namespace dunlin::bench {

struct LoadOptions {
  std::string socket;
  JobsOptions jobs;
  std::size_t count = 300'000;
  double rate = 0;                     // jobs a second handed in; 0: as fast as they are taken
  std::size_t connections = 1;         // that hand in at the same time
  std::size_t window = 0;              // jobs handed in and not final; 0: no bound
  std::chrono::seconds patience{60};   // without any event: give up
  std::optional<std::uint64_t> after;  // events are followed from there; default: from the last there is
  bool hand_in = true;                 // false: they are in already, only follow them
  bool wait_final = true;              // false: until each is accepted
};

struct LoadResult {
  Tracker tracker;
  double seconds = 0;         // first line handed in → last final event seen
  double accept_seconds = 0;  // first line handed in → last answer
  bool gave_up = false;
};

// Errors: "http".
[[nodiscard]] Result<std::uint64_t> last_event(const std::string& socket);
[[nodiscard]] Result<LoadResult> run_load(const LoadOptions& options, const Jobs& jobs);
void report_load(const LoadResult& result, Figures& figures);

// A prefix that no other run has: from the clock.
std::string fresh_prefix();

}  // namespace dunlin::bench

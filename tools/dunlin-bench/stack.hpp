// The whole stack on one machine: dunlin-smsc and dunlind started in a temporary folder, loaded, measured, stopped.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <string>

#include "figures.hpp"

namespace dunlin::bench {

struct StackOptions {
  std::string programs;  // folder of dunlind and dunlin-smsc
  std::string folder;    // where the temporary folder is made: on the disk that is to be measured
  bool sync = true;
  std::size_t jobs = 300'000;
  std::size_t connections = 1;
  double rate = 0;
  std::uint32_t sessions = 1;
  std::uint32_t window = 1000;
  std::uint32_t throughput = 0;
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds receipt_delay{100};
  double account_share = 0;
  bool journal = true;          // of what the SMSC got: finds jobs that were sent twice
  bool paused_million = false;  // queue the jobs with the link paused; measure memory, restart, and sending
  bool keep = false;            // the temporary folder
};

// Errors: "stack" with what went wrong and the end of the daemon's log; "http", "spawn".
[[nodiscard]] Result<void> run_stack(const StackOptions& options, Figures& figures);

}  // namespace dunlin::bench

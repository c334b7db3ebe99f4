// The measurements beside the load: how long an idle gateway takes, and how evenly an SMSC was sent to.
#pragma once

#include <chrono>
#include <cstddef>
#include <dunlin/base/result.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "figures.hpp"

namespace dunlin::bench {

// Every line of a journal of dunlin-smsc, without its '\n'; a last line that is cut is left out. Errors: "journal_io".
[[nodiscard]] Result<void> each_line(const std::string& path, const std::function<void(std::string_view)>& take);

struct LatencyOptions {
  std::string socket;
  std::string journal;  // of the dunlin-smsc behind the daemon, on this machine; empty: none
  std::size_t count = 500;
  std::chrono::milliseconds interval{20};
};
// One job at a time: request → answer, and answer and request → submit_sm on the wire, by the journal. Errors: "http",
// "journal_io".
[[nodiscard]] Result<void> measure_latency(const LatencyOptions& options, Figures& figures);

// Of the times in a journal: how many in all, the sustained rate, and the most in any sliding second. Errors:
// "journal_io", "bad_value" for a journal with fewer than two lines.
[[nodiscard]] Result<void> measure_rate(const std::string& journal, Figures& figures);

}  // namespace dunlin::bench

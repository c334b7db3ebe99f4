// One seed, run and judged.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checker.hpp"
#include "scenario.hpp"

namespace dunlin::simulation {

struct Outcome {
  std::optional<Finding> finding;
  std::chrono::nanoseconds simulated{0};
};
// What happened in a year, for people to see that it was one.
struct YearSum {
  std::map<std::string, std::uint64_t> events;     // by type, and of deferrals and blocks by reason
  std::map<std::string, std::uint64_t> asked;      // by what was wanted
  std::map<std::string, std::uint64_t> countries;  // submits, by the reader's
  std::uint64_t submits = 0, lives = 0, reloads = 0;
};

using Watcher = std::function<void(const Fact&, const Now&)>;
using Noter = std::function<void(const std::string&, const Now&)>;

// Ends at the first finding. `watch` is told every fact, `note` what the gateway logs and the world decides.
Outcome run_seed(std::uint64_t seed, std::uint64_t steps, const Watcher& watch = {}, const Noter& note = {});

// A year, judged by the same checkers.
Outcome run_year(const YearWanted& wanted, YearSum& sum, const Watcher& watch = {}, const Noter& note = {});

// A month, judged by the same checkers.
Outcome run_month(const MonthWanted& wanted, const Watcher& watch, const Noter& note = {});

// The same run once more, as lines for people: the last `lines_max` of what concerns the finding's job, and of what
// concerns the gateway as a whole. `everything`: all facts.
std::vector<std::string> history(std::uint64_t seed, std::uint64_t steps, JobNumber job, std::size_t lines_max,
                                 bool everything);

}  // namespace dunlin::simulation

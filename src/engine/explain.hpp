// Why jobs were sent or not: what was decided when, by which rule and where that is written, and of what was not sent
// what would become of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/preview.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// A step of a job's history, or the decision that let it leave.
struct ExplainedStep {
  store::Transition step;
  std::string local;        // its time on the recipient's clock; empty: several zones, or none (LocalClock)
  std::string until_local;  // the same of `until`
  std::string source;       // where the rule is written, as the tables have it now; empty: no rule, or it is gone
};

struct ExplainedJob {
  store::Job job;  // with its newest values
  store::JobState state;
  bool sent = false;  // some of it reached an SMSC, or may have
  std::string time_zone;
  std::vector<ExplainedStep> history;
  std::optional<ExplainedStep> decided;  // when it was last decided that it may leave
  std::string text;                      // what was sent, as long as that is kept
  std::optional<Preview> next;           // of what was not sent
};

struct Explanation {
  Wall now{};
  Wall at{};  // the time that was asked about
  std::vector<ExplainedJob> jobs;
};

}  // namespace dunlin::engine

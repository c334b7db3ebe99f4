// What the answer of each of dunning's gates rests on, in words and with its source: for people, and as evidence. Pure.
#pragma once

#include "engine/preview.hpp"

namespace dunlin::engine {

struct EvidenceOf {
  const JobAt& at;
  const Standing& standing;
  const Surroundings& around;
  const LocalClock& clock;
  std::chrono::milliseconds least;  // as for facts_of
  Wall when;
  bool sender_stopped = false;  // as for facts_of
};

// dunning::gates over the facts of that moment, each with its evidence.
[[nodiscard]] std::vector<ShownGate> gates_with_evidence(const EvidenceOf& of);

// Where a rule of the calendar that decided at `when` is written, as the tables have it now: "countries.toml, line 45:
// UNIREC … (practice)". Empty: no row has this name any more.
[[nodiscard]] std::string source_of_rule(std::string_view rule, const DunningSettings& dunning, Wall when);

}  // namespace dunlin::engine

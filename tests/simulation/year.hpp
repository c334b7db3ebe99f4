// The simulated year as a command: run, judged, and summed up for people.
#pragma once

#include <cstddef>

#include "scenario.hpp"

namespace dunlin::simulation {

// Prints what happened, or the last `lines` of what concerns a broken promise; `trace`: all of it. 0 when every promise
// was kept, else 1.
int tell_year(const YearWanted& wanted, std::size_t lines, bool trace);

}  // namespace dunlin::simulation

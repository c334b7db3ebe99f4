// The simulated month as a command: run, judged, and summed up for people.
#pragma once

#include <cstddef>

#include "scenario.hpp"

namespace dunlin::simulation {

// Prints what became of everybody, and which commands it took. 0 when every promise was kept, most people paid within 48 hours,
// few are left to be phoned and all of it adds up; else 1.
int tell_month(const MonthWanted& wanted, std::size_t lines, bool trace);

}  // namespace dunlin::simulation

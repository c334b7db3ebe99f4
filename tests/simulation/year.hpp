// The simulated year as a command: run, judged, and summed up for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "scenario.hpp"

namespace dunlin::simulation {

// Prints what happened, or the last `lines` of what concerns a broken promise; `trace`: all of it. 0 when every promise
// was kept, else 1.
int tell_year(const YearWanted& wanted, std::size_t lines, bool trace);

// The moment as a line begins with it.
std::string stamp(const Now& now);
void print_counts(const char* what, const std::map<std::string, std::uint64_t>& counts);

}  // namespace dunlin::simulation

// The daemon as a program: its command line, its process settings, its life.
#pragma once

#include "daemon/seams.hpp"

namespace dunlin::daemon {

// Returns the exit code: 0 stopped in order (or asked only for a check or help), 1 it cannot run, 2 wrong use.
int run_program(int argc, const char* const* argv, Seams seams = {});

}  // namespace dunlin::daemon

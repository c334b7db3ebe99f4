// Many seeds over several processes. A process that dies takes its seed with it, and the seed is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace dunlin::simulation {

struct PoolOptions {
  std::uint64_t first = 1;
  std::uint64_t count = 0;  // 0: as many as the time allows
  double minutes = 0;       // 0: until `count`
  std::uint64_t steps = 2000;
  unsigned jobs = 1;
  std::size_t findings_max = 5;  // then it stops
  std::string program;           // as the command that replays a seed names it
};

// Prints what was found and a sum; 0 when every promise was kept, else 1.
int run_pool(const PoolOptions& options);
// From the machine's randomness: for runs that nobody has seen.
std::uint64_t fresh_seed();

}  // namespace dunlin::simulation

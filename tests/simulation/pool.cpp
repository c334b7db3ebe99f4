#include "pool.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "run.hpp"

namespace dunlin::simulation {
namespace {

// Beyond it a seed hangs. Of the machine's time, far above anything a seed takes.
constexpr unsigned kSeedSecondsMax = 120;

// What the processes share.
struct Shared {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> findings{0};
  std::atomic<std::uint64_t> simulated_ms{0};
  std::atomic<std::uint64_t> current[64];
};

Shared* share() {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    std::exit(2);
  }
  return new (memory) Shared;
}

std::string command(const PoolOptions& options, std::uint64_t seed) {
  return options.program + " --seed " + std::to_string(seed) + " --steps " + std::to_string(options.steps);
}

void tell(const PoolOptions& options, std::uint64_t seed, const Finding& found) {
  std::string text = "BROKEN: " + found.checker + ": " + found.what +
                     (found.job == kNoJob ? "" : " (" + job_id(found.job) + ")") + "\n";
  for (const std::string& line : history(seed, options.steps, found.job, 60, false)) text += "  " + line + "\n";
  text += "replay: " + command(options, seed) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void work(const PoolOptions& options, Shared& shared, unsigned worker, std::chrono::steady_clock::time_point until) {
  while (shared.findings < options.findings_max) {
    const std::uint64_t index = shared.next++;
    if (options.count > 0 && index >= options.count) break;
    if (options.minutes > 0 && std::chrono::steady_clock::now() >= until) break;
    const std::uint64_t seed = options.first + index;
    shared.current[worker] = seed;
    alarm(kSeedSecondsMax);
    const Outcome outcome = run_seed(seed, options.steps);
    if (outcome.finding) {
      ++shared.findings;
      tell(options, seed, *outcome.finding);
    }
    alarm(0);
    shared.simulated_ms +=
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(outcome.simulated).count());
    ++shared.done;
  }
}

pid_t begin(const PoolOptions& options, Shared& shared, unsigned worker, std::chrono::steady_clock::time_point until) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    work(options, shared, worker, until);
    std::_Exit(0);
  }
  return child;
}

}  // namespace

std::uint64_t fresh_seed() {
  std::random_device device;
  return ((static_cast<std::uint64_t>(device()) << 32) | device()) % 1'000'000'000'000ULL;
}

int run_pool(const PoolOptions& options) {
  Shared& shared = *share();
  const auto began = std::chrono::steady_clock::now();
  const auto until = began + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                 std::chrono::duration<double>(options.minutes * 60));
  std::printf("seeds from %llu on, %llu steps each, %u processes\n", static_cast<unsigned long long>(options.first),
              static_cast<unsigned long long>(options.steps), options.jobs);
  std::vector<pid_t> workers;
  for (unsigned i = 0; i < options.jobs; ++i) workers.push_back(begin(options, shared, i, until));
  for (std::size_t running = workers.size(); running > 0;) {
    int status = 0;
    const pid_t ended = waitpid(-1, &status, 0);
    if (ended < 0) break;
    for (unsigned i = 0; i < workers.size(); ++i) {
      if (workers[i] != ended) continue;
      --running;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
      ++shared.findings;
      ++shared.done;
      const bool hung = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
      std::printf("BROKEN: seed %llu %s\nreplay: %s\n", static_cast<unsigned long long>(shared.current[i]),
                  hung ? "hangs" : "ends the process", command(options, shared.current[i]).c_str());
      workers[i] = begin(options, shared, i, until);
      ++running;
    }
  }
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double hours = static_cast<double>(shared.simulated_ms) / 3.6e6;
  std::printf("%llu seeds (%llu to %llu), %llu broken; %.0f seeds a minute, %.1f s; %.1f h of simulated time\n",
              static_cast<unsigned long long>(shared.done), static_cast<unsigned long long>(options.first),
              static_cast<unsigned long long>(options.first + shared.done - 1),
              static_cast<unsigned long long>(shared.findings), static_cast<double>(shared.done) / took * 60, took,
              hours);
  return shared.findings == 0 ? 0 : 1;
}

}  // namespace dunlin::simulation

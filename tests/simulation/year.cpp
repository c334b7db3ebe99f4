#include "year.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <deque>

#include "run.hpp"

namespace dunlin::simulation {
std::string stamp(const Now& now) {
  const auto day = std::chrono::floor<std::chrono::days>(now.wall);
  const std::chrono::year_month_day date{day};
  const auto second = std::chrono::floor<std::chrono::seconds>(now.wall - day).count();
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d  ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return text;
}

void print_counts(const char* what, const std::map<std::string, std::uint64_t>& counts) {
  std::printf("%s:", what);
  const char* between = " ";
  for (const auto& [name, count] : counts) {
    std::printf("%s%s %llu", between, name.c_str(), static_cast<unsigned long long>(count));
    between = ", ";
  }
  std::printf("\n");
}

namespace {

// The same year once more, for what concerns one job.
void print_history(const YearWanted& wanted, JobNumber job, std::size_t lines_max) {
  std::deque<std::string> lines;
  YearSum again;
  run_year(wanted, again, [&](const Fact& fact, const Now& now) {
    if (job_of(fact) != job && !std::holds_alternative<Reloaded>(fact)) return;
    lines.push_back(stamp(now) + describe(fact));
    if (lines.size() > lines_max) lines.pop_front();
  });
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

}  // namespace

int tell_year(const YearWanted& wanted, std::size_t lines, bool trace) {
  const auto began = std::chrono::steady_clock::now();
  YearSum sum;
  Watcher watch;
  Noter note;
  if (trace) {
    watch = [](const Fact& fact, const Now& now) {
      if (!std::holds_alternative<Bounds>(fact)) std::printf("%s%s\n", stamp(now).c_str(), describe(fact).c_str());
    };
    note = [](const std::string& text, const Now& now) { std::printf("%s(%s)\n", stamp(now).c_str(), text.c_str()); };
  }
  const Outcome outcome = run_year(wanted, sum, watch, note);
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  print_counts("asked for", sum.asked);
  print_counts("events", sum.events);
  print_counts("submits by country", sum.countries);
  std::printf(
      "%llu submits to %zu countries over %.0f days; the daemon began %llu times, its configuration was read anew %llu "
      "times\n",
      static_cast<unsigned long long>(sum.submits), sum.countries.size(),
      std::chrono::duration<double>(outcome.simulated).count() / 86400, static_cast<unsigned long long>(sum.lives),
      static_cast<unsigned long long>(sum.reloads));
  std::printf("seed %llu, %u jobs: %.0f s, at most %ld MiB\n", static_cast<unsigned long long>(wanted.seed),
              wanted.jobs, took, usage.ru_maxrss / 1024);
  if (!outcome.finding) {
    std::printf("all promises kept\n");
    return 0;
  }
  const Finding& found = *outcome.finding;
  if (!trace && found.job != kNoJob) print_history(wanted, found.job, lines);
  std::printf("BROKEN: %s: %s%s\n", found.checker.c_str(), found.what.c_str(),
              found.job == kNoJob ? "" : (" (" + job_id(found.job) + ")").c_str());
  return 1;
}

}  // namespace dunlin::simulation

// dunlin-simulation: runs the whole gateway on virtual time against SMSCs that lie, seed by seed.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "dunning/countries.hpp"
#include "month.hpp"
#include "pool.hpp"
#include "run.hpp"
#include "scenario.hpp"
#include "year.hpp"

namespace {

using namespace dunlin::simulation;

int replay(std::uint64_t seed, std::uint64_t steps, bool trace, std::size_t lines) {
  const Outcome outcome = run_seed(seed, steps);
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), Scenario(seed).describe().c_str());
  if (trace || outcome.finding) {
    const JobNumber job = outcome.finding ? outcome.finding->job : kNoJob;
    for (const std::string& line : history(seed, steps, job, trace ? SIZE_MAX : lines, trace))
      std::printf("%s\n", line.c_str());
  }
  if (!outcome.finding) {
    std::printf("all promises kept over %.0f s\n", std::chrono::duration<double>(outcome.simulated).count());
    return 0;
  }
  const Finding& found = *outcome.finding;
  std::printf("BROKEN: %s: %s%s\n", found.checker.c_str(), found.what.c_str(),
              found.job == kNoJob ? "" : (" (" + job_id(found.job) + ")").c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the whole gateway on virtual time against SMSCs that lie. Every run follows from its seed."};
  std::uint64_t seed = 1, steps = 2000, seeds = 0;
  double minutes = 0;
  unsigned jobs = 1;
  std::size_t lines = 120, findings = 5;
  bool trace = false, year = false, month = false;
  YearWanted wanted;
  std::string from = "2026-01-01";
  auto* seed_option = app.add_option("--seed", seed, "the seed, or the first of --seeds")->capture_default_str();
  app.add_option("--steps", steps, "steps of trouble before the calm")->capture_default_str();
  app.add_option("--seeds", seeds, "run so many seeds, one after the other");
  app.add_option("--minutes", minutes, "run seeds for so long");
  app.add_option("--jobs", jobs, "processes")->capture_default_str()->check(CLI::Range(1, 64));
  app.add_option("--lines", lines, "of the history of a failing seed")->capture_default_str();
  app.add_option("--findings", findings, "stop after so many failing seeds")->capture_default_str();
  app.add_flag("--trace", trace, "every fact, also of a seed that passes");
  auto* year_option = app.add_flag("--year", year, "a year of the shipped calendar, with people of many countries");
  app.add_option("--year-jobs", wanted.jobs, "so many jobs over that year")->capture_default_str()->needs(year_option);
  app.add_option("--days", wanted.days, "not a whole year")
      ->capture_default_str()
      ->needs(year_option)
      ->check(CLI::Range(1, 600));
  app.add_option("--from", from, "its first day")->capture_default_str()->needs(year_option);
  auto* month_option = app.add_flag("--month", month, "a month of one campaign under the shipped plan, with one clerk")
                           ->excludes(year_option);
  MonthWanted of_month;
  app.add_option("--accounts", of_month.accounts, "so many people in it")
      ->capture_default_str()
      ->needs(month_option)
      ->check(CLI::Range(100, 20'000));
  CLI11_PARSE(app, argc, argv);
  if (month) {
    of_month.seed = seed;
    return tell_month(of_month, lines, trace);
  }
  if (year) {
    const auto date = dunlin::dunning::date_of(from);
    if (!date) return app.exit(CLI::ValidationError("--from", "a date such as 2026-01-01 is expected"));
    wanted.seed = seed;
    wanted.from = std::chrono::sys_days{date->time_since_epoch()};
    return tell_year(wanted, lines, trace);
  }
  if (seeds == 0 && minutes == 0) return replay(seed, steps, trace, lines);
  if (seed_option->count() == 0) seed = fresh_seed();
  return run_pool({.first = seed,
                   .count = seeds,
                   .minutes = minutes,
                   .steps = steps,
                   .jobs = jobs,
                   .findings_max = findings,
                   .program = argv[0]});
}

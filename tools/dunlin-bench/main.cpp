// dunlin-bench: drives load through a running daemon and prints figures.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "base/duration.hpp"
#include "base/version.hpp"
#include "load.hpp"
#include "measures.hpp"
#include "raw.hpp"
#include "stack.hpp"

namespace {

using namespace dunlin;
using Measure = std::function<Result<void>(bench::Figures&)>;

void add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& into, const std::string& help) {
  app.add_option_function<std::string>(
         name,
         [&into, name](const std::string& text) {
           const auto parsed = parse_duration(text);
           if (!parsed) throw CLI::ValidationError(name, parsed.error().detail);
           into = *parsed;
         },
         help + " (default: " + format_duration(into) + ")")
      ->type_name("DURATION");
}

struct Commands {
  bench::LoadOptions load;
  bench::LatencyOptions latency;
  std::string journal;
  bench::RawOptions raw;
  bench::StackOptions stack;
  std::size_t paused_jobs = 1'000'000;
};

void add_run(CLI::App& app, Commands& commands) {
  auto& load = commands.load;
  auto* run = app.add_subcommand("run", "Hand jobs in and follow each to its final state");
  run->add_option("--socket", load.socket, "The daemon's API socket")->required();
  run->add_option("--jobs", load.count, "How many")->capture_default_str();
  run->add_option("--to-prefix", load.jobs.to_prefix, "Start of the recipients' numbers")->capture_default_str();
  run->add_option("--rate", load.rate, "Jobs a second; 0: as fast as they are taken")->capture_default_str();
  run->add_option("--connections", load.connections, "That hand in at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  run->add_option("--window", load.window, "Jobs handed in and not final; 0: no bound")->capture_default_str();
  run->add_option("--account-share", load.jobs.account_share, "Share of jobs that name an account")
      ->check(CLI::Range(0.0, 1.0));
  run->add_option("--prefix", load.jobs.prefix, "Of the jobs' ids (default: one of its own)");
}

void add_measures(CLI::App& app, Commands& commands) {
  auto* latency = app.add_subcommand("latency", "Hand in one job at a time, and see how long an idle gateway takes");
  latency->add_option("--socket", commands.latency.socket, "The daemon's API socket")->required();
  latency->add_option("--count", commands.latency.count, "How many")->capture_default_str();
  add_duration(*latency, "--interval", commands.latency.interval, "Between two jobs");
  latency->add_option("--journal", commands.latency.journal,
                      "Of the dunlin-smsc behind it, to see when a submit_sm came");

  auto* rate =
      app.add_subcommand("rate", "The sustained rate and the fullest sliding second of a dunlin-smsc's journal");
  rate->add_option("--journal", commands.journal, "The journal")->required();
}

void add_raw(CLI::App& app, Commands& commands) {
  auto& options = commands.raw;
  auto* raw = app.add_subcommand("smsc", "Submit straight to an SMSC, without a daemon between");
  raw->add_option("--host", options.host, "Its address")->capture_default_str();
  raw->add_option("--port", options.port, "Its port")->capture_default_str();
  raw->add_option("--messages", options.count, "How many submits")->capture_default_str();
  raw->add_option("--window", options.window, "Unanswered submits")->check(CLI::Range(1, 10000))->capture_default_str();
  raw->add_flag("--receipts,!--no-receipts", options.receipts, "Whether receipts are asked for and waited for");
}

void add_stack(CLI::App& app, Commands& commands, CLI::Option*& jobs) {
  auto& options = commands.stack;
  auto* stack =
      app.add_subcommand("stack", "Start dunlin-smsc and dunlind in a temporary folder, load and measure them");
  jobs = stack->add_option("--jobs", options.jobs, "How many (default: 300000; with --paused-million 1000000)");
  stack->add_flag("--sync,!--no-sync", options.sync, "Whether the store syncs its commits (default: it does)");
  stack->add_option("--connections", options.connections, "That hand jobs in at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  stack->add_option("--rate", options.rate, "Jobs handed in a second; 0: as fast as they are taken");
  stack->add_option("--sessions", options.sessions, "Binds of the link")->capture_default_str();
  stack->add_option("--smsc-window", options.window, "Unanswered submits a session")->capture_default_str();
  stack->add_option("--throughput", options.throughput, "Submits a second; 0: no limit");
  add_duration(*stack, "--latency", options.latency, "How long the SMSC takes to answer");
  add_duration(*stack, "--receipt-delay", options.receipt_delay, "When receipts come after a submit");
  stack->add_option("--account-share", options.account_share, "Share of jobs that name an account")
      ->check(CLI::Range(0.0, 1.0));
  stack->add_flag("--journal,!--no-journal", options.journal,
                  "Whether the SMSC writes down what it gets, to find what was sent twice");
  stack->add_flag("--paused-million", options.paused_million,
                  "Queue the jobs with the link paused: memory, restart, sending");
  stack->add_option("--folder", options.folder, "Where the temporary folder is made")->capture_default_str();
  stack->add_flag("--keep", options.keep, "Leave the temporary folder");
}

Measure chosen(const CLI::App& app, const Commands& commands) {
  const auto& name = app.get_subcommands().front()->get_name();
  if (name == "latency")
    return [&](bench::Figures& figures) { return bench::measure_latency(commands.latency, figures); };
  if (name == "rate") return [&](bench::Figures& figures) { return bench::measure_rate(commands.journal, figures); };
  if (name == "smsc") return [&](bench::Figures& figures) { return bench::run_raw(commands.raw, figures); };
  if (name == "stack") return [&](bench::Figures& figures) { return bench::run_stack(commands.stack, figures); };
  return [&](bench::Figures& figures) -> Result<void> {
    const bench::Jobs jobs(commands.load.jobs);
    const auto result = bench::run_load(commands.load, jobs);
    if (!result) return tl::unexpected(result.error());
    bench::report_load(*result, figures);
    if (result->gave_up) return failure("gave_up", "nothing became final any more");
    return {};
  };
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Drives load through a running Dunlin and prints figures."};
  app.set_version_flag("--version", std::string("dunlin-bench ") + std::string(kVersion));
  app.require_subcommand(1);
  app.fallthrough();
  bool json = false;
  app.add_flag("--json", json, "One JSON object instead of a table");
  Commands commands;
  std::error_code error;
  commands.stack.programs = std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
  commands.stack.folder = std::filesystem::temp_directory_path(error).string();
  CLI::Option* stack_jobs = nullptr;
  add_run(app, commands);
  add_measures(app, commands);
  add_raw(app, commands);
  add_stack(app, commands, stack_jobs);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  if (commands.load.jobs.prefix.empty()) commands.load.jobs.prefix = bench::fresh_prefix();
  if (commands.stack.paused_million && stack_jobs->count() == 0) commands.stack.jobs = commands.paused_jobs;

  bench::Figures figures;
  const auto measured = chosen(app, commands)(figures);
  figures.print(json);
  if (measured) return 0;
  std::fprintf(stderr, "dunlin-bench: %s\n", to_string(measured.error()).c_str());
  return 1;
}

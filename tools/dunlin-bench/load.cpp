#include "load.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "http.hpp"

namespace dunlin::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kPieceOctets = 64 * 1024;

double seconds_since(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

// Shared by the threads of one run. The tracker is the follower's alone until it has ended.
struct Run {
  Run(const LoadOptions& how, const Jobs& lines) : options(how), jobs(lines), tracker(lines, how.count) {}
  const LoadOptions& options;
  const Jobs& jobs;
  Tracker tracker;
  Clock::time_point began{};
  std::atomic<std::size_t> finished{0};
  std::atomic<std::size_t> refused{0};
  std::atomic<std::size_t> handed_in{0};
  std::mutex mutex;
  std::condition_variable progressed;
  bool done = false;
};

// Waits until the rate and the window allow one more piece.
void hold_back(Run& run, std::size_t sent_here) {
  const auto& options = run.options;
  if (options.rate > 0) {
    const auto due = static_cast<double>(sent_here * options.connections) / options.rate;
    std::this_thread::sleep_until(run.began +
                                  std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due)));
  }
  if (options.window == 0) return;
  std::unique_lock lock(run.mutex);
  // The counts change without the lock: a wake-up that was missed costs a few milliseconds.
  while (!run.done && run.handed_in >= run.finished + run.refused + options.window) {
    run.progressed.wait_for(lock, std::chrono::milliseconds{5});
  }
}

Result<void> hand_in(Run& run, std::size_t first, std::size_t last) {
  Http http(run.options.socket);
  std::size_t next = first;
  std::string answers;
  const std::size_t lines_max = run.options.rate > 0 || run.options.window > 0 ? 50 : SIZE_MAX;
  auto result = http.stream(
      "/v1/jobs?answer=refused", "application/x-ndjson",
      [&](std::string& piece) {
        if (next < last) hold_back(run, next - first);
        std::size_t lines = 0;
        for (; next < last && piece.size() < kPieceOctets && lines < lines_max; ++next, ++lines) {
          run.jobs.append_line(piece, next);
        }
        run.handed_in += lines;
      },
      [&](std::string_view piece) { answers += piece; });
  if (!result) return result;
  // The last line says how many were refused.
  while (answers.ends_with('\n')) answers.pop_back();
  const auto last_line = answers.substr(answers.rfind('\n') + 1);
  const auto sums = nlohmann::json::parse(last_line, nullptr, false);
  if (!sums.is_object() || !sums.contains("accepted")) {
    return failure("http", "the answer has no closing line: " + last_line.substr(0, 200), "/v1/jobs");
  }
  run.refused += sums.value("rejected", std::size_t{0}) + sums.value("duplicate", std::size_t{0});
  return {};
}

void follow(Run& run, Http& http, std::uint64_t after, Result<void>& result) {
  const bool wait_final = run.options.wait_final;
  result = http.follow("/v1/events?follow=true&after=" + std::to_string(after), [&](std::string_view piece) {
    run.tracker.take(piece);
    run.finished = wait_final ? run.tracker.finished() : run.tracker.accepted();
    run.progressed.notify_all();
    return run.finished + run.refused < run.options.count;
  });
  const std::lock_guard lock(run.mutex);
  run.done = true;
  run.progressed.notify_all();
}

// True: everything is final. Ends early when nothing happens for `patience`.
bool wait_for_end(Run& run) {
  std::unique_lock lock(run.mutex);
  std::size_t seen = run.finished;
  auto last_progress = Clock::now();
  while (!run.done) {
    run.progressed.wait_for(lock, std::chrono::milliseconds{100});
    if (run.finished != seen) {
      seen = run.finished;
      last_progress = Clock::now();
    }
    if (run.finished + run.refused >= run.options.count) return true;
    if (Clock::now() - last_progress > run.options.patience) return false;
  }
  return run.finished + run.refused >= run.options.count;
}

std::vector<double> between(const Tracker& tracker, std::int64_t JobTimes::*from, std::int64_t JobTimes::*to) {
  std::vector<double> values;
  for (const auto& job : tracker.times()) {
    if (job.*from != 0 && job.*to != 0) values.push_back(static_cast<double>(job.*to - job.*from));
  }
  return values;
}

}  // namespace

std::string fresh_prefix() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "bench" + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Result<std::uint64_t> last_event(const std::string& socket) {
  Http http(socket);
  const auto status = http.call("GET", "/v1/status");
  if (!status) return tl::unexpected(status.error());
  const auto json = nlohmann::json::parse(status->body, nullptr, false);
  if (status->status != 200 || !json.is_object() || !json.contains("events")) {
    return failure("http", "no status there: " + status->body.substr(0, 200), socket);
  }
  return json["events"].value("last", std::uint64_t{0});
}

Result<LoadResult> run_load(const LoadOptions& options, const Jobs& jobs) {
  const auto after = options.after ? Result<std::uint64_t>(*options.after) : last_event(options.socket);
  if (!after) return tl::unexpected(after.error());
  Run run(options, jobs);
  Http events(options.socket);
  Result<void> followed;
  run.began = Clock::now();
  std::thread follower([&] { follow(run, events, *after, followed); });

  std::vector<Result<void>> handed(options.connections);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; options.hand_in && i < options.connections; ++i) {
    threads.emplace_back([&, i] {
      handed[i] = hand_in(run, options.count * i / options.connections, options.count * (i + 1) / options.connections);
    });
  }
  for (auto& thread : threads) thread.join();
  const double accept_seconds = seconds_since(run.began);
  std::optional<Error> error;
  for (const auto& result : handed) {
    if (!result) error = result.error();
  }
  const bool complete = !error && wait_for_end(run);
  const double seconds = seconds_since(run.began);
  events.interrupt();
  follower.join();
  if (error) return tl::unexpected(*error);
  run.tracker.add_refused(run.refused);
  return LoadResult{std::move(run.tracker), seconds, accept_seconds, !complete};
}

void report_load(const LoadResult& result, Figures& figures) {
  const auto& tracker = result.tracker;
  figures.add("jobs", std::uint64_t{tracker.times().size()});
  figures.add("jobs accepted", std::uint64_t{tracker.accepted()});
  figures.add("jobs refused", std::uint64_t{tracker.refused()});
  for (std::size_t i = 0; i < kFinalTypes.size(); ++i) {
    if (tracker.by_state()[i] > 0)
      figures.add("jobs " + std::string(kFinalTypes[i]), std::uint64_t{tracker.by_state()[i]});
  }
  figures.add("jobs not final", std::uint64_t{tracker.times().size() - tracker.finished() - tracker.refused()});
  figures.add("duplicate events", std::uint64_t{tracker.duplicates()});
  if (tracker.in_doubt() > 0) figures.add("in doubt", std::uint64_t{tracker.in_doubt()});
  figures.add("accept", static_cast<double>(tracker.accepted()) / result.accept_seconds, "jobs/s");
  figures.add("end to end", static_cast<double>(tracker.finished()) / result.seconds, "jobs/s");
  figures.add("wall", result.seconds, "s");
  figures.add_percentiles("accepted -> submitted", between(tracker, &JobTimes::accepted, &JobTimes::submitted), "ms");
  figures.add_percentiles("submitted -> final", between(tracker, &JobTimes::submitted, &JobTimes::final), "ms");
}

}  // namespace dunlin::bench

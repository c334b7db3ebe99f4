#include "measures.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "events.hpp"
#include "http.hpp"
#include "jobs.hpp"
#include "load.hpp"

namespace dunlin::bench {
namespace {

constexpr std::size_t kPieceOctets = 1 << 20;
constexpr std::chrono::seconds kWireWait{10};
constexpr std::int64_t kSecondMicros = 1'000'000;

std::int64_t wall_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Job {
  std::int64_t asked = 0, answered = 0, wire = 0;  // microseconds since 1970
};

Result<void> hand_in(const LatencyOptions& options, const Jobs& lines, std::vector<Job>& jobs) {
  Http http(options.socket);
  std::string line;
  auto next = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    std::this_thread::sleep_until(next += options.interval);
    line.clear();
    lines.append_line(line, i);
    jobs[i].asked = wall_micros();
    const auto answer = http.call("POST", "/v1/jobs", line);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status != 201) return failure("http", std::to_string(answer->status) + " " + answer->body, "/v1/jobs");
    jobs[i].answered = wall_micros();
  }
  return {};
}

// Reads the journal until every job is in it, or for kWireWait.
Result<void> find_on_wire(const LatencyOptions& options, const Jobs& lines, std::vector<Job>& jobs) {
  const auto until = std::chrono::steady_clock::now() + kWireWait;
  std::size_t found = 0;
  while (found < jobs.size() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    found = 0;
    auto read = each_line(options.journal, [&](std::string_view line) {
      const auto index = lines.index_in_text(string_member(line, R"("text":")"));
      if (!index || *index >= jobs.size()) return;
      jobs[*index].wire = parse_micros(string_member(line, R"("time":")"));
      ++found;
    });
    if (!read) return read;
  }
  return {};
}

std::vector<double> between(const std::vector<Job>& jobs, std::int64_t Job::*from, std::int64_t Job::*to) {
  std::vector<double> values;
  for (const auto& job : jobs) {
    if (job.*to != 0) values.push_back(static_cast<double>(job.*to - job.*from) / 1000);
  }
  return values;
}

}  // namespace

Result<void> each_line(const std::string& path, const std::function<void(std::string_view)>& take) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return failure("journal_io", std::strerror(errno), path);
  std::string rest;
  std::vector<char> piece(kPieceOctets);
  for (std::size_t size = 0; (size = std::fread(piece.data(), 1, piece.size(), file.get())) > 0;) {
    rest.append(piece.data(), size);
    std::size_t from = 0;
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n', from)) {
      take(std::string_view(rest).substr(from, end - from));
      from = end + 1;
    }
    rest.erase(0, from);
  }
  return {};
}

Result<void> measure_latency(const LatencyOptions& options, Figures& figures) {
  const Jobs lines({.prefix = fresh_prefix()});
  std::vector<Job> jobs(options.count);
  if (auto handed_in = hand_in(options, lines, jobs); !handed_in) return handed_in;
  figures.add("jobs", std::uint64_t{jobs.size()});
  figures.add_percentiles("request -> answer", between(jobs, &Job::asked, &Job::answered), "ms");
  if (options.journal.empty()) return {};
  if (auto found = find_on_wire(options, lines, jobs); !found) return found;
  figures.add("on the wire",
              static_cast<std::uint64_t>(std::ranges::count_if(jobs, [](const Job& job) { return job.wire != 0; })));
  figures.add_percentiles("request -> wire", between(jobs, &Job::asked, &Job::wire), "ms");
  figures.add_percentiles("answer -> wire", between(jobs, &Job::answered, &Job::wire), "ms");
  return {};
}

Result<void> measure_rate(const std::string& journal, Figures& figures) {
  std::vector<std::int64_t> times;
  auto read = each_line(journal, [&](std::string_view line) {
    if (const auto time = parse_micros(string_member(line, R"("time":")")); time != 0) times.push_back(time);
  });
  if (!read) return read;
  if (times.size() < 2) return failure("bad_value", "too few submits to speak of a rate", journal);
  std::ranges::sort(times);
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= kSecondMicros) ++first;
    most = std::max(most, last - first + 1);
  }
  const auto seconds = static_cast<double>(times.back() - times.front()) / kSecondMicros;
  figures.add("submits", std::uint64_t{times.size()});
  figures.add("from first to last", seconds, "s");
  figures.add("sustained", seconds > 0 ? static_cast<double>(times.size() - 1) / seconds : 0, "submits/s");
  figures.add("most in a sliding second", std::uint64_t{most}, "submits");
  return {};
}

}  // namespace dunlin::bench

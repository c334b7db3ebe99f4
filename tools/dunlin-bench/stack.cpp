#include "stack.hpp"

#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "http.hpp"
#include "load.hpp"
#include "measures.hpp"
#include "process.hpp"

namespace dunlin::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kStartWait{20};
constexpr std::chrono::seconds kStopWait{60};
constexpr std::chrono::milliseconds kPoll{2};
constexpr std::size_t kLogShown = 2000;

double seconds_since(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A folder that goes away with its owner.
class Folder {
 public:
  Folder(const fs::path& parent, bool keep) : keep_(keep) {
    std::string name = (parent / "dunlin-bench.XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!keep_ && !path_.empty()) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  bool keep_;
  fs::path path_;
};

struct Cpu {
  double daemon = 0, smsc = 0, bench = 0;
};

class Stack {
 public:
  explicit Stack(const StackOptions& options)
      : options_(options),
        folder_(options.folder, options.keep),
        socket_((folder_.path() / "api.sock").string()),
        journal_((folder_.path() / "journal").string()) {}

  Result<void> start() {
    if (folder_.path().empty()) return failure("stack", "no temporary folder can be made", options_.folder);
    if (auto started = start_smsc(); !started) return started;
    write_configuration();
    return start_daemon();
  }
  Result<void> start_daemon() {
    return daemon_.start({options_.programs + "/dunlind", "--config", (folder_.path() / "dunlin.toml").string()},
                         (folder_.path() / "dunlind.log").string());
  }
  // Until the API answers, and, if wanted, the link is bound.
  Result<void> wait_until_ready(bool bound) {
    const auto began = Clock::now();
    while (Clock::now() - began < kStartWait) {
      if (!daemon_.running()) return wrong("dunlind ended");
      Http http(socket_);
      if (const auto answer = http.call("GET", "/v1/status"); answer && answer->status == 200) {
        const auto json = nlohmann::json::parse(answer->body, nullptr, false);
        if (!bound || (json.is_object() && json.contains("links") && !json["links"].empty() &&
                       json["links"][0].value("bound", false)))
          return {};
      }
      std::this_thread::sleep_for(kPoll);
    }
    return wrong("dunlind is not ready in time");
  }
  Result<void> set_paused(bool paused) {
    Http http(socket_);
    const auto answer = http.call("POST", paused ? "/v1/links/bench/pause" : "/v1/links/bench/resume");
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status >= 300) return wrong("the link can't be paused: " + answer->body);
    return {};
  }
  tl::unexpected<Error> wrong(const std::string& what) const {
    auto log = read_file(folder_.path() / "dunlind.log");
    if (log.size() > kLogShown) log.erase(0, log.size() - kLogShown);
    return failure("stack", what + "\n" + log, folder_.path().string());
  }
  Cpu cpu() const { return {daemon_.cpu_seconds(), smsc_.cpu_seconds(), own_cpu_seconds()}; }
  Process& daemon() { return daemon_; }
  Process& smsc() { return smsc_; }
  const std::string& socket() const { return socket_; }
  const std::string& journal() const { return journal_; }
  fs::path store() const { return folder_.path() / "store"; }

 private:
  Result<void> start_smsc() {
    std::vector<std::string> arguments{options_.programs + "/dunlin-smsc",
                                       "--port",
                                       "0",
                                       "--latency",
                                       std::to_string(options_.latency.count()) + "ms",
                                       "--receipt-delay",
                                       std::to_string(options_.receipt_delay.count()) + "ms"};
    if (options_.journal) arguments.insert(arguments.end(), {"--journal", journal_});
    const auto log = (folder_.path() / "smsc.log").string();
    if (auto started = smsc_.start(arguments, log); !started) return started;
    const auto began = Clock::now();
    while (Clock::now() - began < kStartWait && smsc_.running()) {
      const auto line = read_file(log);
      if (const auto colon = line.rfind(':'); line.starts_with("listening ") && line.ends_with('\n')) {
        port_ = line.substr(colon + 1, line.size() - colon - 2);
        return {};
      }
      std::this_thread::sleep_for(kPoll);
    }
    return failure("stack", "dunlin-smsc does not listen: " + read_file(log), log);
  }

  void write_configuration() {
    std::ofstream file(folder_.path() / "dunlin.toml");
    file << "[store]\npath = \"store\"\nsync = " << (options_.sync ? "true" : "false")
         << "\nmin_free = \"64MiB\"\n[api]\nsocket = \"api.sock\"\n[metrics]\nlisten = \"\"\n"
         << "[[smsc]]\nname = \"bench\"\nhost = \"127.0.0.1\"\nport = " << port_
         << "\nsystem_id = \"bench\"\npassword = \"bench\"\nsource = \"ACME\"\nsessions = " << options_.sessions
         << "\nwindow = " << options_.window << "\nthroughput = " << options_.throughput << "\n"
         << "[dunning]\ncountries = \"\"\n";
  }

  const StackOptions& options_;
  Folder folder_;
  std::string socket_, journal_, port_;
  Process smsc_, daemon_;
};

void report_cpu(const Cpu& before, const Cpu& after, std::size_t messages, Figures& figures) {
  const double per = 100'000.0 / static_cast<double>(std::max<std::size_t>(messages, 1));
  const double daemon = after.daemon - before.daemon, smsc = after.smsc - before.smsc,
               bench = after.bench - before.bench;
  figures.add("cpu of dunlind", daemon, "s");
  figures.add("cpu of dunlin-smsc", smsc, "s");
  figures.add("cpu of dunlin-bench", bench, "s");
  figures.add("cpu of dunlind per 100k", daemon * per, "s");
  figures.add("cpu of all per 100k", (daemon + smsc + bench) * per, "s");
}

void report_memory(const Process& daemon, const std::string& when, Figures& figures) {
  figures.add("rss " + when, static_cast<double>(daemon.rss_kib()) / 1024, "MiB");
  figures.add("rss peak " + when, static_cast<double>(daemon.rss_peak_kib()) / 1024, "MiB");
}

std::uint64_t folder_octets(const fs::path& folder) {
  std::uint64_t sum = 0;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) sum += entry.file_size(ignored);
  }
  return sum;
}

// By the SMSC's own account: a job whose text came twice was sent twice.
Result<void> report_journal(const StackOptions& options, const std::string& journal, const Jobs& lines,
                            Figures& figures) {
  std::vector<std::uint8_t> seen(options.jobs);
  std::uint64_t twice = 0, submits = 0;
  auto read = each_line(journal, [&](std::string_view line) {
    const auto index = lines.index_in_text(string_member(line, R"("text":")"));
    if (!index || *index >= seen.size()) return;
    ++submits;
    if (seen[*index]++ == 1) ++twice;
  });
  if (!read) return read;
  figures.add("submits the SMSC accepted", submits);
  figures.add("jobs sent twice", twice);
  if (options.throughput == 0) return {};
  return measure_rate(journal, figures);
}

LoadOptions load_options(const StackOptions& options, const Stack& stack) {
  LoadOptions load;
  load.socket = stack.socket();
  load.count = options.jobs;
  load.connections = options.connections;
  load.rate = options.rate;
  return load;
}

Result<void> run_through(const StackOptions& options, Stack& stack, const Jobs& lines, Figures& figures) {
  if (auto ready = stack.wait_until_ready(true); !ready) return ready;
  const auto before = stack.cpu();
  const auto result = run_load(load_options(options, stack), lines);
  if (!result) return stack.wrong(to_string(result.error()));
  const auto after = stack.cpu();
  report_load(*result, figures);
  report_cpu(before, after, result->tracker.finished(), figures);
  report_memory(stack.daemon(), "of dunlind", figures);
  figures.add("rss peak of dunlin-smsc", static_cast<double>(stack.smsc().rss_peak_kib()) / 1024, "MiB");
  figures.add("store", static_cast<double>(folder_octets(stack.store())) / (1 << 20), "MiB");
  if (result->gave_up) return stack.wrong("gave up: nothing became final any more");
  return {};
}

// When the SMSC got its first submit, as seconds after `began`; negative: it got none in time.
double first_submit(const std::string& journal, Clock::time_point began) {
  std::error_code ignored;
  while (seconds_since(began) < 60) {
    if (fs::exists(journal, ignored) && fs::file_size(journal, ignored) > 0) {
      const auto line = read_file(journal).substr(0, 256);
      const auto wall = std::chrono::system_clock::now().time_since_epoch();
      const auto now = std::chrono::duration_cast<std::chrono::microseconds>(wall).count();
      return seconds_since(began) - static_cast<double>(now - parse_micros(string_member(line, R"("time":")"))) / 1e6;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return -1;
}

Result<void> run_paused(const StackOptions& options, Stack& stack, const Jobs& lines, Figures& figures) {
  if (auto ready = stack.wait_until_ready(true); !ready) return ready;
  if (auto paused = stack.set_paused(true); !paused) return paused;
  auto load = load_options(options, stack);
  load.wait_final = false;
  const auto queued = run_load(load, lines);
  if (!queued) return stack.wrong(to_string(queued.error()));
  figures.add("jobs queued", std::uint64_t{queued->tracker.accepted()});
  figures.add("accept", static_cast<double>(queued->tracker.accepted()) / queued->accept_seconds, "jobs/s");
  report_memory(stack.daemon(), "while queueing", figures);
  figures.add("store", static_cast<double>(folder_octets(stack.store())) / (1 << 20), "MiB");

  auto began = Clock::now();
  const bool clean = stack.daemon().stop(kStopWait);
  figures.add("stop", seconds_since(began), "s");
  if (!clean) return stack.wrong("dunlind did not stop cleanly");
  began = Clock::now();
  if (auto started = stack.start_daemon(); !started) return started;
  if (auto ready = stack.wait_until_ready(false); !ready) return ready;
  figures.add("start to API", seconds_since(began), "s");
  report_memory(stack.daemon(), "paused after restart", figures);
  const auto after = last_event(stack.socket());
  if (!after) return stack.wrong(to_string(after.error()));
  load.after = *after;
  load.hand_in = false;
  load.wait_final = true;
  double submitted_after = -1;
  Result<void> resumed;
  std::thread resume([&] {
    resumed = stack.set_paused(false);
    submitted_after = resumed ? first_submit(stack.journal(), began) : -1;
  });
  const auto before = stack.cpu();
  const auto sent = run_load(load, lines);
  resume.join();
  if (!resumed) return resumed;
  if (!sent) return stack.wrong(to_string(sent.error()));
  figures.add("start to first submit", submitted_after, "s");
  figures.add("sending", static_cast<double>(sent->tracker.finished()) / sent->seconds, "jobs/s");
  figures.add("jobs delivered", std::uint64_t{sent->tracker.by_state()[0]});
  figures.add("duplicate events", std::uint64_t{sent->tracker.duplicates()});
  report_cpu(before, stack.cpu(), sent->tracker.finished(), figures);
  report_memory(stack.daemon(), "while sending", figures);
  if (sent->gave_up) return stack.wrong("gave up: nothing became final any more");
  return {};
}

}  // namespace

Result<void> run_stack(const StackOptions& options, Figures& figures) {
  Stack stack(options);
  JobsOptions job_options;
  job_options.prefix = fresh_prefix();
  job_options.account_share = options.account_share;
  const Jobs lines(job_options);
  if (auto started = stack.start(); !started) return started;
  auto ran =
      options.paused_million ? run_paused(options, stack, lines, figures) : run_through(options, stack, lines, figures);
  const bool clean = stack.daemon().stop(kStopWait);
  stack.smsc().stop(kStopWait);
  if (!ran) return ran;
  if (options.journal) {
    if (auto checked = report_journal(options, stack.journal(), lines, figures); !checked) return checked;
  }
  if (!clean) return stack.wrong("dunlind did not stop cleanly");
  return {};
}

}  // namespace dunlin::bench

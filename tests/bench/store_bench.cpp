// How fast and how small the store is under the turns of a busy gateway.
//
//   bench_store life  MESSAGES PER_TURN [DIRECTORY]   whole lives: accept, claim, response, receipt; one synced batch a
//   turn bench_store queue MESSAGES PER_TURN [DIRECTORY]   jobs of 500 octets are accepted and stay queued
//
// Prints messages and rows a second, CPU seconds of all threads, and resident memory (at the end, at its highest).
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "store/keys.hpp"
#include "store/records.hpp"
#include "store/rocks.hpp"
#include "store/rows.hpp"

namespace dunlin::store {
namespace {

constexpr std::size_t kCacheOctets = std::size_t{16} << 20;

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

long resident_mib(const char* which) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kib = 0;
    if (word == which && status >> kib) return kib / 1024;
  }
  return -1;
}

[[noreturn]] void die(const Error& error) {
  std::fprintf(stderr, "%s\n", to_string(error).c_str());
  std::exit(1);
}

class Gateway {
 public:
  Gateway(Kv& kv, bool whole_life) : kv_(kv), whole_life_(whole_life) {}

  // One turn: `fresh` new messages, and every earlier one a step further.
  void turn(std::uint64_t fresh) {
    const std::uint64_t accepted = next_n_;
    for (std::uint64_t n = accepted; n < accepted + fresh; ++n) accept(n);
    if (whole_life_) {
      for (std::uint64_t n = submitted_; n < claimed_; ++n) receipt(n);
      for (std::uint64_t n = claimed_; n < accepted; ++n) respond(n);
      submitted_ = claimed_;
      claimed_ = accepted;
    }
    next_n_ += fresh;
    commit();
  }
  bool idle() const { return !whole_life_ || submitted_ == next_n_; }
  std::uint64_t rows() const { return rows_written_; }

 private:
  static std::string id(std::uint64_t n) { return "2026-11/A-" + std::to_string(n) + "/INV-77/overdue1"; }
  static std::string message_id(std::uint64_t n) { return std::to_string(4'000'000'000 + n * 7919 % 1'000'000'007); }

  void event(EventType type, std::uint64_t n) {
    Event event;
    event.time = kNow;
    event.type = type;
    event.job = id(n);
    event.account = "A-" + std::to_string(n);
    event.campaign = "2026-11";
    rows_.blind_put(keys::event(++seq_), encode(event));
  }
  void accept(std::uint64_t n) {
    Job job;
    job.id = id(n);
    job.to = "+48" + std::to_string(600'000'000 + n);
    job.text = std::string(whole_life_ ? 120 : 380, static_cast<char>('a' + n % 26));
    job.account = "A-" + std::to_string(n);
    job.invoice = "INV-77";
    job.campaign = "2026-11";
    rows_.insert(keys::id(job.id), keys::number(n));
    rows_.insert(keys::job(n), encode(job));
    put_state(n, whole_life_ ? State::submitting : State::ready);
    rows_.blind_put(keys::by_account(job.account, n), "");
    rows_.blind_put(keys::by_number(job.to, n), "");
    rows_.blind_put(keys::by_campaign(job.campaign, n), "");
    if (whole_life_) {
      rows_.blind_put(keys::inflight("alpha", n, 0), keys::number(n));
    } else {
      rows_.blind_insert(keys::queue({"central-europe", Priority::normal, job.campaign}, n), "");
    }
    event(EventType::accepted, n);
  }
  void respond(std::uint64_t n) {
    put_state(n, State::submitted);
    rows_.blind_erase(keys::inflight("alpha", n, 0));
    rows_.put_record(keys::sent("alpha", message_id(n)),
                     Sent{n, 0, message_id(n), "48" + std::to_string(600'000'000 + n)});
    event(EventType::submitted, n);
  }
  void receipt(std::uint64_t n) {
    put_state(n, State::delivered);
    rows_.blind_put(keys::calendar(kNow + std::chrono::milliseconds(n), n, {Cause::expiry, "", ""}), "");
    event(EventType::delivered, n);
  }
  void put_state(std::uint64_t n, State state) {
    JobState row;
    row.state = state;
    row.route = "central-europe";
    row.accepted_at = kNow;
    row.expires_at = kNow;
    row.history.push_back({kNow, state, ""});
    rows_.put_record(keys::job_state(n), row);
  }
  void commit() {
    const std::uint64_t turn = rows_.turn();
    const Batch batch = rows_.take_batch();
    rows_written_ += batch.writes().size();
    if (const Result<void> done = kv_.commit(batch, true); !done) die(done.error());
    rows_.committed(turn);
  }

  static constexpr Wall kNow{std::chrono::milliseconds{1'790'000'000'000}};
  Kv& kv_;
  bool whole_life_;
  Rows rows_{kCacheOctets};
  std::uint64_t next_n_ = 1;
  std::uint64_t claimed_ = 1;    // below: the response is there
  std::uint64_t submitted_ = 1;  // below: the receipt is there
  std::uint64_t seq_ = 0;
  std::uint64_t rows_written_ = 0;
};

void report(const char* what, std::uint64_t messages, std::uint64_t rows, double took, double cpu) {
  std::printf("%-8s %9.0f messages/s %10.0f rows/s  %5.2f CPU-s per 100k  RSS %ld MiB, highest %ld MiB\n", what,
              static_cast<double>(messages) / took, static_cast<double>(rows) / took,
              cpu * 1e5 / static_cast<double>(messages), resident_mib("VmRSS:"), resident_mib("VmHWM:"));
}

int run(const std::string& mode, std::uint64_t messages, std::uint64_t per_turn, const std::filesystem::path& path) {
  Result<std::unique_ptr<kv::Rocks>> kv = kv::Rocks::open(path);
  if (!kv) die(kv.error());
  Gateway gateway(**kv, mode == "life");
  const double began = seconds();
  const double cpu_began = cpu_seconds();
  for (std::uint64_t left = messages; left > 0 || !gateway.idle();) {
    const std::uint64_t now = std::min(left, per_turn);
    gateway.turn(now);
    left -= now;
  }
  report(mode.c_str(), messages, gateway.rows(), seconds() - began, cpu_seconds() - cpu_began);
  const Result<Usage> usage = (*kv)->usage();
  if (usage) std::printf("on disk  %llu MiB\n", static_cast<unsigned long long>(usage->store_bytes >> 20));
  kv->reset();
  const double closed = seconds();
  kv = kv::Rocks::open(path);
  if (!kv) die(kv.error());
  const auto head = (*kv)->scan({Family::queue, {}, {}, 100});
  if (!head) die(head.error());
  std::printf("reopened and read the queue's head in %.0f ms, RSS %ld MiB\n", (seconds() - closed) * 1e3,
              resident_mib("VmRSS:"));
  return 0;
}

}  // namespace
}  // namespace dunlin::store

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (argc < 4 || (mode != "life" && mode != "queue")) {
    std::fprintf(stderr, "usage: bench_store life|queue MESSAGES PER_TURN [DIRECTORY]\n");
    return 2;
  }
  const bool own = argc < 5;
  std::string made = (std::filesystem::temp_directory_path() / "dunlin-bench-XXXXXX").string();
  if (own && ::mkdtemp(made.data()) == nullptr) return 1;
  const std::filesystem::path path = own ? std::filesystem::path(made) / "store" : std::filesystem::path(argv[4]);
  const int code =
      dunlin::store::run(mode, std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10), path);
  if (own) std::filesystem::remove_all(made);
  return code;
}

// dunlin submit: NDJSON in, each line's answer as it is durable, never the file in memory.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

constexpr std::size_t kPiece = 64 << 10;
constexpr int kKeepAliveTurns = 30;  // of half a second without input: then a blank line says that we are still here

// The file or standard input, read in pieces.
class Input {
 public:
  explicit Input(const std::string& path)
      : file_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat found {};
    if (file_ < 0 || ::fstat(file_, &found) != 0) throw std::runtime_error(path + ": cannot be read");
    if (S_ISDIR(found.st_mode)) throw std::runtime_error(path + ": is a directory");
    if (S_ISREG(found.st_mode)) size_ = static_cast<std::uint64_t>(found.st_size);
  }
  ~Input() {
    if (file_ > STDIN_FILENO) ::close(file_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  std::uint64_t size() const { return size_; }  // 0: not known
  std::uint64_t given() const { return given_; }

  bool more(std::string& octets, const Client& client) {
    for (int quiet = 0; !client.answered(); ++quiet) {
      pollfd wanted{file_, POLLIN, 0};
      if (::poll(&wanted, 1, 500) > 0) return read(octets);
      if (quiet >= kKeepAliveTurns && at_line_start_) {
        octets = "\n";
        blank_lines_++;
        return true;
      }
    }
    return false;
  }

 private:
  bool read(std::string& octets) {
    octets.resize(kPiece);
    const auto got = ::read(file_, octets.data(), octets.size());
    octets.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (octets.empty()) return false;
    at_line_start_ = octets.back() == '\n';
    given_ += octets.size();
    return true;
  }

  int file_;
  std::uint64_t size_ = 0;
  std::atomic<std::uint64_t> given_ = 0;
  bool at_line_start_ = true;
  std::uint64_t blank_lines_ = 0;
};

struct Counts {
  std::uint64_t accepted = 0, duplicate = 0, refused = 0;
  std::uint64_t all() const { return accepted + duplicate + refused; }
};

// One line on standard error, redrawn at most ten times a second; nothing where that is no terminal.
class Progress {
 public:
  explicit Progress(const Input& input) : input_(input), on_(::isatty(STDERR_FILENO) == 1) {}
  void draw(const Counts& counts) {
    const auto now = std::chrono::steady_clock::now();
    if (!on_ || now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - began_).count();
    const auto rate = static_cast<std::uint64_t>(seconds > 0 ? static_cast<double>(counts.all()) / seconds : 0);
    std::string line = bar() + grouped(counts.all()) + " jobs";
    if (counts.refused > 0) line += ", " + grouped(counts.refused) + " refused";
    line += ", " + grouped(rate) + "/s";
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
  }
  void clear() {
    if (on_ && drawn_ != std::chrono::steady_clock::time_point{}) std::fprintf(stderr, "\r\033[K");
  }

 private:
  std::string bar() const {
    if (input_.size() == 0) return {};
    constexpr std::size_t kWidth = 30;
    const double part = std::min(1.0, static_cast<double>(input_.given()) / static_cast<double>(input_.size()));
    const auto full = static_cast<std::size_t>(part * kWidth);
    char percent[8];
    std::snprintf(percent, sizeof percent, "%3.0f%%", part * 100);
    return "[" + std::string(full, '#') + std::string(kWidth - full, ' ') + "] " + percent + "  ";
  }

  const Input& input_;
  bool on_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), drawn_{};
};

void name_refusal(const Json& answer) {
  const Json error = answer.value("error", Json::object());
  const std::string field = member(error, "field"), id = member(answer, "id");
  std::fprintf(stderr, "line %s: %s%s (%s)%s\n", member(answer, "line").c_str(),
               field.empty() ? "" : (field + ": ").c_str(), member(error, "detail").c_str(),
               member(error, "code").c_str(), id.empty() ? "" : (", job " + id).c_str());
}

int submit(const std::string& path, const Context& context) {
  Input input(path);
  Client client(context.socket);
  Counts counts;
  Progress progress(input);
  const bool whole = client.exchange_lines(
      "/v1/jobs", [&](std::string& octets) { return input.more(octets, client); },
      [&](std::string_view text) {
        if (context.json) std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
        // Accepted is by far the most frequent: no need to parse it.
        if (text.ends_with("\"status\":\"accepted\"}")) {
          ++counts.accepted;
        } else if (text.ends_with("\"status\":\"duplicate\"}")) {
          ++counts.duplicate;
        } else if (const Json answer = Json::parse(text, nullptr, false); answer.is_object()) {
          ++counts.refused;
          progress.clear();
          name_refusal(answer);
        }
        progress.draw(counts);
        return true;
      });
  progress.clear();
  if (!context.json) {
    std::printf("%s accepted, %s duplicate, %s refused\n", grouped(counts.accepted).c_str(),
                grouped(counts.duplicate).c_str(), grouped(counts.refused).c_str());
  }
  if (!whole) {
    std::fprintf(stderr,
                 "dunlin: the connection broke after %s answers; submit the same file again: jobs already accepted are "
                 "recognised\n",
                 grouped(counts.all()).c_str());
    return kRefused;
  }
  return counts.refused == 0 ? kDone : kRefused;
}

constexpr const char* kFooter = R"(A job is one JSON object on one line; id, to and text are required:

  {"id":"4711/118/due","to":"+4915112345678","text":"Invoice 118 is due on 1 December.","account":"4711","invoice":"118"}

(docs/api.md has all the fields.) The id makes it safe to submit again: what is known already is a duplicate.
A line counts as accepted once it is on disk. Refused lines are named on standard error; the others go on.

Examples:
  dunlin submit jobs.ndjson
  export-from-erp | dunlin submit -
  dunlin submit --json jobs.ndjson > answers.ndjson
)";

}  // namespace

void add_submit(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("submit", "Hand in jobs, one JSON object a line");
  auto path = std::make_shared<std::string>("-");
  command->add_option("FILE", *path, "The file, or - for standard input")->capture_default_str();
  command->footer(kFooter);
  command->callback([path, &context] { context.run = [path, &context] { return submit(*path, context); }; });
}

}  // namespace dunlin::tool

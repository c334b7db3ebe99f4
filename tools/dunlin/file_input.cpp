#include "file_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "print.hpp"

namespace dunlin::tool {

namespace {

constexpr std::size_t kPiece = 64 << 10;
constexpr int kKeepAliveTurns = 30;  // of half a second without input: then a blank line says that we are still here

}  // namespace

FileInput::FileInput(const std::string& path, bool keep_alive)
    : file_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)), keep_alive_(keep_alive) {
  struct stat found {};
  if (file_ < 0 || ::fstat(file_, &found) != 0) throw std::runtime_error(path + ": cannot be read");
  if (S_ISDIR(found.st_mode)) throw std::runtime_error(path + ": is a directory");
  if (S_ISREG(found.st_mode)) size_ = static_cast<std::uint64_t>(found.st_size);
}

FileInput::~FileInput() {
  if (file_ > STDIN_FILENO) ::close(file_);
}

bool FileInput::rewind() {
  if (size_ == 0 || ::lseek(file_, 0, SEEK_SET) != 0) return false;
  given_ = 0;
  at_line_start_ = true;
  return true;
}

bool FileInput::more(std::string& octets, Client& client) {
  for (int quiet = 0; !client.answered(); ++quiet) {
    pollfd wanted{file_, POLLIN, 0};
    if (::poll(&wanted, 1, 500) > 0) {
      const bool some = read(octets);
      if (failed_) client.break_off();
      return some;
    }
    if (keep_alive_ && quiet >= kKeepAliveTurns && at_line_start_) {
      octets = "\n";
      return true;
    }
  }
  return false;
}

bool FileInput::read(std::string& octets) {
  octets.resize(kPiece);
  const auto got = ::read(file_, octets.data(), octets.size());
  octets.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (got < 0) failed_ = true;
  if (octets.empty()) return false;
  at_line_start_ = octets.back() == '\n';
  given_ += octets.size();
  return true;
}

Progress::Progress(const FileInput& input, const char* what)
    : input_(input), what_(what), on_(::isatty(STDERR_FILENO) == 1) {}

void Progress::draw(const Counts& counts) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_ || now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const auto rate = static_cast<std::uint64_t>(seconds > 0 ? static_cast<double>(counts.all()) / seconds : 0);
  std::string line;
  if (input_.size() > 0) line = bar(static_cast<double>(input_.given()) / static_cast<double>(input_.size())) + "  ";
  line += grouped(counts.all()) + " " + what_;
  if (counts.refused > 0) line += ", " + grouped(counts.refused) + " refused";
  line += ", " + grouped(rate) + "/s";
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

void Progress::clear() {
  if (on_ && drawn_ != std::chrono::steady_clock::time_point{}) std::fprintf(stderr, "\r\033[K");
}

std::string bar(double part) {
  constexpr std::size_t kWidth = 30;
  part = std::clamp(part, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(part * kWidth);
  char percent[8];
  std::snprintf(percent, sizeof percent, "%3.0f%%", part * 100);
  return "[" + std::string(full, '#') + std::string(kWidth - full, ' ') + "] " + percent;
}

}  // namespace dunlin::tool

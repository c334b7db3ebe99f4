#include "process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

extern char** environ;

namespace dunlin::bench {
namespace {

std::string proc_path(pid_t pid, const char* name) { return "/proc/" + std::to_string(pid) + "/" + name; }

std::uint64_t status_kib(pid_t pid, std::string_view key) {
  std::ifstream file(proc_path(pid, "status"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::stoull(line.substr(key.size()));
  }
  return 0;
}

}  // namespace

Process::~Process() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  reap(true);
}

Result<void> Process::start(const std::vector<std::string>& arguments, const std::string& log) {
  log_ = log;
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int error = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return {};
  pid_ = 0;
  return failure("spawn", std::strerror(error), arguments[0]);
}

bool Process::reap(bool wait) {
  if (pid_ == 0 || ::waitpid(pid_, &status_, wait ? 0 : WNOHANG) != pid_) return false;
  pid_ = 0;
  return true;
}

bool Process::running() {
  reap(false);
  return pid_ != 0;
}

bool Process::stop(std::chrono::seconds patience) {
  if (!running()) return false;
  ::kill(pid_, SIGTERM);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (running() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  if (running()) {
    ::kill(pid_, SIGKILL);
    reap(true);
    return false;
  }
  return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
}

double Process::cpu_seconds() const {
  std::ifstream file(proc_path(pid_, "stat"));
  std::string line;
  std::getline(file, line);
  const auto after_name = line.rfind(')');
  if (pid_ == 0 || after_name == line.npos) return 0;
  std::istringstream fields(line.substr(after_name + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;  // proc(5): utime is the 14th field
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t Process::rss_kib() const { return pid_ == 0 ? 0 : status_kib(pid_, "VmRSS:"); }
std::uint64_t Process::rss_peak_kib() const { return pid_ == 0 ? 0 : status_kib(pid_, "VmHWM:"); }
void Process::reset_peak() const { std::ofstream(proc_path(pid_, "clear_refs")) << "5"; }

}  // namespace dunlin::bench

#include "daemon/program.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

#include "base/redact.hpp"
#include "config/configuration.hpp"
#include "daemon/daemon.hpp"
#include "daemon/logging.hpp"
#include "daemon/options.hpp"

namespace dunlin::daemon {
namespace {

// Every connection is a descriptor, and so is every file of the store.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Memory holds numbers and texts: no core of it is written, whatever the shell or the service allows. One octet, not
// none: with that the kernel hands it to no program either (core(5), a core_pattern that begins with '|').
void write_no_core() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(limit.rlim_max, 1);
  ::setrlimit(RLIMIT_CORE, &limit);
}

// The library's own handler prints what an exception says, which may be what somebody wrote.
[[noreturn]] void end_of_an_exception() {
  std::fputs("dunlind: an exception was not caught\n", stderr);
  std::abort();
}

// Errors and warnings to standard error, the rest beside the verdict.
int say_what_is_told(const Options& options, const std::vector<config::Remark>& remarks) {
  bool refused = false;
  for (const auto& remark : remarks) {
    refused = refused || remark.refused;
    if (remark.note) {
      std::printf("%s: %s\n", remark.error.where.c_str(), remark.error.detail.c_str());
    } else {
      std::fprintf(stderr, "dunlind: %s%s\n", remark.refused ? "" : "warning: ", to_string(remark.error).c_str());
    }
  }
  if (!refused) std::printf("%s: nothing is wrong\n", options.config.c_str());
  return refused ? 1 : 0;
}

int run(const Options& options, Seams seams) {
  const auto refuse = [](const std::vector<Error>& errors) {
    for (const auto& error : errors) std::fprintf(stderr, "dunlind: %s\n", redact(one_line(to_string(error))).c_str());
    return 1;
  };
  auto configuration = config::load(options.config);
  if (!configuration) return refuse(configuration.error());
  // A certificate of ours that ran out must not keep the other SMSCs from being served after a restart.
  const auto expired = options.check ? net::TlsClients::Expired::refused : net::TlsClients::Expired::warned;
  auto tls = net::TlsClients::load(configuration->gateway.smscs, expired);
  if (!tls) return refuse(tls.error());
  if (options.check) return say_what_is_told(options, config::lint(*configuration));
  ::umask(0077);
  write_no_core();
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  start_log(configuration->log);
  return Daemon(std::move(*configuration), std::move(*tls), options.config, std::move(seams)).run();
}

}  // namespace

int run_program(int argc, const char* const* argv, Seams seams) {
  std::set_terminate(end_of_an_exception);
  const auto parsed = parse_options(argc, argv);
  std::fputs(parsed.out.c_str(), stdout);
  std::fputs(parsed.err.c_str(), stderr);
  if (!parsed.options) return parsed.exit_code;
  try {
    return run(*parsed.options, std::move(seams));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dunlind: %s\n", redact(one_line(error.what())).c_str());
    return 1;
  }
}

}  // namespace dunlin::daemon

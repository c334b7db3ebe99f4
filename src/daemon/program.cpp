#include "daemon/program.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

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
    for (const auto& error : errors) std::fprintf(stderr, "dunlind: %s\n", to_string(error).c_str());
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
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  start_log(configuration->log);
  return Daemon(std::move(*configuration), std::move(*tls), options.config, std::move(seams)).run();
}

}  // namespace

int run_program(int argc, const char* const* argv, Seams seams) {
  const auto parsed = parse_options(argc, argv);
  std::fputs(parsed.out.c_str(), stdout);
  std::fputs(parsed.err.c_str(), stderr);
  if (!parsed.options) return parsed.exit_code;
  try {
    return run(*parsed.options, std::move(seams));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dunlind: %s\n", error.what());
    return 1;
  }
}

}  // namespace dunlin::daemon

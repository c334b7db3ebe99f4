// dunlind: the gateway daemon.
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "config/configuration.hpp"
#include "daemon/daemon.hpp"
#include "daemon/logging.hpp"
#include "daemon/options.hpp"

namespace {

using namespace dunlin;

// Every connection is a descriptor, and so is every file of the store.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const daemon::Options& options) {
  auto configuration = config::load(options.config);
  if (!configuration) {
    for (const auto& error : configuration.error()) std::fprintf(stderr, "dunlind: %s\n", to_string(error).c_str());
    return 1;
  }
  if (options.check) {
    std::printf("%s: nothing is wrong\n", options.config.c_str());
    return 0;
  }
  ::umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  daemon::start_log(configuration->log);
  return daemon::Daemon(std::move(*configuration), options.config).run();
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = daemon::parse_options(argc, argv);
  std::fputs(parsed.out.c_str(), stdout);
  std::fputs(parsed.err.c_str(), stderr);
  if (!parsed.options) return parsed.exit_code;
  try {
    return run(*parsed.options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dunlind: %s\n", error.what());
    return 1;
  }
}

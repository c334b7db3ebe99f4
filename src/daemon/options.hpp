// The command line of dunlind.
#pragma once

#include <optional>
#include <string>

namespace dunlin::daemon {

struct Options {
  std::string config;
  bool check = false;
};

// Either options, or what to print and the code to exit with: 0 after --help and --version, 2 after a wrong use.
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
  std::string out;  // for standard output
  std::string err;  // for standard error
};
Parsed parse_options(int argc, const char* const* argv);

}  // namespace dunlin::daemon

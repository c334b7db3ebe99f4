#include "daemon/options.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "base/version.hpp"

namespace dunlin::daemon {

Parsed parse_options(int argc, const char* const* argv) {
  constexpr int kWrongUse = 2;
  Options options;
  CLI::App app("Sends payment reminders by SMS over SMPP, and listens to what people answer. Runs in the foreground.",
               "dunlind");
  app.add_option("--config", options.config,
                 "The configuration: every key is explained in the dunlin.toml that is shipped")
      ->required()
      ->type_name("FILE");
  app.add_flag("--check", options.check,
               "Say everything that is wrong with the configuration and exit: 0 nothing, 1 something");
  app.set_version_flag("--version", "dunlind " + std::string(kVersion), "Print the version and exit");
  app.footer(
      "SIGTERM and SIGINT stop it in order; a second one at once. SIGHUP reloads what can be reloaded and names the "
      "rest.\n"
      "Exit: 0 stopped in order; 1 configuration, store or addresses do not allow to run; 2 wrong use.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(error, out, err) == 0 ? 0 : kWrongUse;
    return {std::nullopt, code, out.str(), err.str()};
  }
  return {options, 0, {}, {}};
}

}  // namespace dunlin::daemon

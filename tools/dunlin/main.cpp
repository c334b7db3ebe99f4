// dunlin: submit reminders, say who paid, watch what happens. Talks to dunlind over its Unix socket (docs/api.md);
// `doctor` reads the store instead, `certify` talks to an SMSC.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/version.hpp"
#include "command.hpp"

namespace dunlin::tool {

std::string read_all(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

namespace {

constexpr const char* kExamples = R"(Examples:
  dunlin submit jobs.ndjson              hand in reminders, one JSON object a line
  dunlin campaign import due.csv --id nov --template reminder --dry-run
                                         what a file of a spreadsheet would send, and what it would cost
  dunlin status --watch                  see them go
  dunlin paid 4711 --invoice 2026-118    stop what that payment covers
  dunlin consent block +4915112345678    never text this number again
  dunlin explain +4915112345678          why this person was texted, or not
  dunlin events --follow --consumer erp  read what happened since the last time
  dunlin COMMAND --help                  more of each

Exit status: 0 done, 1 something was refused (named on standard error), 2 wrong usage, 3 no daemon there.
)";

int run(int count, char** words) {
  Context context;
  CLI::App app("Submit payment reminders to dunlind, and see what becomes of them.", "dunlin");
  app.add_option("--socket", context.socket, "The daemon's socket")->envname("DUNLIN_SOCKET")->capture_default_str();
  app.add_flag("--json", context.json, "Print what the daemon says, as JSON");
  app.set_version_flag("--version", std::string("dunlin ") + std::string(kVersion));
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kExamples);
  add_submit(app, context);
  add_jobs(app, context);
  add_campaigns(app, context);
  add_people(app, context);
  add_calls(app, context);
  add_report(app, context);
  add_inbox(app, context);
  add_explain(app, context);
  add_plans(app, context);
  add_events(app, context);
  add_operations(app, context);
  add_recorder(app, context);
  add_doctor(app, context);
  add_certify(app, context);
  add_completion(app, context);
  try {
    app.parse(count, words);
  } catch (const CLI::RequiredError& error) {
    const auto words_left = app.remaining();
    if (words_left.empty() || !app.get_subcommands().empty()) return app.exit(error) == 0 ? kDone : kUsage;
    std::fprintf(stderr, "dunlin: there is no command '%s'; dunlin --help lists them\n", words_left.front().c_str());
    return kUsage;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  try {
    return context.run();
  } catch (const NoDaemon& gone) {
    std::fprintf(stderr, "dunlin: %s\n", gone.what());
    return kNoDaemon;
  } catch (const std::exception& refused) {  // Refused, or a file that cannot be read
    std::fprintf(stderr, "dunlin: %s\n", refused.what());
    return kRefused;
  }
}

}  // namespace
}  // namespace dunlin::tool

int main(int count, char** words) { return dunlin::tool::run(count, words); }

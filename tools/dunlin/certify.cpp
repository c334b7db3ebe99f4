// dunlin certify: runs a polite script against a new SMSC and reports what it found. Needs no daemon: it opens a bind
// of its own with the credentials of the daemon's configuration.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "base/duration.hpp"
#include "certify/printable.hpp"
#include "certify/report.hpp"
#include "certify/run.hpp"
#include "command.hpp"
#include "config/configuration.hpp"
#include "net/driver.hpp"

namespace dunlin::tool {
namespace {

struct Asked {
  std::string smsc, config = "/etc/dunlin/dunlin.toml", out;
  std::string pause = "500ms", receipts_wait = "2m", time_max = "10m";
  bool yes = false;
  certify::Plan plan;
};

int fail(const Error& error, int exit) {
  std::fprintf(stderr, "dunlin: %s\n", to_string(error).c_str());
  return exit;
}

// The SMSC of that name, as the daemon would bind to it.
Result<engine::SmscSettings> settings_of(const Asked& asked) {
  const auto loaded = config::load(asked.config);
  if (!loaded) {
    for (const auto& error : loaded.error()) std::fprintf(stderr, "dunlin: %s\n", to_string(error).c_str());
    return failure("configuration", "not good enough to bind with; dunlind --check says the same", asked.config);
  }
  std::string names;
  for (const auto& smsc : loaded->gateway.smscs) {
    if (smsc.name == asked.smsc) return smsc;
    names.append(names.empty() ? "" : ", ").append(smsc.name);
  }
  return failure("unknown_smsc", "there is no [[smsc]] " + asked.smsc + ", only " + names, asked.config);
}

Result<void> read_durations(Asked& asked) {
  struct Row {
    const char* option;
    const std::string& text;
    std::chrono::milliseconds& into;
  };
  for (const auto& row : {Row{"--pause", asked.pause, asked.plan.pause},
                          Row{"--receipts-wait", asked.receipts_wait, asked.plan.receipts_wait},
                          Row{"--time-max", asked.time_max, asked.plan.time_max}}) {
    const auto read = parse_duration(row.text);
    if (!read) return failure(read.error().code, read.error().detail, row.option);
    row.into = *read;
  }
  return {};
}

// It costs money: nothing leaves unless a person, or whoever wrote --yes, agreed.
bool agreed(const Asked& asked) {
  const auto& plan = asked.plan;
  std::fprintf(stderr, "This binds to %s (%s:%u) as %s and sends at most %u messages to %s, at most %u a second.\n",
               plan.smsc.name.c_str(), plan.smsc.host.c_str(), static_cast<unsigned>(plan.smsc.port),
               plan.smsc.system_id.c_str(), certify::messages_at_most(plan), certify::masked(plan.to).c_str(),
               std::max(plan.rate_cap, 1U));
  if (asked.yes) return true;
  if (::isatty(STDIN_FILENO) == 0) {
    std::fputs("dunlin: nobody is there to agree; --yes does\n", stderr);
    return false;
  }
  std::fputs("Send them? [y/N] ", stderr);
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

int write_report(const std::string& report, const std::string& path) {
  if (path.empty()) {
    std::fputs(report.c_str(), stdout);
    return kDone;
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << report;
  file.close();
  if (!file) return fail({"report", "cannot be written", path}, kRefused);
  std::fprintf(stderr, "The report is in %s.\n", path.c_str());
  return kDone;
}

int certify_smsc(Asked asked, const Context& context) {
  if (const auto read = read_durations(asked); !read) return fail(read.error(), kUsage);
  auto smsc = settings_of(asked);
  if (!smsc) return fail(smsc.error(), kUsage);
  asked.plan.smsc = *std::move(smsc);
  if (const auto good = certify::check(asked.plan); !good) return fail(good.error(), kUsage);
  auto tls = net::TlsClients::load({asked.plan.smsc}, net::TlsClients::Expired::refused);
  if (!tls) {
    for (const auto& error : tls.error()) std::fprintf(stderr, "dunlin: %s\n", to_string(error).c_str());
    return kUsage;
  }
  const auto began = net::clock().wall;
  asked.plan.valid_until = began + certify::kValid;
  if (!agreed(asked)) return kRefused;
  const auto observed = certify::run(asked.plan, *std::move(tls), [](std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  });
  const auto texts = certify::texts(asked.plan.smsc);
  const certify::Subject subject{asked.plan, texts, observed, began};
  const auto report = context.json
                          ? certify::json(subject).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + '\n'
                          : certify::markdown(subject);
  if (const int written = write_report(report, asked.out); written != kDone) return written;
  if (!observed.ended.empty())
    std::fprintf(stderr, "dunlin: it ended early: %s\n", certify::printable(observed.ended).c_str());
  if (!observed.connected) return kNoDaemon;
  return observed.ended.empty() ? kDone : kRefused;
}

}  // namespace

void add_certify(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("certify", "Try a new SMSC out, politely, and report how it speaks");
  auto asked = std::make_shared<Asked>();
  auto& plan = asked->plan;
  command->add_option("SMSC", asked->smsc, "Its name in the configuration")->required();
  command->add_option("--to", plan.to, "A phone you can look at, with '+' and country code")->required();
  command->add_option("--config", asked->config, "The configuration that has its credentials")->capture_default_str();
  command->add_option("--out", asked->out, "Write the report here instead of printing it");
  command->add_option("--rate-cap", plan.rate_cap, "Submits a second never exceeded; 0: no rate is tried")
      ->check(CLI::Range(0, 200))
      ->capture_default_str();
  command->add_option("--messages", plan.messages_max, "Messages in all, at most")
      ->check(CLI::Range(1, 2000))
      ->capture_default_str();
  command->add_option("--binds", plan.binds, "Try how many binds it allows, up to so many (default: not tried)")
      ->check(CLI::Range(2, 64));
  command
      ->add_option("--pause", asked->pause,
                   "Between texts, and between the parts of one; never less than the rate cap leaves")
      ->capture_default_str();
  command->add_option("--receipts-wait", asked->receipts_wait, "For receipts, after the last text")
      ->capture_default_str();
  command->add_option("--time-max", asked->time_max, "For everything; then it reports what it has")
      ->capture_default_str();
  command->add_flag("--yes", asked->yes, "Send without asking");
  command->footer(
      "Binds by itself, beside the daemon, and sends numbered texts of every alphabet and length to your phone, which\n"
      "costs what messages cost there. The report says which numbers to look at, how ids and receipts are written, "
      "what\n"
      "limits were found, and which lines to set in the configuration. A customer's reply or a receipt of the\n"
      "daemon's that comes meanwhile is answered \"not now\", so that the SMSC brings it again.\n"
      "Where only one bind is allowed (ESME_RALYBND), stop the daemon first: pausing a link does not unbind it.\n"
      "Exit status: 0 done, 1 it ended early or was refused (the report has what was seen), 2 wrong usage or\n"
      "configuration, 3 no SMSC there.\n"
      "Examples:\n"
      "  dunlin certify alpha --to +4915112345678\n"
      "  dunlin certify alpha --to +4915112345678 --rate-cap 0 --out alpha.md --yes\n");
  command->callback([asked, &context] { context.run = [asked, &context] { return certify_smsc(*asked, context); }; });
}

}  // namespace dunlin::tool

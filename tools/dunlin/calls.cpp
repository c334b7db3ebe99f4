// dunlin call-list: whom to phone.
#include <unistd.h>

#include <cstdio>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

struct CallList {
  std::string campaign, done;
  bool csv = false;
};

int mark_done(const CallList& list, const Context& context) {
  const Json done = Client(context.socket).call("DELETE", "/v1/call-list/" + percent_encode(list.done));
  if (context.json) {
    std::puts(done.dump().c_str());
  } else {
    std::printf("%s is off the list\n", list.done.c_str());
  }
  return kDone;
}

// As a table where people read it, as CSV where it goes into a file or a program.
int show(const CallList& list, const Context& context) {
  Client client(context.socket);
  std::string target = "/v1/call-list?format=";
  const bool as_table = !context.json && !list.csv && ::isatty(STDOUT_FILENO) != 0;
  target += context.json || as_table ? "json" : "csv";
  if (!list.campaign.empty()) target += "&campaign=" + percent_encode(list.campaign);
  if (!as_table) {
    const bool whole = client.read_octets(target, [](std::string_view octets) {
      return std::fwrite(octets.data(), 1, octets.size(), stdout) == octets.size();
    });
    return whole ? kDone : kRefused;
  }
  const Json answer = client.call("GET", target);
  Table table({"NUMBER", "ACCOUNT", "INVOICE", "AMOUNT", "DUE", "SINCE", "STATE", "LANGUAGE", "REASON", "JOB"});
  for (const auto& each : answer.value("calls", Json::array())) {
    const std::string currency = member(each, "currency");
    table.add({member(each, "number"), member(each, "account"), member(each, "invoice"),
               member(each, "amount") + (currency.empty() ? "" : " " + currency), member(each, "due_date"),
               local_time(member(each, "since")), member(each, "state"), member(each, "language"),
               member(each, "reason"), member(each, "job")});
  }
  if (answer.value("calls", Json::array()).empty()) {
    std::puts("nobody is to be phoned");
  } else {
    std::fputs(table.text().c_str(), stdout);
  }
  return kDone;
}

}  // namespace

void add_calls(CLI::App& app, Context& context) {
  auto list = std::make_shared<CallList>();
  auto* command = app.add_subcommand("call-list", "Whom to phone, and why");
  auto* campaign = command->add_option("--campaign", list->campaign, "Only of this campaign");
  auto* csv = command->add_flag("--csv", list->csv,
                                "As CSV on a terminal, too; cells that a spreadsheet would run are made harmless");
  command->add_option("--done", list->done, "This JOB's person was phoned, or need not be: off the list with it")
      ->excludes(campaign)
      ->excludes(csv);
  command->footer(
      "Left out is who has paid, has promised to, disputes it, or has that number no more, as of now.\n\n"
      "Examples:\n  dunlin call-list --campaign november > calls.csv\n  dunlin call-list --done inv-4711-s3\n");
  command->callback([list, &context] {
    context.run = [list, &context] { return list->done.empty() ? show(*list, context) : mark_done(*list, context); };
  });
}

}  // namespace dunlin::tool

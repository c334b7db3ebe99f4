// What every command shares: where the daemon is, how to print, and the tree of commands each adds itself to.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "client.hpp"

namespace dunlin::tool {

struct Context {
  std::string socket = "/run/dunlin/api.sock";
  bool json = false;
  std::function<int()> run;  // the command that was chosen; returns an Exit
};

void add_submit(CLI::App& app, Context& context);
void add_jobs(CLI::App& app, Context& context);    // job, preview
void add_campaigns(CLI::App& app, Context& context);
void add_campaign_import(CLI::App& campaign, Context& context);
void add_people(CLI::App& app, Context& context);  // paid, unpaid, hold, release, consent, forget
void add_calls(CLI::App& app, Context& context);   // call-list
void add_inbox(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_plans(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_operations(CLI::App& app, Context& context);  // links, status, reload
void add_recorder(CLI::App& app, Context& context);  // capture
void add_doctor(CLI::App& app, Context& context);
void add_certify(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);

// The whole of a file, or of standard input for "-". Throws std::runtime_error.
std::string read_all(const std::string& path);

}  // namespace dunlin::tool

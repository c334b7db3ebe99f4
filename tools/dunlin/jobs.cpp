// dunlin job, dunlin preview.
#include <cstdio>
#include <sstream>

#include "command.hpp"
#include "explain.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

// As they came: text with what is not printable escaped, then the TLVs.
void print_receipts(const Json& segments) {
  Table table({"SEGMENT", "RECEIVED", "RECEIPT AS IT CAME"});
  bool any = false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    for (const auto& receipt : segments[i].value("receipts", Json::array())) {
      const std::string text = member(receipt, "text"), tlvs = member(receipt, "tlvs");
      any = true;
      table.add({std::to_string(i + 1), local_time(member(receipt, "at")),
                 text + (tlvs.empty() ? "" : (text.empty() ? "[" : " [") + tlvs + "]")});
    }
  }
  if (any) std::printf("\n%s", table.text().c_str());
}

// What replaced the job's own values since it was submitted.
void print_newest(const Json& newest) {
  if (newest.empty()) return;
  Table table({"NEWEST", "VALUE", "SINCE", "SAID OF"});
  for (const auto& each : newest) {
    const std::string value = member(each, "value");
    const std::string name = member(each, "name");
    table.add({name, name == "ledger_as_of" || name == "expires" ? local_time(value) : value,
               local_time(member(each, "at")), member(each, "of")});
  }
  std::printf("\n%s", table.text().c_str());
}

void print_job(const Json& job) {
  std::fputs(facts({{"id", member(job, "id")},
                    {"state", member(job, "state")},
                    {"reason", member(job, "reason")},
                    {"to", member(job, "to")},
                    {"kind", member(job, "kind")},
                    {"account", member(job, "account")},
                    {"invoice", member(job, "invoice")},
                    {"campaign", member(job, "campaign")},
                    {"attempts", member(job, "attempts")},
                    {"next attempt", local_time(member(job, "next_attempt"))},
                    {"expires", local_time(member(job, "expires"))}})
                 .c_str(),
             stdout);
  if (const Json segments = job.value("segments", Json::array()); !segments.empty()) {
    Table table({"SEGMENT", "SMSC", "MESSAGE ID", "STATE", "ERROR"});
    std::size_t number = 0;
    for (const auto& segment : segments) {
      table.add({std::to_string(++number), member(segment, "smsc"), member(segment, "message_id"),
                 member(segment, "state"), member(segment, "error")});
    }
    std::printf("\n%s", table.text().c_str());
    print_receipts(segments);
  }
  print_newest(job.value("newest", Json::array()));
  if (job.value("texts_erased", false)) std::puts("\nIts texts were erased (retention.texts).");
  Table history({"TIME", "STATE", "REASON", "UNTIL", "RULE"});
  for (const auto& step : job.value("history", Json::array())) {
    const std::string until = member(step, "until");
    history.add({local_time(member(step, "time")), member(step, "state"), member(step, "reason"),
                 until.empty() ? until : local_time(until), member(step, "rule")});
  }
  std::printf("\n%s", history.text().c_str());
  const Json pdus = job.value("pdus", Json::array());
  if (!pdus.empty()) std::printf("\nPDUs still in the flight recorder (UTC; their fields with --json):\n%s", pdus_text(pdus, false).c_str());
}

std::string target(const std::string& id) { return "/v1/jobs/" + percent_encode(id); }

int show(const std::vector<std::string>& ids, const Context& context) {
  Client client(context.socket);
  bool first = true;
  for (const auto& id : ids) {
    const Json job = client.call("GET", target(id));
    if (context.json) {
      std::puts(job.dump().c_str());
      continue;
    }
    if (!std::exchange(first, false)) std::puts("");
    print_job(job);
  }
  return kDone;
}

// Does one thing to each id; those that are refused are named, the others go on.
template <class Act>
int each(const std::vector<std::string>& ids, const Context& context, Act act) {
  Client client(context.socket);
  int exit = kDone;
  for (const auto& id : ids) {
    try {
      const Json done = act(client, id);
      if (context.json) {
        std::puts(done.dump().c_str());
      } else {
        std::printf("%s: %s\n", id.c_str(), member(done, "state").c_str());
      }
    } catch (const Refused& refused) {
      std::fprintf(stderr, "%s: %s\n", id.c_str(), refused.what());
      exit = kRefused;
    }
  }
  return exit;
}

std::string joined(const Json& preview, const char* name) {
  std::string text;
  for (const auto& each : preview.value(name, Json::array())) text += (text.empty() ? "" : ", ") + shown(each);
  return text;
}

void print_preview(const Json& preview) {
  std::fputs(preview_facts(preview).c_str(), stdout);
  std::puts("");
  print_gates(preview);
}

// One job as JSON over as many lines as it likes, or a job a line.
std::vector<Json> read_jobs(const std::string& path) {
  const std::string text = read_all(path);
  if (const Json whole = Json::parse(text, nullptr, false); !whole.is_discarded()) return {whole};
  std::vector<Json> jobs;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    jobs.push_back(Json::parse(line, nullptr, false));
    if (jobs.back().is_discarded()) throw std::runtime_error(path + ": line " + std::to_string(number) + ": not JSON");
  }
  return jobs;
}

int preview(const std::string& path, const std::string& at, const Context& context) {
  Client client(context.socket);
  int exit = kDone;
  std::size_t number = 0;
  for (const auto& job : read_jobs(path)) {
    ++number;
    try {
      const Json found = client.call("POST", at.empty() ? "/v1/preview" : "/v1/preview?at=" + percent_encode(at), job);
      if (context.json) {
        std::puts(found.dump().c_str());
        continue;
      }
      if (number > 1) std::puts("\n--");
      print_preview(found);
    } catch (const Refused& refused) {
      std::fprintf(stderr, "job %zu: %s\n", number, refused.what());
      exit = kRefused;
    }
  }
  return exit;
}

}  // namespace

std::string preview_facts(const Json& preview) {
  std::string text = facts({{"encoding", member(preview, "encoding")},
                            {"shift tables", joined(preview, "shift_tables")},
                            {"smsc", member(preview, "smsc")},
                            {"segments", member(preview, "segments")},
                            {"language", member(preview, "locale")},
                            {"country", member(preview, "country")},
                            {"time zone", member(preview, "time_zone")},
                            {"earliest", earliest_of(preview)},
                            {"waits for", member(preview, "waits_for")},
                            {"rule", member(preview, "rule")},
                            {"blocked", joined(preview, "blocked")},
                            {"replaced", joined(preview, "replaced")}});
  const Json parts = preview.value("parts", Json::array());
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += "\n[" + std::to_string(i + 1) + "/" + std::to_string(parts.size()) + "] " + shown(parts[i]) + "\n";
  return text;
}

void add_jobs(CLI::App& app, Context& context) {
  auto* job = app.add_subcommand("job", "Show, cancel or settle single jobs");
  job->require_subcommand(1);
  job->footer(
      "Examples:\n  dunlin job show 4711/2026-118/due\n  dunlin job cancel a1 a2 a3\n  dunlin job resolve "
      "4711/2026-118/due --as resend\n");
  auto ids = std::make_shared<std::vector<std::string>>();

  auto* one = job->add_subcommand("show", "State, segments and history");
  one->add_option("ID", *ids, "Job ids")->required();
  one->callback([ids, &context] { context.run = [ids, &context] { return show(*ids, context); }; });

  auto* cancel = job->add_subcommand("cancel", "Stop what was not sent yet; refused when it is too late");
  cancel->add_option("ID", *ids, "Job ids")->required();
  cancel->callback([ids, &context] {
    context.run = [ids, &context] {
      return each(*ids, context,
                  [](Client& client, const std::string& id) { return client.call("DELETE", target(id)); });
    };
  });

  auto* resolve =
      job->add_subcommand("resolve", "Settle a job in doubt: a crash or a lost link left its submit unanswered");
  auto as = std::make_shared<std::string>();
  resolve->add_option("ID", *ids, "Job ids")->required();
  resolve->add_option("--as", *as, "resend: send it again; sent: take it as submitted; drop: give it up")
      ->required()
      ->check(CLI::IsMember({"resend", "sent", "drop"}));
  resolve->callback([ids, as, &context] {
    context.run = [ids, as, &context] {
      return each(*ids, context, [&](Client& client, const std::string& id) {
        return client.call("POST", target(id) + "/resolve", Json{{"as", *as}});
      });
    };
  });

  auto* see = app.add_subcommand("preview", "What a job would send and when, and each gate it has to pass; nothing is stored");
  auto path = std::make_shared<std::string>("-");
  see->add_option("FILE", *path, "A job as JSON, or a job a line; - for standard input")->capture_default_str();
  auto at = std::make_shared<std::string>();
  see->add_option("--at", *at, "As of then, RFC 3339; else now");
  see->footer(
      "Example:\n  echo '{\"id\":\"x\",\"to\":\"+4915112345678\",\"text\":\"Zapłać 120,50 zł\"}' | dunlin preview -\n");
  see->callback([path, at, &context] { context.run = [path, at, &context] { return preview(*path, *at, context); }; });
}

}  // namespace dunlin::tool

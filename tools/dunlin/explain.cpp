// dunlin explain: why something was sent or not. Times are told on the recipient's clock where it is known (else on
// this machine's) and in UTC.
#include <algorithm>
#include <cstdio>

#include "command.hpp"
#include "explain.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

// "2026-12-01T10:00:00+01:00" → "2026-12-01 10:00:00 +01:00".
std::string spaced(std::string rfc3339) {
  if (rfc3339.size() < 25) return rfc3339;
  rfc3339[10] = ' ';
  return rfc3339.substr(0, 19) + " " + rfc3339.substr(rfc3339.size() - 6);
}

// Both of them of `object`: what the daemon says of the recipient's clock, and UTC; without it this machine's clock.
std::string both_times(const Json& object, const char* name, const char* local_name) {
  const std::string utc = member(object, name), local = member(object, local_name);
  if (utc.size() < 20) return utc;
  const std::string zulu = utc.substr(0, 10) + " " + utc.substr(11, 8) + "Z";
  return (local.empty() ? local_time(utc) + " here" : spaced(local)) + " (" + zulu + ")";
}

std::string once(const Json& object, const char* name) { return both_times(object, name, "local"); }

void print_history(const Json& job) {
  Table table({"TIME", "STATE", "REASON", "UNTIL", "RULE"});
  std::vector<std::string> sources;
  const auto add = [&](const Json& step, const std::string& state) {
    table.add({once(step, "time"), state, member(step, "reason"), both_times(step, "until", "until_local"),
               member(step, "rule")});
    const std::string source = member(step, "source");
    const std::string line = member(step, "rule") + ": " + source;
    if (!source.empty() && std::find(sources.begin(), sources.end(), line) == sources.end()) sources.push_back(line);
  };
  // The decision that let it leave is no step of its history; its place is before the first that came of it.
  bool told = !job.contains("decided");
  const Json history = job.value("history", Json::array());
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (!told && i > 0 && member(history[i], "time") >= member(job["decided"], "time")) {
      add(job["decided"], "let go");
      told = true;
    }
    add(history[i], member(history[i], "state"));
  }
  if (!told) add(job["decided"], "let go");
  std::printf("\n%s", table.text().c_str());
  if (!sources.empty()) std::puts("\nRules, as they are written now:");
  for (const auto& line : sources) std::printf("  %s\n", line.c_str());
}

void print_segments(const Json& job) {
  const Json segments = job.value("segments", Json::array());
  if (segments.empty()) return;
  Table table({"SEGMENT", "SMSC", "MESSAGE ID", "STATE", "ERROR", "RECEIPT CAME"});
  std::size_t number = 0;
  for (const auto& segment : segments) {
    table.add({std::to_string(++number), member(segment, "smsc"), member(segment, "message_id"),
               member(segment, "state"), member(segment, "error"), both_times(segment, "receipt_at", "receipt_local")});
  }
  std::printf("\n%s", table.text().c_str());
}

// "waits until …: quiet_hours".
std::string verdict_of(const Json& decision) {
  const std::string what = member(decision, "decision"), reason = member(decision, "reason");
  if (what == "send") return "it would be sent";
  const std::string until = both_times(decision, "until", "until_local");
  const std::string because = reason.empty() ? "" : ": " + reason;
  if (what == "wait") return "it waits" + (until.empty() ? "" : " until " + until) + because;
  if (what == "hold") return "it is held" + (until.empty() ? "" : " until " + until) + because;
  if (what == "expire") return "it is too late for it" + because;
  return std::string(what == "cancel" ? "it is cancelled" : "it is not sent") + because;
}

std::string conclusion(const Json& told, const Json& job) {
  const std::string state = member(job, "state"), reason = member(job, "reason");
  if (job.value("sent", false)) return "it was sent; it is " + state + (reason.empty() ? "" : " (" + reason + ")");
  const bool later = member(told, "at") != member(told, "now");
  if (!job.contains("next")) return "it was not sent, and its recipient was forgotten";
  return (later ? "at " + both_times(job["next"], "at", "at_local") + ": " : "") + verdict_of(job["next"]);
}

void print_job(const Json& told) {
  const Json& job = told["job"];
  std::fputs(
      facts({{"id", member(job, "id")},
             {"answer", conclusion(told, job)},
             {"state", member(job, "state") + (job.contains("reason") ? " (" + member(job, "reason") + ")" : "")},
             {"to", member(job, "to")},
             {"time zone", member(job, "time_zone")},
             {"kind", member(job, "kind") + ", " + member(job, "purpose")},
             {"account", member(job, "account")},
             {"invoice", member(job, "invoice")},
             {"stage", member(job, "stage")},
             {"amount", member(job, "amount") + (job.contains("currency") ? " " + member(job, "currency") : "")},
             {"due date", member(job, "due_date")},
             {"text sent", member(job, "text")}})
          .c_str(),
      stdout);
  print_history(job);
  print_segments(job);
  if (!job.contains("next")) return;
  const bool later = member(told, "at") != member(told, "now");
  std::printf("\nGates, as they %s %s:\n", later ? "would answer" : "answer now,",
              both_times(job["next"], "at", "at_local").c_str());
  print_gates(job["next"]);
  std::printf("\n%s", preview_facts(job["next"]).c_str());
}

void print_jobs(const Json& told) {
  const Json jobs = told.value("jobs", Json::array());
  if (jobs.empty()) {
    std::puts("\nno jobs");
    return;
  }
  Table table({"JOB", "STATE", "REASON", "SINCE", "WHAT COMES OF IT"});
  for (const auto& job : jobs) {
    table.add({member(job, "id"), member(job, "state"), member(job, "reason"), once(job, "time"),
               job.value("sent", false) ? "was sent"
               : job.contains("next")   ? verdict_of(job["next"])
                                        : ""});
  }
  std::printf("\n%s", table.text().c_str());
  if (told.value("more", false)) std::printf("only the newest %zu are shown\n", jobs.size());
}

void print_rows(const Json& list, std::vector<std::string> head, const std::vector<const char*>& names) {
  if (list.empty()) return;
  Table table(std::move(head));
  for (const auto& each : list) {
    std::vector<std::string> row;
    for (const char* name : names) {
      const std::string column = name;
      const bool time = column == "at" || column == "until" || column == "told_at" || column == "paid_at";
      row.push_back(time ? once(each, name) : member(each, name));
    }
    table.add(std::move(row));
  }
  std::printf("\n%s", table.text().c_str());
}

std::string times_of(const Json& list) {
  std::string text;
  for (const auto& each : list) text += (text.empty() ? "" : ", ") + once(Json{{"time", each}}, "time");
  return text;
}

void print_account(const Json& told) {
  const Json& known = told["known"];
  std::fputs(facts({{"account", member(told, "account")},
                    {"paid", once(known, "paid_at")},
                    {"told so", once(known, "told_at")},
                    {"counted texts", times_of(known.value("recent", Json::array()))}})
                 .c_str(),
             stdout);
  print_rows(known.value("invoices", Json::array()), {"INVOICE", "PAID", "TOLD", "CURRENCY"},
             {"invoice", "paid_at", "told_at", "currency"});
  print_rows(known.value("parts", Json::array()), {"PAID IN PART", "INVOICE", "AMOUNT", "CURRENCY", "AT", "TOLD"},
             {"id", "invoice", "amount", "currency", "at", "told_at"});
  print_rows(known.value("holds", Json::array()), {"HOLD", "REASON", "SINCE", "UNTIL"},
             {"id", "reason", "at", "until"});
  print_rows(known.value("changes", Json::array()), {"SAID SINCE", "VALUE", "AT"}, {"name", "value", "at"});
  print_jobs(told);
}

void print_number(const Json& told) {
  const Json& known = told["known"];
  const std::string bad = once(known, "bad_since");
  std::fputs(
      facts({{"number", member(told, "number")},
             {"consent", member(known, "status") + (known.value("stopped", false) ? " (the person's own STOP)" : "")},
             {"from", member(known, "source")},
             {"since", once(known, "at")},
             {"bad number", bad.empty() ? bad : bad + " " + member(known, "bad_reason")},
             {"counted texts", times_of(told.value("recent", Json::array()))}})
          .c_str(),
      stdout);
  print_rows(known.value("purposes", Json::array()), {"PURPOSE", "STATUS", "BASIS", "SOURCE", "AT"},
             {"purpose", "status", "basis", "source", "at"});
  print_rows(known.value("holds", Json::array()), {"HOLD", "REASON", "SINCE", "UNTIL"},
             {"id", "reason", "at", "until"});
  print_rows(known.value("history", Json::array()), {"AT", "CONSENT", "PURPOSE", "SOURCE", "REASON"},
             {"at", "status", "purpose", "source", "reason"});
  print_jobs(told);
}

struct Question {
  std::string of, as = "of", at;
};

int explain(const Question& question, const Context& context) {
  std::string target = "/v1/explain?" + question.as + "=" + percent_encode(question.of);
  if (!question.at.empty()) target += "&at=" + percent_encode(question.at);
  const Json told = Client(context.socket).call("GET", target);
  if (context.json) {
    std::puts(told.dump().c_str());
  } else if (told.contains("job")) {
    print_job(told);
  } else if (told.contains("account")) {
    print_account(told);
  } else {
    print_number(told);
  }
  return kDone;
}

}  // namespace

// Sentences are long, so a gate has lines of its own: what it answers and what was found, then where that is written.
void print_gates(const Json& preview) {
  for (const auto& gate : preview.value("gates", Json::array())) {
    const std::string until = both_times(gate, "until", "until_local"), source = member(gate, "source");
    std::string found = member(gate, "reason");
    if (!until.empty()) found += " until " + until;
    found += (found.empty() ? "" : ": ") + member(gate, "detail");
    std::printf("%-7s %-10s  %s\n", member(gate, "verdict").c_str(), member(gate, "gate").c_str(), found.c_str());
    if (!source.empty()) std::printf("%*s%s\n", 20, "", source.c_str());
  }
}

std::string earliest_of(const Json& preview) { return both_times(preview, "earliest", "earliest_local"); }

void add_explain(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("explain", "Why something was sent or not, and what would become of it");
  auto question = std::make_shared<Question>();
  command
      ->add_option("JOB|ACCOUNT|NUMBER", question->of,
                   "A job's id, an account as the jobs name it, or a number as +4915112345678")
      ->required();
  command->add_option("--as", question->as, "What it is, where several are of that name: job, account, number")
      ->check(CLI::IsMember({"job", "account", "number"}));
  command->add_option("--at", question->at, "What would be decided then, RFC 3339; else now");
  command->footer(
      "Times are the recipient's, then UTC. What --at says rests on what is known now: payments, holds, consents, "
      "counts\n"
      "and rules as they are, and links that take what is due.\n\n"
      "Examples:\n  dunlin explain 4711/2026-118/due\n  dunlin explain 4711 --as account\n"
      "  dunlin explain +4915112345678\n  dunlin explain 4711/2026-118/due --at 2026-12-01T08:30:00+01:00\n");
  command->callback(
      [question, &context] { context.run = [question, &context] { return explain(*question, context); }; });
}

}  // namespace dunlin::tool

// dunlin plan: what plans there are, and when the steps of one would come.
#include <cstdio>
#include <memory>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

// What a step does, in a few words: "text overdue", "hand over to phone", "tell who is silent".
std::string does(const Json& step) {
  const std::string action = member(step, "action");
  if (action == "handoff") return "hand over: " + member(step, "channel");
  if (action == "escalate") return "call list, if silent";
  const std::string kind = member(step, "kind"), name = member(step, "template"), fee = member(step, "fee");
  std::string text = "text " + name;
  if (kind != name) text += " (" + kind + ")";
  if (!fee.empty()) text += fee == "0" ? ", no fee" : ", fee " + fee;
  return text;
}

std::string conditions_of(const Json& step) {
  std::string text;
  for (const auto& each : step.value("if", Json::array())) text += (text.empty() ? "" : ", ") + shown(each);
  return text;
}

// "2026-11-28T10:00:00+01:00" → "Sat 2026-11-28 10:00"; where no one clock is the recipient's, UTC with a Z.
std::string moment_of(const Json& step, const char* name, const char* local_name) {
  const std::string utc = member(step, name), local = member(step, local_name);
  const std::string& told = local.empty() ? utc : local;
  if (told.size() < 16) return told;
  return told.substr(0, 10) + " " + told.substr(11, 5) + (local.empty() ? "Z" : "");
}

std::string at_of(const Json& step) {
  std::string weekday = member(step, "weekday").substr(0, 3);
  const std::string at = moment_of(step, "at", "at_local");
  if (weekday.empty()) return at;
  weekday[0] = static_cast<char>(weekday[0] - 'a' + 'A');
  return weekday + " " + at;
}

std::string remark_of(const Json& step) {
  const std::string skipped = member(step, "skipped"), waits = member(step, "waits_for");
  if (!skipped.empty()) return "skipped: " + skipped;
  if (waits.empty()) return {};
  const std::string rule = member(step, "rule");
  return "moved from " + moment_of(step, "planned", "planned_local") + ": " + waits +
         (rule.empty() ? "" : " (" + rule + ")");
}

void print_steps(const Json& plan) {
  const bool timed = plan.contains("from");
  Table table(timed ? std::vector<std::string>{"STEP", "AT", "DOES", "PLANNED", "IF", ""}
                    : std::vector<std::string>{"STEP", "DOES", "PLANNED", "IF"});
  for (const auto& step : plan.value("steps", Json::array())) {
    std::vector<std::string> row{member(step, "name")};
    if (timed) row.push_back(at_of(step));
    row.push_back(does(step));
    row.push_back(member(step, "when"));
    row.push_back(conditions_of(step));
    if (timed) row.push_back(remark_of(step));
    table.add(std::move(row));
  }
  std::fputs(table.text().c_str(), stdout);
}

void print_plan(const Json& plan) {
  std::fputs(
      facts({{"plan", member(plan, "name")},
             {"for", member(plan, "title")},
             {"file", member(plan, "file")},
             {"reaches nobody", member(plan, "on_failure").empty() ? "" : "hand over: " + member(plan, "on_failure")},
             {"due date", member(plan, "due_date")},
             {"clock", member(plan, "time_zone")},
             {"country", member(plan, "country")},
             {"begun", moment_of(plan, "from", "from_local")}})
          .c_str(),
      stdout);
  std::puts("");
  print_steps(plan);
}

struct Question {
  std::string name, due, zone, number, country, purpose, from;
  std::vector<std::string> with;
};

std::string target_of(const Question& question) {
  std::string query;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += (query.empty() ? "?" : "&") + std::string(name) + "=" + percent_encode(value);
  };
  add("due", question.due);
  add("zone", question.zone);
  add("number", question.number);
  add("country", question.country);
  add("purpose", question.purpose);
  add("from", question.from);
  std::string with;
  for (const auto& each : question.with) with += (with.empty() ? "" : ",") + each;
  add("with", with);
  return "/v1/plans/" + percent_encode(question.name) + query;
}

int show(const Question& question, const Context& context) {
  const Json plan = Client(context.socket).call("GET", target_of(question));
  if (context.json) {
    std::puts(plan.dump().c_str());
  } else {
    print_plan(plan);
  }
  return kDone;
}

int list(const Context& context) {
  const Json told = Client(context.socket).call("GET", "/v1/plans");
  if (context.json) {
    std::puts(told.dump().c_str());
    return kDone;
  }
  Table table({"PLAN", "STEPS", "FOR"});
  for (const auto& plan : told.value("plans", Json::array())) {
    std::string steps;
    for (const auto& step : plan.value("steps", Json::array()))
      steps += (steps.empty() ? "" : " ") + member(step, "name");
    table.add({member(plan, "name"), steps, member(plan, "title")});
  }
  std::fputs(table.text().c_str(), stdout);
  return kDone;
}

}  // namespace

void add_plans(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("plan", "Dunning plans: their steps, and when these would come");
  command->require_subcommand(1);
  auto* all = command->add_subcommand("list", "The plans there are");
  all->callback([&context] { context.run = [&context] { return list(context); }; });

  auto* one = command->add_subcommand("show", "A plan; with a due date and a place, its timeline");
  auto question = std::make_shared<Question>();
  one->add_option("NAME", question->name, "The plan's name")->required();
  one->add_option("--due", question->due, "The due date, 2026-12-01");
  one->add_option("--zone", question->zone, "Whose clock: a time zone, as in Europe/Warsaw");
  one->add_option("--number", question->number, "Or a number: its country, rules, holidays and clock");
  one->add_option("--country", question->country, "Or a country, as in PL");
  one->add_option("--purpose", question->purpose, "billing (default), collection or marketing");
  one->add_option("--from", question->from, "When a job begins it, RFC 3339; else now");
  one->add_option("--with", question->with, "What conditions ask for, as in loyal=yes; may be repeated");
  one->footer(
      "Each step is drawn as if the one before it left as soon as it may, and nobody pays or answers.\n\n"
      "Examples:\n  dunlin plan show friendly --due 2026-12-01 --number +48601234567\n"
      "  dunlin plan show friendly --due 2026-12-01 --zone Europe/Warsaw --with loyal=yes\n");
  one->callback([question, &context] { context.run = [question, &context] { return show(*question, context); }; });
}

}  // namespace dunlin::tool

// dunlin inbox: what people answered and what it holds, and what to make of it.
#include <cstdio>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

struct InboxCommand {
  std::string number, text, date;
  std::size_t most = 100;
  bool term = false;
};

std::string target(const InboxCommand& command, const char* action = "") {
  return "/v1/inbox/" + percent_encode(command.number) + action;
}

// Page by page, so many rows at most.
int list(const InboxCommand& command, const Context& context) {
  Client client(context.socket);
  Json items = Json::array();
  std::string after;
  bool more = true;
  while (more && items.size() < command.most) {
    const std::size_t page = std::min<std::size_t>(command.most - items.size(), 1000);
    const Json answer = client.call("GET", std::string("/v1/inbox?kind=") + (command.term ? "term" : "waiting") +
                                               "&limit=" + std::to_string(page) + after);
    for (const auto& each : answer.value("items", Json::array())) items.push_back(each);
    more = answer.contains("next");
    if (more) after = "&after=" + shown(answer["next"]);
  }
  if (context.json) {
    std::puts(items.dump().c_str());
    return kDone;
  }
  Table table({"SINCE", "NUMBER", "INTENT", command.term ? "UNTIL" : "LANG", "ACCOUNT", "TEXT"});
  for (const auto& each : items) {
    const std::string marks =
        std::string(each.value("needs_person", false) ? " (!)" : "") + (each.value("ambiguous", false) ? " (?)" : "");
    table.add({local_time(member(each, "since")), member(each, "number"), member(each, "intent") + marks,
               command.term ? local_time(member(each, "until")) : member(each, "language"), member(each, "account"),
               member(each, "text")});
  }
  if (items.empty()) {
    std::puts(command.term ? "nothing is held for a term" : "nothing waits for a person");
  } else {
    std::fputs(table.text().c_str(), stdout);
    if (more) std::printf("… and more: --limit %zu\n", command.most * 10);
  }
  return kDone;
}

int show(const InboxCommand& command, const Context& context) {
  const Json answer = Client(context.socket).call("GET", target(command));
  if (context.json) {
    std::puts(answer.dump().c_str());
    return kDone;
  }
  std::printf("%s  (%s)\n", member(answer, "number").c_str(), member(answer, "status").c_str());
  for (const auto& hold : answer.value("holds", Json::array())) {
    std::printf("held: %s since %s%s%s\n", member(hold, "reason").c_str(), local_time(member(hold, "at")).c_str(),
                hold.contains("until") ? ", until " : "", local_time(member(hold, "until")).c_str());
  }
  std::puts("");
  for (const auto& said : answer.value("conversation", Json::array())) {
    const bool ours = member(said, "from") == "us";
    std::string note = ours ? member(said, "state") : member(said, "intent");
    if (said.contains("answer")) note += ", answer (" + member(said, "answer") + ")";
    if (said.contains("date")) note += " " + member(said, "date");
    if (said.value("ambiguous", false)) note += ", to which of several jobs is not sure";
    if (said.contains("job")) note += ", " + member(said, "job");
    const std::string text = member(said, "text");
    std::printf("%s  %s %s\n%21s[%s]\n", local_time(member(said, "time")).c_str(), ours ? ">" : "<",
                text.empty() ? "(the text is not kept any more)" : text.c_str(), "", note.c_str());
  }
  return kDone;
}

int change(const InboxCommand& command, const char* action, const std::optional<Json>& body, const Context& context) {
  const Json done = Client(context.socket).call("POST", target(command, action), body);
  if (context.json) {
    std::puts(done.dump().c_str());
    return kDone;
  }
  if (done.contains("id")) {
    std::printf("it goes out as %s\n", member(done, "id").c_str());
  } else if (done.contains("hold")) {
    std::printf("%s is held (%s)%s%s\n", command.number.c_str(), member(done, "hold").c_str(),
                done.contains("until") ? " until " : "", local_time(member(done, "until")).c_str());
  } else {
    std::printf("%s: %s%s released\n", command.number.c_str(), member(done, "status") == "blocked" ? "blocked, " : "",
                member(done, "released").c_str());
  }
  return kDone;
}

}  // namespace

void add_inbox(CLI::App& app, Context& context) {
  auto command = std::make_shared<InboxCommand>();
  auto* inbox =
      app.add_subcommand("inbox", "What people answered that waits for a person, oldest first; and what to make of it");
  inbox->require_subcommand(0, 1);
  inbox->add_flag("--term", command->term, "What ends by itself: who says it is paid, or promises");
  inbox->add_option("--limit", command->most, "So many at most")->capture_default_str()->check(CLI::Range(1, 1000000));
  inbox->footer(
      "While it waits, nothing that comes by itself goes to that number. Marks: (!) speaks of a death, an insolvency "
      "or a "
      "lawyer; (?) may answer another job.\n\nExamples:\n  dunlin inbox\n  dunlin inbox show +4915112345678\n"
      "  dunlin inbox answer +4915112345678 'We have corrected it; please disregard our reminder.'\n"
      "  dunlin inbox promise +4915112345678 2026-12-04\n  dunlin inbox clear +4915112345678\n");
  inbox->callback([inbox, command, &context] {
    if (inbox->get_subcommands().empty()) context.run = [command, &context] { return list(*command, context); };
  });
  const auto add = [&](const char* name, const char* does) {
    auto* sub = inbox->add_subcommand(name, does);
    sub->add_option("NUMBER", command->number, "E.164, like +4915112345678")->required();
    return sub;
  };
  add("show", "The conversation, in both directions")->callback([command, &context] {
    context.run = [command, &context] { return show(*command, context); };
  });
  auto* answer = add("answer", "Write to who wrote: your own words, within the hours that are allowed there");
  answer->add_option("TEXT", command->text, "What they read")->required();
  answer->callback([command, &context] {
    context.run = [command, &context] { return change(*command, "/answer", Json{{"text", command->text}}, context); };
  });
  add("clear", "It is dealt with: what comes by itself goes on")->callback([command, &context] {
    context.run = [command, &context] { return change(*command, "/clear", {}, context); };
  });
  add("block", "Never text this number again")->callback([command, &context] {
    context.run = [command, &context] { return change(*command, "/block", {}, context); };
  });
  auto* promise = add("promise", "They will pay by that day: held until then, escalated if they don't");
  promise->add_option("DATE", command->date, "Like 2026-12-04")->required();
  promise->callback([command, &context] {
    context.run = [command, &context] { return change(*command, "/promise", Json{{"date", command->date}}, context); };
  });
  add("dispute", "They dispute it: held until it is cleared, off the call list")->callback([command, &context] {
    context.run = [command, &context] { return change(*command, "/dispute", {}, context); };
  });
}

}  // namespace dunlin::tool

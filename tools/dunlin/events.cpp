// dunlin events: what happened, as it happens, each event seen once by a named consumer.
#include <chrono>
#include <cstdio>
#include <optional>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

constexpr std::uint64_t kAckEvery =
    1000;  // events printed and not yet acknowledged: what a crash here would print again

struct Wanted {
  std::optional<std::uint64_t> after;
  std::string consumer;
  bool follow = false;
};

std::string target(const Wanted& wanted) {
  std::string text = "/v1/events?follow=";
  text += wanted.follow ? "true" : "false";
  if (wanted.after) text += "&after=" + std::to_string(*wanted.after);
  if (!wanted.consumer.empty()) text += "&consumer=" + percent_encode(wanted.consumer);
  return text;
}

void print_event(const Json& event) {
  std::string line = local_time(member(event, "time")) + "  " + member(event, "type");
  line.resize(std::max<std::size_t>(line.size(), 34), ' ');
  for (const char* name : {"job", "account", "invoice", "from", "intent", "reason", "smsc", "text"}) {
    if (const std::string value = member(event, name); !value.empty()) line += std::string("  ") + name + "=" + value;
  }
  std::puts(line.c_str());
}

// Tells the daemon how far a consumer has come, after what it printed is out of our hands.
class Acks {
 public:
  Acks(const Wanted& wanted, const Context& context) : consumer_(wanted.consumer), client_(context.socket) {}
  void printed(std::uint64_t seq) {
    seq_ = seq;
    const auto now = std::chrono::steady_clock::now();
    if (++waiting_ >= kAckEvery || now - told_ > std::chrono::seconds(1)) tell();
  }
  void tell() {
    if (consumer_.empty() || waiting_ == 0) return;
    if (std::fflush(stdout) != 0) throw std::runtime_error("standard output cannot be written");
    client_.call("POST", "/v1/consumers/" + percent_encode(consumer_), Json{{"ack", seq_}});
    told_ = std::chrono::steady_clock::now();
    waiting_ = 0;
  }

 private:
  std::string consumer_;
  Client client_;
  std::uint64_t seq_ = 0, waiting_ = 0;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

int show(const Wanted& wanted, const Context& context) {
  Client client(context.socket);
  Acks acks(wanted, context);
  const bool whole = client.read_lines(target(wanted), [&](std::string_view text) {
    if (text.empty()) {
      acks.tell();
    } else {
      const Json event = Json::parse(text, nullptr, false);
      if (context.json) {
        std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
      } else {
        print_event(event);
      }
      acks.printed(event.value("seq", std::uint64_t{0}));
    }
    if (wanted.follow) std::fflush(stdout);
    return std::ferror(stdout) == 0;
  });
  acks.tell();
  if (!whole) throw NoDaemon("the daemon ended the stream");
  return kDone;
}

}  // namespace

void add_events(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("events", "What happened: every transition of every job, once, in order");
  auto wanted = std::make_shared<Wanted>();
  command->add_flag("--follow", wanted->follow, "Go on as events come");
  command->add_option("--after", wanted->after, "Begin after this event's number; else with the oldest that is kept");
  command->add_option(
      "--consumer", wanted->consumer,
      "Go on after what this consumer last saw, and remember how far it comes: an event counts as seen "
      "once it is written to standard output, also where that is a pipe whose reader has not read it yet");
  command->footer(
      "Examples:\n  dunlin events --follow\n  dunlin events --json --follow --consumer erp | ./update-ledger\n  dunlin "
      "events --after 120000 --json\n");
  command->callback([wanted, &context] { context.run = [wanted, &context] { return show(*wanted, context); }; });
}

}  // namespace dunlin::tool

// dunlin links, status, reload.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

struct Limits {
  std::optional<std::uint32_t> throughput, window;
};

std::string per_second(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 10 ? "%.1f/s" : "%.0f/s", rate);
  return text;
}

// What is sent, and what may be.
std::string rate(const Json& link) {
  const double effective = link.value("rate_effective", 0.0);
  return per_second(link.value("rate_sent", 0.0)) + (effective > 0 ? " of " + per_second(effective) : "");
}

// The cause, and the number that belongs to it.
std::string limit(const Json& link) {
  const auto cause = member(link, "limited_by");
  if (cause == "window") return cause + ", at most " + per_second(link.value("rate_window", 0.0));
  if (cause == "congestion") return cause + " " + member(link, "congestion");
  if (cause != "throttled" || !link.contains("learned")) return cause;
  const auto& learned = link["learned"];
  return cause + " above " + per_second(learned.value("ceiling", 0.0)) + ", for " +
         duration(static_cast<std::uint64_t>(learned.value("for_seconds", 0.0)));
}

std::string state_of(const Json& link) {
  if (link.value("paused", false)) return "paused";
  std::string state = member(link, "state");
  if (const std::string why = member(link, "refused"); state == "refused" && !why.empty()) state += ": " + why;
  if (member(link, "tls") == "unverified") state += ", TLS UNVERIFIED";
  return state;
}

std::string lasted(const Json& bind) {
  const auto milliseconds = bind.value("lasted_ms", std::uint64_t{0});
  return milliseconds < 1000 ? std::to_string(milliseconds) + "ms" : duration(milliseconds / 1000);
}

// The binds of each link that live, and the last ones that ended or never came to be, newest first.
std::string history_text(const Json& links) {
  Table table({"SMSC", "SINCE", "KIND", "PEER", "VERSION", "ENDED", "LASTED", "WHY"});
  for (const auto& link : links) {
    for (const auto& bind : link.value("history", Json::array())) {
      const bool bound = bind.value("bound", false);
      const auto times = bind.value("times", std::uint64_t{1});
      table.add({member(link, "smsc"), local_time(member(bind, "at")), member(bind, "kind"), member(bind, "peer"),
                 member(bind, "version"), local_time(member(bind, "ended")), bound ? lasted(bind) : "not bound",
                 member(bind, "why") + (times > 1 ? ", " + std::to_string(times) + " times" : "")});
    }
  }
  return table.text();
}

// "hex-to-decimal", with a star where it was found out and not configured; "auto": no receipt has told yet.
std::string message_ids(const Json& link) {
  return member(link, "message_id") + (link.value("message_id_learned", false) ? "*" : "");
}

std::string links_text(const Json& links) {
  Table table({"SMSC", "ADDRESS", "STATE", "SESSIONS", "IN FLIGHT", "WINDOW", "RATE", "LIMITED BY", "RECEIPT IDS",
               "LAST ERROR"});
  for (const auto& link : links) {
    table.add({member(link, "smsc"), member(link, "host") + ":" + member(link, "port"), state_of(link),
               member(link, "sessions_bound") + "/" + member(link, "sessions"), member(link, "in_flight"),
               member(link, "window"), rate(link), limit(link), message_ids(link), member(link, "last_error")});
  }
  return table.text();
}

int print_links(Json links, const Context& context, bool history = false) {
  if (!links.is_array()) links = Json::array({std::move(links)});
  if (context.json) {
    std::puts(links.dump().c_str());
  } else {
    std::fputs((history ? history_text(links) : links_text(links)).c_str(), stdout);
  }
  return kDone;
}

int show_history(const std::string& smsc, const Context& context) {
  Json links = Client(context.socket).call("GET", "/v1/links"), wanted = Json::array();
  for (auto& link : links) {
    if (smsc.empty() || member(link, "smsc") == smsc) wanted.push_back(std::move(link));
  }
  if (wanted.empty() && !smsc.empty()) {
    std::fprintf(stderr, "dunlin: there is no SMSC named %s\n", smsc.c_str());
    return kRefused;
  }
  return print_links(std::move(wanted), context, true);
}

std::string status_text(const Json& status) {
  const Json jobs = status.value("jobs", Json::object()), store = status.value("store", Json::object()),
             events = status.value("events", Json::object());
  std::string counts, links;
  for (const auto& [state, count] : jobs.items()) {
    if (count.get<std::uint64_t>() > 0) counts += (counts.empty() ? "" : ", ") + grouped(count) + " " + state;
  }
  for (const auto& link : status.value("links", Json::array())) {
    links += (links.empty() ? "" : ", ") + member(link, "smsc") +
             (link.value("bound", false) ? " bound, " : " not bound, ") + member(link, "in_flight") + " in flight";
  }
  const auto oldest = static_cast<std::uint64_t>(status.value("oldest_ready_seconds", 0.0));
  std::string warnings;
  if (!status.value("dispatching", true)) warnings = "nothing is being sent (stopping, or the clock stepped)";
  if (!store.value("intake", true))
    warnings += (warnings.empty() ? "" : "; ") + std::string("no room on the disk: jobs are refused");
  return facts({{"dunlind", member(status, "version") + ", up " + duration(status.value("uptime", std::uint64_t{0}))},
                {"jobs", counts.empty() ? "none" : counts},
                {"oldest ready", oldest == 0 ? "" : duration(oldest)},
                {"links", links.empty() ? "none" : links},
                {"store", octets(store.value("bytes", std::uint64_t{0})) + ", " +
                              octets(store.value("free_bytes", std::uint64_t{0})) + " free"},
                {"events", member(events, "first") + " to " + member(events, "last")},
                {"attention", warnings}});
}

int show_status(bool watch, const Context& context) {
  Client client(context.socket);
  const bool redraw = watch && !context.json && ::isatty(STDOUT_FILENO) == 1;
  for (;;) {
    const Json status = client.call("GET", "/v1/status");
    const std::string text = context.json ? status.dump() + "\n" : status_text(status);
    std::printf("%s%s", redraw ? "\033[H\033[J" : "", text.c_str());
    if (std::fflush(stdout) != 0) return kRefused;
    if (!watch) return kDone;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    if (!redraw && !context.json) std::puts("");
  }
}

int act(const std::string& smsc, const char* action, const Context& context) {
  return print_links(Client(context.socket).call("POST", "/v1/links/" + percent_encode(smsc) + "/" + action), context);
}

int set(const std::string& smsc, const Limits& limits, const Context& context) {
  Json body = Json::object();
  if (limits.throughput) body["throughput"] = *limits.throughput;
  if (limits.window) body["window"] = *limits.window;
  return print_links(Client(context.socket).call("PATCH", "/v1/links/" + percent_encode(smsc), body), context);
}

void add_links(CLI::App& app, Context& context) {
  auto* links = app.add_subcommand("links", "The links to the SMSCs, live; without a further word: all of them");
  links->require_subcommand(0, 1);
  links->footer(
      "Examples:\n  dunlin links\n  dunlin links history alpha\n  dunlin links pause alpha\n  dunlin links set alpha "
      "--throughput 200\n");
  links->callback([links, &context] {
    if (!links->get_subcommands().empty()) return;
    context.run = [&context] { return print_links(Client(context.socket).call("GET", "/v1/links"), context); };
  });
  auto smsc = std::make_shared<std::string>();
  const auto add_action = [&](const char* name, const char* does) {
    auto* action = links->add_subcommand(name, does);
    action->add_option("SMSC", *smsc, "Its name in the configuration")->required();
    action->callback(
        [smsc, name, &context] { context.run = [smsc, name, &context] { return act(*smsc, name, context); }; });
  };
  add_action("pause", "Send nothing more there; survives a restart");
  add_action("resume", "Send there again");
  add_action("rebind", "Unbind, then bind again");
  auto* history = links->add_subcommand("history", "The last binds: when, how long, and why each ended");
  history->add_option("SMSC", *smsc, "Its name in the configuration; all of them when left out");
  history->callback([smsc, &context] { context.run = [smsc, &context] { return show_history(*smsc, context); }; });
  struct Pdus {
    std::optional<std::uint32_t> most;
    bool fields = false;
  };
  auto shown_pdus = std::make_shared<Pdus>();
  auto* pdus = links->add_subcommand("pdus", "Its last PDUs in the flight recorder: numbers masked, texts left out");
  pdus->add_option("SMSC", *smsc, "Its name in the configuration")->required();
  pdus->add_option("--most", shown_pdus->most, "So many of the newest; else 256")->check(CLI::Range(1, 10000));
  pdus->add_flag("--fields", shown_pdus->fields, "With every field and TLV");
  pdus->callback([smsc, shown_pdus, &context] {
    context.run = [smsc, shown_pdus, &context] {
      const std::string most = shown_pdus->most ? "?most=" + std::to_string(*shown_pdus->most) : "";
      const Json found = Client(context.socket).call("GET", "/v1/links/" + percent_encode(*smsc) + "/pdus" + most);
      std::printf("%s", context.json ? (found.dump() + "\n").c_str() : pdus_text(found, shown_pdus->fields).c_str());
      return int{kDone};
    };
  });
  auto limits = std::make_shared<Limits>();
  auto* change = links->add_subcommand("set", "Change its limits until the next reload");
  change->add_option("SMSC", *smsc, "Its name in the configuration")->required();
  change->add_option("--throughput", limits->throughput, "Submits a second over all its sessions; 0: no limit");
  change->add_option("--window", limits->window, "Unanswered submits a session, 1 to 10000");
  change->require_option(2, 3);
  change->callback(
      [smsc, limits, &context] { context.run = [smsc, limits, &context] { return set(*smsc, *limits, context); }; });
}

}  // namespace

void add_operations(CLI::App& app, Context& context) {
  add_links(app, context);

  auto* status = app.add_subcommand("status", "Jobs by state, links, store and events at a glance");
  auto watch = std::make_shared<bool>(false);
  status->add_flag("--watch", *watch, "Again every second, until interrupted");
  status->callback([watch, &context] { context.run = [watch, &context] { return show_status(*watch, context); }; });

  auto* reload =
      app.add_subcommand("reload", "Read the configuration again; what cannot change live is refused by name");
  reload->callback([&context] {
    context.run = [&context] {
      const Json answer = Client(context.socket).call("POST", "/v1/reload");
      std::puts(context.json ? answer.dump().c_str() : "reloaded");
      return int{kDone};
    };
  });
}

}  // namespace dunlin::tool

// dunlin campaign list, show, watch, and the orders that a clerk gives.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "command.hpp"
#include "file_input.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

std::string target(const std::string& id) { return "/v1/campaigns/" + percent_encode(id); }

std::string number_of(const Json& object, const char* name) { return grouped(object.value(name, std::uint64_t{0})); }

std::string state_of(const Json& campaign) {
  if (campaign.value("cancelled", false)) return "cancelled";
  if (campaign.value("paused", false)) {
    const std::string why = member(campaign, "paused_reason");
    return "paused" + (why.empty() ? "" : ": " + why);
  }
  if (campaign.contains("finished")) return "finished";
  return member(campaign, "stage");
}

std::string jobs_of(const Json& campaign) {
  std::string text;
  const Json jobs = campaign.value("jobs", Json::object());
  for (const auto& [state, count] : jobs.items())
    text += (text.empty() ? "" : ", ") + grouped(count.get<std::uint64_t>()) + " " + state;
  return text.empty() ? "none" : text;
}

std::string per_second(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 10 ? "%.1f/s" : "%.0f/s", rate);
  return text;
}

std::string canary_of(const Json& campaign) {
  if (!campaign.contains("canary")) return {};
  const Json& canary = campaign["canary"];
  return member(canary, "state") + ": " + number_of(canary, "submitted") + " of " + number_of(canary, "size") +
         " submitted, " + number_of(canary, "settled") + " settled, " + number_of(canary, "failed") + " failed, " +
         number_of(canary, "opt_outs") + " opted out, " + number_of(canary, "wrong_numbers") + " wrong numbers";
}

std::string facts_of(const Json& campaign) {
  const double rate = campaign.value("rate", 0.0);
  return facts({{"id", member(campaign, "id")},
                {"state", state_of(campaign)},
                {"doing", member(campaign, "walk")},
                {"template", member(campaign, "template")},
                {"created", local_time(member(campaign, "created"))},
                {"imported by", campaign.contains("imported_by") ? "uid " + member(campaign, "imported_by") : ""},
                {"approved by", campaign.contains("approved_by") ? "uid " + member(campaign, "approved_by") : ""},
                {"rows", number_of(campaign, "rows")},
                {"jobs", jobs_of(campaign)},
                {"submitted", number_of(campaign, "submitted")},
                {"canary", canary_of(campaign)},
                {"first submitted", local_time(member(campaign, "first_submitted"))},
                {"last submitted", local_time(member(campaign, "last_submitted"))},
                {"rate", rate > 0 ? per_second(rate) : ""},
                {"through", local_time(member(campaign, "finish"))},
                {"finished", local_time(member(campaign, "finished"))}});
}

int list(const Context& context) {
  Client client(context.socket);
  Table table({"ID", "STATE", "TEMPLATE", "JOBS", "OPEN", "SUBMITTED", "CREATED"});
  std::string after;
  for (bool more = true; more;) {
    const Json page =
        client.call("GET", after.empty() ? "/v1/campaigns" : "/v1/campaigns?after=" + percent_encode(after));
    for (const auto& campaign : page.value("campaigns", Json::array())) {
      if (context.json) {
        std::puts(campaign.dump().c_str());
        continue;
      }
      table.add({member(campaign, "id"), state_of(campaign), member(campaign, "template"), number_of(campaign, "total"),
                 number_of(campaign, "open"), number_of(campaign, "submitted"),
                 local_time(member(campaign, "created"))});
    }
    after = page.value("next", "");
    more = !after.empty();
  }
  if (!context.json) std::fputs(table.text().c_str(), stdout);
  return kDone;
}

int show(const std::string& id, const Context& context) {
  const Json campaign = Client(context.socket).call("GET", target(id));
  std::fputs(context.json ? (campaign.dump() + "\n").c_str() : facts_of(campaign).c_str(), stdout);
  return kDone;
}

bool is_over(const Json& campaign) {
  const bool still = campaign.value("open", std::uint64_t{0}) > 0 || campaign.contains("walk");
  const std::string stage = member(campaign, "stage");
  return !still && (campaign.contains("finished") || campaign.value("cancelled", false) || stage == "open");
}

// How fast it goes just now, of the last counts; the daemon's own rate is of the whole campaign, nights included.
class Rate {
 public:
  double of(std::uint64_t submitted) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - at_).count();
    const double rate =
        seen_ && seconds > 0 ? static_cast<double>(submitted - std::min(submitted, last_)) / seconds : 0;
    seen_ = true;
    at_ = now;
    last_ = submitted;
    return rate;
  }

 private:
  bool seen_ = false;
  std::uint64_t last_ = 0;
  std::chrono::steady_clock::time_point at_{};
};

std::string watched(const Json& campaign, double rate) {
  const auto total = campaign.value("total", std::uint64_t{0}), open = campaign.value("open", std::uint64_t{0});
  const double part = total == 0 ? 0 : static_cast<double>(total - open) / static_cast<double>(total);
  std::string text =
      facts_of(campaign) + "\n" + bar(part) + "  " + grouped(total - open) + " of " + grouped(total) + " have ended";
  if (rate > 0) text += ", now " + per_second(rate);
  return text + "\n";
}

int watch(const std::string& id, const Context& context) {
  Client client(context.socket);
  const bool redraw = !context.json && ::isatty(STDOUT_FILENO) == 1;
  Rate rate;
  std::string said;
  for (;;) {
    const Json campaign = client.call("GET", target(id));
    const double now = rate.of(campaign.value("submitted", std::uint64_t{0}));
    if (redraw) {
      std::printf("\033[H\033[J%s", watched(campaign, now).c_str());
    } else {
      std::string line = context.json ? campaign.dump() : state_of(campaign) + ": " + jobs_of(campaign);
      if (line != said) std::puts(line.c_str());
      said = std::move(line);
    }
    if (std::fflush(stdout) != 0) return kRefused;
    if (is_over(campaign)) return kDone;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

int order(const std::string& id, const std::string& what, const Context& context) {
  const Json changed = Client(context.socket).call("POST", target(id) + "/" + what);
  if (context.json) {
    std::puts(changed.dump().c_str());
  } else if (what == "resend-failed") {
    std::printf("%s: %s are sent again, %s failed for good\n", id.c_str(), number_of(changed, "resent").c_str(),
                number_of(changed, "left").c_str());
  } else {
    std::printf("%s: %s\n", id.c_str(), state_of(changed).c_str());
  }
  return kDone;
}

}  // namespace

void add_campaigns(CLI::App& app, Context& context) {
  auto* campaign = app.add_subcommand("campaign", "Import a file, see it go, pause, resume, cancel, approve");
  campaign->require_subcommand(1);
  campaign->footer(
      "Examples:\n  dunlin campaign import due.csv --id nov --template reminder --dry-run\n  dunlin campaign watch "
      "nov\n  "
      "dunlin campaign pause nov\n");
  add_campaign_import(*campaign, context);
  auto id = std::make_shared<std::string>();

  campaign->add_subcommand("list", "All of them")->callback([&context] {
    context.run = [&context] { return list(context); };
  });
  auto* one = campaign->add_subcommand("show", "Its stage, its jobs by state, how fast it goes");
  one->add_option("ID", *id, "The campaign's id")->required();
  one->callback([id, &context] { context.run = [id, &context] { return show(*id, context); }; });
  auto* live = campaign->add_subcommand("watch", "The same every second, until all of it has ended");
  live->add_option("ID", *id, "The campaign's id")->required();
  live->callback([id, &context] { context.run = [id, &context] { return watch(*id, context); }; });
  const auto add_order = [&](const char* name, const char* does) {
    auto* command = campaign->add_subcommand(name, does);
    command->add_option("ID", *id, "The campaign's id")->required();
    command->callback(
        [id, name, &context] { context.run = [id, name, &context] { return order(*id, name, context); }; });
  };
  add_order("pause", "Nothing of it leaves once this is answered");
  add_order("resume", "Go on");
  add_order("cancel", "Nothing of it leaves once this is answered, for ever");
  add_order("approve", "Let go what somebody else imported");
  add_order("resend-failed", "Send again what was given up or expired on its way; what failed for good stays");
}

}  // namespace dunlin::tool

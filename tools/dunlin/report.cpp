// dunlin report: what became of what was sent, by day, campaign and stage.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>
#include <string>

#include "command.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

constexpr std::size_t kColumns = 80, kBarLeast = 4, kBarMost = 12, kNameMost = 24;

struct Question {
  std::string campaign, from, to;
  std::vector<std::string> by;
  bool csv = false;
};

std::string target_of(const Question& question, bool as_csv) {
  std::string by;
  for (const auto& each : question.by) by += (by.empty() ? "" : ",") + each;
  std::string target = std::string("/v1/reports/jobs?format=") + (as_csv ? "csv" : "json");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) target += "&" + std::string(name) + "=" + percent_encode(value);
  };
  add("by", by);
  add("campaign", question.campaign);
  add("from", question.from);
  add("to", question.to);
  return target;
}

std::uint64_t count_of(const Json& row, const char* name) { return row.value(name, std::uint64_t{0}); }

std::uint64_t not_reached(const Json& row) {
  std::uint64_t sum = 0;
  for (const char* state : {"undelivered", "expired", "rejected", "failed"}) sum += count_of(row, state);
  return sum;
}

std::uint64_t replies_of(const Json& row) {
  std::uint64_t sum = 0;
  const Json replies = row.value("replies", Json::object());
  for (const auto& each : replies.items()) sum += each.value().get<std::uint64_t>();
  return sum;
}

// "97.2%"; nothing where there is nothing to be a share of.
std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return {};
  char text[16];
  std::snprintf(text, sizeof text, "%.1f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

// "#####...  62%"; `open`: more may come, marked by a '+'.
std::string share(std::uint64_t part, std::uint64_t whole, std::size_t wide, bool open) {
  if (whole == 0) return {};
  const double ratio = std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
  const auto full = static_cast<std::size_t>(ratio * static_cast<double>(wide) + 0.5);
  char text[16];
  std::snprintf(text, sizeof text, " %3.0f%%", ratio * 100);
  return std::string(full, '#') + std::string(wide - full, '.') + text + (open ? "+" : "");
}

std::string costs_of(const Json& row) {
  std::string text;
  const Json costs = row.value("cost", Json::object());
  for (const auto& [currency, amount] : costs.items())
    text += (text.empty() ? "" : ", ") + shown(amount) + " " + currency;
  const std::uint64_t unpriced = count_of(row, "segments_unpriced");
  if (unpriced > 0) text += (text.empty() ? "" : ", and ") + grouped(unpriced) + " segments that have no price";
  return text;
}

// Only what there is of each.
std::string counts_of(const Json& row, std::initializer_list<std::pair<const char*, const char*>> names) {
  std::string text;
  for (const auto& [name, said] : names) {
    if (const std::uint64_t count = count_of(row, name); count > 0)
      text += (text.empty() ? "" : ", ") + grouped(count) + " " + said;
  }
  return text;
}

std::string intents_of(const Json& row) {
  std::string text;
  const Json replies = row.value("replies", Json::object());
  for (const auto& [intent, count] : replies.items())
    text += (text.empty() ? "" : ", ") + grouped(count.get<std::uint64_t>()) + " " + intent;
  return text;
}

std::string facts_of(const Json& total) {
  const std::uint64_t jobs = count_of(total, "jobs"), submitted = count_of(total, "submitted");
  const std::uint64_t owing = count_of(total, "owing"), paid = count_of(total, "paid_48h");
  const std::uint64_t called = count_of(total, "called"), delivered = count_of(total, "delivered");
  const auto with_share = [](std::uint64_t part, std::uint64_t whole, const std::string& of) {
    return whole == 0 ? std::string{} : grouped(part) + of + ", " + percent(part, whole);
  };
  const std::uint64_t stops = count_of(total, "opt_outs"), wrong = count_of(total, "wrong_numbers");
  return facts({{"submitted", grouped(submitted) + " of " + grouped(jobs)},
                {"delivered", with_share(delivered, submitted, "")},
                {"not delivered", counts_of(total, {{"undelivered", "undelivered"},
                                                    {"expired", "expired"},
                                                    {"rejected", "rejected"},
                                                    {"failed", "failed"},
                                                    {"unknown", "unknown"}})},
                {"not sent", counts_of(total, {{"blocked", "blocked"},
                                               {"cancelled", "cancelled"},
                                               {"paid_before", "of these paid before"}})},
                {"paid in 48 h", with_share(paid, owing, " of " + grouped(owing) + " that owe") +
                                     (owing > 0 && !total.value("paid_final", true) ? " so far" : "")},
                {"replies", intents_of(total)},
                {"opted out", stops == 0 ? "" : with_share(stops, submitted, "")},
                {"wrong numbers", wrong == 0 ? "" : with_share(wrong, submitted, "")},
                {"call list", with_share(called, jobs, " of " + grouped(jobs) + " jobs")},
                {"segments", grouped(count_of(total, "segments"))},
                {"cost", costs_of(total)}});
}

std::string name_of(const Json& row, const std::string& by) {
  std::string name = member(row, by);
  if (name.empty()) return "(none)";
  if (name.size() <= kNameMost) return name;
  std::size_t end = kNameMost - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end) + "…";
}

std::string table_of(const Json& report, std::size_t wide) {
  const Json by = report.value("by", Json::array());
  std::vector<std::string> head;
  for (const auto& each : by) {
    std::string name = each.get<std::string>();
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    head.push_back(std::move(name));
  }
  for (const char* name : {"SENT", "DELIVERED", "PAID 48H", "FAILED", "BLOCK", "REPLY", "STOP", "CALL"})
    head.emplace_back(name);
  Table table(head);
  for (const auto& row : report.value("rows", Json::array())) {
    std::vector<std::string> cells;
    for (const auto& each : by) cells.push_back(name_of(row, each.get<std::string>()));
    const std::uint64_t submitted = count_of(row, "submitted");
    cells.push_back(grouped(submitted));
    cells.push_back(share(count_of(row, "delivered"), submitted, wide, false));
    cells.push_back(share(count_of(row, "paid_48h"), count_of(row, "owing"), wide, !row.value("paid_final", true)));
    cells.push_back(grouped(not_reached(row)));
    cells.push_back(grouped(count_of(row, "blocked")));
    cells.push_back(grouped(replies_of(row)));
    cells.push_back(grouped(count_of(row, "opt_outs")));
    cells.push_back(grouped(count_of(row, "called")));
    table.add(std::move(cells));
  }
  return table.text();
}

std::size_t columns_of(const std::string& table) {
  std::size_t widest = 0;
  for (std::size_t from = 0; from < table.size();) {
    const std::size_t end = table.find('\n', from);
    const auto code_points =
        std::count_if(table.begin() + static_cast<std::ptrdiff_t>(from),
                      table.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return (c & 0xC0) != 0x80; });
    widest = std::max(widest, static_cast<std::size_t>(code_points));
    from = end + 1;
  }
  return widest;
}

// Bars as long as a line has room for.
std::string fitting_table(const Json& report) {
  std::size_t wide = kBarMost;
  std::string table = table_of(report, wide);
  while (wide > kBarLeast && columns_of(table) > kColumns) table = table_of(report, --wide);
  return table;
}

int show(const Question& question, const Context& context) {
  if (context.json && question.csv) {
    std::fputs("dunlin: a report is written with --json or with --csv, not with both\n", stderr);
    return kUsage;
  }
  Client client(context.socket);
  if (context.json || question.csv) {
    const bool whole = client.read_octets(target_of(question, question.csv), [](std::string_view octets) {
      return std::fwrite(octets.data(), 1, octets.size(), stdout) == octets.size();
    });
    return whole ? kDone : kRefused;
  }
  const Json report = client.call("GET", target_of(question, false));
  const bool all = question.from.empty() && !question.campaign.empty();
  const std::string period =
      all ? "up to " + member(report, "to") : member(report, "from") + " to " + member(report, "to");
  if (report.value("rows", Json::array()).empty()) {
    std::printf("nothing was sent %s\n", period.c_str());
    return kDone;
  }
  std::printf("%s%s, by the day of submission (UTC)\n\n%s\n%s",
              question.campaign.empty() ? "" : (question.campaign + ", ").c_str(), period.c_str(),
              fitting_table(report).c_str(), facts_of(report.value("total", Json::object())).c_str());
  return kDone;
}

}  // namespace

void add_report(CLI::App& app, Context& context) {
  auto question = std::make_shared<Question>();
  auto* command =
      app.add_subcommand("report", "What became of what was sent: delivered, paid within 48 hours, replies, cost");
  command->add_option("--campaign", question->campaign,
                      "Only of this campaign; all of its days, if no --from is given");
  command->add_option("--from", question->from, "The first day, like 2026-12-01; default: 31 days up to the last");
  command->add_option("--to", question->to, "The last day; default: today");
  command->add_option("--by", question->by, "Rows by day, campaign or stage, or some of these by commas; default: day")
      ->delimiter(',')
      ->check(CLI::IsMember({"day", "campaign", "stage"}));
  command->add_flag("--csv", question->csv, "All figures as CSV; cells that a spreadsheet would run are made harmless");
  command->footer(
      "A text counts on the day it was submitted, in UTC, and so does what came of it later; what was never sent on "
      "the "
      "day it ended. A + says that payments may still come within 48 hours.\n\n"
      "Examples:\n  dunlin report --from 2026-12-01\n  dunlin report --campaign november --by stage\n  dunlin report "
      "--by "
      "day,campaign,stage --csv > report.csv\n");
  command->callback([question, &context] { context.run = [question, &context] { return show(*question, context); }; });
}

}  // namespace dunlin::tool

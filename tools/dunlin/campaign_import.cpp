// dunlin campaign import: a CSV as it is read, the bad rows as they are found, never the file in memory.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "command.hpp"
#include "csv/writer.hpp"
#include "file_input.hpp"
#include "print.hpp"

namespace dunlin::tool {
namespace {

constexpr std::size_t kNamedMax = 20;  // bad rows named on standard error where a report has them all
constexpr int kBusyTries = 120;        // while rows of an earlier try are still being erased
constexpr std::chrono::milliseconds kBusyPause{500};

struct Options {
  std::string file, id, template_name, send_at, locale, currency, charset, report;
  std::vector<std::string> map;
  bool skip_bad = false, dry_run = false;
  std::optional<std::uint32_t> canary;
};

// "column=field" as the API has it: the column may have '=' in it.
std::string mapped(const std::string& text) {
  const std::size_t sign = text.rfind('=');
  if (sign == text.npos) throw std::runtime_error("--map " + text + ": expected COLUMN=FIELD");
  return text.substr(0, sign) + ":" + text.substr(sign + 1);
}

std::string target_of(const Options& options) {
  std::string target = "/v1/campaigns?report=true";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) target += std::string("&") + name + "=" + percent_encode(value);
  };
  add("id", options.id);
  add("template", options.template_name);
  add("send_at", options.send_at);
  add("locale", options.locale);
  add("currency", options.currency);
  add("charset", options.charset);
  for (const auto& each : options.map) add("map", mapped(each));
  if (options.skip_bad) target += "&skip_bad=true";
  if (options.dry_run) target += "&dry_run=true";
  if (options.canary) target += "&canary=" + std::to_string(*options.canary);
  return target;
}

std::vector<std::string> cells_of(const Json& array) {
  std::vector<std::string> cells;
  for (const auto& each : array) cells.push_back(each.get<std::string>());
  return cells;
}

// The bad rows as they came, behind what was wrong with them. Mended, it can be imported as it is. Written beside what
// has that name, and in its place only by finish(): a try that fails leaves the report of the last one, which somebody
// may be mending.
class Report {
 public:
  // Throws std::runtime_error.
  Report(const std::string& path, const std::string& imported) : path_(path) {
    if (path.empty()) return;
    std::error_code none;
    if (std::filesystem::equivalent(imported == "-" ? "/dev/stdin" : imported, path, none))
      throw std::runtime_error(path_ + ": is the file that is imported: its good rows would be lost; name another");
    if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none)) {
      written_ = path;  // a terminal, a pipe
    } else {
      place_ = std::filesystem::weakly_canonical(path, none);
      written_ = place_.string() + ".new";
    }
    file_.open(written_, std::ios::binary | std::ios::trunc);
    check();
  }
  ~Report() {
    std::error_code none;
    if (!place_.empty()) std::filesystem::remove(written_, none);
  }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  bool on() const { return !path_.empty(); }
  void header(const Json& names) { write({"line", "error", "column"}, names); }
  void row(const Json& bad) {
    write({member(bad, "line"), member(bad, "code") + ": " + member(bad, "detail"), member(bad, "column")},
          bad.value("row", Json::array()));
  }
  void finish() {
    if (!on()) return;
    file_.close();
    check();
    std::error_code failed;
    if (!place_.empty()) std::filesystem::rename(written_, place_, failed);
    if (failed) throw std::runtime_error(path_ + ": cannot be written");
  }

 private:
  void write(std::vector<std::string> cells, const Json& rest) {
    if (!on()) return;
    for (auto& cell : cells_of(rest)) cells.push_back(std::move(cell));
    std::string line;
    csv::append_line(line, cells);
    file_ << line;
    check();
  }
  void check() {
    if (on() && !file_) throw std::runtime_error(path_ + ": cannot be written");
  }
  std::string path_;
  std::filesystem::path place_, written_;  // no place: it is written where it is
  std::ofstream file_;
};

void name_bad(const Json& bad) {
  const std::string column = member(bad, "column");
  std::fprintf(stderr, "line %s: %s%s (%s)\n", member(bad, "line").c_str(),
               column.empty() ? "" : (column + ": ").c_str(), member(bad, "detail").c_str(),
               member(bad, "code").c_str());
}

std::string counted(const Json& counts) {
  std::string text;
  for (const auto& [name, number] : counts.items())
    text += (text.empty() ? "" : ", ") + grouped(number.get<std::uint64_t>()) + " " + name;
  return text;
}

std::string number_of(const Json& object, const char* name) { return grouped(object.value(name, std::uint64_t{0})); }

std::string segments_of(const Json& sums) {
  std::string split;
  const Json by_segments = sums.value("by_segments", Json::object());
  for (const auto& [name, number] : by_segments.items())
    split += (split.empty() ? "" : ", ") + grouped(number.get<std::uint64_t>()) + " of " + name;
  return number_of(sums, "segments") + (split.empty() ? "" : " (texts: " + split + ")");
}

std::string costs_of(const Json& sums) {
  std::string text;
  const Json costs = sums.value("cost", Json::object());
  for (const auto& [currency, cost] : costs.items()) text += (text.empty() ? "" : " + ") + shown(cost) + " " + currency;
  return text.empty() ? "not known: no [[route]] has a price" : text;
}

void print_text(const char* title, const Json& text) {
  std::printf("\n%s (line %s, %s, %s segment%s):\n%s\n", title, member(text, "line").c_str(),
              member(text, "encoding").c_str(), member(text, "segments").c_str(),
              member(text, "segments") == "1" ? "" : "s", member(text, "text").c_str());
}

void print_dry_run(const Json& sums) {
  const auto expire = sums.value("expire_unsent", std::uint64_t{0});
  const auto outside = sums.value("outside_hours", std::uint64_t{0});
  const auto plans = sums.value("plans", std::uint64_t{0});
  const std::string first = member(sums, "first"), finish = member(sums, "finish");
  const Json refused = sums.value("refused_now", Json::object());
  std::fputs(
      facts({{"rows", number_of(sums, "rows")},
             {"would go now", number_of(sums, "now")},
             {"would go later", counted(sums.value("later", Json::object()))},
             {"would not go", counted(sums.value("blocked", Json::object()))},
             {"known already", sums.value("known", std::uint64_t{0}) == 0 ? "" : number_of(sums, "known")},
             {"bad rows", number_of(sums, "rejected")},
             {"follow a plan", plans == 0 ? "" : grouped(plans) + ", of which this is the first step alone"},
             {"outside hours now", outside == 0 ? "" : grouped(outside)},
             {"languages", counted(sums.value("languages", Json::object()))},
             {"encodings", counted(sums.value("encodings", Json::object()))},
             {"segments", segments_of(sums)},
             {"cost", costs_of(sums)},
             {"first", first.empty() ? "" : local_time(first)},
             {"through", first.empty()    ? ""
                         : finish.empty() ? "not within a month"
                                          : local_time(finish)},
             {"too late", expire == 0 ? "" : grouped(expire) + " would expire before it is their turn"},
             {"import now", refused.empty() ? ""
                                            : "would be refused: " + member(refused, "detail") + " (" +
                                                  member(refused, "code") + ")"},
             {"approval", sums.value("needs_approval", false) ? "by a second person, before anything leaves" : ""},
             {"canary", sums.value("canary", std::uint64_t{0}) == 0 ? "" : "the first " + number_of(sums, "canary")}})
          .c_str(),
      stdout);
  Table routes({"ROUTE", "ROWS", "SEGMENTS", "PRICE", "COST"});
  for (const auto& route : sums.value("routes", Json::array())) {
    const std::string currency = member(route, "currency");
    const auto money = [&](const char* name) {
      return currency.empty() ? std::string("-") : member(route, name) + " " + currency;
    };
    const std::string name = member(route, "route");
    routes.add({name.empty() ? "(all)" : name, number_of(route, "rows"), number_of(route, "segments"), money("price"),
                money("cost")});
  }
  if (!sums.value("routes", Json::array()).empty()) std::printf("\n%s", routes.text().c_str());
  if (sums.contains("longest")) print_text("The longest text", sums["longest"]);
  for (const auto& sample : sums.value("samples", Json::array())) {
    const std::string language = member(sample, "language");
    print_text(language.empty() ? "A text" : ("A text in " + language).c_str(), sample);
  }
  std::puts("\nNothing was stored.");
}

void print_sums(const Json& sums, const Options& options) {
  std::printf("%s accepted, %s duplicate, %s refused\n", number_of(sums, "accepted").c_str(),
              number_of(sums, "duplicate").c_str(), number_of(sums, "rejected").c_str());
  if (member(sums, "stage") == "approval") {
    std::printf("It waits for another person's approval: dunlin campaign approve %s\n", options.id.c_str());
  } else if (sums.value("accepted", std::uint64_t{0}) > 0) {
    std::printf("See it go: dunlin campaign watch %s\n", options.id.c_str());
  }
}

struct Outcome {
  Json last;  // the sums, or {"problem": …}
  bool whole = false;
};

Outcome send_file(Client& client, FileInput& input, const Options& options, const Context& context) {
  Report report(options.report, options.file);
  Progress progress(input, "rows");
  Counts counts;
  std::uint64_t named = 0;
  Outcome outcome;
  outcome.whole = client.exchange_lines(
      target_of(options), "text/csv", [&](std::string& octets) { return input.more(octets, client); },
      [&](std::string_view text) {
        Json line = Json::parse(text, nullptr, false);
        if (!line.is_object()) return true;
        if (line.contains("header")) {
          report.header(line["header"]);
        } else if (line.contains("code")) {
          ++counts.refused;
          report.row(line);
          if (!report.on() || named < kNamedMax) {
            progress.clear();
            name_bad(line);
          }
          ++named;
        } else if (line.contains("id") || line.contains("problem")) {
          outcome.last = std::move(line);
        } else {
          counts.accepted = line.value("accepted", std::uint64_t{0});
          counts.duplicate = line.value("duplicate", std::uint64_t{0});
        }
        progress.draw(counts);
        return true;
      });
  progress.clear();
  if (report.on() && named > kNamedMax)
    std::fprintf(stderr, "and %s more, all of them in %s\n", grouped(named - kNamedMax).c_str(),
                 options.report.c_str());
  if (outcome.whole && outcome.last.is_object()) report.finish();
  (void)context;
  return outcome;
}

int import_file(const Options& options, const Context& context) {
  FileInput input(options.file, false);
  Client client(context.socket);
  Outcome outcome = send_file(client, input, options, context);
  const auto is_busy = [&] {
    return outcome.last.is_object() && outcome.last.contains("problem") &&
           member(outcome.last["problem"], "code") == "busy" &&
           member(outcome.last["problem"], "field") != "canary";  // a person waits for that
  };
  for (int tries = 0; is_busy() && tries < kBusyTries && input.rewind(); ++tries) {
    std::this_thread::sleep_for(kBusyPause);
    outcome = send_file(client, input, options, context);
  }
  if (input.failed()) throw std::runtime_error(options.file + ": cannot be read to its end; nothing was imported");
  if (!outcome.whole || !outcome.last.is_object())
    throw NoDaemon(context.socket + ": the daemon went before the file was whole; nothing was imported: try it again");
  if (context.json)
    std::puts((outcome.last.contains("problem") ? outcome.last["problem"] : outcome.last).dump().c_str());
  if (outcome.last.contains("problem")) {
    const Json problem = outcome.last["problem"];
    const std::string field = member(problem, "field");
    std::fprintf(stderr, "dunlin: %s%s (%s)\n", field.empty() ? "" : (field + ": ").c_str(),
                 member(problem, "detail").c_str(), member(problem, "code").c_str());
    std::fprintf(stderr, "Nothing was imported%s.\n",
                 member(problem, "code") == "bad_rows" ? "; with --skip-bad the good rows go on" : "");
    return kRefused;
  }
  if (!context.json && options.dry_run) print_dry_run(outcome.last);
  if (!context.json && !options.dry_run) print_sums(outcome.last, options);
  return outcome.last.value("rejected", std::uint64_t{0}) == 0 ? kDone : kRefused;
}

constexpr const char* kFooter =
    R"(The first line names the columns. Those that bear a job's field's name fill it (to, account, invoice, amount,
currency, due_date, locale …); every other one is a parameter of the template.

  to;account;invoice;amount;currency;due_date;name
  +4915112345678;4711;2026-118;120,50;EUR;2026-12-01;Jan Maier

All or nothing: with a bad row nothing is imported, unless --skip-bad. Each bad row is named on standard error, and
in full in --report, which can be mended and imported as it is. The same file twice adds nothing.

Examples:
  dunlin campaign import due.csv --id nov --template reminder --dry-run
  dunlin campaign import due.csv --id nov --template reminder --send-at 10:30 --report bad.csv
  dunlin campaign import due.csv --id nov --template reminder --map "Kunden-Nr=account" --charset windows-1252
)";

}  // namespace

void add_campaign_import(CLI::App& campaign, Context& context) {
  auto* command = campaign.add_subcommand("import", "A file of a spreadsheet (CSV) as messages, all or none");
  auto options = std::make_shared<Options>();
  command->add_option("FILE", options->file, "The file, or - for standard input")->required();
  command->add_option("--id", options->id, "The campaign's id")->required();
  command->add_option("--template", options->template_name, "For rows that name none");
  command->add_option("--send-at", options->send_at,
                      "Not before 10:30 or 2026-12-01T10:30 where each recipient is, or before a moment, RFC 3339");
  command->add_option("--map", options->map, "COLUMN=FIELD; COLUMN=- leaves it out")->allow_extra_args(false);
  command->add_option("--locale", options->locale, "Of rows that have none; also how their amounts are written");
  command->add_option("--currency", options->currency, "Of rows that have none");
  command->add_option("--charset", options->charset, "Of a file that is neither UTF-8 nor UTF-16: windows-1252 …");
  command->add_flag("--skip-bad", options->skip_bad, "Import the good rows though there are bad ones");
  command->add_flag("--dry-run", options->dry_run, "Store nothing; say what would go when, and what it would cost");
  command->add_option("--report", options->report, "Write the bad rows to this file, with what is wrong");
  command->add_option("--canary", options->canary, "Send so many first and see; 0: none");
  command->footer(kFooter);
  command->callback(
      [options, &context] { context.run = [options, &context] { return import_file(*options, context); }; });
}

}  // namespace dunlin::tool

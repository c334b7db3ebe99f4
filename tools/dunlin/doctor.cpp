// dunlin doctor: what is damaged in a store, and what can be saved of it. The one command that needs no daemon: it
// reads the store's own files, and changes none of them.
#include "doctor/examine.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "command.hpp"
#include "config/configuration.hpp"
#include "print.hpp"
#include "store/enum_names.hpp"

namespace dunlin::tool {
namespace {

using doctor::Finding;
using doctor::Report;
using doctor::Salvage;
using doctor::Weight;

struct Asked {
  std::string store, config, save;
};

Json saved_json(const Salvage& salvage) {
  Json saved = Json::object();
  for (std::size_t file = 0; file < Salvage::kNames.size(); ++file) {
    saved[std::string(Salvage::kNames[file])] = salvage.lines(static_cast<Salvage::File>(file));
  }
  return {{"directory", salvage.directory().string()}, {"lines", std::move(saved)}};
}

Json report_json(const Report& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings.all()) {
    findings.push_back({{"weight", finding.weight == Weight::damage ? "damage" : "note"},
                        {"place", finding.place},
                        {"what", finding.what},
                        {"count", finding.count},
                        {"examples", finding.examples}});
  }
  Json rows = Json::object(), jobs = Json::object();
  for (std::size_t family = 0; family < store::kFamilies; ++family) {
    rows[std::string(family_name(static_cast<store::Family>(family)))] = report.rows[family];
  }
  for (std::size_t state = 0; state < store::kStates; ++state) {
    jobs[std::string(store::name_of(static_cast<store::State>(state)))] = report.jobs[state];
  }
  return {{"store", report.path},
          {"format", report.format},
          {"sound", report.sound()},
          {"tables", {{"live", report.tables}, {"sound", report.tables_sound}}},
          {"logs", report.logs},
          {"last_write", report.last_write},
          {"acknowledged", report.acknowledged},
          {"rows_readable", report.rows_readable},
          {"rows", std::move(rows)},
          {"jobs", std::move(jobs)},
          {"events", {{"first", report.first_event}, {"last", report.last_event}}},
          {"findings", std::move(findings)}};
}

std::string finding_text(const Finding& finding) {
  std::string text = finding.weight == Weight::damage ? "DAMAGED  " : "note     ";
  text += finding.place + ": " + finding.what;
  if (finding.count > 1) text += " (" + grouped(finding.count) + " times)";
  text += '\n';
  for (const std::string& example : finding.examples) text += "           " + example + '\n';
  return text;
}

std::string report_text(const Report& report) {
  std::string jobs;
  for (std::size_t state = 0; state < store::kStates; ++state) {
    if (report.jobs[state] == 0) continue;
    jobs += (jobs.empty() ? "" : ", ") + grouped(report.jobs[state]) + " " +
            std::string(store::name_of(static_cast<store::State>(state)));
  }
  std::uint64_t rows = 0;
  for (const std::uint64_t count : report.rows) rows += count;
  std::string text = facts(
      {{"store", report.path + (report.format == 0 ? "" : ", format " + std::to_string(report.format))},
       {"tables", grouped(report.tables_sound) + " of " + grouped(report.tables) + " sound"},
       {"logs", grouped(report.logs) + ", readable up to write " + std::to_string(report.last_write) +
                    (report.acknowledged == 0 ? "" : "; " + std::to_string(report.acknowledged) + " was acknowledged")},
       {"rows", report.rows_readable ? grouped(rows) + " read" : "none can be read"},
       {"jobs", jobs.empty() && report.rows_readable ? "none" : jobs},
       {"events", report.last_event == 0
                      ? ""
                      : std::to_string(report.first_event) + " to " + std::to_string(report.last_event)}});
  for (const Finding& finding : report.findings.all()) text += finding_text(finding);
  text += report.sound() ? "Nothing is damaged.\n" : "The store is DAMAGED; it was left as it is.\n";
  return text;
}

std::string saved_text(const Salvage& salvage) {
  std::string text = "Saved in " + salvage.directory().string() + ":\n";
  for (std::size_t file = 0; file < Salvage::kNames.size(); ++file) {
    text += "  " + std::string(Salvage::kNames[file]) + ": " +
            grouped(salvage.lines(static_cast<Salvage::File>(file))) + " lines\n";
  }
  return text;
}

int fail(const Error& error) {
  std::fprintf(stderr, "dunlin: %s\n", to_string(error).c_str());
  return kUsage;
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& directory) {
  std::error_code ignored;
  const auto whole = std::filesystem::weakly_canonical(path, ignored);
  const auto above = std::filesystem::weakly_canonical(directory, ignored);
  return std::mismatch(above.begin(), above.end(), whole.begin(), whole.end()).first == above.end();
}

int examine(const Asked& asked, const Context& context) {
  std::filesystem::path store = asked.store;
  if (store.empty()) {
    const Result<std::filesystem::path> path = config::store_path(asked.config);
    if (!path) return fail(path.error());
    store = *path;
  }
  std::optional<Salvage> salvage;
  if (!asked.save.empty()) {
    if (is_below(asked.save, store))
      return fail({"salvage_io", "lies in the store, which is not to be changed", asked.save});
    Result<Salvage> made = Salvage::make(asked.save);
    if (!made) return fail(made.error());
    salvage.emplace(*std::move(made));
  }
  const Result<Report> report = doctor::examine(store, salvage ? &*salvage : nullptr);
  if (!report) {
    if (salvage) salvage->abandon();
    return fail(report.error());
  }
  if (salvage) {
    if (Result<void> written = salvage->finish(); !written) return fail(written.error());
  }
  if (context.json) {
    Json json = report_json(*report);
    if (salvage) json["saved"] = saved_json(*salvage);
    std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  } else {
    std::fputs((report_text(*report) + (salvage ? saved_text(*salvage) : "")).c_str(), stdout);
  }
  return report->sound() ? kDone : kRefused;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("doctor", "Look at a store without a daemon: what is damaged, what can be saved");
  auto asked = std::make_shared<Asked>();
  asked->config = "/etc/dunlin/dunlin.toml";
  auto* store = command->add_option("--store", asked->store, "The store's directory");
  command->add_option("--config", asked->config, "The configuration that names it")
      ->capture_default_str()
      ->excludes(store);
  command->add_option("--save", asked->save, "Write what can be read into this new directory, as NDJSON");
  command->footer(
      "Verifies every checksum, reads every row and holds the rows against each other. Nothing in the store is "
      "changed;\n"
      "the daemon must be stopped. Numbers are masked in the report and whole in what is saved.\n"
      "Exit status: 0 sound, 1 damaged, 2 wrong usage or nothing to examine (no store there, a daemon has it open).\n"
      "Examples:\n"
      "  dunlin doctor\n"
      "  dunlin doctor --store /var/lib/dunlin/store --save /root/saved\n");
  command->callback([asked, &context] { context.run = [asked, &context] { return examine(*asked, context); }; });
}

}  // namespace dunlin::tool

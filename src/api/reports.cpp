// /v1/reports/jobs: what became of what was sent, by day, campaign and stage. Rows of the store are read in slices and
// summed up; what is held is the sums, of which there are at most kGroupsMax.
#include "engine/reports.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "api/call.hpp"
#include "api/json_write.hpp"
#include "api/rfc3339.hpp"
#include "api/routes.hpp"
#include "csv/writer.hpp"
#include "dunning/money.hpp"
#include "dunning/replies.hpp"
#include "engine/retention.hpp"
#include "store/enum_names.hpp"
#include "store/report_reader.hpp"

namespace dunlin::api {
namespace {

using store::State;
using store::Tally;

constexpr std::size_t kSlice = 500;
constexpr std::size_t kGroupsMax = 10'000;
constexpr std::size_t kPiece = 64 << 10;  // sent at once
constexpr std::uint32_t kDaysDefault = 31;
constexpr std::string_view kDay = "day", kCampaign = "campaign", kStage = "stage", kPaidFinal = "paid_final";

struct Group {
  Tally tally;
  std::uint32_t last_day = 0;
};
using Groups = std::map<store::keys::ReportKey, Group>;  // what it is not grouped by is 0 or ""

struct Report {
  store::ReportDays days;
  std::vector<std::string> by;  // of the three, each once, in the order they were asked for
  bool as_csv = false;
  Wall now{};
  Groups groups;
  Group total;
  bool is_by(std::string_view what) const { return std::ranges::find(by, what) != by.end(); }
};

Wall begin_of(std::uint32_t day) { return Wall{std::chrono::sys_days{std::chrono::days{day}}}; }

Result<std::uint32_t> day_named(const std::string& text, const char* where) {
  constexpr std::size_t kDateOctets = 10;
  const std::optional<Wall> at =
      text.size() == kDateOctets ? parse_rfc3339(text + "T00:00:00Z") : std::optional<Wall>{};
  if (!at) return failure("bad_date", "a date such as 2026-12-01 is expected", where);
  return engine::day_of(*at);
}

Result<std::vector<std::string>> grouping(const std::string& text) {
  std::vector<std::string> by;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string one = text.substr(from, comma - from);
    if ((one != kDay && one != kCampaign && one != kStage) || std::ranges::find(by, one) != by.end())
      return failure("unknown_value", "expected some of day campaign stage, by commas", "by");
    by.push_back(one);
    from = comma + 1;
  }
  return by;
}

// Without a first day: of a campaign all of them, else the last kDaysDefault.
Result<std::shared_ptr<Report>> read_order(const Target& target, Wall now) {
  auto report = std::make_shared<Report>();
  report->now = now;
  report->as_csv = says(target, "format", "csv");
  if (const std::string* campaign = target.find("campaign")) report->days.campaign = *campaign;
  Result<std::vector<std::string>> groups = grouping(*target.find("by"));
  if (!groups) return tl::unexpected(groups.error());
  report->by = *std::move(groups);
  const std::string *from = target.find("from"), *to = target.find("to");
  const Result<std::uint32_t> last = to == nullptr ? Result<std::uint32_t>(engine::day_of(now)) : day_named(*to, "to");
  if (!last) return tl::unexpected(last.error());
  report->days.end = *last + 1;
  if (from != nullptr) {
    const Result<std::uint32_t> first = day_named(*from, "from");
    if (!first) return tl::unexpected(first.error());
    if (*first > *last) return failure("out_of_range", "`from` is no later than `to`", "from");
    report->days.first = *first;
  } else if (!report->days.campaign && report->days.end > kDaysDefault) {
    report->days.first = report->days.end - kDaysDefault;
  }
  return report;
}

void add(Group& group, const store::ReportRow& row) {
  engine::add_tally(group.tally, row.tally);
  group.last_day = std::max(group.last_day, row.key.day);
}

// Where to go on; empty: it is whole.
Result<std::string> read_more(store::Kv& kv, const std::string& from, Report& report) {
  Result<store::Reports> found = store::reports(kv, from, report.days, kSlice);
  if (!found) return tl::unexpected<Error>(found.error());
  for (const store::ReportRow& row : found->rows) {
    store::keys::ReportKey key;
    if (report.is_by(kDay)) key.day = row.key.day;
    if (report.is_by(kCampaign)) key.campaign = row.key.campaign;
    if (report.is_by(kStage)) key.stage = row.key.stage;
    if (report.groups.size() >= kGroupsMax && !report.groups.contains(key))
      return failure("too_many",
                     "more than " + std::to_string(kGroupsMax) + " rows: ask for fewer days, or group by less", "by");
    add(report.groups[key], row);
    add(report.total, row);
  }
  return std::move(found->last);
}

// Each figure of a row under its name, in the order of the columns.
std::vector<std::pair<std::string_view, std::uint64_t>> figures_before(const Tally& tally) {
  std::vector<std::pair<std::string_view, std::uint64_t>> all{{"jobs", tally.jobs}, {"submitted", tally.submitted}};
  for (std::size_t state = 0; state < store::kStates; ++state) {
    if (store::is_final(static_cast<State>(state)))
      all.emplace_back(name_of(static_cast<State>(state)), state < tally.ended.size() ? tally.ended[state] : 0);
  }
  all.insert(all.end(), {{"paid_before", tally.paid_before},
                         {"owing", tally.owing},
                         {"paid_48h", tally.paid},
                         {"called", tally.called},
                         {"opt_outs", tally.opt_outs},
                         {"wrong_numbers", tally.wrong_numbers},
                         {"segments", tally.segments},
                         {"segments_unpriced", tally.segments_unpriced}});
  return all;
}

// No payment can come in time any more, but of what was sent again on a later day.
bool is_final(const Group& group, Wall now) { return begin_of(group.last_day + 1) + engine::kPaidWithin <= now; }

std::string cost_of(const store::Cost& cost) {
  return dunning::to_string(dunning::Amount{static_cast<std::int64_t>(cost.units), cost.decimals});
}

std::uint64_t replies_of(const Tally& tally, std::string_view intent) {
  const auto found = std::ranges::find(tally.replies, intent, &store::IntentCount::intent);
  return found == tally.replies.end() ? 0 : found->count;
}

void append_figures(JsonObject& object, const Group& group, Wall now) {
  for (const auto& [name, number] : figures_before(group.tally)) object.put(name, number);
  object.put(kPaidFinal, is_final(group, now));
  JsonObject replies(object.key("replies"));
  for (const dunning::IntentRow& row : dunning::intents()) {
    if (const std::uint64_t count = replies_of(group.tally, row.name); count > 0) replies.put(row.name, count);
  }
  replies.end();
  JsonObject costs(object.key("cost"));
  for (const store::Cost& each : group.tally.costs) costs.put(each.currency, cost_of(each));
  costs.end();
}

std::string name_in(const store::keys::ReportKey& key, std::string_view what) {
  if (what == kDay) return engine::date_of(begin_of(key.day));
  return what == kCampaign ? key.campaign : key.stage;
}

void append_json_row(std::string& out, const Report& report, const store::keys::ReportKey& key, const Group& group) {
  JsonObject object(out);
  for (const std::string& each : report.by) object.put(each, name_in(key, each));
  append_figures(object, group, report.now);
  object.end();
}

std::string json_head(const Report& report) {
  std::string out = "{\"from\":";
  append_json(out, engine::date_of(begin_of(report.days.first)));
  append_json(out.append(",\"to\":"), engine::date_of(begin_of(report.days.end - 1)));
  append_array(out.append(",\"by\":"), report.by, [&](const std::string& each) { append_json(out, each); });
  return out + ",\"rows\":[";
}

std::string json_tail(const Report& report) {
  std::string out = "\n],\"total\":";
  JsonObject object(out);
  append_figures(object, report.total, report.now);
  object.end();
  return out + "}\n";
}

// A column an intent, and one a currency that anything was paid in.
std::vector<std::string> csv_head(const Report& report) {
  std::vector<std::string> cells = report.by;
  for (const auto& [name, number] : figures_before({})) cells.emplace_back(name);
  cells.emplace_back(kPaidFinal);
  for (const dunning::IntentRow& row : dunning::intents()) cells.push_back("replied_" + std::string(row.name));
  for (const store::Cost& each : report.total.tally.costs) cells.push_back("cost_" + each.currency);
  return cells;
}

std::vector<std::string> csv_row(const Report& report, const store::keys::ReportKey& key, const Group& group) {
  const Tally& tally = group.tally;
  std::vector<std::string> cells;
  for (const std::string& each : report.by) cells.push_back(name_in(key, each));
  for (const auto& [name, number] : figures_before(tally)) cells.push_back(std::to_string(number));
  cells.emplace_back(is_final(group, report.now) ? "true" : "false");
  for (const dunning::IntentRow& row : dunning::intents()) cells.push_back(std::to_string(replies_of(tally, row.name)));
  for (const store::Cost& each : report.total.tally.costs) {
    const auto own = std::ranges::find(tally.costs, each.currency, &store::Cost::currency);
    cells.push_back(own == tally.costs.end() ? std::string{} : cost_of(*own));
  }
  return cells;
}

Task<bool> send_rows(Call& call, const Report& report) {
  std::string piece;
  if (report.as_csv) {
    csv::append_line(piece, csv_head(report));
  } else {
    piece = json_head(report);
  }
  bool first = true;
  for (const auto& [key, group] : report.groups) {
    if (report.as_csv) {
      csv::append_line(piece, csv_row(report, key, group));
    } else {
      piece += std::exchange(first, false) ? "\n" : ",\n";
      append_json_row(piece, report, key, group);
    }
    if (piece.size() < kPiece) continue;
    const bool taken = co_await call.send(piece);
    if (!taken) co_return false;
    piece.clear();
  }
  if (!report.as_csv) piece += json_tail(report);
  co_return co_await call.send(piece);
}

}  // namespace

Task<> report_jobs(Call& call) {
  const Result<std::shared_ptr<Report>> order = read_order(call.target, call.backend.now().wall);
  if (!order) {
    co_await call.refuse(order.error());
    co_return;
  }
  const std::shared_ptr<Report> report = *order;
  std::string from;
  do {
    auto look = [&kv = call.context.kv, from, report] { return read_more(kv, from, *report); };
    Result<std::string> next = co_await call.look(look);
    if (!next) {
      co_await call.refuse(std::move(next.error()));
      co_return;
    }
    from = *std::move(next);
  } while (!from.empty());
  bool whole = co_await call.begin_stream(report->as_csv ? "text/csv" : "application/json");
  if (whole) whole = co_await send_rows(call, *report);
  if (whole) whole = co_await call.end_stream();
  if (!whole) call.connection.close();
}

}  // namespace dunlin::api

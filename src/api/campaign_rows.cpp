#include "api/campaign_rows.hpp"

#include <algorithm>
#include <charconv>

#include "api/job_json.hpp"
#include "api/rfc3339.hpp"
#include "base/duration.hpp"
#include "dunning/written_amount.hpp"
#include "store/enum_names.hpp"

namespace dunlin::api {

namespace {

using Text = std::string_view;

Result<void> read_cell(Text cell, std::string& into) {
  into = cell;
  return {};
}

Result<void> read_cell(Text cell, std::uint32_t& into) {
  const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), into);
  if (problem == std::errc{} && end == cell.data() + cell.size()) return {};
  return failure("wrong_type", "a whole number, not below zero, is expected");
}

Result<void> read_cell(Text cell, Wall& into) {
  const std::optional<Wall> time = parse_rfc3339(cell);
  if (!time) return failure("bad_time", "an RFC 3339 time with its offset is expected, like 2026-12-01T10:30:00+01:00");
  into = *time;
  return {};
}

Result<void> read_cell(Text cell, std::chrono::milliseconds& into) {
  return parse_duration(cell).map([&](std::chrono::milliseconds read) { into = read; });
}

template <store::NamedEnum E>
Result<void> read_cell(Text cell, E& into) {
  if (const std::optional<E> value = store::parse<E>(cell)) {
    into = *value;
    return {};
  }
  std::string detail = "expected one of";
  for (const Text name : store::names<E>) detail += " " + std::string(name);
  return failure("unknown_value", std::move(detail));
}

template <class T>
Result<void> read_cell(Text cell, std::optional<T>& into) {
  return read_cell(cell, into.emplace());
}

// Calls visit(name, member) for each field that one cell can fill: those of the consent with its name before theirs.
template <class Visit>
void for_each_cell_field(store::Job& job, Visit&& visit) {
  for_each_field(job, [&](Text name, auto& member) {
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (std::is_same_v<Member, store::JobConsent>) {
      for_each_field(member,
                     [&](Text inner, auto& value) { visit(std::string(name) + "." + std::string(inner), value); });
    } else if constexpr (!std::is_same_v<Member, std::vector<store::Param>>) {
      visit(std::string(name), member);
    }
  });
}

bool is_field(Text name) {
  store::Job job;
  bool found = false;
  for_each_cell_field(job, [&](const std::string& each, auto&) { found = found || each == name; });
  return found;
}

Result<void> fill(store::Job& job, Text field, Text cell) {
  Result<void> done;
  for_each_cell_field(job, [&](const std::string& name, auto& member) {
    if (name == field) done = read_cell(cell, member);
  });
  return done;
}

// Exports put an apostrophe before what a spreadsheet would take for a formula, a number's '+' too; some show it, some
// keep it.
Text without_apostrophe(Text cell) {
  constexpr Text kFormulas = "=+-@";
  const bool marked = cell.size() > 1 && cell[0] == '\'' && kFormulas.find(cell[1]) != Text::npos;
  return marked ? cell.substr(1) : cell;
}

tl::unexpected<Error> at(const std::string& column, Error error) {
  error.where = column;
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<CampaignRows> CampaignRows::make(std::vector<std::string> header, CampaignDefaults defaults) {
  std::vector<Column> columns;
  for (std::string& name : header) columns.push_back({std::move(name), {}});
  for (Column& column : columns) {
    if (is_field(column.name)) column.field = column.name;
  }
  const bool mended = columns.size() > kReportColumns.size() &&
                      std::equal(kReportColumns.begin(), kReportColumns.end(), columns.begin(),
                                 [](Text name, const Column& column) { return column.name == name; });
  for (std::size_t i = 0; mended && i < kReportColumns.size(); ++i) columns[i].field = kLeaveOut;
  for (const auto& [name, field] : defaults.map) {
    const auto column = std::ranges::find(columns, name, &Column::name);
    if (column == columns.end()) return failure("bad_map", "the file has no column '" + name + "'", "map");
    if (field != kLeaveOut && !is_field(field)) return failure("bad_map", "a job has no field '" + field + "'", "map");
    column->field = field;
  }
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (column->field.empty() || column->field == kLeaveOut) continue;
    if (std::find_if(columns.begin(), column, [&](const Column& other) { return other.field == column->field; }) !=
        column) {
      return failure("duplicate_field", "two columns fill '" + column->field + "'", column->name);
    }
  }
  return CampaignRows(std::move(columns), std::move(defaults), mended);
}

std::string CampaignRows::line_of(const csv::Record& record) const {
  const bool told =
      mended_ && !record.cells[0].empty() && record.cells[0].find_first_not_of("0123456789") == Text::npos;
  return told ? record.cells[0] : std::to_string(record.line);
}

Result<store::Job> CampaignRows::job_of(const csv::Record& record) const {
  if (record.bad) return tl::unexpected(*record.bad);
  store::Job job;
  job.locale = defaults_.locale;
  job.currency = defaults_.currency;
  std::vector<std::pair<const Column*, Text>> amounts;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const Text cell = without_apostrophe(record.cells[i]);
    if (cell.empty() || column.field == kLeaveOut) continue;
    if (column.field.empty()) {
      job.params.push_back({column.name, std::string(cell)});
      continue;
    }
    if (column.field == "amount" || column.field == "fee") {
      amounts.emplace_back(&column, cell);  // when its currency and its reader are known
      continue;
    }
    const bool a_name =
        column.field == "to" || column.field == "account" || column.field == "invoice" || column.field == "id";
    if (a_name && dunning::is_spreadsheet_number(cell)) {
      return failure("spreadsheet_number",
                     "a spreadsheet has rounded it (" +
                         std::string(column.field == "to" ? "a number of more than eleven digits" : cell) +
                         "): format the column as text, and export again",
                     column.name);
    }
    if (Result<void> read = fill(job, column.field, cell); !read) return at(column.name, read.error());
    if (column.field == "campaign" && job.campaign != defaults_.campaign)
      return at(column.name, {"bad_value", "is another campaign than the one that is imported", ""});
  }
  for (const auto& [column, cell] : amounts) {
    Result<std::string> amount = dunning::read_written_amount(cell, job.locale, job.currency);
    if (!amount) return at(column->name, amount.error());
    (column->field == "fee" ? job.fee : job.amount) = std::move(*amount);
  }
  job.campaign = defaults_.campaign;
  if (job.template_name.empty() && job.text.empty()) job.template_name = defaults_.template_name;
  if (job.send_at_local.empty()) job.send_at_local = defaults_.send_at_local;
  if (!job.not_before) job.not_before = defaults_.not_before;
  if (job.id.empty()) {
    job.id = defaults_.campaign + "/" +
             (job.account.empty() ? line_of(record) : job.account + "/" + job.invoice + "/" + job.stage);
  }
  return job;
}

}  // namespace dunlin::api

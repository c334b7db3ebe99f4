// Rows of a campaign's file as jobs: columns that bear a job field's name fill it, every other one is a template
// parameter of that name. What a spreadsheet has done to a cell is recognised and named, never repaired by guessing.
#pragma once

#include <array>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "csv/reader.hpp"
#include "store/records.hpp"

namespace dunlin::api {

// What is said of the whole file, for rows that do not say it themselves.
struct CampaignDefaults {
  std::string campaign;  // its id; never empty
  std::string template_name;
  std::string locale;  // then also how amounts are written
  std::string currency;
  std::string send_at_local;                               // "10:30" or "2026-12-01T10:30", in the recipients' zone
  std::optional<Wall> not_before{};                        // a moment, the same for all
  std::vector<std::pair<std::string, std::string>> map{};  // column, field; kLeaveOut: nobody reads the column
};
inline constexpr std::string_view kLeaveOut = "-";
// What a report of bad rows begins with. A file whose first columns these are is such a report, mended: nobody reads
// them, but that a row without an id has the line it came from.
inline constexpr std::array<std::string_view, 3> kReportColumns = {"line", "error", "column"};

// A column that fills a field may have its name, or "consent.basis", "consent.source", "consent.at".
class CampaignRows {
 public:
  // Errors: "bad_map" for a column that is not there, or a field that is none, "duplicate_field" for two columns of one
  // field; `where` is "map" or the column.
  [[nodiscard]] static Result<CampaignRows> make(std::vector<std::string> header, CampaignDefaults defaults);

  // An empty cell is a field left out. A row without an id gets CAMPAIGN/ACCOUNT/INVOICE/STAGE where it has an account,
  // else CAMPAIGN/LINE. Errors name the column in `where`: the record's own, "spreadsheet_number", "bad_amount",
  // "ambiguous_amount", "bad_time", "unknown_value", "wrong_type". Whether the values make sense is the engine's
  // check_job.
  [[nodiscard]] Result<store::Job> job_of(const csv::Record& record) const;

 private:
  struct Column {
    std::string name;
    std::string field;  // empty: a parameter; kLeaveOut: nothing
  };
  CampaignRows(std::vector<Column> columns, CampaignDefaults defaults, bool mended)
      : columns_(std::move(columns)), defaults_(std::move(defaults)), mended_(mended) {}
  std::string line_of(const csv::Record& record) const;
  std::vector<Column> columns_;
  CampaignDefaults defaults_;
  bool mended_;  // a report
};

}  // namespace dunlin::api

// Reads of what reports have counted, as store/reader.hpp reads jobs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/keys.hpp"
#include "store/kv.hpp"

namespace dunlin::store {

struct ReportRow {
  keys::ReportKey key;
  Tally tally;
};
struct Reports {
  std::vector<ReportRow> rows;
  std::string last;  // where the next slice goes on; empty: this was the last
};
struct ReportDays {
  std::uint32_t first = 0, end = 0;     // from that day on, without the end's
  std::optional<std::string> campaign;  // of it alone: rows of others are stepped over, not read one by one
};
// A slice of them in the order of their keys, from `from` on ("": from the first): at most `limit` rows, of which few
// scans are made.
[[nodiscard]] Result<Reports> reports(Kv& kv, const std::string& from, const ReportDays& days, std::size_t limit);

}  // namespace dunlin::store

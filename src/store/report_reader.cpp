#include "store/report_reader.hpp"

#include <algorithm>

#include "store/codec.hpp"

namespace dunlin::store {

namespace {

constexpr std::size_t kScansMax = 16;    // a slice
constexpr std::size_t kSearchRows = 32;  // read at once where rows of other campaigns are stepped over

// The first key of the campaign that is no smaller than that of another's row.
std::string next_of(const std::string& campaign, const keys::ReportKey& other, const std::string& key) {
  std::string there = keys::report({other.day, campaign, {}}).key;
  return there > key ? there : keys::report({other.day + 1, campaign, {}}).key;
}

}  // namespace

Result<Reports> reports(Kv& kv, const std::string& from, const ReportDays& days, std::size_t limit) {
  Reports found;
  found.last = from.empty() ? keys::report({days.first, days.campaign.value_or(""), {}}).key : from;
  const std::size_t at_once = days.campaign ? std::min(limit, kSearchRows) : limit;
  for (std::size_t scan = 0; scan < kScansMax && found.rows.size() + at_once <= limit; ++scan) {
    Range range = keys::reports_from({days.first, {}, {}}, days.end, at_once);
    range.first = found.last;
    const Result<std::vector<Row>> rows = kv.scan(range);
    if (!rows) return tl::unexpected<Error>(rows.error());
    for (const Row& row : *rows) {
      if (row.key < found.last) continue;
      std::optional<keys::ReportKey> key = keys::parse_report(row.key);
      if (!key) return failure("store_corrupt", "a key is not of its family's form", "reports");
      if (days.campaign && key->campaign != *days.campaign) {
        found.last = next_of(*days.campaign, *key, row.key);
        continue;
      }
      Result<Tally> tally = decode<Tally>(row.value);
      if (!tally) return tl::unexpected<Error>(tally.error());
      found.rows.push_back({*std::move(key), *std::move(tally)});
      found.last = keys::after(row.key);
    }
    if (rows->size() < at_once) {
      found.last.clear();
      break;
    }
  }
  return found;
}

}  // namespace dunlin::store

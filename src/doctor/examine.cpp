#include "doctor/examine.hpp"

#include <algorithm>
#include <utility>

#include "doctor/rows.hpp"
#include "store/rocks_reading.hpp"

namespace dunlin::doctor {
namespace {

namespace kv = store::kv;

std::string file_of(const Error& error) { return std::filesystem::path(error.where).filename().string(); }

void judge_files(const kv::FilesChecked& checked, Report& report) {
  report.tables = checked.manifest.tables.size();
  report.logs = checked.logs;
  report.last_write = checked.last_write;
  for (const Error& damage : checked.damage) report.findings.add(Weight::damage, file_of(damage), damage.detail, {});
  for (const kv::Torn& torn : checked.torn) {
    report.findings.add(Weight::note, torn.file,
                        "a power cut tore its last write, which nobody was answered for; opening cuts it off",
                        std::to_string(torn.gone) + " octets at octet " + std::to_string(torn.size));
  }
}

void verify_tables(kv::RocksReading& reading, const kv::Manifest& manifest, Report& report) {
  for (const auto& [number, table] : manifest.tables) {
    const std::optional<Error> wrong = reading.verify_table(number);
    if (!wrong) {
      ++report.tables_sound;
      continue;
    }
    const auto family = manifest.families.find(table.family);
    const std::string of = family == manifest.families.end()  ? "?"
                           : family->second.name == "default" ? "meta"
                                                              : family->second.name;
    report.findings.add(Weight::damage, kv::numbered_file(number, ".sst"), "a table of " + of + " can't be read whole",
                        wrong->detail);
  }
}

}  // namespace

Result<Report> examine(const std::filesystem::path& store, Salvage* salvage) {
  Report report;
  report.path = store.string();
  Result<kv::RocksReading> reading = kv::RocksReading::claim(store);
  if (!reading) {
    if (reading.error().code != "store_corrupt") return tl::unexpected<Error>(reading.error());
    report.findings.add(Weight::damage, file_of(reading.error()), reading.error().detail, {});
    return report;
  }
  report.format = reading->format();
  if (!reading->mark().there) {
    report.findings.add(Weight::note, kv::kMarkFile,
                        "is not there: the store is of an older version, or was laid no further", {});
  } else if (!reading->mark().mark) {
    report.findings.add(Weight::damage, kv::kMarkFile, "can't be read; the next commit writes it anew", {});
  } else {
    report.acknowledged = reading->mark().mark->write;
  }
  if (const Result<kv::FilesChecked> checked = reading->check_files(); checked) {
    judge_files(*checked, report);
    verify_tables(*reading, checked->manifest, report);
  } else {  // a bad sector, perhaps: the rest may be readable
    report.findings.add(Weight::damage, file_of(checked.error()), "can't be read", checked.error().detail);
  }
  if (Result<void> opened = reading->open_rows(); !opened) {
    report.findings.add(Weight::damage, "rows", "none can be read", opened.error().detail);
    return report;
  }
  report.rows_readable = true;
  examine_rows(*reading, report, salvage);
  return report;
}

}  // namespace dunlin::doctor

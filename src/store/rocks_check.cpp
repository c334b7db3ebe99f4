#include "store/rocks_check.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "store/rocks_files.hpp"
#include "store/rocks_log.hpp"

namespace dunlin::store::kv {
namespace {

using Found = LogReader::Found;

std::string at_octet(std::uint64_t at) { return " at octet " + std::to_string(at); }

class Check {
 public:
  Check(rocksdb::FileSystem& files, std::filesystem::path directory) : files_(files), path_(std::move(directory)) {}

  Result<FilesChecked> run(const MarkFound& mark);

 private:
  Result<bool> read_current();
  Result<void> read_manifest();
  Result<void> look_at_tables();
  Result<std::vector<std::uint64_t>> live_logs();
  Result<void> read_log(std::uint64_t number);
  void take_batch(std::string_view record, std::uint64_t at, const std::string& name);
  Result<void> end_at(const std::string& name, std::uint64_t at);
  void judge_end();
  void compare(const MarkFound& mark, const std::vector<std::uint64_t>& logs);
  void damaged(std::string what, const std::string& name) {
    checked_.damage.push_back({"store_corrupt", std::move(what), (path_ / name).string()});
  }

  rocksdb::FileSystem& files_;
  std::filesystem::path path_;
  FilesChecked checked_;
  std::optional<std::uint64_t> newest_;  // the newest write read from the logs
  // A place where reading stopped, until something whole behind it says that it is no end.
  struct End {
    Torn torn;
    std::string what;
    bool may_be_torn = false;
  };
  std::optional<End> end_;
};

// False: nothing further can be read.
Result<bool> Check::read_current() {
  Result<std::optional<std::string>> text = read_file(files_, path_ / "CURRENT");
  if (!text) return tl::unexpected<Error>(text.error());
  if (!*text) {
    damaged("is missing", "CURRENT");
    return false;
  }
  std::string name = **std::move(text);
  constexpr std::string_view kManifest = "MANIFEST-";
  const bool named =
      name.starts_with(kManifest) && name.ends_with('\n') &&
      number_of_file(std::string_view(name).substr(kManifest.size(), name.size() - kManifest.size() - 1), "");
  if (!named) {
    damaged("does not name a MANIFEST", "CURRENT");
    return false;
  }
  name.pop_back();
  checked_.manifest.file = name;
  const rocksdb::IOStatus there = files_.FileExists((path_ / name).string(), rocksdb::IOOptions(), nullptr);
  if (there.ok()) return true;
  if (!there.IsNotFound() && !there.IsPathNotFound()) return tl::unexpected<Error>(error_of(there, path_ / name));
  damaged("is missing", name);
  return false;
}

Result<void> Check::end_at(const std::string& name, std::uint64_t at) {
  std::uint64_t size = 0;
  const rocksdb::IOStatus status = files_.GetFileSize((path_ / name).string(), rocksdb::IOOptions(), &size, nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path_ / name));
  end_->torn = {name, at, size - std::min(size, at)};
  return {};
}

void Check::judge_end() {
  if (!end_) return;
  if (end_->may_be_torn) {
    checked_.torn.push_back(end_->torn);
  } else {
    damaged(end_->what + at_octet(end_->torn.size) + ", which no power cut explains", end_->torn.file);
  }
  end_.reset();
}

Result<void> Check::read_manifest() {
  const std::string& name = checked_.manifest.file;
  Result<LogReader> log = LogReader::open(files_, (path_ / name).string());
  if (!log) return tl::unexpected<Error>(log.error());
  for (;;) {
    const Result<Found> found = log->next();
    if (!found) return tl::unexpected<Error>(found.error());
    if (*found == Found::end) break;
    if (*found == Found::damage) {
      if (end_) continue;
      end_ = End{{}, std::string(log->what()), log->may_be_torn()};
      if (Result<void> known = end_at(name, log->at()); !known) return known;
    } else if (end_) {
      // One sync may cover several edits, so a whole one may lie behind a torn one. Were they synced, the tables, the
      // logs and the mark would tell.
      if (end_->may_be_torn) break;
      damaged(end_->what + at_octet(end_->torn.size) + ", and it goes on behind it", name);
      end_.reset();
      return {};
    } else if (!checked_.manifest.apply(log->record())) {
      damaged("holds what RocksDB 7.8 does not write" + at_octet(log->at()), name);
      return {};
    }
  }
  judge_end();
  if (checked_.manifest.families.empty()) damaged("is empty", name);
  return {};
}

Result<void> Check::look_at_tables() {
  for (const auto& [number, table] : checked_.manifest.tables) {
    const std::string name = numbered_file(number, ".sst");
    std::uint64_t size = 0;
    const rocksdb::IOStatus status = files_.GetFileSize((path_ / name).string(), rocksdb::IOOptions(), &size, nullptr);
    if (status.IsNotFound() || status.IsPathNotFound()) {
      damaged("is missing", name);
    } else if (!status.ok()) {
      return tl::unexpected<Error>(error_of(status, path_ / name));
    } else if (size != table.size) {
      damaged("has " + std::to_string(size) + " octets instead of " + std::to_string(table.size), name);
    }
  }
  return {};
}

Result<std::vector<std::uint64_t>> Check::live_logs() {
  const Result<std::vector<std::string>> names = names_in(files_, path_);
  if (!names) return tl::unexpected<Error>(names.error());
  std::vector<std::uint64_t> logs;
  for (const std::string& name : *names) {
    const std::optional<std::uint64_t> number = number_of_file(name, ".log");
    if (number && *number >= checked_.manifest.first_log()) logs.push_back(*number);
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

void Check::take_batch(std::string_view record, std::uint64_t at, const std::string& name) {
  const std::optional<BatchHead> batch = batch_head(record);
  if (!batch) return damaged("a record is no write" + at_octet(at), name);
  if (batch->count == 0) return;
  const std::uint64_t follows = newest_.value_or(checked_.manifest.last_sequence) + 1;
  if (end_) {
    damaged(end_->what + at_octet(end_->torn.size) + ", and write " + std::to_string(batch->first) + " follows in " +
                name + at_octet(at),
            end_->torn.file);
    end_.reset();
  } else if (newest_ ? batch->first != follows : batch->first > follows) {
    damaged("writes " + std::to_string(follows) + " to " + std::to_string(batch->first - 1) +
                " are missing: in no table that " + checked_.manifest.file + " lists and in no log before this one",
            name);
  }
  newest_ = batch->first + batch->count - 1;
}

Result<void> Check::read_log(std::uint64_t number) {
  const std::string name = numbered_file(number, ".log");
  Result<LogReader> log = LogReader::open(files_, (path_ / name).string());
  if (!log) return tl::unexpected<Error>(log.error());
  ++checked_.logs;
  for (;;) {
    const Result<Found> found = log->next();
    if (!found) return tl::unexpected<Error>(found.error());
    if (*found == Found::end) return {};
    if (*found == Found::record) {
      take_batch(log->record(), log->at(), name);
    } else if (!end_) {
      end_ = End{{}, std::string(log->what()), log->may_be_torn()};
      if (Result<void> known = end_at(name, log->at()); !known) return known;
    }
  }
}

// With the log of the newest acknowledged write still live, that write must be readable; without it, its rows are in
// tables.
void Check::compare(const MarkFound& found, const std::vector<std::uint64_t>& logs) {
  if (!found.mark || found.mark->write == 0) return;
  const Mark& mark = *found.mark;
  const bool in_logs = mark.log >= checked_.manifest.first_log();
  const std::uint64_t reaches = in_logs ? newest_.value_or(0) : checked_.last_write;
  if (reaches >= mark.write) return;
  const std::string name = numbered_file(mark.log, ".log");
  const bool there = std::binary_search(logs.begin(), logs.end(), mark.log);
  if (in_logs && !there)
    return damaged("is missing; it held acknowledged writes up to " + std::to_string(mark.write), name);
  damaged("it ends at write " + std::to_string(checked_.last_write) + ", and write " + std::to_string(mark.write) +
              " was acknowledged",
          in_logs ? name : checked_.manifest.file);
}

Result<FilesChecked> Check::run(const MarkFound& mark) {
  const Result<bool> named = read_current();
  if (!named) return tl::unexpected<Error>(named.error());
  if (!*named) return std::move(checked_);
  if (Result<void> read = read_manifest(); !read) return tl::unexpected<Error>(read.error());
  if (Result<void> looked = look_at_tables(); !looked) return tl::unexpected<Error>(looked.error());
  const Result<std::vector<std::uint64_t>> logs = live_logs();
  if (!logs) return tl::unexpected<Error>(logs.error());
  for (const std::uint64_t number : *logs) {
    if (Result<void> read = read_log(number); !read) return tl::unexpected<Error>(read.error());
  }
  judge_end();
  checked_.last_write = std::max(checked_.manifest.last_sequence, newest_.value_or(0));
  compare(mark, *logs);
  return std::move(checked_);
}

}  // namespace

Result<FilesChecked> check_files(rocksdb::FileSystem& files, const std::filesystem::path& directory,
                                 const MarkFound& mark) {
  return Check(files, directory).run(mark);
}

Result<void> cut_off(rocksdb::FileSystem& files, const std::filesystem::path& directory,
                     const std::vector<Torn>& torn) {
  for (const Torn& one : torn) {
    const std::filesystem::path path = directory / one.file;
    const rocksdb::IOOptions options;
    std::unique_ptr<rocksdb::FSWritableFile> file;  // the machine's FileSystem truncates by way of it only
    rocksdb::IOStatus status = files.ReopenWritableFile(path.string(), rocksdb::FileOptions(), &file, nullptr);
    if (status.ok()) status = file->Truncate(one.size, options, nullptr);
    if (status.ok()) status = file->Fsync(options, nullptr);
    if (status.ok()) status = file->Close(options, nullptr);
    if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
  }
  return {};
}

Result<bool> any_write(rocksdb::FileSystem& files, const std::filesystem::path& directory) {
  const Result<std::vector<std::string>> names = names_in(files, directory);
  if (!names) return tl::unexpected<Error>(names.error());
  for (const std::string& name : *names) {
    if (!number_of_file(name, ".log")) continue;
    Result<LogReader> log = LogReader::open(files, (directory / name).string());
    if (!log) return tl::unexpected<Error>(log.error());
    for (;;) {
      const Result<Found> found = log->next();
      if (!found) return tl::unexpected<Error>(found.error());
      if (*found == Found::end) break;
      if (*found == Found::damage) continue;
      const std::optional<BatchHead> batch = batch_head(log->record());
      if (!batch || batch->count > 0) return true;
    }
  }
  return false;
}

}  // namespace dunlin::store::kv

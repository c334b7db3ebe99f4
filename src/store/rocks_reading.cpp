#include "store/rocks_reading.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/iterator.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "store/keys.hpp"
#include "store/rocks_directory.hpp"
#include "store/rocks_files.hpp"
#include "store/rocks_tuning.hpp"

namespace dunlin::store::kv {
namespace {

namespace fs = std::filesystem;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::size_t kHeldMax = 65536;  // rows before a damaged place that are read backwards; beyond: unreadable

IOStatus refused() { return IOStatus::NotSupported("the store is only looked at"); }

// Whatever RocksDB would like to write while it reads, nothing is.
class OnlyReading : public rocksdb::FileSystemWrapper {
 public:
  OnlyReading() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "dunlin.OnlyReading"; }
  IOStatus NewWritableFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>*,
                           IODebugContext*) override {
    return refused();
  }
  IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                              std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return refused();
  }
  IOStatus ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return refused();
  }
  IOStatus NewRandomRWFile(const std::string&, const rocksdb::FileOptions&, std::unique_ptr<rocksdb::FSRandomRWFile>*,
                           IODebugContext*) override {
    return refused();
  }
  IOStatus DeleteFile(const std::string&, const IOOptions&, IODebugContext*) override { return refused(); }
  IOStatus Truncate(const std::string&, size_t, const IOOptions&, IODebugContext*) override { return refused(); }
  IOStatus CreateDir(const std::string&, const IOOptions&, IODebugContext*) override { return refused(); }
  IOStatus CreateDirIfMissing(const std::string&, const IOOptions&, IODebugContext*) override { return refused(); }
  IOStatus DeleteDir(const std::string&, const IOOptions&, IODebugContext*) override { return refused(); }
  IOStatus RenameFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) override {
    return refused();
  }
  IOStatus LinkFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) override {
    return refused();
  }
  // A log that is shorter than the MANIFEST knows has been told by check_files(); what is left of it is read.
  IOStatus GetFileSize(const std::string& name, const IOOptions& options, std::uint64_t* size,
                       IODebugContext* dbg) override {
    const IOStatus status = FileSystemWrapper::GetFileSize(name, options, size, dbg);
    if (status.ok() && lengthen_ && name.ends_with(".log")) *size = kLongEnough;
    return status;
  }
  void lengthen_logs() { lengthen_ = true; }
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>*,
                     IODebugContext*) override {
    return refused();
  }

 private:
  static constexpr std::uint64_t kLongEnough = std::uint64_t{1} << 60;
  bool lengthen_ = false;
};

class Silent : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
  size_t GetLogFileSize() const override { return 0; }
};

}  // namespace

struct RocksReading::Impl {
  Impl(ReadingLock held, std::uint32_t found) : lock(std::move(held)), format(found) {}
  ~Impl() {
    for (rocksdb::ColumnFamilyHandle* handle : families) db->DestroyColumnFamilyHandle(handle);
  }
  bool has(Family which) const { return static_cast<std::size_t>(which) < families.size(); }  // not of an older store
  rocksdb::ColumnFamilyHandle* family(Family which) const { return families[static_cast<std::size_t>(which)]; }

  ReadingLock lock;
  std::uint32_t format;
  MarkFound mark;
  std::shared_ptr<OnlyReading> files = std::make_shared<OnlyReading>();
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
};

RocksReading::RocksReading(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksReading::RocksReading(RocksReading&& other) noexcept = default;
RocksReading::~RocksReading() = default;

Result<RocksReading> RocksReading::claim(const fs::path& path) {
  rocksdb::FileSystem& files = *rocksdb::FileSystem::Default();
  const Result<std::optional<std::uint32_t>> format = RocksDirectory::look(path, keys::kFormat, files);
  if (!format) return tl::unexpected<Error>(format.error());
  if (!*format) return failure("store_missing", "there is no store yet", path.string());
  Result<ReadingLock> lock = ReadingLock::take(path);
  if (!lock) return tl::unexpected<Error>(lock.error());
  Result<MarkFound> mark = read_mark(files, path);
  if (!mark) return tl::unexpected<Error>(mark.error());
  auto impl = std::make_unique<Impl>(*std::move(lock), **format);
  impl->mark = *mark;
  return RocksReading(std::move(impl));
}

std::uint32_t RocksReading::format() const { return impl_->format; }
const MarkFound& RocksReading::mark() const { return impl_->mark; }

Result<FilesChecked> RocksReading::check_files() {
  return kv::check_files(*impl_->files, impl_->lock.path(), impl_->mark);
}

std::optional<Error> RocksReading::verify_table(std::uint64_t number) {
  const fs::path path = impl_->lock.path() / numbered_file(number, ".sst");
  rocksdb::Options options;
  options.env = impl_->env.get();
  rocksdb::SstFileReader table(options);
  rocksdb::Status status = table.Open(path.string());
  if (status.ok()) status = table.VerifyChecksum();
  if (status.ok()) return std::nullopt;
  return error_of(status, path);
}

Result<void> RocksReading::open_rows() {
  RocksOptions options;
  options.env = impl_->env.get();
  rocksdb::DBOptions db = rocks_options(options);
  db.info_log = std::make_shared<Silent>();
  // Everything that can be read: what is wrong has been told by check_files().
  impl_->files->lengthen_logs();
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  db.paranoid_checks = false;
  const Result<std::size_t> there = families_there(db, impl_->lock.path());
  if (!there) return tl::unexpected<Error>(there.error());
  std::vector<rocksdb::ColumnFamilyDescriptor> families = rocks_families(options);
  if (*there > 0) families.erase(families.begin() + static_cast<std::ptrdiff_t>(*there), families.end());
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(db, impl_->lock.path().string(), families, &impl_->families, &opened);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, impl_->lock.path()));
  impl_->db.reset(opened);
  return {};
}

namespace {

class Walk {
 public:
  using Row = std::function<void(std::string_view, std::string_view)>;
  using Lost = std::function<void(const Unreadable&)>;
  Walk(std::unique_ptr<rocksdb::Iterator> rows, const Row& row, const Lost& lost)
      : rows_(std::move(rows)), row_(row), lost_(lost) {}

  void run() {
    rows_->SeekToFirst();
    while (!forward()) {
      if (!leap()) return;
    }
  }

 private:
  // True: it came to the end.
  bool forward() {
    for (; rows_->Valid(); rows_->Next()) {
      seen_ = rows_->key().ToString();
      row_(rows_->key().ToStringView(), rows_->value().ToStringView());
    }
    return rows_->status().ok();
  }
  // Over the damage, to a place that can be read: behind all keys that begin as the last one seen does, in ever fewer
  // octets. From there what lies before it is read backwards, up to the damage. False: nothing behind it.
  bool leap() {
    const std::string why = rows_->status().ToString();
    const std::string from = seen_.empty() ? keys::number(0) : seen_;  // where most families begin
    for (std::size_t size = from.size(); size > 0; --size) {
      const std::string target = keys::after_prefix(from.substr(0, size));
      if (target.empty()) break;
      rows_->Seek(target);
      if (rows_->Valid()) return come_back_from(rows_->key().ToString(), why);
      if (rows_->status().ok()) break;  // nothing is there
    }
    rows_->SeekToLast();
    const bool more = rows_->Valid() && rows_->key().ToStringView() > std::string_view(seen_);
    if (!more) {
      lost_({seen_, "", why});
      return false;
    }
    return come_back_from(rows_->key().ToString(), why);
  }
  bool come_back_from(const std::string& place, const std::string& why) {
    std::vector<store::Row> held;
    for (; rows_->Valid() && rows_->key().ToStringView() > std::string_view(seen_) && held.size() < kHeldMax;
         rows_->Prev()) {
      held.push_back({rows_->key().ToString(), rows_->value().ToString()});
    }
    lost_({seen_, held.empty() ? place : held.back().key, why});
    std::reverse(held.begin(), held.end());
    for (const store::Row& row : held) row_(row.key, row.value);
    if (!held.empty()) seen_ = held.back().key;
    rows_->Seek(keys::after(seen_));
    return true;
  }

  std::unique_ptr<rocksdb::Iterator> rows_;
  const Row& row_;
  const Lost& lost_;
  std::string seen_;  // the last row's key
};

}  // namespace

void RocksReading::walk(Family family, const std::function<void(std::string_view, std::string_view)>& row,
                        const std::function<void(const Unreadable&)>& lost) {
  if (!impl_->has(family)) return;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  Walk(std::unique_ptr<rocksdb::Iterator>(impl_->db->NewIterator(options, impl_->family(family))), row, lost).run();
}

std::vector<Asked> RocksReading::get(std::span<const Key> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t place) { return !impl_->has(keys[place].family); });
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::vector<rocksdb::Slice> slices;
  for (const std::size_t place : order) {
    handles.push_back(impl_->family(keys[place].family));
    slices.emplace_back(keys[place].key);
  }
  std::vector<rocksdb::PinnableSlice> found(order.size());
  std::vector<rocksdb::Status> statuses(order.size());
  impl_->db->MultiGet(rocksdb::ReadOptions(), order.size(), handles.data(), slices.data(), found.data(),
                      statuses.data(), true);
  std::vector<Asked> answers(keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (statuses[i].ok()) {
      answers[order[i]].value.emplace(found[i].data(), found[i].size());
    } else if (!statuses[i].IsNotFound()) {
      answers[order[i]].readable = false;
    }
  }
  return answers;
}

}  // namespace dunlin::store::kv

#include "store/rocks.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/iterator.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <utility>

#include "store/rocks_check.hpp"
#include "store/rocks_directory.hpp"
#include "store/rocks_files.hpp"
#include "store/rocks_info_log.hpp"
#include "store/rocks_mark.hpp"
#include "store/rocks_tuning.hpp"

namespace dunlin::store::kv {
namespace {

constexpr std::size_t kGetAtOnce = 256;  // found rows pin their blocks, so this many blocks at most beside the cache
constexpr std::size_t kScanCachedMax = 4096;  // longer scans don't push out what turns ask for

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct Rocks::Impl {
  Impl(RocksDirectory claimed, std::shared_ptr<rocksdb::FileSystem> used)
      : directory(std::move(claimed)), files(std::move(used)) {}
  ~Impl() {
    for (rocksdb::ColumnFamilyHandle* handle : families) {
      if (db != nullptr) db->DestroyColumnFamilyHandle(handle);
    }
  }
  Result<void> open(const RocksOptions& options);
  Result<bool> may_be_begun(const MarkFound& mark);
  Result<void> check(const MarkFound& mark, bool begin);
  void note_acknowledged();
  rocksdb::ColumnFamilyHandle* family(Family which) const { return families[static_cast<std::size_t>(which)]; }
  tl::unexpected<Error> failed(const rocksdb::Status& status) const {
    return tl::unexpected<Error>(error_of(status, directory.path()));
  }
  Result<void> get_some(std::span<const Key> keys, std::span<const std::size_t> order,
                        std::vector<std::optional<std::string>>& values);
  Result<void> fill(const Batch& batch, rocksdb::WriteBatch& writes);

  RocksDirectory directory;  // outlives db: the lock is given back last
  std::shared_ptr<rocksdb::FileSystem> files;
  std::optional<MarkWriter> marks;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  std::mutex broken_mutex;
  std::optional<Error> broken;  // of the first commit that failed
};

// What RocksDB says of a store that was looked at already: a file or family it misses is damage, too.
Error opening_error(const rocksdb::Status& status, const std::filesystem::path& path) {
  Error error = error_of(status, path);
  const bool missing = status.IsNotFound() || status.IsInvalidArgument() || status.IsPathNotFound();
  if (missing) error.code = "store_corrupt";
  return error;
}

// Before its mark is laid a store may be one whose first opening was interrupted, as long as nothing was written.
Result<bool> Rocks::Impl::may_be_begun(const MarkFound& mark) {
  if (mark.there) return false;
  const Result<std::vector<std::string>> names = names_in(*files, directory.path());
  if (!names) return tl::unexpected<Error>(names.error());
  if (std::any_of(names->begin(), names->end(), [](const std::string& name) { return name.ends_with(".sst"); })) {
    return false;
  }
  const Result<bool> written = any_write(*files, directory.path());
  if (!written) return tl::unexpected<Error>(written.error());
  return !*written;
}

Result<void> Rocks::Impl::check(const MarkFound& mark, bool begin) {
  const rocksdb::IOStatus current =
      files->FileExists((directory.path() / "CURRENT").string(), rocksdb::IOOptions(), nullptr);
  if (begin && (current.IsNotFound() || current.IsPathNotFound())) return {};
  const Result<FilesChecked> checked = check_files(*files, directory.path(), mark);
  if (!checked) return tl::unexpected<Error>(checked.error());
  if (!checked->damage.empty()) {
    Error first = checked->damage.front();
    if (checked->damage.size() > 1) first.detail += ", and " + std::to_string(checked->damage.size() - 1) + " more";
    return tl::unexpected<Error>(std::move(first));
  }
  return cut_off(*files, directory.path(), checked->torn);
}

Result<void> Rocks::Impl::open(const RocksOptions& options) {
  const Result<MarkFound> mark = read_mark(*files, directory.path());
  if (!mark) return tl::unexpected<Error>(mark.error());
  const Result<bool> begin = may_be_begun(*mark);
  if (!begin) return tl::unexpected<Error>(begin.error());
  if (Result<void> sound = check(*mark, *begin); !sound) return sound;
  rocksdb::DBOptions db_options = rocks_options(options);
  const Result<std::size_t> there = families_there(db_options, directory.path());
  if (!there) return tl::unexpected<Error>(there.error());
  db_options.create_if_missing = *begin;
  // A store of an older program gets the families it lacks, which are the last; any other that is missing is damage.
  db_options.create_missing_column_families = *begin || *there > 0;
  db_options.info_log = std::make_shared<RocksInfoLog>(directory.path());
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(db_options, directory.path().string(), rocks_families(options), &families, &opened);
  if (!status.ok()) return tl::unexpected<Error>(opening_error(status, directory.path()));
  db.reset(opened);
  for (std::size_t i = 0; i < families.size(); ++i) {
    if (families[i]->GetID() != i) {
      return failure("store_corrupt", "family " + families[i]->GetName() + " has another number than its own",
                     directory.path().string());
    }
  }
  Result<MarkWriter> writer = MarkWriter::open(*files, directory.path(), *mark);
  if (!writer) return tl::unexpected<Error>(writer.error());
  marks.emplace(*std::move(writer));
  return {};
}

// The newest log has what was just committed, unless RocksDB began another by itself meanwhile: that one is empty, and
// the mark stays where it is.
void Rocks::Impl::note_acknowledged() {
  std::unique_ptr<rocksdb::LogFile> log;
  if (!db->GetCurrentWalFile(&log).ok() || log->SizeFileBytes() == 0) return;
  marks->note({db->GetLatestSequenceNumber(), log->LogNumber()});
}

// order: places in `keys`, ascending by family, then key, as RocksDB wants them.
Result<void> Rocks::Impl::get_some(std::span<const Key> keys, std::span<const std::size_t> order,
                                   std::vector<std::optional<std::string>>& values) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::vector<rocksdb::Slice> slices;
  handles.reserve(order.size());
  slices.reserve(order.size());
  for (const std::size_t place : order) {
    handles.push_back(family(keys[place].family));
    slices.push_back(slice(keys[place].key));
  }
  std::vector<rocksdb::PinnableSlice> found(order.size());
  std::vector<rocksdb::Status> statuses(order.size());
  db->MultiGet(rocksdb::ReadOptions(), order.size(), handles.data(), slices.data(), found.data(), statuses.data(),
               true);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (statuses[i].ok()) {
      values[order[i]].emplace(found[i].data(), found[i].size());
    } else if (!statuses[i].IsNotFound()) {
      return failed(statuses[i]);
    }
  }
  return {};
}

Result<void> Rocks::Impl::fill(const Batch& batch, rocksdb::WriteBatch& writes) {
  rocksdb::Status status;
  for (const Batch::Write& write : batch.writes()) {
    rocksdb::ColumnFamilyHandle* into = family(write.family);
    const rocksdb::Slice key = slice(batch.key(write));
    status = write.erase ? writes.Delete(into, key) : writes.Put(into, key, slice(batch.value(write)));
    if (!status.ok()) return failed(status);
  }
  return {};
}

Rocks::Rocks(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Rocks::~Rocks() = default;

Result<std::unique_ptr<Rocks>> Rocks::open(const std::filesystem::path& path, const RocksOptions& options) {
  rocksdb::Env* env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  Result<RocksDirectory> directory = RocksDirectory::claim(path, options.format, *env->GetFileSystem());
  if (!directory) return tl::unexpected<Error>(directory.error());
  auto impl = std::make_unique<Impl>(*std::move(directory), env->GetFileSystem());
  if (Result<void> opened = impl->open(options); !opened) return tl::unexpected<Error>(opened.error());
  return std::unique_ptr<Rocks>(new Rocks(std::move(impl)));
}

Result<std::vector<std::optional<std::string>>> Rocks::get(std::span<const Key> keys) {
  std::vector<std::optional<std::string>> values(keys.size());
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  for (std::span<const std::size_t> left = order; !left.empty();) {
    const std::span<const std::size_t> some = left.first(std::min(left.size(), kGetAtOnce));
    if (Result<void> read = impl_->get_some(keys, some, values); !read) return tl::unexpected<Error>(read.error());
    left = left.subspan(some.size());
  }
  return values;
}

Result<std::vector<Row>> Rocks::scan(const Range& range) {
  rocksdb::ReadOptions options;
  options.fill_cache = range.limit <= kScanCachedMax;
  const rocksdb::Slice bound = slice(range.last);
  if (!range.last.empty()) options.iterate_upper_bound = &bound;
  std::vector<Row> rows;
  if (range.limit == 0 || (!range.last.empty() && range.last <= range.first)) return rows;
  const std::unique_ptr<rocksdb::Iterator> iterator(impl_->db->NewIterator(options, impl_->family(range.family)));
  for (iterator->Seek(range.first); iterator->Valid() && rows.size() < range.limit; iterator->Next()) {
    rows.push_back({iterator->key().ToString(), iterator->value().ToString()});
  }
  if (!iterator->status().ok()) return impl_->failed(iterator->status());
  return rows;
}

Result<std::optional<Row>> Rocks::last(Family family, std::string_view first, std::string_view before) {
  rocksdb::ReadOptions options;
  const rocksdb::Slice lower = slice(first);
  const rocksdb::Slice upper = slice(before);
  if (!first.empty()) options.iterate_lower_bound = &lower;
  if (!before.empty()) options.iterate_upper_bound = &upper;
  if (!before.empty() && before <= first) return std::optional<Row>{};
  const std::unique_ptr<rocksdb::Iterator> iterator(impl_->db->NewIterator(options, impl_->family(family)));
  iterator->SeekToLast();
  if (!iterator->status().ok()) return impl_->failed(iterator->status());
  if (!iterator->Valid()) return std::optional<Row>{};
  return std::optional<Row>(Row{iterator->key().ToString(), iterator->value().ToString()});
}

Result<void> Rocks::commit(const Batch& batch, bool sync) {
  const std::lock_guard lock(impl_->broken_mutex);
  if (impl_->broken) return tl::unexpected<Error>(*impl_->broken);
  rocksdb::WriteBatch writes(batch.octets() + batch.writes().size() * 16 + 64);
  Result<void> done = impl_->fill(batch, writes);
  if (done) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    if (const rocksdb::Status status = impl_->db->Write(options, &writes); !status.ok()) done = impl_->failed(status);
  }
  if (!done) impl_->broken = done.error();
  if (done && sync) impl_->note_acknowledged();
  return done;
}

Result<Usage> Rocks::usage() {
  const Result<std::uint64_t> octets = impl_->directory.octets();
  if (!octets) return tl::unexpected<Error>(octets.error());
  const Result<std::uint64_t> room = impl_->directory.free_octets();
  if (!room) return tl::unexpected<Error>(room.error());
  return Usage{*octets, *room};
}

Result<void> Rocks::flush() {
  const rocksdb::Status status = impl_->db->Flush(rocksdb::FlushOptions(), impl_->families);
  if (!status.ok()) return impl_->failed(status);
  return {};
}

}  // namespace dunlin::store::kv

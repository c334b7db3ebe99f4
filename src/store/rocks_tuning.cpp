#include "store/rocks_tuning.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <array>

namespace dunlin::store::kv {
namespace {

constexpr std::size_t operator""_KiB(unsigned long long n) { return static_cast<std::size_t>(n) << 10; }
constexpr std::size_t operator""_MiB(unsigned long long n) { return static_cast<std::size_t>(n) << 20; }

// How a family's keys come and are asked for.
struct Habit {
  Family family;
  bool by_key;      // asked for by whole key, often for rows that aren't there: a Bloom filter pays
  int rising_tail;  // the last octets of a key, which rise from row to row behind the same head; 0: keys come in no
                    // order. A hint is kept for every head in a memtable, so only families with few heads have this
};
constexpr std::array<Habit, kFamilies> kHabits{{
    {Family::meta, false, 0},        {Family::ids, true, 0},
    {Family::jobs, true, 9},         {Family::queue, false, 8},
    {Family::calendar, false, 17},   {Family::inflight, false, 12},
    {Family::sent, true, 0},         {Family::parked, true, 0},
    {Family::people, true, 0},       {Family::accounts, true, 0},
    {Family::by_account, false, 0},  {Family::by_number, false, 0},
    {Family::by_campaign, false, 8}, {Family::stages, true, 0},
    {Family::campaigns, false, 0},   {Family::events, false, 8},
    {Family::consumers, false, 0},   {Family::parts, true, 0},
    {Family::references, true, 0},   {Family::conversations, false, 0},
    {Family::calls, false, 0},       {Family::reports, true, 0},
}};

constexpr std::size_t kFamiliesFirst = 17;  // of the oldest stores: up to consumers

std::string name_of(const Habit& habit) {
  return habit.family == Family::meta ? rocksdb::kDefaultColumnFamilyName : std::string(family_name(habit.family));
}

// A key's head: what is left without its last octets. RocksDB then looks for a new row's place beside the last one with
// the same head.
class Head : public rocksdb::SliceTransform {
 public:
  explicit Head(std::size_t tail) : tail_(tail) {}
  const char* Name() const override { return "dunlin.Head"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override { return {key.data(), key.size() - tail_}; }
  bool InDomain(const rocksdb::Slice& key) const override { return key.size() >= tail_; }

 private:
  std::size_t tail_;
};

rocksdb::CompressionType compression() {
  const std::vector<rocksdb::CompressionType> built_in = rocksdb::GetSupportedCompressions();
  const bool has_lz4 = std::find(built_in.begin(), built_in.end(), rocksdb::kLZ4Compression) != built_in.end();
  return has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

rocksdb::ColumnFamilyOptions family_options(const Habit& habit, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = 16_MiB;
  family.arena_block_size = 128_KiB;  // a family with one row takes a block: 19 of them must not fill the bound
  family.max_write_buffer_number = 3;
  family.level_compaction_dynamic_level_bytes = true;
  family.max_bytes_for_level_base = 64_MiB;
  family.target_file_size_base = 16_MiB;
  family.compression = compression();
  if (habit.rising_tail > 0) {
    family.memtable_insert_with_hint_prefix_extractor =
        std::make_shared<Head>(static_cast<std::size_t>(habit.rising_tail));
  }
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 8_KiB;
  table.format_version = 5;
  table.cache_index_and_filter_blocks = true;  // so the cache's bound holds for them too
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.index_type =
      rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;  // no one block of them fills a shard of the cache
  table.metadata_block_size = 16_KiB;
  if (habit.by_key) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.partition_filters = true;
  }
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return family;
}

}  // namespace

std::vector<rocksdb::ColumnFamilyDescriptor> rocks_families(const RocksOptions& options) {
  constexpr int kShardBits = 2;  // few, so that a shard holds many blocks; three threads don't fight over more
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.cache_octets, kShardBits);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const Habit& habit : kHabits) {
    families.emplace_back(name_of(habit), family_options(habit, cache));
  }
  return families;
}

Result<std::size_t> families_there(const rocksdb::DBOptions& options, const std::filesystem::path& path) {
  std::vector<std::string> names;
  if (!rocksdb::DB::ListColumnFamilies(options, path.string(), &names).ok()) return std::size_t{0};
  std::size_t there = 0;
  std::size_t known = 0;
  for (const Habit& habit : kHabits) {
    const bool has = std::find(names.begin(), names.end(), name_of(habit)) != names.end();
    known += has ? 1 : 0;
    if (has && there + 1 == known) there = known;
  }
  if (known < names.size()) return failure("store_newer", "it has families this program does not know", path.string());
  return there == known && there >= kFamiliesFirst ? there : 0;
}

rocksdb::DBOptions rocks_options(const RocksOptions& options) {
  rocksdb::DBOptions db;
  if (options.env != nullptr) db.env = options.env;
  db.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(options.memtable_octets);
  db.max_total_wal_size = options.wal_octets;
  db.max_background_jobs = options.background_jobs;
  db.max_open_files = options.open_files;
  db.max_file_opening_threads = 1;
  db.allow_concurrent_memtable_write = false;  // one writer, and insertion hints work only without
  db.allow_mmap_reads = false;
  db.allow_mmap_writes = false;
  db.compaction_readahead_size = 512_KiB;
  db.writable_file_max_buffer_size = 256_KiB;
  db.bytes_per_sync = 1_MiB;  // flushes and compactions reach the disk as they go, not in one stall before a commit
  // A log cut short by a crash is read up to its end; a damaged record is an error. Point-in-time recovery would forget
  // it and all behind it in silence. Either mode takes some damage for an end: rocks_check.hpp looks before it.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // A log that was closed and still holds what no table does must be there, in the length that was synced.
  db.track_and_verify_wals_in_manifest = true;
  // What a replay found is written anew and synced before we go on: after a failed fsync the log's pages may be in
  // memory alone.
  db.avoid_flush_during_recovery = false;
  db.paranoid_checks = true;
  db.max_manifest_file_size = 16_MiB;
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  return db;
}

}  // namespace dunlin::store::kv

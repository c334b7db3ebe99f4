// kv::Rocks: the store that lasts, over RocksDB in one directory. Opening takes a lock that names its holder, refuses
// what a newer version wrote before touching anything, and lays missing families in their order. Memory is bounded by
// Options, whatever the store holds.
//
// The directory holds, beside RocksDB's own files: FORMAT ("dunlin store 1\n", written and synced before RocksDB's
// first octet), LOCK.pid (flock'ed by the holder, its process id inside) and ACKNOWLEDGED (rocks_mark.hpp). All but the
// lock goes through Options::env.
//
// What opening finds is judged before RocksDB changes any of it (rocks_check.hpp): what a power cut tore is cut off,
// anything else that is damaged or missing refuses the store, naming the file.
//
// get, scan, last, usage: any thread, at any time. commit: one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "store/keys.hpp"
#include "store/kv.hpp"

namespace rocksdb {
class Env;
}

namespace dunlin::store::kv {

struct RocksOptions {
  std::size_t memtable_octets = std::size_t{32} << 20;  // all families together; beyond it the oldest is flushed
  std::size_t cache_octets = std::size_t{32} << 20;     // blocks, with indexes and filters among them
  std::uint64_t wal_octets = std::uint64_t{64}
                             << 20;      // what a restart may have to replay; beyond it families are flushed
  int background_jobs = 2;               // threads that flush and compact
  int open_files = 256;                  // files held open; beyond it the least used is closed
  rocksdb::Env* env = nullptr;           // files and threads, not owned; nullptr: the machine's own
  std::uint32_t format = keys::kFormat;  // the newest this program reads, and what it writes into a new store
};

class Rocks : public Kv {
 public:
  // Creates the directory (0700) where its parent exists. Errors, each naming the path:
  //   store_missing   the parent directory does not exist
  //   store_foreign   the directory is not empty and not a Dunlin store; nothing was touched
  //   store_newer     written by a newer version; nothing was touched
  //   store_locked    in use by the process the detail names
  //   store_corrupt   damaged, or something of it is missing; RocksDB was not begun
  //   store_full, store_io
  [[nodiscard]] static Result<std::unique_ptr<Rocks>> open(const std::filesystem::path& path,
                                                           const RocksOptions& options = {});
  ~Rocks() override;  // gives the lock back; nothing acknowledged depends on it having run
  Rocks(const Rocks&) = delete;
  Rocks& operator=(const Rocks&) = delete;

  [[nodiscard]] Result<std::vector<std::optional<std::string>>> get(std::span<const Key> keys) override;
  [[nodiscard]] Result<std::vector<Row>> scan(const Range& range) override;
  [[nodiscard]] Result<std::optional<Row>> last(Family family, std::string_view first,
                                                std::string_view before) override;
  // After the first failure every further commit gives the same error, until the store is closed and opened anew.
  [[nodiscard]] Result<void> commit(const Batch& batch, bool sync) override;
  [[nodiscard]] Result<Usage> usage() override;

  // Writes what is in memory into tables and waits for it: for measurements and tests.
  [[nodiscard]] Result<void> flush();

 private:
  struct Impl;
  explicit Rocks(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::store::kv

// The directory a kv::Rocks lives in: whose it is, which format it has, who holds it. Looks before it touches: a
// foreign directory or a newer store is refused with nothing changed.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <optional>
#include <string>

namespace dunlin::store::kv {

// Held for as long as the object lives. Moves, never copies.
class RocksDirectory {
 public:
  // `files` must outlive it. Errors: store_missing, store_foreign, store_newer, store_locked, store_corrupt,
  // store_full, store_io; see Rocks::open.
  [[nodiscard]] static Result<RocksDirectory> claim(const std::filesystem::path& path, std::uint32_t format,
                                                    rocksdb::FileSystem& files);
  ~RocksDirectory();
  RocksDirectory(RocksDirectory&& other) noexcept;
  RocksDirectory& operator=(RocksDirectory&&) = delete;

  // Octets of all files in it, and what its file system has left.
  [[nodiscard]] Result<std::uint64_t> octets() const;
  [[nodiscard]] Result<std::uint64_t> free_octets() const;
  const std::filesystem::path& path() const { return path_; }

  // What claim() refuses by, without touching anything: the format that FORMAT says, nullopt where there is no store
  // yet. Errors: store_missing, store_foreign, store_newer, store_corrupt, store_io.
  [[nodiscard]] static Result<std::optional<std::uint32_t>> look(const std::filesystem::path& path,
                                                                 std::uint32_t newest, rocksdb::FileSystem& files);

 private:
  RocksDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;  // file descriptor of LOCK.pid; -1: moved from
};

// Keeps daemons away from a store that is looked at, without writing anything. Where the directory has no LOCK.pid
// nobody has it open, and it holds nothing.
class ReadingLock {
 public:
  // Errors: store_locked (names the process), store_io.
  [[nodiscard]] static Result<ReadingLock> take(const std::filesystem::path& path);
  ~ReadingLock();
  ReadingLock(ReadingLock&& other) noexcept;
  ReadingLock& operator=(ReadingLock&&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  ReadingLock(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace dunlin::store::kv

// ACKNOWLEDGED, the store's own note beside RocksDB's files: how far what was acknowledged reaches. A log that lost its
// end reads like one that never had it; this file tells them apart. It is written over in place after every synced
// commit and never synced itself, so it costs no fsync: after a power cut it may be older than the log, never newer.
//
//   mark := "acknowledged " write:20 " in log " log:20 " crc32c " crc:8 "\n"     decimal; crc hexadecimal, of all
//   before " crc32c"
//
// Its presence says that the store was laid whole: from then on a missing family or file is damage, not a beginning.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace dunlin::store::kv {

inline constexpr const char* kMarkFile = "ACKNOWLEDGED";

struct Mark {
  std::uint64_t write = 0;  // RocksDB's number of the newest acknowledged write; 0: none yet
  std::uint64_t log = 0;    // the log it went to
  bool operator==(const Mark&) const = default;
};

struct MarkFound {
  bool there = false;
  std::optional<Mark> mark;  // nullopt although it is there: it can't be read, and says nothing
};
// Errors: "store_io".
[[nodiscard]] Result<MarkFound> read_mark(rocksdb::FileSystem& files, const std::filesystem::path& directory);

// One thread.
class MarkWriter {
 public:
  // Lays it, synced, where there is none. Errors: "store_full", "store_io".
  [[nodiscard]] static Result<MarkWriter> open(rocksdb::FileSystem& files, const std::filesystem::path& directory,
                                               const MarkFound& found);
  // Nothing depends on this write: one that fails leaves the mark older, and is not an error.
  void note(const Mark& mark);

 private:
  explicit MarkWriter(std::unique_ptr<rocksdb::FSRandomRWFile> file) : file_(std::move(file)) {}
  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
};

}  // namespace dunlin::store::kv

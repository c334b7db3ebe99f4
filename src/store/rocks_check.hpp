// A store's files looked at before RocksDB changes any of them. RocksDB recovers what it can read and forgets the rest;
// here is decided whether the rest is what a power cut leaves of a write nobody was answered for, or what was promised:
//
//   torn    the last record of a log is cut short, or has sectors of zeros, and nothing whole follows; or the MANIFEST
//   is
//           so from some record on, of which one sync may cover several: it is cut off, and the store goes on
//   corrupt anything else: a damaged record, one that is whole behind one that is not, numbers that do not follow on
//           each other, a log that ends before the mark, a table or log that is missing: the store is refused
//
// What can't be told: damage that looks like a torn end, to writes newer than the mark. The mark is not synced with each
// of them: after a power cut it is as old as what the kernel had written back by itself, some 30 s.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "store/rocks_manifest.hpp"
#include "store/rocks_mark.hpp"

namespace dunlin::store::kv {

struct Torn {
  std::string file;
  std::uint64_t size = 0;  // octets that are whole
  std::uint64_t gone = 0;  // octets behind them
};

struct FilesChecked {
  Manifest manifest;             // as far as it can be read
  std::uint64_t logs = 0;        // live ones
  std::uint64_t last_write = 0;  // number of the newest that can be read
  std::vector<Torn> torn;
  std::vector<Error> damage;  // "store_corrupt", `where` naming the file; in the order it was found
};

// Reads CURRENT, the MANIFEST and the live logs, and looks at the tables' sizes. Memory: one block of a log and its
// longest record. Errors: "store_io".
[[nodiscard]] Result<FilesChecked> check_files(rocksdb::FileSystem& files, const std::filesystem::path& directory,
                                               const MarkFound& mark);

// Cuts off what is torn, and syncs it. Errors: "store_full", "store_io".
[[nodiscard]] Result<void> cut_off(rocksdb::FileSystem& files, const std::filesystem::path& directory,
                                   const std::vector<Torn>& torn);

// Whether any log of the directory holds a write. Errors: "store_io".
[[nodiscard]] Result<bool> any_write(rocksdb::FileSystem& files, const std::filesystem::path& directory);

}  // namespace dunlin::store::kv

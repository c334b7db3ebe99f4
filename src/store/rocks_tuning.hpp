// How RocksDB is set up for our rows: bounded memory, few threads, and each family by how its keys come and are asked
// for.
#pragma once

#include <rocksdb/options.h>

#include <cstddef>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <memory>
#include <vector>

#include "store/rocks.hpp"

namespace rocksdb {
class Cache;
class DB;
class ColumnFamilyHandle;
struct ColumnFamilyDescriptor;
}  // namespace rocksdb

namespace dunlin::store::kv {

// In the order of Family: RocksDB numbers families as they are created, and ours must be those numbers, so `meta` is
// its "default".
std::vector<rocksdb::ColumnFamilyDescriptor> rocks_families(const RocksOptions& options);
rocksdb::DBOptions rocks_options(const RocksOptions& options);

// How many of our families the store has: the first so many, all of them in one that is up to date. 0: there is no
// saying (no store yet, or one that opening will refuse). Errors: "store_newer", of families this program does not
// know.
[[nodiscard]] Result<std::size_t> families_there(const rocksdb::DBOptions& options, const std::filesystem::path& path);

}  // namespace dunlin::store::kv

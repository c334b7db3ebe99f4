// How RocksDB is set up for our rows: bounded memory, few threads, and each family by how its keys come and are asked
// for.
#pragma once

#include <rocksdb/options.h>

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

}  // namespace dunlin::store::kv

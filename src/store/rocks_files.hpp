// The store's own few files, over the same rocksdb::FileSystem as RocksDB's: a test that fails or forgets RocksDB's
// writes reaches these too.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dunlin::store::kv {

// "store_corrupt", "store_full" or "store_io", with RocksDB's words.
Error error_of(const rocksdb::Status& status, const std::filesystem::path& path);

// nullopt: there is no such file.
[[nodiscard]] Result<std::optional<std::string>> read_file(rocksdb::FileSystem& files,
                                                           const std::filesystem::path& path);
// Written whole and synced; its name is not.
[[nodiscard]] Result<void> write_file(rocksdb::FileSystem& files, const std::filesystem::path& path,
                                      std::string_view text);
// The names in it become durable.
[[nodiscard]] Result<void> sync_directory(rocksdb::FileSystem& files, const std::filesystem::path& path);
// Names without "." and "..", in no order.
[[nodiscard]] Result<std::vector<std::string>> names_in(rocksdb::FileSystem& files, const std::filesystem::path& path);

}  // namespace dunlin::store::kv

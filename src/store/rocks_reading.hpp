// A store opened to look at it, damaged or not: not one octet of its directory changes. Reads around what can't be read
// and says what that was. While it is open no daemon can open the store; while one has it open, this is refused.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/kv.hpp"
#include "store/rocks_check.hpp"

namespace dunlin::store::kv {

// Rows of a family that can't be read: those after one key and before another; an empty `before` is the family's end.
struct Unreadable {
  std::string after;
  std::string before;
  std::string why;
};

// A key asked for: what it holds, or that nobody can tell.
struct Asked {
  bool readable = true;
  std::optional<std::string> value;
};

class RocksReading {
 public:
  // Claims the directory for reading. Errors: store_missing, store_foreign, store_newer, store_locked (names the
  // process), store_corrupt (FORMAT), store_io.
  [[nodiscard]] static Result<RocksReading> claim(const std::filesystem::path& path);
  ~RocksReading();
  RocksReading(RocksReading&& other) noexcept;
  RocksReading& operator=(RocksReading&&) = delete;

  std::uint32_t format() const;
  const MarkFound& mark() const;
  // The files, judged as an opening would (rocks_check.hpp).
  [[nodiscard]] Result<FilesChecked> check_files();
  // Reads a table whole, verifying every checksum: "store_corrupt" with RocksDB's words, nothing where it is sound.
  [[nodiscard]] std::optional<Error> verify_table(std::uint64_t number);

  // Makes rows readable, from tables and logs, as far as RocksDB goes. Errors: "store_corrupt", "store_io".
  [[nodiscard]] Result<void> open_rows();
  // Each row of a family in the order of keys. Around damage it goes on at the next row that can be read. 64 Ki rows
  // before such a place are held at most; rows beyond that count as unreadable.
  void walk(Family family, const std::function<void(std::string_view key, std::string_view value)>& row,
            const std::function<void(const Unreadable&)>& lost);
  // One answer a key, in their order.
  [[nodiscard]] std::vector<Asked> get(std::span<const Key> keys);

 private:
  struct Impl;
  explicit RocksReading(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::store::kv

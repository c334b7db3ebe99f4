// RocksDB's own words, warnings and worse, in the store's file LOG. RocksDB's logger ends the process when the file it
// writes to fails twice (an assertion of Debian's 7.8), and so would a full disk; this one drops what it can't write.
#pragma once

#include <rocksdb/env.h>

#include <cstdarg>
#include <cstdint>
#include <filesystem>
#include <mutex>

namespace dunlin::store::kv {

// Any thread.
class RocksInfoLog : public rocksdb::Logger {
 public:
  static constexpr std::uint64_t kOctetsMax = std::uint64_t{4} << 20;  // then it becomes LOG.old, and a new one begins

  explicit RocksInfoLog(const std::filesystem::path& directory);
  ~RocksInfoLog() override;
  using Logger::Logv;
  void Logv(const char* format, std::va_list arguments) override;
  size_t GetLogFileSize() const override;

 private:
  void open();

  std::filesystem::path path_;
  mutable std::mutex mutex_;
  int file_ = -1;  // -1: it can't be opened, and nothing is kept
  std::uint64_t size_ = 0;
};

}  // namespace dunlin::store::kv

#include "store/rocks_info_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace dunlin::store::kv {

RocksInfoLog::RocksInfoLog(const std::filesystem::path& directory)
    : Logger(rocksdb::WARN_LEVEL), path_(directory / "LOG") {
  open();
}

RocksInfoLog::~RocksInfoLog() {
  if (file_ >= 0) ::close(file_);
}

void RocksInfoLog::open() {
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct stat seen {};
  size_ = file_ >= 0 && ::fstat(file_, &seen) == 0 ? static_cast<std::uint64_t>(seen.st_size) : 0;
}

void RocksInfoLog::Logv(const char* format, std::va_list arguments) {
  constexpr std::size_t kLineMax = 4096;  // the rest of a longer one is cut off
  std::array<char, kLineMax> line;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const int head = std::snprintf(line.data(), line.size(), "%lld ", static_cast<long long>(milliseconds));
  const auto begin = static_cast<std::size_t>(head);
  const int text = std::vsnprintf(line.data() + begin, line.size() - begin - 1, format, arguments);
  if (text < 0) return;
  std::size_t size = std::min(begin + static_cast<std::size_t>(text), line.size() - 2);
  line[size++] = '\n';
  const std::lock_guard lock(mutex_);
  if (size_ >= kOctetsMax && file_ >= 0) {
    ::close(file_);
    static_cast<void>(::rename(path_.c_str(), (path_.string() + ".old").c_str()));
    open();
  }
  if (file_ < 0) return;
  const ssize_t written = ::write(file_, line.data(), size);
  if (written > 0) size_ += static_cast<std::uint64_t>(written);
}

size_t RocksInfoLog::GetLogFileSize() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

}  // namespace dunlin::store::kv

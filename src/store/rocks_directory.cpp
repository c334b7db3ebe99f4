#include "store/rocks_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace dunlin::store::kv {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatFile = "FORMAT";
constexpr std::string_view kFormatFileNew = "FORMAT.new";  // becomes FORMAT once it is synced
constexpr std::string_view kLockFile = "LOCK.pid";
constexpr std::string_view kFormatWords = "dunlin store ";
constexpr std::string_view kLostAndFound = "lost+found";  // a file system's own: the store may be its root

tl::unexpected<Error> system_failure(int number, std::string_view what, const fs::path& path) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return failure(full ? "store_full" : "store_io", std::string(what) + ": " + std::generic_category().message(number),
                 path.string());
}

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Result<void> sync_directory(const fs::path& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.open()) return system_failure(errno, "can't be opened", path);
  if (::fsync(directory.get()) != 0) return system_failure(errno, "can't be synced", path);
  return {};
}

Result<void> write_synced(const fs::path& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.open()) return system_failure(errno, "can't be created", path);
  const ssize_t written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    return system_failure(written < 0 ? errno : ENOSPC, "can't be written", path);
  }
  if (::fsync(file.get()) != 0) return system_failure(errno, "can't be synced", path);
  return {};
}

// nullopt: there is no FORMAT. Errors: store_newer, store_corrupt, store_io.
Result<std::optional<std::uint32_t>> read_format(const fs::path& path, std::uint32_t newest) {
  const fs::path file = path / kFormatFile;
  std::error_code ec;
  if (!fs::exists(file, ec)) {
    if (ec) return system_failure(ec.value(), "can't be looked at", file);
    return std::optional<std::uint32_t>{};
  }
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) return system_failure(EIO, "can't be read", file);
  if (text.ends_with('\n')) text.pop_back();
  std::string_view digits = text;
  if (!digits.starts_with(kFormatWords)) return failure("store_corrupt", "does not say a format", file.string());
  digits.remove_prefix(kFormatWords.size());
  std::uint32_t format = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), format);
  if (error == std::errc::result_out_of_range)
    format = UINT32_MAX;  // newer than anything
  else if (error != std::errc{} || end != digits.data() + digits.size() || format == 0) {
    return failure("store_corrupt", "does not say a format", file.string());
  }
  if (format > newest) {
    return failure("store_newer",
                   "the store has format " + std::string(digits) + ", this version reads up to " +
                       std::to_string(newest) + "; nothing was changed",
                   path.string());
  }
  return std::optional(format);
}

// Without FORMAT, only what an interrupted first opening leaves may be there.
Result<void> check_empty(const fs::path& path) {
  std::error_code ec;
  for (fs::directory_iterator entry(path, ec), end; !ec && entry != end; entry.increment(ec)) {
    const std::string name = entry->path().filename().string();
    if (name != kLockFile && name != kFormatFileNew && name != kLostAndFound) {
      return failure("store_foreign",
                     "is not empty and not a Dunlin store (it holds " + name + "); nothing was changed", path.string());
    }
  }
  if (ec) return system_failure(ec.value(), "can't be read", path);
  return {};
}

Result<void> make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
  const int number = errno;
  if (number == ENOENT) {
    return failure("store_missing", "its parent directory does not exist", path.string());
  }
  if (number != EEXIST) return system_failure(number, "can't be created", path);
  std::error_code ec;
  if (!fs::is_directory(path, ec)) return system_failure(ENOTDIR, "can't be used", path);
  return {};
}

std::string holder_of(int lock) {
  char digits[24] = {};
  const ssize_t size = ::pread(lock, digits, sizeof digits - 1, 0);
  std::string pid(digits, size > 0 ? static_cast<std::size_t>(size) : 0);
  pid.erase(std::min(pid.find_first_not_of("0123456789"), pid.size()));
  return pid.empty() ? "another process" : "process " + pid;
}

Result<int> take_lock(const fs::path& path) {
  const fs::path file = path / kLockFile;
  Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.open()) return system_failure(errno, "can't be opened", file);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(errno, "can't be locked", file);
    return failure("store_locked", "is in use by " + holder_of(lock.get()), path.string());
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return system_failure(errno, "can't be written", file);
  }
  return lock.release();
}

Result<void> write_format(const fs::path& path, std::uint32_t format) {
  const fs::path fresh = path / kFormatFileNew;
  return write_synced(fresh, std::string(kFormatWords) + std::to_string(format) + "\n").and_then([&]() -> Result<void> {
    if (::rename(fresh.c_str(), (path / kFormatFile).c_str()) != 0) {
      return system_failure(errno, "can't be renamed", fresh);
    }
    return sync_directory(path);
  });
}

// RocksDB creates a store where CURRENT is missing. Where there is data, that would hide it: an interrupted creation
// leaves neither a table nor a log with anything in it.
Result<void> check_current(const fs::path& path) {
  std::error_code ec;
  if (fs::exists(path / "CURRENT", ec)) return {};
  for (fs::directory_iterator entry(path, ec), end; !ec && entry != end; entry.increment(ec)) {
    const fs::path extension = entry->path().extension();
    std::error_code size_ec;
    if (extension == ".sst" || (extension == ".log" && entry->file_size(size_ec) > 0)) {
      return failure("store_corrupt", "its CURRENT file is missing", path.string());
    }
  }
  if (ec) return system_failure(ec.value(), "can't be read", path);
  return {};
}

}  // namespace

Result<RocksDirectory> RocksDirectory::claim(const fs::path& path, std::uint32_t format) {
  if (Result<void> made = make_directory(path); !made) return tl::unexpected<Error>(made.error());
  Result<std::optional<std::uint32_t>> found = read_format(path, format);
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) {
    if (Result<void> empty = check_empty(path); !empty) return tl::unexpected<Error>(empty.error());
  }
  const Result<int> lock = take_lock(path);
  if (!lock) return tl::unexpected<Error>(lock.error());
  RocksDirectory directory(path, *lock);
  found = read_format(path, format);  // again: another process may have laid it before we had the lock
  if (!found) return tl::unexpected<Error>(found.error());
  const Result<void> laid = *found ? check_current(path) : write_format(path, format);
  if (!laid) return tl::unexpected<Error>(laid.error());
  return directory;
}

RocksDirectory::RocksDirectory(RocksDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RocksDirectory::~RocksDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::uint64_t> RocksDirectory::octets() const {
  std::error_code ec;
  std::uint64_t sum = 0;
  for (fs::directory_iterator entry(path_, ec), end; !ec && entry != end; entry.increment(ec)) {
    std::error_code gone;  // RocksDB may delete it meanwhile
    const std::uintmax_t size = entry->file_size(gone);
    if (!gone) sum += size;
  }
  if (ec) return system_failure(ec.value(), "can't be read", path_);
  return sum;
}

Result<std::uint64_t> RocksDirectory::free_octets() const {
  struct statvfs room {};
  if (::statvfs(path_.c_str(), &room) != 0) return system_failure(errno, "can't be looked at", path_);
  return static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
}

}  // namespace dunlin::store::kv

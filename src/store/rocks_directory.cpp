#include "store/rocks_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "store/rocks_files.hpp"
#include "store/rocks_mark.hpp"

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

// nullopt: there is no FORMAT. Errors: store_newer, store_corrupt, store_io.
Result<std::optional<std::uint32_t>> read_format(rocksdb::FileSystem& files, const fs::path& path,
                                                 std::uint32_t newest) {
  const fs::path file = path / kFormatFile;
  Result<std::optional<std::string>> read = read_file(files, file);
  if (!read) return tl::unexpected<Error>(read.error());
  if (!*read) return std::optional<std::uint32_t>{};
  std::string text = **std::move(read);
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

// Without FORMAT, only what an interrupted first opening leaves may be there. FORMAT is durable before the first of the
// other files is made, so with them, in a directory that we have held, it was lost.
Result<void> check_empty(rocksdb::FileSystem& files, const fs::path& path) {
  const Result<std::vector<std::string>> names = names_in(files, path);
  if (!names) return tl::unexpected<Error>(names.error());
  const auto has = [&](std::string_view name) { return std::find(names->begin(), names->end(), name) != names->end(); };
  if (has(kMarkFile) || (has(kLockFile) && has("CURRENT"))) {
    return failure("store_corrupt", "is missing, and the rest of a store is there", (path / kFormatFile).string());
  }
  for (const std::string& name : *names) {
    if (name != kLockFile && name != kFormatFileNew && name != kLostAndFound) {
      return failure("store_foreign",
                     "is not empty and not a Dunlin store (it holds " + name + "); nothing was changed", path.string());
    }
  }
  return {};
}

// Made here, its owner's alone, before `files` gets to make it for all to read. Its name is synced with FORMAT.
Result<void> make_directory(rocksdb::FileSystem& files, const fs::path& path) {
  const int number = ::mkdir(path.c_str(), 0700) == 0 ? EEXIST : errno;
  if (number == ENOENT) {
    return failure("store_missing", "its parent directory does not exist", path.string());
  }
  if (number != EEXIST) return system_failure(number, "can't be created", path);
  std::error_code ec;
  if (!fs::is_directory(path, ec)) return system_failure(ENOTDIR, "can't be used", path);
  const rocksdb::IOStatus status = files.CreateDirIfMissing(path.string(), rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, path));
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

// Also when the directory was there: whoever made it may have died before its name was durable.
Result<void> write_format(rocksdb::FileSystem& files, const fs::path& path, std::uint32_t format) {
  const fs::path fresh = path / kFormatFileNew;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (Result<void> synced = sync_directory(files, parent); !synced) return synced;
  const Result<void> written = write_file(files, fresh, std::string(kFormatWords) + std::to_string(format) + "\n");
  if (!written) return written;
  const rocksdb::IOStatus status =
      files.RenameFile(fresh.string(), (path / kFormatFile).string(), rocksdb::IOOptions(), nullptr);
  if (!status.ok()) return tl::unexpected<Error>(error_of(status, fresh));
  return sync_directory(files, path);
}

}  // namespace

Result<std::optional<std::uint32_t>> RocksDirectory::look(const fs::path& path, std::uint32_t newest,
                                                          rocksdb::FileSystem& files) {
  std::error_code ec;
  if (!fs::exists(path, ec)) return failure("store_missing", "there is no such directory", path.string());
  const Result<std::optional<std::uint32_t>> found = read_format(files, path, newest);
  if (!found || *found) return found;
  if (Result<void> empty = check_empty(files, path); !empty) return tl::unexpected<Error>(empty.error());
  return found;
}

Result<RocksDirectory> RocksDirectory::claim(const fs::path& path, std::uint32_t format, rocksdb::FileSystem& files) {
  if (Result<void> made = make_directory(files, path); !made) return tl::unexpected<Error>(made.error());
  Result<std::optional<std::uint32_t>> found = look(path, format, files);
  if (!found) return tl::unexpected<Error>(found.error());
  const Result<int> lock = take_lock(path);
  if (!lock) return tl::unexpected<Error>(lock.error());
  RocksDirectory directory(path, *lock);
  found = read_format(files, path, format);  // again: another process may have laid it before we had the lock
  if (!found) return tl::unexpected<Error>(found.error());
  if (*found) return directory;
  if (Result<void> laid = write_format(files, path, format); !laid) return tl::unexpected<Error>(laid.error());
  return directory;
}

Result<ReadingLock> ReadingLock::take(const fs::path& path) {
  const fs::path file = path / kLockFile;
  Descriptor lock(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!lock.open()) {
    if (errno == ENOENT) return ReadingLock(path, -1);
    return system_failure(errno, "can't be opened", file);
  }
  if (::flock(lock.get(), LOCK_SH | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure(errno, "can't be locked", file);
    return failure("store_locked", "is in use by " + holder_of(lock.get()), path.string());
  }
  return ReadingLock(path, lock.release());
}

ReadingLock::ReadingLock(ReadingLock&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

ReadingLock::~ReadingLock() {
  if (lock_ >= 0) ::close(lock_);
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

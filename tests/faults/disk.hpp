// A disk of a test's own, under RocksDB and under what the store writes itself: files in memory, every write, sync,
// rename and removal counted, and any of them made to fail. It knows what a power cut would leave:
//
//   a file's octets   what was synced; of what was written since, nothing, all, a beginning, or any sectors of it, the
//                     others being zeros (a file system may record the new length before the octets)
//   a directory       what was in it at its last sync; of creations, renames and removals since, none, all, or the
//   first
//                     few in their order. Syncing a file does not make its name durable
//
// Several threads. Directories and locks are the model's too; modes, times and links are not.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dunlin::faults {

enum class Operation : std::uint8_t { create, append, overwrite, truncate, sync, sync_directory, rename, remove };
inline constexpr std::size_t kOperations = 8;
inline constexpr std::string_view kOperationNames[kOperations] = {"create", "append",         "overwrite", "truncate",
                                                                  "sync",   "sync_directory", "rename",    "remove"};

enum class Fault : std::uint8_t {
  fails,     // nothing of the operation happens; IOError
  tears,     // half of an append is written, all of anything else is done; IOError. A torn sync has synced nothing
  full,      // this and every later creation or append answers NoSpace, until give_room()
  no_space,  // as `fails`, but NoSpace, once
  dead,      // this and every later operation fails: the machine has stopped
};

// What a power cut leaves of what was not synced.
enum class Loss : std::uint8_t { all, none, beginning, sectors };

// The files and directories of a disk at rest.
struct Image {
  std::map<std::string, std::string> files;
  std::set<std::string> directories;
};

class Disk : public rocksdb::FileSystem {
 public:
  using Random = std::mt19937_64;
  using IOStatus = rocksdb::IOStatus;
  using IOOptions = rocksdb::IOOptions;
  using FileOptions = rocksdb::FileOptions;
  using Debug = rocksdb::IODebugContext;

  // `root` exists; everything else is made.
  explicit Disk(std::string root) { durable_.directories.insert(trimmed(root)), directories_.insert(trimmed(root)); }
  explicit Disk(const Image& image) : directories_(image.directories) {
    durable_.directories = image.directories;
    for (const auto& [name, octets] : image.files) {
      auto file = std::make_shared<File>();
      file->now = file->synced = octets;
      files_[name] = durable_.files[name] = std::move(file);
    }
  }

  // The nth operation from now on, counted from 1, among those that count.
  void fault(std::uint64_t nth, Fault fault) {
    const std::lock_guard lock(mutex_);
    fault_at_ = operations_ + nth, fault_ = fault;
  }
  void give_room() {
    const std::lock_guard lock(mutex_);
    full_ = false, fault_at_ = 0;
  }
  bool fired() const {
    const std::lock_guard lock(mutex_);
    return fired_.has_value();
  }
  // "append of 000005.log": the operation the fault met.
  std::string fired_at() const {
    const std::lock_guard lock(mutex_);
    return fired_.value_or("nothing");
  }
  std::uint64_t operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }
  std::uint64_t operations(Operation operation) const {
    const std::lock_guard lock(mutex_);
    return by_operation_[static_cast<std::size_t>(operation)];
  }
  // Called before each operation that counts, by the thread that makes it. Not called for operations of its own.
  void before_each(std::function<void(Disk&)> watch) {
    const std::lock_guard lock(mutex_);
    watch_ = std::move(watch);
  }

  Image image() const {
    const std::lock_guard lock(mutex_);
    Image image{{}, directories_};
    for (const auto& [name, file] : files_) image.files[name] = file->now;
    return image;
  }
  // What a power cut at this moment leaves.
  Image after_power_cut(Loss loss, std::uint64_t seed) const {
    const std::lock_guard lock(mutex_);
    Random random(seed);
    Names names = durable_;
    std::size_t kept = loss == Loss::all ? 0 : pending_.size();
    if (loss == Loss::beginning || loss == Loss::sectors) kept = random() % (pending_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(pending_[i], names);
    Image image{{}, names.directories};
    for (const auto& [name, file] : names.files) {
      if (names.directories.contains(directory_of(name))) image.files[name] = left_of(*file, loss, random);
    }
    return image;
  }

  const char* Name() const override { return "dunlin.Disk"; }

  IOStatus NewSequentialFile(const std::string& name, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result, Debug*) override {
    const std::lock_guard lock(mutex_);
    const auto file = find(name);
    if (!file) return missing(name);
    *result = std::make_unique<Sequential>(*this, file);
    return IOStatus::OK();
  }
  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result, Debug*) override {
    const std::lock_guard lock(mutex_);
    const auto file = find(name);
    if (!file) return missing(name);
    *result = std::make_unique<RandomAccess>(*this, file);
    return IOStatus::OK();
  }
  IOStatus NewWritableFile(const std::string& name, const FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* result, Debug*) override {
    // What RocksDB notes for people alone, and reads back at once: half of every opening, and nothing depends on it.
    if (name.find("/OPTIONS-") != std::string::npos) return IOStatus::NotSupported(name);
    return counted(Operation::create, name, [&](bool whole) {
      if (!directories_.contains(directory_of(name))) return missing(directory_of(name));
      auto file = std::make_shared<File>();
      files_[trimmed(name)] = file;
      pending_.push_back({Change::name, trimmed(name), {}, file});
      if (whole) *result = std::make_unique<Writable>(*this, file, trimmed(name));
      return IOStatus::OK();
    });
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result, Debug* debug) override {
    {
      const std::lock_guard lock(mutex_);
      if (const auto file = find(name)) {
        *result = std::make_unique<Writable>(*this, file, trimmed(name));
        return IOStatus::OK();
      }
    }
    return NewWritableFile(name, options, result, debug);
  }
  IOStatus NewRandomRWFile(const std::string& name, const FileOptions&,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* result, Debug*) override {
    const std::lock_guard lock(mutex_);
    const auto file = find(name);
    if (!file) return missing(name);
    *result = std::make_unique<ReadWrite>(*this, file, trimmed(name));
    return IOStatus::OK();
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions&, std::unique_ptr<rocksdb::FSDirectory>* result,
                        Debug*) override {
    const std::lock_guard lock(mutex_);
    if (!directories_.contains(trimmed(name))) return missing(name);
    *result = std::make_unique<Directory>(*this, trimmed(name));
    return IOStatus::OK();
  }
  IOStatus FileExists(const std::string& name, const IOOptions&, Debug*) override {
    const std::lock_guard lock(mutex_);
    return find(name) || directories_.contains(trimmed(name)) ? IOStatus::OK() : IOStatus::NotFound(name);
  }
  IOStatus GetChildren(const std::string& name, const IOOptions&, std::vector<std::string>* result, Debug*) override {
    const std::lock_guard lock(mutex_);
    const std::string directory = trimmed(name);
    if (!directories_.contains(directory)) return missing(name);
    result->clear();
    for (const auto& [path, file] : files_) {
      if (directory_of(path) == directory) result->push_back(path.substr(directory.size() + 1));
    }
    for (const std::string& path : directories_) {
      if (path != directory && directory_of(path) == directory) result->push_back(path.substr(directory.size() + 1));
    }
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions&, Debug*) override {
    return counted(Operation::remove, name, [&](bool) {
      if (files_.erase(trimmed(name)) == 0) return missing(name);
      pending_.push_back({Change::remove, trimmed(name), {}, nullptr});
      return IOStatus::OK();
    });
  }
  IOStatus Truncate(const std::string& name, size_t size, const IOOptions&, Debug*) override {
    return counted(Operation::truncate, name, [&](bool) {
      const auto file = find(name);
      if (!file) return missing(name);
      file->now.resize(size);
      file->rewritten = true;
      return IOStatus::OK();
    });
  }
  IOStatus CreateDir(const std::string& name, const IOOptions& options, Debug* debug) override {
    return CreateDirIfMissing(name, options, debug);
  }
  IOStatus CreateDirIfMissing(const std::string& name, const IOOptions&, Debug*) override {
    {
      const std::lock_guard lock(mutex_);
      if (directories_.contains(trimmed(name))) return IOStatus::OK();
    }
    return counted(Operation::create, name, [&](bool) {
      directories_.insert(trimmed(name));
      pending_.push_back({Change::directory, trimmed(name), {}, nullptr});
      return IOStatus::OK();
    });
  }
  IOStatus DeleteDir(const std::string&, const IOOptions&, Debug*) override { return IOStatus::NotSupported(); }
  IOStatus GetFileSize(const std::string& name, const IOOptions&, std::uint64_t* size, Debug*) override {
    const std::lock_guard lock(mutex_);
    const auto file = find(name);
    if (!file) return missing(name);
    *size = file->now.size();
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time, Debug*) override {
    *time = 0;
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&, Debug*) override {
    return counted(Operation::rename, from, [&](bool) {
      const auto file = find(from);
      if (!file) return missing(from);
      files_.erase(trimmed(from));
      files_[trimmed(to)] = file;
      pending_.push_back({Change::rename, trimmed(to), trimmed(from), file});
      return IOStatus::OK();
    });
  }
  IOStatus LockFile(const std::string& name, const IOOptions&, rocksdb::FileLock** lock, Debug*) override {
    const std::lock_guard guard(mutex_);
    if (!locks_.insert(name).second) return IOStatus::IOError("locked: " + name);
    *lock = new Lock(name);
    return IOStatus::OK();
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, Debug*) override {
    const std::lock_guard guard(mutex_);
    locks_.erase(static_cast<Lock*>(lock)->name);
    delete static_cast<Lock*>(lock);
    return IOStatus::OK();
  }
  IOStatus GetTestDirectory(const IOOptions&, std::string* path, Debug*) override {
    *path = "/";
    return IOStatus::OK();
  }
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* result, Debug*) override {
    *result = std::make_shared<Silent>();
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* absolute, Debug*) override {
    *absolute = path;
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is, Debug*) override {
    const std::lock_guard lock(mutex_);
    *is = directories_.contains(trimmed(path));
    return IOStatus::OK();
  }

 private:
  static constexpr std::size_t kSector = 512;

  struct File {
    std::string now;
    std::string synced;
    bool rewritten = false;  // since the last sync something below synced.size() changed
  };
  using Files = std::map<std::string, std::shared_ptr<File>>;
  struct Names {
    Files files;
    std::set<std::string> directories;
  };
  // Of a directory, since its last sync.
  struct Change {
    enum Kind : std::uint8_t { name, rename, remove, directory } kind;
    std::string path;
    std::string from;
    std::shared_ptr<File> file;
  };

  class Silent : public rocksdb::Logger {
   public:
    using Logger::Logv;
    void Logv(const char*, va_list) override {}
    size_t GetLogFileSize() const override { return 0; }
  };
  struct Lock : rocksdb::FileLock {
    explicit Lock(std::string of) : name(std::move(of)) {}
    std::string name;
  };

  IOStatus read(const File& file, std::uint64_t offset, std::size_t n, rocksdb::Slice* result, char* scratch) const {
    const std::lock_guard lock(mutex_);
    const std::size_t at = std::min<std::size_t>(offset, file.now.size());
    const std::size_t size = std::min(n, file.now.size() - at);
    std::copy_n(file.now.data() + at, size, scratch);
    *result = rocksdb::Slice(scratch, size);
    return IOStatus::OK();
  }

  class Sequential : public rocksdb::FSSequentialFile {
   public:
    Sequential(const Disk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
    IOStatus Read(size_t n, const IOOptions&, rocksdb::Slice* result, char* scratch, Debug*) override {
      const IOStatus status = disk_.read(*file_, position_, n, result, scratch);
      position_ += result->size();
      return status;
    }
    IOStatus Skip(std::uint64_t n) override {
      position_ += n;
      return IOStatus::OK();
    }

   private:
    const Disk& disk_;
    std::shared_ptr<File> file_;
    std::uint64_t position_ = 0;
  };
  class RandomAccess : public rocksdb::FSRandomAccessFile {
   public:
    RandomAccess(const Disk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
    IOStatus Read(std::uint64_t offset, size_t n, const IOOptions&, rocksdb::Slice* result, char* scratch,
                  Debug*) const override {
      return disk_.read(*file_, offset, n, result, scratch);
    }

   private:
    const Disk& disk_;
    std::shared_ptr<File> file_;
  };
  class Writable : public rocksdb::FSWritableFile {
   public:
    Writable(Disk& disk, std::shared_ptr<File> file, std::string name)
        : disk_(disk), file_(std::move(file)), name_(std::move(name)) {}
    IOStatus Append(const rocksdb::Slice& data, const IOOptions&, Debug*) override {
      return disk_.counted(Operation::append, name_, [&](bool whole) {
        file_->now.append(data.data(), whole ? data.size() : data.size() / 2);
        return IOStatus::OK();
      });
    }
    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                    Debug* debug) override {
      return Append(data, options, debug);
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions& options, Debug* debug) override {
      return size == file_->now.size() ? IOStatus::OK() : disk_.Truncate(name_, size, options, debug);
    }
    IOStatus Close(const IOOptions&, Debug*) override { return IOStatus::OK(); }
    IOStatus Flush(const IOOptions&, Debug*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, Debug*) override { return disk_.sync(*file_, name_); }
    std::uint64_t GetFileSize(const IOOptions&, Debug*) override { return file_->now.size(); }

   private:
    Disk& disk_;
    std::shared_ptr<File> file_;
    std::string name_;
  };
  class ReadWrite : public rocksdb::FSRandomRWFile {
   public:
    ReadWrite(Disk& disk, std::shared_ptr<File> file, std::string name)
        : disk_(disk), file_(std::move(file)), name_(std::move(name)) {}
    IOStatus Write(std::uint64_t offset, const rocksdb::Slice& data, const IOOptions&, Debug*) override {
      return disk_.counted(Operation::overwrite, name_, [&](bool whole) {
        const std::size_t size = whole ? data.size() : data.size() / 2;
        if (file_->now.size() < offset + size) file_->now.resize(offset + size);
        std::copy_n(data.data(), size, file_->now.data() + offset);
        file_->rewritten = true;
        return IOStatus::OK();
      });
    }
    IOStatus Read(std::uint64_t offset, size_t n, const IOOptions&, rocksdb::Slice* result, char* scratch,
                  Debug*) const override {
      return disk_.read(*file_, offset, n, result, scratch);
    }
    IOStatus Flush(const IOOptions&, Debug*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, Debug*) override { return disk_.sync(*file_, name_); }
    IOStatus Close(const IOOptions&, Debug*) override { return IOStatus::OK(); }

   private:
    Disk& disk_;
    std::shared_ptr<File> file_;
    std::string name_;
  };
  class Directory : public rocksdb::FSDirectory {
   public:
    Directory(Disk& disk, std::string name) : disk_(disk), name_(std::move(name)) {}
    IOStatus Fsync(const IOOptions&, Debug*) override { return disk_.sync_directory(name_); }
    IOStatus Close(const IOOptions&, Debug*) override { return IOStatus::OK(); }

   private:
    Disk& disk_;
    std::string name_;
  };

  static std::string trimmed(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    for (std::size_t at; (at = path.find("//")) != std::string::npos;) path.erase(at, 1);
    return path;
  }
  static std::string directory_of(const std::string& path) {
    const std::string clean = trimmed(path);
    return clean.substr(0, clean.rfind('/'));
  }
  static IOStatus missing(const std::string& name) { return IOStatus::PathNotFound(name, "No such file or directory"); }
  std::shared_ptr<File> find(const std::string& name) const {
    const auto found = files_.find(trimmed(name));
    return found == files_.end() ? nullptr : found->second;
  }

  // Runs `work(whole)` unless a fault meets this operation; whole is false for what a tear leaves half done.
  template <class Work>
  IOStatus counted(Operation operation, const std::string& name, Work work) {
    std::unique_lock lock(mutex_);
    if (watch_) {
      const std::function<void(Disk&)> watch = std::exchange(watch_, nullptr);
      lock.unlock();
      watch(*this);
      lock.lock();
      watch_ = watch;
    }
    ++operations_;
    ++by_operation_[static_cast<std::size_t>(operation)];
    const bool takes_room = operation == Operation::create || operation == Operation::append;
    if (fault_at_ != 0 && operations_ == fault_at_) {
      fired_ =
          std::string(kOperationNames[static_cast<std::size_t>(operation)]) + " of " + name.substr(name.rfind('/') + 1);
      if (fault_ == Fault::full) full_ = true;
      if (fault_ == Fault::dead) dead_ = true;
      if (fault_ == Fault::no_space) return IOStatus::NoSpace("made up: no space left");
      if (fault_ == Fault::fails || fault_ == Fault::tears) {
        if (fault_ == Fault::tears && operation != Operation::sync && operation != Operation::sync_directory) {
          static_cast<void>(work(false));
        }
        return IOStatus::IOError("made up: the disk failed");
      }
    }
    if (dead_) return IOStatus::IOError("made up: the machine has stopped");
    if (full_ && takes_room) return IOStatus::NoSpace("made up: no space left");
    return work(true);
  }
  IOStatus sync(File& file, const std::string& name) {
    return counted(Operation::sync, name, [&](bool) {
      if (std::exchange(file.rewritten, false)) {
        file.synced = file.now;
      } else {
        file.synced.append(file.now, file.synced.size());
      }
      return IOStatus::OK();
    });
  }
  IOStatus sync_directory(const std::string& name) {
    return counted(Operation::sync_directory, name, [&](bool) {
      std::vector<Change> others;
      for (Change& change : pending_) {
        if (directory_of(change.path) == name) {
          apply(change, durable_);
        } else {
          others.push_back(std::move(change));
        }
      }
      pending_ = std::move(others);
      return IOStatus::OK();
    });
  }
  static void apply(const Change& change, Names& names) {
    switch (change.kind) {
      case Change::name: names.files[change.path] = change.file; break;
      case Change::rename:
        names.files.erase(change.from);
        names.files[change.path] = change.file;
        break;
      case Change::remove: names.files.erase(change.path); break;
      case Change::directory: names.directories.insert(change.path); break;
    }
  }
  static std::string left_of(const File& file, Loss loss, Random& random) {
    if (loss == Loss::all) return file.synced;
    if (loss == Loss::none) return file.now;
    if (file.rewritten) return random() % 2 == 0 ? file.synced : file.now;
    const std::size_t known = file.synced.size();
    const std::size_t size = known + random() % (file.now.size() - known + 1);
    if (loss == Loss::beginning) return file.now.substr(0, size);
    std::string left = random() % 2 == 0 ? file.now : file.now.substr(0, size);
    for (std::size_t at = known; at < left.size(); at = at / kSector * kSector + kSector) {
      if (random() % 2 == 0) continue;
      const std::size_t end = std::min(at / kSector * kSector + kSector, left.size());
      std::fill(left.begin() + static_cast<std::ptrdiff_t>(at), left.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    }
    return left;
  }

  mutable std::mutex mutex_;
  Files files_;
  std::set<std::string> directories_;
  Names durable_;                // names; a file's own octets are in File::synced
  std::vector<Change> pending_;  // in their order
  std::set<std::string> locks_;
  std::uint64_t operations_ = 0;
  std::uint64_t by_operation_[kOperations] = {};
  std::uint64_t fault_at_ = 0;
  Fault fault_ = Fault::fails;
  bool full_ = false;
  bool dead_ = false;
  std::optional<std::string> fired_;
  std::function<void(Disk&)> watch_;
};

// What RocksOptions::env takes. Its clock sleeps not at all: RocksDB pauses for a second after a background write
// failed.
class DiskEnv : public rocksdb::EnvWrapper {
 public:
  explicit DiskEnv(Disk& disk)
      : EnvWrapper(rocksdb::NewCompositeEnv(std::shared_ptr<rocksdb::FileSystem>(&disk, [](rocksdb::FileSystem*) {}))) {
    system_clock_ = std::make_shared<Sleepless>(system_clock_);
  }

 private:
  class Sleepless : public rocksdb::SystemClockWrapper {
   public:
    using SystemClockWrapper::SystemClockWrapper;
    const char* Name() const override { return "dunlin.Sleepless"; }
    void SleepForMicroseconds(int) override {}
  };
};

}  // namespace dunlin::faults

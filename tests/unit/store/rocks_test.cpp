// The store on a disk: who may open it, what it refuses untouched, and what a failing disk leaves.
#include "store/rocks.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>

#include "store/rocks_reading.hpp"
#include "store/rocks_tuning.hpp"
#include "unit/store/scratch.hpp"

namespace dunlin::store::kv {
namespace {

namespace fs = std::filesystem;

// Passes everything on to the machine's own files until its budget of octets is spent: then writes fail with no space
// left, or, when told, syncs of logs fail.
class MeteredFiles : public rocksdb::FileSystemWrapper {
 public:
  MeteredFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  static const char* kClassName() { return "MeteredFiles"; }
  const char* Name() const override { return kClassName(); }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* dbg) override {
    const rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, dbg);
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), *this, name.ends_with(".log"));
    return status;
  }
  void allow(std::int64_t octets) { left_ = octets; }
  void fail_syncs(bool failing) { syncs_fail_ = failing; }

 private:
  class File : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, MeteredFiles& files, bool log)
        : FSWritableFileOwnerWrapper(std::move(file)), files_(files), log_(log) {}
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* dbg) override {
      return files_.spend(data.size()) ? FSWritableFileOwnerWrapper::Append(data, options, dbg)
                                       : rocksdb::IOStatus::NoSpace();
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& info, rocksdb::IODebugContext* dbg) override {
      return files_.spend(data.size()) ? FSWritableFileOwnerWrapper::Append(data, options, info, dbg)
                                       : rocksdb::IOStatus::NoSpace();
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
      return log_ && files_.syncs_fail_ ? rocksdb::IOStatus::IOError("made up")
                                        : FSWritableFileOwnerWrapper::Sync(options, dbg);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
      return log_ && files_.syncs_fail_ ? rocksdb::IOStatus::IOError("made up")
                                        : FSWritableFileOwnerWrapper::Fsync(options, dbg);
    }

   private:
    MeteredFiles& files_;
    bool log_;
  };
  bool spend(std::size_t octets) { return (left_ -= static_cast<std::int64_t>(octets)) >= 0; }

  std::atomic<std::int64_t> left_{INT64_MAX};
  std::atomic<bool> syncs_fail_{false};
};

class RocksStore : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Rocks>> open(const RocksOptions& options = {}) { return Rocks::open(path(), options); }
  std::unique_ptr<Rocks> opened(const RocksOptions& options = {}) {
    auto rocks = open(options);
    EXPECT_TRUE(rocks) << to_string(rocks.error());
    return rocks ? *std::move(rocks) : nullptr;
  }
  fs::path path() const { return scratch_.path() / "store"; }
  static Batch put(const std::string& key, const std::string& value = "value") {
    Batch batch;
    batch.put(Family::jobs, key, value);
    return batch;
  }
  static std::string get(Rocks& rocks, const std::string& name) {
    const Key key{Family::jobs, name};
    const auto values = rocks.get({&key, 1});
    return values ? values->at(0).value_or("-") : to_string(values.error());
  }
  // Names, sizes and contents of all files: what "untouched" means.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(path())) {
      std::ifstream in(entry.path(), std::ios::binary);
      found[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(in), {});
    }
    return found;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path() / name, std::ios::binary) << text;
  }

  Scratch scratch_;
};

TEST_F(RocksStore, WhatWasCommittedIsThereAgain) {
  {
    const auto rocks = opened();
    ASSERT_TRUE(rocks->commit(put("a"), true));
    ASSERT_TRUE(rocks->flush());
    ASSERT_TRUE(rocks->commit(put("b"), true));
  }
  const auto rocks = opened();
  EXPECT_EQ(get(*rocks, "a"), "value");
  EXPECT_EQ(get(*rocks, "b"), "value");
  EXPECT_EQ(get(*rocks, "c"), "-");
  EXPECT_GT(rocks->usage()->store_bytes, 0u);
}

// A directory as the program laid it that knew families up to `consumers` alone, or without one of those.
void lay_older(const fs::path& path, std::size_t families, std::optional<Family> without) {
  fs::create_directories(path);
  fs::permissions(path, fs::perms::owner_all);
  std::ofstream(path / "FORMAT") << "dunlin store 1\n";
  rocksdb::DBOptions options = rocks_options({});
  options.create_if_missing = options.create_missing_column_families = true;
  std::vector<rocksdb::ColumnFamilyDescriptor> some = rocks_families({});
  some.erase(some.begin() + static_cast<std::ptrdiff_t>(families), some.end());
  if (without) some.erase(some.begin() + static_cast<std::ptrdiff_t>(*without));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path.string(), some, &handles, &db).ok());
  const std::unique_ptr<rocksdb::DB> closed(db);
  ASSERT_TRUE(db->Put({}, handles[static_cast<std::size_t>(Family::jobs)], "a", "value").ok());
  ASSERT_TRUE(db->Flush({}, handles[static_cast<std::size_t>(Family::jobs)]).ok());
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
}

TEST_F(RocksStore, AnOlderStoreGetsTheFamiliesItLacks) {
  for (const std::size_t families : {std::size_t{17}, kFamilies - 1}) {
    fs::remove_all(path());
    ASSERT_NO_FATAL_FAILURE(lay_older(path(), families, std::nullopt));
    {
      auto looking = RocksReading::claim(path());
      ASSERT_TRUE(looking) << to_string(looking.error());
      ASSERT_TRUE(looking->open_rows());
      std::size_t rows = 0;
      for (std::size_t i = 0; i < kFamilies; ++i) {
        looking->walk(
            static_cast<Family>(i), [&](auto, auto) { ++rows; }, [](const Unreadable&) { ADD_FAILURE(); });
      }
      EXPECT_EQ(rows, 1u);
      const Key key{Family::references, "a"};
      EXPECT_FALSE(looking->get({&key, 1}).at(0).value);
    }
    for (int again = 0; again < 2; ++again) {
      const auto rocks = opened();
      ASSERT_TRUE(rocks);
      EXPECT_EQ(get(*rocks, "a"), "value");
      const Key key{Family::references, "r"};
      EXPECT_EQ(rocks->get({&key, 1})->at(0), again == 0 ? std::nullopt : std::optional<std::string>("there"));
      Batch batch;
      batch.put(key, "there");
      ASSERT_TRUE(rocks->commit(batch, true));
    }
  }
}

TEST_F(RocksStore, AFamilyThatEveryStoreHasIsNotMadeUp) {
  ASSERT_NO_FATAL_FAILURE(lay_older(path(), kFamilies, Family::sent));
  const auto rocks = open();
  ASSERT_FALSE(rocks);
  EXPECT_EQ(rocks.error().code, "store_corrupt");
}

TEST_F(RocksStore, TheDirectoryIsItsOwnersAlone) {
  const auto rocks = opened();
  struct stat seen {};
  ASSERT_EQ(::stat(path().c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 07777, 0700u);
  EXPECT_EQ(files()["FORMAT"], "dunlin store 1\n");
}

TEST_F(RocksStore, ASecondProcessIsRefusedAndToldWhoHoldsIt) {
  auto rocks = opened();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto second = Rocks::open(path());
    const std::string expected = "is in use by process " + std::to_string(::getppid());
    ::_exit(!second && second.error().code == "store_locked" && second.error().detail == expected ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "store_locked");
  EXPECT_EQ(second.error().where, path().string());
  rocks.reset();
  EXPECT_TRUE(open());
}

TEST_F(RocksStore, ANewerStoreIsRefusedUntouched) {
  ASSERT_TRUE(opened()->flush());
  write("FORMAT", "dunlin store 2\n");
  const auto before = files();
  for (const char* text : {"dunlin store 2\n", "dunlin store 99999999999999999999\n"}) {
    write("FORMAT", text);
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "store_newer");
    EXPECT_EQ(refused.error().where, path().string());
  }
  write("FORMAT", "dunlin store 2\n");
  EXPECT_EQ(files(), before);
  RocksOptions later;
  later.format = 2;
  EXPECT_TRUE(open(later)) << "a later version reads it";
}

TEST_F(RocksStore, AForeignDirectoryIsRefusedUntouched) {
  fs::create_directory(path());
  write("somebody's.txt", "theirs");
  const auto before = files();
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "store_foreign");
  EXPECT_EQ(refused.error().where, path().string());
  EXPECT_EQ(files(), before);
}

TEST_F(RocksStore, AnEmptyDirectoryIsTakenAlsoAfterAnInterruptedStart) {
  fs::create_directory(path());
  write("LOCK.pid", "123\n");
  write("FORMAT.new", "dunlin st");
  EXPECT_TRUE(opened()->commit(put("a"), true));
}

TEST_F(RocksStore, WhatCanBeNoStoreIsNamed) {
  const auto missing = Rocks::open(scratch_.path() / "no" / "store");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "store_missing");
  EXPECT_EQ(missing.error().where, (scratch_.path() / "no" / "store").string());
  std::ofstream(path()) << "a file";
  EXPECT_EQ(open().error().code, "store_io");
}

TEST_F(RocksStore, ADamagedFormatFileIsCorrupt) {
  opened();
  for (const char* text :
       {"", "dunlin store", "dunlin store x", "dunlin store 0", "dunlin store 1 or so", "another store 1"}) {
    write("FORMAT", text);
    const auto refused = open();
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, "store_corrupt") << text;
  }
}

TEST_F(RocksStore, AStoreWithoutItsCurrentFileIsNotBegunAnew) {
  {
    const auto rocks = opened();
    ASSERT_TRUE(rocks->commit(put("a"), true));
    ASSERT_TRUE(rocks->flush());
  }
  fs::remove(path() / "CURRENT");
  EXPECT_EQ(open().error().code, "store_corrupt");
}

TEST_F(RocksStore, ADamagedTableIsCorrupt) {
  {
    const auto rocks = opened();
    ASSERT_TRUE(rocks->commit(put("a", std::string(5000, 'v')), true));
    ASSERT_TRUE(rocks->flush());
  }
  for (const auto& [name, text] : files()) {
    if (name.ends_with(".sst")) write(name, std::string(200, 'x') + text.substr(200));
  }
  const auto rocks = open();
  if (!rocks) {
    EXPECT_EQ(rocks.error().code, "store_corrupt");
    return;
  }
  const Key key{Family::jobs, "a"};
  const auto values = (*rocks)->get({&key, 1});
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code, "store_corrupt");
  EXPECT_EQ(values.error().where, path().string());
}

// A log damaged behind its head, or shorter than it was, held acknowledged writes: they are not dropped in silence. A
// write that nobody was answered for may end in the middle.
TEST_F(RocksStore, ALogThatLostAcknowledgedWritesIsCorruptAndOneThatEndsInAnUnansweredWriteIsNot) {
  {
    const auto rocks = opened();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(rocks->commit(put(std::to_string(i), std::string(2000, 'v')), true));
  }
  std::string log;
  for (const auto& [name, text] : files()) {
    if (name.ends_with(".log") && text.size() > 50000) log = name;
  }
  ASSERT_FALSE(log.empty());
  const std::string whole = files()[log];
  std::string damaged = whole;
  damaged.replace(20000, 4, "oops");
  for (const std::string& lossy : {damaged, whole.substr(0, whole.size() - 700), std::string()}) {
    write(log, lossy);
    const auto before = files();
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "store_corrupt");
    EXPECT_EQ(refused.error().where, (path() / log).string());
    EXPECT_EQ(files(), before);
  }
  write(log, whole + whole.substr(0, 700));
  const auto rocks = opened();
  ASSERT_NE(rocks, nullptr);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(get(*rocks, std::to_string(i)), std::string(2000, 'v'));
}

// What a full disk leaves: every acknowledged row, and it goes on once there is room.
TEST_F(RocksStore, AFullDiskIsNamedLatchesAndLosesNothing) {
  const auto metered = std::make_shared<MeteredFiles>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(metered);
  RocksOptions options;
  options.env = env.get();
  auto rocks = opened(options);
  metered->allow(200'000);
  int acknowledged = 0;
  Result<void> last;
  while (acknowledged < 1000 && (last = rocks->commit(put(std::to_string(acknowledged), std::string(1000, 'v')), true)))
    ++acknowledged;
  ASSERT_FALSE(last);
  EXPECT_GT(acknowledged, 100);
  EXPECT_EQ(last.error().code, "store_full");
  EXPECT_EQ(last.error().where, path().string());
  metered->allow(INT64_MAX);
  EXPECT_EQ(rocks->commit(put("after"), true).error(), last.error()) << "not before it is opened anew";
  EXPECT_EQ(get(*rocks, "0"), std::string(1000, 'v')) << "reading goes on";
  rocks.reset();
  rocks = opened(options);
  for (int i = 0; i < acknowledged; ++i) ASSERT_EQ(get(*rocks, std::to_string(i)), std::string(1000, 'v')) << i;
  EXPECT_EQ(get(*rocks, "after"), "-");
  EXPECT_TRUE(rocks->commit(put("after"), true));
}

TEST_F(RocksStore, AFailedSyncIsAnErrorThatLatches) {
  const auto metered = std::make_shared<MeteredFiles>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(metered);
  RocksOptions options;
  options.env = env.get();
  auto rocks = opened(options);
  ASSERT_TRUE(rocks->commit(put("before"), true));
  metered->fail_syncs(true);
  EXPECT_EQ(rocks->commit(put("doubtful"), true).error().code, "store_io");
  metered->fail_syncs(false);
  EXPECT_EQ(rocks->commit(put("after"), true).error().code, "store_io");
  rocks.reset();
  rocks = opened(options);
  EXPECT_EQ(get(*rocks, "before"), "value");
  EXPECT_EQ(get(*rocks, "after"), "-");
}

// Killed without a word: what was acknowledged is there.
TEST_F(RocksStore, AKilledProcessLosesNothingAcknowledged) {
  int pipes[2];
  ASSERT_EQ(::pipe(pipes), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto rocks = Rocks::open(path());
    if (!rocks) ::_exit(1);
    for (char i = 0; i < 100; ++i) {
      if (!(*rocks)->commit(put(std::to_string(i)), true) || ::write(pipes[1], &i, 1) != 1) ::_exit(1);
    }
    ::kill(::getpid(), SIGKILL);
  }
  ::close(pipes[1]);
  int acknowledged = 0;
  for (char i = 0; ::read(pipes[0], &i, 1) == 1; ++acknowledged) EXPECT_EQ(i, acknowledged);
  ::close(pipes[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(acknowledged, 100);
  const auto rocks = opened();
  for (int i = 0; i < acknowledged; ++i) EXPECT_EQ(get(*rocks, std::to_string(i)), "value");
}

}  // namespace
}  // namespace dunlin::store::kv

// Corruption is told apart from emptiness: every file of a store, damaged in every way, either changes nothing that is
// read, or opening or reading names the file. No store is ever begun over the rest of one.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "faults/disk.hpp"
#include "faults/history.hpp"
#include "store/rocks.hpp"
#include "store/rocks_log.hpp"
#include "store/rocks_mark.hpp"
#include "unit/store/scratch.hpp"

namespace dunlin::faults {
namespace {

using store::kv::Rocks;
using store::kv::RocksOptions;

constexpr std::size_t kCommits = 60;
constexpr std::size_t kFlushAt = 25;  // what comes after lies in logs alone

const History& history() {
  static const History made(kCommits);
  return made;
}

class StoreDamage : public ::testing::Test {
 protected:
  void SetUp() override {
    Disk disk(root());
    DiskEnv env(disk);
    {
      auto rocks = Rocks::open(path(), {.env = &env});
      ASSERT_TRUE(rocks) << to_string(rocks.error());
      for (std::size_t number = 1; number <= kCommits; ++number) {
        ASSERT_TRUE((*rocks)->commit(history().commit(number), true));
        if (number == kFlushAt) {
          ASSERT_TRUE((*rocks)->flush());
        }
      }
    }
    sound_ = disk.image();
  }
  std::string root() const { return scratch_.path(); }
  std::string path() const { return scratch_.path() / "store"; }

  static std::string name_of(const std::string& file) { return file.substr(file.rfind('/') + 1); }
  std::string only(std::string_view beginning, std::string_view end) const {
    std::string found;
    for (const auto& [file, octets] : sound_.files) {
      if (name_of(file).starts_with(beginning) && file.ends_with(end) && !octets.empty()) found = file;
    }
    EXPECT_FALSE(found.empty()) << beginning << end;
    return found;
  }
  // What opening and reading everything answers, on a disk that has these files.
  Result<State> opened(Disk& disk) {
    DiskEnv env(disk);
    auto rocks = Rocks::open(path(), {.env = &env});
    if (!rocks) return tl::unexpected<Error>(rocks.error());
    return History::read(**rocks);
  }
  // The damage changes nothing, or is refused with the file's name and the files left as they are.
  void expect_told(const Image& image, const std::string& file, const std::string& what, bool must_be_refused) {
    Disk disk(image);
    const Result<State> state = opened(disk);
    const std::string name = name_of(file);
    if (state) {
      EXPECT_FALSE(must_be_refused) << name << " " << what << " went unseen";
      EXPECT_EQ(*state, history().after(kCommits)) << name << " " << what << ": something is lost in silence";
      return;
    }
    EXPECT_EQ(state.error().code, "store_corrupt") << name << " " << what << ": " << to_string(state.error());
    EXPECT_NE(to_string(state.error()).find(name), std::string::npos)
        << name << " " << what << ": " << to_string(state.error());
    if (name.ends_with(".sst")) return;  // found when it is read: the store was open
    EXPECT_EQ(disk.image().files, image.files) << name << " " << what << ": something was touched";
  }
  static bool holds_data(const std::string& file) {
    const std::string name = name_of(file);
    return name == "FORMAT" || name == "CURRENT" || name.starts_with("MANIFEST") || name.ends_with(".sst") ||
           name.ends_with(".log");
  }

  store::Scratch scratch_;
  Image sound_;
};

TEST_F(StoreDamage, AnUndamagedStoreIsWhole) {
  Disk disk(sound_);
  const auto state = opened(disk);
  ASSERT_TRUE(state) << to_string(state.error());
  EXPECT_EQ(*state, history().after(kCommits));
  EXPECT_NE(only("", ".sst"), only("", ".log"));
}

TEST_F(StoreDamage, EveryFileThatIsFlippedShortenedEmptiedOrGoneIsNamed) {
  std::size_t kinds = 0;
  for (const auto& [file, octets] : sound_.files) {
    const bool must = holds_data(file) && !octets.empty();
    Image image = sound_;
    if (!octets.empty()) {
      image.files[file][octets.size() / 2] ^= 0x40;
      expect_told(image, file, "flipped in the middle", must);
      image.files[file] = octets.substr(0, octets.size() / 2);
      expect_told(image, file, "cut in half", must);
      image.files[file].clear();
      expect_told(image, file, "emptied", must);
      kinds += 3;
    }
    image.files.erase(file);
    expect_told(image, file, "gone", must);
    ++kinds;
  }
  EXPECT_GT(kinds, 40u);
}

// Lengths and types are octets too: what a reader takes for an end or skips must not hide what lies behind.
TEST_F(StoreDamage, AnyOctetOfALogOrManifestThatIsFlippedIsNamed) {
  for (const std::string& file : {only("MANIFEST", ""), only("", ".log")}) {
    const std::string whole = sound_.files[file];
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 61 + 1) {
      Image image = sound_;
      image.files[file][at] ^= static_cast<char>(1 << at % 8);
      expect_told(image, file, "flipped at " + std::to_string(at), true);
    }
    // The heads of its first records, octet by octet.
    for (std::size_t at = 0; at < 30; ++at) {
      Image image = sound_;
      image.files[file][at] ^= 0x11;
      expect_told(image, file, "flipped at " + std::to_string(at), true);
    }
  }
}

TEST_F(StoreDamage, ZerosInTheMiddleOfALogAreNotSkipped) {
  const std::string file = only("", ".log");
  const std::string whole = sound_.files[file];
  ASSERT_GT(whole.size(), 70000u);
  for (const auto& [from, to] :
       {std::pair<std::size_t, std::size_t>{0, 4096}, {4096, 8192}, {32768, 65536}, {0, 65536}}) {
    Image image = sound_;
    std::fill(image.files[file].begin() + static_cast<std::ptrdiff_t>(from),
              image.files[file].begin() + static_cast<std::ptrdiff_t>(to), '\0');
    expect_told(image, file, "zeros from " + std::to_string(from), true);
  }
}

// Any shorter log than the acknowledged one is told by the mark, wherever it ends.
TEST_F(StoreDamage, ALogThatEndsEarlyIsNamedWhereverItEnds) {
  const std::string file = only("", ".log");
  const std::string whole = sound_.files[file];
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 53 + 1) {
    Image image = sound_;
    image.files[file].resize(size);
    expect_told(image, file, "cut at " + std::to_string(size), true);
  }
}

TEST_F(StoreDamage, EveryManifestThatEndsEarlyIsNamedOrLosesNothing) {
  const std::string file = only("MANIFEST", "");
  const std::string whole = sound_.files[file];
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 97 + 1) {
    Image image = sound_;
    image.files[file].resize(size);
    Disk disk(image);
    const auto state = opened(disk);
    if (state) {
      EXPECT_EQ(*state, history().after(kCommits)) << "cut at " << size;
    } else {
      EXPECT_EQ(state.error().code, "store_corrupt") << "cut at " << size << ": " << to_string(state.error());
    }
  }
}

// All of RocksDB's files gone, or all but some: the rest says that there was a store.
TEST_F(StoreDamage, WhatIsLeftOfAStoreIsNotBegunAnew) {
  const std::function<bool(const std::string&)> kept[] = {
      [](const std::string& name) { return name == "FORMAT" || name == store::kv::kMarkFile; },
      [](const std::string& name) { return name == store::kv::kMarkFile; },
      [](const std::string& name) { return name == "FORMAT" || name.ends_with(".sst"); },
      [](const std::string& name) { return name == "FORMAT" || name.ends_with(".log"); },
      [](const std::string& name) { return !name.ends_with(".sst"); },
      [](const std::string& name) { return !name.ends_with(".sst") && !name.ends_with(".log"); },
      [](const std::string& name) { return !name.ends_with(".sst") && !name.ends_with(".log") && name != "CURRENT"; },
  };
  int number = 0;
  for (const auto& keeps : kept) {
    Image image = sound_;
    std::erase_if(image.files, [&](const auto& file) { return !keeps(name_of(file.first)); });
    Disk disk(image);
    const auto state = opened(disk);
    ASSERT_FALSE(state) << number;
    EXPECT_EQ(state.error().code, "store_corrupt") << number << " " << to_string(state.error());
    EXPECT_EQ(disk.image().files, image.files) << number << ": something was touched";
    ++number;
  }
}

// A mark that is gone or can't be read says nothing: the rest is read as far as it goes, and the mark is laid again.
TEST_F(StoreDamage, AStoreWithoutAMarkGoesOnAndGetsOne) {
  const std::string mark = path() + "/" + store::kv::kMarkFile;
  for (const bool gone : {true, false}) {
    Image image = sound_;
    if (gone) {
      image.files.erase(mark);
    } else {
      image.files[mark][20] ^= 1;
    }
    Disk disk(image);
    {
      DiskEnv env(disk);
      auto rocks = Rocks::open(path(), {.env = &env});
      ASSERT_TRUE(rocks) << to_string(rocks.error());
      EXPECT_EQ(*History::read(**rocks), history().after(kCommits));
      Batch batch;
      batch.put(Family::meta, "one", "more");
      ASSERT_TRUE((*rocks)->commit(batch, true));
    }
    const auto found = store::kv::read_mark(disk, path());
    ASSERT_TRUE(found && found->mark);
    EXPECT_GT(found->mark->write, 0u);
    image = disk.image();
    std::erase_if(image.files, [](const auto& file) { return file.first.ends_with(".log"); });
    Disk lost(image);
    EXPECT_FALSE(opened(lost));
  }
}

TEST(Crc32c, IsTheOneOfTheStandard) {
  EXPECT_EQ(store::kv::crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(store::kv::crc32c("6789", store::kv::crc32c("12345")), 0xE3069283U);
  EXPECT_EQ(store::kv::crc32c(""), 0u);
}

}  // namespace
}  // namespace dunlin::faults

// The contract of store::Kv, held over both stores.
#include "store/kv.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/keys.hpp"
#include "store/memory.hpp"
#include "store/rocks.hpp"
#include "unit/store/scratch.hpp"

namespace dunlin::store {
namespace {

class OverMemory {
 public:
  Kv& kv() { return memory_; }
  void reopen() { memory_.reopen(); }

 private:
  kv::Memory memory_;
};

class OverRocks {
 public:
  OverRocks() { reopen(); }
  Kv& kv() { return *rocks_; }
  void reopen() {
    rocks_.reset();
    auto opened = kv::Rocks::open(scratch_.path() / "store");
    ASSERT_TRUE(opened) << to_string(opened.error());
    rocks_ = *std::move(opened);
  }

 private:
  Scratch scratch_;
  std::unique_ptr<kv::Rocks> rocks_;
};

template <class Store>
class KvContract : public ::testing::Test {
 protected:
  Kv& kv() { return store_.kv(); }
  void commit(const Batch& batch) {
    const Result<void> done = kv().commit(batch, true);
    ASSERT_TRUE(done) << to_string(done.error());
  }
  void put(Family family, std::string key, std::string value) {
    Batch batch;
    batch.put(family, std::move(key), std::move(value));
    commit(batch);
  }
  std::optional<std::string> get(Family family, std::string key) {
    const Key wanted{family, std::move(key)};
    auto values = kv().get({&wanted, 1});
    EXPECT_TRUE(values);
    return values ? values->at(0) : std::nullopt;
  }
  std::vector<std::string> scan(Range range) {
    const auto rows = kv().scan(range);
    EXPECT_TRUE(rows);
    std::vector<std::string> found;
    if (rows) {
      for (const Row& row : *rows) found.push_back(row.key);
    }
    return found;
  }
  std::optional<std::string> last(Family family, std::string_view first, std::string_view before) {
    const auto row = kv().last(family, first, before);
    EXPECT_TRUE(row);
    return row && *row ? std::optional((*row)->key) : std::nullopt;
  }
  void abc() {
    Batch batch;
    for (const char* key : {"c", "a", "b", "ab"}) batch.put(Family::events, key, std::string("value of ") + key);
    commit(batch);
  }

  Store store_;
};

using Stores = ::testing::Types<OverMemory, OverRocks>;
TYPED_TEST_SUITE(KvContract, Stores);

using Strings = std::vector<std::string>;

TYPED_TEST(KvContract, AnEmptyStoreHasNothing) {
  for (std::size_t family = 0; family < kFamilies; ++family) {
    EXPECT_EQ(this->get(static_cast<Family>(family), "x"), std::nullopt);
    EXPECT_EQ(this->scan({static_cast<Family>(family), "", "", 10}), Strings{});
    EXPECT_EQ(this->last(static_cast<Family>(family), "", ""), std::nullopt);
  }
  EXPECT_TRUE(this->kv().get({})->empty());
  EXPECT_TRUE(this->kv().commit(Batch(), true));
}

TYPED_TEST(KvContract, FamiliesAreApart) {
  Batch batch;
  for (std::size_t family = 0; family < kFamilies; ++family) {
    batch.put(static_cast<Family>(family), "key", std::string(family_name(static_cast<Family>(family))));
  }
  this->commit(batch);
  this->store_.reopen();
  for (std::size_t family = 0; family < kFamilies; ++family) {
    EXPECT_EQ(this->get(static_cast<Family>(family), "key"), family_name(static_cast<Family>(family)));
    EXPECT_EQ(this->scan({static_cast<Family>(family), "", "", 10}), Strings{"key"});
  }
}

TYPED_TEST(KvContract, GetAnswersInTheOrderOfItsKeysAlsoForThoseAskedTwice) {
  Batch batch;
  for (int i = 0; i < 700; ++i)
    batch.put(i % 2 == 0 ? Family::jobs : Family::ids, std::to_string(i), "v" + std::to_string(i));
  this->commit(batch);
  std::vector<Key> keys;
  for (int i = 699; i >= 0; --i) {
    keys.push_back({i % 2 == 0 ? Family::jobs : Family::ids, std::to_string(i)});
    keys.push_back({i % 2 == 0 ? Family::ids : Family::jobs, std::to_string(i)});  // not there
  }
  keys.push_back(keys.front());
  const auto values = this->kv().get(keys);
  ASSERT_TRUE(values);
  ASSERT_EQ(values->size(), keys.size());
  for (std::size_t i = 0; i < 700; ++i) {
    EXPECT_EQ((*values)[2 * i], "v" + std::to_string(699 - i));
    EXPECT_EQ((*values)[2 * i + 1], std::nullopt);
  }
  EXPECT_EQ(values->back(), "v699");
}

TYPED_TEST(KvContract, KeysAndValuesAreOctets) {
  const std::string key("\0\xFF\0", 3);
  const std::string value("\0\n\xFF", 3);
  this->put(Family::sent, key, value);
  this->put(Family::sent, "empty", "");
  this->put(Family::sent, std::string(3000, 'k'), std::string(300000, 'v'));
  EXPECT_EQ(this->get(Family::sent, key), value);
  EXPECT_EQ(this->get(Family::sent, "empty"), "");
  EXPECT_EQ(this->get(Family::sent, std::string(3000, 'k')), std::string(300000, 'v'));
}

TYPED_TEST(KvContract, ScansAreHalfOpenOrderedAndBounded) {
  this->abc();
  EXPECT_EQ(this->scan({Family::events, "", "", 10}), (Strings{"a", "ab", "b", "c"}));
  EXPECT_EQ(this->scan({Family::events, "a", "c", 10}), (Strings{"a", "ab", "b"}));
  EXPECT_EQ(this->scan({Family::events, "aa", "", 2}), (Strings{"ab", "b"}));
  EXPECT_EQ(this->scan({Family::events, "", "", 0}), Strings{});
  EXPECT_EQ(this->scan({Family::events, "b", "b", 10}), Strings{});
  EXPECT_EQ(this->scan({Family::events, "c", "a", 10}), Strings{});
  EXPECT_EQ(this->scan({Family::events, "d", "", 10}), Strings{});
  EXPECT_EQ(this->kv().scan({Family::events, "b", "", 1})->at(0).value, "value of b");
}

TYPED_TEST(KvContract, LastIsTheGreatestBelow) {
  this->abc();
  EXPECT_EQ(this->last(Family::events, "", ""), "c");
  EXPECT_EQ(this->last(Family::events, "", "c"), "b");
  EXPECT_EQ(this->last(Family::events, "", "bb"), "b");
  EXPECT_EQ(this->last(Family::events, "", "a"), std::nullopt);
  EXPECT_EQ(this->last(Family::events, "b", "c"), "b");
  EXPECT_EQ(this->last(Family::events, "ba", "c"), std::nullopt);
  EXPECT_EQ(this->last(Family::events, "c", "a"), std::nullopt);
  EXPECT_EQ(this->last(Family::events, "b", "b"), std::nullopt);
}

TYPED_TEST(KvContract, TheLastWriteToAKeyWins) {
  this->put(Family::jobs, "old", "1");
  Batch batch;
  batch.put(Family::jobs, "twice", "1");
  batch.put(Family::jobs, "twice", "2");
  batch.erase(Family::jobs, "old");
  batch.put(Family::jobs, "gone", "1");
  batch.erase(Family::jobs, "gone");
  batch.erase(Family::jobs, "back");
  batch.put(Family::jobs, "back", "1");
  this->commit(batch);
  EXPECT_EQ(this->scan({Family::jobs, "", "", 10}), (Strings{"back", "twice"}));
  EXPECT_EQ(this->get(Family::jobs, "twice"), "2");
}

// As the engine forgets old events: from the front, while new ones are put behind, all in one memtable.
TYPED_TEST(KvContract, OldEventsGoFromTheFrontWhileNewOnesCome) {
  constexpr std::uint64_t kEvents = 5000;
  for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
    Batch batch;
    batch.put(keys::event(seq), "event");
    if (seq > 100) batch.erase(keys::event(seq - 100));
    this->commit(batch);
  }
  const auto left = this->scan({Family::events, "", "", kEvents});
  ASSERT_EQ(left.size(), 100u);
  EXPECT_EQ(left.front(), keys::event(kEvents - 99).key);
  EXPECT_EQ(left.back(), keys::event(kEvents).key);
}

TYPED_TEST(KvContract, UsageIsKnown) {
  const auto usage = this->kv().usage();
  ASSERT_TRUE(usage);
  EXPECT_GT(usage->free_bytes, 0u);
}

// What a reader sees is always a whole number of commits, in their order.
TYPED_TEST(KvContract, ReadersMayReadWhileOneCommits) {
  constexpr std::uint64_t kCommits = 300;
  std::atomic<bool> done{false};
  std::thread reader([&] {
    std::uint64_t seen = 0;
    while (!done.load()) {
      const auto row = this->kv().last(Family::events, {}, {});
      ASSERT_TRUE(row);
      if (!*row) continue;
      const std::uint64_t now = *keys::parse_event((*row)->key);
      ASSERT_GE(now, seen);
      seen = now;
      const auto rows = this->kv().scan(keys::events(seen, 5));
      ASSERT_TRUE(rows);
      ASSERT_FALSE(rows->empty());
      const Key job = keys::job(seen);
      const auto values = this->kv().get({&job, 1});
      ASSERT_TRUE(values);
      ASSERT_EQ(values->at(0), "job");
    }
  });
  for (std::uint64_t seq = 1; seq <= kCommits; ++seq) {
    Batch batch;
    batch.put(keys::event(seq), "event");
    batch.put(keys::job(seq), "job");
    const Result<void> committed = this->kv().commit(batch, false);
    EXPECT_TRUE(committed);
  }
  done = true;
  reader.join();
  EXPECT_EQ(this->scan(keys::events(0, 1000)).size(), kCommits);
}

TEST(FamilyName, IsTheRowOfEach) {
  EXPECT_EQ(family_name(Family::meta), "meta");
  EXPECT_EQ(family_name(Family::consumers), "consumers");
  for (std::size_t i = 0; i < kFamilies; ++i) EXPECT_FALSE(family_name(static_cast<Family>(i)).empty());
}

}  // namespace
}  // namespace dunlin::store

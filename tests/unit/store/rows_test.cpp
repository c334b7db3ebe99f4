#include "store/rows.hpp"

#include <gtest/gtest.h>

#include <map>

#include "store/keys.hpp"
#include "store/memory.hpp"
#include "unit/store/samples.hpp"

namespace dunlin::store {
namespace {

constexpr std::size_t kPlenty = 1 << 20;

Key key(const std::string& name) { return {Family::people, name}; }

// What a batch comes to: the last write to a key wins.
std::map<Key, std::optional<std::string>> writes(const Batch& batch) {
  std::map<Key, std::optional<std::string>> found;
  for (const Batch::Write& write : batch.writes()) {
    found[{write.family, std::string(batch.key(write))}] =
        write.erase ? std::nullopt : std::optional(std::string(batch.value(write)));
  }
  return found;
}

// What a caller sees: "?" unknown, "-" absent, else the value.
std::string see(Rows& rows, const Key& wanted) {
  const std::optional<std::string>* row = rows.get(wanted);
  return row == nullptr ? "?" : row->value_or("-");
}

TEST(Rows, AnUnknownKeyIsWantedOnceAndThenKnown) {
  Rows rows(kPlenty);
  EXPECT_EQ(see(rows, key("a")), "?");
  EXPECT_EQ(see(rows, key("b")), "?");
  EXPECT_EQ(see(rows, key("a")), "?");
  EXPECT_EQ(see(rows, {Family::accounts, "a"}), "?");
  EXPECT_TRUE(rows.wants_any());
  EXPECT_EQ(rows.take_wanted(), (std::vector<Key>{key("a"), key("b"), {Family::accounts, "a"}}));
  EXPECT_FALSE(rows.wants_any());
  EXPECT_TRUE(rows.take_wanted().empty());
  EXPECT_EQ(see(rows, key("a")), "?");
  EXPECT_TRUE(rows.take_wanted().empty()) << "asked for already";
  rows.learn(key("a"), "1");
  rows.learn(key("b"), std::nullopt);
  EXPECT_EQ(see(rows, key("a")), "1");
  EXPECT_EQ(see(rows, key("b")), "-");
  EXPECT_EQ(see(rows, {Family::accounts, "a"}), "?") << "families are apart";
  EXPECT_TRUE(rows.known(key("b")));
  EXPECT_FALSE(rows.known(key("c")));
}

TEST(Rows, WritesAreSeenAtOnceAndInTheBatchOnce) {
  Rows rows(kPlenty);
  rows.put(key("a"), "1");
  rows.put(key("a"), "2");
  EXPECT_EQ(see(rows, key("a")), "2");
  rows.learn(key("b"), "old");
  rows.erase(key("b"));
  EXPECT_EQ(see(rows, key("b")), "-");
  EXPECT_FALSE(rows.batch_empty());
  EXPECT_EQ(writes(rows.take_batch()),
            (std::map<Key, std::optional<std::string>>{{key("a"), "2"}, {key("b"), std::nullopt}}));
  EXPECT_TRUE(rows.batch_empty());
  EXPECT_TRUE(rows.take_batch().empty());
  EXPECT_EQ(see(rows, key("a")), "2") << "the next turn sees it before it is committed";
}

TEST(Rows, WhatWasReadLateNeverHidesAWrite) {
  Rows rows(kPlenty);
  EXPECT_EQ(see(rows, key("a")), "?");
  rows.put(key("a"), "new");
  rows.learn(key("a"), "old");
  EXPECT_EQ(see(rows, key("a")), "new");
  rows.erase(key("b"));
  rows.learn(key("b"), "old");
  EXPECT_EQ(see(rows, key("b")), "-");
}

TEST(Rows, PutAndEraseOfWhatWasNeverOnDiskLeaveNothing) {
  Rows rows(kPlenty);
  rows.learn(key("absent"), std::nullopt);
  rows.put(key("absent"), "1");
  rows.erase(key("absent"));
  rows.insert(key("new"), "1");
  rows.erase(key("new"));
  rows.put(key("unknown"), "1");
  rows.erase(key("unknown"));
  rows.learn(key("present"), "0");
  rows.put(key("present"), "1");
  rows.erase(key("present"));
  EXPECT_EQ(writes(rows.take_batch()), (std::map<Key, std::optional<std::string>>{{key("unknown"), std::nullopt},
                                                                                  {key("present"), std::nullopt}}));
  // Of the next batch: what the last one put is on disk then, what it erased is not.
  rows.put(key("absent"), "2");
  EXPECT_EQ(writes(rows.take_batch()), (std::map<Key, std::optional<std::string>>{{key("absent"), "2"}}));
  rows.erase(key("absent"));
  rows.erase(key("present"));
  EXPECT_EQ(writes(rows.take_batch()), (std::map<Key, std::optional<std::string>>{{key("absent"), std::nullopt}}));
}

TEST(Rows, BlindWritesAreNotKept) {
  Rows rows(kPlenty);
  const std::size_t before = rows.octets();
  rows.blind_put(key("a"), "1");
  rows.blind_erase(key("b"));
  EXPECT_EQ(see(rows, key("a")), "?");
  EXPECT_EQ(rows.octets(), before);
  EXPECT_EQ(writes(rows.take_batch()),
            (std::map<Key, std::optional<std::string>>{{key("a"), "1"}, {key("b"), std::nullopt}}));
}

TEST(Rows, BlindInsertAndEraseLeaveNothing) {
  Rows rows(kPlenty);
  rows.blind_insert(key("in out"), "1");
  rows.blind_erase(key("in out"));
  rows.blind_insert(key("in out in"), "1");
  rows.blind_erase(key("in out in"));
  rows.blind_insert(key("in out in"), "2");
  rows.blind_erase(key("out in"));
  rows.blind_insert(key("out in"), "3");
  rows.blind_erase(key("out in out"));
  rows.blind_insert(key("out in out"), "4");
  rows.blind_erase(key("out in out"));
  rows.blind_put(key("put out"), "5");
  rows.blind_erase(key("put out"));
  EXPECT_EQ(writes(rows.take_batch()), (std::map<Key, std::optional<std::string>>{{key("in out in"), "2"},
                                                                                  {key("out in"), "3"},
                                                                                  {key("out in out"), std::nullopt},
                                                                                  {key("put out"), std::nullopt}}));
  rows.blind_erase(key("in out in"));
  EXPECT_EQ(writes(rows.take_batch()), (std::map<Key, std::optional<std::string>>{{key("in out in"), std::nullopt}}));
}

TEST(Rows, BlindWritesKeepTheirOrder) {
  Rows rows(kPlenty);
  for (std::uint64_t seq = 1; seq <= 100; ++seq) rows.blind_put(keys::event(seq), "e");
  const Batch batch = rows.take_batch();
  for (std::uint64_t seq = 1; seq <= 100; ++seq) EXPECT_EQ(batch.key(batch.writes()[seq - 1]), keys::event(seq).key);
}

TEST(Rows, AKeptRowIsInTheBatchOnce) {
  Rows rows(kPlenty);
  for (int i = 0; i < 5; ++i) rows.put(key("a"), std::to_string(i));
  EXPECT_EQ(rows.take_batch().writes().size(), 1u);
}

TEST(Rows, RecordsAreDecodedAndACorruptOneIsTold) {
  Rows rows(kPlenty);
  EXPECT_TRUE(rows.record<Consumer>(keys::consumer("c")).unknown());
  rows.learn(keys::consumer("c"), std::nullopt);
  EXPECT_TRUE(rows.record<Consumer>(keys::consumer("c")).absent());
  rows.put_record(keys::consumer("c"), Consumer{7});
  const Lookup<Consumer> found = rows.record<Consumer>(keys::consumer("c"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->acked, 7u);
  EXPECT_EQ(rows.corrupt(), std::nullopt);
  rows.learn(keys::consumer("bad"), "\x01");
  EXPECT_TRUE(rows.record<Consumer>(keys::consumer("bad")).absent());
  ASSERT_TRUE(rows.corrupt());
  EXPECT_EQ(rows.corrupt()->code, "store_corrupt");
  EXPECT_EQ(rows.corrupt()->where, "consumers: Consumer.bitmap at octet 1");
}

// One turn after the other: nothing touched lately goes, the least recently used goes first.
TEST(Rows, TheLeastRecentlyUsedGoesOnceTheBoundIsReached) {
  Rows rows(4000);
  for (int i = 0; i < 10; ++i) rows.learn(key(std::to_string(i)), std::string(100, 'v'));
  static_cast<void>(rows.take_batch());
  EXPECT_EQ(see(rows, key("0")), std::string(100, 'v'));
  static_cast<void>(rows.take_batch());
  rows.committed(2);
  EXPECT_EQ(rows.size(), 10u);
  for (int i = 10; i < 30; ++i) rows.learn(key(std::to_string(i)), std::string(100, 'v'));
  EXPECT_FALSE(rows.known(key("1")));
  EXPECT_FALSE(rows.known(key("9")));
  EXPECT_TRUE(rows.known(key("0"))) << "used in the turn before";
  for (int i = 10; i < 30; ++i) EXPECT_TRUE(rows.known(key(std::to_string(i)))) << "a row just learned is waited for";
  for (int turn = 0; turn < 3; ++turn) static_cast<void>(rows.take_batch());
  rows.committed(5);
  EXPECT_LE(rows.octets(), 4000u);
  EXPECT_TRUE(rows.known(key("29")));
  EXPECT_FALSE(rows.known(key("10")));
}

TEST(Rows, AWriteIsKeptUntilItIsCommitted) {
  Rows rows(0);
  rows.put(key("a"), "1");
  for (int turn = 0; turn < 5; ++turn) static_cast<void>(rows.take_batch());
  rows.put(key("b"), "2");
  for (int turn = 0; turn < 5; ++turn) static_cast<void>(rows.take_batch());
  rows.committed(0);
  EXPECT_EQ(rows.size(), 2u);
  rows.committed(1);
  EXPECT_FALSE(rows.known(key("a")));
  EXPECT_TRUE(rows.known(key("b")));
  rows.committed(6);
  EXPECT_EQ(rows.size(), 0u);
  EXPECT_EQ(rows.octets(), 0u);
}

// Random turns over a store that commits late: what Rows shows is always what a plain map would, and the store ends up
// as that map.
TEST(Rows, RandomTurnsLeaveTheStoreAsAPlainMapWould) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    Rows rows(random.below(3000));
    kv::Memory store;
    std::map<Key, std::string> model;
    std::map<Key, std::string> blind_model;
    for (int turn = 0; turn < 120; ++turn) {
      for (int step = 0; step < 20; ++step) {
        const Key some = key(std::to_string(random.below(40)));
        const Key blind{Family::queue, std::to_string(random.below(40))};
        const std::string value = random.octets(random.below(60));
        const auto known = model.find(some);
        switch (random.below(8)) {
          case 0:
            rows.put(some, value);
            model[some] = value;
            break;
          case 1:
            rows.erase(some);
            model.erase(some);
            break;
          case 2:
            if (known != model.end()) break;
            rows.insert(some, value);
            model[some] = value;
            break;
          case 3:
            rows.blind_put(blind, value);
            blind_model[blind] = value;
            break;
          case 4:
            rows.blind_erase(blind);
            blind_model.erase(blind);
            break;
          case 5:
            if (blind_model.contains(blind)) break;
            rows.blind_insert(blind, value);
            blind_model[blind] = value;
            break;
          default:
            if (const std::optional<std::string>* row = rows.get(some)) {
              ASSERT_EQ(*row, known == model.end() ? std::nullopt : std::optional(known->second)) << "seed " << seed;
            }
        }
      }
      const std::uint64_t number = rows.turn();
      ASSERT_TRUE(store.commit(rows.take_batch(), true));
      const std::vector<Key> wanted = rows.take_wanted();
      const auto values = store.get(wanted);
      ASSERT_TRUE(values);
      rows.committed(number);
      for (std::size_t i = 0; i < wanted.size(); ++i) rows.learn(wanted[i], values->at(i));
      for (const Key& one : wanted) ASSERT_NE(rows.get(one), nullptr) << "learned and gone before its turn";
    }
    for (const auto& [family, expected] : {std::pair(Family::people, &model), std::pair(Family::queue, &blind_model)}) {
      const auto left = store.scan({family, "", "", 1000});
      ASSERT_TRUE(left);
      ASSERT_EQ(left->size(), expected->size()) << "seed " << seed;
      for (const Row& row : *left) ASSERT_EQ(row.value, expected->at({family, row.key})) << "seed " << seed;
    }
  }
}

TEST(Rows, TheAccountingFollowsWhatIsKept) {
  Rows rows(kPlenty);
  rows.learn(key("a"), std::string(1000, 'v'));
  const std::size_t one = rows.octets();
  EXPECT_GT(one, 1000u);
  EXPECT_LT(one, 1500u);
  rows.put(key("a"), std::string(5000, 'v'));
  EXPECT_GT(rows.octets(), 5000u);
  rows.erase(key("a"));
  EXPECT_LT(rows.octets(), 500u);
}

}  // namespace
}  // namespace dunlin::store

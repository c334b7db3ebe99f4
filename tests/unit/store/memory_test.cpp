#include "store/memory.hpp"

#include <gtest/gtest.h>

namespace dunlin::store::kv {
namespace {

Batch put(const std::string& key) {
  Batch batch;
  batch.put(Family::jobs, key, "value");
  return batch;
}

std::string all(Memory& memory) {
  std::string keys;
  const auto rows = memory.scan({Family::jobs, "", "", 100});
  EXPECT_TRUE(rows);
  for (const Row& row : rows.value_or(std::vector<Row>{})) keys += row.key;
  return keys;
}

TEST(Memory, ACrashForgetsWhatWasNotSynced) {
  Memory memory;
  ASSERT_TRUE(memory.commit(put("a"), true));
  ASSERT_TRUE(memory.commit(put("b"), false));
  EXPECT_EQ(all(memory), "ab");
  memory.crash();
  EXPECT_EQ(all(memory), "a");
  ASSERT_TRUE(memory.commit(put("c"), false));
  ASSERT_TRUE(memory.commit(put("d"), true)) << "a sync takes with it what came before";
  memory.crash();
  EXPECT_EQ(all(memory), "acd");
  memory.crash();
  EXPECT_EQ(all(memory), "acd");
}

TEST(Memory, ACrashForgetsErasesToo) {
  Memory memory;
  ASSERT_TRUE(memory.commit(put("a"), true));
  Batch batch;
  batch.erase(Family::jobs, "a");
  ASSERT_TRUE(memory.commit(batch, false));
  EXPECT_EQ(all(memory), "");
  memory.crash();
  EXPECT_EQ(all(memory), "a");
}

TEST(Memory, AFailedCommitIsAppliedOrNotAndLatches) {
  for (const bool applied : {true, false}) {
    for (const bool power_cut : {true, false}) {
      Memory memory;
      memory.fail_commit(2, applied);
      ASSERT_TRUE(memory.commit(put("a"), true));
      const Result<void> failed = memory.commit(put("b"), true);
      ASSERT_FALSE(failed);
      EXPECT_EQ(failed.error().code, "store_io");
      EXPECT_FALSE(memory.commit(put("c"), true)) << "not before a reopening";
      if (power_cut) {
        memory.crash();
      } else {
        memory.reopen();
      }
      EXPECT_EQ(all(memory), applied ? "ab" : "a");
      EXPECT_TRUE(memory.commit(put("d"), true));
      EXPECT_EQ(memory.commits(), 4u);
    }
  }
}

TEST(Memory, AFullDiskTakesNothingUntilThereIsRoom) {
  Memory memory;
  memory.set_full(true);
  memory.set_usage({100, 0});
  EXPECT_EQ(memory.commit(put("a"), true).error().code, "store_full");
  EXPECT_EQ(memory.usage()->free_bytes, 0u);
  memory.set_full(false);
  memory.reopen();
  EXPECT_TRUE(memory.commit(put("a"), true));
  EXPECT_EQ(all(memory), "a");
  EXPECT_EQ(memory.rows(Family::jobs), 1u);
}

TEST(Memory, ReadsFailWhenTold) {
  Memory memory;
  memory.fail_reads(true);
  const Key key{Family::jobs, "a"};
  EXPECT_EQ(memory.get({&key, 1}).error().code, "store_io");
  EXPECT_EQ(memory.scan({Family::jobs, "", "", 1}).error().code, "store_io");
  EXPECT_EQ(memory.last(Family::jobs, "", "").error().code, "store_io");
  memory.fail_reads(false);
  EXPECT_TRUE(memory.get({&key, 1}));
}

}  // namespace
}  // namespace dunlin::store::kv

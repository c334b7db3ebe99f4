#include "daemon/standing_kv.hpp"

#include <gtest/gtest.h>

#include "store/memory.hpp"

namespace dunlin::daemon {
namespace {

TEST(StandingKv, AnswersUnavailableUntilThereIsAStore) {
  StandingKv standing;
  const auto got = standing.get({});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, "unavailable");
  EXPECT_EQ(standing.usage().error().code, "unavailable");
}

TEST(StandingKv, ReadsTheStoreItStandsForAndRefusesToWrite) {
  store::kv::Memory first;
  store::Batch batch;
  batch.put(store::Family::meta, "k", "v");
  ASSERT_TRUE(first.commit(batch, true).has_value());
  StandingKv standing;
  standing.stand_for(&first);
  const store::Key key{store::Family::meta, "k"};
  EXPECT_EQ(standing.get({&key, 1}).value().at(0), "v");
  EXPECT_EQ(standing.scan({store::Family::meta, "", "", 10}).value().size(), 1u);
  EXPECT_TRUE(standing.last(store::Family::meta, "", "").value().has_value());
  EXPECT_FALSE(standing.commit(batch, true).has_value());

  store::kv::Memory second;
  standing.stand_for(&second);
  EXPECT_EQ(standing.get({&key, 1}).value().at(0), std::nullopt);
  standing.stand_for(nullptr);
  EXPECT_EQ(standing.get({&key, 1}).error().code, "unavailable");
}

}  // namespace
}  // namespace dunlin::daemon

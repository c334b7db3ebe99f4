// Habits of SMSCs that take the whole gateway to show (docs/quirks.md).
#include <gmock/gmock.h>

#include "unit/engine/world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;
using smpp::CommandStatus;

TEST(Quirks, AReceiptOfARefusedMessageIsNobodysAndTheMessageGoesOn) {
  World world;
  world.start();
  world.smscs["alpha"].statuses = {CommandStatus::submit_failed};
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.state("a"), State::scheduled);
  world.receipt("alpha", "refused-9", "48601000001", "UNDELIV");
  world.run(std::chrono::minutes{7});
  EXPECT_THAT(world.events(), ::testing::Contains("receipt_unmatched"));
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2u);
  world.receipt("alpha", "id1", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::delivered);
}

TEST(Quirks, AStepAfterTheFinalReceiptReopensNothing) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  for (const char* stat : {"ACCEPTD", "BUFFRED", "DELIVRD", "ENROUTE", "ACCEPTD"}) {
    world.receipt("alpha", "id1", "48601000001", stat);
  }
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::delivered);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted", "delivered"}));
}

TEST(Quirks, AVendorsStatusIsTriedAgainAndInTheEndNamed) {
  World world;
  world.settings.dunning.expires_default = std::chrono::hours{24 * 20};
  world.start();
  world.smscs["alpha"].statuses.assign(100, static_cast<CommandStatus>(0x94));
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.state("a"), State::scheduled);
  world.run(std::chrono::hours{4});
  EXPECT_EQ(world.state("a"), State::failed);
  EXPECT_LE(world.smscs["alpha"].submits.size(), 10u);
}

}  // namespace
}  // namespace dunlin::engine::testing

// A canary: few go first, and what becomes of them decides whether the rest follows by itself.
#include <gtest/gtest.h>

#include "unit/engine/campaigns_world.hpp"

namespace dunlin::engine {
namespace {

using namespace testing;
using store::Canary;

class CanaryWorld : public CampaignWorld {
 public:
  CanaryWorld() {
    settings.campaigns.canary = 20;
    settings.campaigns.canary_wait = 15min;
  }
  void receipts(int from, int to, const std::string& stat = "DELIVRD") {
    for (int i = from; i < to; ++i) receipt("alpha", "id" + std::to_string(i + 1), number(i), stat);
    run(1s);
  }
  std::size_t submits() { return smscs["alpha"].submits.size(); }
  // A hundred rows, of which the first twenty have arrived.
  void begin_passed() {
    start();
    import(0, 100);
    run(1s);
    receipts(0, 20);
    run(5s);
    ASSERT_EQ(submits(), 100U);
  }
  void say_stop(const std::vector<int>& people) {
    for (const int i : people) {
      reply("alpha", number(i).substr(1), "STOP");
      run(1s);
    }
  }
};

TEST(CampaignCanary, TheRestFollowsWhenAllHaveArrived) {
  CanaryWorld world;
  world.start();
  world.import(0, 100);
  world.run(1min);
  EXPECT_EQ(world.submits(), 20U);
  EXPECT_EQ(world.campaign().canary, Canary::waiting);
  EXPECT_EQ(world.gateway->counters().campaigns.canary, 1U);
  world.receipts(0, 19);
  EXPECT_EQ(world.submits(), 20U);
  world.receipts(19, 20);
  world.run(5s);
  EXPECT_EQ(world.submits(), 100U);
  EXPECT_EQ(world.told(), (std::vector<std::string>{"imported"}));
  EXPECT_EQ(world.gateway->counters().campaigns.canary, 0U);
  world.expect_counts();
}

TEST(CampaignCanary, OrWhenItHasWaitedLongEnoughOverACrash) {
  CanaryWorld world;
  world.start();
  world.import(0, 100);
  world.run(10min);
  ASSERT_EQ(world.submits(), 20U);
  world.crash();
  world.run(4min);
  EXPECT_EQ(world.submits(), 20U);
  world.run(2min);
  EXPECT_EQ(world.submits(), 100U);
}

TEST(CampaignCanary, FailuresPauseIt) {
  CanaryWorld world;
  world.start();
  world.import(0, 100);
  world.run(1s);
  world.receipts(0, 2, "UNDELIV");
  EXPECT_FALSE(world.campaign().paused) << "a tenth is not above a tenth";
  world.receipts(2, 3, "REJECTD");
  EXPECT_TRUE(world.campaign().paused);
  EXPECT_EQ(world.campaign().paused_reason, "canary: 3 of 20 failed");
  EXPECT_EQ(world.told(), (std::vector<std::string>{"imported", "paused: canary: 3 of 20 failed"}));
  EXPECT_FALSE(world.logged.empty());
  EXPECT_EQ(world.gateway->counters().campaigns.by_canary, 1U);
  world.receipts(3, 20);
  world.run(1h);
  EXPECT_EQ(world.submits(), 20U);
  // Whoever resumes it has looked: there is no second one.
  ASSERT_TRUE(world.order(CampaignOrder::resume)->has_value());
  world.run(5s);
  EXPECT_EQ(world.submits(), 100U);
}

TEST(CampaignCanary, WhatNobodyGotHasFailed) {
  for (const char* stat : {"EXPIRED", "UNKNOWN"}) {
    CanaryWorld world;
    world.start();
    world.import(0, 100);
    world.run(1s);
    world.receipts(0, 3, stat);
    EXPECT_EQ(world.campaign().paused_reason, "canary: 3 of 20 failed") << stat;
    world.receipts(3, 20, stat);
    world.run(1h);
    EXPECT_EQ(world.submits(), 20U) << stat;
  }
}

// Of an SMSC without receipts nobody knows, and nobody says that they failed.
TEST(CampaignCanary, WhatNobodyCanTellHasNot) {
  CanaryWorld world;
  world.settings.smscs[0].receipts = false;
  world.settings.dunning.expires_default = 10min;
  world.start();
  world.import(0, 100);
  world.run(11min);
  EXPECT_EQ(world.state("row0"), State::unknown);
  EXPECT_FALSE(world.campaign().paused) << world.campaign().paused_reason;
}

TEST(CampaignCanary, ASecondOneWaitsForTheFirst) {
  CanaryWorld world;
  world.start();
  world.import(0, 100);
  world.run(1s);
  const auto refused = world.ask<OpenCampaign, CampaignOpened>({"autumn", "friendly", 1, 5, {}});
  EXPECT_EQ(refused->error().code, "busy");
  EXPECT_EQ(refused->error().where, "canary");
  world.import(100, 110, "autumn", 0);  // rows that want none
  world.run(1s);
  ASSERT_EQ(world.submits(), 20U);
  world.receipts(0, 20);
  world.run(5s);
  ASSERT_EQ(world.submits(), 110U);
  world.import(110, 130, "autumn", 5);
  world.run(5s);
  EXPECT_EQ(world.submits(), 115U) << "it has a canary of its own";
}

TEST(CampaignCanary, RefusalsCountAsItGoes) {
  CanaryWorld world;
  world.settings.smscs[0].window = 1;
  world.start();
  for (int i = 0; i < 30; ++i)
    world.smscs["alpha"].statuses.push_back(smpp::CommandStatus::invalid_destination_address);
  world.import(0, 100);
  world.run(1min);
  EXPECT_EQ(world.campaign().paused_reason, "canary: 3 of 20 failed");
  EXPECT_LE(world.submits(), 4U);
  world.expect_counts();
}

TEST(CampaignCanary, OptOutsAndWrongNumbersPauseItAlsoWhenItHasPassed) {
  CanaryWorld world;
  world.begin_passed();
  world.say_stop({1, 2, 2, 2});  // one person is one, however often they say it
  world.say_stop({50});          // not one of the first
  EXPECT_EQ(world.campaign().canary_opt_outs, 2U) << world.campaign().canary_opt_outs;
  EXPECT_EQ(world.campaign().paused_reason, "canary: 2 of 20 opted out");
}

TEST(CampaignCanary, IsWatchedOnWhenTheSameFileComesOnceMore) {
  CanaryWorld world;
  world.begin_passed();
  const std::uint64_t again = world.open();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(world.row(again, i).has_value());
  ASSERT_TRUE(world.close_import(again)->has_value());
  world.say_stop({1, 2});
  EXPECT_EQ(world.campaign().paused_reason, "canary: 2 of 20 opted out");
}

TEST(CampaignCanary, WhatIsPutBackMakesRoomForAnother) {
  CanaryWorld world;
  world.settings.campaigns.canary = 2;
  world.start();
  world.smscs["alpha"].statuses = {smpp::CommandStatus::system_error, smpp::CommandStatus::system_error};
  world.import(0, 10);
  world.run(5s);
  EXPECT_EQ(world.submits(), 4U) << "two were refused for a while, two others are the canary";
  EXPECT_EQ(world.campaign().canary, Canary::waiting);
  world.run(1min);
  EXPECT_EQ(world.submits(), 4U) << "a retry waits with the rest";
  world.receipt("alpha", "id1", world.view("row2").job.to);
  world.receipt("alpha", "id2", world.view("row3").job.to);
  world.run(1min);
  EXPECT_EQ(world.submits(), 12U);
  world.expect_counts();
}

TEST(CampaignCanary, AnImportChoosesItsOwnAndASmallOneIsItsOwnMeasure) {
  CanaryWorld world;
  world.start();
  world.import(0, 30, "autumn", 0);
  world.run(1s);
  EXPECT_EQ(world.submits(), 30U);
  world.import(0, 4, "few", 50);
  world.run(1s);
  EXPECT_EQ(world.submits(), 34U);
  EXPECT_EQ(world.campaign("few").canary_size, 4U);
  for (int i = 30; i < 34; ++i) world.receipt("alpha", "id" + std::to_string(i + 1), world.number(i - 30));
  world.run(1s);
  EXPECT_EQ(world.told("few"), (std::vector<std::string>{"imported", "finished"}));
}

}  // namespace
}  // namespace dunlin::engine

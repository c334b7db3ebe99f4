// A standby SMSC taken and given back, and what else links tell the engine.
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

World failover() { return World(2); }

void add_route(World& world) {
  RouteSettings route;
  route.name = "all";
  route.prefix = {"+"};
  route.smsc = {"alpha", "beta"};
  world.settings.routes = {route};
}

std::size_t sent(World& world, const std::string& smsc) { return world.smscs[smsc].submits.size(); }

class Standby : public ::testing::Test {
 protected:
  Standby() : world(failover()) {
    add_route(world);
    world.start();
  }
  void send(int jobs) {
    for (int i = 0; i < jobs; ++i) {
      ++last;
      ASSERT_TRUE(world.submit(World::job("j" + std::to_string(last), "+48601" + std::to_string(100000 + last))));
    }
    world.run(50ms);
  }
  World world;
  int last = 0;
};

TEST_F(Standby, TakesOverAndGivesBackAfterAWhile) {
  send(3);
  EXPECT_EQ(sent(world, "alpha"), 3U);
  world.drop("alpha", false);
  send(3);
  EXPECT_EQ(sent(world, "beta"), 3U);
  world.reachable["alpha"] = true;
  world.run(8s);
  ASSERT_TRUE(world.gateway->links(world.now).at(0).bound);
  send(3);
  EXPECT_EQ(sent(world, "beta"), 6U) << "alpha is back, but not yet trusted";
  world.run(31s);
  send(3);
  EXPECT_EQ(sent(world, "alpha"), 6U);
  EXPECT_EQ(sent(world, "beta"), 6U);
}

TEST_F(Standby, OneThatFlapsGetsNothing) {
  for (int flaps = 0; flaps < 10; ++flaps) {
    world.drop("alpha");
    world.run(5s);
    send(2);
  }
  EXPECT_EQ(sent(world, "alpha"), 0U);
  EXPECT_EQ(sent(world, "beta"), 20U);
}

TEST_F(Standby, WhereNoOtherCanSendOneThatJustCameBackIsUsed) {
  world.drop("beta", false);
  world.drop("alpha");
  world.run(5s);
  send(2);
  EXPECT_EQ(sent(world, "alpha"), 2U);
}

TEST_F(Standby, WhatIsUnderWayStaysAndNothingIsSentTwice) {
  world.smscs["alpha"].answering = false;
  send(4);
  ASSERT_EQ(sent(world, "alpha"), 4U);
  world.drop("alpha");
  world.run(2s);
  send(2);
  EXPECT_EQ(sent(world, "beta"), 2U);
  EXPECT_EQ(world.state("j1"), State::in_doubt);
  for (int i = 1; i <= 4; ++i) EXPECT_EQ(world.state("j" + std::to_string(i)), State::in_doubt);
  std::map<std::string, int> times;
  for (const char* smsc : {"alpha", "beta"}) {
    for (const auto& submit : world.smscs[smsc].submits) ++times[std::string(submit.pdu.destination_addr.view())];
  }
  for (const auto& [number, count] : times) EXPECT_EQ(count, 1) << number;
}

TEST(Alerts, AreAnEventThatSurvives) {
  World world;
  world.start();
  smpp::AlertNotification alert;
  alert.source_addr = "48601000001";
  alert.source_addr_ton = smpp::Ton::international;
  alert.tlvs.set(smpp::tlv::ms_availability_status, 0);
  world.say("alpha", alert);
  world.run(50ms);
  world.crash();
  const auto events = world.all_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].type, store::EventType::available);
  EXPECT_EQ(events[0].from, "+48601000001");
  EXPECT_EQ(events[0].smsc, "alpha");
  EXPECT_EQ(events[0].reason, "available");
  EXPECT_TRUE(world.smscs["alpha"].answers.empty()) << "it has no response";
}

TEST(Alerts, AStatusOutsideTheSpecificationIsToldAsItIs) {
  World world;
  world.start();
  smpp::AlertNotification alert;
  alert.source_addr = "0601000001";
  alert.source_addr_ton = smpp::Ton::national;
  alert.tlvs.set(smpp::tlv::ms_availability_status, 9);
  world.say("alpha", alert);
  world.run(50ms);
  ASSERT_EQ(world.all_events().size(), 1U);
  EXPECT_EQ(world.all_events()[0].from, "0601000001");
  EXPECT_EQ(world.all_events()[0].reason, "9");
}

}  // namespace
}  // namespace dunlin::engine::testing

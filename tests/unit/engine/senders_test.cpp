// optout_scope = "sender": a STOP is about the sender it was addressed to, and nothing else of ours.
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

const std::string kNumber = "+48601000001", kDigits = "48601000001";

struct Senders : World {
  explicit Senders(std::size_t links = 1) : World(links) {
    settings.dunning.optout_scope = OptOutScope::sender;
    settings.dunning.expires_default = std::chrono::hours{48};
  }
  static store::Job from(const std::string& id, const std::string& sender) {
    store::Job job = World::job(id, kNumber);
    job.sender = sender;
    return job;
  }
  store::Job later(const std::string& id, const std::string& sender) const {
    store::Job job = from(id, sender);
    job.not_before = now.wall + 1h;
    return job;
  }
  store::Person person() {
    auto found = store::read_person(kv, kNumber);
    EXPECT_TRUE(found && *found);
    return found && *found ? **found : store::Person{};
  }
};

TEST(Senders, AStopIsAboutItsSender) {
  Senders world;
  world.start();
  ASSERT_TRUE(world.submit(world.later("acme", "")));  // the link's own source
  ASSERT_TRUE(world.submit(world.later("named", "ACME")));
  ASSERT_TRUE(world.submit(world.later("other", "SHOP")));
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.run(1s);
  EXPECT_EQ(world.view("acme").state.reason, "opted_out");
  EXPECT_EQ(world.view("named").state.reason, "opted_out");
  EXPECT_EQ(world.state("other"), State::scheduled);
  for (int life = 0; life < 2; ++life) {
    ASSERT_TRUE(world.submit(Senders::from("again" + std::to_string(life), "ACME")));
    EXPECT_EQ(world.state("again" + std::to_string(life)), State::blocked);
    world.crash();
  }
  world.run(2h);
  EXPECT_EQ(world.state("other"), State::submitted);
  EXPECT_EQ(world.person().status, store::ConsentStatus::unset);
  ASSERT_EQ(world.person().stopped_senders.size(), 1u);
  EXPECT_EQ(world.person().history.back().sender, "ACME");
}

TEST(Senders, TheWholeNumberIsTheDefault) {
  Senders world;
  world.settings.dunning.optout_scope = OptOutScope::number;
  world.start();
  ASSERT_TRUE(world.submit(world.later("other", "SHOP")));
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.run(1s);
  EXPECT_EQ(world.state("other"), State::blocked);
  EXPECT_EQ(world.person().status, store::ConsentStatus::blocked);
}

// What is claimed and not handed over comes back; from the answer to the STOP on nothing of that sender leaves.
TEST(Senders, WhatIsClaimedIsTakenBack) {
  Senders world;
  world.settings.smscs[0].window = 1;
  world.settings.smscs[0].throughput = 1;
  world.start();
  world.smscs["alpha"].answering = false;
  for (int i = 0; i < 6; ++i)
    ASSERT_TRUE(world.submit(Senders::from("j" + std::to_string(i), i % 2 == 0 ? "ACME" : "SHOP")));
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.run(100ms);
  ASSERT_EQ(world.smscs["alpha"].answers.size(), 1u);
  const std::size_t before = world.smscs["alpha"].submits.size();
  world.smscs["alpha"].answering = true;
  world.answer("alpha", 0);
  world.run(30s);
  EXPECT_GT(world.smscs["alpha"].submits.size(), before);
  for (std::size_t i = before; i < world.smscs["alpha"].submits.size(); ++i)
    EXPECT_EQ(world.smscs["alpha"].submits[i].pdu.source_addr.str(), "SHOP");
}

// Two SMSCs with sources of their own: which it is, is known once one is chosen.
TEST(Senders, WithoutASenderOfItsOwnTheSmscDecides) {
  Senders world(2);
  world.settings.smscs[1].source = "SHOP";
  world.settings.routes = {{"all", {"+"}, {"alpha", "beta"}, false}};
  world.start();
  ASSERT_TRUE(world.submit(world.later("a", "")));
  world.reply("alpha", kDigits, "STOP", "SHOP");
  world.run(1s);
  EXPECT_EQ(world.state("a"), State::scheduled) << "it may leave from ACME";
  world.run(2h);
  EXPECT_EQ(world.state("a"), State::submitted);
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.run(1s);
  ASSERT_TRUE(world.submit(Senders::from("b", "")));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::blocked);
}

TEST(Senders, AStartLiftsItsOwn) {
  Senders world;
  world.start();
  ASSERT_TRUE(world.submit(world.later("shop", "SHOP")));
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.reply("alpha", kDigits, "STOP", "SHOP");
  world.reply("alpha", kDigits, "STOP", "SHOP");
  world.run(1s);
  EXPECT_EQ(world.person().stopped_senders.size(), 2u);
  world.reply("alpha", kDigits, "START", "SHOP");
  world.run(1s);
  ASSERT_EQ(world.person().stopped_senders.size(), 1u);
  EXPECT_EQ(world.person().stopped_senders[0].sender, "ACME");
  const auto events = world.events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "opted_out"), 2);
  EXPECT_EQ(std::count(events.begin(), events.end(), "opted_in"), 1);
}

TEST(Senders, OnlyAnOverrideLiftsItOtherwise) {
  Senders world;
  world.start();
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.run(1s);
  auto refused = world.ask<PutConsent, store::Person>(
      {.number = kNumber, .status = store::ConsentStatus::allowed, .source = "form", .at = world.now.wall + 1h});
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().code, "conflict");
  auto lifted = world.ask<PutConsent, store::Person>({.number = kNumber,
                                                      .status = store::ConsentStatus::allowed,
                                                      .source = "form",
                                                      .at = world.now.wall + 1h,
                                                      .override_reason = "signed again"});
  ASSERT_TRUE(lifted && *lifted);
  EXPECT_TRUE((*lifted)->stopped_senders.empty());
}

TEST(Senders, AForgottenOneStaysStopped) {
  Senders world;
  world.start();
  world.reply("alpha", kDigits, "STOP", "ACME");
  world.run(1s);
  auto done = world.ask<Forget, Forgotten>({kNumber, {}}, 5s);
  ASSERT_TRUE(done && *done);
  ASSERT_TRUE(world.submit(Senders::from("a", "ACME")));
  EXPECT_EQ(world.state("a"), State::blocked);
}

// Replies may come in at a number of their own, or the SMSC writes a destination as it likes.
TEST(Senders, AStopToNoSenderOfOursIsAboutAll) {
  Senders world;
  world.start();
  ASSERT_TRUE(world.submit(world.later("acme", "")));
  ASSERT_TRUE(world.submit(world.later("shop", "SHOP")));
  world.reply("alpha", kDigits, "STOP", "4915112345");
  world.run(1s);
  EXPECT_EQ(world.view("acme").state.reason, "opted_out");
  EXPECT_EQ(world.view("shop").state.reason, "opted_out");
  EXPECT_EQ(world.person().status, store::ConsentStatus::blocked);
}

TEST(Senders, AStopToASenderOfOneJobIsAboutThatOne) {
  Senders world;
  world.start();
  ASSERT_TRUE(world.submit(world.later("acme", "")));
  ASSERT_TRUE(world.submit(world.later("shop", "SHOP")));
  world.reply("alpha", kDigits, "STOP", "SHOP");
  world.run(1s);
  EXPECT_EQ(world.view("shop").state.reason, "opted_out");
  EXPECT_EQ(world.state("acme"), State::scheduled);
}

TEST(Senders, TooManyBlockTheNumber) {
  Senders world;
  world.start();
  for (std::size_t i = 0; i <= store::kStoppedSendersMax; ++i)
    ASSERT_TRUE(world.submit(world.later("j" + std::to_string(i), "S" + std::to_string(i))));
  for (std::size_t i = 0; i <= store::kStoppedSendersMax; ++i)
    world.reply("alpha", kDigits, "STOP", "S" + std::to_string(i));
  world.run(1s);
  EXPECT_EQ(world.person().status, store::ConsentStatus::blocked);
}

}  // namespace
}  // namespace dunlin::engine::testing

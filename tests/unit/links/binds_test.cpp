// How links bind, lose their sessions and come back.
#include "unit/links/links_fixture.hpp"

namespace dunlin::engine::test {
namespace {

using session::BindKind;
using smpp::CommandStatus;
using ::testing::ElementsAre;

using BindsTest = LinksTest;

TEST_F(BindsTest, EachModeMakesItsBinds) {
  for (const auto& [mode, kinds] :
       {std::pair{BindMode::transceiver, std::vector{BindKind::transceiver, BindKind::transceiver}},
        std::pair{BindMode::transmitter, std::vector{BindKind::transmitter, BindKind::transmitter}},
        std::pair{BindMode::receiver, std::vector{BindKind::receiver, BindKind::receiver}},
        std::pair{BindMode::pair,
                  std::vector{BindKind::transmitter, BindKind::receiver, BindKind::transmitter, BindKind::receiver}}}) {
    smsc().binds.clear();
    auto settings = alpha();
    settings.bind = mode;
    settings.sessions = 2;
    settings.system_type = "vma";
    network.close_all();
    open({settings});
    std::vector<BindKind> seen;
    for (const auto& [session, bind] : smsc().binds) {
      seen.push_back(bind.kind);
      EXPECT_EQ(bind.system_id, "dunlin");
      EXPECT_EQ(bind.password, "secret");
      EXPECT_EQ(bind.system_type, "vma");
      EXPECT_EQ(bind.interface_version, 0x34);
    }
    EXPECT_EQ(seen, kinds);
    EXPECT_EQ(links->sending("alpha"), mode != BindMode::receiver);
    EXPECT_TRUE(status().bound);
    EXPECT_EQ(status().sessions, kinds.size());
    EXPECT_EQ(status().sessions_bound, kinds.size());
    EXPECT_EQ(status().window, mode == BindMode::receiver ? 0U : 20U);
  }
}

TEST_F(BindsTest, BackoffGrowsToItsMaximumAndGoesOnForEver) {
  smsc().door = VirtualSmsc::Door::refuses;
  auto settings = alpha();
  settings.reconnect_min = 1s;
  settings.reconnect_max = 60s;
  open({settings});
  network.wait(2h);
  const auto& at = smsc().connects;
  ASSERT_GT(at.size(), 100U);
  EXPECT_LE(at[1] - at[0], 1250ms);
  for (std::size_t i = 1; i < at.size(); ++i) {
    EXPECT_LE(at[i] - at[i - 1], 60s);
    EXPECT_GE(at[i] - at[i - 1], i > 10 ? 45s : 1s);
  }
  EXPECT_EQ(status().reconnects, at.size() - 1);
  EXPECT_EQ(status().last_error, "connection refused");
  EXPECT_EQ(status().limited_by, LimitedBy::unbound);
  smsc().door = VirtualSmsc::Door::open;
  network.wait(61s);
  EXPECT_TRUE(links->sending("alpha"));
}

TEST_F(BindsTest, AfterASessionThatLivedItComesBackSoon) {
  open({alpha()});
  network.wait(1min);
  network.drop(network.sessions().at(0));
  EXPECT_FALSE(links->sending("alpha"));
  EXPECT_EQ(status().last_error, "the connection was lost: connection reset");
  network.wait(1250ms);
  EXPECT_TRUE(links->sending("alpha"));
  EXPECT_EQ(status().reconnects, 1U);
}

TEST_F(BindsTest, OneThatIsDroppedAsSoonAsBoundBacksOff) {
  open({alpha()});
  for (int i = 0; i < 6; ++i) {
    network.drop(network.sessions().at(0));
    const std::size_t before = smsc().connects.size();
    for (int second = 0; second < 120 && smsc().connects.size() == before; ++second) network.wait(100ms);
    network.wait(0s);
    for (int second = 0; second < 900 && smsc().connects.size() == before; ++second) network.wait(100ms);
    ASSERT_EQ(smsc().connects.size(), before + 1);
  }
  const auto& at = smsc().connects;
  EXPECT_GT(at[6] - at[5], 15s);
}

TEST_F(BindsTest, BadCredentialsGoStraightToTheLongestDelayAndAreSaidLoudly) {
  for (const auto status :
       {CommandStatus::invalid_password, CommandStatus::invalid_system_id, CommandStatus::bind_failed}) {
    logged.clear();
    smsc().connects.clear();
    smsc().bind_answer = status;
    network.close_all();
    open({alpha()});
    network.wait(3min);
    const auto& at = smsc().connects;
    ASSERT_EQ(at.size(), 4U);
    EXPECT_EQ(at[1] - at[0], 60s);
    EXPECT_TRUE(was_logged(Severity::error, std::string(smpp::status_name(status))));
    for (const auto& [severity, sentence] : logged) EXPECT_EQ(sentence.find("secret"), std::string::npos);
    EXPECT_NE(this->status().last_error.find(smpp::status_name(status)), std::string::npos);
  }
}

TEST_F(BindsTest, APasswordNoBindCanCarryIsAsHopeless) {
  auto settings = alpha();
  settings.password = "far too long a password";
  open({settings});
  network.wait(1min);
  EXPECT_EQ(smsc().connects.size(), 2U);
  EXPECT_TRUE(was_logged(Severity::error, "password"));
  for (const auto& [severity, sentence] : logged) EXPECT_EQ(sentence.find("far too long"), std::string::npos);
}

TEST_F(BindsTest, AlreadyBoundHasACoolDownOfItsOwn) {
  smsc().bind_answer = CommandStatus::already_bound;
  open({alpha()});
  network.wait(61s);
  ASSERT_EQ(smsc().connects.size(), 3U);
  EXPECT_EQ(smsc().connects[1] - smsc().connects[0], 30s);
  auto settings = alpha();
  settings.reconnect_max = 5s;
  smsc().connects.clear();
  network.close_all();
  open({settings});
  network.wait(6s);
  ASSERT_EQ(smsc().connects.size(), 2U);
  EXPECT_EQ(smsc().connects[1] - smsc().connects[0], 5s);
}

TEST_F(BindsTest, AConnectionOrABindThatHangsIsGivenUp) {
  smsc().door = VirtualSmsc::Door::hangs;
  open({alpha()});
  network.wait(32s);
  EXPECT_EQ(smsc().connects.size(), 2U);
  smsc().door = VirtualSmsc::Door::open;
  smsc().bind_answer.reset();
  smsc().options.session_init = 10min;
  network.wait(65s);
  EXPECT_EQ(status().last_error, "not bound in time");
  smsc().bind_answer = CommandStatus::ok;
  network.wait(2min);
  EXPECT_TRUE(links->sending("alpha"));
}

TEST_F(BindsTest, ADeadSmscIsNoticedAndNoOtherWaitsForIt) {
  auto beta = alpha();
  beta.name = "beta";
  open({alpha(), beta});
  smsc("alpha").silent = true;
  for (std::uint64_t n = 1; n <= 300; ++n) {
    if (links->room("alpha", network.now) > 0) hand(job(n), "alpha");
    hand(job(1000 + n), "beta");
    network.wait(100ms);
  }
  EXPECT_EQ(smsc("beta").submits.size(), 300U);
  EXPECT_EQ(status("alpha").in_flight, 10U);
  EXPECT_EQ(status("alpha").limited_by, LimitedBy::window);
  network.wait(3min);
  EXPECT_EQ(all<SubmitUnanswered>().size(), 10U);
}

TEST_F(BindsTest, RebindUnbindsWhenAnswersAreInAndBindsAtOnce) {
  smsc().latency = 2s;
  open({alpha()});
  hand(job(1));
  network.settle();
  ASSERT_TRUE(links->rebind("alpha", network.time()));
  EXPECT_EQ(links->room("alpha", network.now), 0U);
  network.wait(1s);
  EXPECT_EQ(smsc().connects.size(), 1U);
  network.wait(1s);
  EXPECT_EQ(smsc().binds.size(), 2U);
  EXPECT_TRUE(links->sending("alpha"));
  EXPECT_EQ(all<SubmitAnswered>().size(), 1U);
  EXPECT_TRUE(all<SubmitUnanswered>().empty());
}

TEST_F(BindsTest, RebindDoesNotWaitForEver) {
  smsc().submit_answer = [](const auto&) { return std::nullopt; };
  open({alpha()});
  hand(job(1));
  network.settle();
  links->rebind("alpha", network.time());
  network.wait(10s);
  EXPECT_EQ(smsc().binds.size(), 2U);
  EXPECT_EQ(all<SubmitUnanswered>().size(), 1U);
}

TEST_F(BindsTest, IsNotBoundWhileItUnbinds) {
  open({alpha()});
  ASSERT_TRUE(links->status(network.now).at(0).bound);
  links->rebind("alpha", network.time());
  links->tick(network.time());
  const LinkStatus status = links->status(network.now).at(0);
  EXPECT_EQ(status.sessions_bound, 0U);
  EXPECT_FALSE(status.bound);
}

TEST_F(BindsTest, AnInvalidBindStatusBindsAnew) {
  smsc().submit_answer = [](const auto&) { return CommandStatus::invalid_bind_status; };
  open({alpha()});
  hand(job(1));
  network.settle();
  EXPECT_FALSE(links->sending("alpha"));
  EXPECT_EQ(all<SubmitAnswered>().at(0).status, CommandStatus::invalid_bind_status);
  network.wait(2s);
  EXPECT_EQ(smsc().binds.size(), 2U);
}

TEST_F(BindsTest, StopUnbindsEverythingAndNothingComesBack) {
  auto settings = alpha();
  settings.bind = BindMode::pair;
  auto beta = alpha();
  beta.name = "beta";
  smsc("beta").door = VirtualSmsc::Door::hangs;
  open({settings, beta});
  EXPECT_TRUE(links->drained());
  links->unbind_all(network.now);
  network.settle();
  EXPECT_TRUE(links->all_closed());
  EXPECT_TRUE(network.sessions().empty());
  network.wait(10min);
  EXPECT_EQ(smsc("alpha").connects.size(), 2U);
  EXPECT_EQ(smsc("beta").connects.size(), 1U);
  EXPECT_EQ(links->next_tick(), kNever);
}

TEST_F(BindsTest, ChangesAreTold) {
  auto settings = alpha();
  settings.sessions = 2;
  open({settings});
  EXPECT_EQ(all<LinkChanged>().size(), 1U);
  const auto sessions = network.sessions();
  network.drop(sessions[0]);
  EXPECT_EQ(all<LinkChanged>().size(), 1U) << "one session still transmits";
  network.drop(sessions[1]);
  EXPECT_EQ(all<LinkChanged>().size(), 2U);
  network.wait(5s);
  EXPECT_EQ(all<LinkChanged>().size(), 3U);
  links->pause("alpha", true);
  EXPECT_EQ(all<LinkChanged>().size(), 4U);
  EXPECT_EQ(status().limited_by, LimitedBy::paused);
  EXPECT_TRUE(status().bound);
}

TEST_F(BindsTest, WhatIsNotConfiguredIsNotThere) {
  open({alpha()});
  EXPECT_FALSE(links->known("omega"));
  EXPECT_FALSE(links->sending("omega"));
  EXPECT_EQ(links->room("omega", network.now), 0U);
  EXPECT_FALSE(links->pause("omega", true));
  EXPECT_FALSE(links->rebind("omega", network.time()));
  EXPECT_FALSE(links->set("omega", 1, 1));
  EXPECT_TRUE(links->known("alpha"));
}

}  // namespace
}  // namespace dunlin::engine::test

// Why binds are refused and how long a link then waits, what it remembers of them, and when it is trusted again.
#include <set>

#include "unit/links/links_fixture.hpp"

namespace dunlin::engine::test {
namespace {

using smpp::BindClass;
using smpp::CommandStatus;

using LifeTest = LinksTest;

// The pause after the first refusal, with reconnect_min 1 s and reconnect_max 60 s.
std::pair<std::chrono::milliseconds, std::chrono::milliseconds> patience(BindClass meaning) {
  switch (meaning) {
    case BindClass::ok: return {0s, 0s};
    case BindClass::retry: return {1s, 1250ms};
    case BindClass::busy:
    case BindClass::already_bound: return {30s, 30s};
    case BindClass::credentials:
    case BindClass::configuration: return {60s, 60s};
  }
  return {};
}

void expect_patience(CommandStatus status, const VirtualSmsc& smsc) {
  const auto [least, most] = patience(smpp::bind_class(status));
  ASSERT_GE(smsc.connects.size(), 2U) << to_string(smpp::bind_class(status));
  const auto pause = smsc.connects[1] - smsc.connects[0];
  EXPECT_GE(pause, least) << smpp::status_name(status);
  EXPECT_LE(pause, most) << smpp::status_name(status);
}

// SMPP.md b: what each answer to a bind means, as gateways and operators found it.
TEST_F(LifeTest, WhatARefusalMeans) {
  const std::vector<std::pair<CommandStatus, BindClass>> rows{
      {CommandStatus::invalid_message_length, BindClass::configuration},
      {CommandStatus::invalid_command_id, BindClass::configuration},
      {CommandStatus::invalid_bind_status, BindClass::retry},
      {CommandStatus::already_bound, BindClass::already_bound},
      {CommandStatus::system_error, BindClass::retry},
      {CommandStatus::bind_failed, BindClass::credentials},
      {CommandStatus::invalid_password, BindClass::credentials},
      {CommandStatus::invalid_system_id, BindClass::credentials},
      {CommandStatus::message_queue_full, BindClass::busy},
      {CommandStatus::invalid_system_type, BindClass::configuration},
      {CommandStatus::throttled, BindClass::busy},
      {CommandStatus::unknown_error, BindClass::retry},
      {static_cast<CommandStatus>(0x22), BindClass::retry},
      {static_cast<CommandStatus>(0x401), BindClass::retry},
  };
  for (const auto& [status, meaning] : rows) EXPECT_EQ(smpp::bind_class(status), meaning) << static_cast<int>(status);
}

TEST_F(LifeTest, EveryRefusalHasItsPatienceAndIsTold) {
  std::vector<CommandStatus> statuses{static_cast<CommandStatus>(0x22), static_cast<CommandStatus>(0x4FF)};
  for (const auto& row : smpp::status_table()) {
    if (row.value != CommandStatus::ok) statuses.push_back(row.value);
  }
  for (const CommandStatus refusal : statuses) {
    SCOPED_TRACE(smpp::status_name(refusal));
    const BindClass meaning = smpp::bind_class(refusal);
    logged.clear();
    smsc().connects.clear();
    smsc().bind_answer = refusal;
    network.close_all();
    open({alpha()});
    EXPECT_EQ(status().state, LinkState::refused);
    EXPECT_EQ(status().refused, meaning);
    EXPECT_EQ(status().binds_refused[static_cast<std::size_t>(meaning)], 1U);
    EXPECT_EQ(was_logged(Severity::error, "ended"),
              meaning == BindClass::credentials || meaning == BindClass::configuration);
    network.wait(61s);
    expect_patience(refusal, smsc());
    smsc().bind_answer = CommandStatus::ok;
    network.wait(61s);
    EXPECT_TRUE(links->sending("alpha"));
    EXPECT_FALSE(status().refused.has_value());
  }
}

TEST_F(LifeTest, ARefusalOnlyAPersonCanEndIsAnErrorOnce) {
  smsc().bind_answer = CommandStatus::invalid_password;
  open({alpha()});
  network.wait(10min);
  const auto errors = std::ranges::count(logged, Severity::error, [](const auto& one) { return one.first; });
  EXPECT_EQ(errors, 1);
  EXPECT_GE(status().binds_refused[static_cast<std::size_t>(BindClass::credentials)], 10U);
  smsc().bind_answer = CommandStatus::ok;
  network.wait(61s);
  ASSERT_TRUE(links->sending("alpha"));
  smsc().bind_answer = CommandStatus::invalid_password;
  network.drop(network.sessions().at(0));
  network.wait(3min);
  EXPECT_EQ(std::ranges::count(logged, Severity::error, [](const auto& one) { return one.first; }), 2);
}

// Some SMSCs hang up instead of answering.
TEST_F(LifeTest, AConnectionClosedInsteadOfAnAnswerToTheBind) {
  smsc().bind_answer.reset();
  open({alpha()});
  network.drop(network.sessions().at(0), "closed by the peer");
  EXPECT_EQ(status().last_error, "the connection was lost before the bind was answered: closed by the peer");
  EXPECT_FALSE(status().refused.has_value());
  network.wait(1250ms);
  ASSERT_EQ(smsc().connects.size(), 2U);
  network.drop(network.sessions().at(0), "closed by the peer");
  ASSERT_EQ(status().history.size(), 1U);
  EXPECT_EQ(status().history[0].times, 2U);
}

TEST_F(LifeTest, TheHistorySaysWhenAndWhy) {
  open({alpha()});
  const Wall began = network.time().wall;
  ASSERT_EQ(status().history.size(), 1U);
  EXPECT_FALSE(status().history[0].ended.has_value());
  network.wait(90s);
  EXPECT_EQ(status().history[0].lasted, 90s);
  EXPECT_EQ(status().peer, "SMSC");
  EXPECT_EQ(status().version, 0x34);
  network.peer(network.sessions().at(0)).unbind(network.now);
  network.settle();
  smsc().door = VirtualSmsc::Door::refuses;
  network.wait(5min);
  smsc().door = VirtualSmsc::Door::open;
  network.wait(1min);
  const auto history = status().history;
  ASSERT_EQ(history.size(), 3U);
  EXPECT_TRUE(history[0].bound);
  EXPECT_FALSE(history[0].ended.has_value());
  EXPECT_FALSE(history[1].bound);
  EXPECT_EQ(history[1].why, "connection refused");
  EXPECT_GT(history[1].times, 3U);
  EXPECT_EQ(history[2].at, began);
  EXPECT_EQ(history[2].kind, session::BindKind::transceiver);
  EXPECT_EQ(history[2].why, "the peer unbound");
  EXPECT_EQ(history[2].lasted, 90s);
  EXPECT_EQ(history[2].ended, began + 90s);
}

TEST_F(LifeTest, TheHistoryIsBounded) {
  open({alpha()});
  for (int i = 0; i < 40; ++i) {
    network.wait(10s);
    ASSERT_FALSE(network.sessions().empty());
    network.drop(network.sessions().at(0));
    network.wait(70s);
  }
  EXPECT_EQ(status().history.size(), kBindRecordsMax + 1);
}

TEST_F(LifeTest, AnSmscThatCameBackIsTrustedOnlyAfterAWhile) {
  open({alpha()});
  EXPECT_TRUE(links->settled("alpha", network.now)) << "never lost before";
  for (int flaps = 0; flaps < 5; ++flaps) {
    network.drop(network.sessions().at(0));
    EXPECT_FALSE(links->settled("alpha", network.now));
    network.wait(20s);
    ASSERT_TRUE(links->sending("alpha"));
    EXPECT_FALSE(links->settled("alpha", network.now));
    EXPECT_TRUE(status().failback.has_value());
  }
  network.wait(30s);
  EXPECT_TRUE(links->settled("alpha", network.now));
  EXPECT_FALSE(status().failback.has_value());
}

TEST_F(LifeTest, WhatWeAskedForIsNoLoss) {
  open({alpha()});
  links->rebind("alpha", network.time());
  network.settle();
  EXPECT_EQ(smsc().binds.size(), 2U);
  EXPECT_TRUE(links->settled("alpha", network.now));
  EXPECT_EQ(status().history.at(1).why, "unbound");
}

TEST_F(LifeTest, StatesAreTold) {
  smsc().door = VirtualSmsc::Door::hangs;
  auto settings = alpha();
  settings.bind = BindMode::pair;
  open({settings});
  EXPECT_EQ(status().state, LinkState::connecting);
  smsc().door = VirtualSmsc::Door::refuses;
  network.wait(31s);
  EXPECT_EQ(status().state, LinkState::waiting);
  ASSERT_TRUE(status().next_attempt.has_value());
  smsc().door = VirtualSmsc::Door::open;
  smsc().bind_answer.reset();
  network.wait(3s);
  EXPECT_EQ(status().state, LinkState::binding);
  smsc().bind_answer = CommandStatus::ok;
  network.wait(1min);
  EXPECT_EQ(status().state, LinkState::bound);
  EXPECT_EQ(status().sessions_bound, 2U);
  // Only the receiver is left: it carries no messages.
  for (const SessionId session : network.sessions()) {
    if (network.peer(session).state() == session::State::bound_tx) network.peer(session).unbind(network.now);
  }
  smsc().door = VirtualSmsc::Door::refuses;
  network.settle();
  EXPECT_EQ(status().sessions_bound, 1U);
  EXPECT_FALSE(status().bound);
  EXPECT_EQ(status().state, LinkState::waiting);
  links->unbind_all(network.now);
  network.settle();
  EXPECT_EQ(status().state, LinkState::off);
}

TEST_F(LifeTest, WhileARebindWaitsForAnswersItIsUnbinding) {
  smsc().latency = 2s;
  open({alpha()});
  hand(job(1));
  network.settle();
  links->rebind("alpha", network.time());
  network.settle();
  EXPECT_EQ(status().sessions_bound, 1U);
  EXPECT_EQ(status().state, LinkState::unbinding);
  EXPECT_FALSE(status().bound);
}

TEST_F(LifeTest, TlsErrorsAreCounted) {
  smsc().door = VirtualSmsc::Door::hangs;
  open({alpha()});
  links->closed(1, "its certificate has expired", network.time(), Lost::tls);
  EXPECT_EQ(status().tls_errors, 1U);
  EXPECT_EQ(status().last_error, "its certificate has expired");
}

}  // namespace
}  // namespace dunlin::engine::test

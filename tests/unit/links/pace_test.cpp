// How fast links hand over, and what they say limits them; what the SMSC sends.
#include <random>

#include "engine/link_pace.hpp"

#include "unit/links/links_fixture.hpp"

namespace dunlin::engine::test {
namespace {

using smpp::CommandStatus;

class PaceTest : public LinksTest {
 protected:
  // A queue that never ends: claims whatever room() allows, whenever time moves.
  void feed(
      std::chrono::nanoseconds time, const std::function<std::chrono::nanoseconds()>& late = [] { return 0ns; }) {
    links->set_demand("alpha", true, network.now);
    const Steady end = network.now + time;
    while (network.now < end) {
      for (std::size_t room = links->room("alpha", network.now); room > 0; --room) hand(job(++n_));
      network.settle();
      const Steady next = std::min(links->next_tick(), network.now + 50ms);
      network.wait(std::max<std::chrono::nanoseconds>(1us, next - network.now) + late());
      take();
    }
  }
  // The most submits seen in any half-open second.
  std::size_t most_in_a_second(const std::string& name = "alpha") {
    const auto& submits = smsc(name).submits;
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < submits.size(); ++last) {
      while (submits[last].at - submits[first].at >= 1s) ++first;
      most = std::max(most, last - first + 1);
    }
    return most;
  }
  std::uint64_t n_ = 0;
};

TEST_F(PaceTest, TwoHundredASecondWithJitteredTicks) {
  auto settings = alpha();
  settings.throughput = 200;
  settings.sessions = 2;
  settings.window = 100;
  smsc().latency = 30ms;
  open({settings});
  EXPECT_EQ(links->room("alpha", network.now), 10U) << "fifty milliseconds' worth";
  std::mt19937_64 random(1);
  feed(60s, [&] { return std::chrono::microseconds(random() % 900); });
  EXPECT_LE(most_in_a_second(), 200U);
  EXPECT_GE(smsc().submits.size(), 60U * 199);
  EXPECT_LE(smsc().submits.size(), 60U * 200 + 1);
  EXPECT_EQ(status().limited_by, LimitedBy::rate);
  EXPECT_DOUBLE_EQ(status().rate_effective, 200);
}

TEST_F(PaceTest, PacedByTimersWithoutBusyLoops) {
  auto settings = alpha();
  settings.throughput = 200;
  open({settings});
  for (std::uint64_t n = 0; n < 10; ++n) hand(job(n));
  network.settle();
  int wakes = 0;
  for (; smsc().submits.size() < 10 && wakes < 100; ++wakes) {
    const Steady next = links->next_tick();
    ASSERT_GT(next, network.now);
    ASSERT_LE(next - network.now, 5ms);
    network.now = next;
    network.settle();
  }
  EXPECT_LE(wakes, 10);
}

TEST_F(PaceTest, AStalledWakeUpNeverExceedsTheRate) {
  auto settings = alpha();
  settings.throughput = 50;
  open({settings});
  std::mt19937_64 random(2);
  feed(30s, [&] { return random() % 20 == 0 ? std::chrono::milliseconds(random() % 700) : 0ms; });
  EXPECT_LE(most_in_a_second(), 50U);
}

TEST_F(PaceTest, TheRateIsOfTheSmscNotOfItsSessions) {
  auto settings = alpha();
  settings.throughput = 10;
  settings.sessions = 5;
  open({settings});
  feed(10s);
  EXPECT_LE(most_in_a_second(), 10U);
  EXPECT_GE(smsc().submits.size(), 99U);
}

TEST_F(PaceTest, ChangedLive) {
  auto settings = alpha();
  settings.throughput = 10;
  open({settings});
  feed(5s);
  const std::size_t slow = smsc().submits.size();
  ASSERT_TRUE(links->set("alpha", 100, std::nullopt));
  feed(5s);
  EXPECT_NEAR(static_cast<double>(smsc().submits.size() - slow), 500, 15);
  EXPECT_EQ(status().throughput, 100U);
  ASSERT_TRUE(links->set("alpha", 0, std::nullopt));
  network.settle();
  EXPECT_EQ(links->room("alpha", network.now), 10U);
  EXPECT_DOUBLE_EQ(status().rate_effective, 0);
}

TEST_F(PaceTest, ThrottleAnswersSlowTheLinkDownAndAreTold) {
  auto settings = alpha();
  settings.window = 1000;
  settings.throughput = 1000;
  std::vector<Steady> accepted;
  smsc().submit_answer = [&](const auto&) {
    std::erase_if(accepted, [&](Steady at) { return network.now - at >= 1s; });
    if (accepted.size() >= 100) return CommandStatus::throttled;
    accepted.push_back(network.now);
    return CommandStatus::ok;
  };
  smsc().latency = 10ms;
  open({settings});
  feed(20s);
  EXPECT_GT(status().throttled, 0U);
  EXPECT_LT(status().rate_effective, 150);
  EXPECT_EQ(status().limited_by, LimitedBy::throttled);
  std::uint64_t throttled = 0;
  for (const auto& answer : all<SubmitAnswered>()) throttled += answer.status == CommandStatus::throttled;
  EXPECT_EQ(throttled, status().throttled);
}

TEST_F(PaceTest, WhatLimitsIt) {
  smsc().submit_answer = [](const auto&) -> std::optional<CommandStatus> { return std::nullopt; };
  auto settings = alpha();
  settings.window = 2;
  open({settings}, false);
  EXPECT_EQ(status().limited_by, LimitedBy::unbound);
  network.settle();
  EXPECT_EQ(status().limited_by, LimitedBy::idle);
  hand(job(1));
  hand(job(2));
  network.settle();
  EXPECT_EQ(status().limited_by, LimitedBy::idle) << "a moment is no limit";
  network.wait(1s);
  EXPECT_EQ(status().limited_by, LimitedBy::window);
  links->pause("alpha", true);
  EXPECT_EQ(status().limited_by, LimitedBy::paused);
  EXPECT_EQ(to_string(LimitedBy::throttled), "throttled");
}

TEST_F(PaceTest, AnEmptyQueueAndASlowStoreAreNotTheSame) {
  open({alpha()});
  network.wait(2s);
  EXPECT_EQ(status().limited_by, LimitedBy::idle);
  links->set_demand("alpha", true, network.now);  // more is queued, and nothing of it comes
  network.wait(2s);
  EXPECT_EQ(status().limited_by, LimitedBy::store);
  links->set_demand("alpha", false, network.now);
  network.wait(2s);
  EXPECT_EQ(status().limited_by, LimitedBy::idle);
  EXPECT_EQ(to_string(LimitedBy::store), "store");
}

TEST_F(PaceTest, ASmallWindowSaysWhatItAllows) {
  smsc().latency = 100ms;
  open({alpha()});
  feed(5s);
  EXPECT_EQ(status().limited_by, LimitedBy::window);
  EXPECT_NEAR(status().round_trip_seconds, 0.1, 0.001);
  EXPECT_NEAR(status().rate_window, 100, 1);
  EXPECT_NEAR(status().rate_sent, 100, 15);
}

TEST_F(PaceTest, CongestionSlowsTheLinkAndIsTold) {
  smsc().congestion = 95;
  smsc().latency = 100ms;
  open({alpha()});
  feed(5s);
  EXPECT_EQ(status().limited_by, LimitedBy::congestion);
  EXPECT_EQ(status().congestion, 95);
  const double slow = status().rate_effective;
  EXPECT_GT(slow, 20) << "it began at the hundred a second of the window";
  EXPECT_LT(slow, 60);
  smsc().congestion = 85;
  feed(5s);
  EXPECT_EQ(status().rate_effective, slow) << "the best use: neither up nor down";
  smsc().congestion = 10;
  feed(20s);
  EXPECT_EQ(status().rate_effective, 0);
  EXPECT_EQ(status().limited_by, LimitedBy::window);
}

TEST_F(PaceTest, ALinkThatSendsLittleClaimsOnlyWhatLeavesSoon) {
  auto settings = alpha();
  settings.throughput = 1;
  open({settings});
  links->set_demand("alpha", true, network.now);
  network.settle();
  ASSERT_EQ(links->room("alpha", network.now), 1U);
  hand(job(1));
  network.settle();
  ASSERT_EQ(smsc().submits.size(), 1U);
  EXPECT_EQ(links->room("alpha", network.now), 0U) << "what is urgent may come before its second is over";
  EXPECT_EQ(links->next_tick(), network.now + 1s - LinkPace::kClaimAhead);
  network.wait(1s - LinkPace::kClaimAhead);
  EXPECT_EQ(links->room("alpha", network.now), 1U);
}

// One number's queue is full while all others pass: its job waits, the link does not get slower for it.
TEST_F(PaceTest, OneRecipientsFullQueueDoesNotSlowTheLink) {
  auto settings = alpha();
  settings.throughput = 100;
  settings.window = 100;
  smsc().latency = 20ms;
  smsc().submit_answer = [](const smpp::SubmitSm& submit) {
    return submit.destination_addr.view() == "48600100999" ? CommandStatus::message_queue_full : CommandStatus::ok;
  };
  open({settings});
  const auto full = [&] {
    Outgoing outgoing = job(++n_);
    outgoing.parts[0].submit.destination_addr = "48600100999";
    hand(std::move(outgoing));
    feed(500ms);
  };
  for (int i = 0; i < 20; ++i) full();
  const auto answers = all<SubmitAnswered>();
  EXPECT_FALSE(std::ranges::find(answers, CommandStatus::message_queue_full, &SubmitAnswered::status)->recipient_full);
  EXPECT_TRUE(
      std::ranges::find(answers.rbegin(), answers.rend(), CommandStatus::message_queue_full, &SubmitAnswered::status)
          ->recipient_full);
  feed(30s);
  for (int i = 0; i < 20; ++i) full();
  EXPECT_GT(status().rate_effective, 94);
}

smpp::DeliverSm delivery() {
  smpp::DeliverSm body;
  body.source_addr = "48600100200";
  body.short_message = "STOP";
  return body;
}

TEST_F(PaceTest, DeliveriesAreHandedUpAndAnsweredOnlyByTheEngine) {
  open({alpha()});
  const SessionId session = network.sessions().at(0);
  ASSERT_TRUE(network.peer(session).send(delivery(), {1, 0}, network.now));
  ASSERT_TRUE(network.peer(session).send(smpp::DataSm{}, {2, 0}, network.now));
  network.settle();
  const auto inbound = all<Inbound>();
  ASSERT_EQ(inbound.size(), 2U);
  EXPECT_EQ(inbound[0].smsc, "alpha");
  EXPECT_TRUE(smsc().answers.empty());
  links->respond(inbound[1].session, inbound[1].sequence, {CommandStatus::ok, 0, smpp::DataSmResp{}}, network.time());
  links->respond(inbound[0].session, inbound[0].sequence,
                 {CommandStatus::temporary_application_error, 0, smpp::DeliverSmResp{}}, network.time());
  EXPECT_TRUE(smsc().answers.empty()) << "responses leave at the next tick";
  network.settle();
  ASSERT_EQ(smsc().answers.size(), 2U);
  EXPECT_EQ(smsc().answers[1].command_status, CommandStatus::temporary_application_error);
  network.drop(session);
  links->respond(session, 1, {CommandStatus::ok, 0, smpp::DeliverSmResp{}}, network.time());
}

TEST_F(PaceTest, AlertsAreToldAndNeedNoAnswer) {
  open({alpha()});
  smpp::AlertNotification alert;
  alert.source_addr = "48600100200";
  alert.source_addr_ton = smpp::Ton::international;
  alert.tlvs.set(smpp::tlv::ms_availability_status, 0);
  ASSERT_TRUE(network.peer(network.sessions().at(0)).send(alert, {1, 0}, network.now));
  network.settle();
  EXPECT_TRUE(all<Inbound>().empty());
  ASSERT_EQ(all<Available>().size(), 1U);
  const Available told = all<Available>().at(0);
  EXPECT_EQ(told.smsc, "alpha");
  EXPECT_EQ(told.number, "48600100200");
  EXPECT_EQ(told.ton, smpp::Ton::international);
  EXPECT_EQ(told.ms_availability_status, 0);
  EXPECT_EQ(status().alerts, 1U);
}

// Nothing answers an alert, so nothing slows who sends them down: what one second may bring is bounded.
TEST_F(PaceTest, AFloodOfAlertsIsCutOffAndSaid) {
  smsc().options.window = session::kWindowMax;
  open({alpha()});
  auto& peer = network.peer(network.sessions().at(0));
  const auto flood = [&](std::uint32_t alerts) {
    for (std::uint32_t i = 0; i < alerts; ++i) {
      ASSERT_TRUE(peer.send(smpp::AlertNotification{}, {i, 0}, network.now));
      if (i % 500 == 0) network.settle();
    }
    network.settle();
  };
  flood(Links::kAlertsMax + 200);
  EXPECT_EQ(all<Available>().size(), Links::kAlertsMax);
  EXPECT_EQ(status().alerts_dropped, 200U);
  EXPECT_TRUE(was_logged(Severity::warning, "alert_notifications"));
  network.wait(1s);
  flood(3);
  EXPECT_EQ(all<Available>().size(), Links::kAlertsMax + 3);
  EXPECT_EQ(status().alerts, Links::kAlertsMax + 203);
}

TEST_F(PaceTest, ASessionWithTooManyUnansweredIsNotReadAndNotDropped) {
  open({alpha()});
  const SessionId session = network.sessions().at(0);
  auto& peer = network.peer(session);
  std::size_t sent = 0;
  for (; sent < Links::kInboundMax; ++sent) {
    EXPECT_TRUE(network.reading(session));
    ASSERT_TRUE(peer.send(delivery(), {sent, 0}, network.now));
    network.settle();
  }
  EXPECT_FALSE(network.reading(session));
  ASSERT_TRUE(peer.send(delivery(), {sent, 0}, network.now));
  network.wait(50s);
  EXPECT_EQ(network.sessions().size(), 1U) << "we do not take our own deafness for the peer's silence";
  auto inbound = all<Inbound>();
  EXPECT_EQ(inbound.size(), Links::kInboundMax);
  for (std::size_t i = 0; i < inbound.size() / 2; ++i) {
    EXPECT_FALSE(network.reading(session));
    links->respond(session, inbound[i].sequence, {CommandStatus::ok, 0, smpp::DeliverSmResp{}}, network.time());
  }
  EXPECT_TRUE(network.reading(session));
  network.settle();
  EXPECT_EQ(all<Inbound>().size(), Links::kInboundMax + 1);
}

TEST_F(PaceTest, KeepAlivesAreAnsweredWithoutTheEngine) {
  smsc().options.enquire_link = 7s;
  open({alpha()});
  network.wait(10min);
  EXPECT_EQ(smsc().binds.size(), 1U);
  EXPECT_GT(network.peer(network.sessions().at(0)).counters().pdus_in, 80U);
  EXPECT_TRUE(links->take_events().empty());
}

}  // namespace
}  // namespace dunlin::engine::test

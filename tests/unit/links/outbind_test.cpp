// SMSCs that call us: who is bound to, who is hung up on, and what a link does in between.
#include "engine/wrong_callers.hpp"
#include "unit/links/links_fixture.hpp"

namespace dunlin::engine::test {
namespace {

class OutbindTest : public LinksTest {
 protected:
  static SmscSettings called(BindMode bind = BindMode::receiver) {
    auto settings = alpha();
    settings.bind = bind;
    settings.outbind_listen = "127.0.0.1:2776";
    settings.outbind_system_id = "SMSC";
    settings.outbind_password = "knock";
    return settings;
  }
  // 0: hung up on at once.
  SessionId call(const std::string& from = "192.0.2.1") { return network.call("alpha", from); }
  SessionId call_and_say(const char* system_id, const char* password, const std::string& from = "192.0.2.1") {
    const SessionId session = call(from);
    if (session == 0) return 0;
    EXPECT_TRUE(network.peer(session).outbind(system_id, password));
    network.settle();
    return session;
  }
  bool alive(SessionId session) { return std::ranges::count(network.sessions(), session) == 1; }
};

TEST_F(OutbindTest, ACallerWhoSaysWhoItIsIsBoundTo) {
  open({called()});
  EXPECT_TRUE(smsc().connects.empty()) << "what is awaited is not dialled";
  EXPECT_EQ(status().state, LinkState::listening);
  const SessionId session = call_and_say("SMSC", "knock");
  ASSERT_EQ(smsc().binds.size(), 1U);
  EXPECT_EQ(smsc().binds[0].first, session);
  EXPECT_EQ(smsc().binds[0].second.kind, session::BindKind::receiver);
  EXPECT_EQ(smsc().binds[0].second.system_id, "dunlin");
  EXPECT_EQ(smsc().binds[0].second.password, "secret");
  EXPECT_TRUE(status().bound);
  ASSERT_TRUE(network.peer(session).send(smpp::DeliverSm{}, {1, 0}, network.now));
  network.settle();
  ASSERT_EQ(all<Inbound>().size(), 1U);
  EXPECT_EQ(all<Inbound>()[0].session, session);
}

TEST_F(OutbindTest, ATransceiverIsBoundAsOneAndSends) {
  open({called(BindMode::transceiver)});
  call_and_say("SMSC", "knock");
  ASSERT_EQ(smsc().binds.size(), 1U);
  EXPECT_EQ(smsc().binds[0].second.kind, session::BindKind::transceiver);
  ASSERT_TRUE(links->sending("alpha"));
  hand(job(1));
  network.settle();
  EXPECT_EQ(smsc().submits.size(), 1U);
}

TEST_F(OutbindTest, OfAPairTheTransmitterIsDialled) {
  open({called(BindMode::pair)});
  ASSERT_EQ(smsc().binds.size(), 1U);
  EXPECT_EQ(smsc().binds[0].second.kind, session::BindKind::transmitter);
  EXPECT_TRUE(links->sending("alpha"));
  EXPECT_EQ(status().sessions_bound, 1U);
  call_and_say("SMSC", "knock");
  EXPECT_EQ(status().sessions_bound, 2U);
}

TEST_F(OutbindTest, OurPasswordGoesToNobodyElse) {
  open({called()});
  int stranger = 0;
  for (const auto& [system_id, password] : std::vector<std::pair<const char*, const char*>>{
           {"SMSC", "wrong"}, {"OTHER", "knock"}, {"", ""}, {"SMSC", ""}, {"SMSC", "knockkn"}, {"SMSC", "knoc"}}) {
    const SessionId session = call_and_say(system_id, password, "198.51.100." + std::to_string(++stranger));
    EXPECT_NE(session, 0U);
    EXPECT_FALSE(alive(session)) << system_id << "/" << password;
  }
  EXPECT_TRUE(smsc().binds.empty());
  EXPECT_EQ(status().outbinds_refused, 6U);
  EXPECT_EQ(std::ranges::count(logged, Severity::warning, [](const auto& one) { return one.first; }), 1)
      << "said once a minute";
  for (const auto& [severity, sentence] : logged) EXPECT_EQ(sentence.find("knock"), std::string::npos);
  network.wait(61s);
  call_and_say("SMSC", "wrong", "198.51.100.9");
  EXPECT_EQ(std::ranges::count(logged, Severity::warning, [](const auto& one) { return one.first; }), 2);
  call_and_say("SMSC", "knock");
  EXPECT_TRUE(status().bound) << "strangers stand in nobody's way";
}

TEST_F(OutbindTest, WhoSaysNothingIsHungUpOn) {
  open({called()});
  const SessionId session = call();
  ASSERT_NE(session, 0U);
  network.wait(Links::kOutbindWait - 1s);
  EXPECT_TRUE(alive(session));
  network.wait(2s);
  EXPECT_FALSE(alive(session));
  EXPECT_EQ(status().outbinds_refused, 1U);
}

TEST_F(OutbindTest, CallersAreFew) {
  open({called()});
  std::vector<SessionId> waiting;
  for (std::size_t i = 0; i < Links::kCallersMax; ++i) waiting.push_back(call());
  EXPECT_EQ(std::ranges::count(waiting, 0U), 0);
  EXPECT_TRUE(alive(waiting[0]));
  EXPECT_NE(call_and_say("SMSC", "knock"), 0U) << "the silent lock nobody out";
  EXPECT_FALSE(alive(waiting[0])) << "who has been silent longest makes way";
  EXPECT_TRUE(alive(waiting[1]));
  EXPECT_TRUE(status().bound);
  EXPECT_EQ(status().outbinds_refused, 1U);
}

TEST_F(OutbindTest, TheSilentOfOneAddressMakeWayFirst) {
  open({called()});
  const SessionId other = call("192.0.2.9");
  std::vector<SessionId> silent;
  for (std::size_t i = 0; i < 5 * Links::kCallersMax; ++i) silent.push_back(call("198.51.100.1"));
  EXPECT_TRUE(alive(other)) << "who floods crowds out itself";
  EXPECT_TRUE(alive(silent.back()));
  EXPECT_FALSE(alive(silent.front()));
}

TEST_F(OutbindTest, CallingSeveralTimesAtOnceGivesNoMoreTries) {
  open({called()});
  std::vector<SessionId> calls;
  for (std::size_t i = 0; i < Links::kCallersMax; ++i) calls.push_back(call());
  EXPECT_TRUE(network.peer(calls[0]).outbind("SMSC", "wrong"));
  network.settle();
  for (std::size_t i = 1; i < calls.size(); ++i) {
    EXPECT_TRUE(network.peer(calls[i]).outbind("SMSC", "knock"));
    network.settle();
    EXPECT_FALSE(alive(calls[i]));
  }
  EXPECT_TRUE(smsc().binds.empty());
  network.wait(WrongCallers::kFirst);
  call_and_say("SMSC", "knock");
  EXPECT_TRUE(status().bound);
}

TEST_F(OutbindTest, FromElsewhereNobodyIsHeard) {
  open({called()});
  EXPECT_EQ(network.call("alpha", "203.0.113.5", false), 0U);
  EXPECT_EQ(status().outbinds_refused, 1U);
  EXPECT_TRUE(was_logged(Severity::warning, "203.0.113.5"));
  EXPECT_TRUE(was_logged(Severity::warning, "outbind_from"));
}

TEST_F(OutbindTest, WhoWasWrongIsNotHeardSoSoonAgain) {
  open({called()});
  std::size_t taken = 0;
  for (int second = 0; second < 3600; ++second) {
    if (call_and_say("SMSC", "wrong") != 0) ++taken;
    network.wait(1s);
  }
  EXPECT_GT(taken, 8U);
  EXPECT_LT(taken, 25U) << "of 3600 tries";
  EXPECT_NE(call_and_say("SMSC", "knock", "192.0.2.2"), 0U) << "and stands in nobody else's way";
  EXPECT_TRUE(status().bound);
}

TEST_F(OutbindTest, AMistakeIsForgotten) {
  open({called()});
  for (int i = 0; i < 3; ++i) {
    call_and_say("SMSC", "wrong");
    network.wait(WrongCallers::kFirst * (1 << i));
  }
  const SessionId session = call_and_say("SMSC", "knock");
  ASSERT_TRUE(status().bound);
  network.drop(session);
  call_and_say("SMSC", "wrong");
  network.wait(WrongCallers::kFirst);
  call_and_say("SMSC", "knock");
  EXPECT_TRUE(status().bound) << "what was right once begins anew";
}

TEST(WrongCallers, HaveFewTriesADayHoweverTheyAreSpread) {
  for (int running = 1; running <= 30; ++running) {
    WrongCallers callers;
    std::size_t tries = 0;
    const Steady start{1h};
    for (Steady now = start; now < start + 24h;) {
      for (int i = 0; i < running && now < start + 24h; ++i) {
        while (callers.waits("192.0.2.1", now)) now += 1s;
        callers.wrong("192.0.2.1", now);
        ++tries;
      }
      while (callers.waits("192.0.2.1", now)) now += 1s;
      now += WrongCallers::kForgiven;
    }
    EXPECT_LE(tries, WrongCallers::kTriesADay) << running << " tries before each wait";
  }
}

TEST(WrongCallers, AreRememberedInABoundedTable) {
  WrongCallers callers;
  const Steady start{1h};
  callers.wrong("192.0.2.1", start);
  callers.wrong("192.0.2.1", start);
  for (std::size_t i = 0; i < 10 * WrongCallers::kRememberedMax; ++i) {
    callers.wrong("2001:db8::" + std::to_string(i), start + 500ms);
  }
  EXPECT_TRUE(callers.waits("192.0.2.1", start + 1900ms)) << "those whose delay ends first make way";
  EXPECT_FALSE(callers.waits("192.0.2.1", start + 2s));
  for (int i = 0; i < 20; ++i) callers.wrong("192.0.2.1", start);
  EXPECT_TRUE(callers.waits("192.0.2.1", start + WrongCallers::kLongest - 1s));
  EXPECT_FALSE(callers.waits("192.0.2.1", start + WrongCallers::kLongest));
  callers.wrong("192.0.2.1", start + WrongCallers::kLongest + WrongCallers::kForgiven);
  EXPECT_FALSE(callers.waits("192.0.2.1", start + WrongCallers::kLongest + WrongCallers::kForgiven + 1s));
}

TEST_F(OutbindTest, OneSessionALane) {
  open({called()});
  const SessionId late = call();
  call_and_say("SMSC", "knock");
  ASSERT_TRUE(status().bound);
  ASSERT_TRUE(network.peer(late).outbind("SMSC", "knock"));
  network.settle();
  EXPECT_FALSE(alive(late));
  EXPECT_EQ(call(), 0U) << "nobody is awaited any more";
  EXPECT_EQ(smsc().binds.size(), 1U);
}

TEST_F(OutbindTest, ALostOneIsAwaitedAgainAndNeverDialled) {
  open({called()});
  const SessionId session = call_and_say("SMSC", "knock");
  network.drop(session);
  EXPECT_EQ(status().state, LinkState::listening);
  network.wait(1h);
  EXPECT_TRUE(smsc().connects.empty());
  EXPECT_EQ(status().history.at(0).why, "the connection was lost: connection reset");
  call_and_say("SMSC", "knock");
  EXPECT_TRUE(status().bound);
  links->rebind("alpha", network.time());
  network.settle();
  EXPECT_EQ(status().state, LinkState::listening);
}

TEST_F(OutbindTest, ARefusedBindAwaitsTheNextCall) {
  smsc().bind_answer = smpp::CommandStatus::invalid_password;
  open({called()});
  call_and_say("SMSC", "knock");
  EXPECT_EQ(status().state, LinkState::listening);
  EXPECT_EQ(status().refused, smpp::BindClass::credentials);
  EXPECT_TRUE(was_logged(Severity::error, "check system_id"));
}

TEST_F(OutbindTest, AStopHangsUp) {
  open({called()});
  const SessionId caller = call();
  const SessionId bound = call_and_say("SMSC", "knock");
  links->unbind_all(network.now);
  network.settle();
  EXPECT_FALSE(alive(caller));
  EXPECT_FALSE(alive(bound));
  EXPECT_TRUE(links->all_closed());
  EXPECT_EQ(call(), 0U);
}

TEST_F(OutbindTest, WithoutTheSettingNobodyIsAwaited) {
  open({alpha()});
  EXPECT_EQ(call(), 0U);
  EXPECT_EQ(links->accepted({"omega", "192.0.2.1"}, network.time()), 0U);
}

}  // namespace
}  // namespace dunlin::engine::test

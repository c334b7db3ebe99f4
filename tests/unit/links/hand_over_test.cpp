// What links hand over, when, in which order, and how every handed segment ends.
#include <map>
#include <random>
#include <set>

#include "unit/links/links_fixture.hpp"

namespace dunlin::engine::test {
namespace {

using smpp::CommandStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using HandOverTest = LinksTest;

const auto kNoAnswer = [](const smpp::SubmitSm&) -> std::optional<CommandStatus> { return std::nullopt; };

TEST_F(HandOverTest, LeavesAtTheNextTickAndComesBackAnswered) {
  smsc().latency = 20ms;
  open({alpha()});
  hand(job(5, 2));
  EXPECT_LE(links->next_tick(), network.now) << "what was handed over makes a tick due at once";
  EXPECT_EQ(status().outbox, 2U);
  network.settle();
  EXPECT_GT(links->next_tick(), network.now);
  EXPECT_EQ(status().in_flight, 2U);
  EXPECT_FALSE(links->drained());
  network.wait(20ms);
  const auto answers = all<SubmitAnswered>();
  ASSERT_EQ(answers.size(), 2U);
  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_EQ(answers[i].smsc, "alpha");
    EXPECT_EQ(answers[i].n, 5U);
    EXPECT_EQ(answers[i].segment, i);
    EXPECT_EQ(answers[i].status, CommandStatus::ok);
    EXPECT_EQ(answers[i].message_id, "5/" + std::to_string(i));
    EXPECT_EQ(answers[i].session, network.sessions().at(0));
  }
  EXPECT_TRUE(links->drained());
  EXPECT_EQ(status().response_seconds->count(), 2U);
  EXPECT_NEAR(status().response_seconds->sum(), 0.04, 1e-9);
  ASSERT_EQ(status().submits.size(), 1U);
  EXPECT_EQ(status().submits[0].count, 2U);
}

TEST_F(HandOverTest, OneWriteAWakeUp) {
  open({alpha()});
  const auto before = smsc().writes;
  for (std::uint64_t n = 0; n < 10; ++n) hand(job(n));
  network.settle();
  EXPECT_EQ(smsc().writes, before + 1);
  EXPECT_EQ(smsc().submits.size(), 10U);
}

TEST_F(HandOverTest, NoMoreThanTheWindow) {
  smsc().submit_answer = kNoAnswer;
  open({alpha()});
  EXPECT_EQ(links->room("alpha", network.now), 10U);
  for (std::uint64_t n = 0; n < 15; ++n) hand(job(n));
  EXPECT_EQ(links->room("alpha", network.now), 0U);
  network.settle();
  EXPECT_EQ(smsc().submits.size(), 10U);
  EXPECT_EQ(status().outbox, 5U);
  network.wait(1s);
  EXPECT_EQ(status().limited_by, LimitedBy::window);
  EXPECT_EQ(links->room("alpha", network.now), 0U);
  network.answer(smsc().submits[7]);
  network.answer(smsc().submits[2]);
  network.settle();
  EXPECT_EQ(smsc().submits.size(), 12U);
  EXPECT_EQ(all<SubmitAnswered>().at(0).n, 7U);
  links->set("alpha", std::nullopt, 13);
  network.settle();
  EXPECT_EQ(smsc().submits.size(), 15U);
  EXPECT_EQ(status().window, 13U);
}

TEST_F(HandOverTest, UrgentFirstAmongEqualsInOrder) {
  smsc().submit_answer = kNoAnswer;
  auto settings = alpha();
  settings.window = 1;
  open({settings});
  hand(job(1));
  network.settle();
  hand(job(2, 2));
  hand(job(3));
  hand(job(4, 2, true));
  hand(job(5, 1, true));
  for (std::size_t i = 0; i < 6; ++i) {
    network.answer(smsc().submits.at(i));
    network.settle();
  }
  EXPECT_THAT(texts(), ElementsAre("1/0", "4/0", "4/1", "5/0", "2/0", "2/1", "3/0"));
}

TEST_F(HandOverTest, AJobsSegmentsKeepTheirOrderOnOneSession) {
  std::mt19937_64 random(3);
  auto settings = alpha();
  settings.sessions = 3;
  settings.window = 4;
  smsc().submit_answer = kNoAnswer;
  open({settings});
  std::size_t answered = 0;
  std::uint64_t n = 0;
  for (int round = 0; round < 400; ++round) {
    if (links->room("alpha", network.now) > 0) {
      hand(job(n, 1 + static_cast<std::uint32_t>(random() % 4), random() % 5 == 0));
      ++n;
    }
    network.settle();
    for (std::size_t i = random() % 3; i > 0 && answered < smsc().submits.size(); --i)
      network.answer(smsc().submits[answered++]);
    network.settle();
  }
  std::map<std::string, std::pair<SessionId, int>> last;
  std::set<SessionId> used;
  for (const auto& submit : smsc().submits) {
    const std::string text(submit.body.short_message.text());
    const auto slash = text.find('/');
    const int segment = std::stoi(text.substr(slash + 1));
    used.insert(submit.session);
    const auto [job, first] = last.try_emplace(text.substr(0, slash), submit.session, -1);
    EXPECT_EQ(job->second.first, submit.session);
    EXPECT_EQ(job->second.second + 1, segment);
    job->second.second = segment;
  }
  EXPECT_EQ(used.size(), 3U);
  EXPECT_GT(smsc().submits.size(), 200U);
}

TEST_F(HandOverTest, ARetriedSegmentGoesWhereItsSistersWent) {
  auto settings = alpha();
  settings.sessions = 4;
  smsc().submit_answer = kNoAnswer;
  open({settings});
  hand(job(1, 2));
  network.settle();
  ASSERT_EQ(smsc().submits.size(), 2U);
  network.answer(smsc().submits[0], CommandStatus::system_error);
  network.settle();
  hand(job(1, 1));
  network.settle();
  ASSERT_EQ(smsc().submits.size(), 3U);
  EXPECT_EQ(smsc().submits[2].session, smsc().submits[0].session);
}

// The kernel takes `k` octets: what was not encoded can be taken back, what was encoded and not taken is waited for.
TEST_F(HandOverTest, TakeBackWithAKernelThatTakesOnlySome) {
  auto settings = alpha();
  settings.window = 1000;
  for (const std::size_t k : {0U, 1U, 100U, 3000U, 9000U}) {
    SCOPED_TRACE(k);
    smsc().submits.clear();
    smsc().submit_answer = kNoAnswer;
    network.close_all();
    heard.clear();
    open({settings});
    const SessionId session = network.sessions().at(0);
    network.give_kernel(session, k);
    const std::uint64_t before = network.taken(session);
    for (std::uint64_t n = 1; n <= 500; ++n) hand(job(n));
    network.settle();
    const auto in_flight = status().in_flight;
    std::uint64_t taken = 0, under_way = 0, in_kernel = 0;
    std::vector<HandedUpTo> points;
    for (std::uint64_t n = 1; n <= 500; ++n) {
      const auto back = links->take_back("alpha", n);
      EXPECT_EQ(back.taken.size() + back.handed_over.size(), 1U);
      taken += back.taken.size();
      under_way += back.handed_over.size();
      in_kernel += back.handed_over.size() - back.wait.size();
      for (const auto& point : back.wait) EXPECT_FALSE(links->kernel_has(point));
      points.insert(points.end(), back.wait.begin(), back.wait.end());
      EXPECT_THAT(links->take_back("alpha", n).taken, IsEmpty());
    }
    EXPECT_EQ(under_way, in_flight);
    EXPECT_EQ(status().outbox, 0U);
    EXPECT_EQ(in_kernel, smsc().submits.size()) << "what the kernel has, and only that, needs no waiting";
    EXPECT_LE(network.taken(session) - before, k);
    network.give_kernel(session, SIZE_MAX);
    for (const auto& point : points) EXPECT_TRUE(links->kernel_has(point));
    EXPECT_EQ(smsc().submits.size(), under_way) << "what was taken back never leaves";
    EXPECT_EQ(taken + under_way, 500U);
    EXPECT_GT(taken, 0U);
    for (const auto& submit : smsc().submits) network.answer(submit);
    network.settle();
    EXPECT_EQ(all<SubmitAnswered>().size(), under_way);
    EXPECT_TRUE(all<SubmitReturned>().empty());
  }
}

TEST_F(HandOverTest, TakeBackNamesOnlyItsOwnJobAndOnlyTheRest) {
  smsc().submit_answer = kNoAnswer;
  auto settings = alpha();
  settings.window = 3;
  open({settings});
  hand(job(1, 5));
  hand(job(2, 2));
  network.settle();
  const auto back = links->take_back("alpha", 1);
  EXPECT_THAT(back.taken, ElementsAre(3, 4));
  EXPECT_THAT(back.handed_over, ElementsAre(0, 1, 2));
  EXPECT_TRUE(back.wait.empty()) << "the kernel has them";
  EXPECT_TRUE(links->take_back("alpha", 99).handed_over.empty());
  for (std::size_t i = 0; i < 3; ++i) network.answer(smsc().submits[i]);
  network.settle();
  EXPECT_THAT(texts(), ElementsAre("1/0", "1/1", "1/2", "2/0", "2/1"));
  EXPECT_TRUE(links->take_back("alpha", 1).handed_over.empty());
}

TEST_F(HandOverTest, APointOfASessionThatIsGoneIsReached) {
  smsc().submit_answer = kNoAnswer;
  open({alpha()});
  const SessionId session = network.sessions().at(0);
  network.give_kernel(session, 0);
  hand(job(1));
  network.settle();
  const auto back = links->take_back("alpha", 1);
  ASSERT_EQ(back.wait.size(), 1U);
  EXPECT_FALSE(links->kernel_has(back.wait[0]));
  network.drop(session);
  EXPECT_TRUE(links->kernel_has(back.wait[0]));
}

TEST_F(HandOverTest, TakeBackAllKeepsTheOrderAndLeavesNothing) {
  smsc().submit_answer = kNoAnswer;
  auto settings = alpha();
  settings.window = 2;
  open({settings});
  hand(job(1, 3));
  hand(job(2, 2));
  hand(job(3, 1, true));
  network.settle();  // 3/0 first, then 1/0
  links->pause("alpha", true);
  const auto back = links->take_back_all("alpha");
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].n, 1U);
  ASSERT_EQ(back[0].parts.size(), 2U);
  EXPECT_EQ(back[0].parts[0].segment, 1U);
  EXPECT_EQ(back[0].parts[0].submit.short_message.text(), "1/1");
  EXPECT_EQ(back[1].n, 2U);
  EXPECT_EQ(status().outbox, 0U);
  for (std::size_t i = 0; i < 2; ++i) network.answer(smsc().submits[i]);
  network.settle();
  EXPECT_EQ(smsc().submits.size(), 2U);
  EXPECT_EQ(links->room("alpha", network.now), 0U) << "paused";
  hand(job(4));
  EXPECT_EQ(all<SubmitReturned>().at(0).n, 4U) << "a claim that was under way when the link was paused";
  links->pause("alpha", false);
  EXPECT_EQ(links->room("alpha", network.now), 2U);
}

TEST_F(HandOverTest, ALostSessionReturnsTheRestOfItsJobsOnly) {
  auto settings = alpha();
  settings.sessions = 2;
  settings.window = 2;
  smsc().submit_answer = kNoAnswer;
  open({settings});
  hand(job(1, 4));
  hand(job(2, 4));
  hand(job(3));
  network.settle();
  ASSERT_EQ(smsc().submits.size(), 4U);
  const SessionId lost = smsc().submits[0].session;
  const std::uint64_t n = smsc().submits[0].body.short_message.text() == "1/0" ? 1 : 2;
  network.drop(lost);
  const auto unanswered = all<SubmitUnanswered>();
  ASSERT_EQ(unanswered.size(), 2U);
  for (const auto& one : unanswered) EXPECT_EQ(one.n, n);
  const auto returned = all<SubmitReturned>();
  ASSERT_EQ(returned.size(), 1U);
  EXPECT_EQ(returned[0].n, n);
  EXPECT_THAT(returned[0].segments, ElementsAre(2, 3));
  EXPECT_EQ(status().outbox, 3U) << "the other job goes on, and the one that never began waits for any session";
  network.drop(network.sessions().at(0));
  EXPECT_EQ(all<SubmitReturned>().size(), 3U);
  EXPECT_EQ(status().outbox, 0U);
  hand(job(9));
  EXPECT_EQ(all<SubmitReturned>().size(), 4U) << "unbound";
}

TEST_F(HandOverTest, AJobThatWaitsForASisterOfALostSessionMovesOn) {
  auto settings = alpha();
  settings.sessions = 2;
  settings.window = 2;
  smsc().submit_answer = kNoAnswer;
  open({settings});
  hand(job(1, 2));
  network.settle();
  hand(job(1, 1));  // pinned beside its sisters, whose window is full
  network.settle();
  ASSERT_EQ(smsc().submits.size(), 2U);
  network.drop(smsc().submits[0].session);
  network.settle();
  ASSERT_EQ(smsc().submits.size(), 3U);
  EXPECT_TRUE(all<SubmitReturned>().empty());
}

TEST_F(HandOverTest, LateAnswersCountUntilTheSessionGivesUp) {
  auto settings = alpha();
  settings.response_timeout = 10s;
  settings.enquire_link = 5s;
  smsc().submit_answer = kNoAnswer;
  open({settings});
  hand(job(1));
  hand(job(2));
  network.wait(15s);
  EXPECT_EQ(status().in_flight, 2U);
  network.answer(smsc().submits[0]);
  network.settle();
  EXPECT_EQ(all<SubmitAnswered>().at(0).n, 1U);
  network.wait(5s);
  EXPECT_EQ(all<SubmitUnanswered>().at(0).n, 2U);
  EXPECT_NE(status().last_error.find("twice response_timeout"), std::string::npos);
}

TEST_F(HandOverTest, WhatCannotBeEncodedIsAnsweredUnsent) {
  open({alpha()});
  Outgoing bad = job(1, 2);
  bad.parts[0].submit.destination_addr = std::string(40, '9');
  hand(bad);
  network.settle();
  const auto answers = all<SubmitAnswered>();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].status, CommandStatus::invalid_message_length);
  EXPECT_EQ(answers[0].segment, 0U);
  EXPECT_EQ(answers[1].status, CommandStatus::ok);
  EXPECT_TRUE(was_logged(Severity::error, "destination_addr"));
  EXPECT_EQ(smsc().submits.size(), 1U);
}

TEST_F(HandOverTest, VersionThreeThreeSendsNoTlvs) {
  auto settings = alpha();
  settings.version = 0x33;
  open({settings});
  Outgoing outgoing = job(1);
  outgoing.parts[0].submit.tlvs.set(smpp::tlv::user_message_reference, 9);
  hand(outgoing);
  network.settle();
  EXPECT_EQ(smsc().binds.at(0).second.interface_version, 0x33);
  EXPECT_TRUE(smsc().submits.at(0).body.tlvs.empty());
}

// Seeded trouble: sessions break, kernels stall, answers reorder, jobs are taken back. Every segment ends exactly once.
TEST_F(HandOverTest, EverySegmentEndsExactlyOnce) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    auto settings = alpha();
    settings.sessions = 1 + seed % 3;
    settings.window = 5;
    settings.reconnect_min = 20ms;
    settings.reconnect_max = 100ms;
    settings.bind = seed % 2 == 0 ? BindMode::pair : BindMode::transceiver;
    smsc() = {};
    smsc().submit_answer = [&](const auto&) -> std::optional<CommandStatus> {
      const auto roll = random() % 10;
      if (roll == 0) return std::nullopt;
      return roll == 1 ? CommandStatus::system_error : CommandStatus::ok;
    };
    network.close_all();
    heard.clear();
    open({settings});
    std::map<std::pair<std::uint64_t, std::uint32_t>, int> ends;
    std::uint64_t n = 0;
    for (int round = 0; round < 600; ++round) {
      smsc().latency = std::chrono::milliseconds(random() % 50);
      while (links->room("alpha", network.now) > 0 && random() % 3 != 0) {
        const auto segments = 1 + static_cast<std::uint32_t>(random() % 3);
        hand(job(++n, segments, random() % 7 == 0));
        for (std::uint32_t i = 0; i < segments; ++i) ends[{n, i}] = 0;
      }
      const auto sessions = network.sessions();
      if (!sessions.empty() && random() % 40 == 0) network.drop(sessions[random() % sessions.size()]);
      if (!sessions.empty() && random() % 10 == 0) network.stall(sessions[random() % sessions.size()], random() % 300);
      if (!sessions.empty() && random() % 5 == 0) network.give_all();
      if (random() % 10 == 0 && n > 0) {
        const std::uint64_t which = n - random() % std::min<std::uint64_t>(n, 8);
        for (const auto segment : links->take_back("alpha", which).taken) ++ends[{which, segment}];
      }
      network.wait(std::chrono::milliseconds(random() % 30));
      ASSERT_FALSE(HasFatalFailure());
    }
    network.give_all();
    network.wait(5min);
    EXPECT_TRUE(links->drained());
    EXPECT_EQ(status().outbox, 0U);
    for (const auto& one : all<SubmitAnswered>()) ++ends[{one.n, one.segment}];
    for (const auto& one : all<SubmitUnanswered>()) ++ends[{one.n, one.segment}];
    for (const auto& one : all<SubmitReturned>()) {
      for (const auto segment : one.segments) ++ends[{one.n, segment}];
    }
    EXPECT_GT(n, 100U);
    EXPECT_FALSE(all<SubmitUnanswered>().empty());
    for (const auto& [segment, times] : ends) EXPECT_EQ(times, 1) << segment.first << "/" << segment.second;
  }
}

}  // namespace
}  // namespace dunlin::engine::test

// What a link asks with query_sm, and that asking never harms what is submitted.
#include "engine/link_queries.hpp"
#include "unit/links/links_fixture.hpp"

namespace dunlin::engine::test {
namespace {

class QueriesTest : public LinksTest {
 protected:
  static SmscSettings with_window(std::uint32_t window) {
    SmscSettings settings = alpha();
    settings.window = window;
    settings.response_timeout = 5s;
    return settings;
  }
  void ask(std::uint64_t n) { links->query("alpha", {n, 0, "id" + std::to_string(n), {}, {}, "ACME"}); }
  void ask_many(std::uint64_t count) {
    for (std::uint64_t n = 1; n <= count; ++n) ask(n);
  }
  std::vector<std::string> reasons() {
    std::vector<std::string> found;
    for (const QueryAnswered& one : all<QueryAnswered>()) found.push_back(one.reason);
    return found;
  }
  void answer_no_submits() {
    smsc().submit_answer = [](const auto&) { return std::nullopt; };
  }
  void fill_window(std::uint32_t window) {
    answer_no_submits();
    for (std::uint32_t n = 1; n <= window; ++n) hand(job(1000 + n));
    network.settle();
  }
};

TEST_F(QueriesTest, SilenceFreesThePlaceAndKeepsTheSession) {
  smsc().answers_queries = false;
  open({with_window(4)});
  ask(1);
  network.wait(4900ms);
  EXPECT_EQ(status().in_flight, 1U);
  EXPECT_THAT(reasons(), ::testing::IsEmpty());
  network.wait(200ms);
  EXPECT_EQ(status().in_flight, 0U);
  EXPECT_THAT(reasons(), ::testing::ElementsAre("unanswered"));
  // Its answer comes all the same: it is nobody's.
  network.answer(smsc().queries.at(0));
  network.settle();
  EXPECT_EQ(all<QueryAnswered>().size(), 1U);
  hand(job(7));
  network.wait(1min);
  EXPECT_EQ(smsc().connects.size(), 1U) << "the session lives";
  EXPECT_EQ(all<SubmitAnswered>().size(), 1U);
  EXPECT_THAT(all<SubmitUnanswered>(), ::testing::IsEmpty());
}

TEST_F(QueriesTest, AnIgnoredOneLeavesNoSubmitInDoubt) {
  smsc().answers_queries = false;
  open({with_window(8)});
  ask(1);
  network.wait(6s);
  answer_no_submits();
  hand(job(7));
  network.wait(5s);  // twice response_timeout after the query, once after the submit
  EXPECT_EQ(smsc().connects.size(), 1U);
  EXPECT_THAT(all<SubmitUnanswered>(), ::testing::IsEmpty());
  network.wait(7s);
  EXPECT_EQ(all<SubmitUnanswered>().size(), 1U) << "a submit still closes it";
}

TEST_F(QueriesTest, ThreeInARowUnansweredAreTheLastUntilTheNextBind) {
  smsc().answers_queries = false;
  open({with_window(4)});
  ask_many(5);
  network.wait(1min);
  EXPECT_EQ(smsc().queries.size(), 3U);
  EXPECT_THAT(reasons(), ::testing::ElementsAre("unanswered", "unanswered", "unanswered", "not_asked", "not_asked"));
  ask(6);
  network.wait(10s);
  EXPECT_EQ(smsc().queries.size(), 3U);
  EXPECT_EQ(std::ranges::count_if(
                logged, [](const auto& one) { return one.second.find("answers no query_sm") != std::string::npos; }),
            1);
  smsc().answers_queries = true;
  network.drop(network.sessions().at(0));
  network.wait(5s);
  ask(7);
  network.wait(1s);
  EXPECT_EQ(smsc().queries.size(), 4U);
  EXPECT_TRUE(all<QueryAnswered>().back().message_state.has_value());
}

TEST_F(QueriesTest, AnAnswerBetweenThemBeginsTheCountAnew) {
  open({with_window(4)});
  for (std::uint64_t n = 1; n <= 6; ++n) {
    smsc().answers_queries = n % 3 == 0;
    ask(n);
    network.wait(6s);
  }
  EXPECT_EQ(smsc().queries.size(), 6U);
  EXPECT_FALSE(was_logged(Severity::warning, "answers no query_sm"));
}

TEST_F(QueriesTest, ThoseLostWithTheirSessionAreNotIgnoredOnes) {
  smsc().answers_queries = false;
  open({with_window(40)});
  ask_many(4);
  network.wait(1s);
  ASSERT_EQ(smsc().queries.size(), 4U);
  network.drop(network.sessions().at(0));
  EXPECT_THAT(reasons(), ::testing::ElementsAre("unanswered", "unanswered", "unanswered", "unanswered"));
  EXPECT_FALSE(was_logged(Severity::warning, "answers no query_sm"));
}

TEST_F(QueriesTest, TakeAQuarterOfTheWindowAtMost) {
  for (const auto& [window, most] :
       std::vector<std::pair<std::uint32_t, std::size_t>>{{2, 1}, {7, 1}, {8, 2}, {12, 3}, {400, 10}}) {
    SCOPED_TRACE(window);
    network.close_all();
    smsc().answers_queries = false;
    smsc().queries.clear();
    smsc().submits.clear();
    open({with_window(window)});
    ask_many(20);
    network.wait(4s);
    EXPECT_EQ(smsc().queries.size(), most);
    hand(job(99));
    network.settle();
    EXPECT_EQ(smsc().submits.size(), 1U) << "a place is left to submits";
  }
}

TEST_F(QueriesTest, AWindowOfOneIsLeftToSubmits) {
  open({with_window(1)});
  ask_many(2);
  network.wait(1s);
  EXPECT_THAT(reasons(), ::testing::ElementsAre("window", "window"));
  EXPECT_THAT(smsc().queries, ::testing::IsEmpty());
}

TEST_F(QueriesTest, WhereNoneCanLeaveNothingIsWokenFor) {
  open({with_window(10)});
  fill_window(10);
  ask(1);
  network.settle();  // fails if the links are busy without time passing
  network.wait(1s);
  EXPECT_GT(links->next_tick(), network.now);
  EXPECT_THAT(smsc().queries, ::testing::IsEmpty());
  network.answer(smsc().submits.at(0));
  network.settle();
  EXPECT_EQ(smsc().queries.size(), 1U) << "the answer's place is taken at once";
}

TEST_F(QueriesTest, NeitherWhileTheKernelTakesNothing) {
  open({with_window(10)});
  network.stall(network.sessions().at(0), 10);
  answer_no_submits();
  hand(job(1));
  ask(1);
  network.settle();
  network.wait(1s);
  EXPECT_GT(links->next_tick(), network.now);
  EXPECT_THAT(smsc().queries, ::testing::IsEmpty());
  network.give_all();
  EXPECT_EQ(smsc().queries.size(), 1U);
}

TEST_F(QueriesTest, NeitherWhileItsOnlySessionRetires) {
  open({with_window(10)});
  fill_window(1);
  links->rebind("alpha", network.time());
  ask(1);
  network.settle();
  network.wait(100ms);
  EXPECT_GT(links->next_tick(), network.now);
  EXPECT_THAT(smsc().queries, ::testing::IsEmpty());
}

TEST_F(QueriesTest, ABusyLinkAsksOneInTwenty) {
  SmscSettings settings = with_window(4);
  settings.throughput = 100;
  open({settings});
  for (std::uint64_t n = 1; n <= 1000; ++n) hand(job(n));
  ask_many(100);
  network.wait(5s);
  EXPECT_GT(smsc().submits.size(), 400U);
  EXPECT_LE(smsc().queries.size(), smsc().submits.size() / Queries::kSubmitsBetween);
  EXPECT_GE(smsc().queries.size(), 20U);
}

TEST_F(QueriesTest, ABusyLinkWithoutAPaceAsksByItsWindowAlone) {
  open({with_window(2)});
  smsc().latency = 10ms;
  for (std::uint64_t n = 1; n <= 1000; ++n) hand(job(n));
  ask_many(5);
  network.wait(1s);
  EXPECT_EQ(smsc().queries.size(), 5U);
  EXPECT_GT(smsc().submits.size(), 150U);
}

TEST_F(QueriesTest, WhatWaitsTooLongIsDropped) {
  SmscSettings settings = with_window(2);
  settings.response_timeout = 1h;
  settings.enquire_link = 0s;
  open({settings});
  fill_window(2);
  ask(1);
  network.wait(1min);
  ask(2);
  network.wait(Queries::kAgeMax - 1min - 1s);
  EXPECT_THAT(reasons(), ::testing::IsEmpty());
  network.wait(1s);
  EXPECT_THAT(reasons(), ::testing::ElementsAre("too_late"));
  EXPECT_EQ(all<QueryAnswered>().at(0).n, 1U);
  network.wait(1min);
  EXPECT_THAT(reasons(), ::testing::ElementsAre("too_late", "too_late"));
  EXPECT_THAT(smsc().queries, ::testing::IsEmpty());
}

}  // namespace
}  // namespace dunlin::engine::test

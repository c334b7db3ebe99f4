// What people answer, and what it does to what would be sent next.
#include "dunning/replies.hpp"

#include "engine/reply.hpp"
#include "people_world.hpp"

namespace dunlin::engine::testing {
namespace {

std::shared_ptr<const dunning::Replies> rules() {
  static const Phrases phrases{{"en", "paid", "paid"},
                               {"en", "promise", "will pay"},
                               {"en", "filler", "i"},
                               {"en", "filler", "it"},
                               {"en", "filler", "on"},
                               {"en", "dispute", "scam"},
                               {"en", "opt_in", "text me again"},
                               {"en", "pay_now", "how can i pay"},
                               {"en", "acknowledgement", "ok"},
                               {"any", "help", "help"}};
  return replies_of(phrases);
}

// One job was sent, a second one waits for its hour.
struct Answered : World {
  Answered() {
    settings.replies.rules = rules();
    settings.dunning.expires_default = std::chrono::hours{24};
  }
  void begin() {
    start();
    ASSERT_TRUE(submit(job("a")));
    run(1s);
    answer("alpha", 0);
    store::Job later = job("b");
    later.not_before = now.wall + 1h;
    ASSERT_TRUE(submit(later));
  }
};

TEST(Replies, LetWhatIsHarmlessGoOn) {
  for (const char* text : {"ok", "How can I pay?", "help", "text me again", "START"}) {
    Answered world;
    world.begin();
    world.says(text);
    EXPECT_EQ(world.count("held"), 0u) << text;
    world.run(2h);
    EXPECT_EQ(world.sent(), 2u) << text;
  }
}

TEST(Replies, HoldWhateverIsNotHarmlessUntilItIsCleared) {
  for (const auto& [text, intent] :
       std::vector<std::pair<const char*, const char*>>{{"what do you want", "unclear"},
                                                        {"it is a scam", "dispute"},
                                                        {"yes", "unclear"},
                                                        {"paid, get lost", "unclear"},
                                                        {"my card 4111 1111 1111 1111", "unclear"}}) {
    Answered world;
    world.begin();
    world.says(text);
    const store::Event told = world.last(store::EventType::replied), held = world.last(store::EventType::held);
    EXPECT_EQ(told.intent, intent) << text;
    EXPECT_EQ(told.job, "a");
    EXPECT_EQ(held.reason, "reply:" + std::string(intent));
    EXPECT_EQ(held.number, "+48601000001");
    EXPECT_EQ(held.until, std::nullopt);
    world.run(90min);
    EXPECT_EQ(world.sent(), 1u) << text;
    auto released = world.ask<ReleaseHold, HoldReleased>({held.hold, {}});
    ASSERT_TRUE(released && *released);
    world.run(1s);
    EXPECT_EQ(world.sent(), 2u) << text;
  }
}

TEST(Replies, HoldForATermWhoPaysOrWillPay) {
  Answered world;
  world.settings.replies.paid_hold = 3h;
  world.begin();
  world.says("I paid it");
  EXPECT_EQ(world.last(store::EventType::held).reason, "reply:paid");
  EXPECT_EQ(world.last(store::EventType::replied).rule, "paid");
  world.run(2h);
  EXPECT_EQ(world.state("b"), State::held);
  world.run(2h);
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_EQ(world.view("a").state.reason, "") << "no debt is closed by it";
}

TEST(Replies, HoldAPromiseToTheEndOfItsDayAndTheGrace) {
  Answered world;
  world.settings.replies.promise_grace = 2h;
  world.begin();
  const auto today = std::chrono::floor<std::chrono::days>(world.now.wall);
  world.says("I will pay tomorrow");
  EXPECT_EQ(world.last(store::EventType::held).until, Wall{today + std::chrono::days{2}} + 2h);
  EXPECT_EQ(world.last(store::EventType::replied).date,
            dunning::to_string(dunning::Date{today.time_since_epoch() + std::chrono::days{1}}));
  world.run(2h);
  EXPECT_EQ(world.sent(), 1u);
}

// Who promises again before the day is over has not kept the first: it would go on for ever.
TEST(Replies, PutOffNoPromiseByAnother) {
  Answered world;
  world.settings.smscs[0].enquire_link = std::chrono::hours{6};
  world.settings.replies.promise_grace = 2h;
  world.settings.replies.paid_hold = std::chrono::hours{10};
  world.begin();
  world.says("I will pay tomorrow");
  const std::optional<Wall> until = world.last(store::EventType::held).until;
  world.says("I will pay");  // no day: that would be longer
  hop(world, std::chrono::hours{20});
  world.says("I will pay tomorrow");
  EXPECT_EQ(world.count("held"), 2u) << "of the number and of the job, once";
  EXPECT_EQ(world.last(store::EventType::held).until, until);
  EXPECT_EQ(world.count("replied"), 3u);
  world.says("I paid it");
  const std::optional<Wall> paid = world.last(store::EventType::held).until;
  hop(world, std::chrono::hours{5});
  world.says("I paid it");
  EXPECT_EQ(world.last(store::EventType::held).until, paid);
  hop(world, std::chrono::hours{5});
  EXPECT_EQ(world.last(store::EventType::released).reason, "reply:paid");
  world.says("I paid it");
  EXPECT_EQ(world.last(store::EventType::held).until, world.now.wall - 1s + world.settings.replies.paid_hold)
      << "that one was over";
}

TEST(Replies, BelieveNoDayThatIsTooFarAhead) {
  for (const auto& [text, believed] :
       {std::pair{"I will pay on 23 December", true}, std::pair{"I will pay on 24 December", false}}) {
    Answered world;
    world.begin();
    world.says(text);
    const store::Event told = world.last(store::EventType::replied), held = world.last(store::EventType::held);
    EXPECT_EQ(told.intent, "promise");
    EXPECT_EQ(told.date, believed ? "2026-12-23" : "2026-12-24");
    EXPECT_EQ(held.reason, believed ? "reply:promise" : "reply:unclear") << "a person looks at it";
    EXPECT_EQ(held.until.has_value(), believed);
  }
}

// What was accepted first may leave last: it is what they have before them.
TEST(Replies, AnswerWhatWasSentLast) {
  Answered world;
  world.start();
  store::Job later = World::job("accepted first");
  later.not_before = world.now.wall + 1h;
  later.account = "A";
  ASSERT_TRUE(world.submit(later));
  store::Job now = World::job("sent first");
  now.account = "B";
  ASSERT_TRUE(world.submit(now));
  world.run(90min);
  ASSERT_EQ(world.sent(), 2u);
  world.says("ok");
  EXPECT_EQ(world.last(store::EventType::replied).job, "accepted first");
  EXPECT_EQ(world.last(store::EventType::replied).account, "A");
}

// More than are compared: those that left first are forgotten, not those that were accepted first.
TEST(Replies, AnswerWhatWasSentLastAmongMany) {
  Answered world;
  world.settings.smscs[0].throughput = 0;
  world.start();
  store::Job later = World::job("accepted first");
  later.not_before = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(later));
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(world.submit(World::job("other" + std::to_string(i))));
  world.run(90min);
  ASSERT_EQ(world.sent(), 61u);
  world.says("ok");
  EXPECT_EQ(world.last(store::EventType::replied).job, "accepted first");
}

TEST(Replies, AreAmbiguousWhereAnotherAccountWasWrittenToLately) {
  for (const auto& [account, apart, ambiguous] :
       {std::tuple{"B", std::chrono::hours{24 * 6}, true}, std::tuple{"A", std::chrono::hours{24}, false},
        std::tuple{"B", std::chrono::hours{24 * 8}, false}}) {
    Answered world;
    world.settings.smscs[0].enquire_link = std::chrono::hours{24};
    world.start();
    store::Job first = World::job("first");
    first.account = "A";
    ASSERT_TRUE(world.submit(first));
    store::Job second = World::job("second");
    second.account = account;
    second.not_before = world.now.wall + apart;
    second.expires = *second.not_before + 1h;
    ASSERT_TRUE(world.submit(second));
    hop(world, apart);
    world.run(1min);
    ASSERT_EQ(world.sent(), 2u);
    world.says("ok");
    EXPECT_EQ(world.last(store::EventType::replied).job, "second");
    EXPECT_EQ(world.last(store::EventType::replied).ambiguous, ambiguous) << account << apart.count();
  }
}

TEST(Replies, HoldNoLongerThanIsSet) {
  Answered world;
  world.settings.replies.hold_ttl = 2h;
  world.begin();
  world.says("who are you");
  world.run(119min);
  EXPECT_EQ(world.sent(), 1u);
  world.run(5min);
  EXPECT_EQ(world.sent(), 2u);
}

TEST(Replies, AreAnsweredWhenWhatTheyHoldIsTakenBack) {
  Answered world;
  world.start();
  world.says("ok");  // the session is up
  world.reachable["alpha"] = true;
  world.kernel_room = 0;
  ASSERT_TRUE(world.submit(World::job("a")));
  ASSERT_EQ(world.state("a"), State::submitting);
  world.says("it is a scam");
  EXPECT_EQ(world.last(store::EventType::held).reason, "reply:dispute");
  world.kernel_room = SIZE_MAX;
  world.gateway->writable(world.session_of("alpha"), world.now);
  world.run(1s);
  ASSERT_TRUE(world.submit(World::job("b")));
  world.run(1h);
  EXPECT_EQ(world.state("b"), State::held);
  if (world.sent() == 0) {
    EXPECT_EQ(world.state("a"), State::held);
  }
}

TEST(Replies, HoldNobodyWhoNeverHadAJobAndNothingWithoutRules) {
  Answered world;
  world.begin();
  world.says("who are you", "48601000009");
  EXPECT_EQ(world.count("held"), 0u);
  EXPECT_EQ(world.last(store::EventType::replied).from, "+48601000009");
  Answered plain;
  plain.settings.replies.rules = nullptr;
  plain.begin();
  plain.says("who are you");
  EXPECT_EQ(plain.last(store::EventType::replied).intent, "unclear");
  EXPECT_EQ(plain.count("held"), 0u);
  plain.says("STOP");
  EXPECT_EQ(plain.state("b"), State::blocked);
}

TEST(Replies, BlockByAStopAndAreFreedByAStartAlone) {
  Answered world;
  world.begin();
  world.says("STOP it");
  EXPECT_EQ(world.last(store::EventType::opted_out).reason, "STOP");
  EXPECT_EQ(world.count("held"), 0u) << "it is blocked, which is more";
  EXPECT_EQ(world.state("b"), State::blocked);
  world.says("text me again");
  EXPECT_EQ(world.last(store::EventType::replied).intent, "opt_in");
  world.says("yes");
  EXPECT_EQ(world.count("opted_in"), 0u);
  world.says("START");
  EXPECT_EQ(world.count("opted_in"), 1u);
}

TEST(Replies, KeepNoCardNumber) {
  Answered world;
  world.begin();
  world.says("take it from 4111-1111-1111-1111");
  EXPECT_EQ(world.last(store::EventType::replied).text, "take it from ****-****-****-1111");
}

TEST(Replies, SurviveACrashBeforeTheyAreAnswered) {
  Answered world;
  world.begin();
  world.says("it is a scam");
  world.crash();
  world.run(1s);
  world.says("it is a scam");  // the SMSC brings it again
  EXPECT_EQ(world.count("held"), 1u) << "one hold, not two";
  world.run(2h);
  EXPECT_EQ(world.sent(), 1u);
}

// Some SMSCs give the sender of a reply as people of its country write it.
TEST(ReplyNumber, OfANationalFormIsCompletedWhereTheCountryIsKnown) {
  DunningSettings dunning;
  EXPECT_EQ(reply_number("601000001", 2, dunning), "601000001") << "of any country";
  EXPECT_EQ(reply_number("48601000001", 1, dunning), "+48601000001");
  dunning.default_country = "PL";
  EXPECT_EQ(reply_number("601000001", 2, dunning), "+48601000001");
  EXPECT_EQ(reply_number("601000001", 0, dunning), "+48601000001") << "no number of the world begins so";
  EXPECT_EQ(reply_number("48601000001", 0, dunning), "+48601000001");
  EXPECT_EQ(reply_number("48601000001", 1, dunning), "+48601000001");
  EXPECT_EQ(reply_number("491700000001", 1, dunning), "+491700000001");
  EXPECT_EQ(reply_number("48225301234", 1, dunning), "+48225301234") << "a landline is somebody, too";
  EXPECT_EQ(reply_number("1234", 3, dunning), "1234") << "a short code is nobody's number";
}

}  // namespace
}  // namespace dunlin::engine::testing

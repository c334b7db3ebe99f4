// What replies hold, as those see it who read them, and what they make of it.
#include "people_world.hpp"

namespace dunlin::engine::testing {
namespace {

using std::chrono::hours;
using store::keys::InboxClass;

const std::string kNumber = "+48601000001";

struct InboxWorld : PeopleWorld {
  // "number intent: text" of each.
  Names inbox(InboxClass kind = InboxClass::waiting) {
    Names names;
    auto found = store::inbox(kv, kind, 0, 100);
    EXPECT_TRUE(found.has_value());
    for (const store::InboxView& each : found->items)
      names.push_back(each.number + " " + each.hold.reason + ": " + (each.heard ? each.heard->text : ""));
    const GatewayStatus status = gateway->status(now);
    EXPECT_EQ(kind == InboxClass::waiting ? status.inbox_waiting : status.inbox_term, names.size());
    return names;
  }
  std::optional<Result<InboxChanged>> order(InboxOrder what, const std::string& date = {}) {
    return ask<ChangeInbox, InboxChanged>({kNumber, what, date, {}}, 1s);
  }
  void begin_with_a_later_one() {
    begin(job("a"));
    store::Job later = job("b");
    later.not_before = now.wall + 1h;
    later.expires = now.wall + hours{24 * 30};
    ASSERT_TRUE(submit(later));
  }
};

TEST(Inbox, ListsWhatWaitsForAPersonInOrder) {
  InboxWorld world;
  world.begin(World::job("a"));
  world.send(World::job("b", "+48601000002"));
  world.says("who are you");
  world.run(1min);
  world.says("it is a scam 4111 1111 1111 1111", "48601000002");
  world.says("I paid it", "48601000002");
  EXPECT_EQ(world.inbox(), (Names{kNumber + " reply:unclear: who are you", "+48601000002 reply:dispute: I paid it"}));
  EXPECT_EQ(world.inbox(InboxClass::term), Names{"+48601000002 reply:paid: I paid it"});
  world.run(1h);
  EXPECT_NEAR(world.gateway->status(world.now).inbox_oldest_seconds, 3600 + 62, 3);
  world.crash();
  EXPECT_EQ(world.inbox().size(), 2u);
  EXPECT_NEAR(world.gateway->status(world.now).inbox_oldest_seconds, 3600 + 62, 3);
  const auto heard = store::newest_heard(world.kv, "+48601000002", 10);
  ASSERT_TRUE(heard && heard->size() == 2);
  EXPECT_EQ(heard->front().heard.job, "b");
  EXPECT_EQ(heard->front().heard.text, "it is a scam **** **** **** 1111");
}

TEST(Inbox, IsClearedAndWhatWaitedGoesOn) {
  InboxWorld world;
  world.begin_with_a_later_one();
  world.says("who are you");
  world.run(2h);
  EXPECT_EQ(world.sent(), 1u);
  const auto cleared = world.order(InboxOrder::clear);
  ASSERT_TRUE(cleared && *cleared);
  EXPECT_EQ((**cleared).released, 1u);
  EXPECT_EQ(world.inbox(), Names{});
  EXPECT_EQ(world.gateway->status(world.now).inbox_oldest_seconds, 0);
  EXPECT_EQ(world.sent(), 2u);
  const auto again = world.order(InboxOrder::clear);
  ASSERT_TRUE(again && !*again);
  EXPECT_EQ(again->error().code, "not_found");
}

TEST(Inbox, TurnsAReplyIntoAPromise) {
  InboxWorld world;
  world.begin_with_a_later_one();
  world.says("who are you");
  const auto promised = world.order(InboxOrder::promise, "2026-11-22");
  ASSERT_TRUE(promised && *promised);
  EXPECT_EQ((**promised).released, 1u);
  ASSERT_TRUE((**promised).hold);
  EXPECT_EQ((**promised).hold->until, Wall{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}} + hours{1});
  EXPECT_EQ(world.inbox(), Names{});
  EXPECT_EQ(world.inbox(InboxClass::term), Names{kNumber + " reply:promise: who are you"});
  world.run(hours{12});
  EXPECT_EQ(world.sent(), 1u);
  EXPECT_EQ(world.state("b"), State::held);
  world.run(hours{2});
  EXPECT_EQ(world.sent(), 2u);
}

TEST(Inbox, TakesAPromiseOnThePhoneAndTellsWhenItIsBroken) {
  InboxWorld world;
  store::Job job = World::job("a");
  job.account = "4711";
  world.begin(job);
  const auto promised = world.order(InboxOrder::promise, "2026-11-22");
  ASSERT_TRUE(promised && *promised);
  world.run(hours{14});
  EXPECT_EQ(world.last(store::EventType::escalated).reason, kWhyBroken);
  EXPECT_EQ(world.last(store::EventType::escalated).job, "a");
}

TEST(Inbox, RefusesADayThatIsNone) {
  InboxWorld world;
  world.begin(World::job("a"));
  for (const char* date : {"", "soon", "2026-11-21", "2028-01-01", "2026-02-30"}) {
    const auto refused = world.order(InboxOrder::promise, date);
    ASSERT_TRUE(refused && !*refused) << date;
    EXPECT_EQ(refused->error().code, "bad_date") << date;
  }
}

TEST(Inbox, HoldsADisputeUntilItIsCleared) {
  InboxWorld world;
  world.settings.replies.hold_ttl = std::chrono::minutes{10};
  world.begin_with_a_later_one();
  world.says("who are you");
  const auto disputed = world.order(InboxOrder::dispute);
  ASSERT_TRUE(disputed && *disputed);
  EXPECT_EQ(world.inbox(), Names{kNumber + " reply:dispute: who are you"});
  world.run(hours{2});
  EXPECT_EQ(world.sent(), 1u);
  ASSERT_TRUE(*world.order(InboxOrder::clear));
  EXPECT_EQ(world.sent(), 2u);
}

TEST(Inbox, KeepsAWrongNumberLongerThanOthers) {
  InboxWorld world;
  world.settings.replies.hold_ttl = std::chrono::minutes{10};
  world.begin_with_a_later_one();
  world.says("wrong number");
  world.run(hours{2});
  EXPECT_EQ(world.sent(), 1u);
  EXPECT_EQ(world.inbox(), Names{kNumber + " reply:wrong_number: wrong number"});
}

TEST(Inbox, IsDoneAtOnceAlsoWhenThePowerGoes) {
  for (int turns = 0; turns < 6; ++turns) {
    InboxWorld world;
    world.begin_with_a_later_one();
    world.says("who are you");
    world.run(2h);
    bool answered = false;
    world.store_stalled = true;
    world.gateway->request(ChangeInbox{kNumber, InboxOrder::promise, "2026-11-24",
                                       [&](Result<InboxChanged> done) { answered = done.has_value(); }},
                           world.now);
    world.store_steps(static_cast<std::size_t>(turns));
    world.store_stalled = false;
    const bool promised = answered;
    world.crash();
    world.run(10s);
    EXPECT_EQ(world.sent(), 1u) << turns;
    EXPECT_EQ(world.state("b"), State::held) << turns;
    if (promised) {
      EXPECT_EQ(world.inbox(), Names{}) << turns;
    }
    EXPECT_EQ(world.inbox().size() + world.inbox(InboxClass::term).size(), 1u) << turns;
  }
}

TEST(Inbox, AnswersInAClerksWords) {
  InboxWorld world;
  world.begin_with_a_later_one();
  world.says("who are you");
  const auto answered = world.ask<AnswerPerson, Answered>({kNumber, "We are your power company.", {}}, 1s);
  ASSERT_TRUE(answered && *answered);
  EXPECT_EQ(world.smscs["alpha"].text_of(1), "We are your power company.");
  EXPECT_EQ(world.view((**answered).id).state.answer, store::AnswerKind::clerk);
  world.run(2h);
  EXPECT_EQ(world.sent(), 2u) << "the hold lies there";
}

// A clerk's tool that missed the answer asks again.
TEST(Inbox, AnswersOnceInTheSameWords) {
  InboxWorld world;
  world.begin(World::job("a"));
  world.says("who are you");
  const auto say = [&](const std::string& text) {
    const auto answered = world.ask<AnswerPerson, Answered>({kNumber, text, {}}, 1s);
    EXPECT_TRUE(answered && *answered);
    return answered && *answered ? (**answered).id : std::string{};
  };
  world.run(5min);
  const std::string first = say("We are your power company.");
  EXPECT_EQ(say("We are your power company."), first);
  world.crash();
  world.run(8min);
  EXPECT_EQ(say("We are your power company."), first);
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_NE(say("We are your water company."), first);
  EXPECT_EQ(world.sent(), 3u);
  world.run(11min);
  EXPECT_NE(say("We are your power company."), first);
  EXPECT_EQ(world.sent(), 4u);
}

TEST(Inbox, AnswersAgainWhatWasCancelled) {
  InboxWorld world;
  world.begin(World::job("a"));
  world.says("who are you");
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", true, {}})));
  const auto say = [&] { return *world.ask<AnswerPerson, Answered>({kNumber, "We are your power company.", {}}, 1s); };
  const auto first = say();
  ASSERT_TRUE(first);
  ASSERT_TRUE((*world.ask<CancelJob, Cancelled>({first->id, {}})));
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", false, {}})));
  const auto second = say();
  ASSERT_TRUE(second);
  EXPECT_NE(second->id, first->id);
  world.run(1min);
  EXPECT_EQ(world.sent(), 2u);
}

TEST(Inbox, AnswersAgainWhatFailed) {
  InboxWorld world;
  world.begin(World::job("a"));
  world.says("who are you");
  world.smscs["alpha"].statuses = {smpp::CommandStatus::invalid_destination_address};
  const auto first = world.ask<AnswerPerson, Answered>({kNumber, "We are your power company.", {}}, 1s);
  ASSERT_TRUE(first && *first);
  ASSERT_EQ(world.state((**first).id), State::rejected);
  const auto second = world.ask<AnswerPerson, Answered>({kNumber, "We are your power company.", {}}, 1s);
  ASSERT_TRUE(second && *second);
  EXPECT_NE((**first).id, (**second).id);
  EXPECT_EQ(world.state((**second).id), State::submitted);
}

TEST(Inbox, HoldsNobodyWhoWasNeverSeen) {
  InboxWorld world;
  world.begin(World::job("a"));
  for (const InboxOrder order : {InboxOrder::promise, InboxOrder::dispute}) {
    const auto refused = world.ask<ChangeInbox, InboxChanged>({"+48601000002", order, "2026-11-23", {}}, 1s);
    ASSERT_TRUE(refused && !*refused);
    EXPECT_EQ(refused->error().code, "not_found");
    EXPECT_EQ(refused->error().where, "number");
  }
  EXPECT_EQ(world.count("held"), 0u);
  world.says("who are you", "48601000003");  // without a job: it holds nothing, but somebody is there
  const auto known = world.ask<ChangeInbox, InboxChanged>({"+48601000003", InboxOrder::dispute, {}, {}}, 1s);
  EXPECT_TRUE(known && *known);
  EXPECT_EQ(world.count("held"), 1u);
  ASSERT_TRUE((*world.order(InboxOrder::dispute))) << "a job is there, and nobody wrote";
  EXPECT_EQ(world.count("held"), 2u);
}

TEST(Inbox, AnswersNobodyWhoDidNotWriteOrIsBlocked) {
  InboxWorld world;
  world.begin(World::job("a"));
  const auto nobody = world.ask<AnswerPerson, Answered>({kNumber, "Hello", {}});
  ASSERT_TRUE(nobody && !*nobody);
  EXPECT_EQ(nobody->error().code, "not_found");
  world.says("who are you");
  const auto empty = world.ask<AnswerPerson, Answered>({kNumber, "", {}});
  ASSERT_TRUE(empty && !*empty);
  EXPECT_EQ(empty->error().where, "text");
  world.says("STOP");
  const auto blocked = world.ask<AnswerPerson, Answered>({kNumber, "Hello", {}});
  ASSERT_TRUE(blocked && !*blocked);
  EXPECT_EQ(blocked->error().code, "conflict");
  EXPECT_EQ(world.sent(), 1u);
}

TEST(Inbox, ForgetsAPersonWhole) {
  InboxWorld world;
  world.begin(World::job("a"));
  world.says("who are you");
  ASSERT_TRUE((*world.ask<Forget, Forgotten>({kNumber, {}}, 5s)));
  EXPECT_EQ(world.inbox(), Names{});
  EXPECT_EQ(world.rows(store::Family::conversations), 0u);
}

}  // namespace
}  // namespace dunlin::engine::testing

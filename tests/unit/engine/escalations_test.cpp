// Who takes over where texts do not do it: hand-offs, escalations, the call list.
#include "engine/call_list.hpp"
#include "people_world.hpp"

namespace dunlin::engine::testing {
namespace {

using std::chrono::minutes;

store::Job of_account(const std::string& id, const std::string& account = "4711") {
  store::Job job = World::job(id);
  job.account = account;
  return job;
}

store::Job escalated(const std::string& id, const std::string& account = "4711") {
  store::Job job = of_account(id, account);
  job.amount = "50.00";
  job.currency = "EUR";
  job.escalate_after = minutes{48};
  return job;
}

void pay(PeopleWorld& world, bool reversed = false) {
  RecordPayment payment;
  payment.account = "4711";
  payment.reversed = reversed;
  auto paid = world.ask<RecordPayment, PaymentResult>(std::move(payment));
  ASSERT_TRUE(paid && *paid);
  world.run(1s);
}

TEST(Escalations, PhoneWhoNeitherPaidNorAnswered) {
  PeopleWorld world;
  world.begin(escalated("a"));
  world.run(47min);
  EXPECT_EQ(world.count("escalated"), 0u);
  EXPECT_EQ(world.called(), Names{});
  world.run(2min);
  const store::Event told = world.last(store::EventType::escalated);
  EXPECT_EQ(told.job, "a");
  EXPECT_EQ(told.account, "4711");
  EXPECT_EQ(told.reason, kWhySilent);
  EXPECT_EQ(told.number, "+48601000001");
  EXPECT_EQ(told.amount, "50.00");
  EXPECT_EQ(told.state, State::submitted);
  EXPECT_EQ(world.called(), Names{"a: unpaid, silent"});
  world.run(100min);
  EXPECT_EQ(world.count("escalated"), 1u);
}

TEST(Escalations, LeaveWhoHasPaid) {
  PeopleWorld world;
  world.begin(escalated("a"));
  pay(world);
  world.run(60min);
  EXPECT_EQ(world.count("escalated"), 0u);
}

// However long a payment is remembered for what is still to come: what was there when it came is paid.
TEST(Escalations, LeaveWhoHasPaidLongAgo) {
  PeopleWorld world;
  world.settings.dunning.paid_remembered = std::chrono::hours{24};
  world.begin(escalated("a"));
  pay(world);
  hop(world, std::chrono::hours{30});
  PutHold asked;
  asked.account = "4711";
  asked.reason = "dispute";
  const auto laid = world.ask<PutHold, store::Hold>(std::move(asked));
  ASSERT_TRUE(laid && *laid);
  ASSERT_TRUE((*world.ask<ReleaseHold, HoldReleased>({(**laid).id, {}})));
  world.run(1min);
  EXPECT_EQ(world.count("escalated"), 0u);
}

TEST(Escalations, OutliveAPaymentThatIsTakenBackInTime) {
  PeopleWorld world;
  world.begin(escalated("a"));
  pay(world);
  world.run(10min);
  pay(world, true);
  world.run(30min);
  EXPECT_EQ(world.count("escalated"), 0u);
  world.run(10min);
  EXPECT_EQ(world.count("escalated"), 1u);
}

TEST(Escalations, FollowAPaymentThatIsTakenBackAfterTheTime) {
  PeopleWorld world;
  world.begin(escalated("a"));
  pay(world);
  world.run(60min);
  EXPECT_EQ(world.count("escalated"), 0u);
  pay(world, true);
  EXPECT_EQ(world.count("escalated"), 1u);
  EXPECT_EQ(world.called().size(), 1u);
}

TEST(Escalations, LeaveWhoHasAnswered) {
  for (const char* text : {"ok", "STOP", "what is this"}) {
    PeopleWorld world;
    world.begin(escalated("a"));
    world.run(1min);
    world.says(text);
    world.run(60min);
    EXPECT_EQ(world.count("escalated"), 0u) << text;
  }
}

TEST(Escalations, AreNotAnsweredByWhatWasSaidBefore) {
  PeopleWorld world;
  world.begin(World::job("earlier"));
  world.says("ok");
  world.run(1min);
  world.send(escalated("a"));
  world.run(60min);
  EXPECT_EQ(world.count("escalated"), 1u);
}

TEST(Escalations, WaitForAHoldOfTheAccount) {
  PeopleWorld world;
  world.begin(escalated("a"));
  const Wall until = world.now.wall + minutes{72};
  auto held = world.ask<PutHold, store::Hold>({"4711", "", "agreement", until, {}});
  ASSERT_TRUE(held && *held);
  world.run(71min);
  EXPECT_EQ(world.count("escalated"), 0u);
  world.run(2min);
  EXPECT_EQ(world.count("escalated"), 1u);
}

TEST(Escalations, FollowAHoldThatIsReleased) {
  PeopleWorld world;
  world.begin(escalated("a"));
  auto held = world.ask<PutHold, store::Hold>({"4711", "", "agreement", {}, {}});
  ASSERT_TRUE(held && *held);
  world.run(200min);
  EXPECT_EQ(world.count("escalated"), 0u);
  auto released = world.ask<ReleaseHold, HoldReleased>({(**held).id, {}});
  ASSERT_TRUE(released && *released);
  world.run(1s);
  EXPECT_EQ(world.count("escalated"), 1u);
}

TEST(Escalations, SurviveAPowerCut) {
  PeopleWorld world;
  world.begin(escalated("a"));
  world.run(10min);
  world.crash();
  world.run(30min);
  EXPECT_EQ(world.count("escalated"), 0u);
  world.run(10min);
  EXPECT_EQ(world.count("escalated"), 1u);
  world.crash();
  world.run(10min);
  EXPECT_EQ(world.count("escalated"), 1u);
  EXPECT_EQ(world.called(), Names{"a: unpaid, silent"});
}

TEST(Escalations, NeedAnAccountThatCanPay) {
  PeopleWorld world;
  world.start();
  const Result<Accepted> refused = world.submit(escalated("a", ""));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "missing");
  EXPECT_EQ(refused.error().where, "account");
  store::Job job = escalated("b");
  job.escalate_after = minutes{0};
  const Result<Accepted> never = world.submit(job);
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().where, "escalate_after");
}

TEST(Escalations, FollowAPromiseThatIsBroken) {
  PeopleWorld world;
  world.settings.replies.promise_hold = minutes{24};
  world.begin(of_account("a"));
  world.says("I will pay");
  EXPECT_EQ(world.last(store::EventType::held).reason, "reply:promise");
  world.run(23min);
  world.crash();
  EXPECT_EQ(world.count("escalated"), 0u);
  world.run(2min);
  EXPECT_EQ(world.last(store::EventType::escalated).reason, kWhyBroken);
  EXPECT_EQ(world.called(), Names{"a: promise broken"});
  world.says("I will pay");
  EXPECT_EQ(world.called(), Names{}) << "a promise again";
  world.run(25min);
  EXPECT_EQ(world.count("escalated"), 2u);
}

// The first day is what counts.
TEST(Escalations, FollowAPromiseThatIsPutOffByAnother) {
  PeopleWorld world;
  world.settings.replies.promise_hold = minutes{24};
  world.begin(of_account("a"));
  world.says("I will pay");
  world.run(20min);
  world.says("I will pay tomorrow");
  EXPECT_EQ(world.count("escalated"), 0u);
  world.run(5min);
  EXPECT_EQ(world.last(store::EventType::escalated).reason, kWhyBroken);
}

TEST(Escalations, FollowWhoSaysThatItIsPaidAndHasNot) {
  PeopleWorld world;
  world.settings.replies.paid_hold = minutes{24};
  world.begin(of_account("a"));
  world.says("I paid it");
  world.run(23min);
  world.crash();
  EXPECT_EQ(world.count("escalated"), 0u);
  world.run(2min);
  EXPECT_EQ(world.count("escalated"), 1u);
  EXPECT_EQ(world.last(store::EventType::escalated).reason, kWhySaidPaid);
  EXPECT_EQ(world.last(store::EventType::escalated).job, "a");
  EXPECT_EQ(world.called(), Names{"a: said paid"});
  world.run(60min);
  EXPECT_EQ(world.count("escalated"), 1u);
}

TEST(Escalations, LeaveWhoSaysThatItIsPaidAndHas) {
  PeopleWorld world;
  world.settings.replies.paid_hold = minutes{24};
  world.begin(of_account("a"));
  world.says("I paid it");
  pay(world);
  world.run(60min);
  EXPECT_EQ(world.count("escalated"), 0u);
}

TEST(Escalations, LeaveWhomAPersonBelievesThatItIsPaid) {
  PeopleWorld world;
  world.settings.replies.paid_hold = minutes{24};
  world.begin(of_account("a"));
  world.says("I paid it");
  auto cleared = world.ask<ChangeInbox, InboxChanged>({"+48601000001", InboxOrder::clear, {}, {}});
  ASSERT_TRUE(cleared && *cleared);
  world.run(60min);
  EXPECT_EQ(world.count("escalated"), 0u);
}

TEST(Escalations, LeaveAPromiseThatIsKept) {
  PeopleWorld world;
  world.settings.replies.promise_hold = minutes{24};
  world.begin(of_account("a"));
  world.says("I will pay");
  pay(world);
  world.run(30min);
  EXPECT_EQ(world.count("escalated"), 0u);
}

TEST(Escalations, LeaveAPromiseThatAPersonReleased) {
  PeopleWorld world;
  world.begin(of_account("a"));
  world.says("I will pay");
  auto cleared = world.ask<ChangeInbox, InboxChanged>({"+48601000001", InboxOrder::clear, {}, {}});
  ASSERT_TRUE(cleared && *cleared);
  world.run(300min);
  EXPECT_EQ(world.count("escalated"), 0u);
}

// Whoever reads that the number is another's finds it among the bad ones, and not on the list of whom to phone.
TEST(CallList, LeavesOutNumbersThatAreAnothers) {
  PeopleWorld world;
  world.begin(escalated("a"));
  world.run(49min);
  ASSERT_EQ(world.called().size(), 1u);
  world.says("wrong number");
  EXPECT_EQ(world.called(), Names{});
  ASSERT_TRUE((*world.ask<PutConsent, store::Person>(
      {"+48601000001", store::ConsentStatus::blocked, {}, "inbox", {}, {}, {}, {}})));
  ASSERT_TRUE((*world.ask<ChangeInbox, InboxChanged>({"+48601000001", InboxOrder::wrong, {}, {}})));
  EXPECT_EQ(world.called(), Names{});
  EXPECT_EQ(world.last(store::EventType::number_bad).reason, "wrong_number");
  EXPECT_EQ(world.last(store::EventType::number_bad).job, "a");
  world.receipt("alpha", "id1", "48601000001");
  world.run(1s);
  EXPECT_EQ(world.state("a"), store::State::delivered);
  EXPECT_EQ(world.called(), Names{}) << "it arrived, at somebody else's";
  ASSERT_TRUE((*world.ask<ClearBad, BadCleared>({"+48601000001", {}})));
  EXPECT_EQ(world.called().size(), 1u);
}

TEST(CallList, HasWhoAsksForACallUntilItIsCleared) {
  PeopleWorld world;
  world.begin(World::job("a"));
  world.says("call me");
  EXPECT_EQ(world.called(), Names{"a: call_me"});
  EXPECT_EQ(world.count("escalated"), 0u);
  auto cleared = world.ask<ChangeInbox, InboxChanged>({"+48601000001", InboxOrder::clear, {}, {}});
  ASSERT_TRUE(cleared && *cleared);
  EXPECT_EQ((**cleared).released, 1u);
  EXPECT_EQ(world.called(), Names{});
  EXPECT_EQ(world.rows(store::Family::calls), 0u);
}

TEST(CallList, LeavesOutWhoSaysThatItIsNotOwedOrNotHis) {
  for (const char* text : {"it is a scam", "wrong number", "I will pay", "I paid it"}) {
    PeopleWorld world;
    world.begin(escalated("a"));
    world.run(50min);
    EXPECT_EQ(world.called().size(), 1u);
    world.says(text);
    EXPECT_EQ(world.called(), Names{}) << text;
  }
}

TEST(CallList, LosesWhoPaysAndGetsWhosePaymentIsTakenBack) {
  PeopleWorld world;
  world.begin(escalated("a"));
  world.run(50min);
  EXPECT_EQ(world.rows(store::Family::calls), 1u);
  pay(world);
  EXPECT_EQ(world.called(), Names{});
  EXPECT_EQ(world.rows(store::Family::calls), 0u);
  pay(world, true);
  EXPECT_EQ(world.called(), Names{"a: unpaid, silent"});
}

TEST(CallList, LosesWhoWasPhoned) {
  PeopleWorld world;
  world.begin(escalated("a"));
  world.run(50min);
  auto done = world.ask<ClearCall, CallDone>({"a", {}});
  ASSERT_TRUE(done && *done);
  EXPECT_EQ(world.called(), Names{});
  auto again = world.ask<ClearCall, CallDone>({"a", {}});
  ASSERT_TRUE(again && !*again);
  EXPECT_EQ(again->error().code, "not_found");
  pay(world);
  pay(world, true);
  world.run(10min);
  EXPECT_EQ(world.called(), Names{}) << "it was done";
}

TEST(CallList, LosesWhoIsForgotten) {
  PeopleWorld world;
  world.begin(escalated("a"));
  world.says("call me");
  EXPECT_EQ(world.rows(store::Family::conversations), 1u);
  world.ask<Forget, Forgotten>({"+48601000001", {}}, 5s);
  EXPECT_EQ(world.called(), Names{});
  EXPECT_EQ(world.rows(store::Family::calls), 0u);
  EXPECT_EQ(world.rows(store::Family::conversations), 0u);
  world.run(100min);
  EXPECT_EQ(world.count("escalated"), 0u);
  EXPECT_EQ(world.rows(store::Family::calls), 0u);
}

TEST(CallList, IsKeptAsLongAsItsJobs) {
  PeopleWorld world;
  world.settings.retention.jobs = minutes{60};
  world.settings.retention.texts = minutes{30};
  world.settings.dunning.expires_default = minutes{5};
  world.settings.smscs[0].receipt_timeout = minutes{5};
  world.begin(escalated("a"));
  world.answer_receipt();
  world.says("call me");
  world.run(minutes{25});
  EXPECT_EQ(world.rows(store::Family::conversations), 1u);
  world.run(minutes{10});
  EXPECT_EQ(world.rows(store::Family::conversations), 0u);
  EXPECT_EQ(world.rows(store::Family::calls), 1u);
  world.run(minutes{35});
  EXPECT_EQ(world.rows(store::Family::calls), 0u);
}

store::Job handed(const std::string& id, store::Handoff channel) {
  store::Job job = World::job(id);
  job.account = "4711";
  job.handoff = channel;
  return job;
}

TEST(Handoff, IsToldWhenTheNetworkDoesNotDeliver) {
  PeopleWorld world;
  store::Job job = handed("a", store::Handoff::letter);
  job.hops = 1;
  world.begin(job);
  world.answer_receipt("UNDELIV");
  const store::Event told = world.last(store::EventType::handoff);
  EXPECT_EQ(told.job, "a");
  EXPECT_EQ(told.channel, store::Handoff::letter);
  EXPECT_EQ(told.hops, 2u);
  EXPECT_EQ(told.state, State::undelivered);
  EXPECT_TRUE(told.reason.starts_with("undelivered")) << told.reason;
  EXPECT_EQ(world.called(), Names{});
}

TEST(Handoff, ToThePhoneIsOnTheCallList) {
  PeopleWorld world;
  world.begin(handed("a", store::Handoff::phone));
  world.answer_receipt("UNDELIV");
  EXPECT_EQ(world.last(store::EventType::handoff).channel, store::Handoff::phone);
  EXPECT_EQ(world.called().size(), 1u);
}

TEST(Handoff, EndsAtThePhoneWhenTooManyHadIt) {
  PeopleWorld world;
  store::Job job = handed("a", store::Handoff::email);
  job.hops = 3;
  world.begin(job);
  world.answer_receipt("UNDELIV");
  EXPECT_EQ(world.count("handoff"), 0u);
  EXPECT_EQ(world.count("escalated"), 1u);
  EXPECT_EQ(world.called().size(), 1u);
}

TEST(Handoff, IsNotToldOfWhatArrivedWasPaidOrCancelled) {
  {
    PeopleWorld world;
    world.begin(handed("a", store::Handoff::email));
    world.answer_receipt("DELIVRD");
    EXPECT_EQ(world.count("handoff"), 0u);
  }
  PeopleWorld world;
  world.begin(handed("a", store::Handoff::email));
  store::Job later = handed("b", store::Handoff::email);
  later.not_before = world.now.wall + 1min;
  ASSERT_TRUE(world.submit(later));
  pay(world);
  world.answer_receipt("UNDELIV");
  EXPECT_EQ(world.state("b"), State::cancelled);
  EXPECT_EQ(world.count("handoff"), 0u) << "nothing is owed any more";
}

TEST(Handoff, IsToldOfWhatExpiresButNotOfWhatIsHeld) {
  PeopleWorld world;
  world.begin(World::job("x"));
  store::Job job = handed("a", store::Handoff::email);
  job.expires = world.now.wall + 2min;
  job.to = "+48601000002";
  store::Job held = handed("b", store::Handoff::email);
  held.expires = job.expires;
  held.account = "4712";
  held.to = job.to;
  ASSERT_TRUE((*world.ask<PutHold, store::Hold>({"4712", "", "dispute", {}, {}})));
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE((*world.ask<PauseLink, LinkPaused>({"alpha", true, {}})));
  ASSERT_TRUE(world.submit(job));
  ASSERT_TRUE(world.submit(held));
  world.run(3min);
  EXPECT_EQ(world.state("a"), State::expired);
  EXPECT_EQ(world.state("b"), State::expired);
  EXPECT_EQ(world.count("handoff"), 1u);
  EXPECT_EQ(world.last(store::EventType::handoff).job, "a");
}

TEST(Handoff, PhonesNobodyWhoWantsNoTexts) {
  for (const store::Handoff channel : {store::Handoff::letter, store::Handoff::phone}) {
    PeopleWorld world;
    world.begin(World::job("x"));
    store::Job later = handed("a", channel);
    later.not_before = world.now.wall + 1min;
    ASSERT_TRUE(world.submit(later));
    world.says("STOP");
    EXPECT_EQ(world.state("a"), State::blocked);
    EXPECT_EQ(world.count("handoff"), channel == store::Handoff::letter ? 1u : 0u);
    EXPECT_EQ(world.called(), Names{});
  }
}

}  // namespace
}  // namespace dunlin::engine::testing

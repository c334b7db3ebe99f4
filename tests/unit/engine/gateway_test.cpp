// One message's whole life, and each way it can go wrong, over the virtual world.
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using ::testing::Test;
using Names = std::vector<std::string>;
using smpp::CommandStatus;

TEST(Gateway, CarriesAJobToItsReceipt) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 1u);
  const smpp::SubmitSm& pdu = world.smscs["alpha"].submits[0].pdu;
  EXPECT_EQ(pdu.destination_addr, "48601000001");
  EXPECT_EQ(pdu.source_addr, "ACME");
  EXPECT_EQ(static_cast<int>(pdu.source_addr_ton), 5);
  EXPECT_EQ(pdu.registered_delivery, 1);
  EXPECT_EQ(world.smscs["alpha"].text_of(0), "Please pay 120.50 by Friday.");
  EXPECT_EQ(world.state("a"), State::submitted);
  world.receipt("alpha", "id1", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::delivered);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted", "delivered"}));
  ASSERT_EQ(world.smscs["alpha"].answers.size(), 1u);
  EXPECT_EQ(world.smscs["alpha"].answers[0].command_status, CommandStatus::ok);
}

TEST(Gateway, NothingLeavesBeforeItsReasonIsOnDisk) {
  World world;
  world.start();
  world.store_stalled = true;
  bool answered = false;
  world.gateway->request(SubmitJob{World::job("a"), [&](Result<Accepted>) { answered = true; }}, world.now);
  world.run(20s);
  EXPECT_FALSE(answered);
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  world.store_stalled = false;
  world.run(10ms);
  EXPECT_TRUE(answered);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Gateway, RepetitionIsADuplicateAndOtherContentAConflict) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  auto again = world.submit(World::job("a"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->duplicate);
  auto other = world.submit(World::job("a", "+48601000001", "Another text"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "conflict");
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

// Who repeats a submission after a reload asks whether the first came through, not what today's settings make of it.
TEST(Gateway, RepetitionIsKnownWhateverTheSettingsSayToday) {
  World world;
  world.settings.dunning.link_hosts = {"pay.example.com"};
  world.start();
  store::Job job = World::job("a");
  job.pay_url = "https://pay.example.com/x";
  ASSERT_TRUE(world.submit(job));
  Settings today = world.settings;
  today.dunning.link_hosts = {"elsewhere.example.com"};
  world.gateway->reload(today, world.now);
  const auto again = world.submit(job);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_TRUE(again->duplicate);
  job.id = "b";
  EXPECT_FALSE(world.submit(job)) << "a new one is judged by them";
}

TEST(Gateway, LongTextGoesInSegmentsAndEndsOnce) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", std::string(400, 'x'))));
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 3u);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted"}));
  for (const char* id : {"id3", "id1", "id2"}) world.receipt("alpha", id, "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted", "delivered"}));
}

TEST(Gateway, EarlyReceiptIsParkedAndJoined) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.receipt("alpha", "0Ab7", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::submitting);
  world.answer("alpha", 0, CommandStatus::ok, "0ab7");
  world.run(10ms);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted", "delivered"}));
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").parked, 0u);
}

TEST(Gateway, EarlyReceiptSurvivesACrash) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  world.receipt("alpha", "zz", "48601000009");
  world.run(10ms);
  world.crash();
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").parked, 1u);
  world.run(6min);
  EXPECT_EQ(world.events(), (Names{"receipt_unmatched"}));
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").parked, 0u);
}

TEST(Gateway, RepeatedAndUnknownReceiptsAreHarmless) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  for (int i = 0; i < 3; ++i) world.receipt("alpha", "id1", "48601000001");
  world.receipt("alpha", "id1", "48601000001", "UNDELIV");
  world.run(10ms);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted", "delivered"}));
}

TEST(Gateway, ReceiptOfAnotherNumberIsNotOurs) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  world.receipt("alpha", "id1", "48777777777");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::submitted);
}

TEST(Gateway, HexIdsMeetTheirDecimalReceipts) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.answer("alpha", 0, CommandStatus::ok, "38601fa");
  world.run(10ms);
  world.receipt("alpha", "0059113978", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::delivered);
}

TEST(Gateway, RefusalIsFinalAndNamed) {
  World world;
  world.start();
  world.smscs["alpha"].statuses = {CommandStatus::invalid_destination_address};
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.events("a"), (Names{"accepted", "rejected", "number_bad"}));
  EXPECT_EQ(world.view("a").state.reason, "ESME_RINVDSTADR");
}

TEST(Gateway, TemporaryRefusalIsTriedAgainLaterAndInTheEndGivenUp) {
  World world;
  world.settings.dunning.expires_default = std::chrono::hours{24 * 20};
  world.start();
  world.smscs["alpha"].statuses.assign(100, CommandStatus::system_error);
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.state("a"), State::scheduled);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  world.run(17s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2u);
  world.run(4h);
  EXPECT_EQ(world.state("a"), State::failed);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 10u);
}

TEST(Gateway, TryAgainThatWouldComeTooLateExpires) {
  World world;
  world.settings.dunning.expires_default = 20s;
  world.start();
  world.smscs["alpha"].statuses.assign(100, CommandStatus::system_error);
  ASSERT_TRUE(world.submit(World::job("a")));
  world.run(1min);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "retrying", "expired"}));
}

TEST(Gateway, ThrottledJobGoesBackWithoutSpendingATry) {
  World world;
  world.start();
  world.smscs["alpha"].statuses = {CommandStatus::throttled, CommandStatus::message_queue_full};
  ASSERT_TRUE(world.submit(World::job("a")));
  world.run(30s);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "submitted"}));
  EXPECT_EQ(world.view("a").state.attempts, 1u);
}

TEST(Gateway, PaymentCancelsWhatWaitsAndNamesWhatHasLeft) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  store::Job away = World::job("away"), waits = World::job("waits"), receipt = World::job("thanks"), other = World::job("other");
  away.account = waits.account = receipt.account = "A-1";
  other.account = "A-2";
  receipt.kind = store::Kind::receipt;
  waits.not_before = receipt.not_before = other.not_before = world.now.wall + 1h;
  for (const store::Job& job : {away, waits, receipt, other}) ASSERT_TRUE(world.submit(job));
  auto result = world.ask<RecordPayment, PaymentResult>({.account = "A-1"});
  ASSERT_TRUE(result && *result);
  EXPECT_EQ((*result)->cancelled, Names{"waits"});
  EXPECT_EQ((*result)->under_way, Names{"away"});
  EXPECT_EQ(world.state("waits"), State::cancelled);
  EXPECT_EQ(world.state("thanks"), State::scheduled);
  EXPECT_EQ(world.state("other"), State::scheduled);
  // What comes later with older knowledge is covered too; with newer knowledge it is not.
  store::Job stale = World::job("stale"), fresh = World::job("fresh");
  stale.account = fresh.account = "A-1";
  stale.ledger_as_of = world.now.wall - 1h;
  fresh.ledger_as_of = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(stale));
  ASSERT_TRUE(world.submit(fresh));
  EXPECT_EQ(world.state("stale"), State::cancelled);
  EXPECT_EQ(world.state("fresh"), State::submitting);
  // A refusal of what was under way must not bring it back.
  world.answer("alpha", 0, CommandStatus::system_error);
  world.run(2h);
  EXPECT_EQ(world.state("away"), State::cancelled);
}

TEST(Gateway, PaymentTakesBackWhatIsClaimedAndItsAnswerWaitsForTheKernel) {
  World world;
  world.settings.smscs[0].throughput = 10;
  world.start();
  world.smscs["alpha"].answering = false;
  for (int i = 0; i < 40; ++i) {
    store::Job job = World::job("j" + std::to_string(i));
    job.account = "A";
    world.gateway->request(SubmitJob{job, [](Result<Accepted>) {}}, world.now);
  }
  world.run(500ms);
  const std::size_t handed = world.smscs["alpha"].submits.size();
  EXPECT_GE(handed, 4u);
  EXPECT_LE(handed, 7u);
  auto result = world.ask<RecordPayment, PaymentResult>({.account = "A"});
  ASSERT_TRUE(result && *result);
  EXPECT_EQ((*result)->cancelled_count + (*result)->under_way_count, 40u);
  const std::size_t at_answer = world.smscs["alpha"].submits.size();
  world.run(1h);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), at_answer);
}

TEST(Gateway, StopBlocksBeforeItIsAnsweredAndStartLifts) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("first")));
  store::Job later = World::job("later");
  later.not_before = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(later));
  world.store_stalled = true;
  world.reply("alpha", "48601000001", " stop! ");
  world.run(1s);
  EXPECT_TRUE(world.smscs["alpha"].answers.empty());
  world.store_stalled = false;
  world.run(10ms);
  EXPECT_EQ(world.smscs["alpha"].answers.size(), 1u);
  EXPECT_EQ(world.state("later"), State::blocked);
  ASSERT_TRUE(world.submit(World::job("after")));
  EXPECT_EQ(world.state("after"), State::blocked);
  EXPECT_EQ(world.view("after").state.reason, "opted_out");
  auto lifted = world.ask<PutConsent, store::Person>({.number = "+48601000001", .status = store::ConsentStatus::allowed, .source = "api"});
  ASSERT_TRUE(lifted);
  EXPECT_EQ(lifted->error().code, "conflict");
  world.reply("alpha", "48601000001", "START");
  world.run(10ms);
  ASSERT_TRUE(world.submit(World::job("again")));
  EXPECT_EQ(world.state("again"), State::submitted);
  EXPECT_EQ(world.events(), (Names{"accepted", "submitted", "accepted", "scheduled", "opted_out", "blocked", "replied", "accepted", "blocked", "opted_in", "replied",
                                   "accepted", "submitted"}));
}

TEST(Gateway, ReplyNamesTheJobItAnswers) {
  World world;
  world.start();
  store::Job job = World::job("a");
  job.account = "A-7";
  ASSERT_TRUE(world.submit(job));
  world.reply("alpha", "48601000001", "I will pay tomorrow, id:42 stat:DELIVRD");
  world.run(10ms);
  const store::Event told = world.all_events().back();
  EXPECT_EQ(told.type, store::EventType::replied);
  EXPECT_EQ(told.job, "a");
  EXPECT_EQ(told.account, "A-7");
  EXPECT_EQ(told.intent, "unclear");
  EXPECT_FALSE(told.ambiguous);
  EXPECT_EQ(told.from, "+48601000001");
  EXPECT_EQ(told.to, "ACME");
}

TEST(Gateway, EarlyReceiptInTheOtherBaseIsJoined) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.receipt("alpha", "6699", "48601000001");
  world.run(10ms);
  world.answer("alpha", 0, CommandStatus::ok, "1A2B");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::delivered);
}

TEST(Gateway, QueuedJobsMoveWhenTheRoutesChange) {
  World world(2);
  world.reachable["alpha"] = world.reachable["beta"] = false;
  world.start();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(world.submit(World::job("j" + std::to_string(i))));
  world.settings.routes = {{.name = "all", .prefix = {"+"}, .smsc = {"beta"}}};
  world.reachable["beta"] = true;
  world.crash();
  world.run(1min);
  EXPECT_EQ(world.smscs["beta"].submits.size(), 30u);
}

TEST(Gateway, CancelThatIsTooLateLeavesTheJobAsItIs) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  auto late = world.ask<CancelJob, Cancelled>({.id = "a"});
  ASSERT_TRUE(late);
  EXPECT_EQ(late->error().code, "too_late");
  world.drop("alpha");
  world.run(5s);
  EXPECT_EQ(world.state("a"), State::in_doubt);
}

TEST(Gateway, WhatExpiredUnderWayIsNotSentAgain) {
  World world;
  world.settings.dunning.expires_default = 30s;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.drop("alpha");
  world.run(3min);
  EXPECT_EQ(world.state("a"), State::expired);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Gateway, PaymentAndItsReversalMayBearOneId) {
  World world;
  world.start();
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "A", .id = "P1"});
  auto reversed = world.ask<RecordPayment, PaymentResult>({.account = "A", .id = "P1", .reversed = true});
  ASSERT_TRUE(paid && *paid && reversed && *reversed);
  EXPECT_EQ(world.events(), (Names{"paid", "reversed"}));
  store::Job job = World::job("a");
  job.account = "A";
  job.due_date = "2026-11-01";
  ASSERT_TRUE(world.submit(job));
  EXPECT_EQ(world.state("a"), State::submitted);
}

TEST(Gateway, OldEventsGoWithoutAGap) {
  World world;
  world.settings.retention.events = 2h;
  world.start();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(world.submit(World::job("old" + std::to_string(i))));
  world.run(3h);
  ASSERT_TRUE(world.submit(World::job("new")));
  const GatewayStatus status = world.gateway->status(world.now);
  EXPECT_EQ(status.events_first, 11u);
  EXPECT_EQ(status.events_last, 12u);
}

TEST(Gateway, HoldPolicyNeverSendsAgain) {
  World world;
  world.settings.dunning.in_doubt = store::InDoubtPolicy::hold;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.drop("alpha");
  world.run(2h);
  EXPECT_EQ(world.state("a"), State::in_doubt);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Gateway, PaymentEndsADoubt) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  store::Job job = World::job("a");
  job.account = "A";
  ASSERT_TRUE(world.submit(job));
  world.drop("alpha");
  world.run(5s);
  auto result = world.ask<RecordPayment, PaymentResult>({.account = "A"});
  ASSERT_TRUE(result && *result);
  EXPECT_EQ((*result)->under_way, Names{"a"});
  world.run(1h);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  world.crash();
  world.run(1h);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Gateway, FailedCommitIsTheLastThingThatHappens) {
  World world;
  world.start();
  world.kv.fail_commit(world.kv.commits() + 1, false);
  world.store_stalled = true;
  int answers = 0;
  // The second finds the first in memory, and would be told that it is a duplicate of what never came to be.
  for (int i = 0; i < 2; ++i) world.gateway->request(SubmitJob{World::job("a"), [&](Result<Accepted>) { ++answers; }}, world.now);
  world.store_stalled = false;
  world.work();
  EXPECT_TRUE(world.gateway->broken());
  EXPECT_EQ(answers, 0);
}

}  // namespace
}  // namespace dunlin::engine::testing

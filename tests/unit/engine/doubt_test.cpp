// Jobs in doubt, over the virtual world: what an unanswered submit becomes, and which receipts settle it.
#include "engine/engine.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;
using smpp::CommandStatus;

TEST(Doubt, CrashLeavesInDoubtWhatWasUnansweredAndSendsItAgainOnce) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  const smpp::SubmitSm first = world.smscs["alpha"].submits[0].pdu;
  world.crash();
  EXPECT_EQ(world.state("a"), State::in_doubt);
  world.run(70s);
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 2u);
  EXPECT_EQ(world.smscs["alpha"].submits[1].pdu, first);
  world.crash();
  world.run(1h);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2u);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "retrying", "in_doubt"}));
  auto resolved = world.ask<ResolveJob, Resolved>({.id = "a", .as = Resolution::drop});
  ASSERT_TRUE(resolved && *resolved);
  EXPECT_EQ(world.state("a"), State::cancelled);
}

TEST(Doubt, ReceiptSettlesADoubt) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.drop("alpha");
  world.run(5s);
  EXPECT_EQ(world.state("a"), State::in_doubt);
  world.receipt("alpha", "lost", "48601000001");
  world.run(10min);
  EXPECT_EQ(world.state("a"), State::delivered);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Doubt, StepsAndTheEndOfOneMessageSettleItsDoubtTogether) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.receipt("alpha", "early", "48601000001", "ENROUTE");
  world.receipt("alpha", "early", "48601000001", "UNDELIV");
  world.run(10ms);
  world.crash();
  EXPECT_EQ(world.state("a"), State::in_doubt);
  world.run(10min);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "submitted", "undelivered"}));
}

TEST(Doubt, OfTwoReceiptsForOneDoubtNoneIsDropped) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.receipt("alpha", "first", "48601000001");
  world.run(10ms);
  world.crash();
  EXPECT_EQ(world.state("a"), State::in_doubt);
  world.receipt("alpha", "other", "48601000001");
  world.run(10min);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "submitted", "delivered"}));
  EXPECT_EQ(world.events().back(), "receipt_unmatched");
}

TEST(Doubt, ReceiptThatCameBeforeTheLinkWasLostSettlesTheDoubt) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.receipt("alpha", "early", "48601000001");
  world.run(10ms);
  world.crash();
  EXPECT_EQ(world.state("a"), State::in_doubt);
  world.run(10min);
  EXPECT_EQ(world.state("a"), State::delivered);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Doubt, EarlyReceiptOfAnotherJobDoesNotSettleADoubt) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.drop("alpha");
  world.run(5s);
  ASSERT_EQ(world.state("a"), State::in_doubt);
  ASSERT_TRUE(world.submit(World::job("b")));
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 2u);
  world.receipt("alpha", "of-b", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::in_doubt);
  world.answer("alpha", 1, CommandStatus::ok, "of-b");
  world.run(10ms);
  EXPECT_EQ(world.state("b"), State::delivered);
  EXPECT_EQ(world.state("a"), State::in_doubt);
}

// The SMSC had taken the first copy of a job that was sent again; its receipt comes when another job at that number is
// in doubt.
TEST(Doubt, LateReceiptOfAFirstCopyDoesNotSettleAnotherJobsDoubt) {
  for (const bool before_the_doubt : {true, false}) {
    World world;
    world.start();
    world.smscs["alpha"].answering = false;
    ASSERT_TRUE(world.submit(World::job("a")));
    world.crash();
    world.run(70s);
    ASSERT_EQ(world.smscs["alpha"].submits.size(), 2u);
    world.answer("alpha", 1, CommandStatus::ok, "second");
    world.receipt("alpha", "second", "48601000001");
    world.run(10ms);
    ASSERT_EQ(world.state("a"), State::delivered);
    if (before_the_doubt) world.receipt("alpha", "first", "48601000001");
    world.run(10ms);
    ASSERT_TRUE(world.submit(World::job("b")));
    world.crash();
    world.run(10s);
    ASSERT_EQ(world.state("b"), State::in_doubt);
    if (!before_the_doubt) world.receipt("alpha", "first", "48601000001");
    world.run(70s);
    EXPECT_EQ(world.events("b"), (Names{"accepted", "in_doubt", "retrying"}));
    EXPECT_EQ(world.smscs["alpha"].submits.size(), 4u);
  }
}

TEST(Doubt, ReceiptOfAJobPaidInDoubtDoesNotSettleAnotherJobsDoubt) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  store::Job paid = World::job("a");
  paid.account = "A";
  ASSERT_TRUE(world.submit(paid));
  world.crash();
  auto result = world.ask<RecordPayment, PaymentResult>({.account = "A"});
  ASSERT_TRUE(result && *result);
  world.run(10s);
  ASSERT_TRUE(world.submit(World::job("b")));
  world.crash();
  world.run(10s);
  world.receipt("alpha", "of-a", "48601000001");
  world.run(70s);
  EXPECT_EQ(world.events("b"), (Names{"accepted", "in_doubt", "retrying"}));
}

TEST(Doubt, ReceiptOfEitherCopySettlesTheSecondDoubtOfAJob) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.crash();
  world.run(70s);
  world.crash();
  world.run(10s);
  ASSERT_EQ(world.state("a"), State::in_doubt);
  world.receipt("alpha", "either", "48601000001");
  world.run(10s);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "retrying", "in_doubt", "submitted", "delivered"}));
}

// The SMSC took one of two segments; whose receipt it is cannot be told, so both are sent again.
TEST(Doubt, OneReceiptForTwoSegmentsInDoubtSettlesNeither) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", std::string(200, 'x'))));
  world.crash();
  world.run(5s);
  world.receipt("alpha", "one", "48601000001");
  world.run(70s);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "retrying"}));
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 4u);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(world.smscs["alpha"].submits[i + 2].pdu, world.smscs["alpha"].submits[i].pdu);
}

// Two receipts of two copies of one segment must not stand for both segments.
TEST(Doubt, ReceiptsOfBothCopiesOfASegmentDoNotSettleTheOther) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", std::string(200, 'x'))));
  world.crash();
  world.run(70s);
  world.crash();
  world.run(10s);
  for (const char* id : {"first", "second"}) world.receipt("alpha", id, "48601000001");
  world.run(10min);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "retrying", "in_doubt"}));
}

// A stray is forgotten when its receipt can come no more.
TEST(Doubt, StrayDoesNotKeepDoubtsUnsettledForEver) {
  World world;
  world.settings.smscs[0].receipt_timeout = 1h;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  world.crash();
  world.run(70s);
  world.answer("alpha", 1, CommandStatus::ok, "second");
  world.receipt("alpha", "second", "48601000001");
  world.run(74h);
  ASSERT_TRUE(world.submit(World::job("b")));
  world.crash();
  world.run(10s);
  world.receipt("alpha", "of-b", "48601000001");
  world.run(10s);
  EXPECT_EQ(world.state("b"), State::delivered);
}

// Where two jobs left strays at one number, the receipt of either may come.
TEST(Doubt, AStrayLastsAsLongAsTheLongestOfItsNumber) {
  World world;
  world.settings.smscs[0].receipt_timeout = 1h;
  world.start();
  world.smscs["alpha"].answering = false;
  const auto stray = [&](const std::string& id, std::chrono::hours expires) {
    store::Job job = World::job(id);
    job.account = id;
    job.expires = world.now.wall + expires;
    ASSERT_TRUE(world.submit(job));
    world.crash();
    auto paid = world.ask<RecordPayment, PaymentResult>({.account = id});
    ASSERT_TRUE(paid && *paid);
    world.run(10s);
  };
  stray("long", 48h);
  stray("short", 1h);
  world.run(3h);
  ASSERT_TRUE(world.submit(World::job("b")));
  world.crash();
  world.run(10s);
  world.receipt("alpha", "of-long", "48601000001");
  world.run(10s);
  EXPECT_EQ(world.state("b"), State::in_doubt);
  world.run(60s);
  world.answer("alpha", world.smscs["alpha"].submits.size() - 1, CommandStatus::ok, "of-b");
  world.receipt("alpha", "of-b", "48601000001");
  world.run(80h);
  EXPECT_EQ(world.state("b"), State::delivered);
  EXPECT_TRUE(world.kv.scan({store::Family::sent, "", "", 10})->empty()) << "and is forgotten then";
}

// Short counters begin anew: the old message's id is another's now, and its receipt is not of the one in doubt.
TEST(Doubt, AReceiptByAnIdThatIsAnotherNumbersSettlesNothing) {
  for (const bool before_the_doubt : {true, false}) {
    SCOPED_TRACE(before_the_doubt);
    World world;
    world.start();
    world.smscs["alpha"].answering = false;
    ASSERT_TRUE(world.submit(World::job("old")));
    world.answer("alpha", 0, CommandStatus::ok, "86");
    world.run(10ms);
    ASSERT_TRUE(world.submit(World::job("newer", "+48601000002")));
    world.answer("alpha", 1, CommandStatus::ok, "86");
    world.run(10ms);
    if (before_the_doubt) world.receipt("alpha", "86", "48601000001");
    world.run(10ms);
    ASSERT_TRUE(world.submit(World::job("b")));
    world.crash();
    world.run(10s);
    ASSERT_EQ(world.state("b"), State::in_doubt);
    if (!before_the_doubt) world.receipt("alpha", "86", "48601000001");
    world.run(70s);
    EXPECT_EQ(world.events("b"), (Names{"accepted", "in_doubt", "retrying"}));
  }
}

// What "100" would be as hexadecimal is another message's id; but the SMSC is known to say its ids as they are.
TEST(Doubt, AnIdIsAnothersOnlyInTheFormTheSmscUses) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("other", "+48601000002")));
  world.answer("alpha", 0, CommandStatus::ok, "0064");  // 100 of a form it does not use
  ASSERT_TRUE(world.submit(World::job("teacher", "+48601000003")));
  world.answer("alpha", 1, CommandStatus::ok, "99");
  world.run(10ms);
  world.receipt("alpha", "99", "48601000003");
  world.run(10ms);
  ASSERT_EQ(world.gateway->links(world.now)[0].message_id, MessageIdForm::verbatim);
  ASSERT_TRUE(world.submit(World::job("b")));
  world.drop("alpha");
  world.run(5s);
  ASSERT_EQ(world.state("b"), State::in_doubt);
  world.receipt("alpha", "100", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("b"), State::delivered);
}

// They do name messages of ours, if not the ones they should: that is another fault.
TEST(Doubt, ReceiptsThatNameOtherNumbersMessagesDoNotSayThatIdsNeverMatch) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(world.submit(World::job("a" + std::to_string(i), "+4860200000" + std::to_string(i))));
    world.run(10ms);
    world.answer("alpha", static_cast<std::size_t>(i), CommandStatus::ok, "m" + std::to_string(i));
    world.receipt("alpha", "m" + std::to_string(i), "48609999999");
    world.run(10ms);
  }
  world.run(Engine::kParkedFor + 2s);
  EXPECT_EQ(std::ranges::count(world.events(), "receipt_unmatched"), 3);
  ASSERT_TRUE(world.submit(World::job("b")));
  world.drop("alpha");
  world.run(5s);
  ASSERT_EQ(world.state("b"), State::in_doubt);
  world.receipt("alpha", "x", "48601000001");
  world.run(10ms);
  EXPECT_EQ(world.state("b"), State::delivered);
}

TEST(Doubt, WhereReceiptsNameNoMessageOfOursTheySettleNothing) {
  World world;
  world.start();
  ScriptedSmsc& alpha = world.smscs["alpha"];
  for (int i = 0; i < 3; ++i) {
    const std::string number = "4860200000" + std::to_string(i);
    ASSERT_TRUE(world.submit(World::job("a" + std::to_string(i), "+" + number)));
    world.receipt("alpha", "counter" + std::to_string(i), number);
    world.run(10ms);
  }
  world.run(Engine::kParkedFor + 2s);
  EXPECT_EQ(std::count_if(world.logged.begin(), world.logged.end(),
                          [](const auto& each) { return each.find("name no messages of ours") != std::string::npos; }),
            1);
  world.crash();  // it is remembered
  alpha.answering = false;
  ASSERT_TRUE(world.submit(World::job("b")));
  world.drop("alpha");
  world.run(5s);
  ASSERT_EQ(world.state("b"), State::in_doubt);
  world.receipt("alpha", "counter9", "48601000001");
  world.run(10s);
  EXPECT_EQ(world.state("b"), State::in_doubt);
  // One that is placed says that they do.
  world.receipt("alpha", world.view("a0").state.segments[0].message_id, "48602000000");
  world.run(10ms);
  ASSERT_EQ(world.state("a0"), State::delivered);
  world.run(50s);
  EXPECT_EQ(world.state("b"), State::delivered) << "what is parked there counts again";
}

TEST(Doubt, BothSegmentsInDoubtAreSettledByTheirReceipts) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", std::string(200, 'x'))));
  world.drop("alpha");
  world.run(5s);
  for (const char* id : {"x1", "x2"}) world.receipt("alpha", id, "48601000001");
  world.run(10min);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "in_doubt", "submitted", "delivered"}));
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2u);
}

}  // namespace
}  // namespace dunlin::engine::testing

// The queue, the routes and the operator's hands, over the virtual world.
#include "engine/lanes.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;

TEST(Dispatch, AcknowledgedJobsSurviveACrash) {
  World world;
  world.reachable["alpha"] = false;
  world.start();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(world.submit(World::job("j" + std::to_string(i))));
  world.crash();
  world.reachable["alpha"] = true;
  world.run(2min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 50u);
  EXPECT_EQ(world.gateway->status(world.now).jobs[static_cast<std::size_t>(State::submitted)], 50u);
}

TEST(Dispatch, BacklogLargerThanMemoryKeepsItsOrder) {
  World world;
  world.reachable["alpha"] = false;
  world.settings.smscs[0].reconnect_max = 1s;
  world.start();
  for (int i = 0; i < 5000; ++i) {
    world.gateway->request(SubmitJob{World::job("j" + std::to_string(i), "+48601" + std::to_string(100000 + i)), [](Result<Accepted>) {}}, world.now);
  }
  world.run(1s);
  world.reachable["alpha"] = true;
  world.run(2min);
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 5000u);
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(world.smscs["alpha"].submits[static_cast<std::size_t>(i)].pdu.destination_addr, "48601" + std::to_string(100000 + i));
}

TEST(Dispatch, PriorityHighPassesABacklog) {
  World world;
  world.settings.smscs[0].throughput = 10;
  world.start();
  for (int i = 0; i < 300; ++i) world.gateway->request(SubmitJob{World::job("j" + std::to_string(i)), [](Result<Accepted>) {}}, world.now);
  world.run(1s);
  store::Job urgent = World::job("urgent", "+48602000000");
  urgent.priority = store::Priority::high;
  ASSERT_TRUE(world.submit(urgent));
  const std::size_t before = world.smscs["alpha"].submits.size();
  world.run(300ms);
  ASSERT_GE(world.smscs["alpha"].submits.size(), before + 2);
  EXPECT_EQ(world.state("urgent"), State::submitted);
}

TEST(Dispatch, CampaignsOfOnePriorityTakeTurns) {
  World world;
  world.settings.smscs[0].throughput = 10;
  world.start();
  for (const char* campaign : {"big", "small"}) {
    for (int i = 0; i < (campaign == std::string("big") ? 400 : 5); ++i) {
      store::Job job = World::job(campaign + std::to_string(i));
      job.campaign = campaign;
      world.gateway->request(SubmitJob{job, [](Result<Accepted>) {}}, world.now);
    }
  }
  world.run(3s);
  EXPECT_EQ(world.state("small4"), State::submitted);
}

// One job a campaign, and far more of them than lanes may be open.
TEST(Dispatch, ManySmallCampaignsAllGetTheirTurn) {
  constexpr std::size_t kCampaigns = 5 * Lanes::kOpenMax;
  World world;
  world.reachable["alpha"] = false;
  world.settings.smscs[0].reconnect_max = 1s;
  world.start();
  const auto campaign = [&](std::size_t index) {
    store::Job job = World::job("j" + std::to_string(index));
    job.campaign = "c" + std::to_string(index);
    world.gateway->request(SubmitJob{job, [](Result<Accepted>) {}}, world.now);
  };
  for (std::size_t i = 0; i < kCampaigns; ++i) campaign(i);
  world.run(1s);
  world.crash();
  for (std::size_t i = kCampaigns; i < 2 * kCampaigns; ++i) campaign(i);
  world.reachable["alpha"] = true;
  world.run(2min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2 * kCampaigns);
  EXPECT_EQ(world.kv.scan(store::keys::low_marks(10))->size(), 0u);
}

TEST(Dispatch, FailsOverToTheNextBoundSmsc) {
  World world(2);
  world.settings.routes = {{.name = "all", .prefix = {"+"}, .smsc = {"alpha", "beta"}}};
  world.start();
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  world.drop("alpha", false);
  ASSERT_TRUE(world.submit(World::job("b")));
  EXPECT_EQ(world.smscs["beta"].submits.size(), 1u);
}

// alpha comes first, but means Latin-1 by data_coding 0 and has no euro there: a job that insists on 7 bits passes it over, and waits for
// beta rather than being given up.
TEST(Dispatch, PassesOverAnSmscThatCannotCarryTheText) {
  for (const bool balance : {false, true}) {
    World world(2);
    world.settings.smscs[0].default_alphabet = Alphabet::latin1;
    world.settings.routes = {{.name = "all", .prefix = {"+"}, .smsc = {"alpha", "beta"}, .balance = balance}};
    world.start();
    world.drop("beta", false);
    store::Job job = World::job("a");
    job.text = "5 €";
    job.encoding = "gsm7";
    ASSERT_TRUE(world.submit(job));
    ASSERT_TRUE(world.submit(World::job("b")));
    EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
    EXPECT_EQ(world.smscs["beta"].submits.size(), 0u);
    world.reachable["beta"] = true;
    world.run(2min);
    ASSERT_EQ(world.smscs["beta"].submits.size(), 1u);
    EXPECT_EQ(world.smscs["beta"].submits[0].pdu.short_message.size(), 4u);  // the escape too
    EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  }
}

TEST(Dispatch, LongestPrefixWinsAndNoRouteIsRefused) {
  World world(2);
  world.settings.routes = {{.name = "world", .prefix = {"+1", "+48"}, .smsc = {"alpha"}}, {.name = "play", .prefix = {"+48601"}, .smsc = {"beta"}}};
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001")));
  ASSERT_TRUE(world.submit(World::job("b", "+48500000001")));
  EXPECT_EQ(world.smscs["beta"].submits.size(), 1u);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  auto none = world.submit(World::job("c", "+33612345678"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "no_route");
}

TEST(Dispatch, SilentSmscDelaysNobodyElse) {
  World world(2);
  world.settings.routes = {{.name = "a", .prefix = {"+48"}, .smsc = {"alpha"}}, {.name = "b", .prefix = {"+49"}, .smsc = {"beta"}}};
  world.settings.smscs[0].window = 2;
  world.start();
  world.smscs["alpha"].answering = false;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world.submit(World::job("a" + std::to_string(i), "+48601000001")));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world.submit(World::job("b" + std::to_string(i), "+491701000001")));
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2u);
  EXPECT_EQ(world.smscs["beta"].submits.size(), 20u);
}

TEST(Dispatch, PauseIsAnsweredWhenTheKernelHasWhatWasUnderWay) {
  World world;
  world.start();
  world.kernel_room = 10;  // of the first submit
  ASSERT_TRUE(world.submit(World::job("a")));
  ASSERT_TRUE(world.submit(World::job("b", "+48601000002")));
  auto paused = std::make_shared<std::optional<Result<LinkPaused>>>();
  world.gateway->request(PauseLink{"alpha", true, [paused](Result<LinkPaused> answer) { *paused = std::move(answer); }}, world.now);
  world.run(1s);
  EXPECT_FALSE(paused->has_value());
  EXPECT_EQ(world.state("b"), State::ready);
  world.kernel_room = SIZE_MAX;
  world.gateway->writable(world.session_of("alpha"), world.now);
  world.run(1s);
  ASSERT_TRUE(paused->has_value());
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  EXPECT_EQ(world.state("a"), State::submitted);
}

TEST(Dispatch, PausedLinkPullsNothingAlsoAfterARestart) {
  World world;
  world.start();
  auto paused = world.ask<PauseLink, LinkPaused>({.smsc = "alpha", .paused = true});
  ASSERT_TRUE(paused && *paused);
  ASSERT_TRUE(world.submit(World::job("a")));
  world.crash();
  world.run(1min);
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  auto resumed = world.ask<PauseLink, LinkPaused>({.smsc = "alpha", .paused = false});
  ASSERT_TRUE(resumed && *resumed);
  world.run(1s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Dispatch, WaitsForNotBeforeAndExpiresWhatWasNotSent) {
  World world;
  world.start();
  store::Job later = World::job("later");
  later.not_before = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(later));
  EXPECT_EQ(world.state("later"), State::scheduled);
  world.run(59min);
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  world.run(2min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
  world.drop("alpha", false);
  store::Job brief = World::job("brief");
  brief.expires = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(brief));
  world.run(61min);
  EXPECT_EQ(world.events("brief"), (Names{"accepted", "expired"}));
}

TEST(Dispatch, CancelBeforeItLeftAndNotAfter) {
  World world;
  world.start();
  store::Job later = World::job("later");
  later.not_before = world.now.wall + 1h;
  ASSERT_TRUE(world.submit(later));
  auto cancelled = world.ask<CancelJob, Cancelled>({.id = "later"});
  ASSERT_TRUE(cancelled && *cancelled);
  EXPECT_EQ(world.state("later"), State::cancelled);
  ASSERT_TRUE(world.submit(World::job("a")));
  auto late = world.ask<CancelJob, Cancelled>({.id = "a"});
  ASSERT_TRUE(late);
  EXPECT_EQ(late->error().code, "too_late");
  auto unknown = world.ask<CancelJob, Cancelled>({.id = "nobody"});
  EXPECT_EQ(unknown->error().code, "not_found");
}

TEST(Dispatch, StopHandsBackWhatIsClaimedAndEndsClean) {
  World world;
  world.settings.smscs[0].throughput = 5;
  world.start();
  for (int i = 0; i < 20; ++i) world.gateway->request(SubmitJob{World::job("j" + std::to_string(i)), [](Result<Accepted>) {}}, world.now);
  world.run(300ms);
  bool finished = false;
  world.gateway->stop(world.now, [&] { finished = true; });
  world.run(3s);
  EXPECT_TRUE(finished);
  const auto jobs = world.gateway->status(world.now).jobs;
  EXPECT_EQ(jobs[static_cast<std::size_t>(State::submitting)], 0u);
  EXPECT_EQ(jobs[static_cast<std::size_t>(State::ready)] + jobs[static_cast<std::size_t>(State::submitted)], 20u);
  world.crash();
  world.run(10s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 20u);
}

TEST(Dispatch, StopWaitsForAStoreThatStallsWithoutSpinning) {
  World world;
  world.start();
  world.smscs["alpha"].answering = false;
  ASSERT_TRUE(world.submit(World::job("a")));
  bool finished = false;
  world.store_stalled = true;
  world.gateway->request(SubmitJob{World::job("b", "+48601000002"), [](Result<Accepted>) {}}, world.now);
  world.gateway->stop(world.now, [&] { finished = true; });
  world.run(1min);
  EXPECT_FALSE(finished);
  EXPECT_GT(world.gateway->next_tick(), world.now.steady);
  world.store_stalled = false;
  world.run(1min);
  EXPECT_TRUE(finished);
}

TEST(Dispatch, ClockThatStepsStopsDispatchForAWhile) {
  World world;
  world.start();
  world.now.wall += 5h;
  world.run(1s);
  EXPECT_FALSE(world.gateway->status(world.now).dispatching);
  ASSERT_TRUE(world.submit(World::job("a")));
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  world.run(11min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Dispatch, NoRoomRefusesJobsAndStillTakesPayments) {
  World world;
  world.settings.store_min_free = 1000;
  world.kv.set_usage({1, 500});
  world.start();
  auto refused = world.submit(World::job("a"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "no_room");
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "A"});
  EXPECT_TRUE(paid && *paid);
}

}  // namespace
}  // namespace dunlin::engine::testing

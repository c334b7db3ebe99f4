// What is ordered of a campaign that runs: pause and cancel are silence from their answer on, resend_failed tries anew.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/engine.hpp"
#include "engine/explain.hpp"
#include "unit/engine/campaigns_world.hpp"
#include "unit/engine/people_world.hpp"

namespace dunlin::engine {
namespace {

using namespace testing;
using store::CampaignWalk;

TEST(CampaignPause, NothingLeavesAfterItsAnswer) {
  CampaignWorld world;
  world.settings.smscs[0].window = 10;
  world.start();
  world.smscs["alpha"].answering = false;
  world.import(0, 100);
  world.run(1s);
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 10U);
  const auto paused = world.order(CampaignOrder::pause);
  ASSERT_TRUE(paused && paused->has_value());
  EXPECT_TRUE((*paused)->paused);
  EXPECT_EQ(world.campaign().paused_reason, "clerk");
  world.smscs["alpha"].answering = true;
  for (std::size_t i = 0; i < 10; ++i) world.answer("alpha", i);
  ASSERT_TRUE(world.submit(world.job("other")).has_value());  // what is of no campaign goes on
  world.run(1h);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 11U);
  world.crash();
  world.run(1min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 11U) << "a start forgot the pause";
  ASSERT_TRUE(world.order(CampaignOrder::resume)->has_value());
  world.run(10s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 101U);
  EXPECT_EQ(world.told(), (std::vector<std::string>{"imported", "paused: clerk", "resumed"}));
  world.expect_counts();
}

// One row, whatever its size: within one turn, and without a walk over its jobs.
TEST(CampaignPause, IsOneRow) {
  CampaignWorld world;
  world.settings.smscs[0].throughput = 1;
  world.start();
  world.import(0, 3000);
  world.run(3s);
  world.largest_batch = 0;
  const std::size_t submits = world.smscs["alpha"].submits.size();
  ASSERT_TRUE(world.order(CampaignOrder::pause)->has_value());
  EXPECT_LT(world.largest_batch, 40U);
  world.run(1min);
  EXPECT_LE(world.smscs["alpha"].submits.size(), submits + 1);
}

// A retry whose time has come, the rest of a message, and a resend after a doubt find the lane closed.
TEST(CampaignPause, HoldsRetriesSegmentsAndResends) {
  CampaignWorld world;
  world.settings.smscs[0].window = 1;
  world.settings.dunning.in_doubt_wait = 10s;
  world.start();
  ScriptedSmsc& smsc = world.smscs["alpha"];
  const std::uint64_t import = world.open();
  store::Job retried = world.job_of(0), longer = world.job_of(1), lost = world.job_of(2);
  longer.text = std::string(400, 'x');
  ASSERT_TRUE(world.row(import, retried).has_value());
  ASSERT_TRUE(world.row(import, longer).has_value());
  ASSERT_TRUE(world.row(import, lost).has_value());
  smsc.answering = false;
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1s);
  ASSERT_EQ(smsc.submits.size(), 1U);
  world.answer("alpha", 0, smpp::CommandStatus::system_error);
  world.run(5s);
  ASSERT_EQ(world.state("row0"), State::scheduled);
  ASSERT_EQ(smsc.submits.size(), 2U) << "of the long text one part is out, and the window full";
  ASSERT_EQ(world.state("row1"), State::submitting);
  ASSERT_TRUE(world.order(CampaignOrder::pause)->has_value());
  world.answer("alpha", 1);
  world.run(20min);
  EXPECT_EQ(smsc.submits.size(), 2U);
  EXPECT_EQ(world.state("row1"), State::ready) << "its other parts wait";
  // A doubt whose resend falls into the pause.
  ASSERT_TRUE(world.order(CampaignOrder::resume)->has_value());
  world.run(1s);
  ASSERT_EQ(smsc.submits.size(), 3U);
  world.drop("alpha");
  ASSERT_TRUE(world.order(CampaignOrder::pause)->has_value());
  world.run(10min);
  EXPECT_EQ(smsc.submits.size(), 3U);
  smsc.answering = true;
  ASSERT_TRUE(world.order(CampaignOrder::resume)->has_value());
  world.run(1min);
  EXPECT_EQ(world.state("row0"), State::submitted);
  EXPECT_EQ(world.state("row1"), State::submitted);
  EXPECT_EQ(world.state("row2"), State::submitted);
  world.expect_counts();
}

TEST(CampaignPause, IsSaidToWhoAsksWhyNothingLeaves) {
  CampaignWorld world;
  world.settings.smscs[0].throughput = 1;
  world.start();
  world.import(0, 50);
  ASSERT_TRUE(world.order(CampaignOrder::pause)->has_value());
  world.run(5s);
  const auto told = world.ask<ExplainJobs, std::shared_ptr<const Explanation>>({{50}, {}, {}});
  ASSERT_TRUE(told && told->has_value());
  ASSERT_EQ((**told)->jobs.size(), 1U);
  ASSERT_TRUE((**told)->jobs[0].next.has_value());
  const auto& gates = (**told)->jobs[0].next->gates;
  EXPECT_TRUE(std::any_of(gates.begin(), gates.end(),
                          [](const ShownGate& gate) { return gate.detail == "its campaign autumn is paused: clerk"; }));
}

// Lanes that are closed don't take the places of those that are open.
TEST(CampaignPause, ManyOfThemStopNobodyElse) {
  CampaignWorld world;
  world.settings.smscs[0].throughput = 100;
  world.start();
  world.drop("alpha", false);  // nothing leaves yet
  for (std::size_t i = 0; i < 2 * Lanes::kOpenMax; ++i) {
    store::Job job = world.job("p" + std::to_string(i));
    job.campaign = "c" + std::to_string(i);
    ASSERT_TRUE(world.submit(job).has_value());
    ASSERT_TRUE((world.ask<ChangeCampaign, CampaignChanged>({job.campaign, CampaignOrder::pause, 1, {}})->has_value()));
  }
  store::Job job = world.job("z");
  job.campaign = "z";
  ASSERT_TRUE(world.submit(job).has_value());
  world.reachable["alpha"] = true;
  world.run(2min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1U);
  EXPECT_EQ(world.gateway->counters().campaigns.paused, 2 * Lanes::kOpenMax);
  for (std::size_t i = 0; i < 2 * Lanes::kOpenMax; ++i) {
    ASSERT_TRUE((world.ask<ChangeCampaign, CampaignChanged>({"c" + std::to_string(i), CampaignOrder::resume, 1, {}})
                     ->has_value()));
  }
  world.run(1min);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 2 * Lanes::kOpenMax + 1);
  EXPECT_EQ(world.gateway->counters().campaigns.paused, 0U);
}

// Rows that are released into a paused campaign wait, too, and nothing is lost between disk and memory.
TEST(CampaignPause, TakesWhatIsImportedMeanwhile) {
  CampaignWorld world;
  world.start();
  world.import(0, 5);
  world.run(1s);
  ASSERT_TRUE(world.order(CampaignOrder::pause)->has_value());
  world.import(5, 705);
  world.run(5s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 5U);
  ASSERT_TRUE(world.order(CampaignOrder::resume)->has_value());
  ASSERT_TRUE(world.order(CampaignOrder::pause)->has_value());
  ASSERT_TRUE(world.order(CampaignOrder::resume)->has_value());
  world.run(20s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 705U);
  world.expect_counts();
}

TEST(CampaignCancel, NothingLeavesAfterItsAnswerAndAllIsTold) {
  CampaignWorld world;
  world.settings.smscs[0].window = 10;
  world.start();
  world.smscs["alpha"].answering = false;
  world.import(0, 1200);
  world.run(1s);
  ASSERT_TRUE(world.order(CampaignOrder::cancel)->has_value());
  const std::size_t submits = world.smscs["alpha"].submits.size();
  ASSERT_EQ(submits, 10U);
  world.smscs["alpha"].answering = true;
  for (std::size_t i = 0; i < 10; ++i) world.answer("alpha", i);
  world.run(5s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), submits);
  EXPECT_EQ(world.state("row9"), State::submitted);
  EXPECT_EQ(world.view("row1199").state.reason, "campaign");
  EXPECT_EQ(world.events("row1199"), (std::vector<std::string>{"accepted", "cancelled"}));
  EXPECT_EQ(world.campaign().by_state[static_cast<std::size_t>(State::cancelled)], 1190U);
  world.expect_counts();
  EXPECT_EQ(world.order(CampaignOrder::pause)->error().code, "conflict");
  EXPECT_EQ(world.order(CampaignOrder::resend_failed)->error().code, "conflict");
  EXPECT_TRUE(world.order(CampaignOrder::cancel)->has_value()) << "twice is once";
  ASSERT_TRUE(world.submit(world.job_of(5000)).has_value());
  world.run(1s);
  EXPECT_EQ(world.events("row5000"), (std::vector<std::string>{"accepted", "cancelled"}));
}

TEST(CampaignCancel, OfWhatHasFinishedFinishesNothingAgain) {
  CampaignWorld world;
  world.start();
  world.import(0, 3);
  world.run(1s);
  for (int i = 0; i < 3; ++i) world.receipt("alpha", "id" + std::to_string(i + 1), world.number(i));
  world.run(1s);
  const std::uint64_t import = world.open();  // nor does an import that comes to nothing
  ASSERT_TRUE(world.row(import, 7).has_value());
  ASSERT_TRUE(world.close_import(import, true)->has_value());
  world.run(1s);
  ASSERT_TRUE(world.order(CampaignOrder::cancel)->has_value());
  world.run(5s);
  EXPECT_EQ(world.told(), (std::vector<std::string>{"imported", "finished", "cancelled"}));
  EXPECT_TRUE(world.campaign().finished_at.has_value());
}

// Also of what was sent before: nobody is phoned, nor written a letter, for a campaign that was wrong.
TEST(CampaignCancel, HandsNothingOffAndEscalatesNothing) {
  CampaignWorld world;
  world.start();
  const std::uint64_t import = world.open();
  store::Job silent = world.job_of(0), failing = world.job_of(1);
  silent.escalate_after = 20min;
  silent.account = "A0";
  failing.account = "A1";
  failing.handoff = store::Handoff::letter;
  ASSERT_TRUE(world.row(import, silent).has_value());
  ASSERT_TRUE(world.row(import, failing).has_value());
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1s);
  ASSERT_TRUE(world.order(CampaignOrder::cancel)->has_value());
  world.receipt("alpha", "id2", world.number(1), "UNDELIV");
  world.run(30min);
  EXPECT_EQ(world.state("row1"), State::undelivered);
  EXPECT_EQ(world.count("handoff"), 0U);
  EXPECT_EQ(world.count("escalated"), 0U);
  EXPECT_FALSE(world.view("row0").state.on_call_list);
}

TEST(CampaignCancel, GoesOnAfterACrash) {
  for (std::size_t steps = 0; steps < 8; steps += 2) {
    CampaignWorld world;
    world.settings.smscs[0].window = 1;
    world.start();
    world.smscs["alpha"].answering = false;
    world.import(0, 800);
    world.run(1s);
    ASSERT_TRUE(world.order(CampaignOrder::cancel, 1, 0ms)->has_value());
    world.store_stalled = true;
    world.gateway->tick(world.now);
    world.store_steps(steps);
    world.store_stalled = false;
    world.crash();
    world.run(10min);
    EXPECT_EQ(world.campaign().by_state[static_cast<std::size_t>(State::cancelled)], 800U) << steps;
    EXPECT_EQ(world.smscs["alpha"].submits.size(), 1U);
    world.expect_counts();
  }
}

TEST(CampaignResend, WhatFailedForAWhileIsTriedAnew) {
  CampaignWorld world;
  world.start();
  ScriptedSmsc& smsc = world.smscs["alpha"];
  world.import(0, 4);
  world.run(1s);
  world.receipt("alpha", "id1", world.number(0));
  world.receipt("alpha", "id2", world.number(1), "EXPIRED");
  world.receipt("alpha", "id3", world.number(2), "UNDELIV");
  world.run(1s);
  // row3 ends as failed, after as many refusals as it takes: of a second campaign's job.
  for (std::uint32_t i = 0; i < Engine::kAttemptsMax; ++i) smsc.statuses.push_back(smpp::CommandStatus::system_error);
  ASSERT_TRUE(world.submit(world.job_of(10)).has_value());
  world.run(6h);
  ASSERT_EQ(world.state("row10"), State::failed);
  const std::size_t submits = smsc.submits.size();
  const auto changed = world.order(CampaignOrder::resend_failed, 1, 1s);
  ASSERT_TRUE(changed && changed->has_value());
  EXPECT_EQ((*changed)->resent, 2U);
  EXPECT_EQ((*changed)->left, 1U);
  world.run(1s);
  EXPECT_EQ(smsc.submits.size(), submits + 2);
  EXPECT_EQ(world.events("row1"),
            (std::vector<std::string>{"accepted", "submitted", "expired", "retrying", "submitted"}));
  EXPECT_EQ(world.state("row10"), State::submitted);
  EXPECT_EQ(world.state("row2"), State::undelivered);
  // The receipt of the first time is nobody's, that of the second counts.
  world.receipt("alpha", "id2", world.number(1));
  world.run(1s);
  EXPECT_EQ(world.state("row1"), State::submitted);
  world.receipt("alpha", world.view("row1").state.segments[0].message_id, world.number(1));
  world.run(1s);
  EXPECT_EQ(world.state("row1"), State::delivered);
  world.expect_counts();
  const auto none = world.order(CampaignOrder::resend_failed, 1, 1s);
  EXPECT_EQ((*none)->resent, 0U);
}

// Its first copy may have arrived, and what it was to be sent again never left.
TEST(CampaignResend, LeavesWhatWasInDoubt) {
  CampaignWorld world;
  world.start();
  world.smscs["alpha"].answering = false;
  store::Job job = world.job_of(0);
  job.expires = world.now.wall + 1h;
  const std::uint64_t import = world.open();
  ASSERT_TRUE(world.row(import, job).has_value());
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1s);
  world.drop("alpha", false);
  world.run(2h);
  ASSERT_EQ(world.state("row0"), State::expired);
  ASSERT_TRUE(world.view("row0").state.resent);
  world.smscs["alpha"].answering = true;
  world.reachable["alpha"] = true;
  const auto changed = world.order(CampaignOrder::resend_failed, 1, 1s);
  ASSERT_TRUE(changed && changed->has_value());
  EXPECT_EQ((*changed)->resent, 0U);
  EXPECT_EQ((*changed)->left, 1U);
  world.run(1h);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1U);
}

// Who is texted again is not phoned for what went wrong before; who asked for a call is, and who said that it is paid.
TEST(CampaignResend, TakesThemFromTheCallList) {
  CampaignWorld world;
  world.settings.replies.rules = PeopleWorld::rules({});
  world.settings.replies.paid_hold = 10min;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 3; ++i) {
    store::Job job = world.job_of(i);
    job.handoff = store::Handoff::phone;
    job.account = "A" + std::to_string(i);
    job.escalate_after = 20min;
    ASSERT_TRUE(world.row(import, job).has_value());
  }
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1min);
  world.reply("alpha", world.number(2).substr(1), "I paid it");
  world.run(20min);
  world.reply("alpha", world.number(1).substr(1), "call me");
  world.run(2s);
  for (int i = 0; i < 3; ++i) world.receipt("alpha", "id" + std::to_string(i + 1), world.number(i), "EXPIRED");
  world.run(1s);
  const auto listed = [&] { return world.kv.scan({store::Family::calls, {}, {}, 10})->size(); };
  ASSERT_EQ(listed(), 3U);
  ASSERT_EQ(world.view("row0").state.calls.size(), 2U) << "expired, and silent";
  EXPECT_EQ((*world.order(CampaignOrder::resend_failed, 1, 1s))->resent, 3U);
  EXPECT_FALSE(world.view("row0").state.on_call_list);
  EXPECT_EQ(why_of(world.view("row1").state), "call_me");
  EXPECT_EQ(why_of(world.view("row2").state), "said paid");
  EXPECT_EQ(listed(), 2U);
}

// What was paid in between is not sent again.
TEST(CampaignResend, IsDecidedAnew) {
  CampaignWorld world;
  world.start();
  const std::uint64_t import = world.open();
  store::Job job = world.job_of(0);
  job.account = "A1";
  ASSERT_TRUE(world.row(import, job).has_value());
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1s);
  world.receipt("alpha", "id1", world.number(0), "EXPIRED");
  world.run(1s);
  ASSERT_TRUE(
      (world.ask<RecordPayment, PaymentResult>(RecordPayment{"A1", {}, {}, {}, {}, {}, false, {}, {}})->has_value()));
  EXPECT_EQ((*world.order(CampaignOrder::resend_failed, 1, 1s))->resent, 1U);
  world.run(1s);
  EXPECT_EQ(world.state("row0"), State::cancelled);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1U);
  world.expect_counts();
}

TEST(CampaignResend, EachOnceOverACrash) {
  for (std::size_t steps = 0; steps < 8; steps += 2) {
    CampaignWorld world;
    world.start();
    world.import(0, 600);
    world.run(10s);
    for (int i = 0; i < 600; ++i) world.receipt("alpha", "id" + std::to_string(i + 1), world.number(i), "EXPIRED");
    world.run(1s);
    world.gateway->request(ChangeCampaign{"autumn", CampaignOrder::resend_failed, 1, [](const auto&) {}}, world.now);
    world.store_stalled = true;
    world.gateway->tick(world.now);
    world.store_steps(steps);
    world.store_stalled = false;
    world.crash();
    world.run(10min);
    std::size_t again = 0;
    for (const store::Event& event : world.all_events()) again += event.reason == "resend_failed" ? 1 : 0;
    const bool lost =
        world.campaign().by_state[static_cast<std::size_t>(State::expired)] == 600;  // the order was never on disk
    EXPECT_EQ(again, lost ? 0U : 600U) << steps;
    world.expect_counts();
  }
}

TEST(CampaignStop, AWalkDoesNotKeepTheDaemonFromStopping) {
  CampaignWorld world;
  world.settings.smscs[0].window = 1;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 1100; ++i) ASSERT_TRUE(world.row(import, i).has_value());
  world.store_stalled = true;
  world.gateway->request(CloseCampaign{"autumn", import, false, [](const auto&) {}}, world.now);
  world.store_steps(3);
  bool finished = false;
  world.gateway->stop(world.now, [&] { finished = true; });
  world.store_stalled = false;
  world.run(1s);
  EXPECT_TRUE(finished);
  EXPECT_EQ(world.campaign().walk, CampaignWalk::release);
  world.crash();
  world.run(1min);
  EXPECT_EQ(world.campaign().walk, CampaignWalk::none);
  world.expect_counts();
}

}  // namespace
}  // namespace dunlin::engine

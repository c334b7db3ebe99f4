// Campaigns: imports that are whole or nothing, over crashes too; pause, resume, cancel, approval, sending again.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/engine/campaigns_world.hpp"

namespace dunlin::engine {
namespace {

using namespace testing;
using store::CampaignStage;
using store::CampaignWalk;

TEST(Campaigns, RowsWaitUntilTheImportIsWhole) {
  CampaignWorld world;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(world.row(import, i).has_value());
  world.run(1min);
  EXPECT_TRUE(world.events().empty()) << "an import tells nothing before it is whole";
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  EXPECT_EQ(world.state("row0"), State::importing);
  EXPECT_EQ(world.campaign().stage, CampaignStage::importing);
  world.expect_counts();

  const auto closed = world.close_import(import);
  ASSERT_TRUE(closed && closed->has_value());
  EXPECT_EQ((*closed)->rows, 20U);
  EXPECT_EQ((*closed)->stage, CampaignStage::running);
  world.run(5s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 20U);
  EXPECT_EQ(world.events("row0"), (std::vector<std::string>{"accepted", "submitted"}));
  EXPECT_EQ(world.told(), (std::vector<std::string>{"imported"}));
  EXPECT_EQ(world.campaign().walk, CampaignWalk::none);
  EXPECT_EQ(world.campaign().submitted, 20U);
  for (int i = 0; i < 20; ++i) world.receipt("alpha", "id" + std::to_string(i + 1), world.number(i));
  world.run(1s);
  EXPECT_EQ(world.told(), (std::vector<std::string>{"imported", "finished"}));
  EXPECT_TRUE(world.campaign().finished_at.has_value());
  world.expect_counts();
}

TEST(Campaigns, OfADiscardedImportNothingStays) {
  CampaignWorld world;
  world.start();
  ASSERT_TRUE(world.submit(world.job("before")).has_value());
  world.run(1s);
  const std::size_t rows_before = world.rows();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 1200; ++i) ASSERT_TRUE(world.row(import, i).has_value());
  world.store_stalled = true;
  const auto closed = world.close_import(import, true);
  EXPECT_FALSE(closed.has_value()) << "answered before it was on disk";
  world.store_stalled = false;
  world.run(5s);
  EXPECT_EQ(world.rows(), rows_before);
  EXPECT_EQ(world.events().size(), world.events("before").size());
  EXPECT_FALSE(store::find_job(world.kv, "row7")->has_value());
  // And the same rows may come again.
  const std::uint64_t again = world.open();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(world.row(again, i)->duplicate);
  ASSERT_TRUE(world.close_import(again)->has_value());
  world.run(2s);
  EXPECT_EQ(world.state("row2"), State::submitted);
}

TEST(Campaigns, WhatIsBeingDiscardedCountsAsAbsent) {
  CampaignWorld world;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(world.row(import, i).has_value());
  world.gateway->request(CloseCampaign{"autumn", import, true, [](const auto&) {}}, world.now);
  world.store_stalled = true;
  world.gateway->tick(world.now);
  world.store_steps(1);  // its row is written; the jobs are not erased yet
  EXPECT_EQ(world.campaign().stage, CampaignStage::discarding);
  EXPECT_FALSE(store::find_job(world.kv, "row599")->has_value());
  world.store_stalled = false;
  auto busy = std::make_shared<std::optional<Result<Accepted>>>();
  store::Job same = world.job_of(599);
  world.gateway->request(SubmitJob{same, [busy](Result<Accepted> answer) { *busy = std::move(answer); }}, world.now);
  world.run(5s);
  ASSERT_TRUE(busy->has_value());
  if (!**busy) {
    EXPECT_EQ((**busy).error().code, "busy");
  }
}

// A row's id may be asked for by others while nobody knows whether it stays.
TEST(Campaigns, AnIdOfAnOpenImportIsNobodysDuplicate) {
  CampaignWorld world;
  world.start();
  ASSERT_TRUE(world.submit(world.job_of(0)).has_value());
  const std::uint64_t import = world.open();
  EXPECT_TRUE(world.row(import, 0)->duplicate) << "known from before, with the same content";
  EXPECT_FALSE(world.row(import, 1)->duplicate);
  EXPECT_EQ(world.row(import, 1).error().code, "duplicate_id");
  EXPECT_EQ(world.submit(world.job_of(1)).error().code, "busy");
  const std::uint64_t other = world.open("winter");
  store::Job same = world.job_of(1);
  same.campaign = "winter";
  EXPECT_EQ(world.row(other, same).error().code, "busy");
  EXPECT_EQ(world.row(other, world.job_of(2)).error().where, "campaign");
  ASSERT_TRUE(world.close_import(import)->has_value());
  EXPECT_TRUE(world.submit(world.job_of(1))->duplicate);
  EXPECT_EQ(world.row(import, 5).error().code, "import_over");
  EXPECT_EQ(world.close_import(import)->error().code, "import_over");
}

TEST(Campaigns, OneImportAtATime) {
  CampaignWorld world;
  world.start();
  const std::uint64_t import = world.open();
  EXPECT_EQ((world.ask<OpenCampaign, CampaignOpened>({"autumn", "t", 1, {}, {}})->error().code), "conflict");
  EXPECT_EQ((world.ask<OpenCampaign, CampaignOpened>({"", "t", 1, {}, {}})->error().code), "bad_value");
  EXPECT_EQ((world.ask<OpenCampaign, CampaignOpened>({std::string(129, 'x'), "t", 1, {}, {}})->error().code),
            "bad_value");
  for (const char* name : {"a\nb", "a\x7F", "a\xC2\x85"}) {
    EXPECT_EQ((world.ask<OpenCampaign, CampaignOpened>({name, "t", 1, {}, {}})->error().code), "bad_value");
  }
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1s);
  EXPECT_NE(world.open(), import);
  EXPECT_NE(world.open("\xC3\xA0 la carte"), 0U);
}

TEST(Campaigns, AnImportThatWasOpenAtACrashIsDiscarded) {
  CampaignWorld world;
  world.start();
  std::size_t rows_before = world.rows();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 700; ++i) ASSERT_TRUE(world.row(import, i).has_value());
  world.crash();
  EXPECT_EQ(world.row(import, 700).error().code, "import_over");
  world.run(5s);
  EXPECT_EQ(world.rows(), rows_before);
  EXPECT_TRUE(world.events().empty());
}

// Crashes at any point after it was closed: each row is released once.
TEST(Campaigns, AReleaseGoesOnAfterACrash) {
  for (std::size_t steps = 0; steps < 12; steps += 3) {
    CampaignWorld world;
    world.start();
    const std::uint64_t import = world.open();
    for (int i = 0; i < 620; ++i) ASSERT_TRUE(world.row(import, i).has_value());
    ASSERT_TRUE(world.close_import(import)->has_value());
    world.store_stalled = true;
    world.gateway->tick(world.now);
    world.store_steps(steps);
    world.store_stalled = false;
    world.crash();
    world.run(2min);
    std::size_t accepted = 0;
    for (const store::Event& event : world.all_events()) accepted += event.type == store::EventType::accepted ? 1 : 0;
    EXPECT_EQ(accepted, 620U) << steps;
    EXPECT_EQ(world.campaign().walk, CampaignWalk::none);
    EXPECT_EQ(world.campaign().by_state[static_cast<std::size_t>(State::importing)], 0U);
    world.expect_counts();
  }
}

TEST(Campaigns, MoreRowsMayComeToOneThatRuns) {
  CampaignWorld world;
  world.start();
  world.import(0, 10);
  world.run(2s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 10U);
  const std::uint64_t second = world.open();
  for (int i = 5; i < 15; ++i) EXPECT_EQ(world.row(second, i)->duplicate, i < 10);
  ASSERT_TRUE(world.submit(world.job_of(50)).has_value());
  world.run(2s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 11U) << "the new rows alone wait";
  const auto closed = world.close_import(second);
  EXPECT_EQ((*closed)->rows, 5U);
  world.run(2s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 16U);
  EXPECT_EQ(world.campaign().rows, 15U);
  // Discarding the third leaves the others.
  const std::uint64_t third = world.open();
  for (int i = 20; i < 25; ++i) ASSERT_TRUE(world.row(third, i).has_value());
  ASSERT_TRUE(world.close_import(third, true)->has_value());
  world.run(2s);
  EXPECT_EQ(world.campaign().stage, CampaignStage::running);
  world.expect_counts();
}

TEST(Campaigns, APaymentWhileItIsImportedCancelsItsRows) {
  CampaignWorld world;
  world.start();
  const std::uint64_t import = world.open();
  store::Job job = world.job_of(1);
  job.account = "A1";
  ASSERT_TRUE(world.row(import, job).has_value());
  ASSERT_TRUE(
      (world.ask<RecordPayment, PaymentResult>(RecordPayment{"A1", {}, {}, {}, {}, {}, false, {}, {}})->has_value()));
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(2s);
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  EXPECT_EQ(world.events("row1"), (std::vector<std::string>{"accepted", "cancelled"}));
  world.expect_counts();
}

TEST(Campaigns, WhatAnImportWouldMeetIsToldWithoutOne) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 5;
  world.settings.campaigns.canary = 2;
  world.start();
  const auto asks = [&](std::optional<std::uint32_t> canary = {}) {
    return *world.ask<OpenCampaign, CampaignOpened>({"autumn", "friendly", 1, canary, {}, true});
  };
  EXPECT_EQ(asks()->import, 0U);
  EXPECT_EQ(asks()->rows_free, 5U);
  EXPECT_EQ(asks()->canary, 2U);
  EXPECT_EQ(asks(7)->canary, 7U);
  EXPECT_FALSE(store::read_campaign(world.kv, "autumn")->has_value());
  world.import(0, 4);
  EXPECT_EQ(asks(0)->rows_free, 1U);
  EXPECT_EQ(asks().error().code, "busy") << "the first canary is looked at";
  world.open("autumn", 0);
  EXPECT_EQ(asks(0).error().code, "conflict");
}

// A row that waits is cancelled as a job is: it is told when it counts, and never sent. It is not changed until then.
TEST(Campaigns, ARowThatWaitsCanBeCancelled) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 1;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.row(import, i).has_value());
  EXPECT_EQ((world.ask<CancelJob, Cancelled>({"row0", {}})->error().code), "busy") << "of an import that is open";
  ASSERT_TRUE(world.close_import(import)->has_value());
  EXPECT_TRUE((world.ask<CancelJob, Cancelled>({"row0", {}})->has_value()));
  EXPECT_TRUE((world.ask<CancelJob, Cancelled>({"row1", {}})->has_value())) << "of one that waits for its approval";
  EXPECT_TRUE((world.ask<CancelJob, Cancelled>({"row1", {}})->has_value())) << "twice is once";
  ChangeJob change;
  change.id = "row2";
  change.values.due_date = "2026-12-24";
  EXPECT_EQ((world.ask<ChangeJob, JobChanged>(std::move(change))->error().code), "busy");
  world.crash();
  ASSERT_TRUE(world.order(CampaignOrder::approve, 2)->has_value());
  world.run(2s);
  EXPECT_EQ(world.events("row0"), (std::vector<std::string>{"accepted", "cancelled"}));
  EXPECT_EQ(world.events("row1"), (std::vector<std::string>{"accepted", "cancelled"}));
  EXPECT_EQ(world.view("row1").state.reason, "cancelled");
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1U);
  EXPECT_EQ(world.state("row2"), State::submitted);
  world.expect_counts();
}

store::Job advert(int i) {
  store::Job row = CampaignWorld::job_of(i);
  row.purpose = store::Purpose::marketing;
  row.consent = {"prior_express_written", "form", {}};
  return row;
}

// What is taken back while a row waits that says so is not given by it after all; what is said after that is.
TEST(Campaigns, AConsentTakenBackMeanwhileDoesNotCount) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 1;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.row(import, advert(i)).has_value());
  ASSERT_TRUE(world.close_import(import)->has_value());
  world.run(1s);
  for (int i = 1; i < 3; ++i)
    ASSERT_TRUE((world.ask<DeleteConsent, store::Person>({world.number(i), {}})->has_value()));
  world.run(1s);
  ASSERT_TRUE((world
                   .ask<PutConsent, store::Person>(
                       {world.number(2), store::ConsentStatus::allowed, "marketing", "form", {}, {}, "soft_opt_in", {}})
                   ->has_value()));
  world.crash();
  ASSERT_TRUE(world.order(CampaignOrder::approve, 2)->has_value());
  world.run(2s);
  EXPECT_EQ(world.state("row0"), State::submitted);
  EXPECT_EQ(world.state("row1"), State::blocked);
  EXPECT_EQ(world.view("row1").state.reason, "consent_missing");
  EXPECT_EQ(world.state("row2"), State::submitted);
  EXPECT_EQ(store::read_person(world.kv, world.number(2))->value().purposes[0].basis, "soft_opt_in");
}

TEST(Campaigns, APersonForgottenMeanwhileGetsNothing) {
  for (const bool closed : {false, true}) {
    CampaignWorld world;
    world.settings.campaigns.approve_above = 1;
    world.start();
    const std::uint64_t import = world.open();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.row(import, i).has_value());
    if (closed) {
      ASSERT_TRUE(world.close_import(import)->has_value());
    }
    ASSERT_TRUE((world.ask<Forget, Forgotten>(Forget{world.number(1), {}}, 3s)->has_value()));
    if (closed) {
      EXPECT_EQ(world.events("row1"), (std::vector<std::string>{"accepted", "cancelled"}));
      ASSERT_TRUE(world.order(CampaignOrder::approve, 2)->has_value());
    } else {
      EXPECT_FALSE(store::find_job(world.kv, "row1")->has_value());
      ASSERT_TRUE(world.close_import(import)->has_value());
      ASSERT_TRUE(world.order(CampaignOrder::approve, 2)->has_value());
    }
    world.run(2s);
    EXPECT_EQ(world.smscs["alpha"].submits.size(), 2U);
    world.expect_counts();
  }
}

TEST(Campaigns, AnotherPersonApproves) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 5;
  world.start();
  world.import(0, 5, "small");
  const auto closed = world.import(0, 6);
  EXPECT_EQ(closed.stage, CampaignStage::approval);
  world.run(10s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 5U);
  EXPECT_EQ(world.order(CampaignOrder::approve, 1)->error().code, "same_person");
  EXPECT_EQ((world.ask<OpenCampaign, CampaignOpened>({"autumn", "t", 1, {}, {}})->error().code), "conflict");
  world.crash();  // it waits on
  world.run(10s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 5U);
  ASSERT_TRUE(world.order(CampaignOrder::approve, 2)->has_value());
  EXPECT_EQ(world.order(CampaignOrder::approve, 2)->error().code, "conflict");
  world.run(2s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 11U);
  EXPECT_EQ(world.told(), (std::vector<std::string>{"waiting for approval", "approved"}));
  EXPECT_EQ(world.campaign().approved_by, 2U);
}

TEST(Campaigns, AFileInPiecesIsApprovedOfAsAWhole) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 5;
  world.start();
  EXPECT_EQ(world.import(0, 5).stage, CampaignStage::running);
  world.run(1s);
  EXPECT_EQ(world.import(5, 6).stage, CampaignStage::approval);
  world.run(1s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 5U);
  ASSERT_TRUE(world.order(CampaignOrder::approve, 2)->has_value());
  world.run(1s);
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 6U);
  EXPECT_EQ(world.import(6, 7).stage, CampaignStage::approval);
}

TEST(Campaigns, CancellingWhatWaitsForApprovalEndsIt) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 1;
  world.start();
  world.import(0, 6);
  ASSERT_TRUE(world.order(CampaignOrder::cancel)->has_value());
  EXPECT_EQ(world.order(CampaignOrder::approve, 2)->error().code, "conflict");
  world.run(2s);
  EXPECT_EQ(world.events("row0"), (std::vector<std::string>{"accepted", "cancelled"}));
  EXPECT_EQ(world.view("row5").state.reason, "campaign");
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  EXPECT_EQ(world.told(), (std::vector<std::string>{"waiting for approval", "cancelled", "finished"}));
  world.expect_counts();
}

// Nobody wanted it: what its rows say of consents and currencies was not said.
TEST(Campaigns, WhatRowsBringDoesNotCountWhereTheImportIsCancelled) {
  CampaignWorld world;
  world.settings.campaigns.approve_above = 1;
  world.start();
  const std::uint64_t import = world.open();
  for (int i = 0; i < 2; ++i) {
    store::Job row = advert(i);
    row.account = "A" + std::to_string(i);
    row.invoice = "i";
    row.amount = "10.00";
    row.currency = "EUR";
    ASSERT_TRUE(world.row(import, row).has_value());
  }
  ASSERT_TRUE(world.close_import(import)->has_value());
  ASSERT_TRUE(world.order(CampaignOrder::cancel)->has_value());
  world.run(2s);
  ASSERT_EQ(world.events("row0"), (std::vector<std::string>{"accepted", "cancelled"}));
  const auto person = store::read_person(world.kv, world.number(0));
  EXPECT_TRUE(!*person || (*person)->purposes.empty());
  EXPECT_FALSE(store::read_account(world.kv, "A0", "i")->has_value());
}

TEST(Campaigns, ItsRowGoesWithTheLastOfItsJobs) {
  CampaignWorld world;
  world.settings.retention.texts = world.settings.retention.jobs = 1h;
  world.settings.smscs[0].receipt_timeout = 10min;
  world.settings.dunning.expires_default = 10min;
  world.start();
  world.import(0, 3);
  world.run(1s);
  for (int i = 0; i < 3; ++i) world.receipt("alpha", "id" + std::to_string(i + 1), world.number(i));
  world.run(10min);
  EXPECT_TRUE(world.campaign().finished_at.has_value());
  world.run(3h);
  EXPECT_TRUE(store::jobs_of_campaign(world.kv, "autumn", 0, 10)->empty());
  EXPECT_FALSE(store::read_campaign(world.kv, "autumn")->has_value());
}

TEST(Campaigns, OrdersOfWhatIsNotThere) {
  CampaignWorld world;
  world.start();
  for (const CampaignOrder order : {CampaignOrder::pause, CampaignOrder::resume, CampaignOrder::cancel,
                                    CampaignOrder::approve, CampaignOrder::resend_failed}) {
    EXPECT_EQ(world.order(order)->error().code, "not_found");
  }
  const std::uint64_t import = world.open();
  EXPECT_EQ(world.order(CampaignOrder::cancel)->error().code, "conflict");
  EXPECT_EQ(world.order(CampaignOrder::resend_failed)->error().code, "conflict");
  ASSERT_TRUE(world.close_import(import)->has_value());
}

}  // namespace
}  // namespace dunlin::engine

// Jobs that follow a plan: each step when the one before it has left, nothing after a payment, a STOP or what reached
// nobody, and every step once, whenever the power goes.
#include "engine/preview.hpp"
#include "plans_world.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine::testing {
namespace {

TEST_F(ThePlans, AJobBecomesItsFirstStepAndEachBringsTheNext) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  store::JobView first = world.view("a");
  EXPECT_EQ(first.state.state, State::scheduled);
  EXPECT_EQ(first.job.template_name, "reminder");
  EXPECT_EQ(first.job.kind, store::Kind::reminder);
  EXPECT_EQ(first.job.stage, "reminder");
  EXPECT_EQ(first.state.not_before, utc(2026, 11, 27, 9));  // ten in Warsaw
  EXPECT_FALSE(exists("a/due"));
  run_to(utc(2026, 11, 27, 9, 1));
  ASSERT_EQ(sent(), 1u);
  EXPECT_TRUE(text(0).starts_with("Ana, reminder")) << text(0);
  const store::JobView second = world.view("a/due");
  EXPECT_EQ(second.state.state, State::scheduled);
  EXPECT_EQ(second.state.not_before, utc(2026, 11, 30, 9));
  EXPECT_EQ(second.job.account, "A");
  EXPECT_EQ(second.job.plan, "p");
  EXPECT_EQ(second.job.stage, "due");
  EXPECT_EQ(second.state.plan.root_n, first.n);
  EXPECT_EQ(world.view("a").state.plan.next_n, second.n);
  EXPECT_EQ(world.events("a/due"), (std::vector<std::string>{"accepted", "scheduled"}));
  run_to(utc(2026, 12, 20, 9));
  ASSERT_EQ(sent(), 3u);
  EXPECT_TRUE(text(1).starts_with("Ana, due")) << text(1);
  EXPECT_TRUE(text(2).starts_with("Ana, overdue")) << text(2);
  EXPECT_EQ(world.state("a/overdue"), State::submitted);
  EXPECT_TRUE(world.view("a/overdue").state.plan.over);
  EXPECT_TRUE(told(store::EventType::escalated).empty());
}

TEST_F(ThePlans, TheSameIsADuplicateWhateverThePlanSaysByThen) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  EXPECT_TRUE(world.submit(planned("a"))->duplicate);
  Settings other = world.settings;
  other.dunning.plans = built(plan({step("final", 30)}));
  world.gateway->reload(other, world.now);
  EXPECT_TRUE(world.submit(planned("a"))->duplicate);
  store::Job changed = planned("a");
  changed.amount = "99.00";
  EXPECT_EQ(world.submit(changed).error().code, "conflict");
}

TEST_F(ThePlans, APaymentStopsTheChainAndItsReversalGoesOnWithIt) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  pay();
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  EXPECT_EQ(world.view("a/due").state.reason, "paid");
  pay(true);
  EXPECT_EQ(world.state("a/due"), State::scheduled);
  run_to(utc(2026, 11, 30, 9, 1));
  EXPECT_EQ(sent(), 2u);
}

TEST_F(ThePlans, WhatIsTooLateWhenAPaymentIsTakenBackIsFollowedByTheNext) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  pay();
  run_to(utc(2026, 12, 10, 12));
  EXPECT_EQ(sent(), 1u);
  pay(true);
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  EXPECT_EQ(world.state("a/overdue"), State::submitted) << "at once: its day has passed";
  EXPECT_EQ(sent(), 2u);
}

// The payment covers what was accepted before it: the whole chain was.
TEST_F(ThePlans, APaymentWhileAStepIsUnderWayCoversTheNext) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  world.smscs["alpha"].answering = false;
  run_to(utc(2026, 11, 27, 9, 0) + 5s);
  ASSERT_EQ(sent(), 1u);
  EXPECT_EQ(world.state("a"), State::submitting);
  pay();
  world.answer("alpha", 0);
  world.smscs["alpha"].answering = true;
  world.run(2s);
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
}

TEST_F(ThePlans, AStopEndsTheChainAndSomebodyIsTold) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  world.reply("alpha", "48601000001", "STOP");
  world.run(2s);
  EXPECT_EQ(world.state("a/due"), State::blocked);
  const auto escalated = told(store::EventType::escalated);
  ASSERT_EQ(escalated.size(), 1u);
  EXPECT_EQ(escalated[0].job, "a/due");
  EXPECT_EQ(escalated[0].reason, "plan stopped: due blocked: opted_out");
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
}

TEST_F(ThePlans, WhatReachedNobodyTakesTheNextBack) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  world.receipt("alpha", "id1", "48601000001", "UNDELIV");
  world.run(2s);
  EXPECT_EQ(world.state("a"), State::undelivered);
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  EXPECT_EQ(world.view("a/due").state.reason, "plan");
  ASSERT_EQ(told(store::EventType::escalated).size(), 1u);
  EXPECT_TRUE(told(store::EventType::escalated)[0].reason.starts_with("plan stopped: reminder undelivered"));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
}

TEST_F(ThePlans, AnotherChannelTakesOverWhereThePlanSaysSo) {
  begin(plan(steps, "letter"));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  world.receipt("alpha", "id1", "48601000001", "UNDELIV");
  world.run(2s);
  const auto handed = told(store::EventType::handoff);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed[0].channel, store::Handoff::letter);
  EXPECT_TRUE(told(store::EventType::escalated).empty());
  EXPECT_EQ(world.state("a/due"), State::cancelled);
}

// The receipt is faster than the response: both are of one moment, and the next step is made once.
TEST_F(ThePlans, AReceiptBeforeItsResponseBringsOneNextStep) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  world.smscs["alpha"].answering = false;
  run_to(utc(2026, 11, 27, 9) + 5s);
  world.receipt("alpha", "early", "48601000001");
  world.run(1s);
  world.answer("alpha", 0, smpp::CommandStatus::ok, "early");
  world.run(2s);
  EXPECT_EQ(world.state("a"), State::delivered);
  EXPECT_EQ(world.state("a/due"), State::scheduled);
  world.smscs["alpha"].answering = true;
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 3u);
}

// After so many of the store's steps from the moment on at which a step was answered.
struct EachCut : ThePlans, ::testing::WithParamInterface<std::size_t> {};

TEST_P(EachCut, MakesEachStepOnce) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  world.smscs["alpha"].answering = false;
  run_to(utc(2026, 11, 27, 9) + 5s);
  ASSERT_EQ(sent(), 1u);
  world.store_stalled = true;
  world.answer("alpha", 0);
  for (std::size_t i = 0; i < GetParam(); ++i) {
    world.work();
    world.store_steps(1);
    world.run(100ms);
  }
  world.store_stalled = false;
  world.smscs["alpha"].answering = true;
  world.crash();
  run_to(utc(2026, 12, 20, 9));
  EXPECT_TRUE(sent() == 3 || sent() == 4) << sent() << ": in doubt where the answer was lost, and then sent once more";
  EXPECT_EQ(world.state("a/overdue"), State::submitted);
  EXPECT_EQ(told(store::EventType::accepted).size(), 3u);
  EXPECT_EQ(world.events("a/due").front(), "accepted");
}
INSTANTIATE_TEST_SUITE_P(Cuts, EachCut, ::testing::Range<std::size_t>(0, 14));

TEST_F(ThePlans, StepsForTheSilentPassOverWhoAnswers) {
  steps[1].silent = true;
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  world.reply("alpha", "48601000001", "ok thanks");
  world.run(2s);
  run_to(utc(2026, 11, 30, 12));
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  EXPECT_EQ(world.view("a/due").state.reason, "replied");
  EXPECT_EQ(world.state("a/overdue"), State::scheduled);
  EXPECT_EQ(world.view("a/overdue").state.not_before, utc(2026, 12, 3, 9));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 2u);
}

TEST_F(ThePlans, AHandOverComesBetweenTwoTexts) {
  begin(plan({after("one", 0s, "reminder"), letter("letter", 48h), after("two", 72h, "final")}));
  store::Job job = planned("a");
  job.params.push_back({"days", "7"});
  ASSERT_TRUE(world.submit(job));
  world.run(1s);
  EXPECT_EQ(sent(), 1u);
  EXPECT_EQ(world.view("a").state.plan.awaited, "letter");
  world.crash();
  run_to(utc(2026, 11, 25, 11, 1));
  const auto handed = told(store::EventType::handoff);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed[0].channel, store::Handoff::letter);
  EXPECT_EQ(handed[0].job, "a");
  EXPECT_EQ(world.view("a/two").state.not_before, handed[0].time + 72h);
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 2u);
  EXPECT_EQ(told(store::EventType::handoff).size(), 1u);
}

TEST_F(ThePlans, NothingIsHandedOverOfWhoHasPaid) {
  begin(plan({after("one", 0s, "reminder"), letter("letter", 48h), after("two", 72h, "overdue")}));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 24, 11));
  pay();
  run_to(utc(2026, 11, 30, 11));
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  pay(true);
  world.run(2s);
  EXPECT_EQ(told(store::EventType::handoff).size(), 1u);
  EXPECT_EQ(world.state("a/two"), State::scheduled);
}

TEST_F(ThePlans, NothingIsHandedOverForACampaignThatWasCancelled) {
  begin(plan({after("one", 0s, "reminder"), letter("letter", 48h), after("two", 72h, "overdue")}));
  store::Job job = planned("a");
  job.campaign = "autumn";
  ASSERT_TRUE(world.submit(job));
  world.run(1s);
  ASSERT_EQ(sent(), 1u);
  const auto cancelled = world.ask<ChangeCampaign, CampaignChanged>({"autumn", CampaignOrder::cancel, 1, {}});
  ASSERT_TRUE(cancelled && *cancelled);
  run_to(utc(2026, 11, 30, 11));
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  EXPECT_TRUE(told(store::EventType::escalated).empty());
  EXPECT_FALSE(exists("a/two"));
  EXPECT_EQ(sent(), 1u);
}

TEST_F(ThePlans, WhatIsHeldDoesNotExpireAndHasItsTimeAfterwards) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  PutHold hold;
  hold.account = "A";
  hold.reason = "dispute";
  const auto laid = world.ask<PutHold, store::Hold>(std::move(hold));
  ASSERT_TRUE(laid && *laid);
  run_to(utc(2026, 12, 15, 11));
  EXPECT_EQ(world.state("a"), State::held);
  EXPECT_EQ(sent(), 0u);
  ReleaseHold release;
  release.id = (*laid)->id;
  ASSERT_TRUE((*world.ask<ReleaseHold, HoldReleased>(std::move(release))));
  world.run(2s);
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_EQ(world.state("a/overdue"), State::scheduled) << "the step on the due date is past";
}

TEST_F(ThePlans, FollowsItsDueDate) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ChangeJob change;
  change.id = "a";
  change.values.due_date = "2026-12-10";
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  EXPECT_EQ(world.view("a").state.not_before, utc(2026, 12, 7, 9));
  run_to(utc(2026, 12, 7, 9, 1));
  EXPECT_EQ(sent(), 1u);
  EXPECT_EQ(world.view("a/due").state.not_before, utc(2026, 12, 10, 9));
  ChangeAccount account;
  account.account = "A";
  account.values.due_date = "2026-12-20";
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(std::move(account))));
  EXPECT_EQ(world.view("a/due").state.not_before, utc(2026, 12, 20, 9));
  run_to(utc(2026, 12, 19, 9));
  EXPECT_EQ(sent(), 1u);
  run_to(utc(2026, 12, 20, 9, 1));
  EXPECT_EQ(sent(), 2u);
}

TEST_F(ThePlans, TheSameDueDateOnceMoreRenewsNothing) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 9, 1));
  ASSERT_EQ(sent(), 1u);
  const Wall end = world.view("a/due").state.expires_at;
  world.run(1h);
  ChangeAccount account;
  account.account = "A";
  account.values.due_date = "2026-11-30";
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(account)));
  ChangeJob change;
  change.id = "a/due";
  change.values.due_date = "2026-11-30";
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  EXPECT_EQ(world.view("a/due").state.expires_at, end);
}

// As when the power went between the account's row and its jobs: whoever asked asks again, and the row has it already.
TEST_F(ThePlans, ADueDateThatIsToldAgainMovesWhatHasNotMoved) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  store::Account row;
  row.changes = {{"due_date", "2026-12-10", world.now.wall, world.view("a").n + 1}};
  store::Batch batch;
  batch.put(store::keys::account("A"), store::encode(row));
  ASSERT_TRUE(world.kv.commit(batch, true));
  world.crash();
  EXPECT_EQ(world.view("a").state.not_before, utc(2026, 11, 27, 9));
  ChangeAccount account;
  account.account = "A";
  account.values.due_date = "2026-12-10";
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(account)));
  EXPECT_EQ(world.view("a").state.not_before, utc(2026, 12, 7, 9));
}

TEST_F(ThePlans, FollowsItsDueDateAlsoWhereItsEndIsToldWithIt) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ChangeJob change;
  change.id = "a";
  change.values.due_date = "2026-12-10";
  change.expires = utc(2026, 12, 12);
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  EXPECT_EQ(world.view("a").state.not_before, utc(2026, 12, 7, 9));
  EXPECT_LE(world.view("a").state.expires_at, utc(2026, 12, 12));
  run_to(utc(2026, 12, 7, 9, 1));
  EXPECT_EQ(sent(), 1u);
}

TEST_F(ThePlans, AMovedDueDateDoesNotLoseFromWhenOnAStepMayLeave) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ChangeJob change;
  change.id = "a";
  change.not_before = utc(2026, 11, 29, 9);
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  EXPECT_TRUE(engine::told_since(world.view("a").n, world.view("a").job, world.view("a").state, {}, {}).empty());
  ChangeAccount account;
  account.account = "A";
  account.values.due_date = "2026-12-01";  // the step would be of the twenty-eighth
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(account)));
  EXPECT_EQ(world.view("a").state.not_before, utc(2026, 11, 29, 9));
  account.values.due_date = "2026-12-10";
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(account)));
  EXPECT_EQ(world.view("a").state.not_before, utc(2026, 12, 7, 9));
}

TEST_F(ThePlans, TellsTheFeeAndParamsOfEachStep) {
  steps[0].text.fee = "0";
  steps[1].text.fee = "5.00";
  steps[1].variants = {{0, {{"loyal", "yes"}}, {"due", {}, "0", {}}}};
  steps[2] = step("final", 3);
  steps[2].text.params = {{"days", "7"}};
  begin();
  store::Job job = planned("a");
  job.fee = "9.00";
  ASSERT_TRUE(world.submit(job));
  job.id = "b";
  job.to = "+48601000002";
  job.account = "B";
  job.params.push_back({"loyal", "yes"});
  ASSERT_TRUE(world.submit(job));
  run_to(utc(2026, 12, 20, 9));
  std::map<std::string, std::vector<std::string>> texts;
  for (const auto& submit : world.smscs["alpha"].submits)
    texts[std::string(submit.pdu.destination_addr.view())].push_back(std::string(submit.pdu.short_message.text()));
  const auto& plain = texts["48601000001"];
  ASSERT_EQ(plain.size(), 3u);
  EXPECT_EQ(plain[0].find(" and "), std::string::npos) << plain[0];
  EXPECT_NE(plain[1].find("5.00"), std::string::npos) << plain[1];
  EXPECT_NE(plain[2].find("9.00"), std::string::npos) << plain[2];
  EXPECT_NE(plain[2].find("7 days"), std::string::npos) << plain[2];
  const auto& loyal = texts["48601000002"];
  ASSERT_EQ(loyal.size(), 3u);
  EXPECT_EQ(loyal[1].find(" and "), std::string::npos) << loyal[1];
}

TEST_F(ThePlans, TakesTheNextStepOfThePlanAsItIsThen) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  Settings other = world.settings;
  other.dunning.plans =
      built(plan({step("reminder", -3), step("due", 0), step("soon", 1, "overdue"), step("final", 9)}));
  world.gateway->reload(other, world.now);
  run_to(utc(2026, 11, 30, 12));
  EXPECT_EQ(world.view("a/soon").state.not_before, utc(2026, 12, 1, 9));
  other.dunning.plans = nullptr;
  world.gateway->reload(other, world.now);
  run_to(utc(2026, 12, 1, 12));
  EXPECT_EQ(world.state("a/soon"), State::submitted);
  ASSERT_EQ(told(store::EventType::escalated).size(), 1u);
  EXPECT_EQ(told(store::EventType::escalated)[0].reason, "plan stopped: there is no plan p any more");
  EXPECT_TRUE(std::any_of(world.logged.begin(), world.logged.end(),
                          [](const std::string& line) { return line.find("plan p is gone") != line.npos; }));
}

TEST_F(ThePlans, AStepThatIsGoneEndsTheChain) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  Settings other = world.settings;
  other.dunning.plans = built(plan({step("due", 0)}));
  world.gateway->reload(other, world.now);
  run_to(utc(2026, 11, 27, 12));
  EXPECT_EQ(sent(), 1u);
  ASSERT_EQ(told(store::EventType::escalated).size(), 1u);
  EXPECT_EQ(told(store::EventType::escalated)[0].reason, "plan stopped: the plan has no step reminder any more");
}

TEST_F(ThePlans, ACancelOfAnyOfItCancelsTheRest) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  CancelJob cancel;
  cancel.id = "a";
  ASSERT_TRUE((*world.ask<CancelJob, Cancelled>(std::move(cancel))));
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
  EXPECT_TRUE(told(store::EventType::escalated).empty());
}

TEST_F(ThePlans, ASecondOfTheSameIsBlockedAndTellsNobody) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ASSERT_TRUE(world.submit(planned("b")));
  world.run(2s);
  EXPECT_EQ(world.state("b"), State::blocked);
  EXPECT_EQ(world.view("b").state.reason, "duplicate");
  EXPECT_TRUE(told(store::EventType::escalated).empty());
}

TEST_F(ThePlans, AnIdThatIsTakenEndsTheChain) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ASSERT_TRUE(world.submit(World::job("a/due", "+48601000009")));
  run_to(utc(2026, 11, 27, 12));
  ASSERT_EQ(told(store::EventType::escalated).size(), 1u);
  EXPECT_EQ(told(store::EventType::escalated)[0].reason, "plan stopped: due: the id a/due is another job's");
}

TEST_F(ThePlans, WhoIsSilentToTheEndIsTold) {
  dunning::PlanStep call = after("call", 48h);
  call.text = {};
  call.action = dunning::StepAction::escalate;
  begin(plan({after("one", 0s, "reminder"), call}));
  ASSERT_TRUE(world.submit(planned("a")));
  EXPECT_EQ(world.view("a").job.escalate_after, std::optional<std::chrono::milliseconds>(48h));
  run_to(utc(2026, 11, 25, 12));
  ASSERT_EQ(told(store::EventType::escalated).size(), 1u);
  EXPECT_EQ(told(store::EventType::escalated)[0].job, "a");
}

TEST_F(ThePlans, EndsWhereItsJobExpires) {
  begin();
  store::Job job = planned("a");
  job.expires = utc(2026, 11, 29);
  ASSERT_TRUE(world.submit(job));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
  EXPECT_FALSE(exists("a/due"));
  EXPECT_TRUE(world.view("a").state.plan.over);
}

TEST_F(ThePlans, WhatAPlanCanNotTakeIsRefused) {
  begin(plan({step("reminder", -3), step("final", 3)}));
  const auto refused = [&](auto change, std::string code, std::string where, std::string says = {}) {
    store::Job job = planned("a");
    job.params.push_back({"days", "7"});
    change(job);
    const auto answer = world.submit(std::move(job));
    ASSERT_FALSE(answer) << code << where;
    EXPECT_EQ(answer.error().code, code) << answer.error().detail;
    EXPECT_EQ(answer.error().where, where);
    EXPECT_NE(answer.error().detail.find(says), std::string::npos) << answer.error().detail;
  };
  refused([](store::Job& job) { job.plan = "q"; }, "unknown_plan", "plan");
  refused([](store::Job& job) { job.text = "x"; }, "bad_value", "text");
  refused([](store::Job& job) { job.template_name = "due"; }, "bad_value", "template");
  refused([](store::Job& job) { job.stage = "due"; }, "bad_value", "stage");
  refused([](store::Job& job) { job.kind = store::Kind::due; }, "bad_value", "kind");
  refused([](store::Job& job) { job.send_at_local = "10:30"; }, "bad_value", "send_at_local");
  refused([](store::Job& job) { job.escalate_after = 48h; }, "bad_value", "escalate_after");
  refused([](store::Job& job) { job.handoff = store::Handoff::phone; }, "bad_value", "handoff");
  refused([](store::Job& job) { job.account.clear(); }, "missing", "account");
  refused([](store::Job& job) { job.due_date.clear(); }, "missing", "due_date");
  refused([](store::Job& job) { job.params.pop_back(); }, "missing_parameter", "params.days", "step final");
  refused([](store::Job& job) { job.params.push_back({"surname", "x"}); }, "unknown_field", "params.surname");
  refused([](store::Job& job) { job.id = std::string(125, 'a'); }, "too_long", "id", "/final");
  refused([](store::Job& job) { job.time_zone = "Europe/Warzaw"; }, "timezone_unknown", "time_zone");
  refused([](store::Job& job) { job.expires = utc(2026, 11, 25); }, "never_sent", "expires");
  EXPECT_TRUE(world.events().empty());
}

TEST_F(ThePlans, APreviewShowsItsFirstStep) {
  begin();
  PreviewJob preview;
  preview.job = planned("a");
  const auto shown = world.ask<PreviewJob, std::shared_ptr<const Preview>>(std::move(preview));
  ASSERT_TRUE(shown && *shown);
  EXPECT_EQ((**shown)->earliest, utc(2026, 11, 27, 9));
  EXPECT_TRUE((**shown)->text.starts_with("Ana, reminder")) << (**shown)->text;
  EXPECT_TRUE(world.events().empty());
}

// Approved after the day of its first step: that one is passed over.
TEST_F(ThePlans, RowsOfAnImportBeginWhenTheyAreLetGo) {
  world.settings.campaigns.approve_above = 1;
  begin();
  OpenCampaign open;
  open.name = "c";
  open.uid = 1000;
  const auto opened = world.ask<OpenCampaign, CampaignOpened>(std::move(open));
  ASSERT_TRUE(opened && *opened);
  for (const std::string id : {"a", "b"}) {
    SubmitJob row;
    row.job = planned(id);
    row.job.to = id == "a" ? kNumber : "+48601000002";
    row.job.account = id;
    row.job.campaign = "c";
    row.importing = (*opened)->import;
    const auto taken = world.ask<SubmitJob, Accepted>(std::move(row));
    ASSERT_TRUE(taken && *taken);
  }
  CloseCampaign close;
  close.name = "c";
  close.import = (*opened)->import;
  const auto closed = world.ask<CloseCampaign, CampaignClosed>(std::move(close));
  ASSERT_TRUE(closed && *closed);
  EXPECT_EQ((*closed)->stage, store::CampaignStage::approval);
  run_to(utc(2026, 11, 28, 12));
  EXPECT_EQ(sent(), 0u);
  ChangeCampaign approve;
  approve.name = "c";
  approve.order = CampaignOrder::approve;
  approve.uid = 1001;
  ASSERT_TRUE((*world.ask<ChangeCampaign, CampaignChanged>(std::move(approve))));
  world.run(2s);
  EXPECT_EQ(world.state("a"), State::cancelled);
  EXPECT_EQ(world.view("a").state.reason, "passed");
  EXPECT_EQ(world.view("a/due").state.not_before, utc(2026, 11, 30, 9));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 4u);
}

TEST_F(ThePlans, WhoIsForgottenGetsNothingMore) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  Forget forget;
  forget.number = kNumber;
  ASSERT_TRUE((*world.ask<Forget, Forgotten>(std::move(forget), 10s)));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
  EXPECT_TRUE(told(store::EventType::escalated).empty());
}

}  // namespace
}  // namespace dunlin::engine::testing

// Plans that come to an end otherwise than by their last text: whatever it is that ends one, somebody hears of a debt
// that is not paid; and what was an end and is none any more.
#include "engine/call_list.hpp"
#include "people_world.hpp"
#include "plans_world.hpp"

namespace dunlin::engine::testing {
namespace {

dunning::PlanStep call(std::chrono::milliseconds wait) {
  dunning::PlanStep made = after("call", wait);
  made.text = {};
  made.action = dunning::StepAction::escalate;
  return made;
}

struct PlanEnds : ThePlans {
  // One text, and a call two days later.
  void begin_with_a_call() {
    begin(plan({after("one", 0s, "reminder"), call(48h)}));
    ASSERT_TRUE(world.submit(planned("a")));
    world.run(1min);
  }
  void says(const std::string& text) {
    world.reply("alpha", "48601000001", text);
    world.run(2s);
  }
  void receipt(const std::string& stat) {
    world.receipt("alpha", "id" + std::to_string(world.smscs["alpha"].next_id - 1), "48601000001", stat);
    world.run(2s);
  }
  std::string hold(const std::string& reason) {
    PutHold asked;
    asked.account = "A";
    asked.reason = reason;
    const auto laid = world.ask<PutHold, store::Hold>(std::move(asked));
    EXPECT_TRUE(laid && *laid);
    return (*laid)->id;
  }
  // "job: why" of each event `escalated`.
  Names escalated() {
    Names all;
    for (const store::Event& each : told(store::EventType::escalated)) all.push_back(each.job + ": " + each.reason);
    return all;
  }
  void owes(const std::string& amount) {
    ChangeAccount change;
    change.account = "A";
    change.values.amount = amount;
    change.values.currency = "PLN";
    const auto changed = world.ask<ChangeAccount, AccountChanged>(std::move(change), 1s);
    ASSERT_TRUE(changed && *changed);
  }
};

TEST_F(PlanEnds, WhoIsPassedOverForAnAnswerToTheEndIsTold) {
  steps[1].silent = steps[2].silent = true;
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  says("ok thanks");
  run_to(utc(2026, 11, 30, 8));
  EXPECT_EQ(escalated(), Names{}) << "a step is still to come";
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
  EXPECT_EQ(world.state("a/overdue"), State::cancelled);
  EXPECT_EQ(escalated(), Names{"a/overdue: unpaid, answered"});
  EXPECT_TRUE(world.view("a/overdue").state.plan.over);
}

TEST_F(PlanEnds, AHandOverThatIsPassedOverToTheEndIsTold) {
  dunning::PlanStep last = letter("letter", 48h);
  last.silent = true;
  begin(plan({after("one", 0s, "reminder"), last}));
  ASSERT_TRUE(world.submit(planned("a")));
  world.run(1min);
  says("ok thanks");
  run_to(utc(2026, 12, 20, 9));
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  EXPECT_EQ(escalated(), Names{"a: unpaid, answered"});
}

TEST_F(PlanEnds, WhoAnswersTheLastTextAndDoesNotPayIsToldWhenItsWaitIsOver) {
  begin_with_a_call();
  says("ok thanks");
  run_to(utc(2026, 11, 25, 10));
  EXPECT_EQ(escalated(), Names{});
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(escalated(), Names{"a: unpaid, answered"});
}

TEST_F(PlanEnds, WhoAnswersTheLastTextAndPaysIsNot) {
  begin_with_a_call();
  says("ok thanks");
  pay();
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(escalated(), Names{});
  pay(true);
  world.run(2s);
  EXPECT_EQ(escalated(), Names{"a: unpaid, answered"});
}

// A person has looked at it, and knows that it is unpaid.
TEST_F(PlanEnds, WhatAPersonHasDealtWithIsNotToldAgain) {
  world.settings.replies.rules = PeopleWorld::rules({});
  begin_with_a_call();
  says("it is a scam");
  run_to(utc(2026, 11, 27, 12));
  EXPECT_EQ(escalated(), Names{});
  ASSERT_TRUE((*world.ask<ChangeInbox, InboxChanged>({kNumber, InboxOrder::clear, {}, {}}, 1s)));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(escalated(), Names{});
}

TEST_F(PlanEnds, WhatNobodyHasLookedAtIsTold) {
  world.settings.replies.rules = PeopleWorld::rules({});
  world.settings.replies.hold_ttl = 72h;
  begin_with_a_call();
  says("it is a scam");
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(escalated(), Names{"a: unpaid, answered"});
}

TEST_F(PlanEnds, WhoSaysAfterTheLastTextThatItIsPaidIsToldOnce) {
  world.settings.replies.rules = PeopleWorld::rules({});
  begin_with_a_call();
  says("I paid it");
  run_to(utc(2026, 11, 28, 10));
  EXPECT_EQ(escalated(), Names{});
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(escalated(), Names{"a: said paid"});
}

// Who has asked for silence is not phoned.
TEST_F(PlanEnds, AStopIsToldWhereThePhoneWouldTakeOver) {
  begin(plan(steps, "phone"));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  says("STOP");
  EXPECT_EQ(world.state("a/due"), State::blocked);
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  EXPECT_EQ(escalated(), Names{"a/due: plan stopped: due blocked: opted_out"});
}

TEST_F(PlanEnds, AStopIsFollowedByALetter) {
  begin(plan(steps, "letter"));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  says("STOP");
  EXPECT_EQ(told(store::EventType::handoff).size(), 1u);
  EXPECT_EQ(escalated(), Names{});
}

TEST_F(PlanEnds, WhatReachesNobodyWhileItIsHeldIsTold) {
  begin(plan(steps, "letter"));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  hold("dispute");
  receipt("UNDELIV");
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  ASSERT_EQ(escalated().size(), 1u);
  EXPECT_TRUE(escalated()[0].starts_with("a: plan stopped: reminder undelivered")) << escalated()[0];
  EXPECT_EQ(world.state("a/due"), State::cancelled);
}

TEST_F(PlanEnds, NobodyTakesOverWhatWasPaidAfterItWasSent) {
  begin(plan(steps, "letter"));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  pay();
  world.crash();  // and its account's row is not in memory
  receipt("UNDELIV");
  EXPECT_EQ(world.state("a"), State::undelivered);
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  EXPECT_EQ(escalated(), Names{});
}

// Nothing was owed when it failed; when something is after all, whoever takes over hears of it, once.
TEST_F(PlanEnds, WhatFailedWhileItWasPaidIsToldWhenThePaymentIsTakenBack) {
  struct Case {
    std::string channel;
    std::vector<dunning::PlanStep> steps;
  };
  for (const Case& each : {Case{"letter", steps}, Case{"", steps}, Case{"", {after("one", 0s, "reminder")}}}) {
    struct : PlanEnds {
      void TestBody() override {}
    } one;
    one.begin(plan(each.steps, each.channel));
    ASSERT_TRUE(one.world.submit(planned("a")));
    one.run_to(utc(2026, 11, 27, 12));
    one.pay();
    one.receipt("UNDELIV");
    const auto heard = [&one] { return one.told(store::EventType::handoff).size() + one.escalated().size(); };
    EXPECT_EQ(heard(), 0u);
    one.world.crash();
    one.pay(true);
    one.world.run(2s);
    EXPECT_EQ(heard(), 1u) << each.channel << each.steps.size();
    EXPECT_EQ(one.told(store::EventType::handoff).size(), each.channel.empty() ? 0u : 1u);
    one.pay();
    one.world.run(2s);
    one.pay(true);
    one.run_to(utc(2026, 12, 20, 9));
    EXPECT_EQ(heard(), 1u) << each.channel << each.steps.size();
  }
}

TEST_F(PlanEnds, TheLastTextThatReachesNobodyIsTold) {
  begin(plan({after("one", 0s, "reminder")}));
  ASSERT_TRUE(world.submit(planned("a")));
  world.run(1min);
  EXPECT_TRUE(world.view("a").state.plan.over);
  receipt("UNDELIV");
  ASSERT_EQ(escalated().size(), 1u);
  EXPECT_TRUE(escalated()[0].starts_with("a: plan stopped: one undelivered")) << escalated()[0];
  world.crash();
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(escalated().size(), 1u);
}

TEST_F(PlanEnds, AChangedEndIsTheEndOfAllSteps) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ChangeJob change;
  change.id = "a";
  change.expires = utc(2026, 11, 29);
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 1u);
  EXPECT_FALSE(exists("a/due"));
}

TEST_F(PlanEnds, AChangedEndMayBeLater) {
  begin();
  store::Job job = planned("a");
  job.expires = utc(2026, 11, 29);
  ASSERT_TRUE(world.submit(job));
  ChangeJob change;
  change.id = "a";
  change.expires = utc(2026, 12, 1);
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  run_to(utc(2026, 12, 20, 9));
  EXPECT_EQ(sent(), 2u);
  EXPECT_EQ(world.view("a/due").state.expires_at, utc(2026, 12, 1));
  EXPECT_FALSE(exists("a/overdue"));
}

TEST_F(PlanEnds, AHoldDoesNotOutliveAChangedEnd) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  ChangeJob change;
  change.id = "a";
  change.expires = utc(2026, 12, 1);
  ASSERT_TRUE((*world.ask<ChangeJob, JobChanged>(std::move(change))));
  hold("dispute");
  run_to(utc(2026, 12, 1, 12));
  EXPECT_EQ(world.state("a"), State::expired);
}

TEST_F(PlanEnds, WhatIsOwedAfterAllIsHandedOver) {
  begin(plan({after("one", 0s, "reminder"), letter("letter", 48h), after("two", 72h, "overdue")}));
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 24, 11));
  owes("0");
  run_to(utc(2026, 11, 30, 11));
  EXPECT_TRUE(told(store::EventType::handoff).empty());
  owes("80.00");
  ASSERT_EQ(told(store::EventType::handoff).size(), 1u);
  EXPECT_EQ(told(store::EventType::handoff)[0].amount, "80.00");
  EXPECT_EQ(world.state("a/two"), State::scheduled);
}

TEST_F(PlanEnds, AStepOfADebtThatWasNoneGoesOnWhenItIsOneAgain) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  owes("0");
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  owes("80.00");
  EXPECT_EQ(world.state("a/due"), State::scheduled);
  run_to(utc(2026, 11, 30, 9, 1));
  ASSERT_EQ(sent(), 2u);
  EXPECT_NE(text(1).find("80.00"), std::string::npos) << text(1);
}

TEST_F(PlanEnds, AStepOfADebtThatIsOneAgainFollowsTheDueDateThatIsToldWithIt) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  owes("0");
  ChangeAccount change;
  change.account = "A";
  change.values.amount = "80.00";
  change.values.currency = "PLN";
  change.values.due_date = "2026-12-10";
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(std::move(change), 1s)));
  EXPECT_EQ(world.state("a/due"), State::scheduled);
  EXPECT_EQ(world.view("a/due").state.not_before, utc(2026, 12, 10, 9));
}

TEST_F(PlanEnds, AStepThatIsBroughtBackFollowsTheDueDateThatWasToldMeanwhile) {
  begin();
  ASSERT_TRUE(world.submit(planned("a")));
  run_to(utc(2026, 11, 27, 12));
  pay();
  ChangeAccount change;
  change.account = "A";
  change.values.due_date = "2026-12-10";
  ASSERT_TRUE((*world.ask<ChangeAccount, AccountChanged>(std::move(change), 1s)));
  pay(true);
  EXPECT_EQ(world.state("a/due"), State::scheduled);
  EXPECT_EQ(world.view("a/due").state.not_before, utc(2026, 12, 10, 9));
}

TEST_F(PlanEnds, ACancelOfAHandOverIsAnEvent) {
  begin(plan({after("one", 0s, "reminder"), letter("letter", 48h)}));
  ASSERT_TRUE(world.submit(planned("a")));
  world.run(1min);
  CancelJob cancel;
  cancel.id = "a";
  ASSERT_TRUE((*world.ask<CancelJob, Cancelled>(std::move(cancel))));
  const auto cancelled = told(store::EventType::cancelled);
  ASSERT_EQ(cancelled.size(), 1u);
  EXPECT_EQ(cancelled[0].job, "a");
  EXPECT_EQ(cancelled[0].reason, "cancelled: letter");
  EXPECT_EQ(cancelled[0].state, std::nullopt) << "the job itself was sent";
  run_to(utc(2026, 12, 20, 9));
  EXPECT_TRUE(told(store::EventType::handoff).empty());
}

TEST_F(PlanEnds, APlanThatIsGoneIsLoggedOnceAReload) {
  begin(plan({step("reminder", -3), step("due", 0)}));
  for (int i = 0; i < 5; ++i) {
    store::Job job = planned("a" + std::to_string(i));
    job.account = job.id;
    ASSERT_TRUE(world.submit(job));
  }
  const auto logged = [&] {
    return std::ranges::count_if(world.logged,
                                 [](const std::string& line) { return line.find("plan p is gone") != line.npos; });
  };
  Settings other = world.settings;
  other.dunning.plans = nullptr;
  world.gateway->reload(other, world.now);
  run_to(utc(2026, 11, 27, 12));
  EXPECT_EQ(escalated().size(), 5u);
  EXPECT_EQ(logged(), 1);
}

// In a campaign, whose order it is.
struct SentAgain : PlanEnds {
  void expire_first(store::Job job) {
    job.campaign = "c";
    ASSERT_TRUE(world.submit(std::move(job)));
    run_to(utc(2026, 11, 27, 12));
    ASSERT_EQ(sent(), 1u);
    receipt("EXPIRED");
    ASSERT_EQ(world.state("a"), State::expired);
  }
  // How many are sent again.
  std::uint64_t again() {
    ChangeCampaign order;
    order.name = "c";
    order.order = CampaignOrder::resend_failed;
    const auto changed = world.ask<ChangeCampaign, CampaignChanged>(std::move(order), 2s);
    EXPECT_TRUE(changed && *changed);
    return changed && *changed ? (*changed)->resent : 0;
  }
};

TEST_F(SentAgain, AStepIsFollowedByWhatWasCancelledWithIt) {
  begin();
  expire_first(planned("a"));
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  EXPECT_EQ(again(), 1u);
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_EQ(world.state("a/due"), State::scheduled);
  EXPECT_EQ(world.view("a/due").state.not_before, utc(2026, 11, 30, 9));
  world.crash();
  run_to(utc(2026, 12, 20, 9));
  ASSERT_EQ(sent(), 4u);
  EXPECT_TRUE(text(2).starts_with("Ana, due")) << text(2);
  EXPECT_TRUE(text(3).starts_with("Ana, overdue")) << text(3);
}

TEST_F(SentAgain, WhatWouldHaveFollowedIsPassedOverWhereItsDayIsGone) {
  begin();
  expire_first(planned("a"));
  run_to(utc(2026, 12, 1, 12));
  EXPECT_EQ(again(), 1u);
  EXPECT_EQ(world.state("a/due"), State::cancelled);
  EXPECT_EQ(world.view("a/due").state.reason, "passed");
  EXPECT_EQ(world.view("a/overdue").state.not_before, utc(2026, 12, 3, 9));
}

TEST_F(SentAgain, NothingIsSentAfterWhatFollowsIt) {
  begin();
  store::Job job = planned("a");
  job.campaign = "c";
  ASSERT_TRUE(world.submit(job));
  run_to(utc(2026, 11, 30, 12));
  ASSERT_EQ(sent(), 2u);
  world.receipt("alpha", "id1", "48601000001", "EXPIRED");
  world.run(2s);
  ASSERT_EQ(world.state("a"), State::expired);
  EXPECT_EQ(again(), 0u);
  EXPECT_EQ(sent(), 2u);
}

TEST_F(SentAgain, NothingIsSentAfterThePlansEnd) {
  begin();
  store::Job job = planned("a");
  job.expires = utc(2026, 11, 29);
  expire_first(job);
  run_to(utc(2026, 11, 29, 1));
  EXPECT_EQ(again(), 0u);
  EXPECT_EQ(sent(), 1u);
}

TEST_F(SentAgain, ItsTimeEndsWithThePlan) {
  begin();
  store::Job job = planned("a");
  job.expires = utc(2026, 11, 29);
  expire_first(job);
  EXPECT_EQ(again(), 1u);
  EXPECT_EQ(world.view("a").state.expires_at, utc(2026, 11, 29));
}

}  // namespace
}  // namespace dunlin::engine::testing

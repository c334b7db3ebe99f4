// Who is left alone: holds of numbers and accounts, caps, stages sent once.
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;

store::Job job_of(const std::string& id, const std::string& account, const std::string& to = "+48601000001") {
  store::Job job = World::job(id, to);
  job.account = account;
  return job;
}
store::Hold hold_account(World& world, const std::string& account, const std::string& reason,
                         std::optional<Wall> until = {}) {
  auto held = world.ask<PutHold, store::Hold>({account, {}, reason, until, {}});
  EXPECT_TRUE(held && *held) << (held ? (*held ? "" : (*held).error().code) : "no answer");
  return held && *held ? **held : store::Hold{};
}
std::string refused(const std::optional<Result<store::Hold>>& answer) {
  return !answer ? "no answer" : *answer ? "" : answer->error().code + " " + answer->error().where;
}
std::size_t sent(World& world) { return world.smscs["alpha"].submits.size(); }

TEST(Holds, TakeBackWhatIsQueuedAndGoOnWhenReleased) {
  World world;
  world.reachable["alpha"] = false;
  world.settings.smscs[0].reconnect_max = 1s;
  world.start();
  ASSERT_TRUE(world.submit(job_of("a", "4711")));
  ASSERT_TRUE(world.submit(job_of("b", "4712")));
  const store::Hold hold = hold_account(world, "4711", "dispute");
  EXPECT_EQ(world.state("a"), State::held);
  EXPECT_EQ(world.view("a").state.reason, "dispute");
  ASSERT_TRUE(world.submit(job_of("c", "4711")));
  EXPECT_EQ(world.state("c"), State::held) << "what comes later is held, too";
  world.reachable["alpha"] = true;
  world.run(1min);
  EXPECT_EQ(sent(world), 1u);
  EXPECT_EQ(world.state("b"), State::submitted);
  auto released = world.ask<ReleaseHold, HoldReleased>({hold.id, {}});
  ASSERT_TRUE(released && *released);
  world.run(1s);
  EXPECT_EQ(sent(world), 3u);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "held", "released", "submitted"}));
  auto again = world.ask<ReleaseHold, HoldReleased>({hold.id, {}});
  ASSERT_TRUE(again && !*again);
  EXPECT_EQ((*again).error().code, "not_found");
}

TEST(Holds, AreToldWithTheirId) {
  World world;
  world.start();
  const Wall until = world.now.wall + 24h;
  auto held = world.ask<PutHold, store::Hold>({{}, "+48601000001", "promise", until, {}});
  ASSERT_TRUE(held && *held);
  const store::Event event = world.all_events().back();
  EXPECT_EQ(event.type, store::EventType::held);
  EXPECT_EQ(event.number, "+48601000001");
  EXPECT_EQ(event.hold, (**held).id);
  EXPECT_EQ(event.reason, "promise");
  EXPECT_EQ(event.until, until);
}

TEST(Holds, EndByThemselvesAlsoAfterACrash) {
  World world;
  world.settings.dunning.expires_default = std::chrono::hours{24 * 7};
  world.start();
  hold_account(world, "4711", "promise", world.now.wall + 3h);
  ASSERT_TRUE(world.submit(job_of("a", "4711")));
  EXPECT_EQ(world.state("a"), State::held);
  world.run(2h);
  world.crash();
  EXPECT_EQ(sent(world), 0u);
  world.run(61min);
  EXPECT_EQ(sent(world), 1u);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "held", "released", "submitted"}));
}

// It is over in one batch, and what it held is released in later ones: a power cut between strands nobody.
TEST(Holds, ThatEndWhenThePowerGoesReleaseWhatTheyHeld) {
  for (const bool by_a_person : {false, true}) {
    for (std::size_t steps = 0; steps < 8; ++steps) {
      SCOPED_TRACE(steps);
      World world;
      world.settings.dunning.expires_default = std::chrono::hours{24 * 7};
      world.start();
      hold_account(world, "4711", "promise", world.now.wall + 3h);
      ASSERT_TRUE(world.submit(job_of("a", "4711")));
      ASSERT_EQ(world.state("a"), State::held);
      world.run(by_a_person ? 1h : 3h - 100ms);
      std::string id;
      for (const store::Event& event : world.all_events()) {
        if (!event.hold.empty()) id = event.hold;
      }
      world.store_stalled = true;
      if (by_a_person) world.gateway->request(ReleaseHold{id, [](Result<HoldReleased>) {}}, world.now);
      world.run(3s);
      world.store_steps(steps);
      world.store_stalled = false;
      world.crash();
      world.run(1s);
      if (by_a_person) world.ask<ReleaseHold, HoldReleased>({id, {}});  // it was not answered: asked again
      world.run(10s);
      EXPECT_EQ(sent(world), 1u);
      EXPECT_NE(world.state("a"), State::held);
      std::size_t told = 0;
      for (const store::Event& event : world.all_events())
        told += event.type == store::EventType::released && event.hold == id ? 1 : 0;
      EXPECT_EQ(told, 1u);
    }
  }
}

TEST(Holds, TakeBackWhatTheKernelHasNotTaken) {
  World world;
  world.start();
  world.kernel_room = 0;
  ASSERT_TRUE(world.submit(job_of("a", "4711")));
  ASSERT_EQ(world.state("a"), State::submitting);
  std::optional<Result<store::Hold>> got;
  world.gateway->request(
      PutHold{"4711", {}, "dispute", {}, [&](Result<store::Hold> answer) { got = std::move(answer); }}, world.now);
  world.run(10ms);
  world.kernel_room = SIZE_MAX;
  world.gateway->writable(world.session_of("alpha"), world.now);
  world.run(1s);
  ASSERT_TRUE(got && *got);
  // At most the octets that the socket had begun to write may have left.
  if (sent(world) == 0) {
    EXPECT_EQ(world.state("a"), State::held);
  } else {
    EXPECT_EQ(world.state("a"), State::submitted);
  }
  ASSERT_TRUE(world.submit(job_of("b", "4711")));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::held);
}

TEST(Holds, WhatTheyHoldStillExpiresAndCanBeCancelled) {
  World world;
  world.settings.dunning.expires_default = 1h;
  world.start();
  hold_account(world, "4711", "dispute");
  for (const char* id : {"a", "b", "c", "d"})
    ASSERT_TRUE(world.submit(job_of(id, "4711", id == std::string("d") ? "+48601000002" : "+48601000001")));
  auto cancelled = world.ask<CancelJob, Cancelled>({"a", {}});
  ASSERT_TRUE(cancelled && *cancelled);
  auto blocked = world.ask<PutConsent, store::Person>(
      {"+48601000002", store::ConsentStatus::blocked, {}, "letter", {}, {}, {}, {}});
  ASSERT_TRUE(blocked && *blocked);
  EXPECT_EQ(world.state("d"), State::blocked);
  store::Job receipt = job_of("r", "4711");
  receipt.kind = store::Kind::receipt;
  ASSERT_TRUE(world.submit(receipt));
  EXPECT_EQ(world.state("r"), State::held);
  auto paid = world.ask<RecordPayment, PaymentResult>({.account = "4711"});
  ASSERT_TRUE(paid && *paid);
  EXPECT_EQ((*paid)->cancelled, (Names{"b", "c"}));
  world.run(61min);
  EXPECT_EQ(world.events("r"), (Names{"accepted", "held", "expired"}));
  EXPECT_EQ(sent(world), 0u);
}

TEST(Holds, TheLongestOfSeveralCounts) {
  World world;
  world.settings.dunning.expires_default = std::chrono::hours{24 * 7};
  world.start();
  const store::Hold first = hold_account(world, "4711", "dispute", world.now.wall + 4h);
  hold_account(world, "4711", "promise", world.now.wall + 2h);
  ASSERT_TRUE(world.submit(job_of("a", "4711")));
  EXPECT_EQ(world.view("a").state.reason, "dispute");
  auto released = world.ask<ReleaseHold, HoldReleased>({first.id, {}});
  ASSERT_TRUE(released && *released);
  world.run(1s);
  EXPECT_EQ(world.view("a").state.reason, "promise");
  EXPECT_EQ(world.events("a"), (Names{"accepted", "held", "released", "held"}));
  world.run(2h);
  EXPECT_EQ(sent(world), 1u);
}

TEST(Holds, AskedForAgainAreTheSame) {
  World world;
  world.start();
  const auto ask = [&](std::optional<Wall> until) {
    auto hold = world.ask<PutHold, store::Hold>({"4711", {}, "dispute", until, {}});
    return hold && *hold ? (*hold)->id : std::string{};
  };
  const std::string first = ask({});
  EXPECT_EQ(ask({}), first);
  EXPECT_NE(ask(world.now.wall + 1h), first) << "another end is another hold";
  EXPECT_EQ(world.events(), (Names{"held", "held"}));
}

TEST(Holds, RefuseWhatTheyCannotBe) {
  World world;
  world.start();
  const auto ask = [&](PutHold hold) { return refused(world.ask<PutHold, store::Hold>(std::move(hold))); };
  EXPECT_EQ(ask({"4711", "+48601000001", "x", {}, {}}), "bad_value account");
  EXPECT_EQ(ask({{}, {}, "x", {}, {}}), "bad_value account");
  EXPECT_EQ(ask({{}, "0601", "x", {}, {}}), "bad_number number");
  EXPECT_EQ(ask({"4711", {}, {}, {}, {}}), "missing reason");
  EXPECT_EQ(ask({"4711", {}, "a\nb", {}, {}}), "bad_value reason");
  EXPECT_EQ(ask({"4711", {}, "x", world.now.wall, {}}), "bad_value until");
  for (std::size_t i = 0; i < store::kHoldsMax; ++i) hold_account(world, "4711", "x" + std::to_string(i));
  EXPECT_EQ(ask({"4711", {}, "x", {}, {}}), "too_many reason");
  EXPECT_EQ(ask({"4711", {}, "x0", {}, {}}), "") << "that one lies there already";
}

Settings capped(Settings settings, std::vector<dunning::Cap> of_number, std::vector<dunning::Cap> of_account = {}) {
  settings.dunning.cap_number = std::move(of_number);
  settings.dunning.cap_account = std::move(of_account);
  settings.dunning.expires_default = std::chrono::hours{24 * 30};
  return settings;
}

TEST(CapsOfANumber, LetTheNextWaitUntilItFits) {
  World world;
  world.settings = capped(world.settings, {{1, 2h}});
  world.start();
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(world.submit(World::job(id)));
  store::Job receipt = World::job("r");
  receipt.kind = store::Kind::receipt;
  ASSERT_TRUE(world.submit(receipt));
  ASSERT_TRUE(world.submit(World::job("other", "+48601000002")));
  world.run(1s);
  EXPECT_EQ(sent(world), 3u) << "the first, the receipt, another number's";
  EXPECT_EQ(world.view("b").state.reason, "frequency_cap");
  EXPECT_EQ(world.state("b"), State::scheduled);
  EXPECT_EQ(world.view("b").state.history.back().until, world.view("b").state.next_attempt);
  world.crash();
  world.run(2h);
  EXPECT_EQ(sent(world), 4u);
  EXPECT_EQ(world.state("b"), State::submitted);
  EXPECT_EQ(world.state("c"), State::scheduled);
  world.run(2h);
  EXPECT_EQ(world.state("c"), State::submitted);
}

TEST(CapsOfAnAccount, CountOverItsNumbers) {
  World world;
  world.settings = capped(world.settings, {}, {{2, 2h}});
  world.start();
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(world.submit(job_of("j" + std::to_string(i), "4711", "+4860100000" + std::to_string(i))));
  world.run(1s);
  EXPECT_EQ(sent(world), 2u);
  world.run(2h);
  EXPECT_EQ(sent(world), 4u);
}

TEST(Caps, DoNotCountWhatTheSmscRefused) {
  World world;
  world.settings = capped(world.settings, {{1, 24h}});
  world.start();
  world.smscs["alpha"].statuses = {smpp::CommandStatus::invalid_destination_address};
  ASSERT_TRUE(world.submit(World::job("refused")));
  world.run(1s);
  EXPECT_EQ(world.state("refused"), State::rejected);
  ASSERT_TRUE(world.submit(World::job("good")));
  world.run(1min);
  EXPECT_EQ(world.state("good"), State::submitted);
  auto person = store::read_person(world.kv, "+48601000001");
  ASSERT_TRUE(person && *person);
  EXPECT_EQ((*person)->recent.size(), 1u);
}

TEST(Caps, CountAThrottledTextOnce) {
  World world;
  world.settings = capped(world.settings, {{1, 24h}});
  world.start();
  world.smscs["alpha"].statuses = {smpp::CommandStatus::throttled, smpp::CommandStatus::throttled};
  ASSERT_TRUE(world.submit(World::job("a")));
  world.run(5min);
  EXPECT_EQ(world.state("a"), State::submitted);
  auto person = store::read_person(world.kv, "+48601000001");
  ASSERT_TRUE(person && *person);
  EXPECT_EQ((*person)->recent.size(), 1u);
}

TEST(Caps, LongTextsCountOnceAndAreFinished) {
  World world;
  world.settings = capped(world.settings, {{1, 24h}});
  world.settings.smscs[0].window = 1;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", std::string(400, 'x'))));
  world.run(1min);
  EXPECT_EQ(sent(world), 3u);
  EXPECT_EQ(world.state("a"), State::submitted);
}

store::Job staged(const std::string& id, const std::string& due_date = "2026-12-01") {
  store::Job job = job_of(id, "4711");
  job.stage = "1";
  job.due_date = due_date;
  return job;
}

TEST(Stages, AreSentOnce) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(staged("a")));
  ASSERT_TRUE(world.submit(staged("b")));
  ASSERT_TRUE(world.submit(staged("later", "2026-12-02")));
  world.run(1s);
  EXPECT_EQ(world.events("b"), (Names{"accepted", "blocked"}));
  EXPECT_EQ(world.view("b").state.reason, "duplicate");
  EXPECT_EQ(world.state("later"), State::submitted);
  world.crash();
  ASSERT_TRUE(world.submit(staged("c")));
  EXPECT_EQ(world.view("c").state.reason, "duplicate");
  EXPECT_EQ(world.gateway->counters().blocked.at("duplicate"), 1u);
}

// What upstream said of the account moves the due date of a job that knows less: its stage is that of the new date from
// the first.
TEST(Stages, OfAMovedDueDateLeaveTheOldOnesAlone) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(staged("a")));
  world.run(1s);
  ASSERT_EQ(world.state("a"), State::submitted);
  ChangeAccount change;
  change.account = world.view("a").job.account;
  change.values.due_date = "2027-01-15";
  const auto changed = world.ask<ChangeAccount, AccountChanged>(std::move(change));
  ASSERT_TRUE(changed && *changed);
  store::Job older = staged("b");
  older.ledger_as_of = world.now.wall - 1h;
  ASSERT_TRUE(world.submit(older));
  ASSERT_EQ(world.state("b"), State::held) << "its text tells the old one";
  ASSERT_TRUE((world.ask<CancelJob, Cancelled>({"b", {}})));
  ASSERT_EQ(world.state("b"), State::cancelled);
  ASSERT_TRUE(world.submit(staged("c")));
  EXPECT_EQ(world.view("c").state.reason, "duplicate") << "a was sent for the old one";
}

TEST(Stages, AreFreeAgainWhenNothingWasSent) {
  World world;
  world.reachable["alpha"] = false;
  world.settings.smscs[0].reconnect_max = 1s;
  world.start();
  ASSERT_TRUE(world.submit(staged("a")));
  ASSERT_TRUE(world.submit(staged("b")));
  EXPECT_EQ(world.state("b"), State::blocked);
  auto cancelled = world.ask<CancelJob, Cancelled>({"a", {}});
  ASSERT_TRUE(cancelled && *cancelled);
  ASSERT_TRUE(world.submit(staged("c")));
  world.reachable["alpha"] = true;
  world.run(1min);
  EXPECT_EQ(world.state("c"), State::submitted);
  ASSERT_TRUE(world.submit(staged("d")));
  EXPECT_EQ(world.state("d"), State::blocked);
}

TEST(Stages, AreNotTakenOverByWhatIsHeldMeanwhile) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(staged("a")));
  world.run(1s);
  EXPECT_EQ(world.state("a"), State::submitted);
  auto hold = world.ask<PutHold, store::Hold>({.account = "4711", .reason = "dispute"});
  ASSERT_TRUE(hold && *hold);
  ASSERT_TRUE(world.submit(staged("b")));
  EXPECT_EQ(world.state("b"), State::held);
  auto released = world.ask<ReleaseHold, HoldReleased>({(*hold)->id, {}});
  ASSERT_TRUE(released && *released);
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::blocked);
  EXPECT_EQ(world.view("b").state.reason, "duplicate");
}

}  // namespace
}  // namespace dunlin::engine::testing

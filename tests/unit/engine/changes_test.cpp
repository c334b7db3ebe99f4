// What upstream says since, of a job or of an account.
#include "payments_world.hpp"

namespace dunlin::engine::testing {
namespace {

TEST(Changes, OfAJobAreKeptAndAnswered) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  EXPECT_EQ(world.change({.id = "a", .values = {.amount = "99.90", .due_date = "2026-12-24"}}), "ready");
  world.crash();
  EXPECT_EQ(world.effective("a").amount, "99.90");
  EXPECT_EQ(world.effective("a").due_date, "2026-12-24");
  EXPECT_EQ(world.view("a").job.amount, "120.50");
  EXPECT_EQ(world.change({.id = "a", .not_before = world.now.wall + 3h}), "ready");
  world.go();
  EXPECT_EQ(world.state("a"), State::scheduled);
  EXPECT_EQ(world.change({.id = "a", .not_before = world.now.wall + 1h}), "ready");
  world.run(61min);
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_EQ(world.change({.id = "a", .values = {.amount = "1"}}), "too_late id");
  EXPECT_EQ(world.change({.id = "b"}), "not_found id");
}

TEST(Changes, OfAJobMoveItsEnd) {
  Waiting world;
  for (const char* id : {"a", "b"}) {
    store::Job job = owing(id);
    job.expires = world.now.wall + 2h;
    ASSERT_TRUE(world.submit(job));
  }
  EXPECT_EQ(world.change({.id = "a", .expires = world.now.wall + 1h}), "ready");
  EXPECT_EQ(world.change({.id = "b", .expires = world.now.wall + 4h}), "ready");
  world.run(61min);
  EXPECT_EQ(world.state("a"), State::expired);
  world.run(2h);
  EXPECT_EQ(world.state("b"), State::ready);
  world.run(1h);
  EXPECT_EQ(world.state("b"), State::expired);
}

TEST(Changes, OfAJobAreRefusedWithTheirField) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a", "4711", "120.50", "i1")));
  const auto amount = [&](const char* value) { return world.change({.id = "a", .values = {.amount = value}}); };
  EXPECT_EQ(amount("-1"), "bad_amount amount");
  EXPECT_EQ(amount("1.005"), "bad_amount amount");
  EXPECT_EQ(world.change({.id = "a", .values = {.currency = "PLN"}}), "bad_currency currency");
  EXPECT_EQ(world.change({.id = "a", .values = {.currency = "ZZZ"}}), "bad_currency currency");
  EXPECT_EQ(world.change({.id = "a", .values = {.fee = "-2"}}), "bad_amount fee");
  EXPECT_EQ(world.change({.id = "a", .values = {.due_date = "1900-01-01"}}), "bad_date due_date");
  EXPECT_EQ(world.change({.id = "a", .expires = world.now.wall}), "already_expired expires");
  EXPECT_EQ(world.effective("a").amount, "120.50");
}

TEST(Changes, OfAnAccountReachAllThatIsQueued) {
  Waiting world;
  for (const store::Job& job : {owing("a"), owing("b", "4711", "70", "i1"), owing("c", "4712")})
    ASSERT_TRUE(world.submit(job));
  EXPECT_EQ(world.change({.account = "4711", .invoice = "i1", .values = {.amount = "60", .fee = "2.50"}}), "1");
  EXPECT_EQ(world.effective("b").amount, "60");
  EXPECT_EQ(world.effective("b").fee, "2.50");
  EXPECT_EQ(world.effective("a").amount, "120.50");
  EXPECT_EQ(world.change({.account = "4711", .values = {.due_date = "2027-01-15"}}), "2");
  EXPECT_EQ(world.effective("a").due_date, "2027-01-15");
  EXPECT_EQ(world.effective("b").due_date, "2027-01-15");
  ASSERT_TRUE(world.submit(owing("later")));
  EXPECT_EQ(world.effective("later").due_date, "") << "it knows better";
  EXPECT_EQ(world.change({.account = "4711", .invoice = "i1", .values = {.amount = "0"}}), "1");
  EXPECT_EQ(world.view("b").state.reason, "paid");
  EXPECT_EQ(world.state("a"), State::ready);
}

TEST(Changes, OfAnAccountMayHoldIt) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  auto changed = world.ask<ChangeAccount, AccountChanged>({.account = "4711", .values = {}, .hold = "dispute"});
  ASSERT_TRUE(changed && *changed);
  EXPECT_EQ(world.state("a"), State::held);
  auto released = world.ask<ReleaseHold, HoldReleased>({(*changed)->hold, {}});
  ASSERT_TRUE(released && *released);
  world.go();
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_EQ(world.change({.account = "4711", .invoice = "i", .values = {}, .hold = "x"}), "bad_value hold");
  EXPECT_EQ(world.change({.account = "4711", .values = {}, .hold_until = world.now.wall + 1h}), "missing hold");
}

TEST(Changes, OfADueDateLeaveTheEndOfWhatFollowsNoPlan) {
  Waiting world;
  store::Job job = owing("a");
  job.due_date = "2026-12-01";
  ASSERT_TRUE(world.submit(job));
  ASSERT_TRUE(world.submit(owing("b")));
  const Wall end = world.now.wall + 30h;
  EXPECT_EQ(world.change(ChangeJob{.id = "a", .expires = end}), "ready");
  const Wall end_of_b = world.view("b").state.expires_at;
  world.run(1h);
  EXPECT_EQ(world.change(ChangeAccount{.account = "4711", .values = {.due_date = "2026-12-05"}}), "2");
  EXPECT_EQ(world.change(ChangeJob{.id = "a", .values = {.due_date = "2026-12-06"}}), "ready");
  EXPECT_EQ(world.view("a").state.expires_at, end);
  EXPECT_EQ(world.view("b").state.expires_at, end_of_b);
}

TEST(Changes, OfAnAccountHoldItOnceHoweverOftenTheyAreAsked) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  for (int time = 0; time < 2; ++time)
    EXPECT_EQ(world.change(ChangeAccount{.account = "4711", .hold = "dispute"}), "1");
  EXPECT_EQ((*store::read_account(world.kv, "4711"))->holds.size(), 1u);
  const auto again = world.ask<PutHold, store::Hold>({"4711", {}, "dispute", {}, {}});
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*store::read_account(world.kv, "4711"))->holds.size(), 1u);
}

TEST(Changes, OfAnAccountAreRefusedWithTheirField) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  const auto change = [&](NewValues values) { return world.change({.account = "4711", .values = std::move(values)}); };
  EXPECT_EQ(change({.amount = "12.345"}), "bad_amount amount");
  EXPECT_EQ(change({.amount = "12", .currency = "PLN"}), "bad_currency currency");
  EXPECT_EQ(change({.fee = "-1"}), "bad_amount fee");
  EXPECT_EQ(change({.due_date = "1900-01-01"}), "bad_date due_date");
  EXPECT_EQ(world.change({.account = "nobody", .values = {.amount = "1"}}), "missing currency");
  ASSERT_TRUE(world.submit(owing("b", "4711", "70", "i1")));
  EXPECT_EQ(change({.amount = "12"}), "missing invoice") << "of which of the two?";
  EXPECT_EQ(change({.fee = "0"}), "2");
}

}  // namespace
}  // namespace dunlin::engine::testing

// Payments of all and of parts, taken back; the ages and the currencies of what is known.
#include "payments_world.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine::testing {
namespace {

TEST(Payments, OfAPartLowerWhatIsOwedAndTheLastPartEndsIt) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  auto paid = world.pay(part("20", "p1"));
  ASSERT_TRUE(paid && *paid);
  EXPECT_EQ((*paid)->cancelled_count, 0u);
  EXPECT_EQ(world.effective("a").amount, "100.50");
  EXPECT_EQ(world.all_events().back().amount, "20");
  paid = world.pay(part("20", "p1"));
  ASSERT_TRUE(paid && *paid);
  EXPECT_EQ(world.effective("a").amount, "100.50") << "the same payment once more";
  world.crash();
  paid = world.pay(part("100.50", "p2"));
  ASSERT_TRUE(paid && *paid);
  EXPECT_EQ((*paid)->cancelled, (Names{"a"}));
  EXPECT_EQ(world.view("a").state.reason, "paid");
  EXPECT_EQ(world.events(), (Names{"accepted", "paid", "paid", "cancelled"}));
}

TEST(Payments, OfAPartWaitWithATextThatTellsTheOldAmount) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  world.go();
  EXPECT_EQ(world.state("a"), State::held);
  EXPECT_EQ(world.view("a").state.reason, "stale_ledger");
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
}

TEST(Payments, OfAPartAreRefusedWhereTheyCannotBeRight) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a", "4711", "120.50", "i1")));
  EXPECT_EQ(world.refused(part("20", "", "i1")), "missing id");
  EXPECT_EQ(world.refused(part("-5", "p", "i1")), "bad_amount amount");
  EXPECT_EQ(world.refused(part("0.00", "p", "i1")), "bad_amount amount");
  EXPECT_EQ(world.refused(part("20", "p", "i1", "PLN")), "bad_currency currency");
  EXPECT_EQ(world.refused(part("20.005", "p", "i1")), "bad_amount amount");
  EXPECT_EQ(world.refused({.account = "nobody", .id = "p", .amount = "1"}), "missing currency");
  EXPECT_EQ(world.refused({.account = "nobody", .id = "p", .amount = "1", .currency = "ZZZ"}), "bad_currency currency");
  EXPECT_EQ(world.refused({.account = "4711", .id = "p", .amount = "20", .reversed = true}), "not_found id");
  ASSERT_TRUE(world.submit(owing("b", "4711", "70", "i2")));
  EXPECT_EQ(world.refused(part("20", "p")), "missing invoice") << "of which of the two?";
  EXPECT_EQ(world.refused(part("20", "p", "i2", "")), "") << "the currency is that of what is open";
  EXPECT_EQ(world.effective("b").amount, "50");
  EXPECT_EQ(world.effective("a").amount, "120.50");
}

TEST(Payments, OfAPartWithoutInvoiceAreOfTheOnlyOneThatIsOpen) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a", "4711", "120.50", "i1")));
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  ASSERT_TRUE(world.submit(owing("b", "4711", "70", "i2")));
  EXPECT_EQ(world.effective("a").amount, "100.50");
  EXPECT_EQ(world.effective("b").amount, "70");
}

TEST(Payments, OfAPartMayComeBeforeTheJob) {
  Waiting world;
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  store::Job knows = owing("knows"), old = owing("old");
  knows.ledger_as_of = world.now.wall + 1h;
  old.ledger_as_of = world.now.wall - 1h;
  ASSERT_TRUE(world.submit(knows));
  ASSERT_TRUE(world.submit(old));
  EXPECT_EQ(world.effective("knows").amount, "120.50");
  EXPECT_EQ(world.effective("old").amount, "100.50");
}

TEST(Payments, TakenBackBringBackWhatIsStillInTime) {
  Waiting world;
  store::Job soon = owing("soon");
  soon.expires = world.now.wall + 1h;
  for (const store::Job& job : {owing("a"), owing("b", "4711", "70", "i1"), soon}) ASSERT_TRUE(world.submit(job));
  ASSERT_TRUE(*world.pay({.account = "4711", .invoice = "i1"}));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "p"}));
  EXPECT_EQ(world.state("a"), State::cancelled);
  world.run(2h);
  auto back = world.pay({.account = "4711", .id = "p", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"})) << "b's invoice stays paid, and soon is over";
  EXPECT_EQ((*back)->released_count, 1u);
  back = world.pay({.account = "4711", .id = "p", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released_count, 0u);
  world.go();
  EXPECT_EQ(world.events("a"), (Names{"accepted", "cancelled", "released", "submitted"}));
  EXPECT_EQ(world.state("b"), State::cancelled);
  EXPECT_EQ(world.state("soon"), State::cancelled);
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "p", .reversed = true}));
  EXPECT_EQ(world.smscs["alpha"].submits.size(), 1u);
}

TEST(Payments, TakenBackLeaveWhatOthersCover) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w1"}));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w2"}));
  EXPECT_EQ(world.refused({.account = "4711", .id = "typo", .reversed = true}), "not_found id");
  auto back = world.pay({.account = "4711", .id = "w1", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released_count, 0u) << "w2 covers it";
  EXPECT_EQ(world.state("a"), State::cancelled);
  EXPECT_EQ(world.refused({.account = "4711", .id = "w1", .reversed = true}), "") << "once more changes nothing";
  back = world.pay({.account = "4711", .id = "w2", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"}));
}

TEST(Payments, TakenBackWithoutAnIdAreAllOfThem) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w1"}));
  ASSERT_TRUE(*world.pay({.account = "4711"}));
  auto back = world.pay({.account = "4711", .id = "w1", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released_count, 0u) << "the one without an id stands";
  back = world.pay({.account = "4711", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"}));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w3"}));
  EXPECT_EQ(world.state("a"), State::cancelled);
  back = world.pay({.account = "4711", .id = "w3", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"})) << "those before were all taken back";
}

TEST(Payments, TakenBackLeaveOnlyWhatThoseThatStandCover) {
  Waiting world;
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "january"}));
  world.run(1h);
  store::Job job = owing("february");
  job.ledger_as_of = world.now.wall;
  ASSERT_TRUE(world.submit(job));
  EXPECT_EQ(world.state("february"), State::ready) << "it knows of january's";
  world.run(1min);
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w1"}));
  EXPECT_EQ(world.state("february"), State::cancelled);
  world.crash();
  auto back = world.pay({.account = "4711", .id = "w1", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"february"})) << "january's does not cover it";
  store::Job old = owing("old");
  old.ledger_as_of = world.now.wall - 3h;
  ASSERT_TRUE(world.submit(old));
  EXPECT_EQ(world.state("old"), State::cancelled) << "january's stands";
}

TEST(Payments, AnOldPartIsNoPaymentOfTheWhole) {
  Waiting world;
  world.settings.dunning.paid_remembered = 2h;
  world.crash();
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  world.run(3h);
  ASSERT_TRUE(*world.pay(part("5", "p2")));  // those that are too old are dropped
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w1"}));
  EXPECT_EQ(world.state("a"), State::cancelled);
  auto back = world.pay({.account = "4711", .id = "w1", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"}));
}

TEST(Payments, AReversedPartReleasesTheTextThatItHeld) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  ASSERT_TRUE(*world.pay(part("10", "p2")));
  world.go();
  ASSERT_EQ(world.state("a"), State::held);
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "p1", .reversed = true}));
  world.run(1min);
  EXPECT_EQ(world.state("a"), State::held) << "p2 stands";
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "p2", .reversed = true}));
  world.run(1min);
  EXPECT_EQ(world.state("a"), State::submitted);
}

TEST(Payments, OfAPartAreForgottenAtTheDecisionAlready) {
  Waiting world;
  world.settings.dunning.paid_remembered = 2h;
  world.crash();
  store::Job first = owing("first");  // keeps the part where it is
  ASSERT_TRUE(world.submit(first));
  const Wall paid = world.now.wall;
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  world.run(3h);
  store::Job later = owing("later");
  later.ledger_as_of = paid - 1h;
  ASSERT_TRUE(world.submit(later));
  world.go();
  EXPECT_EQ(world.state("later"), State::submitted) << "as if the part had been dropped";
  EXPECT_EQ(world.state("first"), State::held) << "it was accepted before";
}

TEST(Payments, DoNotBringBackWhoWasForgotten) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "w1"}));
  const auto forgotten = world.ask<Forget, Forgotten>({.number = "+48601000001"});
  ASSERT_TRUE(forgotten && *forgotten);
  auto back = world.pay({.account = "4711", .id = "w1", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released_count, 0u);
  EXPECT_EQ(world.state("a"), State::cancelled);
}

TEST(Payments, OfTheFutureAreRefused) {
  Waiting world;
  RecordPayment of_part = part("5", "p");
  of_part.paid_at = world.now.wall + std::chrono::hours{24 * 365};
  EXPECT_EQ(world.refused(of_part), "bad_value paid_at");
  EXPECT_EQ(world.refused({.account = "4711", .paid_at = world.now.wall + std::chrono::hours{24 * 365}}),
            "bad_value paid_at");
  EXPECT_EQ(world.refused({.account = "4711", .paid_at = world.now.wall + 12h}), "");
}

TEST(Payments, OfAPartHoldATextThatDoesNotSayItsAmount) {
  Waiting world;
  store::Job job = World::job("a");
  job.account = "4711";
  ASSERT_TRUE(world.submit(job));
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  world.go();
  EXPECT_EQ(world.state("a"), State::held);
  EXPECT_EQ(world.view("a").state.reason, "stale_ledger");
  job.id = "b";
  ASSERT_TRUE(world.submit(job));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::submitted) << "who writes after it knows of it";
}

TEST(Payments, APartThatIsTakenBackTwiceLeavesThePaymentOfTheWholeAlone) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a", "4711", "70", "i1")));
  ASSERT_TRUE(*world.pay({.account = "4711", .invoice = "i1", .id = "p", .amount = "20", .currency = "EUR"}));
  ASSERT_TRUE(*world.pay({.account = "4711", .invoice = "i1", .id = "p", .reversed = true}));
  ASSERT_TRUE(*world.pay({.account = "4711", .invoice = "i1"}));
  EXPECT_EQ(world.state("a"), State::cancelled);
  auto back = world.pay({.account = "4711", .invoice = "i1", .id = "p", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released_count, 0u);
  EXPECT_EQ(world.state("a"), State::cancelled);
}

// As when the power went between the account's row and its jobs: whoever asked asks again.
TEST(Payments, APartThatIsTakenBackTwiceBringsBackWhatTheFirstTimeDidNot) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay(part("120.50", "p1")));
  ASSERT_EQ(world.state("a"), State::cancelled);
  store::Account row = **store::read_account(world.kv, "4711");
  row.parts.clear();
  row.payment_ids.push_back("reversed p1");
  store::Batch batch;
  batch.put(store::keys::account("4711"), store::encode(row));
  ASSERT_TRUE(world.kv.commit(batch, true));
  world.crash();
  auto back = world.pay({.account = "4711", .id = "p1", .amount = "120.50", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"}));
  EXPECT_EQ(world.effective("a").amount, "120.50");
}

TEST(Payments, OfAPartAndOfTheWholeDoNotShareAnId) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  EXPECT_EQ(world.refused({.account = "4711", .id = "p1"}), "conflict id");
  EXPECT_EQ(world.refused(part("20", "p1")), "") << "once more is the same";
  EXPECT_EQ(world.refused({.account = "4711", .id = "w1"}), "");
  EXPECT_EQ(world.refused(part("20", "w1")), "conflict id");
}

TEST(Payments, AReversedPartRaisesTheAmountAgain) {
  Waiting world;
  ASSERT_TRUE(world.submit(owing("a")));
  ASSERT_TRUE(*world.pay(part("20", "p1")));
  ASSERT_TRUE(*world.pay(part("100.50", "p2")));
  EXPECT_EQ(world.state("a"), State::cancelled);
  auto back = world.pay({.account = "4711", .id = "p2", .reversed = true});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->released, (Names{"a"}));
  EXPECT_EQ(world.effective("a").amount, "100.50");
  ASSERT_TRUE(*world.pay({.account = "4711", .id = "p1", .amount = "20", .reversed = true}));
  EXPECT_EQ(world.effective("a").amount, "120.50");
  EXPECT_EQ(world.refused({.account = "4711", .id = "p1", .amount = "20", .reversed = true}), "");
}

TEST(Payments, AreRememberedForAWhile) {
  World world;
  world.settings.dunning.paid_remembered = 2h;
  world.start();
  const Wall told = world.now.wall;
  const auto paid = world.ask<RecordPayment, PaymentResult>({.account = "4711"});
  ASSERT_TRUE(paid && *paid);
  const auto late = [&](const char* id) {
    store::Job job = owing(id);
    job.ledger_as_of = told - 1h;
    EXPECT_TRUE(world.submit(job));
    return world.state(id);
  };
  EXPECT_EQ(late("a"), State::cancelled);
  world.run(3h);
  EXPECT_EQ(late("b"), State::submitted);
}

TEST(StaleLedgers, WaitForNews) {
  World world;
  world.settings.dunning.ledger_max_age = 24h;
  world.settings.dunning.expires_default = 2h;
  world.start();
  for (const char* id : {"a", "b", "c"}) {
    store::Job job = World::job(id);
    job.account = id == std::string("c") ? "" : id;
    job.ledger_as_of = world.now.wall - 25h;
    ASSERT_TRUE(world.submit(job));
    EXPECT_EQ(world.state(id), State::held);
    EXPECT_EQ(world.view(id).state.reason, "stale_ledger");
  }
  store::Job receipt = World::job("r");
  receipt.kind = store::Kind::receipt;
  receipt.ledger_as_of = world.now.wall - 25h;
  ASSERT_TRUE(world.submit(receipt));
  world.run(1s);
  EXPECT_EQ(world.state("r"), State::submitted) << "what was received is received";
  auto told = world.ask<ChangeAccount, AccountChanged>({.account = "a", .values = {.ledger_as_of = world.now.wall}});
  ASSERT_TRUE(told && *told);
  auto older = world.ask<ChangeJob, JobChanged>({.id = "c", .values = {.ledger_as_of = world.now.wall - 30h}});
  ASSERT_TRUE(older && *older);
  world.run(1s);
  EXPECT_EQ(world.events("a"), (Names{"accepted", "held", "released", "submitted"}));
  EXPECT_EQ(world.state("b"), State::held);
  EXPECT_EQ(world.state("c"), State::held);
  world.run(2h);
  EXPECT_EQ(world.state("b"), State::expired);
}

TEST(Currencies, OfAnInvoiceMustAgree) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(owing("a", "4711", "120.50", "i1")));
  store::Job other = owing("b", "4711", "120.50", "i1");
  other.currency = "PLN";
  EXPECT_EQ(answer_of(world.submit(other)), "bad_currency currency");
  other.invoice = "i2";
  EXPECT_EQ(answer_of(world.submit(other)), "accepted");
}

TEST(Payments, OfPartsAreKeptWhileTheyMayMatter) {
  Waiting world;
  world.settings.dunning.paid_remembered = std::chrono::hours{48};
  world.crash();
  for (std::size_t i = 0; i < store::kPartPaymentsMax; ++i)
    ASSERT_TRUE(*world.pay(part("0.01", "p" + std::to_string(i))));
  EXPECT_EQ(world.refused(part("0.01", "more")), "too_many id");
  world.run(std::chrono::hours{49});
  EXPECT_EQ(world.refused(part("0.01", "more")), "") << "no job of before them is there, and none will be";
}

}  // namespace
}  // namespace dunlin::engine::testing

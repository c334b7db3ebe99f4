// Payments of all and of parts, taken back; what upstream says since; consents by purpose.
#include "engine/newest.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;

store::Job owing(const std::string& id, const std::string& account = "4711", const std::string& amount = "120.50",
                 const std::string& invoice = {}) {
  store::Job job = World::job(id);
  job.account = account;
  job.invoice = invoice;
  job.amount = amount;
  job.currency = "EUR";
  return job;
}
// Open jobs stay open: nobody is there to take them.
struct Waiting : World {
  Waiting() {
    reachable["alpha"] = false;
    settings.smscs[0].reconnect_max = 30s;
    settings.dunning.expires_default = std::chrono::hours{24 * 20};
    start();
  }
  void go() {
    reachable["alpha"] = true;
    run(1min);
  }
  std::optional<Result<PaymentResult>> pay(RecordPayment payment) {
    return ask<RecordPayment, PaymentResult>(std::move(payment));
  }
  std::string refused(RecordPayment payment) {
    auto answer = pay(std::move(payment));
    return !answer ? "no answer" : *answer ? "" : answer->error().code + " " + answer->error().where;
  }
  std::string change(ChangeJob request) {
    auto answer = ask<ChangeJob, JobChanged>(std::move(request));
    return !answer   ? "no answer"
           : *answer ? std::string(store::name_of((*answer)->state))
                     : answer->error().code + " " + answer->error().where;
  }
  std::string change(ChangeAccount request) {
    auto answer = ask<ChangeAccount, AccountChanged>(std::move(request));
    return !answer   ? "no answer"
           : *answer ? std::to_string((*answer)->jobs)
                     : answer->error().code + " " + answer->error().where;
  }
  store::Job effective(const std::string& id) {
    const store::JobView at = view(id);
    auto account = store::read_account(kv, at.job.account);
    auto invoice = store::read_account(kv, at.job.account, at.job.invoice);
    return newest(at.n, at.job, at.state, *account ? **account : store::Account{},
                  *invoice ? **invoice : store::Account{})
        .job.value_or(at.job);
  }
};

RecordPayment part(const std::string& amount, const std::string& id, const std::string& invoice = {},
                   const std::string& currency = "EUR") {
  return {.account = "4711", .invoice = invoice, .id = id, .amount = amount, .currency = currency};
}

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

TEST(Payments, OfTheFutureAreRefused) {
  Waiting world;
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

store::Job advert(const std::string& id, const std::string& basis = {}) {
  store::Job job = World::job(id);
  job.purpose = store::Purpose::marketing;
  job.consent.basis = basis;
  return job;
}
std::string answer_of(const Result<Accepted>& answer) {
  return answer ? "accepted" : answer.error().code + " " + answer.error().where;
}

TEST(Consents, MarketingNeedsOneForItsPurpose) {
  World world;
  world.start();
  EXPECT_EQ(answer_of(world.submit(advert("a"))), "consent_missing consent");
  store::Job referral = World::job("r");
  referral.kind = store::Kind::referral;
  EXPECT_EQ(answer_of(world.submit(referral)), "consent_missing consent");
  const auto put = [&](store::ConsentStatus status, const char* purpose, std::optional<Wall> at = {}) {
    auto answer =
        world.ask<PutConsent, store::Person>({"+48601000001", status, purpose, "form", at, {}, "prior_express", {}});
    return answer && *answer;
  };
  EXPECT_TRUE(put(store::ConsentStatus::allowed, ""));
  EXPECT_TRUE(put(store::ConsentStatus::allowed, "billing"));
  EXPECT_EQ(answer_of(world.submit(advert("a"))), "consent_missing consent") << "of another purpose";
  EXPECT_FALSE(put(store::ConsentStatus::allowed, "spam"));
  EXPECT_TRUE(put(store::ConsentStatus::allowed, "marketing"));
  EXPECT_EQ(answer_of(world.submit(advert("a"))), "accepted");
  world.run(1s);
  EXPECT_EQ(world.state("a"), State::submitted);
  EXPECT_TRUE(put(store::ConsentStatus::blocked, "marketing"));
  EXPECT_EQ(answer_of(world.submit(advert("b"))), "accepted");
  EXPECT_EQ(world.view("b").state.reason, "opted_out");
  EXPECT_FALSE(put(store::ConsentStatus::allowed, "marketing", world.now.wall - 1h)) << "older than the block";
  EXPECT_TRUE(world.submit(World::job("bill")));
  world.run(1s);
  EXPECT_EQ(world.state("bill"), State::submitted) << "other purposes go on";
}

TEST(Consents, OfAJobAreKeptWithTheNumber) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(advert("a", "prior_express_written")));
  ASSERT_TRUE(world.submit(advert("b")));
  world.run(1s);
  EXPECT_EQ(world.state("b"), State::submitted);
  auto person = store::read_person(world.kv, "+48601000001");
  ASSERT_TRUE(person && *person);
  ASSERT_EQ((*person)->purposes.size(), 1u);
  EXPECT_EQ((*person)->purposes[0].basis, "prior_express_written");
  EXPECT_EQ((*person)->history.size(), 1u);
  store::Job half = advert("c");
  half.consent.source = "form";
  EXPECT_EQ(answer_of(world.submit(half)), "missing consent.basis");
}

TEST(Consents, AreAskedAgainAtTheLastMoment) {
  Waiting world;
  ASSERT_TRUE(world.submit(advert("a", "soft_opt_in")));
  auto forgotten = world.ask<DeleteConsent, store::Person>({"+48601000001", {}});
  ASSERT_TRUE(forgotten && *forgotten);
  world.go();
  EXPECT_EQ(world.view("a").state.reason, "consent_missing");
  EXPECT_EQ(world.state("a"), State::blocked);
}

TEST(Consents, ABlockOfTheNumberStandsAboveAll) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(advert("a", "soft_opt_in")));
  world.run(1s);
  world.reply("alpha", "48601000001", "STOP");
  world.run(1s);
  ASSERT_TRUE(world.submit(advert("b", "prior_express_written")));
  EXPECT_EQ(world.view("b").state.reason, "opted_out");
  auto allowed = world.ask<PutConsent, store::Person>(
      {"+48601000001", store::ConsentStatus::allowed, "marketing", "form", world.now.wall + 1h, "asked again", {}, {}});
  ASSERT_TRUE(allowed && !*allowed);
  EXPECT_EQ(allowed->error().code, "conflict");
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
  for (std::size_t i = 0; i < store::kPartPaymentsMax; ++i) ASSERT_TRUE(*world.pay(part("0.01", "p" + std::to_string(i))));
  EXPECT_EQ(world.refused(part("0.01", "more")), "too_many id");
  world.run(std::chrono::hours{49});
  EXPECT_EQ(world.refused(part("0.01", "more")), "") << "no job of before them is there, and none will be";
}
}  // namespace
}  // namespace dunlin::engine::testing

#include "plans.hpp"

#include <gtest/gtest.h>

#include "../lawbook.hpp"
#include "forger.hpp"

namespace dunlin::simulation {
namespace {

// Job 7 follows a plan; step n of it is 7 + n * kSteps.
class PlansAreKept : public ::testing::Test {
 protected:
  PlansAreKept() {
    Operation& made = forger.operation(Op::submit);
    made.job = 7;
    made.content.id = job_id(7);
    made.content.to = person.number;
    made.content.account = "A";
    made.content.invoice = "I";
    made.content.plan = "friendly";
    began = made.content;
    forger.ask_and_answer(made);
  }
  JobNumber make(JobNumber step, const std::string& amount = "") {
    Operation& made = forger.operation(Op::submit);
    made.job = 7 + step * kSteps;
    made.content = began;
    made.content.id = job_id(made.job);
    made.content.amount = amount;
    forger.ask_and_answer(made);
    return made.job;
  }
  void hand_over(JobNumber job) {
    HandedOver handed{1, "alpha", job, 0, ++forger.sequence, forger.now.steady};
    handed.number = person.number;
    forger.see(handed);
  }
  void send(JobNumber job) {
    hand_over(job);
    forger.event(store::EventType::submitted, store::State::submitted, job);
  }
  void a_day_later() { forger.now.wall += std::chrono::hours{24}; }
  // Something that holds, so long ago.
  void write_and_wait(const std::string& intent, std::chrono::hours since) {
    Delivery& wrote = forger.delivery(DeliveryKind::reply);
    wrote.number = person.number;
    wrote.holds = true;
    wrote.intent = intent;
    forger.now.wall += std::chrono::hours{12};
    forger.see(DeliveryAnswered{&wrote, smpp::CommandStatus::ok});
    forger.now.wall += since;
  }
  bool goes_on_after(const std::string& intent, std::chrono::hours since) {
    send(7);
    write_and_wait(intent, since);
    hand_over(make(2));
    return !forger.broken();
  }
  void pay(Op op = Op::payment) {
    Operation& made = forger.operation(op);
    made.account = "A";
    made.invoice = "I";
    forger.ask_and_answer(made);
  }

  Terms terms = [] {
    Terms made;
    made.people = 8;
    made.homes = kHomesOfTemplates;
    return made;
  }();
  Person person = people(terms.people, terms.homes).front();
  Plans checker{terms};
  Forger forger{checker};
  store::Job began;
};

TEST_F(PlansAreKept, WhereEachStepFollowsTheOneBeforeOnAnotherDay) {
  send(7);
  a_day_later();
  send(make(2));
  a_day_later();
  send(make(3));
  EXPECT_FALSE(forger.broken());
}

TEST_F(PlansAreKept, NotWhereAStepComesBeforeTheLastOneWasSubmitted) {
  hand_over(7);
  a_day_later();
  hand_over(make(2));
  EXPECT_TRUE(forger.broken());
}

TEST_F(PlansAreKept, NotWhereTwoStepsComeOnOneDay) {
  send(7);
  hand_over(make(2));
  EXPECT_TRUE(forger.broken());
}

TEST_F(PlansAreKept, NotWhereAStepComesAfterAPayment) {
  send(7);
  pay();
  a_day_later();
  hand_over(make(2));
  EXPECT_TRUE(forger.broken());
}

TEST_F(PlansAreKept, WhereAPaymentIsTakenBack) {
  send(7);
  pay();
  pay(Op::reversal);
  a_day_later();
  hand_over(make(2));
  EXPECT_FALSE(forger.broken());
}

TEST_F(PlansAreKept, NotWhereAStepIsMadeTwiceOrOfAnotherDebt) {
  send(7);
  make(2);
  make(2);
  EXPECT_TRUE(forger.broken());
  Plans other{terms};
  Forger again{other};
  Operation& nobodys = again.operation(Op::submit);
  nobodys.job = 8 + kSteps;
  again.ask_and_answer(nobodys);
  EXPECT_TRUE(again.broken());
}

TEST_F(PlansAreKept, NotWhereAStepTellsAnotherAmountThanItBeganWith) {
  send(7);
  make(2, "12.00");
  EXPECT_TRUE(forger.broken());
}

TEST_F(PlansAreKept, NotWhereSomebodyWroteAndNobodyHasLookedAtIt) {
  EXPECT_FALSE(goes_on_after("unclear", std::chrono::hours{24 * 20}));
}

TEST_F(PlansAreKept, NotWhileAPromiseIsNotOver) { EXPECT_FALSE(goes_on_after("promise", std::chrono::hours{23})); }

TEST_F(PlansAreKept, WhereAPromiseIsOver) { EXPECT_TRUE(goes_on_after("promise", std::chrono::hours{25})); }

TEST_F(PlansAreKept, NotWhileWhatIsSaidToBePaidMayStillCome) {
  EXPECT_FALSE(goes_on_after("paid", std::chrono::hours{24 * 5 - 1}));
}

TEST_F(PlansAreKept, WhereWhatWasSaidToBePaidDidNotCome) {
  EXPECT_TRUE(goes_on_after("paid", std::chrono::hours{24 * 5 + 1}));
}

TEST_F(PlansAreKept, WhereSomebodyLookedAtWhatWasWritten) {
  send(7);
  write_and_wait("unclear", std::chrono::hours{14});
  Operation& cleared = forger.operation(Op::inbox_clear);
  cleared.number = person.number;
  forger.see(Asked{&cleared});
  hand_over(make(2));
  EXPECT_FALSE(forger.broken());
}

TEST_F(PlansAreKept, WhereItsHoldWasReleased) {
  send(7);
  write_and_wait("wrong_number", std::chrono::hours{14});
  store::Event held;
  held.type = store::EventType::held;
  held.hold = "h1";
  held.number = person.number;
  forger.see(EventRead{++forger.seq, held, false});
  Operation& released = forger.operation(Op::release);
  released.hold_id = "h1";
  forger.see(Asked{&released});
  hand_over(make(2));
  EXPECT_FALSE(forger.broken());
}

TEST_F(PlansAreKept, NotWhereWhatWasWrittenIsDisputed) {
  send(7);
  write_and_wait("dispute", std::chrono::hours{14});
  Operation& disputed = forger.operation(Op::inbox_dispute);
  disputed.number = person.number;
  forger.ask_and_answer(disputed);
  forger.now.wall += std::chrono::hours{24 * 20};
  hand_over(make(2));
  EXPECT_TRUE(forger.broken());
}

}  // namespace
}  // namespace dunlin::simulation

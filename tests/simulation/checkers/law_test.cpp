// The checkers of what the law asks for: each is shown its promise kept, and broken.
#include <gtest/gtest.h>

#include "consent.hpp"
#include "forger.hpp"
#include "holds.hpp"
#include "limits.hpp"
#include "moments.hpp"
#include "money.hpp"
#include "stages.hpp"
#include "stranded.hpp"

namespace dunlin::simulation {
namespace {

using store::EventType;
using store::State;

constexpr Wall kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h};

// A forger in whose world it is noon.
struct Lawful : Forger {
  explicit Lawful(Checker& checker) : Forger(checker) { now.wall = kNoon; }
  void wait(std::chrono::milliseconds by) {
    now.steady += by;
    now.wall += by;
  }
  Operation& owing(JobNumber number, const std::string& amount) {
    Operation& made = operation(Op::submit);
    made.job = number;
    made.content.id = job_id(number);
    made.content.to = "+48601000001";
    made.content.account = "A";
    made.content.invoice = "I";
    made.content.amount = amount;
    made.content.currency = "EUR";
    made.content.due_date = "2026-03-01";
    made.content.stage = "1";
    made.content.template_name = "overdue";
    return made;
  }
  Operation& accepted(JobNumber number, const std::string& amount = "123.45") {
    Operation& made = owing(number, amount);
    ask_and_answer(made);
    wait(1s);
    return made;
  }
  void said(Op op, const std::string& amount, const std::string& id = {}) {
    Operation& made = operation(op);
    made.account = "A";
    made.invoice = "I";
    made.amount = amount;
    made.payment_id = id;
    ask_and_answer(made);
    wait(1s);
  }
  void told(const std::string& text, JobNumber number = 7, std::uint32_t segment = 0, std::uint32_t segments = 1) {
    HandedOver fact{1, "alpha", number, segment, ++sequence, now.steady, segments, "+48601000001"};
    fact.text = text;
    see(fact);
  }
};

bool tells(const std::string& text, void (*before)(Lawful&)) {
  Money checker{Terms{}};
  Lawful forge(checker);
  forge.accepted(7);
  before(forge);
  forge.told(text);
  return !forge.broken();
}

TEST(Money, SeesAnAmountThatIsNotTheNewest) {
  const auto nothing = [](Lawful&) {};
  const auto changed = [](Lawful& forge) { forge.said(Op::change_account, "1567.89"); };
  const auto paid = [](Lawful& forge) { forge.said(Op::part, "100.01", "p"); };
  const auto back = [](Lawful& forge) {
    forge.said(Op::part, "100.01", "p");
    forge.said(Op::part_reversal, "", "p");
  };
  const auto told_after = [](Lawful& forge) {
    forge.said(Op::part, "100.01", "p");
    forge.said(Op::change_account, "1567.89");
  };
  EXPECT_TRUE(tells("Acme: 123,45 EUR, 1 March 2026", nothing));
  EXPECT_FALSE(tells("Acme: 123,46 EUR, 1 March 2026", nothing));
  EXPECT_TRUE(tells("Acme: 1.567,89 \u20ac", changed));
  EXPECT_TRUE(tells("Acme: 1\u202f567,89 \u20ac", changed));
  EXPECT_FALSE(tells("Acme: 123,45 \u20ac", changed));
  EXPECT_TRUE(tells("Acme: EUR 23.44", paid));
  EXPECT_FALSE(tells("Acme: EUR 123.45", paid));
  EXPECT_TRUE(tells("Acme: EUR 123.45", back));
  EXPECT_TRUE(tells("Acme: EUR 1,567.89", told_after));
  EXPECT_FALSE(tells("Acme: EUR 1,467.88", told_after));
}

TEST(Money, SeesWhatIsMissingSettledOrTooOld) {
  EXPECT_FALSE(tells("Acme: {amount}", [](Lawful&) {}));
  EXPECT_FALSE(tells("Acme: EUR 0.00", [](Lawful& forge) { forge.said(Op::part, "123.45", "p"); }));
  for (const auto age : {50min, 90min}) {
    Terms terms;
    terms.ledger_max_age = 1h;
    Money checker{terms};
    Lawful forge(checker);
    Operation& job = forge.owing(7, "123.45");
    job.content.ledger_as_of = kNoon - age;
    forge.ask_and_answer(job);
    forge.told("Acme: EUR 123.45");
    EXPECT_EQ(forge.broken(), age > 1h);
  }
}

TEST(Money, ReadsATextOnceAllItsPartsAreThere) {
  for (const bool right : {true, false}) {
    Money checker{Terms{}};
    Lawful forge(checker);
    forge.accepted(7);
    forge.told("Acme: EUR 12", 7, 0, 2);
    EXPECT_FALSE(forge.broken());
    forge.told(right ? "3.45 is due" : "3.46 is due", 7, 1, 2);
    EXPECT_EQ(forge.broken(), !right);
  }
}

TEST(Money, SaysNothingWhereRequestsCross) {
  Money checker{Terms{}};
  Lawful forge(checker);
  forge.accepted(7);
  Operation& change = forge.operation(Op::change_account);
  change.account = "A";
  change.amount = "1567.89";
  forge.see(Asked{&change});
  forge.told("Acme: EUR 123.45");
  EXPECT_FALSE(forge.broken());
}

TEST(Holds, SeesWhatLeavesDuringOne) {
  for (const bool by_number : {true, false}) {
    Holds checker;
    Lawful forge(checker);
    forge.accepted(7);
    Operation& hold = forge.operation(Op::hold);
    (by_number ? hold.number : hold.account) = by_number ? "+48601000001" : "A";
    hold.until = kNoon + 1h;
    forge.see(Asked{&hold});
    forge.handed(7);
    EXPECT_FALSE(forge.broken()) << "it is not acknowledged";
    hold.hold_id = "h1";
    forge.answered(hold);
    Holds released = checker, over = checker;
    forge.handed(7);
    EXPECT_TRUE(forge.broken());

    Lawful later(over);
    later.wait(1h);
    later.handed(7);
    EXPECT_FALSE(later.broken());

    Lawful asked(released);
    Operation& release = asked.operation(Op::release);
    release.hold_id = "h1";
    asked.see(Asked{&release});
    asked.handed(7);
    EXPECT_FALSE(asked.broken());
  }
}

TEST(Limits, SeesOneTextTooMany) {
  for (const auto apart : {1h, 25h}) {
    Terms terms;
    terms.cap_number = {{2, 24h}};
    Limits checker{terms};
    Lawful forge(checker);
    for (const JobNumber number : {1u, 2u, 3u}) {
      forge.accepted(number);
      forge.handed(number);
      forge.event(EventType::submitted, State::submitted, number);
      forge.wait(number == 2 ? apart : 1min);
    }
    EXPECT_EQ(forge.broken(), apart < 24h);
  }
}

TEST(Limits, WhatNobodyKeptDoesNotCount) {
  Terms terms;
  terms.cap_account = {{1, 24h}};
  Limits checker{terms};
  Lawful forge(checker);
  forge.accepted(1);
  forge.handed(1);
  forge.event(EventType::rejected, State::rejected, 1);
  forge.accepted(2);
  forge.handed(2);
  EXPECT_FALSE(forge.broken());
}

TEST(Limits, WhatIsBeingForgottenCountsUntilItIsAskedForAndAgainAfterItsAnswer) {
  enum class Then { nothing, asked, answered };
  for (const Then then : {Then::nothing, Then::asked, Then::answered}) {
    Terms terms;
    terms.cap_number = {{1, 24h}};
    Limits checker{terms};
    Lawful forge(checker);
    Operation& forget = forge.operation(Op::forget);
    forget.number = "+48601000001";
    const auto text = [&](JobNumber number) {
      forge.accepted(number);
      forge.handed(number);
      forge.event(EventType::submitted, State::submitted, number);
    };
    if (then != Then::nothing) forge.see(Asked{&forget});
    text(1);
    if (then == Then::answered) forge.answered(forget);
    text(2);
    EXPECT_EQ(forge.broken(), then == Then::nothing);
    if (then == Then::answered) text(3);
    EXPECT_EQ(forge.broken(), then != Then::asked);
  }
}

TEST(Stages, SeesOneSentTwice) {
  for (const bool kept : {true, false}) {
    Stages checker;
    Lawful forge(checker);
    forge.accepted(1);
    forge.handed(1);
    forge.event(kept ? EventType::submitted : EventType::rejected, State::submitted, 1);
    forge.accepted(2);
    forge.handed(2);
    EXPECT_EQ(forge.broken(), kept);
  }
}

TEST(Consent, SeesMarketingThatNobodyAgreedTo) {
  const auto sent = [](const char* basis, std::optional<Op> after) {
    Consent checker;
    Lawful forge(checker);
    Operation& job = forge.owing(7, "123.45");
    job.content.kind = store::Kind::referral;
    job.content.consent.basis = basis;
    forge.ask_and_answer(job);
    if (after) {
      Operation& made = forge.operation(*after);
      made.number = "+48601000001";
      made.purpose = "marketing";
      forge.ask_and_answer(made);
      forge.wait(10min);
    }
    forge.handed(7);
    return !forge.broken();
  };
  EXPECT_TRUE(sent("opt_in", {}));
  EXPECT_FALSE(sent("", {}));
  EXPECT_TRUE(sent("", Op::allow_purpose));
  EXPECT_FALSE(sent("opt_in", Op::delete_consent));
  EXPECT_FALSE(sent("opt_in", Op::block_purpose));
}

TEST(Moments, SeesWhatLeavesTooSoon) {
  for (const auto after : {59min, 60min}) {
    Moments checker;
    Lawful forge(checker);
    Operation& job = forge.owing(7, "123.45");
    job.content.time_zone = "Europe/Warsaw";  // where it is 13:00
    job.content.send_at_local = "14:00";
    forge.ask_and_answer(job);
    forge.wait(after);
    forge.handed(7);
    EXPECT_EQ(forge.broken(), after < 60min);
  }
}

TEST(Stranded, SeesWhatExpiresThoughNothingHinderedIt) {
  for (const bool busy : {false, true}) {
    Stranded checker;
    Lawful forge(checker);
    forge.see(Calm{});
    forge.event(EventType::accepted, State::ready, 7);
    forge.wait(1h);
    if (busy) forge.handed(8);
    store::Event end;
    end.type = EventType::expired;
    end.state = State::expired;
    end.job = job_id(7);
    end.reason = "expired";
    forge.see(EventRead{2, end, false});
    EXPECT_EQ(forge.broken(), !busy);
  }
}

}  // namespace
}  // namespace dunlin::simulation

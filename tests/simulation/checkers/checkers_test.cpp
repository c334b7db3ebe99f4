// Every checker is shown a stream of facts in which its promise is kept, and one in which it is broken.
#include <gtest/gtest.h>

#include <set>

#include "checkers/acknowledged.hpp"
#include "checkers/events.hpp"
#include "checkers/imports.hpp"
#include "checkers/memory.hpp"
#include "checkers/metrics.hpp"
#include "checkers/once.hpp"
#include "checkers/one_end.hpp"
#include "checkers/order.hpp"
#include "checkers/rate.hpp"
#include "checkers/receipts.hpp"
#include "checkers/replies.hpp"
#include "checkers/silence.hpp"
#include "checkers/urgency.hpp"
#include "checkers/window.hpp"
#include "engine/engine.hpp"
#include "forger.hpp"
#include "run.hpp"

namespace dunlin::simulation {
namespace {

using smpp::CommandStatus;
using store::EventType;
using store::SegmentState;
using store::State;

Terms terms() {
  Terms made;
  made.smscs["alpha"] = {2, 3, 1};
  made.routes.push_back({"all", {"+"}, {"alpha"}, false});
  return made;
}

TEST(Acknowledged, SeesALostJob) {
  for (const bool lost : {false, true}) {
    Acknowledged checker;
    Forger forge(checker);
    forge.accepted(7);
    forge.see(Finished{{}, lost ? std::vector<store::JobView>{} : std::vector{Forger::view(7, State::delivered)}, 0});
    EXPECT_EQ(forge.broken(), lost);
  }
}

TEST(Acknowledged, SeesAnIdAcceptedTwice) {
  for (const bool duplicate : {true, false}) {
    Acknowledged checker;
    Forger forge(checker);
    const Operation& job = forge.accepted(7);
    forge.see(Answered{&job, {}, {}, duplicate});
    EXPECT_EQ(forge.broken(), !duplicate);
  }
}

TEST(Acknowledged, SeesOtherContent) {
  Acknowledged checker;
  Forger forge(checker);
  forge.accepted(7);
  store::JobView view = Forger::view(7, State::delivered);
  view.job.text = "another";
  forge.see(Finished{{}, {view}, 0});
  EXPECT_TRUE(forge.broken());
}

TEST(Once, SeesWhatWasAcceptedHandedOverAgain) {
  for (const CommandStatus status : {CommandStatus::throttled, CommandStatus::ok}) {
    Once checker(terms());
    Forger forge(checker);
    forge.accepted(7);
    forge.handed(7);
    forge.answered(status);
    forge.handed(7);
    EXPECT_EQ(forge.broken(), status == CommandStatus::ok);
  }
}

TEST(Once, SeesWhatIsUnansweredHandedOverAgain) {
  Once checker(terms());
  Forger forge(checker);
  forge.accepted(7);
  forge.handed(7);
  forge.handed(7, 0, 2);
  EXPECT_TRUE(forge.broken());
}

TEST(Once, AllowsOneResendOfADoubtThatWasTold) {
  for (const int resends : {1, 2}) {
    Once checker(terms());
    Forger forge(checker);
    forge.accepted(7);
    forge.handed(7);
    for (int i = 0; i < resends; ++i) {
      forge.see(Disconnected{1});
      forge.event(EventType::in_doubt, State::in_doubt);
      forge.handed(7);
    }
    EXPECT_EQ(forge.broken(), resends == 2);
  }
}

TEST(Once, SeesADoubtThatWasNotTold) {
  Once checker(terms());
  Forger forge(checker);
  forge.accepted(7);
  forge.handed(7);
  forge.see(Disconnected{1});
  forge.handed(7);
  EXPECT_TRUE(forge.broken());
}

TEST(Once, SeesAResendUnderHold) {
  for (const bool person : {true, false}) {
    Terms hold = terms();
    hold.in_doubt = store::InDoubtPolicy::hold;
    Once checker(hold);
    Forger forge(checker);
    forge.accepted(7);
    forge.handed(7);
    forge.see(Disconnected{1});
    forge.event(EventType::in_doubt, State::in_doubt);
    if (person) forge.done(Op::resend, 7);
    forge.handed(7);
    EXPECT_EQ(forge.broken(), !person);
  }
}

TEST(Silence, SeesWhatLeavesAfterAnAcknowledgedStop) {
  for (const Op op : {Op::cancel, Op::drop, Op::sent, Op::payment, Op::block, Op::pause}) {
    Silence checker;
    Forger forge(checker);
    forge.accepted(7);
    forge.handed(7, 0);
    EXPECT_FALSE(forge.broken());
    forge.done(op, op == Op::payment || op == Op::block || op == Op::pause ? kNoJob : 7);
    forge.now.steady += 1ms;
    forge.handed(7, 1);
    EXPECT_TRUE(forge.broken()) << name_of(op);
  }
}

TEST(Silence, APauseAnsweredAfterItsResumeWasAskedForSaysNothing) {
  for (const bool resumed : {true, false}) {
    Silence checker;
    Forger forge(checker);
    forge.accepted(7);
    const Operation& pause = forge.asked(Op::pause);
    const Operation* resume = resumed ? &forge.asked(Op::resume) : nullptr;
    forge.see(Answered{&pause, {}, {}, false});
    if (resume != nullptr) forge.see(Answered{resume, {}, {}, false});
    forge.now.steady += 1ms;
    forge.handed(7);
    EXPECT_EQ(forge.broken(), !resumed);
  }
}

TEST(Silence, SeesWhatLeavesOfACampaignThatIsPausedOrCancelled) {
  for (const Op op : {Op::campaign_pause, Op::campaign_cancel, Op::campaign_resume}) {
    Silence checker;
    Forger forge(checker);
    Operation& job = forge.operation(Op::submit);
    job.job = 7;
    job.content.campaign = "file1";
    forge.ask_and_answer(job);
    for (const char* campaign : {"file2", "file1"}) {
      Operation& order = forge.operation(op);
      order.campaign = campaign;
      forge.ask_and_answer(order);
      forge.now.steady += 1ms;
      forge.handed(7);
      EXPECT_EQ(forge.broken(), op != Op::campaign_resume && campaign == std::string("file1")) << name_of(op);
    }
  }
}

TEST(Silence, ACampaignThatIsResumedGoesOn) {
  Silence checker;
  Forger forge(checker);
  Operation& job = forge.operation(Op::submit);
  job.job = 7;
  job.content.campaign = "file1";
  forge.ask_and_answer(job);
  for (const Op op : {Op::campaign_pause, Op::campaign_resume}) {
    Operation& order = forge.operation(op);
    order.campaign = "file1";
    forge.ask_and_answer(order);
  }
  forge.now.steady += 1ms;
  forge.handed(7);
  EXPECT_FALSE(forge.broken());
}

TEST(Imports, SeeARowThatIsSeenBeforeTheFileIsWhole) {
  using What = Importing::What;
  for (const bool handed : {false, true}) {
    for (const bool closed : {false, true}) {
      Imports checker;
      Forger forge(checker);
      forge.see(Importing{What::waits, "file1", {6, 7}});
      if (closed) forge.see(Importing{What::closes, "file1", {6, 7}});
      if (handed) {
        forge.handed(7);
      } else {
        forge.event(EventType::accepted, State::ready, 7);
      }
      EXPECT_EQ(forge.broken(), !closed);
    }
  }
}

TEST(Imports, SeeOneThatIsTorn) {
  Imports checker;
  Forger forge(checker);
  forge.see(Importing{Importing::What::torn, "file1", {6, 7}});
  EXPECT_TRUE(forge.broken());
}

TEST(Silence, SeesWhatLeavesAfterAStop) {
  for (const bool started : {true, false}) {
    Silence checker;
    Forger forge(checker);
    forge.accepted(7);
    const Delivery& stop = forge.delivery(DeliveryKind::stop);
    forge.see(Delivering{&stop});
    forge.handed(7);
    EXPECT_FALSE(forge.broken()) << "it was not answered yet";
    forge.see(DeliveryAnswered{&stop, CommandStatus::ok});
    if (started) forge.see(Delivering{&forge.delivery(DeliveryKind::start)});
    forge.handed(7, 1);
    EXPECT_EQ(forge.broken(), !started);
  }
}

TEST(Silence, APaymentCoversWhatCameBeforeItUntilItIsReversed) {
  Silence checker;
  Forger forge(checker);
  forge.done(Op::payment);
  forge.accepted(7);
  forge.handed(7);
  EXPECT_FALSE(forge.broken());
  forge.done(Op::payment);
  forge.done(Op::reversal);
  forge.handed(7, 1);
  EXPECT_FALSE(forge.broken());
}

TEST(Window, SeesOneTooMany) {
  Window checker(terms());
  Forger forge(checker);
  forge.see(Connected{1, "alpha"});
  forge.handed(1);
  forge.handed(2);
  forge.answered();
  forge.handed(3);
  EXPECT_FALSE(forge.broken());
  forge.handed(4);
  EXPECT_TRUE(forge.broken());
}

TEST(Rate, SeesOneTooManyInASlidingSecond) {
  for (const auto gap : {1000ms, 999ms}) {
    Rate checker(terms());
    Forger forge(checker);
    forge.handed(1);
    forge.handed(2);
    forge.now.steady += 500ms;
    forge.handed(3);
    forge.now.steady += gap - 500ms;
    forge.handed(4);
    EXPECT_EQ(forge.broken(), gap == 999ms);
  }
}

TEST(Rate, ALowerRateCountsOnceItsSecondIsOver) {
  Rate checker(terms());
  Forger forge(checker);
  forge.handed(1);
  forge.see(LinkSet{"alpha", 2, 1, false});
  forge.handed(2);
  EXPECT_FALSE(forge.broken());
  forge.now.steady += 2s;
  forge.handed(3);
  forge.handed(4);
  EXPECT_TRUE(forge.broken());
}

TEST(Order, SeesSegmentsOutOfOrderAndOnTwoSessions) {
  Order swapped, scattered, doubted;
  Forger one(swapped), two(scattered), three(doubted);
  one.handed(7, 1);
  EXPECT_TRUE(one.broken());
  two.handed(7, 0, 1);
  EXPECT_FALSE(two.broken());
  two.handed(7, 1, 2);
  EXPECT_TRUE(two.broken());
  three.event(EventType::in_doubt, State::in_doubt);
  three.handed(7, 1);
  EXPECT_FALSE(three.broken());
}

TEST(Urgency, SeesTheQueuePassIt) {
  for (const bool many : {false, true}) {
    Urgency checker(terms());
    Forger forge(checker);
    forge.job(7, store::Priority::high);
    forge.event(EventType::accepted, State::ready);
    for (JobNumber other = 100; other < (many ? 200 : 110); ++other) {
      forge.job(other);
      forge.handed(other);
    }
    forge.handed(7);
    EXPECT_EQ(forge.broken(), many);
  }
}

TEST(Events, SeesGapsRepetitionsAndWhatTheTableForbids) {
  Events gap, rewritten, again, missing;
  Forger one(gap), two(rewritten), three(again), four(missing);
  one.event(EventType::accepted, State::ready);
  EXPECT_FALSE(one.broken());
  ++one.seq;
  one.event(EventType::submitted, State::submitted);
  EXPECT_TRUE(one.broken());

  two.event(EventType::accepted, State::ready);
  store::Event other;
  other.type = EventType::accepted;
  two.see(EventRead{1, other, true});
  EXPECT_TRUE(two.broken());

  three.event(EventType::accepted, State::ready);
  three.event(EventType::submitted, State::submitted);
  EXPECT_FALSE(three.broken());
  three.event(EventType::submitted, State::submitted);
  EXPECT_TRUE(three.broken());

  four.see(EventMissing{3});
  EXPECT_TRUE(four.broken());

  for (const State late : {State::unknown, State::delivered}) {
    Events checker;
    Forger forge(checker);
    forge.event(EventType::accepted, State::ready);
    forge.event(EventType::submitted, State::submitted);
    forge.event(EventType::unknown, State::unknown);
    EXPECT_FALSE(forge.broken());
    forge.event(EventType::receipt_late, late);
    EXPECT_EQ(forge.broken(), late != State::unknown);
  }
}

TEST(Metrics, SeesACountThatIsNotTheStores) {
  for (const int what : {0, 1, 2, 3, 4, 5}) {
    Metrics checker;
    Forger forge(checker);
    forge.see(Began{1, 0});
    forge.event(EventType::accepted, State::ready);
    Rest rest;
    rest.counters.accepted = what == 1 ? 2 : 1;
    rest.jobs[static_cast<std::size_t>(State::ready)] = 1;
    rest.status.jobs[static_cast<std::size_t>(State::ready)] = what == 2 ? 0 : 1;
    if (what == 3) rest.parked["alpha"] = 1;
    if (what == 4) rest.campaigns = "file1";
    if (what == 5) rest.reports = "job 1";
    forge.see(rest);
    EXPECT_EQ(forge.broken(), what != 0) << what;
  }
}

TEST(Memory, SeesEveryBoundExceeded) {
  using engine::GatewayMemory;
  const std::pair<std::size_t GatewayMemory::*, std::size_t> bounds[] = {
      {&GatewayMemory::cached_octets, engine::Engine::kCacheOctetsMax + (2U << 20)},
      {&GatewayMemory::candidates, engine::Lane::kCandidatesMax + 1},
      {&GatewayMemory::inputs_waiting, 100'000},
      {&GatewayMemory::promises_held, 100'000},
      {&GatewayMemory::parked, engine::Engine::kParkedMax + 1},
  };
  for (const auto& [member, beyond] : bounds) {
    Memory checker(terms());
    Forger forge(checker);
    forge.see(Bounds{});
    EXPECT_FALSE(forge.broken());
    GatewayMemory memory;
    memory.*member = beyond;
    forge.see(Bounds{memory});
    EXPECT_TRUE(forge.broken());
  }
  Memory checker(terms());
  Forger forge(checker);
  Rest rest;
  rest.links.push_back({});
  rest.links.back().name = "alpha";
  rest.links.back().outbox = 100;
  forge.see(rest);
  EXPECT_TRUE(forge.broken());
}

TEST(Receipts, SeesOneThatIsNeitherMatchedNorReported) {
  for (const int fate : {0, 1, 2}) {
    Receipts checker;
    Forger forge(checker);
    forge.see(DeliveryAnswered{&forge.delivery(DeliveryKind::receipt), CommandStatus::ok});
    store::JobView view = Forger::view(7, State::submitted);
    if (fate == 1) view.state.segments[0].state = SegmentState::delivered;
    if (fate == 2) {
      store::Event event;
      event.type = EventType::receipt_unmatched;
      event.smsc = "alpha";
      event.message_id = "id";
      forge.see(EventRead{1, event, false});
    }
    forge.see(Finished{{}, {view}, 0});
    EXPECT_EQ(forge.broken(), fate == 0);
  }
}

TEST(Replies, SeesWhatIsLostRepeatedMixedOrInPieces) {
  const auto judged = [](const std::vector<std::pair<std::string, bool>>& told, std::chrono::seconds pause = 1s) {
    Replies checker{Terms{}};
    Forger forge(checker);
    for (std::uint8_t part = 1; part <= 2; ++part) {
      Delivery& one = forge.delivery(DeliveryKind::reply);
      one.whole = 7;
      one.part = part;
      one.total = 2;
      forge.see(Delivering{&one});
      forge.see(DeliveryAnswered{&one, CommandStatus::ok});
      forge.now.wall += pause;
    }
    for (const auto& [text, partial] : told) {
      store::Event event;
      event.type = EventType::replied;
      event.text = text;
      event.partial = partial;
      forge.see(EventRead{++forge.seq, event, false});
    }
    forge.see(Finished{{}, {}, 0});
    return forge.broken();
  };
  const std::string one = text_of_part(7, 1, 2), two = text_of_part(7, 2, 2);
  EXPECT_FALSE(judged({{one + two, false}}));
  EXPECT_TRUE(judged({}));
  EXPECT_TRUE(judged({{one + "[…]", true}})) << "the other is lost";
  EXPECT_TRUE(judged({{one + "[…]", true}, {"[…]" + two, true}})) << "it came whole";
  EXPECT_FALSE(judged({{one + "[…]", true}, {"[…]" + two, true}}, 600s)) << "too far apart";
  EXPECT_TRUE(judged({{one + two, false}, {"[…]" + two, true}})) << "one part twice";
  EXPECT_TRUE(judged({{two + one, false}})) << "out of order";
  EXPECT_TRUE(judged({{one + two, true}})) << "not partial";
  EXPECT_TRUE(judged({{one + text_of_part(8, 2, 2), false}})) << "of two";
}

TEST(OneEnd, SeesTwoEndsAndNone) {
  OneEnd twice, never, unfinished, untold, good;
  Forger one(twice), two(never), three(unfinished), four(untold), five(good);
  one.event(EventType::delivered, State::delivered);
  one.event(EventType::undelivered, State::undelivered);
  EXPECT_TRUE(one.broken());
  two.see(Finished{{}, {Forger::view(7, State::ready)}, 0});
  EXPECT_TRUE(two.broken());
  three.see(Finished{"a parked receipt", {}, 0});
  EXPECT_TRUE(three.broken());
  four.see(DeliveryAnswered{&four.delivery(DeliveryKind::receipt), CommandStatus::ok});
  four.see(Finished{{}, {Forger::view(7, State::submitted)}, 0});
  EXPECT_TRUE(four.broken());
  five.event(EventType::delivered, State::delivered);
  five.see(Finished{{}, {Forger::view(7, State::delivered)}, 0});
  EXPECT_FALSE(five.broken());
}

TEST(OneEnd, SeesAWaitThatNeverEndsAndOneThatEndsTooSoon) {
  using namespace std::chrono_literals;
  for (const int what : {0, 1, 2, 3}) {
    Terms made = terms();
    made.receipt_timeout = 10s;
    OneEnd checker(made);
    Forger forge(checker);
    store::JobView view = Forger::view(7, what < 2 ? State::submitted : State::unknown);
    view.state.expires_at = forge.now.wall + (what == 0 ? -20min : 1min);
    if (what >= 2) {
      view.state.reason = "receipt_timeout";
      view.state.history.push_back(
          {view.state.expires_at + (what == 2 ? -1s : 10s), State::unknown, "receipt_timeout"});
      forge.event(EventType::unknown, State::unknown);
    }
    forge.see(Finished{{}, {view}, 0});
    EXPECT_EQ(forge.broken(), what == 0 || what == 2) << what;
  }
}

// What makes a seed worth printing.
TEST(Run, TheSameSeedGivesTheSameFacts) {
  for (const std::uint64_t seed : {3, 17, 58}) {
    std::vector<std::string> first, second;
    for (auto* facts : {&first, &second}) {
      const Outcome outcome = run_seed(seed, 1500, [&](const Fact& fact, const Now& now) {
        facts->push_back(std::to_string(now.steady.time_since_epoch().count()) + " " + describe(fact));
      });
      EXPECT_FALSE(outcome.finding);
    }
    EXPECT_GT(first.size(), 300u);
    EXPECT_EQ(first, second);
  }
}

}  // namespace
}  // namespace dunlin::simulation

// Receipts that come before the response with their id, flagged as such or not.
#include "unit/engine/receipts_world.hpp"

namespace dunlin::engine::testing {
namespace {

TEST_F(Receipts, AreKeptWhenTheyCameEarlyAndWithTheirTlvs) {
  start_unanswered();
  smpp::DeliverSm early;
  early.source_addr = "48601000001";
  early.esm_class = 0x04;
  early.tlvs.set(smpp::tlv::receipted_message_id, "38601fa");
  early.tlvs.set(smpp::tlv::message_state, smpp::MessageState::delivered);
  early.tlvs.add_raw(0x1403, octets_of("\x01\xFE"));
  world.deliver("alpha", early);
  world.run(10ms);
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").parked, 1u);
  world.answer_as("alpha", 0, "38601FA");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(world.view("A").state.segments.at(0).receipts.at(0).tlvs,
            "receipted_message_id=38601fa message_state=2 0x1403=01fe");
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").parked, 0u);
}

TEST_F(Receipts, ArePlacedByTheTextsIdWhereTheTlvsIsAnother) {
  start_unanswered();
  smpp::DeliverSm early;
  early.source_addr = "48601000001";
  early.esm_class = 0x04;
  early.short_message = "id:1479978899.393701000100 stat:DELIVRD";
  early.tlvs.set(smpp::tlv::receipted_message_id, "1479978899@1154905154");
  world.deliver("alpha", early);
  world.run(10ms);
  world.crash();  // what is parked is found by either name after a restart
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").parked, 1u);
  peer().submits.clear();
  world.run(70s);  // in doubt, settled by what is parked
  EXPECT_EQ(world.state("A"), State::delivered);
  submit("B", {"1479978899.393701000200"}, "+48601000002");
  early.source_addr = "48601000002";
  early.short_message = "id:1479978899.393701000200 stat:DELIVRD";
  early.tlvs.set(smpp::tlv::receipted_message_id, "1479978899@2");
  world.deliver("alpha", early);
  world.run(10ms);
  EXPECT_EQ(world.state("B"), State::delivered);
}

TEST_F(Receipts, EarlyOnesAreFoundByTheIdOfTheirText) {
  start_unanswered();
  smpp::DeliverSm early;
  early.source_addr = "48601000001";
  early.esm_class = 0x04;
  early.short_message = "id:17.3 stat:DELIVRD";
  early.tlvs.set(smpp::tlv::receipted_message_id, "17@9");
  world.deliver("alpha", early);
  world.run(10ms);
  world.answer_as("alpha", 0, "17.3");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(rows(store::Family::parked), 0u);
}

TEST_F(Receipts, EarlyOnesTeachToo) {
  start_unanswered();
  receipt("0059113978");
  world.answer_as("alpha", 0, "38601fa");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(form(), MessageIdForm::hex_to_decimal);
}

TEST_F(Receipts, UnflaggedOnesCountOnlyWhereIdAndNumberAreOurs) {
  start();
  submit("A", {"4711"});
  unflagged("id:4711 stat:DELIVRD err:000", "48602222222");
  EXPECT_EQ(replies(), 1u) << "somebody else's text";
  unflagged("id:4712 stat:DELIVRD err:000");
  EXPECT_EQ(replies(), 2u) << "an id nobody waits for";
  EXPECT_EQ(world.state("A"), State::submitted);
  unflagged("id:4711 stat:DELIVRD err:000");
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(replies(), 2u);
  EXPECT_EQ(peer().answers.size(), 3u);
}

TEST_F(Receipts, UnflaggedOnesWaitForTheAnswerTheyCameBefore) {
  start_unanswered();
  unflagged("id:4711 stat:DELIVRD err:000");
  unflagged("id:my stat:DELIVRD is what I got");
  unflagged("id:4711 stat:DELIVRD err:000");  // again
  EXPECT_EQ(replies(), 0u) << "neither is told before it is known what it is";
  EXPECT_EQ(peer().answers.size(), 3u) << "an SMSC may wait for our answer before it gives its own";
  EXPECT_EQ(rows(store::Family::parked), 2u);
  world.answer_as("alpha", 0, "4711");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 2u);
  ASSERT_EQ(replies(), 1u) << "the other is a person's";
  const store::Event told = world.all_events().back();
  EXPECT_EQ(told.text, "id:my stat:DELIVRD is what I got");
  EXPECT_EQ(told.from, "+48601000001");
  EXPECT_EQ(told.to, "ACME");
  EXPECT_EQ(rows(store::Family::parked), 0u);
  EXPECT_EQ(peer().answers.size(), 3u);
}

TEST_F(Receipts, UnflaggedOnesWaitForTheLastAnswerAtTheirNumber) {
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  ASSERT_TRUE(world.submit(World::job("B")));
  world.run(10ms);
  unflagged("id:2 stat:DELIVRD");
  world.answer_as("alpha", 0, "1");
  world.run(10ms);
  EXPECT_EQ(replies(), 0u) << "it may be of the other";
  world.answer_as("alpha", 1, "2");
  world.run(10ms);
  EXPECT_EQ(world.state("B"), State::delivered);
  EXPECT_EQ(replies(), 0u);
}

TEST_F(Receipts, UnflaggedOnesOfALostLinkAreToldOnceAsWhatAPersonWrote) {
  start_unanswered();
  unflagged("id:4711 stat:DELIVRD");
  unflagged("id:4711 stat:DELIVRD err:001");  // two under one id are told one by one
  unflagged("id:4711 stat:DELIVRD");          // and what is repeated, once
  EXPECT_EQ(peer().answers.size(), 3u) << "so none of them comes again";
  world.drop("alpha");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::in_doubt) << "its id was never learned";
  EXPECT_EQ(replies(), 2u);
  world.run(30s);
  EXPECT_EQ(replies(), 2u);
  EXPECT_EQ(rows(store::Family::parked), 0u);
}

TEST_F(Receipts, UnflaggedOnesOutliveACrash) {
  for (int steps = 0; steps < 6; ++steps) {
    SCOPED_TRACE(steps);
    if (steps == 0) start();
    world.run(1s);
    peer().answering = false;
    const std::uint64_t before = steps == 0 ? 0 : replies();
    ASSERT_TRUE(world.submit(World::job("A" + std::to_string(steps), "+4860100000" + std::to_string(steps))));
    world.run(10ms);
    unflagged("id:x" + std::to_string(steps) + " stat:DELIVRD", "4860100000" + std::to_string(steps));
    ASSERT_EQ(peer().answers.size(), static_cast<std::size_t>(steps) + 1);
    world.store_stalled = true;  // somewhere on the way to being told
    world.drop("alpha");
    for (int i = 0; i < steps; ++i) world.store_steps(1);
    world.store_stalled = false;
    world.crash();
    world.run(Engine::kParkedFor + 2s);
    EXPECT_EQ(replies(), before + 1);
    EXPECT_EQ(rows(store::Family::parked), 0u);
  }
}

// The appointment is gone with the batch that began to tell it; the crash comes before the one that ends it.
TEST_F(Receipts, UnflaggedOnesWhoseTimeIsOverOutliveACrash) {
  for (std::size_t steps = 0; steps < 8; ++steps) {
    SCOPED_TRACE(steps);
    World each;
    each.settings.smscs[0].response_timeout = 1h;
    each.smscs["alpha"].answering = false;
    each.start();
    ASSERT_TRUE(each.submit(World::job("A")));
    each.run(10ms);
    each.reply("alpha", "48601000001", "id:4711 stat:DELIVRD");
    each.run(10ms);
    each.run(Engine::kParkedFor - 100ms);
    each.store_stalled = true;
    each.run(3s);
    each.store_steps(steps);
    each.store_stalled = false;
    each.crash();
    each.run(3s);
    const auto told = [&each] { return std::ranges::count(each.events(), "replied"); };
    EXPECT_EQ(told(), 1);
    each.run(Engine::kParkedFor + 2s);
    EXPECT_EQ(told(), 1) << "told once";
  }
}

TEST_F(Receipts, UnflaggedOnesOfSegmentsThatShareAnIdEachCount) {
  start_unanswered(kLong);
  ASSERT_EQ(peer().submits.size(), 2u);
  unflagged("id:5 stat:DELIVRD");
  unflagged("id:5 stat:DELIVRD");
  world.answer_as("alpha", 0, "5");
  world.answer_as("alpha", 1, "5");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(replies(), 0u);
}

TEST_F(Receipts, EarlyOnesOfSegmentsThatShareAnIdSettleNoDoubt) {
  start_unanswered(kLong);
  receipt("5");
  receipt("5");
  world.answer_as("alpha", 0, "5");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::submitting);
  world.crash();  // and what is left waits on disk; the second segment's answer is lost
  EXPECT_EQ(rows(store::Family::parked), 1u);
  world.run(Engine::kParkedFor + 5s);
  EXPECT_EQ(rows(store::Family::parked), 0u);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 2u) << "that it was the second segment's nothing says";
}

TEST_F(Receipts, EarlyOnesThatWereRepeatedAreKeptWithTheirSegment) {
  start_unanswered(kLong);
  receipt("5");
  receipt("5");
  world.answer_as("alpha", 0, "5");
  world.answer_as("alpha", 1, "6");
  world.run(10ms);
  receipt("6");
  EXPECT_EQ(world.state("A"), State::delivered);
  world.run(Engine::kParkedFor + 2s);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 2u);
  EXPECT_EQ(world.view("A").state.segments[1].receipts.size(), 1u);
  EXPECT_EQ(std::ranges::count(world.events(), "receipt_unmatched"), 0);
}

TEST_F(Receipts, UnflaggedOnesBeyondTheBoundAreAPersons) {
  start_unanswered();
  for (std::size_t i = 0; i < Engine::kUnflaggedMax; ++i) {
    world.reply("alpha", "48601000001", "id:9" + std::to_string(i) + " stat:DELIVRD");
  }
  world.run(10ms);
  EXPECT_EQ(replies(), 0u);
  unflagged("id:4711 stat:DELIVRD");
  EXPECT_EQ(replies(), 1u);
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").taken_as_replies, 1u);
  EXPECT_EQ(rows(store::Family::parked), Engine::kUnflaggedMax);
  world.answer_as("alpha", 0, "90");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(replies(), Engine::kUnflaggedMax);
}

TEST_F(Receipts, AFlaggedOneOfTheSameIdMakesAReceiptOfAnUnflagged) {
  start_unanswered();
  unflagged("id:4711 stat:ACCEPTD");
  receipt("4711");
  EXPECT_EQ(rows(store::Family::parked), 1u);
  world.answer_as("alpha", 0, "4711");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 2u);
  EXPECT_EQ(replies(), 0u);
}

TEST_F(Receipts, AnUnflaggedFinalOneAfterAFlaggedOfTheSameIdCounts) {
  start_unanswered();
  receipt("4711", "ACCEPTD");
  unflagged("id:4711 stat:DELIVRD");
  world.answer_as("alpha", 0, "4711");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 2u);
  EXPECT_EQ(replies(), 0u);
}

TEST_F(Receipts, EarlyOneWithoutASourceIsJoined) {
  start_unanswered();
  receipt("1a", "DELIVRD", "");
  world.answer_as("alpha", 0, "1a");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
}

}  // namespace
}  // namespace dunlin::engine::testing

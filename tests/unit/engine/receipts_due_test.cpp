// Receipts that do not come: ended without, asked for with query_sm.
#include "unit/engine/receipts_world.hpp"

namespace dunlin::engine::testing {
namespace {

TEST_F(Receipts, ThatNeverComeEndTheJobAsUnknown) {
  start();
  submit("A", {"1a"});
  world.run(kExpires + kTimeout - 1s);
  EXPECT_EQ(world.state("A"), State::submitted);
  world.run(3s);
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(world.view("A").state.reason, "receipt_timeout");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "unknown"}));
  EXPECT_EQ(world.all_events().back().reason, "receipt_timeout");
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").missing, 1u);

  world.run(kTimeout - 10s);
  receipt("1a");
  receipt("1a");
  EXPECT_EQ(world.state("A"), State::unknown) << "an end is an end";
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "unknown", "receipt_late"})) << "told once";
  EXPECT_EQ(world.all_events().back().reason, "DELIVRD 000");
  EXPECT_EQ(world.view("A").state.segments.at(0).state, store::SegmentState::delivered);
  EXPECT_EQ(world.view("A").state.segments.at(0).receipts.size(), 2u);
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").late, 1u);

  EXPECT_EQ(rows(store::Family::sent), 1u);
  world.run(15s);
  EXPECT_EQ(rows(store::Family::sent), 0u) << "forgotten";
  EXPECT_EQ(rows(store::Family::calendar), 0u);
  receipt("1a");
  world.run(Engine::kParkedFor + 2s);
  EXPECT_EQ(world.events().back(), "receipt_unmatched");
}

TEST_F(Receipts, TheWaitIsFoundInTheStoreAfterARestart) {
  start();
  submit("A", {"1a"});
  world.crash();
  world.run(kExpires + 5s);
  world.crash();
  world.run(kTimeout);
  EXPECT_EQ(world.state("A"), State::unknown);
  world.crash();
  receipt("1a");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "unknown", "receipt_late"}));
  world.crash();
  world.run(kTimeout + 5s);
  EXPECT_EQ(rows(store::Family::sent), 0u);
}

TEST_F(Receipts, OfSomeSegmentsLeaveTheJobUnknownAndItSaysWhich) {
  start();
  submit("A", {"a1", "a2"});
  receipt("a1");
  world.run(kExpires + kTimeout + 2s);
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(world.view("A").state.reason, "partial: 1 of 2 parts delivered; receipt_timeout (segment 2 of 2)");
  EXPECT_EQ(world.view("A").state.segments.at(0).state, store::SegmentState::delivered);
  receipt("a2");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "unknown", "receipt_late"}));
}

TEST_F(Receipts, OneThatSaysItFailedOutweighsOneThatNeverCame) {
  start();
  submit("A", {"a1", "a2"});
  receipt("a1", "UNDELIV");
  world.run(kExpires + kTimeout + 2s);
  EXPECT_EQ(world.state("A"), State::undelivered);
}

TEST_F(Receipts, AreForgottenAfterTheirTimeWhereTheJobHasEnded) {
  start();
  submit("A", {"1a"});
  submit("B", {"1b"}, "+48601000002");
  receipt("1a");
  receipt("1b", "DELIVRD", "48601000002");
  world.run(kExpires + kTimeout - 5s);
  EXPECT_EQ(rows(store::Family::sent), 2u) << "SMSCs repeat receipts";
  submit("C", {"1b"}, "+48601000003");  // and use ids again
  world.run(10s);
  EXPECT_EQ(rows(store::Family::sent), 1u) << "C's is left";
  receipt("1b", "DELIVRD", "48601000003");
  EXPECT_EQ(world.state("C"), State::delivered);
}

TEST_F(Receipts, ThatWereNotAskedForAreNotWaitedFor) {
  smsc().receipts = false;
  start();
  submit("A", {"1a"});
  EXPECT_EQ(peer().submits.back().pdu.registered_delivery, 0);
  world.run(kExpires + 2s);
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(world.view("A").state.reason, "receipts_off");
  receipt("1a");
  EXPECT_EQ(world.events("A").back(), "receipt_late") << "some SMSCs send them all the same";
  submit("B", {"1b"}, "+48601000002");
  receipt("1b", "DELIVRD", "48601000002");
  EXPECT_EQ(world.state("B"), State::delivered);
}

TEST_F(Receipts, OfMessagesWithoutAnIdAreNotWaitedFor) {
  start();
  submit("A", {""});
  world.run(kExpires + 2s);
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(world.view("A").state.reason, "no_message_id");
  EXPECT_EQ(rows(store::Family::calendar),
            1u);  // its stray, until no receipt can come that might be taken for another's
}

TEST_F(Receipts, ADoubtNobodySettlesEndsWithThem) {
  world.settings.dunning.in_doubt = store::InDoubtPolicy::hold;
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  world.drop("alpha");
  world.run(2min);
  EXPECT_EQ(world.state("A"), State::in_doubt);
  world.run(kExpires + kTimeout);
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(rows(store::Family::inflight), 0u);
  EXPECT_EQ(rows(store::Family::sent), 1u) << "a stray: its receipt must mislead nobody";
  world.run(kTimeout + 2s);
  EXPECT_EQ(rows(store::Family::sent), 0u);
  EXPECT_EQ(rows(store::Family::calendar), 0u);
}

class Query : public Receipts {
 protected:
  Query() { smsc().query = true; }
  void until_asked() { world.run(kExpires + kTimeout + 2s); }
};

TEST_F(Query, SettlesWhatNoReceiptDid) {
  start();
  peer().query_state = smpp::MessageState::delivered;
  submit("A", {"1a"});
  until_asked();
  ASSERT_EQ(peer().queries.size(), 1u);
  EXPECT_EQ(peer().queries[0].message_id.view(), "1a");
  EXPECT_EQ(peer().queries[0].source_addr.view(), "ACME");
  EXPECT_EQ(world.state("A"), State::delivered);
  const auto kept = world.view("A").state.segments.at(0).receipts.at(0).text;
  EXPECT_NE(kept.find("query_sm_resp DELIVRD"), std::string::npos) << kept;
  EXPECT_EQ(world.gateway->counters().receipts.at("alpha").missing, 0u);
}

TEST_F(Query, AsksOnlyForSegmentsWithoutAnOutcome) {
  start();
  peer().query_state = smpp::MessageState::undeliverable;
  submit("A", {"a1", "a2"});
  receipt("a1");
  until_asked();
  ASSERT_EQ(peer().queries.size(), 1u);
  EXPECT_EQ(peer().queries[0].message_id.view(), "a2");
  EXPECT_EQ(world.state("A"), State::undelivered);
}

TEST_F(Query, AnUnfinishedStateEndsTheJobAsUnknown) {
  start();
  peer().query_state = smpp::MessageState::enroute;
  submit("A", {"1a"});
  until_asked();
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(world.view("A").state.reason, "receipt_timeout");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "unknown"}));
}

TEST_F(Query, AFailedOneEndsTheJobAsUnknown) {
  start();
  peer().query_status = CommandStatus::query_failed;
  submit("A", {"1a"});
  submit("B", {"1b"}, "+48601000002");
  until_asked();
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(world.state("B"), State::unknown);
  EXPECT_EQ(peer().queries.size(), 2u) << "that one message is unknown says nothing of the next";
}

TEST_F(Query, IsNotAskedAgainWhereItIsUnknownUntilTheNextBind) {
  start();
  peer().query_status = CommandStatus::invalid_command_id;
  peer().query_nacked = true;
  for (const std::string id : {"7", "8", "9"}) submit(id, {"1" + id}, "+4860100000" + id);
  until_asked();
  for (const std::string id : {"7", "8", "9"}) EXPECT_EQ(world.state(id), State::unknown) << id;
  EXPECT_EQ(peer().queries.size(), 1u);
  EXPECT_EQ(logged("knows no query_sm"), 1u);
  world.drop("alpha");
  world.run(5s);
  submit("D", {"1d"}, "+48601000004");
  until_asked();
  EXPECT_EQ(peer().queries.size(), 2u);
}

TEST_F(Query, NobodyAnswers) {
  start();
  peer().query_status.reset();
  submit("A", {"1a"});
  until_asked();
  EXPECT_EQ(world.state("A"), State::submitted);
  world.run(Engine::kQueryWait + 2s);
  EXPECT_EQ(world.state("A"), State::unknown);
}

TEST_F(Query, IsNotRepeatedByARestart) {
  start();
  peer().query_status.reset();
  submit("A", {"1a"});
  until_asked();
  world.crash();
  world.run(Engine::kQueryWait + 2s);
  EXPECT_EQ(world.state("A"), State::unknown);
  EXPECT_EQ(peer().queries.size(), 1u);
}

TEST_F(Query, OfALinkThatIsAwayIsNotWaitedFor) {
  start();
  submit("A", {"1a"});
  world.drop("alpha", false);
  until_asked();
  EXPECT_EQ(world.state("A"), State::unknown);
}

TEST_F(Query, AsksWithoutReceiptsAtTheEndOfTheValidity) {
  smsc().receipts = false;
  start();
  peer().query_state = smpp::MessageState::delivered;
  submit("A", {"1a"});
  world.run(kExpires + 2s);
  EXPECT_EQ(world.state("A"), State::delivered);
}

}  // namespace
}  // namespace dunlin::engine::testing

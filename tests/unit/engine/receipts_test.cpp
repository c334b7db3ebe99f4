// Receipts in the engine: kept as they came, placed whatever dialect names them, ended without when none comes, asked
// for with query_sm.
#include <set>

#include "engine/dialect.hpp"
#include "engine/engine.hpp"
#include "engine/kept_receipt.hpp"
#include "world.hpp"

namespace dunlin::engine::testing {
namespace {

using Names = std::vector<std::string>;
using smpp::CommandStatus;

constexpr std::chrono::minutes kExpires{10}, kTimeout{20};
const std::string kLong(200, 'x');  // two segments

class Receipts : public ::testing::Test {
 protected:
  Receipts() {
    world.settings.dunning.expires_default = kExpires;
    smsc().receipt_timeout = kTimeout;
  }
  SmscSettings& smsc() { return world.settings.smscs[0]; }
  ScriptedSmsc& peer() { return world.smscs["alpha"]; }
  void start() { world.start(); }
  // Submitted and answered with these ids, one a segment.
  void submit(const std::string& id, const std::vector<std::string>& message_ids,
              const std::string& to = "+48601000001") {
    peer().answering = false;
    const std::size_t first = peer().submits.size();
    ASSERT_TRUE(world.submit(World::job(id, to, message_ids.size() > 1 ? kLong : "Please pay")));
    world.run(10ms);
    ASSERT_EQ(peer().submits.size(), first + message_ids.size());
    for (std::size_t i = 0; i < message_ids.size(); ++i) world.answer_as("alpha", first + i, message_ids[i]);
    world.run(10ms);
  }
  void receipt(const std::string& id, const std::string& stat = "DELIVRD", const std::string& from = "48601000001") {
    world.receipt("alpha", id, from, stat);
    world.run(10ms);
  }
  // A deliver_sm that no flag calls a receipt.
  void unflagged(const std::string& text, const std::string& from = "48601000001") {
    world.reply("alpha", from, text);
    world.run(10ms);
  }
  std::size_t rows(store::Family family) {
    auto found = world.kv.scan({family, {}, {}, 1000});
    return found ? found->size() : 0;
  }
  std::size_t logged(std::string_view words) {
    return static_cast<std::size_t>(
        std::count_if(world.logged.begin(), world.logged.end(),
                      [&](const std::string& each) { return each.find(words) != std::string::npos; }));
  }
  MessageIdForm form() { return world.gateway->links(world.now)[0].message_id; }
  std::uint64_t replies() {
    const auto all = world.events();
    return static_cast<std::uint64_t>(std::count(all.begin(), all.end(), "replied"));
  }
  World world;
};

TEST_F(Receipts, AreKeptAsTheyCame) {
  start();
  submit("A", {"77"});
  receipt("77", "ENROUTE");
  receipt("77");
  const auto segment = world.view("A").state.segments.at(0);
  ASSERT_EQ(segment.receipts.size(), 2u);
  EXPECT_NE(segment.receipts[0].text.find("id:77 sub:001"), std::string::npos);
  EXPECT_NE(segment.receipts[0].text.find("stat:ENROUTE"), std::string::npos);
  EXPECT_NE(segment.receipts[1].text.find("stat:DELIVRD"), std::string::npos);
  EXPECT_GE(segment.receipts[1].at, segment.receipts[0].at);
  for (int i = 0; i < 6; ++i) receipt("77", "ACCEPTD");
  const auto kept = world.view("A").state.segments.at(0).receipts;
  ASSERT_EQ(kept.size(), store::kKeptReceiptsMax);
  EXPECT_NE(kept.front().text.find("stat:ENROUTE"), std::string::npos) << "the first stays";
  EXPECT_NE(kept.back().text.find("stat:ACCEPTD"), std::string::npos);
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "delivered"}))
      << "an intermediate one after the final one changes nothing";
}

TEST_F(Receipts, AreKeptWhenTheyCameEarlyAndWithTheirTlvs) {
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
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
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
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
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
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

struct Spoken {
  const char* response;
  const char* receipt;
  MessageIdForm form;
};
const Spoken kSpoken[] = {
    {"38601fa", "0059113978", MessageIdForm::hex_to_decimal},
    {"18d0e03a", "0416342074", MessageIdForm::hex_to_decimal},
    {"59113978", "38601FA", MessageIdForm::decimal_to_hex},
    {"812FC7470000001B", "9308878062554710043", MessageIdForm::hex_to_decimal},
    {"abc-DEF-1", "ABC-def-1", MessageIdForm::verbatim},
    {"0012345678", "12345678", MessageIdForm::verbatim},
    {"0x1A2B", "6699", MessageIdForm::hex_to_decimal},
    {"0x1A2C", "1a2c", MessageIdForm::verbatim},
    {"0e999f21-0000-4000-8000-0000000000aa", "0E999F21-0000-4000-8000-0000000000AA", MessageIdForm::verbatim},
    {"SAR-000-1eedf843-2-1", "SAR-000-1eedf843-2-1", MessageIdForm::verbatim},
};

TEST_F(Receipts, OfEveryDialectFindTheirMessageAndTeachTheForm) {
  for (const Spoken& spoken : kSpoken) {
    World each;
    each.smscs["alpha"].answering = false;
    each.start();
    ASSERT_TRUE(each.submit(World::job("A")));
    each.run(10ms);
    EXPECT_EQ(each.gateway->links(each.now)[0].message_id, MessageIdForm::automatic);
    each.answer_as("alpha", 0, spoken.response);
    each.run(10ms);
    each.receipt("alpha", spoken.receipt, "48601000001");
    each.run(10ms);
    EXPECT_EQ(each.state("A"), State::delivered) << spoken.receipt;
    EXPECT_EQ(each.gateway->links(each.now)[0].message_id, spoken.form) << spoken.receipt;
    EXPECT_TRUE(each.gateway->links(each.now)[0].message_id_learned);
  }
}

TEST_F(Receipts, TeachNothingWhereAnIdIsTheSameInEveryBase) {
  start();
  submit("A", {"7"});
  receipt("7");
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(form(), MessageIdForm::automatic);
}

TEST_F(Receipts, EarlyOnesTeachToo) {
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  receipt("0059113978");
  world.answer_as("alpha", 0, "38601fa");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(form(), MessageIdForm::hex_to_decimal);
}

TEST_F(Receipts, AnotherDialectStillCorrelatesAndIsToldOnce) {
  start();
  for (int i = 0; i < 3; ++i) {
    submit("hex" + std::to_string(i), {"38601f" + std::to_string(i)});
    receipt(std::to_string(0x38601f0 + i));
  }
  EXPECT_EQ(form(), MessageIdForm::hex_to_decimal);
  EXPECT_EQ(logged("hex-to-decimal"), 1u);
  world.crash();
  EXPECT_EQ(form(), MessageIdForm::hex_to_decimal) << "remembered over a restart";
  for (std::uint32_t i = 0; i < Dialect::kChangeAfter; ++i) {
    EXPECT_EQ(form(), MessageIdForm::hex_to_decimal);
    submit("same" + std::to_string(i), {"aa0" + std::to_string(i)});
    receipt("aa0" + std::to_string(i));
    EXPECT_EQ(world.state("same" + std::to_string(i)), State::delivered);
  }
  EXPECT_EQ(form(), MessageIdForm::verbatim);
  EXPECT_EQ(logged("verbatim now, and no longer hex-to-decimal"), 1u);
  EXPECT_EQ(logged("hex-to-decimal now"), 0u);
}

TEST_F(Receipts, AConfiguredFormIsTheOnlyOne) {
  smsc().message_id = MessageIdForm::verbatim;
  start();
  submit("A", {"38601fa"});
  receipt("0059113978");
  EXPECT_EQ(world.state("A"), State::submitted);
  EXPECT_FALSE(world.gateway->links(world.now)[0].message_id_learned);
  receipt("38601FA");
  EXPECT_EQ(world.state("A"), State::delivered);
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
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  unflagged("id:4711 stat:DELIVRD err:000");
  unflagged("id:my stat:DELIVRD is what I got");
  unflagged("id:4711 stat:DELIVRD err:000");  // again
  EXPECT_EQ(replies(), 0u) << "neither is told before it is known what it is";
  EXPECT_EQ(peer().answers.size(), 3u) << "an SMSC may wait for our answer before it gives its own";
  EXPECT_EQ(rows(store::Family::parked), 2u);
  world.answer_as("alpha", 0, "4711");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 1u) << "the repeated one is kept once";
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
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  unflagged("id:4711 stat:DELIVRD");
  unflagged("id:4711 stat:DELIVRD err:001");  // two under one id are told one by one
  EXPECT_EQ(peer().answers.size(), 2u) << "so none of them comes again";
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

TEST_F(Receipts, UnflaggedOnesBeyondTheBoundAreAPersons) {
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  for (std::size_t i = 0; i < Engine::kUnflaggedMax; ++i) {
    world.reply("alpha", "48601000001", "id:9" + std::to_string(i) + " stat:DELIVRD");
  }
  world.run(10ms);
  EXPECT_EQ(replies(), 0u);
  unflagged("id:4711 stat:DELIVRD");
  EXPECT_EQ(replies(), 1u);
  EXPECT_EQ(rows(store::Family::parked), Engine::kUnflaggedMax);
  world.answer_as("alpha", 0, "90");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(replies(), Engine::kUnflaggedMax);
}

TEST_F(Receipts, AFlaggedOneOfTheSameIdMakesAReceiptOfAnUnflagged) {
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
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
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  receipt("4711", "ACCEPTD");
  unflagged("id:4711 stat:DELIVRD");
  world.answer_as("alpha", 0, "4711");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
  EXPECT_EQ(world.view("A").state.segments[0].receipts.size(), 2u);
  EXPECT_EQ(replies(), 0u);
}

TEST_F(Receipts, OfSegmentsThatShareOneIdEachCounts) {
  start();
  submit("A", {"5", "5"});
  receipt("5");
  EXPECT_EQ(world.state("A"), State::submitted);
  receipt("5");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "delivered"}));
}

TEST_F(Receipts, EarlyOneWithoutASourceIsJoined) {
  start();
  peer().answering = false;
  ASSERT_TRUE(world.submit(World::job("A")));
  world.run(10ms);
  receipt("1a", "DELIVRD", "");
  world.answer_as("alpha", 0, "1a");
  world.run(10ms);
  EXPECT_EQ(world.state("A"), State::delivered);
}

// Its id was never learned: its receipt could be any job's at that number.
TEST_F(Receipts, OfAMessageWithoutAnIdSettlesNoOthersDoubt) {
  start();
  submit("A", {""});
  ASSERT_TRUE(world.submit(World::job("B", "+48601000001", "Please pay")));
  world.run(10ms);
  world.drop("alpha");
  world.run(10ms);
  ASSERT_EQ(world.state("B"), State::in_doubt);
  world.run(3s);
  receipt("77");
  EXPECT_EQ(world.state("B"), State::in_doubt);
}

TEST_F(Receipts, TwoFinalOnesAreToldOnce) {
  start();
  submit("A", {"1a"});
  receipt("1a", "UNDELIV");
  receipt("1a", "DELIVRD");
  receipt("1a", "UNDELIV");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "undelivered"}));
  EXPECT_EQ(world.view("A").state.segments.at(0).receipts.size(), 3u);
}

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

TEST(Dialect, IsLearnedAtOnceAndChangedSlowly) {
  Dialect dialect;
  EXPECT_EQ(dialect.forms().size(), 3u);
  EXPECT_FALSE(dialect.learned());
  EXPECT_TRUE(dialect.found(MessageIdForm::decimal_to_hex));
  EXPECT_EQ(dialect.forms()[0], MessageIdForm::decimal_to_hex);
  for (std::uint32_t i = 1; i < Dialect::kChangeAfter; ++i) EXPECT_FALSE(dialect.found(MessageIdForm::verbatim));
  EXPECT_FALSE(dialect.found(MessageIdForm::decimal_to_hex));
  for (std::uint32_t i = 1; i < Dialect::kChangeAfter; ++i) EXPECT_FALSE(dialect.found(MessageIdForm::verbatim));
  EXPECT_TRUE(dialect.found(MessageIdForm::verbatim));
  EXPECT_EQ(dialect.form(), MessageIdForm::verbatim);
  Dialect fixed(MessageIdForm::hex_to_decimal);
  EXPECT_FALSE(fixed.found(MessageIdForm::verbatim));
  EXPECT_EQ(fixed.forms().size(), 1u);
  EXPECT_FALSE(fixed.learned());
}

TEST(KeptReceipt, IsPrintableAndBounded) {
  using namespace std::string_literals;
  EXPECT_EQ(printable(octets_of("id:1 text:a\\b\x84\n"s)), "id:1 text:a\\\\b\\x84\\x0a");
  EXPECT_EQ(printable(octets_of("\0i\0d\x04\x3f"s)), "id\\u043f");
  EXPECT_EQ(printable(octets_of(""s)), "");
  const std::string cut = printable(octets_of(std::string(1000, '\x80')));
  EXPECT_LE(cut.size(), store::kKeptTextMax);
  EXPECT_TRUE(cut.ends_with("\\x80..."));
  smpp::TlvSet many;
  for (int i = 0; i < 200; ++i) many.add_raw(0x1400, octets_of("12345678"));
  EXPECT_LE(printable(many).size(), store::kKeptTextMax);
  smpp::TlvSet binary;
  binary.add_raw(smpp::tlv::receipted_message_id.tag, octets_of("\x01\x02"s));
  binary.add_raw(smpp::tlv::message_payload.tag, octets_of("secret"s));
  EXPECT_EQ(printable(binary), "receipted_message_id=0102");
}

}  // namespace
}  // namespace dunlin::engine::testing

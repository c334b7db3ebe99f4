// Receipts in the engine: kept as they came, placed whatever dialect names them.
#include "unit/engine/receipts_world.hpp"

namespace dunlin::engine::testing {
namespace {

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

TEST_F(Receipts, OfSegmentsThatShareOneIdEachCounts) {
  start();
  submit("A", {"5", "5"});
  receipt("5");
  EXPECT_EQ(world.state("A"), State::submitted);
  receipt("5");
  EXPECT_EQ(world.events("A"), (Names{"accepted", "submitted", "delivered"}));
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

}  // namespace
}  // namespace dunlin::engine::testing

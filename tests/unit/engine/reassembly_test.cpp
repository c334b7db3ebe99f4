// Replies in parts: any order, repeated, over sessions and restarts; told once, whole or as partial.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "engine/parts.hpp"
#include "unit/engine/world.hpp"

namespace dunlin::engine {
namespace {

using namespace testing;
using smpp::CommandStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

enum class How : std::uint8_t { udh8, udh16, sar, sar_data_sm };
constexpr How kHows[] = {How::udh8, How::udh16, How::sar, How::sar_data_sm};

constexpr std::string_view kFrom = "48601000001";

smpp::Body part(How how, std::uint16_t reference, std::uint8_t total, std::uint8_t number, std::string_view octets,
                std::uint8_t data_coding = 0, std::string_view from = kFrom) {
  Octets user_data;
  if (how == How::udh8) user_data = {5, 0, 3, static_cast<std::uint8_t>(reference), total, number};
  if (how == How::udh16)
    user_data = {6,     8,     4, static_cast<std::uint8_t>(reference >> 8), static_cast<std::uint8_t>(reference),
                 total, number};
  user_data.insert(user_data.end(), octets.begin(), octets.end());
  const auto fill = [&](auto& pdu) {
    pdu.source_addr = std::string(from);
    pdu.source_addr_ton = smpp::Ton{1};
    pdu.destination_addr = "ACME";
    pdu.data_coding = data_coding;
    if (how == How::udh8 || how == How::udh16) {
      pdu.esm_class = 0x40;
    } else {
      pdu.tlvs.set(smpp::tlv::sar_msg_ref_num, reference);
      pdu.tlvs.set(smpp::tlv::sar_total_segments, total);
      pdu.tlvs.set(smpp::tlv::sar_segment_seqnum, number);
    }
  };
  if (how == How::sar_data_sm) {
    smpp::DataSm data;
    fill(data);
    data.tlvs.set(smpp::tlv::message_payload, user_data);
    return data;
  }
  smpp::DeliverSm deliver;
  fill(deliver);
  deliver.short_message = user_data;
  return deliver;
}

class Reassembly : public ::testing::Test {
 protected:
  void SetUp() override { world.start(); }
  void deliver(smpp::Body body) {
    world.deliver("alpha", std::move(body));
    world.run(5ms);
  }
  std::vector<store::Event> replies() {
    std::vector<store::Event> told;
    for (store::Event& event : world.all_events()) {
      if (event.type == store::EventType::replied) told.push_back(std::move(event));
    }
    return told;
  }
  std::size_t answered() { return world.smscs["alpha"].answers.size(); }
  std::size_t rows() { return world.kv.scan(store::keys::parts_all(100'000))->size(); }
  void leave_no_trace() {
    world.run(25min);
    EXPECT_EQ(rows(), 0u);
    const auto calendar = world.kv.scan({store::Family::calendar, "", "", 1000});
    EXPECT_THAT(*calendar, IsEmpty());
  }
  World world;
};

TEST_F(Reassembly, InAnyOrderAndTwiceEachMakesOneReply) {
  std::vector<std::uint8_t> order{1, 2, 3};
  std::uint16_t reference = 9;
  std::size_t expected = 0;
  for (const How how : kHows) {
    do {
      ++reference;
      for (const std::uint8_t number : order) {
        const std::string text = number == 1 ? "I have paid " : number == 2 ? "on Monday, " : "thank you";
        deliver(part(how, reference, 3, number, text));
        deliver(part(how, reference, 3, number, text));
      }
      const auto told = replies();
      ASSERT_EQ(told.size(), ++expected);
      EXPECT_EQ(told.back().text, "I have paid on Monday, thank you");
      EXPECT_EQ(told.back().from, "+48601000001");
      EXPECT_FALSE(told.back().partial);
    } while (std::next_permutation(order.begin(), order.end()));
  }
  EXPECT_EQ(answered(), expected * 6);
  leave_no_trace();
  EXPECT_EQ(replies().size(), expected);
}

TEST_F(Reassembly, PartsOutliveSessionsAndCrashes) {
  deliver(part(How::udh8, 7, 3, 3, "three"));
  EXPECT_EQ(answered(), 1u);
  world.drop("alpha");
  world.run(5s);
  deliver(part(How::udh8, 7, 3, 1, "one "));
  EXPECT_EQ(answered(), 2u);
  world.crash();
  world.run(1s);
  EXPECT_THAT(replies(), IsEmpty());
  deliver(part(How::udh8, 7, 3, 2, "two "));
  ASSERT_EQ(replies().size(), 1u);
  EXPECT_EQ(replies()[0].text, "one two three");
  world.crash();
  world.run(1s);
  deliver(part(How::udh8, 7, 3, 2, "two "));  // its answer was lost
  EXPECT_EQ(replies().size(), 1u);
  leave_no_trace();
}

// Whatever moment the machine dies in: what was answered is told, once, and what was not answered comes again.
TEST_F(Reassembly, ACrashAtAnyStepLosesNothingAndTellsNothingTwice) {
  for (int steps = 0; steps < 12; ++steps) {
    SCOPED_TRACE(steps);
    const auto reference = static_cast<std::uint16_t>(100 + steps);
    const std::size_t before = replies().size();
    deliver(part(How::udh16, reference, 2, 1, "left "));
    world.store_stalled = true;
    world.deliver("alpha", part(How::udh16, reference, 2, 2, "right"));
    world.work();
    for (int i = 0; i < steps; ++i) world.store_steps(1);
    world.store_stalled = false;
    world.crash();
    world.run(1s);
    deliver(part(How::udh16, reference, 2, 2, "right"));
    world.run(1s);
    ASSERT_EQ(replies().size(), before + 1);
    EXPECT_EQ(replies().back().text, "left right");
  }
}

TEST_F(Reassembly, WhatCameIsToldAsPartialAfterTheWait) {
  deliver(part(How::udh8, 7, 4, 2, "two"));
  deliver(part(How::udh8, 7, 4, 4, "four"));
  const auto held = [&] { return world.gateway->links(world.now)[0].parts_held; };
  EXPECT_EQ(held(), 1u);
  world.run(9min);
  world.crash();
  EXPECT_THAT(replies(), IsEmpty());
  EXPECT_EQ(held(), 1u);
  world.run(70s);
  EXPECT_EQ(held(), 0u);
  ASSERT_EQ(replies().size(), 1u);
  EXPECT_TRUE(replies()[0].partial);
  EXPECT_EQ(replies()[0].text, "[…]two[…]four");
  EXPECT_EQ(replies()[0].intent, "unclear");
  leave_no_trace();
  EXPECT_EQ(replies().size(), 1u);
}

// The appointment is gone with the batch that began to tell it; the crash comes before the one that ends it.
TEST_F(Reassembly, WhatCameIsToldOnceWhereTheCrashComesWhileItIsBeingTold) {
  for (std::size_t steps = 0; steps < 8; ++steps) {
    SCOPED_TRACE(steps);
    const std::size_t before = replies().size();
    deliver(part(How::udh16, static_cast<std::uint16_t>(100 + steps), 2, 1, "left"));
    world.run(world.settings.dunning.parts_wait - 100ms);
    world.store_stalled = true;
    world.run(3s);
    world.store_steps(steps);
    world.store_stalled = false;
    world.crash();
    world.run(3s);
    EXPECT_EQ(replies().size(), before + 1);
    leave_no_trace();
    ASSERT_EQ(replies().size(), before + 1) << "told once";
  }
}

TEST_F(Reassembly, AStopIsFoundInTheWholeAndInWhatCameOfIt) {
  ASSERT_TRUE(world.submit(World::job("a")));
  deliver(part(How::udh8, 1, 2, 1, "ST"));
  deliver(part(How::udh8, 1, 2, 2, "OP"));
  ASSERT_EQ(replies().size(), 1u);
  EXPECT_EQ(replies()[0].intent, "opt_out");

  deliver(part(How::udh8, 2, 2, 1, "STOP", 0, "48601000002"));
  deliver(part(How::udh8, 3, 3, 1, "Dear all", 0, "48601000003"));
  deliver(part(How::udh8, 3, 3, 2, "stop", 0, "48601000003"));
  deliver(part(How::udh8, 4, 2, 1, "START", 0, kFrom));
  world.run(11min);
  const auto told = replies();
  ASSERT_EQ(told.size(), 4u);
  for (const auto& each : told)
    EXPECT_EQ(each.intent, each.text.starts_with("START") ? "unclear" : "opt_out") << each.text;
  const auto person = world.kv.get(std::vector<store::Key>{store::keys::person("+48601000003")});
  EXPECT_TRUE(person->at(0).has_value());
}

TEST(ReassemblyOfStops, ARepeatedPartIsAnsweredNoEarlierThanTheStop) {
  World world(2);
  world.settings.routes = {{.name = "all", .prefix = {"+48"}, .smsc = {"alpha"}}};
  world.start();
  world.kernel_room = 10;  // of the first submit
  ASSERT_TRUE(world.submit(World::job("a")));
  world.kernel_room = SIZE_MAX;  // but alpha's session is not told so
  const auto deliver = [&](std::uint8_t number, std::string_view text) {
    world.deliver("beta", part(How::udh8, 1, 2, number, text));
    world.run(1s);
    return world.smscs["beta"].answers.size();
  };
  EXPECT_EQ(deliver(1, "ST"), 1u);
  EXPECT_EQ(deliver(2, "OP"), 1u) << "its submit is in the kernel in part";
  EXPECT_EQ(deliver(2, "OP"), 1u) << "nor is the same again";
  EXPECT_EQ(deliver(1, "ST"), 1u);
  world.gateway->writable(world.session_of("alpha"), world.now);
  world.run(2s);
  EXPECT_EQ(world.smscs["beta"].answers.size(), 4u);
  const auto events = world.events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "replied"), 1);
}

TEST_F(Reassembly, AReusedReferenceDoesNotMix) {
  deliver(part(How::udh8, 7, 2, 1, "old one "));
  deliver(part(How::udh8, 7, 3, 1, "of three "));  // another total is another message
  EXPECT_EQ(rows(), 2u);
  deliver(part(How::udh8, 7, 2, 1, "new one "));
  deliver(part(How::udh8, 7, 2, 2, "whole"));
  auto told = replies();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].text, "old one […]");
  EXPECT_TRUE(told[0].partial);
  EXPECT_EQ(told[1].text, "new one whole");
  EXPECT_FALSE(told[1].partial);
  // The same reference again, for other words, while the last one is still remembered.
  deliver(part(How::udh8, 7, 2, 2, "again"));
  deliver(part(How::udh8, 7, 2, 1, "And "));
  told = replies();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[2].text, "And again");
  EXPECT_EQ(answered(), 6u);
}

TEST_F(Reassembly, CharactersCutInTwoAreWholeAgain) {
  const std::string money("\xD8\x3D\xDC\xB0", 4);  // U+1F4B0
  deliver(part(How::sar, 7, 2, 2, money.substr(2), 8));
  deliver(part(How::sar, 7, 2, 1, std::string("\0!", 2) + money.substr(0, 2), 8));
  ASSERT_EQ(replies().size(), 1u);
  EXPECT_EQ(replies()[0].text, "!\U0001F4B0");
  // A part in another alphabet than the first.
  deliver(part(How::udh8, 8, 2, 1, "paid "));
  deliver(part(How::udh8, 8, 2, 2, std::string("\x04\x34\x04\x30", 4), 8));
  ASSERT_EQ(replies().size(), 2u);
  EXPECT_EQ(replies()[1].text, "paid \u0434\u0430");
}

TEST_F(Reassembly, FlashVoicemailAndDataAreToldAsSuch) {
  const auto say = [&](std::string text, std::uint8_t data_coding) {
    smpp::DeliverSm deliver_sm;
    deliver_sm.source_addr = std::string(kFrom);
    deliver_sm.destination_addr = "ACME";
    deliver_sm.data_coding = data_coding;
    deliver_sm.short_message = std::move(text);
    deliver(deliver_sm);
    return replies().back();
  };
  EXPECT_EQ(say("hello", 0).message_class, "");
  EXPECT_EQ(say("hello", 0x10).message_class, "flash");
  EXPECT_EQ(say("STOP", 0xC8).message_class, "voicemail");
  EXPECT_EQ(replies().back().intent, "unclear") << "the network's word";
  EXPECT_EQ(say("", 0xC0).message_class, "voicemail-cleared");
  EXPECT_EQ(say("STOP", 0x04).message_class, "binary");
  EXPECT_EQ(replies().back().intent, "unclear");
  EXPECT_EQ(say("STOP", 0x10).intent, "opt_out") << "a flash is a person's";
}

TEST_F(Reassembly, AFlaggedReceiptStaysAReceiptWhateverItsHeader) {
  ASSERT_TRUE(world.submit(World::job("a")));
  world.run(10ms);
  smpp::Body body =
      part(How::udh8, 7, 2, 1,
           "id:id1 sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:DELIVRD err:000 text:Please");
  std::get<smpp::DeliverSm>(body).esm_class = 0x44;
  deliver(body);
  EXPECT_EQ(world.state("a"), State::delivered);
  EXPECT_EQ(rows(), 0u);
}

TEST_F(Reassembly, OfTooManyTheOldestIsTold) {
  for (std::uint32_t i = 0; i <= HeldIndex::kWaitingMax; ++i) {
    world.deliver("alpha", part(How::udh16, static_cast<std::uint16_t>(i), 2, 1, std::to_string(i), 0,
                                "48602" + std::to_string(100000 + i)));
    world.run(1ms);
  }
  world.run(10ms);
  ASSERT_EQ(replies().size(), 1u);
  EXPECT_EQ(replies()[0].text, "0[…]");
  EXPECT_EQ(rows(), HeldIndex::kWaitingMax + 1) << "and what was told is remembered";
}

TEST_F(Reassembly, ModeBitsAndReplyPathHideNoHeader) {
  std::uint16_t reference = 1;
  for (const int esm_class : {0x41, 0x42, 0x43, 0xC0, 0xC3}) {
    for (const std::uint8_t number : {2, 1}) {
      smpp::Body body = part(How::udh8, reference, 2, number, number == 1 ? "left " : "right");
      std::get<smpp::DeliverSm>(body).esm_class = static_cast<std::uint8_t>(esm_class);
      deliver(body);
    }
    ASSERT_EQ(replies().size(), reference++) << esm_class;
    EXPECT_EQ(replies().back().text, "left right");
  }
}

TEST_F(Reassembly, PartsThatNothingMarksAreRepliesOfTheirOwn) {
  for (const char* text : {"I will pay on Monday. Until then", "STOP"}) {
    smpp::DeliverSm alone;
    alone.source_addr = std::string(kFrom);
    alone.source_addr_ton = smpp::Ton{1};
    alone.destination_addr = "ACME";
    alone.short_message = std::string(text);
    deliver(alone);
  }
  ASSERT_EQ(replies().size(), 2u);
  EXPECT_FALSE(replies()[0].partial);
  EXPECT_EQ(replies()[1].intent, "opt_out");
}

TEST_F(Reassembly, AHeaderOfOnePartAndOneThatCountsWronglyAreNoParts) {
  deliver(part(How::udh8, 7, 1, 1, "alone"));
  deliver(part(How::udh8, 7, 2, 3, "beyond"));
  deliver(part(How::sar, 7, 2, 0, "none"));
  const auto told = replies();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].text, "alone");
  EXPECT_EQ(told[1].text, "beyond");
  EXPECT_EQ(told[2].text, "none");
}

}  // namespace
}  // namespace dunlin::engine

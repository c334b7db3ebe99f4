// Long texts out: each way of holding parts together, references that never meet at one number, parts sent, refused and
// resent as one message.
#include <gmock/gmock.h>

#include <set>

#include "engine/references.hpp"
#include "engine/render.hpp"
#include "unit/engine/world.hpp"

namespace dunlin::engine {
namespace {

using namespace testing;
using smpp::CommandStatus;
using store::SegmentState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string long_text(char fill = 'a', std::size_t size = 400) { return std::string(size, fill); }  // 3 parts

struct Seen {
  std::uint32_t reference = 0, total = 0, number = 0;
  auto operator<=>(const Seen&) const = default;
};
Seen seen(const smpp::SubmitSm& pdu) {
  const OctetView octets = pdu.short_message.view();
  if ((pdu.esm_class & 0x40) != 0 && octets[0] == 5) return {octets[3], octets[4], octets[5]};
  if ((pdu.esm_class & 0x40) != 0)
    return {static_cast<std::uint32_t>(octets[3] << 8 | octets[4]), octets[5], octets[6]};
  return {pdu.tlvs.get(smpp::tlv::sar_msg_ref_num).value_or(0), pdu.tlvs.get(smpp::tlv::sar_total_segments).value_or(0),
          pdu.tlvs.get(smpp::tlv::sar_segment_seqnum).value_or(0)};
}

TEST(LongMessages, EachMethodCarriesTheWholeText) {
  for (const LongMessages how : {LongMessages::udh, LongMessages::udh16, LongMessages::sar, LongMessages::payload}) {
    SCOPED_TRACE(static_cast<int>(how));
    World world;
    world.settings.smscs[0].long_messages = how;
    world.start();
    const std::string text = long_text('b');
    ASSERT_TRUE(world.submit(World::job("a", "+48601000001", text)));
    ASSERT_TRUE(world.submit(World::job("short", "+48601000001")));
    world.run(100ms);
    const auto& submits = world.smscs["alpha"].submits;
    if (how == LongMessages::payload) {
      ASSERT_EQ(submits.size(), 2u);
      EXPECT_EQ(submits[0].pdu.short_message.size(), 0u);
      EXPECT_EQ(text_of(submits[0].pdu.tlvs.get(smpp::tlv::message_payload)->view()), text);
      EXPECT_EQ(submits[0].pdu.esm_class, 0);
      EXPECT_FALSE(submits[1].pdu.tlvs.get(smpp::tlv::message_payload));
      EXPECT_EQ(world.state("a"), State::submitted);
      continue;
    }
    ASSERT_EQ(submits.size(), 4u);
    const std::size_t header = how == LongMessages::udh ? 6 : how == LongMessages::udh16 ? 7 : 0;
    std::string whole;
    for (std::uint32_t i = 0; i < 3; ++i) {
      EXPECT_EQ(submits[i].pdu.esm_class, header > 0 ? 0x40 : 0);
      EXPECT_EQ(seen(submits[i].pdu), (Seen{1, 3, i + 1}));
      whole += submits[i].pdu.short_message.text().substr(header);
    }
    EXPECT_EQ(whole, text);
    EXPECT_EQ(submits[3].pdu.esm_class, 0) << "a short one needs nothing";
    EXPECT_FALSE(submits[3].pdu.tlvs.get(smpp::tlv::sar_msg_ref_num));
  }
}

TEST(LongMessages, NothingThatLivesOnTlvsIsSentWhereThereAreNone) {
  World world;
  world.settings.smscs[0].long_messages = LongMessages::payload;
  world.settings.smscs[0].version = 0x33;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", long_text())));
  world.run(100ms);
  EXPECT_TRUE(world.smscs["alpha"].submits.empty());
  EXPECT_EQ(world.state("a"), State::rejected);
  EXPECT_THAT(world.view("a").state.reason, HasSubstr("RMISSINGOPTPARAM"));
}

TEST(References, AreGivenInTurnAndNeverTwice) {
  store::References references;
  std::set<std::uint32_t> given;
  for (std::uint64_t n = 1; n <= store::kReferencesMax; ++n) {
    const auto next = free_reference(references, false);
    ASSERT_TRUE(next);
    EXPECT_TRUE(given.insert(*next).second);
    references.last = *next;
    references.taken.push_back({*next, n, Wall{1h}});
  }
  EXPECT_FALSE(given.contains(0));
  EXPECT_EQ(free_reference(references, false), std::nullopt);
  EXPECT_EQ(free_reference(references, true), std::nullopt);
  forget_references(references, Wall{1h} - 1ms, 77);
  EXPECT_EQ(references.taken.size(), store::kReferencesMax - 1) << "what 77 held, nothing else";
  EXPECT_EQ(free_reference(references, false), 77u);
  forget_references(references, Wall{1h}, 0);
  EXPECT_TRUE(references.taken.empty());
  references = {0xFFFF, {{1, 1, Wall{1h}}}};
  EXPECT_EQ(free_reference(references, true), 2u) << "it goes round";
  references = {4, {{0x0105, 1, Wall{1h}}}};
  EXPECT_EQ(free_reference(references, true), 5u);
  EXPECT_EQ(free_reference(references, false), 6u) << "a wide one may be cut to its low octet";
}

TEST(References, AreFreeOnceNothingCanArrive) {
  store::JobState state;
  state.state = State::submitted;
  state.segments.resize(2);
  state.segments[0].state = SegmentState::delivered;
  state.segments[1].state = SegmentState::submitted;
  EXPECT_FALSE(nothing_can_arrive(state));
  state.segments[1].state = SegmentState::undelivered;
  EXPECT_TRUE(nothing_can_arrive(state));
  state.segments[1].state = SegmentState::waiting;
  EXPECT_FALSE(nothing_can_arrive(state)) << "it will be sent";
  state.state = State::cancelled;
  EXPECT_TRUE(nothing_can_arrive(state));
  state.segments[0].state = SegmentState::in_doubt;
  EXPECT_FALSE(nothing_can_arrive(state));
}

// 300 long messages to one number, none of them with a receipt: no two bear one reference, and the 256th waits.
TEST(LongMessages, AtOneNumberNoReferenceIsUsedTwice) {
  World world;
  world.settings.smscs[0].window = 1000;
  world.start();
  for (int i = 0; i < 260; ++i)
    ASSERT_TRUE(world.submit(World::job("a" + std::to_string(i), "+48601000001", long_text())));
  ASSERT_TRUE(world.submit(World::job("other", "+48601000002", long_text())));
  world.run(1s);
  ScriptedSmsc& alpha = world.smscs["alpha"];
  std::set<Seen> all;
  for (const auto& submit : alpha.submits) {
    if (submit.pdu.destination_addr.view() == "48601000001") {
      EXPECT_TRUE(all.insert(seen(submit.pdu)).second);
    }
  }
  EXPECT_EQ(all.size(), 255u * 3);
  EXPECT_EQ(world.state("other"), State::submitted);
  EXPECT_EQ(world.state("a254"), State::submitted);
  EXPECT_EQ(world.state("a255"), State::scheduled);
  EXPECT_EQ(world.view("a255").state.reason, "references_in_use");
  // One is delivered; also after a restart that is the one that is free.
  for (int part = 1; part <= 3; ++part) world.receipt("alpha", "id" + std::to_string(part), "48601000001");
  world.run(10ms);
  ASSERT_EQ(world.state("a0"), State::delivered);
  world.crash();
  world.run(11min);
  const auto& last = world.smscs["alpha"].submits.back().pdu;
  EXPECT_EQ(seen(last), (Seen{1, 3, 3}));
  int submitted = 0;
  for (int i = 0; i < 260; ++i) submitted += world.state("a" + std::to_string(i)) == State::submitted ? 1 : 0;
  EXPECT_EQ(submitted, 255);
}

TEST(LongMessages, ANumberKeepsNoRowOfReferencesBeyondTheValidity) {
  World world;
  world.settings.dunning.expires_default = 1h;
  world.start();
  const auto rows = [&] { return world.kv.scan({store::Family::references, "", "", 100})->size(); };
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(world.submit(World::job("a" + std::to_string(i), "+4860100000" + std::to_string(i), long_text())));
  }
  store::Job longer = World::job("b", "+48601000000", long_text());
  longer.expires = world.now.wall + 3h;
  ASSERT_TRUE(world.submit(longer));
  world.run(1s);
  EXPECT_EQ(rows(), 3u);
  world.run(1h);
  EXPECT_EQ(rows(), 1u) << "of the one that is still in use";
  world.run(2h);
  EXPECT_EQ(rows(), 0u);
  ASSERT_TRUE(world.submit(World::job("c", "+48601000000", long_text())));
  world.run(1s);
  EXPECT_NE(seen(world.smscs["alpha"].submits.back().pdu).reference,
            seen(world.smscs["alpha"].submits.front().pdu).reference)
      << "what a handset still holds in part is not continued";
}

TEST(LongMessages, APartThatIsRefusedForAWhileIsRetriedAlone) {
  World world(2);
  world.settings.routes = {{"all", {"+"}, {"alpha", "beta"}, true}};
  world.settings.smscs[1].long_messages = LongMessages::sar;
  world.start();
  world.drop("beta", false);
  world.smscs["alpha"].statuses = {CommandStatus::ok, CommandStatus::system_error, CommandStatus::ok};
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", long_text())));
  world.run(100ms);
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 3u);
  EXPECT_EQ(world.state("a"), State::scheduled);
  world.drop("alpha", false);
  world.reachable["beta"] = true;
  world.crash();  // and its memory, too
  world.run(2min);
  EXPECT_TRUE(world.smscs["beta"].submits.empty()) << "what has begun is finished there or nowhere";
  world.reachable["alpha"] = true;
  world.run(3min);
  const auto& submits = world.smscs["alpha"].submits;
  ASSERT_EQ(submits.size(), 4u);
  EXPECT_EQ(submits[3].pdu, submits[1].pdu);
  EXPECT_EQ(world.state("a"), State::submitted);
}

// The operator changes the method while one is half sent: the rest goes as it was begun.
TEST(LongMessages, WhatWasBegunIsFinishedByTheMethodItWasBegunWith) {
  World world;
  world.start();
  world.smscs["alpha"].statuses = {CommandStatus::ok, CommandStatus::ok, CommandStatus::throttled};
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", long_text())));
  world.run(1ms);
  ASSERT_EQ(world.smscs["alpha"].submits.size(), 3u);
  world.gateway.reset();
  world.settings.smscs[0].long_messages = LongMessages::sar;
  world.crash();
  world.run(2min);
  const auto& submits = world.smscs["alpha"].submits;
  ASSERT_EQ(submits.size(), 4u);
  EXPECT_EQ(submits[3].pdu, submits[2].pdu);
}

// More parts than the window or 50 ms of pace has room for, among short ones in other lanes that would always fit.
TEST(LongMessages, ATextOfManyPartsIsNeverStarved) {
  for (const bool paced : {false, true}) {
    World world;
    world.settings.smscs[0].window = paced ? 100 : 2;
    world.settings.smscs[0].throughput = paced ? 20 : 0;
    world.start();
    for (int i = 0; i < 100; ++i) {
      store::Job small = World::job("s" + std::to_string(i), "+4860200" + std::to_string(1000 + i));
      small.campaign = "c" + std::to_string(i % 5);
      ASSERT_TRUE(world.submit(small));
      if (i == 5) {
        ASSERT_TRUE(world.submit(World::job("long", "+48601000001", long_text('a', 900))));
      }
    }
    world.run(20s);
    EXPECT_EQ(world.state("long"), State::submitted) << paced;
    EXPECT_EQ(world.state("s99"), State::submitted);
    std::vector<std::uint32_t> numbers;
    for (const auto& submit : world.smscs["alpha"].submits) {
      if ((submit.pdu.esm_class & 0x40) != 0) numbers.push_back(seen(submit.pdu).number);
    }
    EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4, 5, 6));
  }
}

TEST(LongMessages, WhatArrivedOfAMessageThatDidNotIsSaid) {
  World world;
  world.start();
  ASSERT_TRUE(world.submit(World::job("a", "+48601000001", long_text())));
  world.run(10ms);
  world.receipt("alpha", "id1", "48601000001");
  world.receipt("alpha", "id3", "48601000001");
  world.receipt("alpha", "id2", "48601000001", "UNDELIV");
  world.run(10ms);
  EXPECT_EQ(world.state("a"), State::undelivered);
  EXPECT_EQ(world.view("a").state.reason, "partial: 2 of 3 parts delivered; UNDELIV 000");
  EXPECT_EQ(world.all_events().back().reason, world.view("a").state.reason);

  world.smscs["alpha"].statuses = {CommandStatus::ok, CommandStatus::invalid_destination_address, CommandStatus::ok};
  ASSERT_TRUE(world.submit(World::job("b", "+48601000002", long_text())));
  world.run(10ms);
  EXPECT_EQ(world.state("b"), State::rejected);
  EXPECT_EQ(world.view("b").state.reason, "partial: 2 of 3 parts taken; ESME_RINVDSTADR");

  ASSERT_TRUE(world.submit(World::job("c", "+48601000003", long_text())));
  world.run(10ms);
  for (const std::string id : {"id6", "id7", "id8"}) world.receipt("alpha", id, "48601000003", "EXPIRED");
  world.run(10ms);
  EXPECT_EQ(world.state("c"), State::expired);
  EXPECT_EQ(world.view("c").state.reason, "EXPIRED 000") << "nothing of it arrived";
}

}  // namespace
}  // namespace dunlin::engine

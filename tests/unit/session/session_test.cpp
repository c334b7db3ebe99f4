// Sessions, both sides talking to each other through octets: requests, windows and what each says to a peer that
// doesn't keep the rules. How a session begins and ends: life_test.cpp.
#include "unit/session/conversation.hpp"

#include <random>
#include <set>

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;

TEST(Requests, AnswersInAnyOrderFindTheirRequest) {
  Conversation talk;
  talk.bind();
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(talk.esme.send(submit(), {100 + i, 7}, talk.now));
  EXPECT_EQ(talk.esme.send(submit(), {}, talk.now).error().code, "window_full");
  talk.carry();
  auto requests = all<Received>(talk.smsc_heard);
  ASSERT_EQ(requests.size(), 4U);
  for (const int i : {2, 0, 3, 1}) {
    smpp::SubmitSmResp response;
    response.message_id = std::to_string(i);
    ASSERT_TRUE(talk.smsc.respond(requests[i].request.sequence_number, {CommandStatus::ok, 0, response}));
  }
  talk.carry();
  const auto answers = all<Answered>(talk.esme_heard);
  ASSERT_EQ(answers.size(), 4U);
  for (const auto& answer : answers) {
    EXPECT_EQ(std::get<smpp::SubmitSmResp>(answer.response.body).message_id.str(), std::to_string(answer.tag.id - 100));
    EXPECT_EQ(answer.tag.part, 7U);
  }
  EXPECT_EQ(talk.esme.room(), 4U);
  EXPECT_EQ(talk.smsc.unanswered_requests(), 0U);
}

TEST(Requests, RepeatedAndUnaskedAnswersAreIgnoredAndCounted) {
  Conversation talk;
  talk.bind();
  const auto sent = talk.esme.send(submit(), {1, 0}, talk.now);
  ASSERT_TRUE(sent);
  talk.to_esme({CommandStatus::ok, sent->sequence, smpp::DeliverSmResp{}});  // not what was asked
  for (int i = 0; i < 3; ++i) talk.to_esme({CommandStatus::ok, sent->sequence, smpp::SubmitSmResp{}});
  talk.to_esme({CommandStatus::ok, 0xFFFFFFFF, smpp::SubmitSmResp{}});
  EXPECT_EQ(all<Answered>(talk.esme_heard).size(), 1U);
  EXPECT_EQ(talk.esme.counters().unexpected_responses, 4U);
  EXPECT_TRUE(is_bound(talk.esme.state()));
}

TEST(Requests, AnSmscThatPlaysABadOneMayAnswerTwice) {
  Conversation talk;
  talk.bind();
  ASSERT_TRUE(talk.esme.send(submit(), {1, 0}, talk.now));
  talk.carry();
  const std::uint32_t sequence = only<Received>(talk.smsc_heard).request.sequence_number;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(talk.smsc.respond(sequence, {CommandStatus::ok, 0, smpp::SubmitSmResp{}}));
  talk.carry();
  EXPECT_EQ(all<Answered>(talk.esme_heard).size(), 1U);
  EXPECT_EQ(talk.esme.counters().unexpected_responses, 2U);
  EXPECT_EQ(talk.smsc.unanswered_requests(), 0U);
}

TEST(Requests, GenericNackFailsTheRequestItNames) {
  Conversation talk;
  talk.bind();
  const auto sent = talk.esme.send(submit(), {1, 0}, talk.now);
  talk.to_esme({CommandStatus::invalid_message_length, 0, smpp::GenericNack{}});
  EXPECT_EQ(talk.esme.in_flight(), 1U);
  talk.to_esme({CommandStatus::invalid_message_length, sent->sequence, smpp::GenericNack{}});
  EXPECT_EQ(only<Answered>(talk.esme_heard).response.command_status, CommandStatus::invalid_message_length);
  EXPECT_EQ(talk.esme.counters().nacks_in, 2U);
  said_by(talk.esme);
  EXPECT_EQ(talk.esme.output().unsent(), 0U);
}

TEST(Requests, LateAnswerCountsAndAfterTwiceTheTimeItCloses) {
  Conversation talk;
  talk.bind();
  ASSERT_TRUE(talk.esme.send(submit(), {1, 0}, talk.now));
  ASSERT_TRUE(talk.esme.send(submit(), {2, 0}, talk.now));
  talk.wait(15s);
  EXPECT_EQ(talk.esme.in_flight(), 2U);
  EXPECT_EQ(talk.esme.room(), 2U) << "a late request keeps its place";
  ASSERT_TRUE(talk.smsc.respond(all<Received>(talk.smsc_heard).at(0).request.sequence_number,
                                {CommandStatus::ok, 0, smpp::SubmitSmResp{}}));
  talk.carry();
  EXPECT_TRUE(only<Answered>(talk.esme_heard).late);
  EXPECT_EQ(only<Answered>(talk.esme_heard).took, 15s);
  EXPECT_EQ(talk.esme.counters().late_answers, 1U);
  talk.wait(5s - 1ns);
  EXPECT_FALSE(talk.esme.closed());
  talk.wait(1ns);
  EXPECT_EQ(only<Unanswered>(talk.esme_heard).tag.id, 2U);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::response_overdue);
}

TEST(Requests, WhatCannotBeEncodedTakesNoPlace) {
  Conversation talk;
  talk.bind();
  auto body = submit();
  body.destination_addr = std::string(30, '1');
  const auto sent = talk.esme.send(body, {1, 0}, talk.now);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().where, "destination_addr");
  EXPECT_EQ(talk.esme.in_flight(), 0U);
  EXPECT_EQ(talk.esme.output().unsent(), 0U);
}

TEST(Requests, TheSmscDeliversWithinItsOwnWindow) {
  Conversation talk;
  talk.bind();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(talk.smsc.send(deliver(), {1, 0}, talk.now));
  EXPECT_EQ(talk.smsc.send(deliver(), {1, 0}, talk.now).error().code, "window_full");
  talk.carry();
  for (const auto& received : all<Received>(talk.esme_heard)) {
    ASSERT_TRUE(talk.esme.respond(received.request.sequence_number, {CommandStatus::ok, 0, smpp::DeliverSmResp{}}));
  }
  talk.carry();
  EXPECT_EQ(all<Answered>(talk.smsc_heard).size(), 4U);
}

TEST(Requests, EachSideMayOnlySendItsOwn) {
  Conversation talk;
  talk.bind(BindKind::transmitter);
  EXPECT_EQ(talk.smsc.send(deliver(), {}, talk.now).error().code, "bad_state");
  EXPECT_EQ(talk.smsc.send(submit(), {}, talk.now).error().code, "bad_state");
  EXPECT_EQ(talk.esme.send(smpp::SubmitSmResp{}, {}, talk.now).error().code, "bad_state");
  talk.to_esme({CommandStatus::ok, 3, deliver()});
  EXPECT_EQ(only_answer<smpp::DeliverSmResp>(talk.esme, 3), CommandStatus::invalid_bind_status);
}

TEST(Requests, PeersMayUseZeroAndRepeatedSequenceNumbers) {
  Conversation talk;
  talk.bind();
  for (int i = 0; i < 3; ++i) talk.to_esme({CommandStatus::ok, 0, deliver()});
  EXPECT_EQ(all<Received>(talk.esme_heard).size(), 3U);
  ASSERT_TRUE(talk.esme.respond(0, {CommandStatus::ok, 99, smpp::DeliverSmResp{}}));
  EXPECT_EQ(only_answer<smpp::DeliverSmResp>(talk.esme, 0), CommandStatus::ok);
}

TEST(Broken, UnknownCommandIsNackedAndTheSessionStays) {
  Conversation talk;
  talk.bind();
  Octets frame = octets_of_pdu({CommandStatus::ok, 42, smpp::EnquireLink{}});
  frame[6] = 0x07;  // command_id 0x00000715
  talk.raw_to_esme(frame);
  EXPECT_EQ(only_answer<smpp::GenericNack>(talk.esme, 42), CommandStatus::invalid_command_id);
  frame[4] = 0x80;  // an unknown response is never answered
  talk.raw_to_esme(frame);
  EXPECT_EQ(talk.esme.output().unsent(), 0U);
  EXPECT_EQ(talk.esme.counters().unknown_commands, 1U);
  EXPECT_TRUE(is_bound(talk.esme.state()));
}

TEST(Broken, BodyThatCannotBeReadIsAnsweredAndTheStreamGoesOn) {
  Conversation talk;
  talk.bind();
  Octets frame = octets_of_pdu({CommandStatus::ok, 8, deliver()});
  frame.resize(30);
  frame[3] = 30;
  Octets both = frame;
  const Octets next = octets_of_pdu({CommandStatus::ok, 9, smpp::EnquireLink{}});
  both.insert(both.end(), next.begin(), next.end());
  talk.raw_to_esme(both);
  const auto said = said_by(talk.esme);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<smpp::DeliverSmResp>(said[0].body));
  EXPECT_NE(said[0].command_status, CommandStatus::ok);
  EXPECT_EQ(said[0].sequence_number, 8U);
  EXPECT_TRUE(std::holds_alternative<smpp::EnquireLinkResp>(said[1].body));
  EXPECT_TRUE(all<Received>(talk.esme_heard).empty());
  EXPECT_EQ(talk.esme.counters().unreadable, 1U);
}

TEST(Broken, LengthThatCannotBeTrueIsNackedAndTheSessionCloses) {
  Conversation talk;
  talk.bind();
  ASSERT_TRUE(talk.esme.send(submit(), {5, 0}, talk.now));
  said_by(talk.esme);
  Octets frame = octets_of_pdu({CommandStatus::ok, 8, smpp::EnquireLink{}});
  frame[0] = 0x7F;
  talk.raw_to_esme(frame);
  EXPECT_EQ(only_answer<smpp::GenericNack>(talk.esme, 8), CommandStatus::invalid_command_length);
  EXPECT_EQ(only<Unanswered>(talk.esme_heard).tag.id, 5U);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::bad_frame);
}

TEST(Broken, PduAboveTheBoundClosesAndOneAtTheBoundDoesNot) {
  for (const std::size_t more : {0U, 1U}) {
    Conversation talk({.pdu_max = 4096});
    talk.bind();
    auto body = deliver("");
    const std::size_t bare = octets_of_pdu({CommandStatus::ok, 1, body}).size() + 4;
    body.tlvs.set(smpp::tlv::message_payload, Octets(4096 - bare + more, 'x'));
    talk.to_esme({CommandStatus::ok, 1, body});
    EXPECT_EQ(talk.esme.closed(), more > 0);
  }
}

TEST(Output, PositionsInTheStream) {
  Conversation talk;
  talk.bind();
  const auto first = talk.esme.send(submit("one"), {1, 0}, talk.now);
  const auto second = talk.esme.send(submit("two"), {2, 0}, talk.now);
  EXPECT_EQ(second->end, talk.esme.output().appended());
  talk.esme.output().consume(static_cast<std::size_t>(first->end - talk.esme.output().consumed()));
  EXPECT_EQ(talk.esme.output().consumed(), first->end);
  EXPECT_EQ(talk.esme.output().unsent(), second->end - first->end);
}

TEST(Output, AtTheBoundRequestsAreRefusedAndAPeerThatOnlyAsksIsClosed) {
  Conversation talk({.window = 10000}, quick());
  talk.bind();
  std::size_t sent = 0;
  while (talk.esme.send(submit(std::string(200, 'x')), {1, 0}, talk.now)) ++sent;
  EXPECT_EQ(talk.esme.send(submit(), {1, 0}, talk.now).error().code, "output_full");
  EXPECT_GE(talk.esme.output().unsent(), kOutputMax);
  EXPECT_LT(talk.esme.output().unsent(), kOutputMax + 512);
  EXPECT_LT(sent, 10000U);
  const Octets ask = octets_of_pdu({CommandStatus::ok, 1, smpp::EnquireLink{}});
  for (std::size_t i = 0; i < kOutputHardMax / 16 && !talk.esme.closed(); ++i) talk.raw_to_esme(ask);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::output_overflow);
  EXPECT_LE(talk.esme.output().unsent(), kOutputHardMax + 16);
}

// Whatever pieces the octets come in, in whatever order the answers: every request is answered once, by its own answer.
TEST(Wire, TornAndReordered) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    std::mt19937_64 random(seed);
    Conversation talk({.window = 16, .first_sequence = kSequenceMax - 20}, {.window = 16});
    talk.piece = [&](std::size_t unsent) { return seed == 0 ? 1 : 1 + random() % std::min<std::size_t>(unsent, 97); };
    talk.bind();
    std::set<std::uint64_t> asked, answered;
    std::vector<std::pair<std::uint32_t, std::string>> waiting;
    std::uint64_t next = 0;
    std::size_t heard = 0;
    for (int round = 0; round < 120; ++round) {
      while (talk.esme.room() > 0 && random() % 4 != 0) {
        asked.insert(next);
        ASSERT_TRUE(talk.esme.send(submit(std::to_string(next)), {next, 0}, talk.now));
        ++next;
      }
      talk.carry();
      for (; heard < talk.smsc_heard.size(); ++heard) {
        const auto& request = std::get<Received>(talk.smsc_heard[heard]).request;
        waiting.emplace_back(request.sequence_number, std::get<smpp::SubmitSm>(request.body).short_message.text());
      }
      std::shuffle(waiting.begin(), waiting.end(), random);
      for (std::size_t left = random() % 8; left < waiting.size();) {
        smpp::SubmitSmResp response;
        response.message_id = waiting.back().second;
        ASSERT_TRUE(talk.smsc.respond(waiting.back().first, {CommandStatus::ok, 0, response}));
        waiting.pop_back();
      }
      talk.carry();
      for (const auto& answer : all<Answered>(std::exchange(talk.esme_heard, {}))) {
        EXPECT_EQ(std::get<smpp::SubmitSmResp>(answer.response.body).message_id.str(), std::to_string(answer.tag.id));
        EXPECT_TRUE(answered.insert(answer.tag.id).second);
      }
    }
    EXPECT_EQ(answered.size() + talk.esme.in_flight(), asked.size());
    EXPECT_GT(answered.size(), 200U);
    EXPECT_EQ(talk.esme.counters().unexpected_responses, 0U);
  }
}

TEST(Window, SequenceNumbersWrapAndSkipWhatIsOutstanding) {
  Window window(2, kSequenceMax);
  EXPECT_EQ(window.add(CommandId::submit_sm, {}, Steady{}), kSequenceMax);
  EXPECT_EQ(window.add(CommandId::submit_sm, {}, Steady{}), 1U);
  EXPECT_EQ(window.room(), 0U);
  window.remove(kSequenceMax);
  // 1 stays unanswered while thousands go by: no number that shares its place is given out.
  for (int i = 0; i < 5000; ++i) {
    const std::uint32_t sequence = window.add(CommandId::submit_sm, {}, Steady{});
    ASSERT_NE(sequence, 1U);
    ASSERT_NE(sequence, 0U);
    window.remove(sequence);
  }
  EXPECT_NE(window.find(1), nullptr);
  EXPECT_EQ(window.find(0), nullptr);
  EXPECT_EQ(window.find(0x80000001), nullptr);
}

TEST(Window, GrowsAndShrinksUnderWhatIsOutstanding) {
  Window window(3, 1);
  std::vector<std::uint32_t> sent;
  for (int i = 0; i < 3; ++i)
    sent.push_back(
        window.add(CommandId::submit_sm, {static_cast<std::uint64_t>(i), 0}, Steady{std::chrono::seconds(i)}));
  window.mark_late();
  window.resize(1000);
  EXPECT_EQ(window.room(), 997U);
  EXPECT_EQ(window.oldest()->tag.id, 0U);
  EXPECT_TRUE(window.oldest()->late);
  EXPECT_EQ(window.oldest_fresh()->tag.id, 1U);
  window.resize(1);
  EXPECT_EQ(window.room(), 0U);
  window.remove(sent[1]);
  EXPECT_EQ(window.oldest_fresh()->tag.id, 2U);
  window.remove(sent[0]);
  EXPECT_EQ(window.oldest()->tag.id, 2U);
  window.remove(sent[2]);
  EXPECT_EQ(window.room(), 1U);
  EXPECT_EQ(window.oldest(), nullptr);
  EXPECT_EQ(window.oldest_fresh(), nullptr);
}

}  // namespace
}  // namespace dunlin::session

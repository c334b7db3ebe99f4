// Sessions, both sides talking to each other through octets; and what each says to a peer that doesn't keep the rules.
#include "unit/session/conversation.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;
using ::testing::ElementsAre;

template <class Body>
CommandStatus only_answer(Session& session, std::uint32_t sequence) {
  const auto said = said_by(session);
  EXPECT_EQ(said.size(), 1U);
  if (said.size() != 1) return CommandStatus::unknown_error;
  EXPECT_TRUE(std::holds_alternative<Body>(said[0].body)) << smpp::command_name(command_id(said[0].body));
  EXPECT_EQ(said[0].sequence_number, sequence);
  return said[0].command_status;
}

TEST(States, MatrixOfThreeFour) {
  EXPECT_TRUE(may_send(Side::esme, State::open, CommandId::bind_transceiver));
  EXPECT_TRUE(may_send(Side::esme, State::outbound, CommandId::bind_receiver));
  EXPECT_FALSE(may_send(Side::esme, State::outbound, CommandId::bind_transmitter));
  EXPECT_FALSE(may_send(Side::smsc, State::open, CommandId::bind_transceiver));
  EXPECT_TRUE(may_send(Side::esme, State::bound_tx, CommandId::submit_sm));
  EXPECT_FALSE(may_send(Side::esme, State::bound_rx, CommandId::submit_sm));
  EXPECT_FALSE(may_send(Side::smsc, State::bound_trx, CommandId::submit_sm));
  EXPECT_TRUE(may_send(Side::smsc, State::bound_rx, CommandId::deliver_sm));
  EXPECT_FALSE(may_send(Side::smsc, State::bound_tx, CommandId::deliver_sm));
  EXPECT_TRUE(may_send(Side::smsc, State::binding, CommandId::deliver_sm));
}

TEST(States, EveryRequestHasItsRowAndNothingIsLegalWhenClosed) {
  std::set<CommandId> seen;
  for (const auto& row : operations()) {
    EXPECT_TRUE(seen.insert(row.command).second);
    EXPECT_NE(row.esme | row.smsc, 0) << smpp::command_name(row.command);
    for (const Side side : {Side::esme, Side::smsc}) EXPECT_FALSE(may_send(side, State::closed, row.command));
  }
  for (std::uint32_t id = 0; id < 0x200; ++id) {
    const auto command = static_cast<CommandId>(id);
    EXPECT_EQ(smpp::command_name(command) != "unknown", seen.contains(command)) << id;
  }
}

TEST(Bind, EachKindAndItsState) {
  for (const auto& [kind, state] :
       {std::pair{BindKind::transmitter, State::bound_tx}, std::pair{BindKind::receiver, State::bound_rx},
        std::pair{BindKind::transceiver, State::bound_trx}}) {
    Conversation talk;
    ASSERT_TRUE(talk.esme.bind({kind, "dunlin", "secret", "vma", 0x34, 1, 1, "48"}, talk.now));
    EXPECT_EQ(talk.esme.state(), State::binding);
    talk.carry();
    const auto asked = only<BindRequested>(talk.smsc_heard);
    EXPECT_EQ(asked.bind.kind, kind);
    EXPECT_EQ(asked.bind.system_id, "dunlin");
    EXPECT_EQ(asked.bind.password, "secret");
    EXPECT_EQ(asked.bind.address_range, "48");
    talk.smsc.answer_bind(CommandStatus::ok, "SMSC", talk.now);
    talk.carry();
    EXPECT_EQ(only<Bound>(talk.esme_heard).system_id, "SMSC");
    EXPECT_EQ(talk.esme.state(), state);
    EXPECT_EQ(talk.smsc.state(), state);
  }
}

TEST(Bind, RefusedClosesTheEsmeAndLeavesTheSmscOpenForAnother) {
  Conversation talk;
  ASSERT_TRUE(talk.esme.bind({.kind = BindKind::transceiver, .system_id = "dunlin", .password = "wrong"}, talk.now));
  talk.carry();
  talk.smsc.answer_bind(CommandStatus::invalid_password, "SMSC", talk.now);
  talk.carry();
  EXPECT_EQ(only<BindRefused>(talk.esme_heard).status, CommandStatus::invalid_password);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::bind_refused);
  EXPECT_EQ(talk.smsc.state(), State::open);
}

TEST(Bind, PasswordTooLongSaysSoAndSendsNothing) {
  Conversation talk;
  const auto bound =
      talk.esme.bind({.kind = BindKind::transceiver, .system_id = "dunlin", .password = "longer than eight"}, talk.now);
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, "too_long");
  EXPECT_EQ(bound.error().where, "password");
  EXPECT_EQ(talk.esme.output().unsent(), 0U);
  EXPECT_EQ(talk.esme.state(), State::open);
}

TEST(Bind, VersionIsTheLowerAndOldPeersGetNoTlvs) {
  struct Row {
    std::uint8_t esme, smsc, agreed;
    bool told;
  };
  for (const auto row : {Row{0x34, 0x34, 0x34, true}, Row{0x33, 0x34, 0x33, false}, Row{0x34, 0x33, 0x34, false},
                         Row{0x50, 0x34, 0x34, true}, Row{0x34, 0x50, 0x34, true}}) {
    Conversation talk({.version = row.esme}, {.version = row.smsc});
    ASSERT_TRUE(talk.esme.bind({.kind = BindKind::transceiver, .system_id = "a", .password = "b"}, talk.now));
    talk.carry();
    talk.smsc.answer_bind(CommandStatus::ok, "SMSC", talk.now);
    const auto view = talk.smsc.output().view();
    const auto response = std::get<smpp::Pdu>(smpp::decode(view));
    EXPECT_EQ(std::get<smpp::BindTransceiverResp>(response.body).tlvs.get(smpp::tlv::sc_interface_version).has_value(),
              row.told);
    talk.carry();
    EXPECT_EQ(talk.esme.version(), row.agreed);
    auto body = submit();
    body.tlvs.set(smpp::tlv::user_message_reference, 7);
    ASSERT_TRUE(talk.esme.send(body, {1, 0}, talk.now));
    talk.carry();
    const auto got = only<Received>(talk.smsc_heard);
    EXPECT_EQ(std::get<smpp::SubmitSm>(got.request.body).tlvs.empty(), row.agreed < 0x34);
  }
}

TEST(Bind, DeliverBeforeTheBindAnswerIsHandedUp) {
  Conversation talk;
  ASSERT_TRUE(talk.esme.bind({.kind = BindKind::transceiver, .system_id = "a", .password = "b"}, talk.now));
  talk.to_esme({CommandStatus::ok, 77, deliver()});
  EXPECT_EQ(only<Received>(talk.esme_heard).request.sequence_number, 77U);
}

TEST(Bind, NotInTimeClosesBothSides) {
  Conversation talk;
  ASSERT_TRUE(talk.esme.bind({.kind = BindKind::transceiver, .system_id = "a", .password = "b"}, talk.now));
  talk.wait(5s);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::init_timeout);
  EXPECT_EQ(only<Closed>(talk.smsc_heard).reason, CloseReason::init_timeout);
}

TEST(Bind, SecondBindIsAlreadyBoundAndBeforeItNothingElseIsTaken) {
  Conversation talk;
  talk.to_smsc({CommandStatus::ok, 5, submit()});
  EXPECT_EQ(only_answer<smpp::SubmitSmResp>(talk.smsc, 5), CommandStatus::invalid_bind_status);
  talk.bind();
  talk.to_smsc({CommandStatus::ok, 9, smpp::BindTransmitter{}});
  EXPECT_EQ(only_answer<smpp::BindTransmitterResp>(talk.smsc, 9), CommandStatus::already_bound);
  EXPECT_TRUE(is_bound(talk.smsc.state()));
}

TEST(Bind, GenericNackRefusesIt) {
  Conversation talk;
  ASSERT_TRUE(talk.esme.bind({.kind = BindKind::transceiver, .system_id = "a", .password = "b"}, talk.now));
  talk.to_esme({CommandStatus::invalid_command_id, 1, smpp::GenericNack{}});
  EXPECT_EQ(only<BindRefused>(talk.esme_heard).status, CommandStatus::invalid_command_id);
  EXPECT_TRUE(talk.esme.closed());
}

TEST(Outbind, TheEsmeBindsAsAReceiver) {
  Conversation talk;
  ASSERT_TRUE(talk.smsc.outbind("SMSC", "knock"));
  talk.carry();
  EXPECT_EQ(only<OutbindReceived>(talk.esme_heard).password, "knock");
  talk.bind(BindKind::receiver);
  EXPECT_EQ(talk.smsc.state(), State::bound_rx);
}

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

TEST(Enquire, AfterSilenceAndAnsweredByThePeerItself) {
  Conversation talk(quick(), {.enquire_link = 0ms});
  talk.bind();
  talk.wait(30s - 1ns);
  EXPECT_EQ(talk.esme.counters().pdus_out, 1U);
  talk.wait(10min);
  EXPECT_TRUE(is_bound(talk.esme.state()));
  EXPECT_EQ(talk.esme.counters().pdus_out, 21U) << "one bind and an enquire_link every thirty seconds";
  EXPECT_EQ(talk.smsc.counters().pdus_out, 21U);
}

TEST(Enquire, UnansweredCloses) {
  Conversation talk;
  talk.bind();
  talk.now += 30s;
  talk.esme.tick(talk.now);
  EXPECT_EQ(said_by(talk.esme).size(), 1U);
  talk.now += 10s;
  EXPECT_EQ(talk.esme.next_tick(), talk.now);
  talk.esme.tick(talk.now);
  EXPECT_EQ(only<Closed>(heard_by(talk.esme, talk.now)).reason, CloseReason::silent);
}

TEST(Enquire, AnyPduProvesLifeAndALateAnswerIsNoSurprise) {
  Conversation talk;
  talk.bind();
  talk.now += 30s;
  talk.esme.tick(talk.now);
  const auto asked = said_by(talk.esme);
  ASSERT_EQ(asked.size(), 1U);
  talk.now += 9s;
  talk.to_esme({CommandStatus::ok, 1, deliver()});
  talk.now += 9s;
  talk.esme.tick(talk.now);
  EXPECT_FALSE(talk.esme.closed());
  talk.to_esme({CommandStatus::ok, asked[0].sequence_number, smpp::EnquireLinkResp{}});
  EXPECT_EQ(talk.esme.counters().unexpected_responses, 0U);
}

TEST(Enquire, HalfAPduIsSilence) {
  Conversation talk;
  talk.bind();
  const Octets frame = octets_of_pdu({CommandStatus::ok, 1, deliver()});
  for (int i = 0; i < 40; ++i) {
    talk.now += 1s;
    if (i < 20) talk.raw_to_esme(OctetView(frame).subspan(static_cast<std::size_t>(i), 1));
    talk.esme.tick(talk.now);
  }
  EXPECT_TRUE(talk.esme.closed());
}

TEST(Enquire, NotWhileTheOwnerReadsNothing) {
  Conversation talk;
  talk.bind();
  talk.esme.set_reading(false, talk.now);
  EXPECT_EQ(talk.esme.next_tick(), kNever);
  talk.now += 10min;
  talk.esme.tick(talk.now);
  talk.esme.set_reading(true, talk.now);
  talk.esme.tick(talk.now);
  EXPECT_FALSE(talk.esme.closed());
  EXPECT_EQ(talk.esme.output().unsent(), 0U);
}

TEST(Unbind, ByTheEsme) {
  Conversation talk;
  talk.bind();
  ASSERT_TRUE(talk.esme.send(submit(), {5, 0}, talk.now));
  talk.esme.unbind(talk.now);
  EXPECT_EQ(talk.esme.send(submit(), {6, 0}, talk.now).error().code, "bad_state");
  talk.carry();
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::unbound);
  EXPECT_EQ(only<Unanswered>(talk.esme_heard).tag.id, 5U);
  EXPECT_EQ(only<Closed>(talk.smsc_heard).reason, CloseReason::peer_unbound);
}

TEST(Unbind, ByTheSmscAndByBothAtOnce) {
  Conversation talk;
  talk.bind();
  talk.smsc.unbind(talk.now);
  talk.carry();
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::peer_unbound);
  EXPECT_EQ(only<Closed>(talk.smsc_heard).reason, CloseReason::unbound);

  Conversation both;
  both.bind();
  both.smsc.unbind(both.now);
  both.esme.unbind(both.now);
  both.carry();
  EXPECT_EQ(only<Closed>(both.esme_heard).reason, CloseReason::unbound);
  EXPECT_EQ(only<Closed>(both.smsc_heard).reason, CloseReason::unbound);
}

// Found by fuzzing: the answer to the bind came after the unbind, and the session was bound again, on its way out.
TEST(Unbind, WhileTheBindIsUnansweredStaysUnbound) {
  Conversation world;
  ASSERT_TRUE(world.esme.bind({.system_id = "dunlin", .password = "secret"}, world.now));
  world.carry();
  world.esme.unbind(world.now);
  world.smsc.answer_bind(smpp::CommandStatus::ok, "SMSC", world.now);
  world.listen(world.smsc, world.smsc_heard);
  world.to_esme({smpp::CommandStatus::ok, 1, smpp::BindTransceiverResp{}});
  EXPECT_EQ(world.esme.state(), State::unbinding);
  EXPECT_TRUE(all<Bound>(world.esme_heard).empty());
  EXPECT_EQ(world.esme.send(submit(), {1, 0}, world.now).error().code, "bad_state");
  world.carry();
  EXPECT_EQ(only<Closed>(world.esme_heard).reason, CloseReason::unbound);

  Conversation other;
  ASSERT_TRUE(other.esme.bind({.system_id = "dunlin", .password = "secret"}, other.now));
  other.carry();
  other.smsc.unbind(other.now);
  other.smsc.answer_bind(smpp::CommandStatus::ok, "SMSC", other.now);
  EXPECT_EQ(other.smsc.state(), State::unbinding);
}

TEST(Unbind, AnswersStillCountUntilThePeerConfirms) {
  Conversation talk;
  talk.bind();
  const auto sent = talk.esme.send(submit(), {5, 0}, talk.now);
  talk.esme.unbind(talk.now);
  talk.to_esme({CommandStatus::ok, sent->sequence, smpp::SubmitSmResp{}});
  EXPECT_EQ(only<Answered>(talk.esme_heard).tag.id, 5U);
  talk.to_esme({CommandStatus::ok, 3, deliver()});
  EXPECT_EQ(all<Received>(talk.esme_heard).size(), 1U);
  talk.esme.tick(talk.now + 10s);
  EXPECT_EQ(only<Closed>(heard_by(talk.esme, talk.now)).reason, CloseReason::unbind_timeout);
}

TEST(Unbind, AnsweredByAPduWithoutACommand) {
  Conversation talk;
  talk.bind();
  talk.esme.unbind(talk.now);
  Octets frame = octets_of_pdu({CommandStatus::invalid_message_length, 2, smpp::UnbindResp{}});
  for (int i = 4; i < 8; ++i) frame[static_cast<std::size_t>(i)] = 0;
  talk.raw_to_esme(frame);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::unbound);
}

TEST(Unbind, AnsweredByAPduWithoutACommandOrANumberOfOurs) {
  Conversation talk;
  talk.bind();
  Octets frame = octets_of_pdu({CommandStatus::invalid_message_length, 77, smpp::UnbindResp{}});
  for (int i = 4; i < 8; ++i) frame[static_cast<std::size_t>(i)] = 0;
  talk.raw_to_esme(frame);
  EXPECT_TRUE(all<Closed>(talk.esme_heard).empty()) << "while bound it is a command nobody knows";
  talk.esme.unbind(talk.now);
  talk.raw_to_esme(frame);
  EXPECT_EQ(only<Closed>(talk.esme_heard).reason, CloseReason::unbound);
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

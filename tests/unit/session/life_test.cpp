// A session's life: the states, binds, outbind, enquire_link and unbind.
#include "unit/session/conversation.hpp"

#include <set>

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;

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

}  // namespace
}  // namespace dunlin::session

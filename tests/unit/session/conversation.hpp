// An ESME and an SMSC joined by a wire, on virtual time: the test body is the conversation.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <dunlin/smpp/codec.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "session/esme.hpp"
#include "session/smsc.hpp"

namespace dunlin::session {

inline Options quick() { return {.window = 4, .response_timeout = 10s, .enquire_link = 30s, .session_init = 5s}; }

inline smpp::SubmitSm submit(std::string_view text = "hello") {
  smpp::SubmitSm body;
  body.source_addr = "ACME";
  body.destination_addr = "48600100200";
  body.short_message = text;
  return body;
}
inline smpp::DeliverSm deliver(std::string_view text = "STOP") {
  smpp::DeliverSm body;
  body.source_addr = "48600100200";
  body.destination_addr = "ACME";
  body.short_message = text;
  return body;
}

inline Octets octets_of_pdu(const smpp::Pdu& pdu) {
  Octets octets;
  EXPECT_TRUE(smpp::encode(pdu, octets));
  return octets;
}
// What stands in a session's output, as PDUs; it is taken.
inline std::vector<smpp::Pdu> said_by(Session& session) {
  std::vector<smpp::Pdu> pdus;
  smpp::FrameReader reader;
  reader.feed(session.output().view());
  session.output().consume(session.output().unsent());
  for (;;) {
    auto frame = reader.next();
    if (!std::holds_alternative<OctetView>(frame)) break;
    auto decoded = smpp::decode(std::get<OctetView>(frame));
    if (auto* pdu = std::get_if<smpp::Pdu>(&decoded)) {
      pdus.push_back(std::move(*pdu));
    } else {
      ADD_FAILURE() << "a session said what it can't read itself";
    }
  }
  return pdus;
}
// The one answer a session says, which is a Body with that sequence number.
template <class Body>
smpp::CommandStatus only_answer(Session& session, std::uint32_t sequence) {
  const auto said = said_by(session);
  EXPECT_EQ(said.size(), 1U);
  if (said.size() != 1) return smpp::CommandStatus::unknown_error;
  EXPECT_TRUE(std::holds_alternative<Body>(said[0].body)) << smpp::command_name(command_id(said[0].body));
  EXPECT_EQ(said[0].sequence_number, sequence);
  return said[0].command_status;
}
inline std::vector<Event> heard_by(Session& session, Steady now) {
  std::vector<Event> events;
  while (auto event = session.next_event(now)) events.push_back(std::move(*event));
  return events;
}

template <class T>
std::vector<T> all(const std::vector<Event>& events) {
  std::vector<T> found;
  for (const auto& event : events) {
    if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
  }
  return found;
}
// The only event of that kind.
template <class T>
T only(const std::vector<Event>& events) {
  auto found = all<T>(events);
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? T{} : found.front();
}

class Conversation {
 public:
  explicit Conversation(const Options& esme_options = quick(), const Options& smsc_options = quick())
      : esme(esme_options, now), smsc(smsc_options, now) {}

  // Carries octets both ways, `piece` at a time, until nobody says anything more.
  void carry() {
    for (bool moved = true; moved;) moved = carry(esme, smsc, smsc_heard) | carry(smsc, esme, esme_heard);
  }
  // Lets time pass, waking both exactly when they ask for it.
  void wait(std::chrono::nanoseconds time) {
    const Steady end = now + time;
    for (int wakes = 0; wakes < 10000; ++wakes) {
      carry();
      const Steady next = std::min(esme.next_tick(), smsc.next_tick());
      if (next > end) break;
      now = std::max(now, next);
      esme.tick(now);
      smsc.tick(now);
    }
    now = end;
    carry();
  }
  void bind(BindKind kind = BindKind::transceiver) {
    ASSERT_TRUE(esme.bind({.kind = kind, .system_id = "dunlin", .password = "secret"}, now));
    carry();
    ASSERT_EQ(all<BindRequested>(smsc_heard).size(), 1U);
    smsc.answer_bind(smpp::CommandStatus::ok, "SMSC", now);
    carry();
    ASSERT_TRUE(is_bound(esme.state()));
    esme_heard.clear();
    smsc_heard.clear();
  }
  // Says a PDU to the ESME as no session of ours would.
  void to_esme(const smpp::Pdu& pdu) { raw_to_esme(octets_of_pdu(pdu)); }
  void raw_to_esme(OctetView octets) {
    esme.received(octets);
    listen(esme, esme_heard);
  }
  void to_smsc(const smpp::Pdu& pdu) {
    smsc.received(octets_of_pdu(pdu));
    listen(smsc, smsc_heard);
  }
  void listen(Session& session, std::vector<Event>& heard) {
    for (auto& event : heard_by(session, now)) heard.push_back(std::move(event));
  }

  Steady now{1000s};
  std::function<std::size_t(std::size_t)> piece = [](std::size_t unsent) { return unsent; };
  std::vector<Event> esme_heard, smsc_heard;
  Esme esme;
  Smsc smsc;

 private:
  bool carry(Session& from, Session& to, std::vector<Event>& heard) {
    listen(from, &from == &esme ? esme_heard : smsc_heard);
    const auto view = from.output().view();
    if (view.empty()) return false;
    const std::size_t size = std::min(view.size(), std::max<std::size_t>(1, piece(view.size())));
    const Octets octets(view.begin(), view.begin() + static_cast<std::ptrdiff_t>(size));
    from.output().consume(size);
    if (to.closed()) return true;
    to.received(octets);
    listen(to, heard);
    return true;
  }
};

}  // namespace dunlin::session

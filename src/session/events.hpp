// What a session tells its owner.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "session/window.hpp"

namespace dunlin::session {

enum class BindKind : std::uint8_t { transmitter, receiver, transceiver };
std::string_view to_string(BindKind kind);

// A bind as one side says it and the other hears it (SMPP 3.4 §4.1).
struct Bind {
  BindKind kind = BindKind::transceiver;
  std::string system_id{};  // at most 15 octets on the wire
  std::string password{};   // at most 8; never in a log
  std::string system_type{};
  std::uint8_t interface_version = 0x34;
  std::uint8_t addr_ton = 0;
  std::uint8_t addr_npi = 0;
  std::string address_range{};
};

enum class CloseReason : std::uint8_t {
  lost,              // the owner said so: the connection ended
  stopped,           // the owner wanted it
  unbound,           // our unbind was answered
  peer_unbound,      // the peer unbound, and was answered
  bind_refused,      // ESME: by the status told before
  init_timeout,      // not bound in session_init
  silent,            // enquire_link went unanswered
  response_overdue,  // a request went unanswered for twice response_timeout
  unbind_timeout,    // our unbind went unanswered
  bad_frame,         // the stream cannot be followed any more
  output_overflow,   // the peer reads nothing
};
std::string_view to_string(CloseReason reason);  // a sentence for people: "the peer unbound"

// ESME: the bind was accepted.
struct Bound {
  std::string system_id;  // the SMSC's
  std::uint8_t version;   // agreed: below 0x34 no TLVs are sent
};
// ESME: it was not; Closed follows.
struct BindRefused {
  smpp::CommandStatus status;
};
// SMSC: answer with Smsc::answer_bind.
struct BindRequested {
  Bind bind;
};
// ESME: the SMSC asks to be bound to (§2.2.1, §4.1.7); check its password, then bind or close.
struct OutbindReceived {
  std::string system_id;
  std::string password;
};
// A request of the peer's, legal in this state: answer with Session::respond, except alert_notification, which has no
// response.
struct Received {
  smpp::Pdu request;
};
// A request sent with this tag was answered: by its response, whatever its status, or by a generic_nack. Where a
// response's body could not be read, `response` has its header's status and an empty generic_nack as body.
struct Answered {
  Tag tag;
  smpp::Pdu response;
  std::chrono::nanoseconds took;
  bool late;  // after response_timeout
};
// The session closed with this request unanswered; or response_timeout has passed for a query_sm: it has no place any
// more.
struct Unanswered {
  Tag tag;
};
// The last event. Output that was appended before may still be flushed; then the connection is to be closed.
struct Closed {
  CloseReason reason;
  std::string detail;
};

using Event = std::variant<Bound, BindRefused, BindRequested, OutbindReceived, Received, Answered, Unanswered, Closed>;

}  // namespace dunlin::session

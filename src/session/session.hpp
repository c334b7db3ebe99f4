// One SMPP session (SMPP 3.4 §2), either side of it, without sockets and clocks: octets and time go in, octets and
// events come out.
//
//   received(octets, now)   what the connection brought             output(), consume(n)   what is to be written to it
//   tick(now)               at or after next_tick()                  next_event(now)        until it has none, after
//   every call above
//
// What promises nothing is answered at once and by itself: enquire_link, unbind, unknown commands (generic_nack, the
// session stays up), requests whose body cannot be read or that the state does not allow (their response with an
// error). A generic_nack or a response is never answered. Everything else is handed up, and only the owner answers it.
//
// Bounds: `window` requests outstanding; `pdu_max` octets a PDU; the owner stops sending at kOutputMax unsent octets,
// and the session closes at kOutputHardMax, which only a peer that asks and never reads can bring about.
#pragma once

#include <algorithm>
#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <optional>
#include <string>
#include <vector>

#include "session/events.hpp"
#include "session/output.hpp"
#include "session/states.hpp"
#include "session/tap.hpp"
#include "session/window.hpp"

namespace dunlin::session {

inline constexpr std::size_t kPduMax = 64 << 10;
inline constexpr std::size_t kOutputMax = 64 << 10;
inline constexpr std::size_t kOutputHardMax = 1 << 20;

struct Options {
  std::uint8_t version = 0x34;                      // interface_version: 0x33, 0x34, 0x50
  std::uint32_t window = 100;                       // requests of ours outstanding, 1 to kWindowMax
  std::chrono::milliseconds response_timeout{60s};  // then the answer is late; after twice that the session closes, but a query_sm is only Unanswered
  std::chrono::milliseconds enquire_link{
      30s};  // receive silence before we ask, and how long we wait then; 0: never asked
  std::chrono::milliseconds session_init{30s};  // to become bound
  std::size_t pdu_max = kPduMax;
  std::uint32_t first_sequence = 1;
  Tap* tap = nullptr;  // outlives the session
};

struct SessionCounters {
  std::uint64_t pdus_in = 0, pdus_out = 0;
  std::uint64_t late_answers = 0;          // came, but after response_timeout
  std::uint64_t unexpected_responses = 0;  // repeated, or to nothing we asked: ignored
  std::uint64_t unknown_commands = 0;      // answered with generic_nack
  std::uint64_t unreadable = 0;            // known command, broken body
  std::uint64_t refused = 0;               // not legal in this state
  std::uint64_t nacks_in = 0;
};

// The fitting response with nothing in it; generic_nack where there is none.
smpp::Body empty_response(smpp::CommandId request);

class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Side side() const { return side_; }
  State state() const { return state_; }
  bool closed() const { return state_ == State::closed; }
  std::uint8_t version() const { return version_; }  // agreed; before the bind our own
  const SessionCounters& counters() const { return counters_; }

  // Requests of ours. In-flight and room are of the window.
  std::uint32_t in_flight() const { return window_.in_flight(); }
  std::uint32_t window() const { return window_.size(); }
  std::uint32_t room() const { return window_.room(); }
  void set_window(std::uint32_t size) { window_.resize(size); }
  struct Sent {
    std::uint32_t sequence;
    std::uint64_t end;  // the stream's octet after this PDU: the kernel has it when output.consumed() >= end
  };
  // Puts one request into the output; it takes a place in the window until answered. Peers below 3.4 are sent no TLVs.
  // Errors: "bad_state", "window_full", "output_full", and encode's, naming the field; nothing was sent then.
  [[nodiscard]] Result<Sent> send(smpp::Body body, Tag tag, Steady now);

  // Answers a Received. The sequence_number is the request's, whatever `response` says. After the close: nothing.
  // An SMSC that plays a bad one may answer twice.
  // Errors: encode's; the peer was sent an error response instead.
  [[nodiscard]] Result<void> respond(std::uint32_t sequence, smpp::Pdu response);
  std::size_t unanswered_requests() const { return unanswered_requests_; }  // of the peer's

  // Orderly end: Closed follows once the peer answers, or does not.
  void unbind(Steady now);
  // At once. Outstanding requests become Unanswered.
  void close(CloseReason reason, std::string detail = {});

  // The connection.
  void received(OctetView octets) { reader_.feed(octets); }
  Output& output() { return output_; }
  const Output& output() const { return output_; }
  bool output_open() const { return output_.unsent() < kOutputMax; }
  // The owner reads nothing from the connection for a while: its silence is not the peer's.
  void set_reading(bool reading, Steady now);

  Steady next_tick() const;  // kNever: nothing to wait for
  void tick(Steady now);
  std::optional<Event> next_event(Steady now);

 protected:
  Session(Side side, const Options& options, Steady now);
  ~Session() = default;

  void arm_init(Steady now) { init_at_ = now + options_.session_init; }
  [[nodiscard]] Result<std::uint32_t> send_control(smpp::Body body);  // takes no place in the window
  void answer(std::uint32_t sequence, smpp::CommandStatus status, smpp::Body body);
  void become_bound(BindKind kind, std::uint8_t version, Steady now);
  void tell(Event event) { events_.push_back(std::move(event)); }

  // What only one side hears.
  virtual void on_bind(smpp::Pdu pdu, Steady now) = 0;                     // a legal bind, or outbind
  virtual void on_bind_answer(const smpp::Pdu& response, Steady now) = 0;  // the fitting response, or generic_nack
  virtual smpp::CommandId bind_command() const = 0;                        // of the bind bind_sequence_ stands for

  Options options_;
  State state_ = State::open;
  std::optional<std::uint32_t> bind_sequence_;  // ESME: of our bind; SMSC: of the peer's. Unset once answered

 private:
  struct Control {
    std::uint32_t sequence;
    Steady give_up_at;
  };
  bool append(const smpp::Pdu& pdu, Error* error = nullptr);
  void read_one(Steady now);
  void on_frame(OctetView frame, Steady now);
  void on_unparsed(const smpp::Unparsed& unparsed, Steady now);
  void on_request(smpp::CommandId command, smpp::Pdu pdu, Steady now);
  void on_response(smpp::CommandId command, smpp::Pdu pdu, Steady now);
  bool on_control_answer(smpp::CommandId command, const smpp::Pdu& response, Steady now);
  void refuse(smpp::CommandId command, std::uint32_t sequence, smpp::CommandStatus status);
  void enquire(Steady now);
  Steady enquire_at() const;
  std::chrono::milliseconds enquire_wait() const { return std::min(options_.enquire_link, options_.response_timeout); }

  const Side side_;
  std::uint8_t version_;
  smpp::FrameReader reader_;
  Window window_;
  Output output_;
  std::vector<Event> events_;  // told from events_told_ on
  std::size_t events_told_ = 0;
  SessionCounters counters_;
  std::size_t unanswered_requests_ = 0;
  bool reading_ = true;
  Steady init_at_;
  Steady heard_at_;
  bool hungry_ = true;
  std::optional<std::uint32_t> enquire_sequence_;  // of our last enquire_link, until answered
  std::optional<Steady> silent_at_;                // asked, and nothing heard since: gives up then
  std::optional<Control> unbind_;
};

}  // namespace dunlin::session

// One SMSC: its sessions, what it may be handed and when. Links is a list of these; a link never waits for another.
//
// A session's life: waiting (for its reconnect) or listening (for an outbind) → connecting → up (an Esme: binding,
// bound, retiring) → waiting … for ever, until unbind_all(), after which each goes off for good.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/full_recipients.hpp"
#include "engine/link_history.hpp"
#include "engine/link_outbox.hpp"
#include "engine/link_pace.hpp"
#include "engine/link_queries.hpp"
#include "engine/links.hpp"
#include "engine/recorder.hpp"
#include "engine/wrong_callers.hpp"
#include "pacing/backoff.hpp"
#include "session/esme.hpp"

namespace dunlin::engine {

class Link;

// What the links of one gateway share.
struct LinksShared {
  Network& network;
  LogSink log;
  std::vector<LinkEvent> events;
  SessionId last_session = 0;
  Wall wall{};  // as of the last call that told it: what the history is dated by
  struct Place {
    Link* link;
    std::uint32_t lane;
  };
  std::unordered_map<SessionId, Place> places;     // of the connections that exist
  std::unordered_map<SessionId, Link*> callers{};  // those that have not said who they are
  WallMicros clock{};
};

class Link {
 public:
  Link(SmscSettings settings, LinksShared& shared, std::uint64_t seed);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void start(Steady now);
  Steady next_tick() const;
  void tick(Steady now);
  void unbind_all(Steady now);
  bool all_closed() const;
  std::uint32_t in_flight() const;

  void connected(std::uint32_t lane, Steady now);
  void received(std::uint32_t lane, OctetView octets, Steady now);
  void writable(std::uint32_t lane, Steady now);
  void lost(std::uint32_t lane, std::string_view why, Steady now);
  void count_tls_error() { ++tls_errors_; }
  // A caller's connection: until its outbind is right it has no place among the sessions.
  SessionId accepted(const Call& call, Steady now);
  void caller_received(SessionId session, OctetView octets, Steady now);
  void caller_lost(SessionId session);

  // Not so soon after a loss that a failover route should prefer the next SMSC still.
  bool settled(Steady now) const { return sending() && now >= settled_at_; }
  bool sending() const { return !paused_ && !stopping_ && transmitting_ > 0; }
  std::size_t room(Steady now) const;
  void set_demand(bool demand, Steady now);
  bool waiting() const { return outbox_.waiting() > 0; }
  void hand_over(Outgoing outgoing);
  void query(Query query);
  Links::TakenBack take_back(std::uint64_t n);
  std::vector<Outgoing> take_back_all() { return outbox_.take_back_all(); }
  std::vector<HandedUpTo> unsent() const;
  bool kernel_has(std::uint32_t lane, std::uint64_t octet) const;
  void respond(std::uint32_t lane, std::uint32_t sequence, smpp::Pdu response, Steady now);

  void pause(bool paused);
  void rebind(Steady now);
  void set(std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window);
  void reload(const SmscSettings& fresh);
  LinkStatus status(Steady now) const;
  const std::string& name() const { return settings_.name; }
  Recorder& recorder() { return recorder_; }

 private:
  enum class Phase : std::uint8_t { off, waiting, listening, connecting, up };
  struct Lane {
    session::BindKind kind;
    pacing::Backoff backoff;
    Phase phase = Phase::off;
    Steady at = kNever;  // waiting: connects then; connecting: gives up then; up: when retiring, unbinds then
    SessionId session = 0;
    std::unique_ptr<session::Tap> tap = nullptr;
    std::unique_ptr<session::Esme> esme = nullptr;  // while up
    std::optional<Steady> bound_at = std::nullopt;
    BindRecord record{};                                        // of the bind that lives, when bound_at says so
    std::optional<smpp::CommandStatus> refused = std::nullopt;  // the bind, by this status
    bool attempted = false;                                     // some connection was tried: the next is a reconnect
    bool retiring = false;  // handed nothing any more; unbinds when its answers are in
    bool at_once = false;   // then binds again without delay
    bool blocked = false;   // the kernel took less than it was given: writable() follows
    bool reading = true;
  };

  struct Caller {
    SessionId session;
    std::string from;
    std::unique_ptr<session::Tap> tap;
    std::unique_ptr<session::Esme> esme;
  };

  // link_outbind.cpp.
  bool awaits(const Lane& lane) const;
  void refuse_caller(std::string_view from, std::string_view why, Steady now);
  void make_way(Steady now);
  void hear_caller(SessionId session, Steady now);
  void tick_callers(Steady now);
  void answer_outbind(SessionId session, const session::OutbindReceived& outbind, Steady now);
  void hang_up(SessionId session);
  void hang_up_on_callers();

  // link_lanes.cpp: the life of a session.
  session::Options session_options() const;
  void bind(std::uint32_t index, Steady now);
  void connect(std::uint32_t index, Steady now);
  void drain(std::uint32_t index, Steady now);
  void on_event(std::uint32_t index, session::Bound& bound, Steady now);
  void on_event(std::uint32_t index, session::BindRefused& refused, Steady now);
  void on_event(std::uint32_t, session::BindRequested&, Steady) {}    // an SMSC's alone
  void on_event(std::uint32_t, session::OutbindReceived&, Steady) {}  // a caller's, heard before it has a lane
  void on_event(std::uint32_t index, session::Received& received, Steady now);
  void on_event(std::uint32_t index, session::Answered& answered, Steady now);
  void on_event(std::uint32_t index, session::Unanswered& unanswered, Steady now);
  void on_event(std::uint32_t index, session::Closed& closed, Steady now);
  void retire(Lane& lane, bool at_once, Steady now);
  void unbind_if_done(std::uint32_t index, Steady now);
  void end(std::uint32_t index, std::string why, Steady now);
  void say_ended(const Lane& lane, const std::string& why, bool wanted, Steady now);
  void receive_alert(const smpp::AlertNotification& alert, Steady now);
  Steady reconnect_at(Lane& lane, Steady now);
  void gate_reading(Lane& lane, Steady now);
  void flush(Lane& lane);

  // link.cpp: pace and hand-over.
  bool ready(const Lane& lane) const;
  void pump(Steady now);
  bool hand_one(std::uint32_t index, Steady now);
  void ask(Steady now);
  void tell(std::vector<QueryAnswered> answers);
  LimitedBy cause(Steady now) const;
  void count(smpp::CommandStatus status);
  void update_transmitting(Steady now, bool wanted);
  void give_back(std::vector<Outbox::Returned> returned);
  std::size_t window_room() const;
  void log(Severity severity, const std::string& sentence) const;

  // link_status.cpp.
  bool carries(const Lane& lane) const;
  LinkState state_of(const Lane& lane) const;
  void tell_state(LinkStatus& status, Steady now) const;
  void tell_history(LinkStatus& status, Steady now) const;

  SmscSettings settings_;
  LinksShared& shared_;
  Recorder recorder_;
  std::vector<Lane> lanes_;
  Outbox outbox_;
  Queries queries_;
  LinkPace pace_;
  FullRecipients full_;
  bool demand_ = false;  // more is queued for it than is here
  bool paused_ = false;
  bool stopping_ = false;
  bool dirty_ = false;                // something queued waits for the next tick
  Steady pump_at_ = kNever;           // when the pace allows the next segment, or its claim
  std::uint32_t transmitting_ = 0;    // sessions bound for it, also retiring ones
  std::uint32_t turn_ = 0;            // the lane that is first next time
  std::vector<std::uint32_t> round_;  // pump's own: lanes that still take
  std::string last_error_;
  BindHistory history_;
  std::optional<smpp::BindClass> refused_;  // the last bind, until one succeeds
  std::array<std::uint64_t, smpp::kBindClasses> binds_refused_{};
  std::uint64_t tls_errors_ = 0;
  std::vector<Caller> callers_;  // oldest first, at most kCallersMax
  WrongCallers wrong_callers_;
  std::uint64_t outbinds_refused_ = 0;
  std::optional<Steady> said_refused_;
  bool lost_before_ = false;           // it transmitted, and then no longer, against our will
  Steady settled_at_ = Steady::min();  // failover routes prefer it from then on
  std::uint64_t alerts_ = 0, alerts_dropped_ = 0;
  std::optional<Steady> alerts_since_;  // the second that alerts_now_ counts begins there
  std::uint32_t alerts_now_ = 0;
  std::uint64_t reconnects_ = 0;
  std::uint64_t throttled_ = 0;
  std::vector<SubmitStatusCount> submits_;
  Histogram<12> response_seconds_{{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60}};
};

}  // namespace dunlin::engine

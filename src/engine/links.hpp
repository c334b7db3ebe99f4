// The links to the SMSCs, without sockets: sessions, reconnects, windows and pace of every configured SMSC. What
// promises nothing (binds, enquire_link, unbind, generic_nack) leaves at once; submits and deliver_sm_resps leave only
// when the engine hands them over after its commit.
//
// One thread. Time is an argument. Everything that happened is taken as LinkEvents and becomes the next turn's input.
// hand_over(), respond() and set() only queue: next_tick() is then due at once, and the next tick() encodes and writes,
// one write a session. So whoever releases a turn's effects calls tick() once after the last of them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <dunlin/smpp/status.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/counters.hpp"
#include "engine/log.hpp"
#include "engine/settings.hpp"
#include "session/events.hpp"

namespace dunlin::engine {

class Recorder;

using SessionId = std::uint64_t;  // one TCP connection's; never used twice in a process

// Connections, as the links need them. net/ has them over Asio, tests over a virtual network. Answers come through
// Links' connected(), received(), writable() and closed(), never from inside these calls.
class Network {
 public:
  virtual ~Network() = default;
  virtual void connect(SessionId session, const SmscSettings& smsc) = 0;
  // Hands octets to the kernel without blocking and says how many it took; fewer than given: writable() follows once
  // there is room.
  virtual std::size_t write(SessionId session, OctetView octets) = 0;
  virtual void read(SessionId session, bool wanted) = 0;  // false: leave what the peer sends in the kernel
  virtual void close(SessionId session) = 0;              // nothing of this session is told afterwards
};

// A connection made to an SMSC's outbind_listen.
struct Call {
  std::string smsc;      // whose
  std::string from;      // address without port, for the log and to tell callers apart
  bool expected = true;  // an address that this SMSC may call from
};

// One job's segments on their way, in order; all go over one session.
struct Outgoing {
  struct Part {
    std::uint32_t segment;
    smpp::SubmitSm submit;
  };
  std::uint64_t n = 0;
  bool urgent = false;  // before everything that is not (priority high)
  std::vector<Part> parts;
};

// The kernel has everything of a session up to this octet, or the session is gone: until then an answer that promises
// silence waits.
struct HandedUpTo {
  SessionId session;
  std::uint64_t octet;
};

// By a submit_sm_resp or a generic_nack. A submit that cannot be encoded is answered here by `invalid_message_length`,
// one carried by TLVs over a session that has none by `missing_tlv`, unsent.
struct SubmitAnswered {
  std::string smsc;
  std::uint64_t n;
  std::uint32_t segment;
  smpp::CommandStatus status;
  std::string message_id;
  SessionId session;
  // ESME_RMSGQFUL, and it is this recipient's queue that is full, not the SMSC's: the job waits, the link goes on.
  bool recipient_full = false;
};
// The session was lost (or gave up after twice response_timeout) with this segment handed over and unanswered.
struct SubmitUnanswered {
  std::string smsc;
  std::uint64_t n;
  std::uint32_t segment;
};
// Nothing of these segments was handed over, and their session (or, before the job's first segment, every session that
// could send them) is gone, or the link is paused: the job goes back to its queue.
struct SubmitReturned {
  std::string smsc;
  std::uint64_t n;
  std::vector<std::uint32_t> segments;
};
// A deliver_sm or data_sm that waits for its response; answered with Links::respond after the commit.
struct Inbound {
  std::string smsc;
  SessionId session;
  std::uint32_t sequence;
  std::shared_ptr<const smpp::Pdu> pdu;  // never empty; held apart, so that the other events stay small
};
// Bound or no longer bound for transmitting.
struct LinkChanged {
  std::string smsc;
};
// What query_sm was asked for one segment (SMPP 3.4 §4.8), or could not be.
struct QueryAnswered {
  std::string smsc;
  std::uint64_t n;
  std::uint32_t segment;
  std::optional<smpp::MessageState> message_state;  // empty: no answer that says it, and none will come
  std::string reason;                               // then why: "query_failed", "unsupported", "unanswered", …
  std::string final_date;                           // as the SMSC wrote it
  std::uint8_t error_code = 0;
};
// An alert_notification (SMPP 3.4 §4.12): a handset is there again. It has no response.
struct Available {
  std::string smsc;
  std::string number;  // as the SMSC gave it
  smpp::Ton ton{};
  std::optional<std::uint8_t> ms_availability_status;  // 0 available, 1 denied, 2 unavailable
};
using LinkEvent =
    std::variant<SubmitAnswered, SubmitUnanswered, SubmitReturned, Inbound, LinkChanged, QueryAnswered, Available>;

// A segment to ask for.
struct Query {
  std::uint64_t n;
  std::uint32_t segment;
  std::string message_id;       // as the SMSC gave it
  smpp::Ton source_ton{};       // of the submit: an SMSC may want them to agree
  smpp::Npi source_npi{};
  std::string source;
};

// Why the network lost a connection, or never had it.
enum class Lost : std::uint8_t { connection, tls };

// What a link is doing, told by the one of its sessions that is furthest.
enum class LinkState : std::uint8_t {
  off,         // stopped
  waiting,     // for its next attempt
  refused,     // waiting, because the bind was refused
  listening,   // for the SMSC's outbind
  connecting,  // TCP and TLS
  binding,     // connected; the bind is not answered yet
  unbinding,   // nothing is sent there any more
  bound,       // and may transmit (or receive, where that is all it is for)
};
std::string_view to_string(LinkState state);

enum class TlsUse : std::uint8_t { none, verified, unverified };

// One bind that came to be, or did not, and why it ended.
struct BindRecord {
  session::BindKind kind{};
  bool bound = false;         // false: it never came to be; `at` is then when it failed
  Wall at{};                  // bound since
  std::string peer;           // the SMSC's system_id, as it answered
  std::uint8_t version = 0;   // agreed
  std::optional<Wall> ended;  // unset: it lives
  std::chrono::milliseconds lasted{};
  std::string why;          // for people
  std::uint32_t times = 1;  // failures of one kind and reason in a row are one record: `at` the first, `ended` the last
};
inline constexpr std::size_t kBindRecordsMax = 16;  // ended ones of an SMSC; beyond: the oldest goes

// What an operator would have to change for a link to go faster; docs/operating.md has a sentence for each.
enum class LimitedBy : std::uint8_t {
  idle,        // nothing: there is no more to send
  unbound,     // no session could send
  paused,      // an operator
  window,      // every place in the windows waits for its answer: window / round trip is the most there can be
  rate,        // `throughput`
  throttled,   // what the SMSC took, learned from its throttle answers
  congestion,  // what the SMSC said of itself (congestion_state, SMPP 5.0 §4.8.4.18)
  store,       // this gateway: its decisions and its disk
};
inline constexpr std::size_t kLimits = 8;
std::string_view to_string(LimitedBy cause);  // as the metric's label: "idle", "unbound", …

struct SubmitStatusCount {
  smpp::CommandStatus status;
  std::uint64_t count;
};

// Live numbers of one SMSC, for /v1/links, /v1/status and the metrics.
struct LinkStatus {
  std::string name;
  std::string host;
  std::uint16_t port = 0;
  bool bound = false;  // some session is bound and may transmit (or receive, where that is all it is for)
  bool paused = false;
  std::uint32_t sessions = 0;  // wanted
  std::uint32_t sessions_bound = 0;
  std::uint32_t in_flight = 0;             // handed over and unanswered
  std::uint32_t outbox = 0;                // claimed and not yet handed over
  std::uint32_t window = 0;                // over all bound sessions
  std::uint32_t throughput = 0;            // configured or patched
  double rate_effective = 0;               // PDUs a second allowed now; 0: no limit
  LimitedBy limited_by = LimitedBy::idle;  // most of the last second
  double rate_sent = 0;                    // PDUs handed over in the last second
  double round_trip_seconds = 0;           // of late, until an answer came; 0: none yet
  double rate_window = 0;                  // the most that the windows allow at that round trip; 0: not known
  double rate_learned = 0;                 // what throttle answers taught; 0: nothing
  double rate_ceiling = 0;                 // where the SMSC last began to throttle
  double learned_seconds = 0;              // since the first throttle answer of this lesson
  std::optional<std::uint8_t> congestion;  // congestion_state, 0 to 100, while it is fresh
  std::string last_error;                  // why the last bind or session ended, for people
  LinkState state = LinkState::off;
  std::optional<smpp::BindClass> refused;  // what the last bind was refused for, until one succeeds
  std::uint8_t version = 0;                // agreed with the newest bind; 0: there is none
  std::string peer;                        // its system_id
  TlsUse tls = TlsUse::none;
  std::optional<std::chrono::milliseconds> next_attempt;  // until then, while a session waits for one
  std::optional<std::chrono::milliseconds> failback;      // back after a loss: failover routes prefer it in so long
  std::vector<BindRecord> history;                        // those that live, then those that ended, newest first
  std::array<std::uint64_t, smpp::kBindClasses> binds_refused{};
  std::uint64_t tls_errors = 0;
  std::uint64_t outbinds_refused = 0;
  std::uint64_t alerts = 0;
  std::uint64_t alerts_dropped = 0;  // beyond kAlertsMax
  std::uint64_t reconnects = 0;
  std::uint64_t throttled = 0;
  std::vector<SubmitStatusCount> submits;           // answers by status
  std::uint64_t queries = 0;                        // query_sm sent
  MessageIdForm message_id = MessageIdForm::automatic;  // how its receipts name messages: configured or learned; automatic: not known yet
  bool message_id_learned = false;
  std::uint64_t parts_held = 0;        // messages of people's that wait for their other parts
  std::uint64_t captures_dropped = 0;  // PDUs that captures had no room for
  const Histogram<12>* response_seconds = nullptr;  // owned by Links
};

class Links {
 public:
  // `seed` feeds the reconnect jitter. Settings are copied.
  Links(std::vector<SmscSettings> smscs, Network& network, std::uint64_t seed, LogSink log = {});
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  void start(Steady now);       // opens the first connections
  Steady next_tick() const;     // kNever: nothing to wait for
  void tick(Now now);           // timers, and hands over what pace and windows allow
  bool drained() const;         // nothing handed over is unanswered
  void unbind_all(Steady now);  // orderly; no reconnect follows
  bool all_closed() const;

  // From the network.
  void connected(SessionId session, Now now);
  void received(SessionId session, OctetView octets, Now now);
  void writable(SessionId session, Now now);
  void closed(SessionId session, std::string_view why, Now now, Lost lost = Lost::connection);
  // Somebody called at an SMSC's outbind_listen. 0: not wanted; hang up.
  SessionId accepted(const Call& call, Now now);

  // For the engine. `smsc` is a configured name, or the call does nothing.
  bool sending(std::string_view smsc) const;  // bound for transmitting and not paused
  // sending(), and not so soon after a loss that a failover route should prefer the next one still.
  bool settled(std::string_view smsc, Steady now) const;
  // How many more segments may be claimed now: what windows and pace can release in about 50 ms, less what already
  // waits here.
  std::size_t room(std::string_view smsc, Steady now) const;
  bool waiting(std::string_view smsc) const;  // something of what it was handed has not left
  // Whether more is queued for it than it was handed: tells an empty queue from a store that is behind, and has the
  // next claim made in time.
  void set_demand(std::string_view smsc, bool demand, Steady now);
  void hand_over(std::string_view smsc, Outgoing outgoing, Now now);  // released effect of a committed claim
  // Asks a few a second, seldom while submits wait; answered by a QueryAnswered in any case, at once where the link can't or has too many to ask.
  void query(std::string_view smsc, Query query);
  struct TakenBack {
    std::vector<std::uint32_t> taken;        // segments that will not leave
    std::vector<std::uint32_t> handed_over;  // handed over and unanswered
    std::vector<HandedUpTo> wait;            // what of them the kernel does not have yet
  };
  TakenBack take_back(std::string_view smsc, std::uint64_t n);
  std::vector<Outgoing> take_back_all(
      std::string_view smsc);  // everything not handed over: on pause, rebind or shutdown
  // The end of what is encoded for each of its sessions, where the kernel does not have all of that yet.
  std::vector<HandedUpTo> unsent(std::string_view smsc) const;
  bool kernel_has(const HandedUpTo& point) const;
  void respond(SessionId session, std::uint32_t sequence, smpp::Pdu response,
               Now now);  // a session that is gone: nothing
  std::vector<LinkEvent> take_events();

  // Operations.
  bool pause(std::string_view smsc, bool paused);
  // Unbinds each session once its outstanding answers came (or after kRebindWait), then binds again at once. Take back
  // the outbox first.
  bool rebind(std::string_view smsc, Now now);
  bool set(std::string_view smsc, std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window);
  // Takes over what of its settings can change live.
  bool reload(const SmscSettings& fresh);
  std::vector<LinkStatus> status(Steady now) const;
  bool known(std::string_view smsc) const;
  Recorder* recorder(std::string_view smsc) const;  // lives as long as this; null: no such SMSC

  // Bounds. Outbox: room() keeps it under one second of `throughput` or the windows' sum. Inbound: a session with
  // kInboundMax unanswered requests (what one read brought may exceed it) is not read until half are answered.
  static constexpr std::size_t kInboundMax = 256;
  static constexpr std::size_t kAheadMax =
      16 << 10;  // octets of a session encoded and not taken by the kernel, before a segment is encoded
  static constexpr std::chrono::seconds kRebindWait{10};
  static constexpr std::chrono::seconds kConnectMax{30};    // a connection not made by then has failed
  static constexpr std::chrono::seconds kAlreadyBound{30};  // or reconnect_max, where that is less
  // alert_notifications of one SMSC taken in a second; more are counted and dropped: no response asks for them again,
  // and nothing else holds their sender back.
  static constexpr std::uint32_t kAlertsMax = 1000;
  // Connections of one SMSC's outbind_listen that have not said who they are; for one more the oldest is hung up on.
  static constexpr std::size_t kCallersMax = 8;
  static constexpr std::chrono::seconds kOutbindWait{10};  // for the outbind; then the caller is hung up on

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::engine

// A network on virtual time, with SMSCs at its other end that behave as the test says. They are the project's own
// SMSC-side sessions.
//
// Nothing happens inside a call of Links: connections come up, octets arrive and answers fall due in settle() and
// wait().
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/links.hpp"
#include "session/smsc.hpp"

namespace dunlin::engine::test {

struct SeenSubmit {
  SessionId session;
  Steady at;
  std::uint32_t sequence;
  smpp::SubmitSm body;
};

struct SeenQuery {
  SessionId session;
  Steady at;
  std::uint32_t sequence;
};

// One SMSC: first how it behaves, then what it saw.
struct VirtualSmsc {
  enum class Door : std::uint8_t { open, refuses, hangs };
  Door door = Door::open;
  std::optional<smpp::CommandStatus> bind_answer = smpp::CommandStatus::ok;  // nullopt: none
  // The answer to a submit, after `latency`; nullopt: none by itself (answer() gives one).
  std::function<std::optional<smpp::CommandStatus>(const smpp::SubmitSm&)> submit_answer =
      [](const smpp::SubmitSm&) -> std::optional<smpp::CommandStatus> { return smpp::CommandStatus::ok; };
  std::chrono::nanoseconds latency{0};
  std::optional<std::uint8_t> congestion;  // congestion_state of its submit_sm_resps
  bool answers_queries = true;             // with `delivered`, at once
  std::size_t kernel = SIZE_MAX;           // octets the kernel of each new connection takes, until given more
  bool silent = false;                     // says nothing at all any more
  session::Options options{.window = 1000};

  std::vector<Steady> connects;
  std::vector<std::pair<SessionId, session::Bind>> binds;
  std::vector<SeenSubmit> submits;
  std::vector<SeenQuery> queries;
  std::vector<smpp::Pdu> answers;  // to what it delivered
  std::uint64_t writes = 0;
};

class VirtualNetwork final : public Network {
 public:
  VirtualSmsc& smsc(const std::string& name) { return smscs_[name]; }

  // Network.
  void connect(SessionId session, const SmscSettings& settings) override {
    ASSERT_FALSE(connections_.contains(session)) << "a session id was used twice";
    VirtualSmsc& smsc = smscs_[settings.name];
    smsc.connects.push_back(now);
    connections_[session].smsc = &smsc;
    connections_[session].kernel = smsc.kernel;
    if (smsc.door == VirtualSmsc::Door::open) at(now, [this, session] { up(session); });
    if (smsc.door == VirtualSmsc::Door::refuses) at(now, [this, session] { drop(session, "connection refused"); });
  }
  std::size_t write(SessionId session, OctetView octets) override {
    Connection& connection = connections_.at(session);
    EXPECT_TRUE(connection.peer) << "written before it was connected";
    const std::size_t taken = std::min(octets.size(), connection.kernel);
    connection.kernel -= connection.kernel == SIZE_MAX ? 0 : taken;
    connection.towards_smsc.insert(connection.towards_smsc.end(), octets.begin(),
                                   octets.begin() + static_cast<std::ptrdiff_t>(taken));
    connection.taken += taken;
    ++connection.smsc->writes;
    return taken;
  }
  void read(SessionId session, bool wanted) override { connections_.at(session).reading = wanted; }
  void close(SessionId session) override {
    ASSERT_TRUE(connections_.contains(session));
    Connection& connection = connections_.at(session);
    hear(session, connection);  // what was flushed before the close still arrives
    connections_.erase(session);
  }

  // The SMSC of that name calls us; 0: it was hung up on.
  SessionId call(const std::string& name, const std::string& from = "192.0.2.1", bool expected = true) {
    const SessionId session = links->accepted({name, from, expected}, time());
    if (session == 0) return 0;
    Connection& connection = connections_[session];
    connection.smsc = &smscs_[name];
    connection.kernel = connection.smsc->kernel;
    connection.peer = std::make_unique<session::Smsc>(connection.smsc->options, now);
    return session;
  }

  // The test's side.
  std::vector<SessionId> sessions() const {
    std::vector<SessionId> all;
    for (const auto& [session, connection] : connections_) {
      if (connection.peer) all.push_back(session);
    }
    return all;
  }
  session::Smsc& peer(SessionId session) { return *connections_.at(session).peer; }
  bool reading(SessionId session) const { return connections_.at(session).reading; }
  std::uint64_t taken(SessionId session) const { return connections_.at(session).taken; }
  // The kernel of this connection takes so many more octets.
  void give_kernel(SessionId session, std::size_t octets) {
    connections_.at(session).kernel = octets;
    if (octets > 0) links->writable(session, time());
    settle();
  }
  // Leaves so much room in it, telling nobody.
  void stall(SessionId session, std::size_t octets) {
    if (connections_.contains(session)) connections_.at(session).kernel = octets;
  }
  void give_all() {
    for (const SessionId session : sessions()) {
      if (connections_.contains(session)) give_kernel(session, SIZE_MAX);
    }
  }
  // The connection breaks.
  void drop(SessionId session, std::string_view why = "connection reset") {
    if (!connections_.contains(session)) return;
    connections_.erase(session);
    links->closed(session, why, time());
  }
  // Forgets all connections and what was to come: a new Links follows.
  void close_all() {
    connections_.clear();
    agenda_.clear();
  }
  void answer(const SeenSubmit& submit, smpp::CommandStatus status = smpp::CommandStatus::ok) {
    if (!connections_.contains(submit.session)) return;
    smpp::SubmitSmResp response;
    response.message_id = submit.body.short_message.text();  // so that a test can tell whose answer it is
    if (const auto state = connections_.at(submit.session).smsc->congestion)
      response.tlvs.set(smpp::tlv::congestion_state, *state);
    (void)peer(submit.session).respond(submit.sequence, {status, 0, response});
  }
  void answer(const SeenQuery& query) {
    if (!connections_.contains(query.session)) return;
    smpp::QuerySmResp response;
    response.message_state = smpp::MessageState::delivered;
    (void)peer(query.session).respond(query.sequence, {smpp::CommandStatus::ok, 0, response});
  }
  void at(Steady time, std::function<void()> what) { agenda_.emplace(time, std::move(what)); }

  Now time() const {
    return {now, Wall{std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch())}};
  }

  // Everything that is due now, until nothing moves.
  void settle() {
    for (int rounds = 0; rounds < 1'000'000; ++rounds) {
      if (!agenda_.empty() && agenda_.begin()->first <= now) {
        const auto what = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        what();
      } else if (links->next_tick() <= now) {
        links->tick(time());
        ASSERT_LE(++ticks_at_once_, 10000) << "links are busy without time passing";
      } else if (!carry()) {
        ticks_at_once_ = 0;
        return;
      }
    }
    FAIL() << "the conversation never ends";
  }
  // Lets time pass; every timer fires up to `late` too late.
  void wait(
      std::chrono::nanoseconds time, const std::function<std::chrono::nanoseconds()>& late = [] { return 0ns; }) {
    const Steady end = now + time;
    for (;;) {
      settle();
      if (::testing::Test::HasFatalFailure()) return;
      Steady next = std::min(links->next_tick(), agenda_.empty() ? kNever : agenda_.begin()->first);
      for (const auto& [session, connection] : connections_) {
        if (connection.peer) next = std::min(next, connection.peer->next_tick());
      }
      if (next > end) break;
      now = std::min(end, std::max(now, next) + late());
      for (auto& [session, connection] : connections_) {
        if (connection.peer) connection.peer->tick(now);
      }
    }
    now = end;
    settle();
  }

  Steady now{1000s};
  Links* links = nullptr;

 private:
  struct Connection {
    VirtualSmsc* smsc = nullptr;
    std::unique_ptr<session::Smsc> peer;  // once it is up
    Octets towards_smsc;
    std::size_t kernel = SIZE_MAX;
    std::uint64_t taken = 0;
    bool reading = true;
  };

  void up(SessionId session) {
    const auto found = connections_.find(session);
    if (found == connections_.end()) return;
    found->second.peer = std::make_unique<session::Smsc>(found->second.smsc->options, now);
    links->connected(session, time());
  }
  // One step of any connection; false: there is none.
  bool carry() {
    for (auto& [session, connection] : connections_) {
      if (!connection.peer) continue;
      if (hear(session, connection)) return true;
      auto& output = connection.peer->output();
      if (connection.smsc->silent) output.consume(output.unsent());
      if (connection.reading && output.unsent() > 0) {
        const Octets octets(output.view().begin(), output.view().end());
        output.consume(octets.size());
        links->received(session, octets, time());
        return true;
      }
      if (connection.peer->closed() && output.unsent() == 0) {
        drop(session, "closed by the peer");
        return true;
      }
    }
    return false;
  }
  bool hear(SessionId session, Connection& connection) {
    if (!connection.peer) return false;
    const Octets octets = std::exchange(connection.towards_smsc, {});
    if (!connection.peer->closed()) connection.peer->received(octets);
    bool heard = !octets.empty();
    while (auto event = connection.peer->next_event(now)) {
      heard = true;
      if (const auto* asked = std::get_if<session::BindRequested>(&*event)) {
        connection.smsc->binds.emplace_back(session, asked->bind);
        if (connection.smsc->bind_answer) connection.peer->answer_bind(*connection.smsc->bind_answer, "SMSC", now);
      } else if (auto* received = std::get_if<session::Received>(&*event)) {
        submitted(session, *connection.smsc, std::move(received->request));
      } else if (auto* answered = std::get_if<session::Answered>(&*event)) {
        connection.smsc->answers.push_back(std::move(answered->response));
      }
    }
    return heard;
  }
  void submitted(SessionId session, VirtualSmsc& smsc, smpp::Pdu pdu) {
    if (std::holds_alternative<smpp::QuerySm>(pdu.body)) {
      smsc.queries.push_back({session, now, pdu.sequence_number});
      if (smsc.answers_queries) answer(smsc.queries.back());
      return;
    }
    auto* body = std::get_if<smpp::SubmitSm>(&pdu.body);
    ASSERT_NE(body, nullptr);
    const auto status = smsc.submit_answer(*body);
    smsc.submits.push_back({session, now, pdu.sequence_number, std::move(*body)});
    if (status) at(now + smsc.latency, [this, seen = smsc.submits.back(), status] { answer(seen, *status); });
  }

  std::map<std::string, VirtualSmsc> smscs_;
  std::map<SessionId, Connection> connections_;
  std::multimap<Steady, std::function<void()>> agenda_;
  int ticks_at_once_ = 0;
};

}  // namespace dunlin::engine::test

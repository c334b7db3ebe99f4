// A whole gateway in one thread: virtual clock, virtual network, a store that forgets what was not synced, and one
// scripted SMSC a link.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <map>
#include <memory>

#include "engine/gateway.hpp"
#include "store/enum_names.hpp"
#include "store/keys.hpp"
#include "store/memory.hpp"
#include "store/reader.hpp"

namespace dunlin::engine::testing {

using store::State;

// The far end of every session of one SMSC: answers binds and enquire_links, keeps submits, answers them as told.
class ScriptedSmsc {
 public:
  struct Submit {
    SessionId session;
    std::uint32_t sequence;
    smpp::SubmitSm pdu;
    bool answered = false;
  };
  bool answering = true;                     // submits at once, with ok
  std::deque<smpp::CommandStatus> statuses;  // of the next answers, before ok
  std::vector<Submit> submits;
  std::vector<smpp::Pdu> answers;  // what the gateway answered to our deliver_sms
  std::uint32_t next_id = 1;
  std::vector<smpp::QuerySm> queries;
  std::optional<smpp::CommandStatus> query_status = smpp::CommandStatus::ok;  // none: they go unanswered
  smpp::MessageState query_state{};
  bool query_nacked = false;

  std::string text_of(std::size_t index) const { return std::string(submits.at(index).pdu.short_message.text()); }
};

class World : public Network, public StoreQueue {
 public:
  explicit World(std::size_t links = 1);
  ~World() override;

  void start();
  // Power cut: everything not synced is gone, every connection too; then a new process.
  void crash();

  // Lets virtual time pass, stopping at each timer.
  void run(std::chrono::nanoseconds how_long);

  Result<Accepted> submit(store::Job job);
  static store::Job job(std::string id, std::string to = "+48601000001",
                        std::string text = "Please pay 120.50 by Friday.");
  template <class Request, class T>
  std::optional<Result<T>> ask(Request request, std::chrono::nanoseconds wait = 5ms) {
    auto got = std::make_shared<std::optional<Result<T>>>();
    request.answer = [got](Result<T> answer) { *got = std::move(answer); };
    gateway->request(std::move(request), now);
    run(wait);
    return *got;
  }

  store::JobView view(const std::string& id);
  State state(const std::string& id);
  // "accepted", "submitted", … of one job, or of everything where id is empty; in order, and without a gap in seq.
  std::vector<std::string> events(const std::string& id = {});
  std::vector<store::Event> all_events();

  // The newest event of that type; an empty one: there is none.
  store::Event last(store::EventType type);
  // Events of that name.
  std::size_t count(const std::string& name);
  // Segments that the first SMSC was sent.
  std::size_t sent();

  void answer(const std::string& smsc, std::size_t index, smpp::CommandStatus status = smpp::CommandStatus::ok,
              std::string id = {});
  // With exactly this id, also an empty one.
  void answer_as(const std::string& smsc, std::size_t index, const std::string& id);
  void deliver(const std::string& smsc, const smpp::Body& body);
  void receipt(const std::string& smsc, const std::string& id, const std::string& from,
               const std::string& stat = "DELIVRD");
  void reply(const std::string& smsc, const std::string& from, const std::string& text, const std::string& to = "ACME");
  // To the first SMSC, which is given its time.
  void says(const std::string& text, const std::string& from = "48601000001");
  // Any request of the SMSC's.
  void say(const std::string& smsc, smpp::Body body);
  // The network goes: RST of every session of that SMSC; `back`: it takes connections again.
  void drop(const std::string& smsc, bool back = true);
  SessionId session_of(const std::string& smsc);
  void work();

  // While it is stalled: so many of the store's jobs, and what follows from them.
  void store_steps(std::size_t jobs);

  Settings settings;
  store::kv::Memory kv;
  Now now;
  std::map<std::string, ScriptedSmsc> smscs;
  std::map<std::string, bool> reachable;
  std::size_t kernel_room = SIZE_MAX;  // octets it still takes
  bool store_stalled = false;
  std::vector<std::string> logged;
  std::size_t largest_batch = 0, most_rows = 0;  // committed at once, and read by one fetch's ranges
  std::unique_ptr<Gateway> gateway;

 private:
  struct Connection {
    std::string smsc;
    smpp::FrameReader reader;
  };

  void advance_to(Steady to);

  void store_step();

  void send(SessionId session, const smpp::Pdu& pdu);

  void heard(SessionId id, Connection& connection, OctetView frame);

  // Network.
  void connect(SessionId session, const SmscSettings& smsc) override;
  std::size_t write(SessionId session, OctetView octets) override;
  void read(SessionId, bool) override;
  void close(SessionId session) override;

  // StoreQueue.
  void run(StoreJob job, std::function<void(StoreAnswer)> done) override;

  std::deque<std::pair<StoreJob, std::function<void(StoreAnswer)>>> jobs_;
  std::deque<std::function<void()>> todo_;
  std::map<SessionId, Connection> connections_;
  std::uint32_t next_sequence_ = 1;
};

}  // namespace dunlin::engine::testing

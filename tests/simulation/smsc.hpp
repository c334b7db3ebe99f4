// A simulated SMSC. It speaks SMPP well enough to be bound to, and lies as its character says: answers late, twice, out
// of order or never, throttles, refuses, hangs up, and names its messages otherwise in receipts.
#pragma once

#include <deque>
#include <dunlin/smpp/codec.hpp>
#include <map>
#include <set>
#include <string>

#include "facts.hpp"
#include "random.hpp"
#include "scenario.hpp"

namespace dunlin::simulation {

class World;

class SimulatedSmsc {
 public:
  SimulatedSmsc(World& world, engine::SmscSettings settings, SmscCharacter character, std::uint64_t seed)
      : world_(world),
        settings_(std::move(settings)),
        character_(character),
        random_(seed),
        query_random_(seed, 2),
        parts_(seed ^ 0x9A7750) {}

  const SmscCharacter& character() const { return character_; }
  const std::string& name() const { return settings_.name; }

  // From the network.
  void connected(ConnectionNumber connection);
  void received(ConnectionNumber connection, const Octets& octets);
  void closed(ConnectionNumber connection);
  // A deliver_sm_resp left the gateway: what it answers, or nullptr.
  const Delivery* answered(ConnectionNumber connection, std::uint32_t sequence);

  // From here on it behaves; what it has already decided it still does.
  void calm() { calm_ = true; }
  // Everything it had to deliver was answered, as far as anybody is bound to take it.
  bool delivered_all() const;
  // A person writes.
  void write(DeliveryKind kind, const std::string& number, const std::string& to);
  // In words of their own. `holds`: as Delivery says.
  void write(const std::string& number, const std::string& to, DeliveryKind kind, const std::string& text, bool holds,
             const std::string& intent);

 private:
  struct Session {
    smpp::FrameReader reader;
    bool receives = false;
    bool transmits = false;
    std::uint32_t next_sequence = 1;
    std::map<std::uint32_t, Delivery*> unanswered;
  };
  struct Message {
    std::string id;  // as the response names it
    JobNumber job;
    std::uint32_t segment;
    std::string number;
  };

  void handle(ConnectionNumber connection, const smpp::Pdu& pdu);
  template <class Bind, class Response>
  void bind(ConnectionNumber connection, const smpp::Pdu& pdu, bool transmits, bool receives);
  void submitted(ConnectionNumber connection, std::uint32_t sequence, const smpp::SubmitSm& submit);
  void queried(ConnectionNumber connection, std::uint32_t sequence, const smpp::QuerySm& query);
  bool misbehaves(ConnectionNumber connection);
  smpp::CommandStatus status_of_next();
  Message accept(const smpp::SubmitSm& submit);
  void answer(ConnectionNumber connection, std::uint32_t sequence, smpp::CommandStatus status, const std::string& id,
              std::chrono::nanoseconds after);
  void plan_receipts(const Message& message, bool early);
  void plan_people(const Message& message);
  void write_in_parts(const std::string& number, const std::string& to);
  std::string receipt_id(const std::string& id);
  void deliver_after(std::chrono::nanoseconds wait, Delivery delivery);
  void deliver_pending();
  void send(ConnectionNumber connection, Session& session, Delivery& delivery);
  smpp::Body body_of(const Delivery& delivery);
  void start_talking(ConnectionNumber connection);

  World& world_;
  engine::SmscSettings settings_;
  SmscCharacter character_;
  Random random_, query_random_;
  Random parts_;  // of replies in parts alone
  bool calm_ = false;
  std::uint16_t reference_ = 0;
  std::map<ConnectionNumber, Session> sessions_;
  std::deque<Delivery> deliveries_;
  std::deque<Delivery*> pending_;  // not sent on any session that lives
  std::uint64_t ids_ = 0;
  std::map<std::string, smpp::MessageState> accepted_;  // by id: what query_sm is told
  std::size_t planned_ = 0;                             // deliveries still to come
  std::deque<Steady> taken_;                            // of the last second
  struct Writer {
    bool busy = false;  // a STOP or START of this number is not answered yet
  };
  std::map<std::string, Writer> writers_;
};

}  // namespace dunlin::simulation

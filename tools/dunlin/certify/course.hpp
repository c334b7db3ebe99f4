// The script of a certification, as a conversation: octets and time go in, octets go out through engine::Network.
//
//   bind → texts, one after the other → their receipts → rates, ascending → bursts → other binds where asked → unbind
//
// What the SMSC delivers meanwhile is answered with ok only when it is a receipt of a message this script sent;
// anything else, a customer's reply or a receipt of a daemon's message, is answered with ESME_RX_T_APPN, so that the
// SMSC brings it again to whoever is bound then. A receipt that may belong to an answer still outstanding waits for it.
//
// Bounds: Plan::messages_max PDUs, Plan::time_max in all; kHeldMax deliveries wait, one more is answered "not now".
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "certify/observed.hpp"
#include "certify/plan.hpp"
#include "engine/links.hpp"
#include "session/esme.hpp"

namespace dunlin::certify {

class Course {
 public:
  static constexpr std::size_t kHeldMax = 1000;
  static constexpr std::chrono::seconds kAnswerWait{30};  // for one answer, at most

  // `progress`: a printable line for people, now and then. All must outlive this object.
  Course(Plan plan, engine::Network& network, std::function<void(std::string_view)> progress);
  ~Course();

  void start(Steady now);
  // Orderly: unbinds and ends, with what was seen so far.
  void stop(std::string why, Steady now);

  // What the network tells (net::Sink).
  void connected(engine::SessionId id, Steady now);
  void received(engine::SessionId id, OctetView octets, Steady now);
  void writable(engine::SessionId id, Steady now);
  void closed(engine::SessionId id, std::string_view why, Steady now);

  Steady next_tick() const;
  void tick(Steady now);

  bool done() const { return phase_ == Phase::done; }
  const Observed& observed() const { return observed_; }
  const Plan& plan() const { return plan_; }
  const std::vector<Text>& texts() const { return texts_; }

 private:
  enum class Phase : std::uint8_t { binding, texts, receipts, rates, bursts, binds, ending, done };
  struct Line;
  struct Held {
    Line* line;
    std::uint32_t sequence;
    ReceiptSeen seen;
  };

  Line& open(session::BindKind kind, bool probe, Steady now);
  void flush(Line& line);
  void listen(Line& line, Steady now);
  void drop(Line& line);

  void on(Line& line, session::Bound& event, Steady now);
  void on(Line& line, session::BindRefused& event, Steady now);
  void on(Line& line, session::Received& event, Steady now);
  void on(Line& line, session::Answered& event, Steady now);
  void on(Line& line, session::Unanswered& event, Steady now);
  void on(Line& line, session::Closed& event, Steady now);
  template <class Other>
  void on(Line&, Other&, Steady) {}

  void heard(Line& line, OctetView octets);  // looks at every PDU beneath the session
  void deliver(Line& line, std::uint32_t sequence, const smpp::Body& body, Steady now);
  bool place(Held& held);  // finds whose receipt it is
  void settle_held(bool for_good);
  void respond(Line& line, std::uint32_t sequence, bool data_sm, smpp::CommandStatus status);
  bool awaits_answers() const;
  bool waits_for_answers();

  bool submit(smpp::SubmitSm pdu, Submit what, Steady now);
  void step(Steady now);  // whatever is to be done next
  void step_texts(Steady now);
  bool next_text(Steady now);
  void send_part(Steady now);
  void step_receipts(Steady now);
  void step_rates(Steady now);
  void start_rate(Steady now);
  void step_bursts(Steady now);
  void step_binds(Steady now);
  void enter(Phase phase, Steady now);
  void finish(std::string why, Steady now);
  void end_when_closed();
  template <class Step>
  void count_answers(Step& step);
  bool all_receipts_in() const;
  std::uint32_t left() const;  // messages that may still be sent

  Plan plan_;
  engine::Network& network_;
  std::function<void(std::string_view)> progress_;
  std::vector<Text> texts_;
  Observed observed_;
  Phase phase_ = Phase::binding;
  std::map<engine::SessionId, std::unique_ptr<Line>> lines_;
  engine::SessionId ids_ = 0;
  Line* sender_ = nullptr;
  std::deque<Held> held_;

  Steady started_{}, ends_at_{}, due_{kNever};
  std::size_t text_ = 0;               // the next to send
  std::vector<smpp::SubmitSm> parts_;  // of the text before
  std::size_t part_ = 0;               // the next of them
  std::uint32_t tries_ = 0;            // of the part before
  bool rating_ = false;                // a rate is being tried
  std::uint32_t probes_ = 0;
  std::uint32_t burst_ = 0;    // the next to try; 0: none
  std::size_t step_from_ = 0;  // the first submit of the step under way
  bool lingered_ = false;
  bool waiting_ = false;  // for the peer, not for time
  bool stepping_ = false;
};

}  // namespace dunlin::certify

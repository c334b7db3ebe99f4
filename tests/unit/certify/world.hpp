// A certification on virtual time: at the other end of its network an SMSC that speaks a dialect of dunlin-smsc.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "certify/course.hpp"
#include "certify/oddities.hpp"
#include "certify/report.hpp"
#include "delivery.hpp"
#include "session/smsc.hpp"

namespace dunlin::certify {

class World final : public engine::Network {
 public:
  explicit World(std::string_view dialect = "plain") {
    options.dialect = **smsc::parse_dialect(dialect);
    options.id_form = options.dialect.id_form;
    options.receipt_id_form = options.dialect.receipt_id_form;
    options.tlv_id_form = options.dialect.tlv_id_form;
    options.receipt_form = options.dialect.receipt_form;
    plan.smsc.name = "alpha";
    plan.smsc.host = "smsc.example";
    plan.smsc.system_id = "dunlin";
    plan.smsc.password = "s3cret!";
    plan.smsc.source = "ACME";
    plan.to = "+48601000001";
    plan.valid_until = Wall{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};
  }

  // How the SMSC behaves.
  smsc::Options options;
  std::function<smpp::CommandStatus(const smpp::SubmitSm&)> decide = [](const smpp::SubmitSm&) {
    return smpp::CommandStatus::ok;
  };
  std::uint32_t rate = 0;        // accepted in any second; 0: any
  std::uint32_t unanswered = 0;  // at once; 0: any
  std::uint32_t binds = 100;     // at most
  bool refuses = false;          // connections
  std::string system_id = "SMSC";
  smpp::CommandStatus bind_status = smpp::CommandStatus::ok;
  std::chrono::milliseconds latency{20}, receipt_after{700};
  std::function<void(World&, std::size_t submit)> meanwhile;  // after each submit

  // What it saw.
  std::vector<smpp::SubmitSm> submits;
  std::vector<smpp::CommandStatus> answers;  // to its deliveries
  std::uint32_t unbinds = 0;

  Plan plan;
  std::vector<std::string> progress;
  std::unique_ptr<Course> course;
  Steady now{1000s};

  void start() {
    course = std::make_unique<Course>(plan, *this, [this](std::string_view line) { progress.emplace_back(line); });
    course->start(now);
    settle();
  }
  // Until it is done; false: not within an hour of its time.
  bool run(std::chrono::nanoseconds most = std::chrono::hours{1}) {
    const Steady end = now + most;
    while (!course->done()) {
      Steady next = course->next_tick();
      if (!agenda_.empty()) next = std::min(next, agenda_.begin()->first);
      for (const auto& [id, connection] : connections_) next = std::min(next, connection.peer->next_tick());
      if (next > end) return false;
      now = std::max(now, next);
      for (auto& [id, connection] : connections_) connection.peer->tick(now);
      if (course->next_tick() <= now) course->tick(now);
      settle();
      if (++steps_ > 200'000) return false;
    }
    return true;
  }
  bool go() {
    start();
    return run();
  }
  const Observed& observed() const { return course->observed(); }
  Subject subject() const { return {course->plan(), course->texts(), observed(), Wall(std::chrono::hours{490'000})}; }
  std::set<std::string> odd() const {
    std::set<std::string> names;
    for (const auto& oddity : oddities(observed())) names.emplace(oddity.quirks);
    return names;
  }
  void deliver(smpp::Body body) {
    auto& connection = connections_.begin()->second;
    (void)connection.peer->send(std::move(body), {}, now);
  }
  void drop() {
    const auto id = connections_.begin()->first;
    connections_.erase(id);
    course->closed(id, "connection reset", now);
  }

  // engine::Network
  void connect(engine::SessionId id, const engine::SmscSettings&) override {
    if (refuses) return at(now, [this, id] { course->closed(id, "connection refused", now); });
    session::Options how;
    how.version = options.dialect.version;
    how.enquire_link = options.dialect.enquire_link;
    how.window = 1000;
    connections_[id].peer = std::make_unique<session::Smsc>(how, now);
    at(now, [this, id] { course->connected(id, now); });
  }
  std::size_t write(engine::SessionId id, OctetView octets) override {
    connections_.at(id).peer->received(octets);
    return octets.size();
  }
  void read(engine::SessionId, bool) override {}
  void close(engine::SessionId id) override {
    hear(id, connections_.at(id));
    connections_.erase(id);
  }

 private:
  struct Connection {
    std::unique_ptr<session::Smsc> peer;
    std::uint32_t waiting = 0;  // submits unanswered
  };

  void at(Steady time, std::function<void()> what) { agenda_.emplace(time, std::move(what)); }
  void settle() {
    for (bool moved = true; moved;) {
      moved = false;
      if (!agenda_.empty() && agenda_.begin()->first <= now) {
        const auto what = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        what();
        moved = true;
        continue;
      }
      for (auto& [id, connection] : connections_) {
        if (carry(id, connection)) {
          moved = true;
          break;
        }
      }
    }
  }
  bool carry(engine::SessionId id, Connection& connection) {
    if (hear(id, connection)) return true;
    auto& output = connection.peer->output();
    if (output.unsent() > 0) {
      const Octets octets(output.view().begin(), output.view().end());
      output.consume(octets.size());
      course->received(id, octets, now);
      return true;
    }
    if (!connection.peer->closed()) return false;
    connections_.erase(id);
    course->closed(id, "closed by the peer", now);
    return true;
  }
  bool hear(engine::SessionId id, Connection& connection) {
    bool heard = false;
    while (auto event = connection.peer->next_event(now)) {
      heard = true;
      if (std::holds_alternative<session::BindRequested>(*event)) {
        const bool full = bound_ >= binds;
        bound_ += full ? 0 : 1;
        connection.peer->answer_bind(full ? smpp::CommandStatus::already_bound : bind_status, system_id, now,
                                     options.dialect.tells_version);
      } else if (auto* received = std::get_if<session::Received>(&*event)) {
        submitted(id, connection, std::move(received->request));
      } else if (auto* answered = std::get_if<session::Answered>(&*event)) {
        answers.push_back(answered->response.command_status);
      } else if (auto* closed = std::get_if<session::Closed>(&*event)) {
        unbinds += closed->reason == session::CloseReason::peer_unbound ? 1 : 0;
      }
    }
    return heard;
  }
  smpp::CommandStatus judge(const Connection& connection, const smpp::SubmitSm& submit) {
    if (unanswered > 0 && connection.waiting > unanswered) return smpp::CommandStatus::throttled;
    std::erase_if(accepted_at_, [&](Steady time) { return time <= now - std::chrono::seconds{1}; });
    if (rate > 0 && accepted_at_.size() >= rate) return smpp::CommandStatus::throttled;
    const auto status = decide(submit);
    if (status == smpp::CommandStatus::ok) accepted_at_.push_back(now);
    return status;
  }
  void submitted(engine::SessionId id, Connection& connection, smpp::Pdu pdu) {
    const auto& submit = std::get<smpp::SubmitSm>(pdu.body);
    submits.push_back(submit);
    ++connection.waiting;
    const auto status = judge(connection, submit);
    const auto number = ++number_;
    at(now + latency, [this, id, sequence = pdu.sequence_number, status, number] {
      const auto found = connections_.find(id);
      if (found == connections_.end()) return;
      --found->second.waiting;
      smpp::SubmitSmResp response;
      if (status == smpp::CommandStatus::ok) response.message_id = smsc::message_id(number, options.id_form);
      for (int copy = 0; copy < options.dialect.answers; ++copy) {
        (void)found->second.peer->respond(sequence, {status, 0, response});
      }
    });
    if (status == smpp::CommandStatus::ok && submit.registered_delivery != 0) plan_receipt(id, submit, number);
    if (meanwhile) meanwhile(*this, submits.size());
  }
  void plan_receipt(engine::SessionId id, const smpp::SubmitSm& submit, std::uint64_t number) {
    smsc::Delivery delivery;
    delivery.from = {submit.dest_addr_ton, submit.dest_addr_npi, submit.destination_addr.str()};
    delivery.to = {submit.source_addr_ton, submit.source_addr_npi, submit.source_addr.str()};
    delivery.receipt = true;
    delivery.number = number;
    delivery.octets = submit.short_message.text().substr(0, 20);
    const auto send = [this, id](smsc::Delivery what) {
      const auto found = connections_.find(id);
      if (found != connections_.end()) {
        (void)found->second.peer->send(smsc::to_pdu(what, options, Wall(std::chrono::hours{490'000})), {}, now);
      }
    };
    if (options.dialect.intermediate_esm_class != 0) {
      auto step = delivery;
      step.state = smpp::MessageState::enroute;
      at(now + receipt_after / 2, [send, step] { send(step); });
    }
    const bool early = options.dialect.early > 0 && number % 3 == 0;
    for (int copy = 0; copy < options.dialect.copies; ++copy) {
      at(now + (early ? latency / 2 : receipt_after), [send, delivery] { send(delivery); });
    }
  }

  std::map<engine::SessionId, Connection> connections_;
  std::multimap<Steady, std::function<void()>> agenda_;
  std::vector<Steady> accepted_at_;
  std::uint64_t number_ = 0x38601fa;
  std::uint32_t bound_ = 0;
  int steps_ = 0;
};

}  // namespace dunlin::certify

// Forges what a gateway would be seen to do, for a checker to judge.
#pragma once

#include <deque>

#include "../checker.hpp"

namespace dunlin::simulation {

class Forger {
 public:
  explicit Forger(Checker& checker) : checker_(checker) {}

  const Operation& job(JobNumber number, store::Priority priority = store::Priority::normal) {
    Operation& made = operation(Op::submit);
    made.job = number;
    made.content.id = job_id(number);
    made.content.to = "+48601000001";
    made.content.account = "A";
    made.content.priority = priority;
    see(Asked{&made});
    return made;
  }
  const Operation& accepted(JobNumber number) {
    const Operation& made = job(number);
    see(Answered{&made, {}, {}, false});
    return made;
  }
  const Operation& done(Op op, JobNumber number = kNoJob) {
    Operation& made = operation(op);
    made.job = number;
    made.account = op == Op::payment || op == Op::reversal ? "A" : "";
    made.number = op == Op::block || op == Op::allow ? "+48601000001" : "";
    made.smsc = op == Op::pause ? "alpha" : "";
    see(Asked{&made});
    see(Answered{&made, {}, {}, false});
    return made;
  }
  // Of the link alpha.
  const Operation& asked(Op op) {
    Operation& made = operation(op);
    made.smsc = "alpha";
    see(Asked{&made});
    return made;
  }
  void handed(JobNumber number, std::uint32_t segment = 0, ConnectionNumber connection = 1) {
    see(HandedOver{connection, "alpha", number, segment, ++sequence, now.steady});
  }
  void answered(smpp::CommandStatus status = smpp::CommandStatus::ok, ConnectionNumber connection = 1) {
    see(GivenAnswer{connection, sequence, status, "id"});
  }
  void event(store::EventType type, std::optional<store::State> state, JobNumber number = 7) {
    store::Event made;
    made.type = type;
    made.state = state;
    made.job = job_id(number);
    see(EventRead{++seq, made, false});
  }
  Operation& operation(Op op) {
    operations_.push_back({});
    operations_.back().op = op;
    return operations_.back();
  }
  void answered(const Operation& op) { see(Answered{&op, {}, {}, false}); }
  void ask_and_answer(const Operation& op) {
    see(Asked{&op});
    answered(op);
  }
  Delivery& delivery(DeliveryKind kind) {
    deliveries_.push_back({});
    deliveries_.back().kind = kind;
    deliveries_.back().smsc = "alpha";
    deliveries_.back().number = "+48601000001";
    deliveries_.back().job = 7;
    deliveries_.back().message_id = deliveries_.back().receipt_id = "id";
    return deliveries_.back();
  }
  static store::JobView view(JobNumber number, store::State state) {
    store::JobView view;
    view.job.id = job_id(number);
    view.job.to = "+48601000001";
    view.job.account = "A";
    view.state.state = state;
    view.state.smsc = "alpha";
    view.state.segments.push_back({store::SegmentState::submitted, "id", {}, {}});
    return view;
  }
  void see(const Fact& fact) { checker_.see(fact, now); }
  bool broken() const { return checker_.finding().has_value(); }

  Now now{Steady{1h}, Wall{}};
  std::uint32_t sequence = 0;
  std::uint64_t seq = 0;

 private:
  Checker& checker_;
  std::deque<Operation> operations_;
  std::deque<Delivery> deliveries_;
};

}  // namespace dunlin::simulation

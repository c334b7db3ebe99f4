#include "facts.hpp"

#include <algorithm>
#include <charconv>

#include "books.hpp"
#include "checker.hpp"
#include "dunning/plan.hpp"
#include "store/enum_names.hpp"

namespace dunlin::simulation {
namespace {

constexpr std::array<std::string_view, 29> kOps{"submit",
                                                "cancel",
                                                "resolve as resend",
                                                "resolve as sent",
                                                "resolve as drop",
                                                "payment",
                                                "reversal",
                                                "block",
                                                "allow",
                                                "pause",
                                                "resume",
                                                "acknowledge",
                                                "payment of a part",
                                                "reversal of a part",
                                                "hold",
                                                "release",
                                                "change of",
                                                "change of the account",
                                                "consent for a purpose",
                                                "block for a purpose",
                                                "end of the consent",
                                                "forgetting",
                                                "pause of the campaign",
                                                "end of the pause of the campaign",
                                                "cancel of the campaign",
                                                "approval of the campaign",
                                                "what was written is dealt with",
                                                "what was written is a dispute",
                                                "phoned"};
constexpr std::array<std::string_view, 4> kEnds{"a power cut", "killed", "the store failed", "stopped"};
constexpr std::array<std::string_view, 4> kDeliveries{"receipt", "STOP", "START", "reply"};

std::string about(const Operation& op) {
  std::string text(name_of(op.op));
  if (op.job != kNoJob) text += " " + job_id(op.job);
  if (op.op == Op::submit) {
    text += " to " + op.content.to +
            (op.content.account.empty() ? "" : ", account " + op.content.account + "/" + op.content.invoice) +
            ", priority " + std::string(store::name_of(op.content.priority)) + ", " +
            std::to_string(op.content.text.size()) + " octets" +
            (op.content.template_name.empty() ? "" : ", template " + op.content.template_name) +
            (op.content.amount.empty() ? "" : ", " + op.content.amount + " " + op.content.currency) +
            (op.content.stage.empty() ? "" : ", stage " + op.content.stage + " due " + op.content.due_date);
  }
  if (!op.account.empty()) text += " of " + op.account + "/" + op.invoice;
  for (const std::string& part :
       {op.number, op.smsc, op.amount, op.due_date, op.purpose, op.reason, op.hold_id, op.campaign}) {
    if (!part.empty()) text += " " + part;
  }
  return text;
}

std::string about(const Delivery& one) {
  std::string text(kDeliveries[static_cast<std::size_t>(one.kind)]);
  if (one.kind == DeliveryKind::receipt)
    return text + " " + one.receipt_id + " " + one.stat + " of " + job_id(one.job) + "." + std::to_string(one.segment) +
           " (" + one.message_id + ") by " + one.smsc;
  return text + " from " + one.number + " by " + one.smsc;
}

// Of the plan that the month follows.
const std::vector<dunning::PlanStep>& steps() {
  static const std::vector<dunning::PlanStep> all = shipped_plans()->find("friendly")->steps;
  return all;
}

std::string name_of(ConnectionNumber connection) { return "connection " + std::to_string(connection); }

}  // namespace

std::string_view name_of(Op op) { return kOps[static_cast<std::size_t>(op)]; }

std::string job_id(JobNumber job) {
  const std::string id = "job-" + std::to_string(first_of(job));
  return job == kNoJob || job < kSteps ? id : id + "/" + steps().at(job / kSteps - 1).name;
}

JobNumber job_number(std::string_view name) {
  JobNumber step = 0;
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
    const auto found = std::ranges::find(steps(), name.substr(slash + 1), &dunning::PlanStep::name);
    if (found == steps().end()) return kNoJob;
    step = static_cast<JobNumber>(found - steps().begin() + 1) * kSteps;
    name = name.substr(0, slash);
  }
  const std::string_view digits = name.starts_with("job-") ? name.substr(4)
                                  : name.starts_with("J")  ? name.substr(1)
                                                           : std::string_view{};
  JobNumber number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size() ? kNoJob : number + step;
}

JobNumber job_of(const Fact& fact) {
  return std::visit(
      Overloaded{[](const Asked& f) { return f.operation->job; }, [](const Answered& f) { return f.operation->job; },
                 [](const HandedOver& f) { return f.job; }, [](const Delivering& f) { return f.delivery->job; },
                 [](const DeliveryAnswered& f) { return f.delivery->job; },
                 [](const EventRead& f) { return job_number(f.event.job); }, [](const auto&) { return kNoJob; }},
      fact);
}

std::string describe(const Fact& fact) {
  return std::visit(
      Overloaded{
          [](const Asked& f) { return "asked: " + about(*f.operation); },
          [](const Answered& f) {
            return "answered: " + about(*f.operation) + ": " +
                   (f.code.empty() ? f.duplicate ? "duplicate" : "done" : f.code + " (" + f.detail + ")");
          },
          [](const Began& f) { return "the gateway begins its life " + std::to_string(f.life); },
          [](const Ended& f) {
            return "the gateway ends: " + std::string(kEnds[static_cast<std::size_t>(f.how)]) +
                   "; in flight: " + std::to_string(f.inflight.size());
          },
          [](const Connected& f) { return name_of(f.connection) + " to " + f.smsc; },
          [](const Disconnected& f) { return name_of(f.connection) + " is gone"; },
          [](const HandedOver& f) {
            return "handed over: " + job_id(f.job) + "." + std::to_string(f.segment) + " to " + f.smsc + " on " +
                   name_of(f.connection) + ", sequence " + std::to_string(f.sequence);
          },
          [](const GivenAnswer& f) {
            return "given: the answer to sequence " + std::to_string(f.sequence) + " on " + name_of(f.connection) +
                   ": " + std::string(smpp::status_name(f.status)) + " " + f.message_id;
          },
          [](const Delivering& f) {
            return "delivering: " + about(*f.delivery) + (f.delivery->repetitions > 1 ? ", again" : "");
          },
          [](const DeliveryAnswered& f) {
            return "answered by the gateway: " + about(*f.delivery) + ": " + std::string(smpp::status_name(f.status));
          },
          [](const EventRead& f) {
            return "event " + std::to_string(f.seq) + (f.again ? " once more" : "") + ": " +
                   std::string(store::name_of(f.event.type)) + " " + f.event.job + " " + f.event.account + " " +
                   f.event.from + f.event.number + " " + f.event.hold + " " + f.event.reason + " " + f.event.smsc +
                   " " + f.event.message_id +
                   (f.event.until ? " until " + std::to_string((*f.event.until - f.event.time).count()) + " ms later"
                                  : "");
          },
          [](const EventMissing& f) { return "event " + std::to_string(f.seq) + " is missing"; },
          [](const LinkSet& f) {
            return f.smsc + " is set to window " + std::to_string(f.window) + ", throughput " +
                   std::to_string(f.throughput);
          },
          [](const Importing& f) {
            static constexpr std::array<std::string_view, 3> kWhat{"waits", "is closed", "is torn"};
            return "the import of " + f.campaign + " " + std::string(kWhat[static_cast<std::size_t>(f.what)]) + ", " +
                   std::to_string(f.jobs.size()) + " rows" +
                   (f.jobs.empty() ? "" : " from " + job_id(f.jobs.front()) + " on");
          },
          [](const AnswerHandedOver& f) { return "handed over: " + f.id + " to " + f.handed.number; },
          [](const Commanded& f) { return "commanded: " + f.command + ", " + std::to_string(f.rows) + " rows"; },
          [](const Reloaded&) { return std::string("the configuration is read anew"); },
          [](const Calm&) { return std::string("calm"); },
          [](const Bounds& f) {
            return "memory: " + std::to_string(f.memory.cached_octets) + " octets cached, " +
                   std::to_string(f.memory.inputs_waiting) + " inputs waiting";
          },
          [](const Rest& f) { return "at rest after event " + std::to_string(f.events_last); },
          [](const Finished& f) {
            return "finished with " + std::to_string(f.jobs.size()) + " jobs" +
                   (f.unrest.empty() ? "" : ", but for " + f.unrest);
          },
      },
      fact);
}

}  // namespace dunlin::simulation

#include "silence.hpp"

#include <algorithm>

namespace dunlin::simulation {

bool Silence::covers(const Payment& payment, const Job& job, bool invoice) const {
  if (invoice) return true;
  if (job.accepted != 0 && job.accepted < payment.asked) return true;
  return job.content->ledger_as_of && payment.paid_at && *job.content->ledger_as_of < *payment.paid_at;
}

// What lifts a block may still be on its way, and then nobody can say which of the two comes last.
void Silence::silence(const std::string& number, std::string by, std::uint64_t begun) {
  Number& one = numbers_[number];
  if (one.allows.empty() && one.starts.empty() && one.lifted < begun) one.silent = std::move(by);
}

void Silence::answered(const Answered& fact, const Now& now) {
  const Operation& op = *fact.operation;
  if (op.op == Op::allow) numbers_[op.number].allows.erase(&op);
  if (!fact.code.empty()) return;
  switch (op.op) {
    case Op::submit:
      if (jobs_[op.job].accepted == 0) jobs_[op.job].accepted = facts_;
      break;
    case Op::cancel:
    case Op::sent:
    case Op::drop: jobs_[op.job].stopped = name_of(op.op); break;
    case Op::payment: paid_[{op.account, op.invoice}].push_back({asked_[&op], op.paid_at}); break;
    case Op::block: silence(op.number, "a block", asked_[&op]); break;
    case Op::pause:  // an answer that took so long that it is resumed again meanwhile says nothing any more
      if (asked_[&op] > resumed_[op.smsc]) paused_[op.smsc] = now.steady;
      break;
    case Op::campaign_pause:
      if (asked_[&op] > resumed_campaigns_[op.campaign]) paused_campaigns_.emplace(op.campaign, now.steady);
      break;
    case Op::campaign_cancel: cancelled_campaigns_.emplace(op.campaign, now.steady); break;
    default: break;
  }
}

void Silence::check(const HandedOver& fact) {
  if (const auto paused = paused_.find(fact.smsc); paused != paused_.end() && fact.offered > paused->second) {
    return broken("it is handed over to " + fact.smsc + ", which is paused", fact.job);
  }
  const auto found = jobs_.find(fact.job);
  if (found == jobs_.end() || found->second.content == nullptr) return broken("nobody ever asked for it", fact.job);
  const Job& job = found->second;
  if (const std::string& campaign = job.content->campaign; !campaign.empty()) {
    const auto paused = paused_campaigns_.find(campaign), cancelled = cancelled_campaigns_.find(campaign);
    if (paused != paused_campaigns_.end() && fact.offered > paused->second)
      return broken("it is handed over, and its campaign is paused", fact.job);
    if (cancelled != cancelled_campaigns_.end() && fact.offered > cancelled->second)
      return broken("it is handed over after its campaign was cancelled", fact.job);
  }
  if (!job.stopped.empty()) return broken("it is handed over after its " + job.stopped + " was acknowledged", fact.job);
  if (const auto number = numbers_.find(job.content->to); number != numbers_.end() && !number->second.silent.empty()) {
    return broken("it is handed over after " + number->second.silent + " of its number was acknowledged", fact.job);
  }
  const store::Kind kind = job.content->kind;
  if (job.content->account.empty() || kind == store::Kind::receipt || kind == store::Kind::welcome ||
      kind == store::Kind::news)
    return;
  for (const bool invoice : {false, true}) {
    if (invoice && job.content->invoice.empty()) continue;
    const auto paid = paid_.find({job.content->account, invoice ? job.content->invoice : std::string{}});
    if (paid == paid_.end()) continue;
    if (std::any_of(paid->second.begin(), paid->second.end(),
                    [&](const Payment& each) { return covers(each, job, invoice); })) {
      return broken("it is handed over after its payment was acknowledged", fact.job);
    }
  }
}

void Silence::see(const Fact& fact, const Now& now) {
  ++facts_;
  std::visit(Overloaded{
                 [&](const Asked& asked) {
                   const Operation& op = *asked.operation;
                   asked_.emplace(&op, facts_);
                   if (op.op == Op::submit) jobs_[op.job].content = &op.content;
                   if (op.op == Op::reversal) paid_.erase({op.account, op.invoice});
                   if (op.op == Op::resume) {
                     paused_.erase(op.smsc);
                     resumed_[op.smsc] = facts_;
                   }
                   if (op.op == Op::campaign_resume) {
                     paused_campaigns_.erase(op.campaign);
                     resumed_campaigns_[op.campaign] = facts_;
                   }
                   if (op.op != Op::allow) return;
                   numbers_[op.number].allows.insert(&op);
                   numbers_[op.number].lifted = facts_;
                   numbers_[op.number].silent.clear();
                 },
                 [&](const Answered& given) { answered(given, now); },
                 [&](const Delivering& sent) {
                   delivering_[sent.delivery] = facts_;
                   if (sent.delivery->kind != DeliveryKind::start) return;
                   numbers_[sent.delivery->number].lifted = facts_;
                   numbers_[sent.delivery->number].starts.insert(sent.delivery);
                   numbers_[sent.delivery->number].silent.clear();
                 },
                 [&](const DeliveryAnswered& done) {
                   const Delivery& delivery = *done.delivery;
                   if (delivery.kind == DeliveryKind::start) numbers_[delivery.number].starts.erase(&delivery);
                   if (delivery.kind == DeliveryKind::stop && done.status == smpp::CommandStatus::ok)
                     silence(delivery.number, "a STOP", delivering_[&delivery]);
                 },
                 [&](const HandedOver& handed) { check(handed); },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

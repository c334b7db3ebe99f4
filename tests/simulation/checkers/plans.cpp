#include "plans.hpp"

#include "../lawbook.hpp"
#include "../local_clock.hpp"

namespace dunlin::simulation {

Plans::Plans(const Terms& terms) : Checker("plans"), paid_hold_(terms.paid_hold), promise_hold_(terms.promise_hold) {
  if (terms.people == 0) return;
  for (const Person& person : people(terms.people, terms.homes)) zones_[person.number] = person.zones.front();
}

void Plans::made(const Operation& op) {
  if (op.job < kSteps) {
    if (op.content.plan.empty()) return;
    chains_[op.job].content = &op.content;
    debts_[op.content.account + "/" + op.content.invoice] = op.job;
    return;
  }
  const auto found = chains_.find(first_of(op.job));
  if (found == chains_.end()) return broken("a plan made it, and nobody asked for what it began with", op.job);
  Chain& chain = found->second;
  const store::Job &began = *chain.content, &job = op.content;
  if (!chain.steps.emplace(op.job, &op.content).second) return broken("a plan made it twice", op.job);
  if (job.to != began.to || job.account != began.account || job.invoice != began.invoice ||
      job.amount != began.amount || job.currency != began.currency || job.campaign != began.campaign ||
      job.locale != began.locale)
    broken("a plan made it of something else than it began with", op.job);
}

std::optional<Wall> Plans::held_until(const Delivery& wrote, Wall at) const {
  if (wrote.intent == "paid") return at + paid_hold_;
  if (wrote.intent == "promise") return at + promise_hold_;
  return std::nullopt;
}

void Plans::check(const HandedOver& fact, const Now& now) {
  const auto found = chains_.find(first_of(fact.job));
  if (found == chains_.end()) return;
  Chain& chain = found->second;
  if (chain.paid) return broken("it is handed over after its payment was acknowledged", fact.job);
  const auto wrote = wrote_.find(fact.number);
  if (wrote != wrote_.end() && (!wrote->second || now.wall < *wrote->second))
    return broken("it is handed over, and what its reader wrote waits for somebody", fact.job);
  for (const auto& [step, content] : chain.steps) {
    if (step < fact.job && step != fact.job && !chain.submitted.contains(step))
      return broken("it is handed over before " + job_id(step) + " was submitted", fact.job);
  }
  if (fact.job >= kSteps && !chain.submitted.contains(first_of(fact.job)))
    return broken("it is handed over before its plan's first step was submitted", fact.job);
  const auto zone = zones_.find(fact.number);
  if (zone == zones_.end() || fact.segment > 0) return;
  const auto day = std::chrono::floor<std::chrono::days>(local_time(zone->second, now.wall)).time_since_epoch().count();
  const auto [at, fresh] = chain.days.emplace(day, fact.job);
  if (!fresh && at->second != fact.job)
    broken("it is handed over on the day on which " + job_id(at->second) + " was", fact.job);
}

void Plans::see(const Fact& fact, const Now& now) {
  std::visit(Overloaded{
                 [&](const Asked& asked) {
                   if (asked.operation->op == Op::submit) made(*asked.operation);
                   if (asked.operation->op == Op::inbox_clear) wrote_.erase(asked.operation->number);
                   if (asked.operation->op == Op::release) wrote_.erase(holds_[asked.operation->hold_id]);
                   if (asked.operation->op != Op::reversal) return;
                   const auto debt = debts_.find(asked.operation->account + "/" + asked.operation->invoice);
                   if (debt != debts_.end()) chains_[debt->second].paid.reset();
                 },
                 [&](const Answered& answered) {
                   if (answered.operation->op != Op::payment || !answered.code.empty()) return;
                   const auto debt = debts_.find(answered.operation->account + "/" + answered.operation->invoice);
                   if (debt != debts_.end()) chains_[debt->second].paid = now.wall;
                 },
                 [&](const EventRead& read) {
                   if (read.event.type == store::EventType::held) holds_[read.event.hold] = read.event.number;
                   if (read.event.type != store::EventType::submitted) return;
                   const auto chain = chains_.find(first_of(job_number(read.event.job)));
                   if (chain != chains_.end()) chain->second.submitted.insert(job_number(read.event.job));
                 },
                 [&](const DeliveryAnswered& done) {
                   if (done.delivery->holds && done.status == smpp::CommandStatus::ok)
                     wrote_[done.delivery->number] = held_until(*done.delivery, now.wall);
                 },
                 [&](const HandedOver& handed) { check(handed, now); },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

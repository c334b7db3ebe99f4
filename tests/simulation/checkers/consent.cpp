#include "consent.hpp"

#include <array>

#include "store/enum_names.hpp"

namespace dunlin::simulation {
namespace {

// What is claimed when a consent is deleted may still leave: nobody promised more. A block promises.
constexpr std::chrono::minutes kUnderWay{5};

std::string purpose_of(const store::Job& job) {
  return job.kind == store::Kind::referral ? "marketing" : std::string(store::name_of(job.purpose));
}

bool gives(const Operation& op) {
  return op.op == Op::allow_purpose || (op.op == Op::submit && !op.content.consent.basis.empty());
}

std::pair<std::string, std::string> of(const Operation& op) {
  if (op.op == Op::submit) return {op.content.to, purpose_of(op.content)};
  return {op.number, op.purpose};
}

}  // namespace

void Consent::answered(const Operation& op, const Now& now) {
  if (gives(op)) {
    Standing& one = standing_[of(op)];
    one.open.erase(&op);
    one.given = facts_;
    return;
  }
  const auto take = [&](const std::string& purpose, bool block) {
    Standing& one = standing_[{op.number, purpose}];
    one.blocked = one.blocked || block;                        // which no job's word lifts
    if (one.given > asked_[&op] || !one.open.empty()) return;  // it crossed with what gives it
    one.taken = facts_;
    one.taken_at = now.steady;
  };
  if (op.op == Op::block_purpose) take(op.purpose, true);
  if (op.op == Op::delete_consent) {
    for (const std::string_view purpose : {"billing", "collection", "marketing"}) take(std::string(purpose), false);
  }
}

void Consent::check(const HandedOver& fact, const Now& now) {
  const auto found = jobs_.find(fact.job);
  if (found == jobs_.end()) return;
  const store::Job& job = *found->second;
  const Standing& one = standing_[{job.to, purpose_of(job)}];
  if (one.blocked) return broken("it is handed over, and its purpose was blocked", fact.job);
  if (one.may()) return;
  if (purpose_of(job) == "marketing" && (one.taken == 0 || now.steady > one.taken_at + kUnderWay))
    broken("it is marketing, is handed over, and nobody agreed", fact.job);
}

void Consent::see(const Fact& fact, const Now& now) {
  ++facts_;
  if (const auto* asked = std::get_if<Asked>(&fact)) {
    const Operation& op = *asked->operation;
    asked_.emplace(&op, facts_);
    if (op.op == Op::submit) jobs_[op.job] = &op.content;
    if (!gives(op)) return;
    Standing& one = standing_[of(op)];
    one.open.insert(&op);
    one.given = facts_;
    if (op.op == Op::allow_purpose) one.blocked = false;
  } else if (const auto* given = std::get_if<Answered>(&fact)) {
    if (given->code.empty() || gives(*given->operation)) answered(*given->operation, now);
  } else if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    check(*handed, now);
  }
}

}  // namespace dunlin::simulation

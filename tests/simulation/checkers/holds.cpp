#include "holds.hpp"

#include <algorithm>

namespace dunlin::simulation {

void Holds::check(const HandedOver& fact, const std::string& owner) {
  const auto found = laid_.find(owner);
  if (owner.empty() || found == laid_.end()) return;
  std::erase_if(found->second, [&](const auto& each) {
    return released_.contains(each.first) || (each.second->until && *each.second->until <= latest_);
  });
  if (found->second.empty()) return;
  broken("it is handed over, and the hold " + found->second.begin()->first + " of " + owner + " was acknowledged",
         fact.job);
}

void Holds::see(const Fact& fact, const Now& now) {
  latest_ = std::max(latest_, now.wall);
  if (const auto* asked = std::get_if<Asked>(&fact)) {
    const Operation& op = *asked->operation;
    if (op.op == Op::submit) jobs_[op.job] = &op.content;
    if (op.op == Op::release) released_.insert(op.hold_id);
    if (op.op == Op::forget) laid_.erase(op.number);
  } else if (const auto* answered = std::get_if<Answered>(&fact)) {
    const Operation& op = *answered->operation;
    if (answered->code.empty() && op.op != Op::release && !op.hold_id.empty())
      laid_[op.number.empty() ? op.account : op.number].emplace(op.hold_id, &op);
  } else if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    const auto job = jobs_.find(handed->job);
    if (job == jobs_.end()) return;
    check(*handed, job->second->to);
    check(*handed, job->second->account);
  }
}

}  // namespace dunlin::simulation

#include "acknowledged.hpp"

namespace dunlin::simulation {

namespace {

// What a plan makes of a job is the plan's business; whom it is for and what is owed is not.
bool same(const store::Job& store, const store::Job& asked) {
  if (asked.plan.empty()) return store == asked;
  return store.to == asked.to && store.sender == asked.sender && store.account == asked.account &&
         store.invoice == asked.invoice && store.amount == asked.amount && store.currency == asked.currency &&
         store.due_date == asked.due_date && store.campaign == asked.campaign && store.locale == asked.locale &&
         store.plan == asked.plan;
}

}  // namespace

void Acknowledged::see(const Fact& fact, const Now&) {
  if (const auto* answered = std::get_if<Answered>(&fact);
      answered != nullptr && answered->operation->op == Op::submit && answered->code.empty()) {
    const bool known = !accepted_.emplace(answered->operation->job, answered->operation).second;
    if (known && !answered->duplicate) broken("the same id was accepted twice", answered->operation->job);
  }
  if (const auto* asked = std::get_if<Asked>(&fact); asked != nullptr && asked->operation->op == Op::forget)
    forgotten_.insert(asked->operation->number);
  const auto* finished = std::get_if<Finished>(&fact);
  if (finished == nullptr) return;
  std::map<JobNumber, const Operation*> left = accepted_;
  for (const store::JobView& view : finished->jobs) {
    const JobNumber number = job_number(view.job.id);
    const auto found = left.find(number);
    if (found == left.end()) {
      if (accepted_.contains(number)) return broken("the job is in the store twice", number);
      continue;  // accepted, and its answer was lost
    }
    const bool may_be_empty = forgotten_.contains(found->second->content.to);
    if (!may_be_empty && !same(view.job, found->second->content))
      return broken("the job is in the store with other content", number);
    left.erase(found);
  }
  // Of a person who is forgotten while a file is imported the row goes with all that is known of them.
  std::erase_if(left, [&](const auto& each) {
    const store::Job& content = each.second->content;
    return content.campaign.starts_with("file") && forgotten_.contains(content.to);
  });
  if (!left.empty()) broken("the job was acknowledged and is not in the store", left.begin()->first);
}

}  // namespace dunlin::simulation

#include "limits.hpp"

#include <algorithm>

namespace dunlin::simulation {

void Limits::check(const HandedOver& fact, const std::string& owner, const std::vector<dunning::Cap>& caps, Wall now) {
  const auto found = texts_.find(owner);
  if (found == texts_.end() || forgetting_.contains(owner)) return;
  for (const dunning::Cap& cap : caps) {
    const auto lately = std::count_if(found->second.begin(), found->second.end(), [&](const Text& each) {
      return each.job != fact.job && each.at + cap.within > now + kSlack;
    });
    if (lately >= cap.texts)
      return broken("it is handed over, and " + owner + " has had " + std::to_string(lately) +
                        " texts lately; its cap is " + dunning::to_string(cap),
                    fact.job);
  }
}

void Limits::hand_over(const HandedOver& fact, const Now& now) {
  const auto found = jobs_.find(fact.job);
  if (found == jobs_.end() || found->second.content->kind == store::Kind::receipt || fact.segment > 0) return;
  Begun& job = found->second;
  if (job.kept) return;  // the rest of a message is no further one, nor is what is sent again out of a doubt
  // What was claimed before the wall clock jumped was counted by the clock before.
  if (jumped_ && now.steady < *jumped_ + kSlack) job.by_another_clock = true;
  if (job.by_another_clock) return;
  job.at = now.wall;
  check(fact, job.content->to, number_, now.wall);
  check(fact, job.content->account, account_, now.wall);
}

void Limits::kept(JobNumber number) {
  const auto found = jobs_.find(number);
  if (found == jobs_.end() || found->second.kept || found->second.content->kind == store::Kind::receipt) return;
  Begun& job = found->second;
  job.kept = true;
  if (job.at == Wall{}) return;  // it was handed over before the wall clock jumped
  if (!number_.empty()) texts_[job.content->to].push_back({number, job.at});
  if (!account_.empty() && !job.content->account.empty()) texts_[job.content->account].push_back({number, job.at});
}

void Limits::see(const Fact& fact, const Now& now) {
  const auto ahead = now.wall.time_since_epoch() -
                     std::chrono::duration_cast<std::chrono::milliseconds>(now.steady.time_since_epoch());
  if (++facts_ > 1 && (ahead > ahead_ + 2ms || ahead < ahead_ - 2ms)) {  // the wall clock jumped
    texts_.clear();
    jumped_ = now.steady;
    for (auto& [number, job] : jobs_) {
      job.by_another_clock = job.by_another_clock || job.at != Wall{};
      job.at = {};
    }
  }
  ahead_ = ahead;
  if (const auto* asked = std::get_if<Asked>(&fact)) {
    const Operation& op = *asked->operation;
    if (op.op == Op::submit) jobs_[op.job].content = &op.content;
    if (op.op == Op::forget) forgetting_.insert(op.number);
  } else if (const auto* answered = std::get_if<Answered>(&fact)) {
    const Operation& op = *answered->operation;
    if (op.op == Op::forget && forgetting_.erase(op.number) > 0) texts_.erase(op.number);
  } else if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    hand_over(*handed, now);
  } else if (const auto* read = std::get_if<EventRead>(&fact)) {
    const bool told = read->event.type == store::EventType::submitted || read->event.type == store::EventType::in_doubt;
    if (told && !read->again) kept(job_number(read->event.job));
  }
}

}  // namespace dunlin::simulation

#include "deferral.hpp"

namespace dunlin::simulation {

Deferral::Deferral(const Terms& terms) : Checker("deferral"), routes_(terms.routes) {
  for (const engine::RouteSettings& route : routes_)
    single_.push_back(route.smsc.size() == 1 && terms.smscs.at(route.smsc.front()).sessions == 1);
}

void Deferral::leave(JobNumber number, Job& job) {
  if (!job.group) return;
  const auto group = waiting_.find(*job.group);
  group->second.erase({job.came, number});
  if (group->second.empty()) waiting_.erase(group);
  job.group.reset();
}

void Deferral::follow(const EventRead& read) {
  const JobNumber number = job_number(read.event.job);
  const auto found = jobs_.find(number);
  if (found == jobs_.end()) return;
  Job& job = found->second;
  if (read.event.type == store::EventType::accepted) job.came = read.seq;
  leave(number, job);
  const std::string& reason = read.event.reason;
  const bool calendar = reason == "quiet_hours" || reason == "quiet_day" || reason == "holiday";
  if (read.event.type != store::EventType::scheduled || !calendar || !read.event.until) return;
  std::size_t best = routes_.size(), length = 0;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    for (const std::string& prefix : routes_[i].prefix) {
      if (!job.content->to.starts_with(prefix) || prefix.size() <= length) continue;
      best = i;
      length = prefix.size();
    }
  }
  if (best == routes_.size() || !single_[best]) return;
  job.group = Group{best, job.content->priority, job.content->campaign, *read.event.until};
  waiting_[*job.group].insert({job.came, number});
}

void Deferral::see(const Fact& fact, const Now&) {
  if (const auto* asked = std::get_if<Asked>(&fact); asked != nullptr && asked->operation->op == Op::submit) {
    jobs_[asked->operation->job].content = &asked->operation->content;
  } else if (const auto* read = std::get_if<EventRead>(&fact); read != nullptr && !read->again) {
    follow(*read);
  } else if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    const auto found = jobs_.find(handed->job);
    if (found == jobs_.end() || !found->second.group) return;
    const auto first = *waiting_.at(*found->second.group).begin();
    leave(handed->job, found->second);
    if (first.second != handed->job)
      broken("it waited for its window with " + job_id(first.second) + ", which came before it, and leaves first",
             handed->job);
  }
}

}  // namespace dunlin::simulation

#include "urgency.hpp"

#include <algorithm>

namespace dunlin::simulation {

Urgency::Urgency(const Terms& terms) : Checker("urgency"), routes_(terms.routes) {
  for (const auto& [name, smsc] : terms.smscs) {
    windows_[name] = smsc.window;
    sessions_[name] = smsc.sessions;
  }
}

std::size_t Urgency::route_of(const std::string& number) const {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    for (const std::string& prefix : routes_[i].prefix) {
      if (number.starts_with(prefix)) return i;
    }
  }
  return routes_.size();
}

namespace {
// A campaign that was imported may stop in front of everything that is not of it.
bool may_be_paused(const store::Job& job) { return job.campaign.starts_with("file"); }
}  // namespace

void Urgency::hand_over(const HandedOver& fact) {
  if (const auto urgent = waiting_.find(fact.job); urgent != waiting_.end()) {
    const std::uint32_t passed = urgent->second.passed[fact.smsc];
    waiting_.erase(urgent);
    if (passed > kTurns * windows_[fact.smsc] * sessions_[fact.smsc] + kSlack) {
      return broken(std::to_string(passed) + " jobs that are not urgent were begun at " + fact.smsc + " before it",
                    fact.job);
    }
  }
  const auto job = jobs_.find(fact.job);
  if (!begun_.insert(fact.job).second || job == jobs_.end() || job->second->priority == store::Priority::high) return;
  const std::size_t route = route_of(job->second->to);
  for (auto& [urgent, waiting] : waiting_) {
    if (waiting.route == route) ++waiting.passed[fact.smsc];
  }
}

void Urgency::see(const Fact& fact, const Now&) {
  const auto forgive = [&] {  // lanes and rows are read anew, or what was claimed goes back
    for (auto& [job, waiting] : waiting_) waiting.passed.clear();
  };
  std::visit(Overloaded{
                 [&](const EventRead& read) {
                   const JobNumber job = job_number(read.event.job);
                   if (job == kNoJob || read.again) return;
                   if (read.event.type != store::EventType::accepted) {
                     waiting_.erase(job);
                   } else if (const auto found = jobs_.find(job); found != jobs_.end() &&
                                                                  found->second->priority == store::Priority::high &&
                                                                  !may_be_paused(*found->second) &&
                                                                  !begun_.contains(job)) {
                     waiting_[job] = {route_of(found->second->to)};
                   }
                 },
                 [&](const HandedOver& handed) { hand_over(handed); },
                 [&](const LinkSet& set) { windows_[set.smsc] = std::max(windows_[set.smsc], set.window); },
                 [&](const Asked& asked) {
                   if (asked.operation->op == Op::submit) jobs_[asked.operation->job] = &asked.operation->content;
                   if (asked.operation->op == Op::pause) forgive();
                 },
                 [&](const Disconnected&) { forgive(); },
                 [&](const Began&) { forgive(); },
                 [&](const Reloaded&) { forgive(); },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

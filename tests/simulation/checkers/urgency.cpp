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

void Urgency::see(const Fact& fact, const Now&) {
  const auto forgive = [&] {  // lanes and rows are read anew
    for (auto& [job, waiting] : waiting_) waiting.passed = 0;
  };
  std::visit(Overloaded{
                 [&](const Asked& asked) {
                   if (asked.operation->op == Op::submit) jobs_[asked.operation->job] = &asked.operation->content;
                 },
                 [&](const EventRead& read) {
                   const JobNumber job = job_number(read.event.job);
                   if (job == kNoJob || read.again) return;
                   if (read.event.type != store::EventType::accepted) {
                     waiting_.erase(job);
                   } else if (const auto found = jobs_.find(job); found != jobs_.end() &&
                                                                  found->second->priority == store::Priority::high &&
                                                                  !begun_.contains(job)) {
                     waiting_[job] = {route_of(found->second->to), 0};
                   }
                 },
                 [&](const HandedOver& handed) {
                   waiting_.erase(handed.job);
                   const auto job = jobs_.find(handed.job);
                   if (!begun_.insert(handed.job).second || job == jobs_.end() ||
                       job->second->priority == store::Priority::high)
                     return;
                   const std::size_t route = route_of(job->second->to);
                   if (route >= routes_.size()) return;
                   std::uint32_t windows = 0;
                   for (const std::string& smsc : routes_[route].smsc) windows += windows_[smsc] * sessions_[smsc];
                   for (auto& [urgent, waiting] : waiting_) {
                     if (waiting.route != route || ++waiting.passed <= kTurns * windows + kSlack) continue;
                     return broken(std::to_string(waiting.passed) + " jobs that are not urgent were begun before it",
                                   urgent);
                   }
                 },
                 [&](const LinkSet& set) { windows_[set.smsc] = std::max(windows_[set.smsc], set.window); },
                 [&](const Began&) { forgive(); },
                 [&](const Reloaded&) { forgive(); },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

#include "stranded.hpp"

#include <algorithm>

namespace dunlin::simulation {

void Stranded::follow(const store::Event& event, const Now& now) {
  const JobNumber job = job_number(event.job);
  if (job == kNoJob || !event.state) return;
  if (event.type == store::EventType::expired && event.reason == "expired" && calm_) {
    const auto found = ready_.find(job);
    if (found != ready_.end() && now.steady > std::max({found->second.since, *calm_, busy_, held_up_}) + kLong)
      return broken("it expires in the calm, though nothing spoke against it and no SMSC had anything to do", job);
  }
  ready_.erase(job);
  if (*event.state == store::State::ready) ready_[job] = {now.steady};
  if (event.type == store::EventType::scheduled && event.until)
    ready_[job] = {now.steady + std::max(Wall::duration{0}, *event.until - now.wall)};
}

void Stranded::see(const Fact& fact, const Now& now) {
  const auto ahead = now.wall.time_since_epoch() -
                     std::chrono::duration_cast<std::chrono::milliseconds>(now.steady.time_since_epoch());
  if (ahead > ahead_ + 1s || ahead < ahead_ - 1s) held_up_ = now.steady + kSuspended;
  ahead_ = ahead;
  std::visit(Overloaded{
                 [&](const Calm&) { calm_ = now.steady; },
                 [&](const HandedOver& handed) {
                   busy_ = now.steady;
                   ready_.erase(handed.job);
                 },
                 [&](const EventRead& read) {
                   if (!read.again) follow(read.event, now);
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

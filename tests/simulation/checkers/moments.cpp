#include "moments.hpp"

#include <algorithm>

#include "../local_clock.hpp"

namespace dunlin::simulation {

namespace {

// The change of a job that says from when on it may leave, asked for or done.
const Operation* moved(const Fact& fact) {
  const auto* asked = std::get_if<Asked>(&fact);
  const auto* answered = std::get_if<Answered>(&fact);
  if (answered != nullptr && !answered->code.empty()) return nullptr;
  const Operation* operation = asked != nullptr      ? asked->operation
                               : answered != nullptr ? answered->operation
                                                     : nullptr;
  return operation != nullptr && operation->op == Op::change_job && operation->until ? operation : nullptr;
}

}  // namespace

void Moments::see(const Fact& fact, const Now& now) {
  const auto ahead = now.wall.time_since_epoch() -
                     std::chrono::duration_cast<std::chrono::milliseconds>(now.steady.time_since_epoch());
  if (++facts_ > 1 && (ahead > ahead_ + 2ms || ahead < ahead_ - 2ms)) {  // the wall clock jumped
    for (const auto& [job, at] : earliest_) before_jump_.insert(job);
    earliest_.clear();
  }
  ahead_ = ahead;
  latest_ = std::max(latest_, now.wall);
  if (const auto* asked = std::get_if<Asked>(&fact); asked != nullptr && asked->operation->op == Op::submit) {
    const store::Job& job = asked->operation->content;
    if (earliest_.contains(asked->operation->job) || moved_.contains(asked->operation->job)) return;
    if (job.not_before) earliest_[asked->operation->job] = *job.not_before;
    if (!job.send_at_local.empty() && !job.time_zone.empty() && !before_jump_.contains(asked->operation->job))
      earliest_[asked->operation->job] =
          next_showing(job.time_zone, now.wall, std::stoi(job.send_at_local.substr(0, 2)),
                       std::stoi(job.send_at_local.substr(3, 2)));
  } else if (const Operation* change = moved(fact)) {
    moved_.insert(change->job);
    Wall& earliest = earliest_.try_emplace(change->job, Wall{}).first->second;
    // From the answer on it is the new moment; between asking and that it may be either.
    earliest = std::holds_alternative<Answered>(fact) ? *change->until : std::min(earliest, *change->until);
  } else if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    const auto found = earliest_.find(handed->job);
    if (found != earliest_.end() && latest_ < found->second)
      broken("it is handed over " + std::to_string((found->second - latest_).count()) + " ms before its time",
             handed->job);
  }
}

}  // namespace dunlin::simulation

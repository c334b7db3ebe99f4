#include "hours.hpp"

#include "../local_clock.hpp"

namespace dunlin::simulation {

Hours::Hours(const Terms& terms) : Checker("hours"), on_(terms.people > 0) {
  if (!on_) return;
  for (const Person& person : people(terms.people, terms.homes)) people_[person.number] = &person;
}

bool Hours::open(const store::Job& job, const Person& person, Wall at, bool before) const {
  const store::Purpose purpose = job.kind == store::Kind::referral ? store::Purpose::marketing : job.purpose;
  const std::vector<std::string> own{job.time_zone};
  return lawful(person.country, job.time_zone.empty() ? person.zones : own, purpose, at,
                before ? quiet_before_ : quiet_);
}

void Hours::check(const HandedOver& fact, const store::Job& job, const Now& now) {
  const auto found = people_.find(job.to);
  if (found == people_.end()) return broken("nobody knows its reader", fact.job);
  const Person& person = *found->second;
  const Wall offered = now.wall - std::chrono::duration_cast<std::chrono::milliseconds>(now.steady - fact.offered);
  const bool lately = reloaded_ != Steady{} && now.steady < reloaded_ + kUnderWay;
  const auto allowed = [&](bool before) { return open(job, person, offered, before); };
  const std::string where = person.country + (job.time_zone.empty() ? "" : ", " + job.time_zone);
  if (!allowed(false) && !(lately && allowed(true))) {
    const auto there = local_time(job.time_zone.empty() ? person.zones.front() : job.time_zone, offered);
    const auto day = std::chrono::floor<std::chrono::days>(there);
    return broken("it is handed over when no text may reach " + where + ": on a day " +
                      std::to_string(std::chrono::weekday{day}.iso_encoding()) + " of the week at minute " +
                      std::to_string(std::chrono::floor<std::chrono::minutes>(there - day).count()) + " there",
                  fact.job);
  }
  if (!fact.valid_until) return broken("the SMSC is not told how long it is valid", fact.job);
  if (*fact.valid_until <= offered) return broken("it is not valid any more when it is handed over", fact.job);
  for (Wall at = offered; at < *fact.valid_until; at += std::chrono::minutes{15}) {
    const Wall last = std::min(at + std::chrono::minutes{15}, *fact.valid_until) - std::chrono::seconds{1};
    if (open(job, person, last, false) || (lately && open(job, person, last, true))) continue;
    return broken("the SMSC may deliver it in " + where + " when no text may reach its reader", fact.job);
  }
}

void Hours::see(const Fact& fact, const Now& now) {
  if (!on_) return;
  if (const auto* asked = std::get_if<Asked>(&fact); asked != nullptr && asked->operation->op == Op::submit) {
    jobs_[asked->operation->job] = &asked->operation->content;
  } else if (const auto* reloaded = std::get_if<Reloaded>(&fact)) {
    quiet_before_ = std::exchange(quiet_, reloaded->quiet);
    reloaded_ = now.steady;
  } else if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    const auto job = jobs_.find(handed->job);
    if (job != jobs_.end()) check(*handed, *job->second, now);
  }
}

}  // namespace dunlin::simulation

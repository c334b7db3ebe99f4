#include "stages.hpp"

namespace dunlin::simulation {

void Stages::see(const Fact& fact, const Now& now) {
  accounts_.see(fact, now);
  if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    const store::Job* job = accounts_.content(handed->job);
    if (job == nullptr || job->account.empty() || job->stage.empty() || begun_.contains(handed->job)) return;
    const Accounts::Owed owed = accounts_.owed(handed->job);
    if (!owed.clear || owed.due_date.empty()) return;
    const Stage stage{job->account, job->stage, owed.due_date};
    begun_[handed->job] = stage;
    const auto other = sent_.find(stage);
    if (other != sent_.end() && other->second != handed->job)
      broken("it is handed over, and " + job_id(other->second) + " was sent for the same account, stage and due date",
             handed->job);
  } else if (const auto* read = std::get_if<EventRead>(&fact);
             read != nullptr && read->event.type == store::EventType::submitted) {
    const auto begun = begun_.find(job_number(read->event.job));
    if (begun != begun_.end()) sent_.emplace(begun->second, begun->first);
  }
}

}  // namespace dunlin::simulation

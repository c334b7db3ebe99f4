#include "stages.hpp"

namespace dunlin::simulation {

void Stages::see(const Fact& fact, const Now& now) {
  accounts_.see(fact, now);
  if (const auto* handed = std::get_if<HandedOver>(&fact)) {
    const store::Job* job = accounts_.content(handed->job);
    // The rest of a message is of the stage it began with, and what is sent again out of a doubt may be.
    if (handed->segment > 0) keeps_.insert(handed->job);
    const bool begins = handed->segment == 0 && !keeps_.contains(handed->job);
    if (job == nullptr || job->account.empty() || job->stage.empty() || !begins) return;
    begun_.erase(handed->job);  // it was refused for a while, and is written anew
    const Accounts::Owed owed = accounts_.owed(handed->job);
    if (!owed.clear || owed.due_date.empty()) return;
    const Stage stage{job->account, job->stage, owed.due_date};
    begun_[handed->job] = stage;
    const auto other = sent_.find(stage);
    if (other != sent_.end() && other->second != handed->job)
      broken("it is handed over, and " + job_id(other->second) + " was sent for the same account, stage and due date",
             handed->job);
  } else if (const auto* read = std::get_if<EventRead>(&fact);
             read != nullptr && read->event.type == store::EventType::in_doubt) {
    keeps_.insert(job_number(read->event.job));
  } else if (read != nullptr && read->event.type == store::EventType::submitted) {
    const auto begun = begun_.find(job_number(read->event.job));
    if (begun != begun_.end()) sent_.emplace(begun->second, begun->first);
  }
}

}  // namespace dunlin::simulation

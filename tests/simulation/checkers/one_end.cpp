#include "one_end.hpp"

#include <algorithm>

#include "store/enum_names.hpp"

namespace dunlin::simulation {

void OneEnd::see(const Fact& fact, const Now& now) {
  if (const auto* read = std::get_if<EventRead>(&fact); read != nullptr && !read->again) {
    if (read->event.type == store::EventType::receipt_unmatched)
      unmatched_.emplace(read->event.smsc, read->event.message_id);
    const JobNumber job = job_number(read->event.job);
    // What is told of it after its end: events watch that it stays.
    if (job == kNoJob || !read->event.state || changes_nothing(read->event.type)) return;
    // What a payment cancelled comes back when the payment is taken back.
    const auto paid = ended_.find(job);
    if (paid != ended_.end() && paid->second == store::State::cancelled &&
        read->event.type == store::EventType::released) {
      ended_.erase(paid);
      return;
    }
    if (const auto end = ended_.find(job); end != ended_.end()) {
      broken("it was " + std::string(store::name_of(end->second)) + " and became " +
                 std::string(store::name_of(*read->event.state)),
             job);
    } else if (store::is_final(*read->event.state)) {
      ended_[job] = *read->event.state;
    }
  }
  if (const auto* answered = std::get_if<DeliveryAnswered>(&fact)) {
    const Delivery& one = *answered->delivery;
    if (one.kind == DeliveryKind::receipt && !one.intermediate && answered->status == smpp::CommandStatus::ok) {
      told_.emplace(one.smsc, one.message_id);
    }
  }
  const auto* finished = std::get_if<Finished>(&fact);
  if (finished == nullptr) return;
  for (const store::JobView& view : finished->jobs) {
    const JobNumber number = job_number(view.job.id);
    if (number == kNoJob) continue;  // an answer to somebody
    const store::State state = view.state.state;
    const auto end = ended_.find(number);
    if (store::is_final(state)) {
      if (end == ended_.end() || end->second != state)
        return broken("the store has it " + std::string(store::name_of(state)) + ", no event says so", number);
      const bool overdue = state == store::State::unknown && view.state.reason.starts_with("receipt_timeout");
      if (overdue && view.state.history.back().time < view.state.expires_at)
        return broken("its receipt was given up before its validity ended", number);
      continue;
    }
    if (state != store::State::submitted)
      return broken("it never ends: it is " + std::string(store::name_of(state)), number);
    if (now.wall > view.state.expires_at + terms_.receipt_timeout + kSlack)
      return broken("it is submitted, though the wait for its receipt is long over", number);
    const bool all_told =
        std::all_of(view.state.segments.begin(), view.state.segments.end(), [&](const store::Segment& segment) {
          return told_.contains({view.state.smsc, segment.message_id});
        });
    if (all_told && unmatched_.empty()) return broken("it is submitted, though every receipt came", number);
  }
  if (!finished->unrest.empty())
    broken("the work does not end: after the calm's longest there is still " + finished->unrest);
}

}  // namespace dunlin::simulation

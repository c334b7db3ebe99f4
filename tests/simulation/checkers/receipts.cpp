#include "receipts.hpp"

namespace dunlin::simulation {

void Receipts::see(const Fact& fact, const Now&) {
  if (const auto* done = std::get_if<DeliveryAnswered>(&fact);
      done != nullptr && done->delivery->kind == DeliveryKind::receipt) {
    if (done->status == smpp::CommandStatus::ok) answered_.push_back(done->delivery);
  }
  if (const auto* read = std::get_if<EventRead>(&fact);
      read != nullptr && read->event.type == store::EventType::receipt_unmatched) {
    reported_.emplace(read->event.smsc, read->event.message_id);
  }
  if (const auto* asked = std::get_if<Asked>(&fact); asked != nullptr && asked->operation->op == Op::forget)
    forgotten_.insert(asked->operation->number);
  const auto* finished = std::get_if<Finished>(&fact);
  if (finished == nullptr) return;
  std::set<Named> with_outcome, known;
  for (const store::JobView& view : finished->jobs) {
    for (const store::Segment& segment : view.state.segments) {
      if (segment.message_id.empty()) continue;
      known.emplace(view.state.smsc, segment.message_id);
      if (segment.state > store::SegmentState::submitted && segment.state != store::SegmentState::in_doubt)
        with_outcome.emplace(view.state.smsc, segment.message_id);
    }
  }
  for (const Delivery* one : answered_) {
    const std::set<Named>& matched = one->intermediate ? known : with_outcome;
    if (matched.contains({one->smsc, one->message_id}) || matched.contains({one->smsc, one->receipt_id}) ||
        reported_.contains({one->smsc, one->receipt_id}) || forgotten_.contains(one->number))
      continue;
    return broken("its receipt " + one->receipt_id + " was answered, and is neither matched nor reported", one->job);
  }
}

}  // namespace dunlin::simulation

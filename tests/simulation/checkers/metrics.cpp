#include "metrics.hpp"

#include "store/enum_names.hpp"

namespace dunlin::simulation {

void Metrics::compare(const Rest& rest) {
  const auto equal = [&](std::string what, std::uint64_t metric, std::uint64_t truth) {
    if (metric != truth)
      broken(what + ": the metric says " + std::to_string(metric) + ", there are " + std::to_string(truth));
  };
  for (std::size_t i = 0; i < store::kStates; ++i)
    equal("jobs that are " + std::string(store::name_of(static_cast<store::State>(i))), rest.status.jobs[i],
          rest.jobs[i]);
  if (!rest.campaigns.empty()) broken("campaign " + rest.campaigns + " counts other jobs than it has");
  if (!rest.reports.empty()) broken("reports: " + rest.reports);
  equal("the last event", rest.status.events_last, rest.events_last);
  equal("jobs accepted", rest.counters.accepted, events_[store::EventType::accepted]);
  std::uint64_t blocked = 0, replies = 0;
  for (const auto& [reason, count] : rest.counters.blocked) blocked += count;
  for (const auto& [key, count] : rest.counters.replies) replies += count;
  equal("jobs blocked", blocked, events_[store::EventType::blocked]);
  equal("replies", replies, events_[store::EventType::replied]);
  for (const auto& [smsc, counted] : rest.counters.receipts) {
    equal("receipts parked at " + smsc, counted.parked, rest.parked.contains(smsc) ? rest.parked.at(smsc) : 0);
    equal("receipts unmatched at " + smsc, counted.unmatched, unmatched_[smsc]);
  }
  for (const auto& [smsc, count] : rest.parked) {
    if (!rest.counters.receipts.contains(smsc)) equal("receipts parked at " + smsc, 0, count);
  }
  for (const engine::LinkStatus& link : rest.links) {
    std::uint64_t answers = 0;
    for (const engine::SubmitStatusCount& row : link.submits) answers += row.count;
    equal("answers of " + link.name, answers, answers_[link.name]);
  }
}

void Metrics::see(const Fact& fact, const Now& now) {
  std::visit(Overloaded{
                 [&](const Began& began) {
                   events_before_ = began.events_last;
                   events_.clear();
                   unmatched_.clear();
                   answers_.clear();
                   open_.clear();
                 },
                 [&](const EventRead& read) {
                   if (read.again || read.seq <= events_before_) return;
                   ++events_[read.event.type];
                   if (read.event.type == store::EventType::receipt_unmatched) ++unmatched_[read.event.smsc];
                 },
                 [&](const Connected& up) { connections_[up.connection] = up.smsc; },
                 [&](const HandedOver& handed) { open_.emplace(handed.connection, handed.sequence); },
                 [&](const AnswerHandedOver& answer) { see(answer.handed, now); },
                 [&](const GivenAnswer& given) {
                   if (open_.erase({given.connection, given.sequence}) > 0) ++answers_[connections_[given.connection]];
                 },
                 [&](const Rest& rest) { compare(rest); },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

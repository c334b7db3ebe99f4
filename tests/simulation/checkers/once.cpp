#include "once.hpp"

namespace dunlin::simulation {

void Once::hand_over(const HandedOver& fact) {
  Job& job = jobs_[fact.job];
  Segment& segment = job.segments[fact.segment];
  const std::string name = "segment " + std::to_string(fact.segment);
  switch (segment.fate) {
    case Fate::fresh:
    case Fate::refused: break;
    case Fate::accepted: return broken(name + " was accepted and is handed over again", fact.job);
    case Fate::open: return broken(name + " is unanswered and is handed over again", fact.job);
    case Fate::doubt:
      if (++segment.again > (job.resend ? 1 : 0) + job.persons) {
        return broken(name + (job.resend ? " was sent again after a doubt before, and is once more"
                                         : " is in doubt under `hold` and is handed over again"),
                      fact.job);
      }
      if (job.doubts == segment.doubts)
        return broken(name + " was handed over and never answered, and is handed over again without a doubt being told",
                      fact.job);
      break;
  }
  segment.fate = Fate::open;
  segment.doubts = job.doubts;
  open_[{fact.connection, fact.sequence}] = {fact.job, fact.segment};
}

void Once::see(const Fact& fact, const Now&) {
  std::visit(Overloaded{
                 [&](const Asked& asked) {
                   const Operation& op = *asked.operation;
                   if (op.op == Op::submit)
                     jobs_[op.job].resend = op.content.in_doubt.value_or(in_doubt_) == store::InDoubtPolicy::resend;
                   if (op.op == Op::resend) ++jobs_[op.job].persons;
                 },
                 [&](const HandedOver& handed) { hand_over(handed); },
                 [&](const GivenAnswer& given) {
                   const auto found = open_.find({given.connection, given.sequence});
                   if (found == open_.end()) return;
                   jobs_[found->second.first].segments[found->second.second].fate =
                       given.status == smpp::CommandStatus::ok ? Fate::accepted : Fate::refused;
                   open_.erase(found);
                 },
                 [&](const Disconnected& gone) {
                   const auto first = open_.lower_bound({gone.connection, 0});
                   auto each = first;
                   for (; each != open_.end() && each->first.first == gone.connection; ++each) {
                     Job& job = jobs_[each->second.first];
                     job.segments[each->second.second].fate = Fate::doubt;
                   }
                   open_.erase(first, each);
                 },
                 [&](const Ended& ended) {  // an answer that came is not known unless it is on disk
                   for (const InflightRow& row : ended.inflight) {
                     Job& job = jobs_[row.job];
                     Segment& segment = job.segments[row.segment];
                     if (segment.fate != Fate::fresh) segment.fate = Fate::doubt;
                   }
                 },
                 [&](const EventRead& read) {
                   if (!read.again && read.event.type == store::EventType::in_doubt)
                     ++jobs_[job_number(read.event.job)].doubts;
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

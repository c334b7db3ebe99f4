#include "order.hpp"

namespace dunlin::simulation {

void Order::see(const Fact& fact, const Now&) {
  std::visit(
      Overloaded{
          [&](const HandedOver& one) {
            auto& handed = handed_[one.job];
            handed.insert(one.segment);
            for (std::uint32_t before = doubted_.contains(one.job) ? one.segment : 0; before < one.segment; ++before) {
              if (!handed.contains(before))
                return broken("segment " + std::to_string(one.segment) + " is handed over before segment " +
                                  std::to_string(before),
                              one.job);
            }
            auto& unanswered = unanswered_[one.job];
            ++unanswered[one.connection];
            sequences_[{one.connection, one.sequence}] = one.job;
            if (unanswered.size() > 1) broken("its segments are under way on two sessions at a time", one.job);
          },
          [&](const GivenAnswer& given) {
            const auto found = sequences_.find({given.connection, given.sequence});
            if (found == sequences_.end()) return;
            auto& unanswered = unanswered_[found->second];
            if (--unanswered[given.connection] == 0) unanswered.erase(given.connection);
            sequences_.erase(found);
          },
          [&](const Disconnected& gone) {
            const auto first = sequences_.lower_bound({gone.connection, 0});
            auto each = first;
            for (; each != sequences_.end() && each->first.first == gone.connection; ++each)
              unanswered_[each->second].erase(gone.connection);
            sequences_.erase(first, each);
          },
          [&](const EventRead& read) {  // any of its segments may have been handed over, or be told of by a receipt
            if (read.event.type == store::EventType::in_doubt) doubted_.insert(job_number(read.event.job));
          },
          [](const auto&) {},
      },
      fact);
}

}  // namespace dunlin::simulation

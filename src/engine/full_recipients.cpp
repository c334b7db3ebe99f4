#include "engine/full_recipients.hpp"

#include <algorithm>

namespace dunlin::engine {

bool FullRecipients::is_its_own(std::uint64_t recipient, bool full, Steady sent_at, Steady now) {
  if (!full) {
    accepted_ = recipient;
    accepted_at_ = std::max(accepted_at_, sent_at);
    if (!any_) return false;
  }
  const auto found = std::ranges::find_if(rows_, [&](const Row& row) {
    return row.recipient == recipient && row.last != Steady{} && now - row.last < kMemory;
  });
  if (!full) {
    if (found != rows_.end()) *found = Row{};
    return false;
  }
  any_ = true;
  if (found == rows_.end()) {
    *std::ranges::min_element(rows_, {}, &Row::last) = Row{recipient, sent_at, now, false};
    return false;
  }
  found->last = now;
  if (!found->its_own) found->its_own = accepted_ != recipient && accepted_at_ >= found->first + kPast;
  return found->its_own;
}

}  // namespace dunlin::engine

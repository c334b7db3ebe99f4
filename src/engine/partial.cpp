#include "engine/partial.hpp"

#include <algorithm>

namespace dunlin::engine {

using store::Segment;
using store::SegmentState;

std::string with_parts(const store::JobState& state, std::string why) {
  const auto all = static_cast<std::ptrdiff_t>(state.segments.size());
  const auto delivered = std::count_if(state.segments.begin(), state.segments.end(),
                                       [](const Segment& each) { return each.state == SegmentState::delivered; });
  // What a receipt rejects was taken before, and has an id; what was refused at once has none.
  const auto taken = std::count_if(state.segments.begin(), state.segments.end(), [](const Segment& each) {
    return each.state != SegmentState::waiting && each.state != SegmentState::claimed &&
           (each.state != SegmentState::rejected || !each.message_id.empty());
  });
  const auto some = delivered > 0 ? delivered : taken;
  if (all <= 1 || some == 0 || some == all) return why;
  std::string reason = "partial: " + std::to_string(some) + " of " + std::to_string(all) +
                       (delivered > 0 ? " parts delivered" : " parts taken");
  if (!why.empty()) reason += "; " + why;
  return reason;
}

}  // namespace dunlin::engine

#include "engine/references.hpp"

#include <algorithm>

namespace dunlin::engine {

using store::SegmentState;
using store::TakenReference;

void forget_references(store::References& references, Wall now, std::uint64_t n) {
  std::erase_if(references.taken, [&](const TakenReference& each) { return each.until <= now || each.n == n; });
}

namespace {
constexpr std::uint32_t most_of(bool wide) { return wide ? 0xFFFF : 0xFF; }
}  // namespace

bool has_begun(const store::JobState& state) {
  return std::any_of(state.segments.begin(), state.segments.end(),
                     [](const store::Segment& each) { return each.state != SegmentState::waiting; });
}

bool goes_on(const store::JobState& state) { return has_begun(state) || (state.resent && !state.segments.empty()); }

bool was_sent(const store::JobState& state) {
  return state.resent || std::any_of(state.segments.begin(), state.segments.end(), [](const store::Segment& each) {
           const bool refused = each.state == SegmentState::rejected && each.message_id.empty();
           return each.state != SegmentState::waiting && each.state != SegmentState::claimed && !refused;
         });
}

// A narrow one is held against the low octet of every other: an SMSC that rewrites headers may cut them to that.
bool is_taken(const store::References& references, std::uint32_t reference, bool wide) {
  return std::any_of(references.taken.begin(), references.taken.end(),
                     [&](const TakenReference& each) { return (each.reference & most_of(wide)) == reference; });
}

std::optional<std::uint32_t> free_reference(const store::References& references, bool wide) {
  if (references.taken.size() >= store::kReferencesMax) return std::nullopt;
  const std::uint32_t most = most_of(wide);
  std::uint32_t next = references.last & most;
  for (std::uint32_t tried = 0; tried < most; ++tried) {
    next = next >= most ? 1 : next + 1;
    if (!is_taken(references, next, wide)) return next;
  }
  return std::nullopt;
}

bool nothing_can_arrive(const store::JobState& state) {
  const bool over = store::is_final(state.state);
  return std::all_of(state.segments.begin(), state.segments.end(),
                     [over](const store::Segment& each) {
                       switch (each.state) {
                         case SegmentState::claimed:
                         case SegmentState::submitted:
                         case SegmentState::in_doubt:
                         case SegmentState::unknown: return false;
                         case SegmentState::waiting: return over;
                         case SegmentState::delivered:
                         case SegmentState::undelivered:
                         case SegmentState::expired:
                         case SegmentState::rejected: return true;
                       }
                       return false;
                     }) &&
         (over || !state.segments.empty());
}

}  // namespace dunlin::engine

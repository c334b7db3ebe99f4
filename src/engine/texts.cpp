#include "engine/texts.hpp"

#include <algorithm>

namespace dunlin::engine {

namespace {
bool is_text(const store::Change& change) { return change.name.starts_with("params."); }
bool has_receipts(const store::Segment& segment) { return !segment.receipts.empty(); }
}  // namespace

bool has_texts(const store::Job& job) { return !job.text.empty() || !job.params.empty() || !job.pay_url.empty(); }

void erase_texts(store::Job& job) {
  job.text.clear();
  job.params.clear();
  job.pay_url.clear();
}

bool has_texts(const store::JobState& state) {
  return !state.text.empty() || std::ranges::any_of(state.changes, is_text) ||
         std::ranges::any_of(state.segments, has_receipts);
}

void erase_texts(store::JobState& state) {
  state.text.clear();
  std::erase_if(state.changes, is_text);
  for (store::Segment& segment : state.segments) segment.receipts.clear();
}

bool has_texts(const store::Event& event) { return !event.text.empty() || !event.tlvs.empty(); }

void erase_texts(store::Event& event) {
  event.text.clear();
  event.tlvs.clear();
}

}  // namespace dunlin::engine

#include "events.hpp"

#include "engine/transitions.hpp"
#include "store/enum_names.hpp"

namespace dunlin::simulation {
namespace {

// Whether the table leads from `from` over steps that are not told to `to` by a step that is told as `type`.
bool leads(store::State from, store::EventType type, store::State to) {
  bool reached[store::kStates] = {};
  reached[static_cast<std::size_t>(from)] = true;
  for (bool grew = true; grew;) {
    grew = false;
    for (const engine::TransitionRow& row : engine::transitions()) {
      if (row.event || !reached[static_cast<std::size_t>(row.from)] || reached[static_cast<std::size_t>(row.to)])
        continue;
      grew = reached[static_cast<std::size_t>(row.to)] = true;
    }
  }
  for (const engine::TransitionRow& row : engine::transitions()) {
    if (row.event == type && row.to == to && reached[static_cast<std::size_t>(row.from)]) return true;
  }
  return false;
}

}  // namespace

void Events::follow(const EventRead& read) {
  const JobNumber job = job_number(read.event.job);
  if (job == kNoJob || !read.event.state) return;
  const auto [state, fresh] = states_.try_emplace(job, store::State::importing);
  if (changes_nothing(read.event.type) ? *read.event.state != state->second : !leads(state->second, read.event.type, *read.event.state)) {
    return broken("event " + std::to_string(read.seq) + ": it was " + std::string(store::name_of(state->second)) +
                      " and can't become " + std::string(store::name_of(*read.event.state)) + " by `" +
                      std::string(store::name_of(read.event.type)) + "`",
                  job);
  }
  state->second = *read.event.state;
}

bool Events::same(const store::Event& before, const store::Event& now) const {
  if (before == now) return true;
  return forgotten_ && before.time == now.time && before.type == now.type && before.job == now.job &&
         before.state == now.state && before.reason == now.reason;
}

void Events::see(const Fact& fact, const Now&) {
  if (const auto* missing = std::get_if<EventMissing>(&fact))
    broken("event " + std::to_string(missing->seq) + " is missing");
  if (const auto* asked = std::get_if<Asked>(&fact)) forgotten_ = forgotten_ || asked->operation->op == Op::forget;
  const auto* read = std::get_if<EventRead>(&fact);
  if (read == nullptr) return;
  const JobNumber job = job_number(read->event.job);
  if (read->again) {
    const std::uint64_t forgot = count_ - read_.size();
    if (read->seq == 0 || read->seq > count_ ||
        (read->seq > forgot && !same(read_[read->seq - forgot - 1], read->event)))
      broken("event " + std::to_string(read->seq) + " is not what it was before", job);
    return;
  }
  if (read->seq != count_ + 1)
    return broken("event " + std::to_string(read->seq) + " follows event " + std::to_string(count_), job);
  ++count_;
  read_.push_back(read->event);
  if (read_.size() > kKept) read_.pop_front();
  follow(*read);
}

}  // namespace dunlin::simulation

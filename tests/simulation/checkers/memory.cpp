#include "memory.hpp"

#include <algorithm>

#include "engine/engine.hpp"

namespace dunlin::simulation {

Memory::Memory(const Terms& terms) : Checker("memory"), smscs_(terms.smscs) {}

// Requests that wait for their answer, answers and deliveries of the sessions, a slice of the calendar, what a start
// finds in flight.
std::size_t Memory::inputs_max() const {
  std::size_t most = requests_ + engine::Engine::kCalendarSliceMax;
  for (const auto& [name, smsc] : smscs_) {
    most += smsc.sessions * 2 * (3 * (smsc.window + kSegmentsMax) + 2 * engine::Links::kInboundMax);
  }
  return most;
}

void Memory::check(const engine::GatewayMemory& memory) {
  const auto within = [&](std::string what, std::size_t held, std::size_t most) {
    if (held > most) broken(what + ": " + std::to_string(held) + ", at most " + std::to_string(most) + " are allowed");
  };
  within("octets of cached rows", memory.cached_octets, engine::Engine::kCacheOctetsMax + (1U << 20));
  within("candidates of a lane", memory.candidates, engine::Lane::kCandidatesMax);
  within("parked receipts", memory.parked, engine::Engine::kParkedMax);
  within("inputs waiting", memory.inputs_waiting, inputs_max());
  within("promises held", memory.promises_held, inputs_max());
}

void Memory::check(const engine::LinkStatus& link) {
  const Terms::Smsc& smsc = smscs_[link.name];
  const std::size_t most = std::size_t{smsc.window} * smsc.sessions + kSegmentsMax;
  if (link.outbox > most)
    broken("segments claimed for " + link.name + " and not handed over: " + std::to_string(link.outbox) + ", at most " +
           std::to_string(most) + " are allowed");
}

void Memory::see(const Fact& fact, const Now&) {
  std::visit(Overloaded{
                 [&](const Began&) { requests_ = 0; },
                 [&](const Asked&) { ++requests_; },
                 [&](const Answered&) { requests_ -= requests_ > 0 ? 1 : 0; },
                 [&](const LinkSet& set) { smscs_[set.smsc].window = std::max(smscs_[set.smsc].window, set.window); },
                 [&](const Bounds& bounds) { check(bounds.memory); },
                 [&](const Rest& rest) {
                   for (const engine::LinkStatus& link : rest.links) check(link);
                 },
                 [](const auto&) {},
             },
             fact);
}

}  // namespace dunlin::simulation

// Numbers that nothing reaches: told once, and forgotten when something does after all.
#include "engine/engine.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

// One refusal that names the number is enough; of receipts it takes kFailuresBad in a row.
void Engine::judge_number(const JobAt& at) {
  const State state = at.state.state;
  const bool reached = state == State::delivered;
  const bool refused = state == State::rejected && at.state.reason.find("ESME_RINVDSTADR") != std::string::npos;
  const bool failed =
      refused || state == State::undelivered ||
      (state == State::rejected && !at.state.segments.empty() && !at.state.segments.front().message_id.empty());
  if (!reached && !failed) return;
  if (at.job.to.empty()) return;
  store::Lookup<store::Person> known = person_of(at.job.to);
  if (known.unknown()) return;
  if (reached && (!known || (known->failures == 0 && !known->bad_since))) return;
  store::Person person = known ? std::move(*known) : store::Person{};
  person.failures = reached ? 0 : person.failures + 1;
  if (reached) {
    person.bad_since.reset();
    person.bad_reason.clear();
  } else if (!person.bad_since && (refused || person.failures >= kFailuresBad)) {
    person.bad_since = now_.wall;
    person.bad_reason = at.state.reason;
    store::Event event = event_of(EventType::number_bad, at.job);
    event.number = at.job.to;
    event.reason = at.state.reason;
    event.smsc = at.state.smsc;
    tell(std::move(event));
  }
  rows_.put_record(keys::person(at.job.to), person);
}

}  // namespace dunlin::engine

// Numbers that nothing reaches: told once and listed, until something does reach them, an operator says so, or upstream
// does (a consent newer than that). They are told to people; what is sent there is not stopped.
#include "engine/call_list.hpp"
#include "engine/check_job.hpp"
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
  if (known && known->bad_reason == kWhyWrongNumber) return;  // who is there is not whom it is for
  store::Person person = known ? std::move(*known) : store::Person{};
  person.failures = reached ? 0 : person.failures + 1;
  if (reached) {
    clear_bad(at.job.to, person);
  } else if (!person.bad_since && (refused || person.failures >= kFailuresBad)) {
    store::Event event = event_of(EventType::number_bad, at.job);
    event.smsc = at.state.smsc;
    set_bad(at.job.to, person, at.state.reason, std::move(event));
  }
  rows_.put_record(keys::person(at.job.to), person);
}

// The caller writes the row.
void Engine::set_bad(const std::string& number, store::Person& person, std::string reason, store::Event event) {
  person.bad_since = now_.wall;
  person.bad_reason = reason;
  rows_.blind_put(keys::bad(number), {});
  event.type = EventType::number_bad;
  event.number = number;
  event.reason = std::move(reason);
  tell(std::move(event));
}

// The caller writes the row.
void Engine::clear_bad(const std::string& number, store::Person& person) {
  if (person.bad_since) rows_.blind_erase(keys::bad(number));
  person.failures = 0;
  person.bad_since.reset();
  person.bad_reason.clear();
}

Engine::Handled Engine::handle(ClearBad& request) {
  const auto answer_with = [&](Result<BadCleared> result) {
    promise([answer = std::move(request.answer), result = std::move(result)](Now) { answer(result); });
    return Handled::yes;
  };
  if (!is_e164(request.number)) return answer_with(tl::unexpected(not_e164("number")));
  store::Lookup<store::Person> known = rows_.record<store::Person>(keys::person(request.number));
  if (known.unknown()) return Handled::no;
  if (!known || !known->bad_since) return answer_with(failure("not_found", "this number is not told as bad", "number"));
  clear_bad(request.number, *known);
  rows_.put_record(keys::person(request.number), *known);
  return answer_with(BadCleared{});
}

}  // namespace dunlin::engine

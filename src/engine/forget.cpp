// A person is forgotten: jobs, texts, events, what is parked and in parts. What blocks the number stays, under a keyed
// hash.
//
//   a row of the calendar   is there until all of it is done: a start finds it and goes on. It has no time of its own, so
//                           that there is one, however often it is asked for and wherever the wall clock stands
//   each pass               ends what is open, empties what is over; while something is under way there is another one
//   the last pass           people, references, parked and held rows; then the events, a slice a turn
#include <algorithm>

#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/segments.hpp"
#include "engine/texts.hpp"
#include "store/codec.hpp"
#include "store/keyed_hash.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::Family;
using store::State;

namespace {

constexpr std::string_view kForgotten = "forgotten";
constexpr std::string_view kNextPassDue = "pass";  // in the place of an SMSC: of one that is begun
constexpr std::chrono::milliseconds kNextPass{std::chrono::seconds{1}};
constexpr std::size_t kEventSlice = 1000;

bool is_under_way(const store::JobState& state) { return any(state, store::SegmentState::claimed); }

void empty(store::Job& job) {
  erase_texts(job);
  job.to.clear();
  job.consent = {};
}

void empty(store::JobState& state) {
  erase_texts(state);
  state.content.clear();
  state.plan.content.clear();
  state.plan.over = true;
}

// What forbids it and nothing else.
store::Person only_blocks(const store::Person& person) {
  store::Person kept;
  if (person.status == store::ConsentStatus::blocked) {
    kept.status = person.status;
    kept.stopped = person.stopped;
    kept.source = person.source;
    kept.at = person.at;
  }
  kept.stopped_senders = person.stopped_senders;
  for (const store::PurposeConsent& each : person.purposes) {
    if (each.status == store::ConsentStatus::blocked) kept.purposes.push_back(each);
  }
  return kept;
}

}  // namespace

// What is known of a number: its own row, or what a forgotten one left.
store::Lookup<store::Person> Engine::person_of(const std::string& number) {
  store::Lookup<store::Person> own = rows_.record<store::Person>(keys::person(number));
  if (!any_forgotten_ || !own.absent()) return own;
  return rows_.record<store::Person>(keys::forgotten(store::keyed_hash(secret_, number)));
}

Engine::Handled Engine::handle(Forget& request) {
  if (!is_e164(request.number)) {
    promise([answer = std::move(request.answer)](Now) { answer(tl::unexpected(not_e164("number"))); });
    return Handled::yes;
  }
  Forgetting& forgetting = forgettings_[request.number];
  forgetting.answers.push_back(std::move(request.answer));
  if (forgetting.answers.size() == 1 && !forgetting.running) begin_to_forget(request.number);
  return Handled::yes;
}

void Engine::begin_to_forget(const std::string& number) {
  appoint(Wall{}, 0, {store::Cause::forget_due, {}, number});
}

Engine::Handled Engine::forget_due(const Due& due) {
  const std::string& number = due.appointment.message_id;
  if (due.appointment.smsc == kForgotten) return forget_more(number);
  if (due.appointment.smsc == kNextPassDue) {
    rows_.blind_erase({Family::calendar, due.key});
    const auto found = forgettings_.find(number);
    if (found != forgettings_.end() && found->second.waits) forget_pass(number);
    return Handled::yes;
  }
  Forgetting& forgetting = forgettings_[number];
  if (forgetting.running) {
    if (forgetting.calendar_key != due.key) rows_.blind_erase({Family::calendar, due.key});  // another row of the same
    return Handled::yes;
  }
  forgetting.running = true;
  forgetting.calendar_key = due.key;
  // What is read of the calendar may be older than the end of an earlier forgetting.
  want_range({Family::calendar, due.key, keys::after(due.key), 1}, [this, number](const std::vector<store::Row>& rows) {
    if (!rows.empty()) return forget_pass(number);
    Forgetting& over = forgettings_[number];
    over.running = false;
    if (over.answers.empty()) {
      forgettings_.erase(number);
    } else {
      begin_to_forget(number);
    }
  });
  return Handled::yes;
}

void Engine::forget_pass(const std::string& number) {
  Forgetting& forgetting = forgettings_[number];
  forgetting.left = forgetting.waits = false;
  sweep(
      Family::by_number, number, [this, number](JobAt& at) { forget_job(at, forgettings_[number]); },
      [this, number] {
        if (forgettings_[number].left) return next_pass(number);
        go_on_forgetting(number);
      });
}

void Engine::next_pass(const std::string& number) {
  forgettings_[number].waits = true;
  appoint(now_.wall + kNextPass, 0, {store::Cause::forget_due, std::string(kNextPassDue), number});
}

void Engine::forget_job(JobAt& at, Forgetting& forgetting) {
  const std::string number = at.job.to;
  Stopped stopped;
  if (at.state.state == State::importing) {
    if (in_open_import(at)) {  // as if its row had never come
      erase_rows_of(at);
      ++forgetting.result.jobs;
      return;
    }
    release_imported(at);
  }
  if (at.state.state == State::in_doubt) {
    out_of_doubt(at);
    transition(at, TransitionCause::dropped, std::string(kForgotten));
  } else if (at.state.state == State::submitted) {
    for (store::Segment& each : at.state.segments) {
      if (!has_outcome(each.state)) each.state = store::SegmentState::unknown;
    }
    transition(at, TransitionCause::receipt_overdue, std::string(kForgotten));
  } else if (!store::is_final(at.state.state)) {
    stop_job(at, TransitionCause::cancelled, std::string(kForgotten), stopped);
  }
  if (is_under_way(at.state) || !forget_sent(at)) {  // its answer will come; or rows of `sent` are asked for
    save(at);
    forgetting.left = true;
    return;
  }
  if (at.state.on_call_list) call_row(at, false);
  at.state.on_call_list = false;
  empty(at.job);
  empty(at.state);
  rows_.put_record(keys::job(at.n), at.job);
  save(at);
  rows_.blind_erase(keys::by_number(number, at.n));
  ++forgetting.result.jobs;
}

// All that is not of a job. Then its events.
Engine::Handled Engine::forget_person(const std::string& number) {
  const std::string digits = digits_of(number);
  store::Lookup<store::Person> known = person_of(number);
  bool rows_known = !known.unknown();
  std::vector<std::pair<std::string, store::Key>> parked;
  for (const SmscSettings& smsc : settings_.smscs) {
    for (store::Key& key : parked_at(smsc.name, digits)) {
      if (unflagged_.contains(key.key)) {  // it is being told: as an event it is forgotten
        next_pass(number);
        return Handled::yes;
      }
      rows_known = rows_known && rows_.get(key) != nullptr;
      parked.emplace_back(smsc.name, std::move(key));
    }
  }
  if (!rows_known) return Handled::no;
  if (known) {
    for (const store::Hold& hold : known->holds) {
      rows_.erase(keys::hold(hold.id));
      inbox_row(number, hold, false);
    }
    const store::Person kept = only_blocks(*known);
    rows_.erase(keys::person(number));
    if (kept != store::Person{}) {
      any_forgotten_ = true;
      rows_.blind_put(keys::any_forgotten(), {});
      rows_.put_record(keys::forgotten(store::keyed_hash(secret_, number)), kept);
    } else if (any_forgotten_) {
      rows_.erase(keys::forgotten(store::keyed_hash(secret_, number)));  // of an earlier time, and lifted since
    }
  }
  rows_.blind_erase(keys::bad(number));
  rows_.erase(keys::references(number));
  for (const SmscSettings& smsc : settings_.smscs) rows_.erase(keys::stray(smsc.name, digits));
  for (const auto& [smsc, key] : parked) {
    if (store::Lookup<store::Parked> row = rows_.record<store::Parked>(key); row && !row->receipts.empty())
      unpark(smsc, key, row->receipts.front());
  }
  for (auto& [smsc, index] : held_) {
    for (const auto& [rest, until] : index.of_number(smsc, digits)) {
      rows_.blind_erase(keys::calendar(until, 0, {store::Cause::parts_due, smsc, rest}));
      rows_.erase(keys::parts(smsc, rest));
      index.erase(rest);
    }
  }
  forget_conversation(number);
  return Handled::yes;
}

// What the person wrote, then what events say.
void Engine::forget_conversation(const std::string& number) {
  want_range(keys::conversation_range(number, 0, kEventSlice), [this, number](const std::vector<store::Row>& rows) {
    for (const store::Row& row : rows) rows_.blind_erase({Family::conversations, row.key});
    if (rows.size() >= kEventSlice) return forget_conversation(number);
    forgettings_[number].events_from = first_event_;
    forget_events(number);
  });
}

// What events say of a number, in place: their order and what became of jobs stays.
void Engine::forget_events(const std::string& number) {
  want_range(keys::events(forgettings_[number].events_from, kEventSlice),
             [this, number](const std::vector<store::Row>& rows) {
               Forgetting& forgetting = forgettings_[number];
               const std::string digits = digits_of(number);
               for (const store::Row& row : rows) {
                 const std::optional<std::uint64_t> seq = keys::parse_event(row.key);
                 Result<store::Event> event = store::decode<store::Event>(row.value);
                 if (!seq || !event) continue;
                 forgetting.events_from = *seq + 1;
                 if (*seq < first_event_) continue;  // gone meanwhile
                 if (digits_of(event->from) != digits && digits_of(event->number) != digits) continue;
                 event->from.clear();
                 event->number.clear();
                 event->text.clear();
                 event->tlvs.clear();
                 rows_.blind_put(keys::event(*seq), store::encode(*event));
                 ++forgetting.result.events;
               }
               if (rows.size() >= kEventSlice) {
                 forget_events(number);
               } else {
                 forgetting.told = true;
                 go_on_forgetting(number);
               }
             });
}

// With the next turn, whatever the wall clock does meanwhile.
void Engine::go_on_forgetting(const std::string& number) {
  const store::Appointment next{store::Cause::forget_due, std::string(kForgotten), number};
  add(Due{keys::calendar(Wall{}, 0, next).key, 0, next});
}

Engine::Handled Engine::forget_more(const std::string& number) {
  const auto found = forgettings_.find(number);
  if (found == forgettings_.end()) return Handled::yes;
  if (!found->second.told) return forget_person(number);
  rows_.blind_erase({Family::calendar, found->second.calendar_key});
  promise([answers = std::move(found->second.answers), result = found->second.result](Now) {
    for (const auto& answer : answers) answer(result);
  });
  forgettings_.erase(found);
  return Handled::yes;
}

}  // namespace dunlin::engine

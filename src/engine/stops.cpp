// Blocks, consents and cancels: what takes back what was claimed, and whose answer promises silence.
#include <algorithm>

#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::SegmentState;
using store::State;

void Engine::claim_withdrawn(JobAt& at, std::uint32_t segment) {
  at.state.segments[segment].state = SegmentState::waiting;
  left_the_window(at);
  rows_.blind_erase(keys::inflight(at.state.smsc, at.n, segment));
}

// What the cause does to one job, wherever it stands; what is final or has left already stays as it is.
void Engine::stop_job(JobAt& at, TransitionCause cause, const std::string& reason, Stopped& stopped) {
  const auto name = [&](std::vector<std::string>& list, std::uint64_t& count) {
    ++count;
    if (list.size() < kPaymentListMax) list.push_back(at.job.id);
  };
  PaymentResult& result = stopped.result;
  switch (at.state.state) {
    case State::ready:
      dequeue(at);
      [[fallthrough]];
    case State::scheduled:
    case State::held:
      transition(at, cause, reason);
      save(at);
      name(result.cancelled, result.cancelled_count);
      return;
    case State::submitting: {
      Links::TakenBack taken = links_.take_back(at.state.smsc, at.n);
      for (std::uint32_t segment : taken.taken) claim_withdrawn(at, segment);
      std::move(taken.wait.begin(), taken.wait.end(), std::back_inserter(stopped.wait));
      const bool under_way = std::any_of(at.state.segments.begin(), at.state.segments.end(), [](const store::Segment& each) { return each.state == SegmentState::claimed; });
      if (under_way) {
        if (at.state.stopped.empty()) at.state.stopped = reason;
        name(result.under_way, result.under_way_count);
      } else {
        transition(at, cause, reason);
        name(result.cancelled, result.cancelled_count);
      }
      save(at);
      return;
    }
    case State::in_doubt:
      out_of_doubt(at);
      transition(at, cause == TransitionCause::cancelled ? TransitionCause::dropped : cause, reason);
      save(at);
      name(result.under_way, result.under_way_count);
      return;
    case State::submitted:
    case State::delivered:
    case State::undelivered:
    case State::unknown:
      name(result.sent, result.sent_count);
      return;
    default:
      return;
  }
}

namespace {

void note(store::Person& person, store::ConsentChange change) {
  person.history.push_back(std::move(change));
  if (person.history.size() > store::kConsentHistoryMax) person.history.erase(person.history.begin());
}

void remember(store::Person& person, store::ConsentChange change) {
  person.status = change.status;
  person.purpose = change.purpose;
  person.source = change.source;
  person.at = change.at;
  note(person, std::move(change));
}

store::PurposeConsent& consent_of(store::Person& person, std::string_view purpose) {
  for (store::PurposeConsent& each : person.purposes) {
    if (each.purpose == purpose) return each;
  }
  return person.purposes.emplace_back(store::PurposeConsent{std::string(purpose), {}, {}, {}, {}});
}

}  // namespace

void Engine::change_consent(const std::string& number, store::Person& person, store::ConsentChange change, bool by_the_person) {
  const store::ConsentStatus before = person.status;
  person.stopped = change.status == store::ConsentStatus::blocked && (by_the_person || (person.stopped && before == store::ConsentStatus::blocked));
  const std::string reason = change.reason, source = change.source;
  remember(person, std::move(change));
  rows_.put_record(keys::person(number), person);
  if (person.status == before) return;
  store::Event event;
  event.type = person.status == store::ConsentStatus::blocked ? EventType::opted_out : EventType::opted_in;
  if (person.status != store::ConsentStatus::blocked && before != store::ConsentStatus::blocked) return;
  event.from = number;
  event.reason = reason.empty() ? source : reason;
  tell(std::move(event));
}

Engine::Handled Engine::handle(PutConsent& request) {
  if (!is_e164(request.number)) {
    promise([answer = std::move(request.answer)](Now) { answer(tl::unexpected(not_e164("number"))); });
    return Handled::yes;
  }
  store::Lookup<store::Person> known = person_of(request.number);
  if (known.unknown()) return Handled::no;
  store::Person person = known ? *known : store::Person{};
  const auto conflict = [&](const char* why) {
    promise([answer = std::move(request.answer), why](Now) { answer(failure("conflict", why, "status")); });
    return Handled::yes;
  };
  const Wall at = request.at.value_or(now_.wall);
  if (is_ahead(at, now_.wall)) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("bad_value", "it lies in the future", "at")); });
    return Handled::yes;
  }
  const bool allows = request.status == store::ConsentStatus::allowed;
  const bool whole = person.status == store::ConsentStatus::blocked;
  const bool senders = request.purpose.empty() && !person.stopped_senders.empty();
  Wall newest = whole ? person.at : Wall{};
  for (const store::StoppedSender& each : person.stopped_senders) newest = std::max(newest, each.at);
  const bool lifts = allows && (whole || senders);
  const bool by_the_person = senders || (whole && person.stopped);
  const bool may_lift = at > newest && request.purpose.empty() && (!by_the_person || !request.override_reason.empty());
  if (lifts && !may_lift) {
    return conflict("this number is blocked for every purpose: `allowed` lifts that with a newer `at` and without a purpose, and after a STOP only with an `override` reason (or a START from it)");
  }
  std::optional<store::Purpose> purpose;
  if (!request.purpose.empty()) {
    purpose = store::parse<store::Purpose>(request.purpose);
    if (!purpose) {
      promise([answer = std::move(request.answer)](Now) { answer(failure("unknown_value", "expected one of billing collection marketing", "purpose")); });
      return Handled::yes;
    }
    const store::PurposeConsent* one = consent_for(person, *purpose);
    const bool stands = one != nullptr && one->status == store::ConsentStatus::blocked && allows && at <= one->at;
    if (stands) return conflict("this number is blocked for that purpose: `allowed` lifts it with a newer `at`");
  }
  if (lifts) person.stopped_senders.clear();
  if (allows && person.bad_since && at > *person.bad_since) clear_bad(request.number, person);
  if (request.purpose.empty()) {
    change_consent(request.number, person, {at, request.status, {}, request.source, request.override_reason}, request.stopped);
  } else {
    put_purpose(request, person, at);
  }
  if (request.status != store::ConsentStatus::blocked) {
    promise([answer = std::move(request.answer), person](Now) { answer(person); });
    return Handled::yes;
  }
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_number, request.number,
      [this, stopped, purpose](JobAt& job) {
        if (!purpose || purpose_of(job.job) == *purpose) stop_job(job, TransitionCause::blocked, "opted_out", *stopped);
      },
      [this, stopped, person, answer = std::move(request.answer)] { promise([answer, person](Now) { answer(person); }, std::move(stopped->wait)); });
  return Handled::yes;
}

// Of one purpose, below what stands for the whole number.
void Engine::put_purpose(PutConsent& request, store::Person& person, Wall at) {
  store::PurposeConsent& one = consent_of(person, request.purpose);
  one.status = request.status;
  one.basis = request.basis;
  one.source = request.source;
  one.at = at;
  note(person, {at, request.status, request.purpose, request.source, request.override_reason});
  rows_.put_record(keys::person(request.number), person);
}

bool add_consent(store::Person& person, const store::Job& job, Wall came, Wall now) {
  if (job.consent.basis.empty() || person.status == store::ConsentStatus::blocked) return false;
  const auto taken_back = [came](const store::ConsentChange& each) { return each.status == store::ConsentStatus::unset && each.at >= came; };
  if (came < now && std::ranges::any_of(person.history, taken_back)) return false;
  const std::string purpose(store::name_of(purpose_of(job)));
  store::PurposeConsent& one = consent_of(person, purpose);
  const bool known = one.status == store::ConsentStatus::allowed && (!job.consent.at || *job.consent.at <= one.at);
  if (known || one.status == store::ConsentStatus::blocked) return false;
  const std::string source = job.consent.source.empty() ? "job" : job.consent.source;
  one = {purpose, store::ConsentStatus::allowed, job.consent.basis, source, job.consent.at.value_or(now)};
  note(person, {one.at, one.status, purpose, source, {}});
  return true;
}

// Noted where nothing is known, too: a row that waits may bring one that was said before.
Engine::Handled Engine::handle(DeleteConsent& request) {
  if (!is_e164(request.number)) {
    promise([answer = std::move(request.answer)](Now) { answer(tl::unexpected(not_e164("number"))); });
    return Handled::yes;
  }
  store::Lookup<store::Person> known = person_of(request.number);
  if (known.unknown()) return Handled::no;
  if (known && known->status == store::ConsentStatus::blocked) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("conflict", "a block is never lifted by deleting it", "number")); });
    return Handled::yes;
  }
  store::Person person = known ? *known : store::Person{};
  std::erase_if(person.purposes, [](const store::PurposeConsent& each) { return each.status == store::ConsentStatus::allowed; });
  change_consent(request.number, person, {now_.wall, store::ConsentStatus::unset, {}, "api", {}}, false);
  promise([answer = std::move(request.answer), person](Now) { answer(person); });
  return Handled::yes;
}

Engine::Handled Engine::handle(CancelJob& request) {
  Loaded<std::uint64_t> n = load_number(request.id);
  if (!n.known) return Handled::no;
  Loaded<JobAt> at = n.row ? load_job(*n.row) : Loaded<JobAt>{true, std::nullopt};
  // What follows a plan is cancelled where its chain is now.
  while (at.row && at.row->state.plan.next_n != 0) {
    Loaded<JobAt> next = load_job(at.row->state.plan.next_n);
    if (next.known && !next.row) break;  // too old to be kept
    at = std::move(next);
  }
  if (!at.known) return Handled::no;
  if (!at.row) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("not_found", "no job has this id", "id")); });
    return Handled::yes;
  }
  JobAt& job = *at.row;
  if (in_open_import(job)) {  // nobody knows yet whether it will be there, and its file may bring it anew
    promise([answer = std::move(request.answer)](Now) { answer(failure("busy", "it is a row of an import that is not over", "id")); });
    return Handled::yes;
  }
  Stopped stopped;
  const State before = job.state.state;
  if (!job.state.plan.awaited.empty()) {
    store::Event event = event_of(EventType::cancelled, job.job);
    event.reason = "cancelled: " + job.state.plan.awaited;
    tell(std::move(event));
    end_plan(job, {});
    promise([answer = std::move(request.answer)](Now) { answer(Cancelled{}); });
    return Handled::yes;
  }
  if (before == State::ready || before == State::scheduled || before == State::held) {
    stop_job(job, TransitionCause::cancelled, "cancelled", stopped);
  } else if (before == State::importing) {  // told of, and cancelled, when its import counts
    job.state.stopped = "cancelled";
    save(job);
    ++stopped.result.cancelled_count;
  } else if (before == State::submitting) {
    // Only when nothing of it has left: a part of a message is no message cancelled, so what was begun goes on.
    for (std::uint32_t segment : links_.take_back(job.state.smsc, job.n).taken) claim_withdrawn(job, segment);
    const bool untouched = std::all_of(job.state.segments.begin(), job.state.segments.end(), [](const store::Segment& each) { return each.state == SegmentState::waiting; });
    if (untouched) {
      transition(job, TransitionCause::cancelled, "cancelled");
      ++stopped.result.cancelled_count;
    } else {
      settle(job);
    }
    save(job);
  }
  promise([answer = std::move(request.answer), before, cancelled = stopped.result.cancelled_count > 0](Now) {
    if (cancelled) {
      answer(Cancelled{});
    } else {
      answer(failure("too_late", std::string(store::name_of(before)), "id"));
    }
  });
  return Handled::yes;
}

}  // namespace dunlin::engine

// Payments, blocks and cancels: what takes back what was claimed, and whose answer promises silence.
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
      transition(at, cause, reason);
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

bool covers(const store::Account& account, std::uint64_t n, const store::Job& job) {
  if (!account.paid_at) return false;
  if (n < account.paid_below_n) return true;
  const std::optional<Wall> known = knowledge_of(job);
  return known && *known < *account.paid_at;
}

}  // namespace

bool is_paid(const store::Account& account, const store::Account& invoice, std::uint64_t n, const store::Job& job) {
  if (exempt_from_payments(job.kind)) return false;
  return covers(account, n, job) || (!job.invoice.empty() && invoice.paid_at.has_value());
}

Engine::Handled Engine::handle(RecordPayment& request) {
  if (!request.amount.empty()) {
    promise([answer = std::move(request.answer)](Now) {
      answer(failure("not_supported", "a partial payment would change the amount in the texts, which this version can't: say it without `amount` once the debt is paid", "amount"));
    });
    return Handled::yes;
  }
  const store::Key key = keys::account(request.account, request.invoice);
  store::Lookup<store::Account> known = rows_.record<store::Account>(key);
  if (known.unknown()) return Handled::no;
  store::Account account = known ? *known : store::Account{};

  // A payment and its reversal may bear one id: each is done once.
  const std::string id = request.id.empty() ? std::string{} : (request.reversed ? "reversed " : "paid ") + request.id;
  const bool seen_before = !id.empty() && std::find(account.payment_ids.begin(), account.payment_ids.end(), id) != account.payment_ids.end();
  if (!seen_before) {
    if (!id.empty()) {
      account.payment_ids.push_back(id);
      if (account.payment_ids.size() > store::kPaymentIdsMax) account.payment_ids.erase(account.payment_ids.begin());
    }
    const Wall at = request.paid_at.value_or(now_.wall);
    if (request.reversed) {
      account.paid_at.reset();
      account.paid_told_at.reset();
      account.paid_below_n = 0;
    } else {
      account.paid_at = account.paid_at ? std::max(*account.paid_at, at) : at;
      account.paid_told_at = now_.wall;
      account.paid_below_n = next_n_;
    }
    rows_.put_record(key, account);
    store::Event event;
    event.type = request.reversed ? EventType::reversed : EventType::paid;
    event.account = request.account;
    event.invoice = request.invoice;
    tell(std::move(event));
  }
  if (request.reversed || !account.paid_at) {  // or repeated after it was reversed
    promise([answer = std::move(request.answer)](Now) { answer(PaymentResult{}); });
    return Handled::yes;
  }

  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_account, request.account,
      [this, stopped, invoice = request.invoice, account](JobAt& at) {
        if (exempt_from_payments(at.job.kind)) return;
        if (invoice.empty() ? !covers(account, at.n, at.job) : at.job.invoice != invoice) return;
        stop_job(at, TransitionCause::paid, "paid", *stopped);
      },
      [this, stopped, answer = std::move(request.answer)] {
        promise([answer, stopped](Now) { answer(std::move(stopped->result)); }, std::move(stopped->wait));
      });
  return Handled::yes;
}

namespace {

void remember(store::Person& person, store::ConsentChange change) {
  person.status = change.status;
  person.purpose = change.purpose;
  person.source = change.source;
  person.at = change.at;
  person.history.push_back(std::move(change));
  if (person.history.size() > store::kConsentHistoryMax) person.history.erase(person.history.begin());
}

}  // namespace

void Engine::block_queued(const std::string& number, std::function<void(std::vector<HandedUpTo>)> finish) {
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_number, number, [this, stopped](JobAt& at) { stop_job(at, TransitionCause::blocked, "opted_out", *stopped); },
      [stopped, finish = std::move(finish)] { finish(std::move(stopped->wait)); });
}

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
    promise([answer = std::move(request.answer)](Now) { answer(failure("bad_number", "a number in E.164 form is expected: + and 8 to 15 digits", "number")); });
    return Handled::yes;
  }
  store::Lookup<store::Person> known = rows_.record<store::Person>(keys::person(request.number));
  if (known.unknown()) return Handled::no;
  store::Person person = known ? *known : store::Person{};
  const Wall at = request.at.value_or(now_.wall);
  // Purposes are not told apart in this version: a block is for all of them, so what allows one of them does not lift it.
  const bool lifts = request.status == store::ConsentStatus::allowed && person.status == store::ConsentStatus::blocked;
  const bool may_lift = at > person.at && request.purpose.empty() && (!person.stopped || !request.override_reason.empty());
  if (lifts && !may_lift) {
    promise([answer = std::move(request.answer)](Now) {
      answer(failure("conflict", "this number is blocked: `allowed` lifts that with a newer `at` and without a purpose, and after a STOP only with an `override` reason (or a START from it)", "status"));
    });
    return Handled::yes;
  }
  change_consent(request.number, person, {at, request.status, request.purpose, request.source, request.override_reason}, false);
  if (request.status != store::ConsentStatus::blocked) {
    promise([answer = std::move(request.answer), person](Now) { answer(person); });
    return Handled::yes;
  }
  block_queued(request.number, [this, person, answer = std::move(request.answer)](std::vector<HandedUpTo> wait) {
    promise([answer, person](Now) { answer(person); }, std::move(wait));
  });
  return Handled::yes;
}

Engine::Handled Engine::handle(DeleteConsent& request) {
  store::Lookup<store::Person> known = rows_.record<store::Person>(keys::person(request.number));
  if (known.unknown()) return Handled::no;
  if (known && known->status == store::ConsentStatus::blocked) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("conflict", "a block is never lifted by deleting it", "number")); });
    return Handled::yes;
  }
  store::Person person = known ? *known : store::Person{};
  if (known && person.status != store::ConsentStatus::unset) change_consent(request.number, person, {now_.wall, store::ConsentStatus::unset, {}, "api", {}}, false);
  promise([answer = std::move(request.answer), person](Now) { answer(person); });
  return Handled::yes;
}

Engine::Handled Engine::handle(CancelJob& request) {
  Loaded<std::uint64_t> n = load_number(request.id);
  if (!n.known) return Handled::no;
  Loaded<JobAt> at = n.row ? load_job(*n.row) : Loaded<JobAt>{true, std::nullopt};
  if (!at.known) return Handled::no;
  if (!at.row) {
    promise([answer = std::move(request.answer)](Now) { answer(failure("not_found", "no job has this id", "id")); });
    return Handled::yes;
  }
  JobAt& job = *at.row;
  Stopped stopped;
  const State before = job.state.state;
  if (before == State::ready || before == State::scheduled || before == State::held) {
    stop_job(job, TransitionCause::cancelled, "cancelled", stopped);
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

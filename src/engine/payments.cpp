// Payments: of everything an account or an invoice owes, of a part of it, and their taking back. What a payment covers
// is taken back before it is answered; what comes later finds it when it is decided.
#include <algorithm>

#include "dunning/decide.hpp"
#include "dunning/money.hpp"
#include "engine/ageing.hpp"
#include "engine/call_list.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "engine/whole_payments.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::EventType;
using store::State;

namespace {

bool covers(const store::Account& account, std::uint64_t n, const store::Job& job) {
  if (!account.paid_at) return false;
  if (n < account.paid_below_n) return true;
  const std::optional<Wall> known = knowledge_of(job);
  return known && *known < *account.paid_at;
}

bool remember_id(store::Account& account, const std::string& id) {
  if (id.empty()) return true;
  if (knows_id(account, id)) return false;
  account.payment_ids.push_back(id);
  if (account.payment_ids.size() > store::kPaymentIdsMax) account.payment_ids.erase(account.payment_ids.begin());
  return true;
}

bool is_about(const store::Job& job, const std::string& invoice) { return invoice.empty() || job.invoice == invoice; }

}  // namespace

bool account_paid(const store::Account& account, std::uint64_t n, const store::Job& job) {
  return covers(account, n, job);
}
bool invoice_paid(const store::Account& invoice, const store::Job& job) {
  return !job.invoice.empty() && invoice.paid_at.has_value();
}
bool is_paid(const store::Account& account, const store::Account& invoice, std::uint64_t n, const store::Job& job) {
  return !exempt_from_payments(job.kind) && (account_paid(account, n, job) || invoice_paid(invoice, job));
}

void Engine::tell_payment(EventType type, const RecordPayment& request) {
  store::Event event;
  event.type = type;
  event.account = request.account;
  event.invoice = request.invoice;
  event.amount = request.amount;
  event.currency = request.currency;
  tell(std::move(event));
}

Engine::Handled Engine::handle(RecordPayment& request) {
  store::Lookup<store::Account> known = rows_.record<store::Account>(keys::account(request.account));
  const store::Key key = keys::account(request.account, request.invoice);
  store::Lookup<store::Account> target = rows_.record<store::Account>(key);
  if (known.unknown() || target.unknown()) return Handled::no;
  store::Account own = known ? std::move(*known) : store::Account{};
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  if (!request.reversed && request.paid_at && is_ahead(*request.paid_at, now_.wall))
    return refuse({"bad_value", "it lies in the future", "paid_at"});
  if (!request.amount.empty() && !request.reversed) {
    const bool of_the_whole = target && !request.id.empty() && find_payment(*target, request.id) != nullptr;
    if (of_the_whole) return refuse({"conflict", "a payment of the whole has this id", "id"});
    return pay_part(request, std::move(own));
  }
  const auto part = std::find_if(own.parts.begin(), own.parts.end(),
                                 [&](const store::PartPayment& each) { return each.id == request.id; });
  // Of an invoice the account's own row knows parts alone: one that was taken back before is no payment of the whole.
  const bool part_before = !request.invoice.empty() && knows_id(own, reversed_id(request.id));
  if (request.reversed && (part != own.parts.end() || !request.amount.empty() || part_before))
    return reverse_part(request, std::move(own));

  store::Account account = target ? std::move(*target) : store::Account{};
  name_payments(account, own.parts);
  const bool stands = find_payment(account, request.id) != nullptr;
  if (!request.reversed && part != own.parts.end())
    return refuse({"conflict", "a payment of a part has this id", "id"});
  const bool heard_of = knows_id(account, paid_id(request.id)) || knows_id(account, reversed_id(request.id));
  if (request.reversed && !request.id.empty() && !stands && !account.payments.empty() && !heard_of)
    return refuse({"not_found", "no payment has this id", "id"});
  if (remember_id(account, request.reversed ? reversed_id(request.id) : paid_id(request.id))) {
    if (request.reversed) {
      take_back_payment(account, request.id);  // what others cover stays covered
    } else {
      add_payment(account, {request.id, request.paid_at.value_or(now_.wall), now_.wall, next_n_});
    }
    rows_.put_record(key, account);
    tell_payment(request.reversed ? EventType::reversed : EventType::paid, request);
  }
  if (request.reversed) {
    bring_back(request);
    return Handled::yes;
  }
  if (!account.paid_at) {  // repeated after it was reversed
    promise([answer = std::move(request.answer)](Now) { answer(PaymentResult{}); });
    return Handled::yes;
  }
  auto stopped = std::make_shared<Stopped>();
  const store::WholePayment* one = find_payment(account, request.id);
  const Wall paid_at = one != nullptr ? one->at : *account.paid_at;
  sweep(
      store::Family::by_account, request.account,
      [this, stopped, invoice = request.invoice, account, paid_at, id = request.id](JobAt& at) {
        if (exempt_from_payments(at.job.kind)) return;
        if (invoice.empty() ? !covers(account, told_as(at.n, at.state), at.job) : at.job.invoice != invoice) return;
        if (at.state.on_call_list) call_row(at, false);
        stop_job(at, TransitionCause::paid, "paid", *stopped);
        note_payment(at, paid_at, id);
      },
      [this, stopped, answer = std::move(request.answer)] {
        promise([answer, stopped](Now) { answer(std::move(stopped->result)); }, std::move(stopped->wait));
      });
  return Handled::yes;
}

// Of an invoice the first amount says in which currency it is.
void Engine::name_currency(const store::Job& job, const store::Account& invoice) {
  if (job.account.empty() || job.invoice.empty() || job.currency.empty() || !invoice.currency.empty()) return;
  const store::Key key = keys::account(job.account, job.invoice);
  store::Lookup<store::Account> known = rows_.record<store::Account>(key);  // `invoice` is what the job sees of it
  store::Account named = known ? std::move(*known) : store::Account{};
  named.currency = job.currency;
  rows_.put_record(key, named);
}

// What the open jobs of an account say, before something is said of all of them.
void Engine::look_over(const std::string& account, const std::string& invoice, std::function<void(LookedOver)> finish) {
  auto seen = std::make_shared<LookedOver>();
  const auto note = [](std::vector<std::string>& list, const std::string& value) {
    if (list.size() < 2 && std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
  };
  sweep(
      store::Family::by_account, account,
      [this, seen, note, invoice](JobAt& at) {
        seen->first_n = std::min(seen->first_n, at.n);
        const bool over = store::is_final(at.state.state) || at.state.state == State::importing;  // or not begun
        if (over || exempt_from_payments(at.job.kind) || !is_about(at.job, invoice)) return;
        const Standing facts = standing(at);
        const store::Job& job = newest_of(at, facts);
        note(seen->invoices, job.invoice);
        if (!job.currency.empty()) note(seen->currencies, job.currency);
        if (!facts.invoice.currency.empty()) note(seen->currencies, facts.invoice.currency);
      },
      [seen, finish = std::move(finish)] { finish(std::move(*seen)); });
}

Result<std::string> Engine::agreed_currency(const std::string& given, const LookedOver& seen) {
  for (const std::string& other : seen.currencies) {
    if (!given.empty() && other != given)
      return failure("bad_currency", "what is open there is in " + other, "currency");
  }
  if (!given.empty()) return given;
  if (seen.currencies.size() == 1) return seen.currencies.front();
  return failure("missing", "an amount needs its currency", "currency");
}

Engine::Handled Engine::pay_part(RecordPayment& request, store::Account account) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  const std::string id = paid_id(request.id);
  if (knows_id(account, id)) {
    apply_parts(request);
    return Handled::yes;
  }
  if (request.id.empty())
    return refuse({"missing", "a payment of a part needs an id: it is what makes a repetition harmless", "id"});
  const Result<dunning::Amount> amount = dunning::parse_amount(request.amount);
  if (!amount) return refuse({amount.error().code, amount.error().detail, "amount"});
  if (amount->units == 0) return refuse({"bad_amount", "nothing was paid", "amount"});
  if (!request.looked_over) {
    auto kept = std::make_shared<RecordPayment>(std::move(request));
    look_over(kept->account, kept->invoice, [this, kept](LookedOver seen) {
      kept->looked_over = std::move(seen);
      add(std::make_unique<Request>(std::move(*kept)));
    });
    return Handled::yes;
  }
  if (request.invoice.empty() && request.looked_over->invoices.size() == 1)
    request.invoice = request.looked_over->invoices.front();
  if (request.invoice.empty() && request.looked_over->invoices.size() > 1) {
    return refuse({"missing", "what is open bears several invoices: of which of them was a part paid?", "invoice"});
  }
  const Result<std::string> currency = agreed_currency(request.currency, *request.looked_over);
  if (!currency) return refuse(currency.error());
  request.currency = *currency;
  if (Result<void> good = dunning::check_currency(request.currency); !good)
    return refuse({good.error().code, good.error().detail, "currency"});
  if (Result<void> good = dunning::check_amount(request.amount, request.currency); !good)
    return refuse({good.error().code, good.error().detail, "amount"});
  drop_old(account, request.looked_over->first_n, settings_.dunning, now_.wall);
  if (account.parts.size() >= store::kPartPaymentsMax) {
    return refuse({"too_many",
                   "at most " + std::to_string(store::kPartPaymentsMax) +
                       " part payments of an account are kept: say what is owed now (POST /v1/accounts)",
                   "id"});
  }
  account.parts.push_back({request.id, request.invoice, request.amount, request.currency,
                           request.paid_at.value_or(now_.wall), now_.wall, next_n_});
  remember_id(account, id);
  rows_.put_record(keys::account(request.account), account);
  tell_payment(EventType::paid, request);
  apply_parts(request);
  return Handled::yes;
}

// What has nothing left to pay ends; what is claimed with the old amount is taken back and decided anew.
void Engine::apply_parts(RecordPayment& request) {
  auto stopped = std::make_shared<Stopped>();
  const Wall paid_at = request.paid_at.value_or(now_.wall);
  sweep(
      store::Family::by_account, request.account,
      [this, stopped, invoice = request.invoice, paid_at, id = request.id](JobAt& at) {
        if (exempt_from_payments(at.job.kind) || !is_about(at.job, invoice)) return;
        const Standing facts = standing(at);
        if (facts.newest.settled && at.state.on_call_list) call_row(at, false);
        const bool open = !store::is_final(at.state.state) && at.state.state != State::submitted;
        if (!open || facts.newest.settled) {
          stop_job(at, TransitionCause::paid, "paid", *stopped);
          if (facts.newest.settled) note_payment(at, paid_at, id);
          return;
        }
        if (at.state.state == State::submitting) take_back_job(at, stopped->wait);
        // What has begun ends with the old amount, and what is in doubt may be sent again as it was.
        if (at.state.state != State::submitting && at.state.state != State::in_doubt) return;
        ++stopped->result.under_way_count;
        if (stopped->result.under_way.size() < kPaymentListMax) stopped->result.under_way.push_back(at.job.id);
      },
      [this, stopped, answer = std::move(request.answer)] {
        promise([answer, stopped](Now) { answer(std::move(stopped->result)); }, std::move(stopped->wait));
      });
}

Engine::Handled Engine::reverse_part(RecordPayment& request, store::Account account) {
  const auto part = std::find_if(account.parts.begin(), account.parts.end(),
                                 [&](const store::PartPayment& each) { return each.id == request.id; });
  if (part == account.parts.end()) {
    if (knows_id(account, reversed_id(request.id))) {  // perhaps a crash has cut off what follows from it
      bring_back(request);
    } else {
      promise([answer = std::move(request.answer)](Now) {
        answer(failure("not_found", "no payment of a part has this id", "id"));
      });
    }
    return Handled::yes;
  }
  request.invoice = part->invoice;
  request.amount = part->amount;
  request.currency = part->currency;
  account.parts.erase(part);
  remember_id(account, reversed_id(request.id));
  rows_.put_record(keys::account(request.account), account);
  tell_payment(EventType::reversed, request);
  bring_back(request);
  return Handled::yes;
}

// What waited because it tells otherwise than its account goes on where it does so no longer.
void Engine::release_told(JobAt& at) {
  if (at.state.state != State::held || at.state.reason != dunning::kReasonStaleLedger) return;
  if (!facts_of(at, standing(at)).ledger_stale) release_job(at, "reversed");
}

// What a payment has cancelled goes on where it is still in time and nothing covers it any more.
bool Engine::owed_again(JobAt& at, const std::string& why) {
  if (at.state.state != State::cancelled || at.state.reason != dunning::kReasonPaid || was_sent(at.state) ||
      at.job.to.empty() || is_settled(at, standing(at)))
    return false;               // without a number: it was forgotten
  move_step(at, standing(at));  // what was said of its due date meanwhile counts
  if (now_.wall >= at.state.expires_at) return false;
  at.state.stopped.clear();
  transition(at, TransitionCause::reversed, why);
  ready_again(at);
  save(at);
  return true;
}

// What a payment cancelled and what is still in time goes on, unless another payment covers it.
void Engine::bring_back(RecordPayment& request) {
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_account, request.account,
      [this, stopped, invoice = request.invoice, id = request.id](JobAt& at) {
        if (!is_about(at.job, invoice)) return;
        note_reversal(at, id);
        if (at.state.on_call_list) call_row(at, true);  // whoever reads it sees what else covers it
        look_at_escalation(at);
        look_at_end(at);
        release_told(at);
        if (at.state.state == State::submitting) return take_back_job(at, stopped->wait);  // its amount is another now
        wake_plan(at);  // a step that is too late now is followed by the next; a hand-over that waits goes on
        if (!owed_again(at, "reversed")) return;
        ++stopped->result.released_count;
        if (stopped->result.released.size() < kPaymentListMax) stopped->result.released.push_back(at.job.id);
      },
      [this, stopped, answer = std::move(request.answer)] {
        promise([answer, stopped](Now) { answer(std::move(stopped->result)); }, std::move(stopped->wait));
      });
}

}  // namespace dunlin::engine

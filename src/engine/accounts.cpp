// What upstream says of jobs that were not sent yet: of one (PATCH /v1/jobs/{id}), or of everything of an account or an
// invoice.
#include <algorithm>

#include "dunning/decide.hpp"
#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/references.hpp"
#include "store/codec.hpp"
#include "store/keys.hpp"

namespace dunlin::engine {

namespace keys = store::keys;
using store::State;

namespace {

// As changes of one moment. False: they would be too many.
bool put_values(std::vector<store::Change>& changes, const NewValues& values, const std::vector<store::Param>& params,
                Wall now, std::uint64_t below_n) {
  bool fits = true;
  const auto put = [&](std::string name, const std::optional<std::string>& value) {
    if (value) fits = put_change(changes, {std::move(name), *value, now, below_n}) && fits;
  };
  put("amount", values.amount);
  put("currency", values.currency);
  put("fee", values.fee);
  put("due_date", values.due_date);
  if (values.ledger_as_of) put("ledger_as_of", value_of(*values.ledger_as_of));
  for (const store::Param& param : params) put("params." + param.name, param.value);
  return fits;
}

bool is_open(State state) { return state == State::scheduled || state == State::held || state == State::ready; }

Error too_late(State state) { return {"too_late", std::string(store::name_of(state)), "id"}; }

}  // namespace

Engine::Handled Engine::handle(ChangeJob& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  Loaded<std::uint64_t> n = load_number(request.id);
  if (!n.known) return Handled::no;
  if (!n.row) return refuse({"not_found", "no job has this id", "id"});
  Loaded<JobAt> loaded = load_job(*n.row);
  if (!loaded.known) return Handled::no;
  if (!loaded.row) return refuse({"not_found", "no job has this id", "id"});
  JobAt& at = *loaded.row;
  Standing facts = standing(at);
  if (!facts.known) return Handled::no;
  if (at.state.state == State::importing)
    return refuse({"busy", "it waits for its import to be whole, or to be approved of", "id"});
  if (was_sent(at.state) || (!is_open(at.state.state) && at.state.state != State::submitting))
    return refuse(too_late(at.state.state));

  JobAt changed = at;
  const auto too_many = [&](const char* field) {
    return refuse(
        {"too_many", "at most " + std::to_string(store::kChangesMax) + " values of a job are replaced", field});
  };
  const auto keeps_moment = [&](std::string_view name, const std::optional<Wall>& moment) {
    return !moment || at.job.plan.empty() ||
           put_change(changed.state.changes, {std::string(name), value_of(*moment), now_.wall, 0});
  };
  if (!put_values(changed.state.changes, request.values, request.params, now_.wall, 0)) return too_many("params");
  // Of a step of a plan: whatever else moves it, it is not before that.
  if (!keeps_moment(kNotBefore, request.not_before)) return too_many("params");
  if (request.not_before) changed.state.not_before = request.not_before;
  changed.state.expires_at = request.expires.value_or(at.state.expires_at);
  // Of a plan it is the end of all of it, so the steps that follow have to know.
  if (!keeps_moment(kChangedEnd, request.expires)) return too_many("expires");
  facts.newest = newest(changed.n, changed.job, changed.state, facts.account, facts.invoice);
  store::Job now = newest_of(changed, facts);
  now.not_before = changed.state.not_before ? changed.state.not_before : now.not_before;
  if (Result<void> good = check_job(now, settings_, routes_); !good) return refuse(good.error());
  if (Result<void> good = check_times(now.not_before, changed.state.expires_at, now_.wall); !good)
    return refuse(good.error());
  const std::string& agreed = facts.invoice.currency;
  if (!agreed.empty() && !now.currency.empty() && now.currency != agreed)
    return refuse({"bad_currency", "its invoice is in " + agreed, "currency"});

  std::vector<HandedUpTo> wait;
  if (at.state.state == State::submitting) {
    take_back_job(at, wait);
    if (!is_open(at.state.state) || was_sent(at.state)) return refuse(too_late(at.state.state));
  }
  at.state.changes = std::move(changed.state.changes);
  at.state.not_before = changed.state.not_before;
  if (changed.state.expires_at != at.state.expires_at) {
    at.state.expires_at = changed.state.expires_at;
    appoint(at.state.expires_at, at.n, {store::Cause::expiry, {}, {}});
  }
  if (request.values.due_date && !request.not_before) move_step(at, facts);
  look_again(at);
  save(at);
  promise([answer = std::move(request.answer), state = at.state.state](Now) { answer(JobChanged{state}); },
          std::move(wait));
  return Handled::yes;
}

// What waits is decided anew, with what was said of it since. Not a retry: the SMSC asked for its pause.
void Engine::look_again(JobAt& at) {
  if (at.state.state == State::held && at.state.reason == dunning::kReasonStaleLedger)
    return release_job(at, "changed");
  if (at.state.state != State::scheduled || at.state.attempts > 0) return;
  at.state.next_attempt.reset();
  transition(at, TransitionCause::due, {});
  ready_again(at);
}

Engine::Handled Engine::handle(ChangeAccount& request) {
  const auto refuse = [&](Error error) {
    promise([answer = std::move(request.answer), error = std::move(error)](Now) { answer(tl::unexpected(error)); });
    return Handled::yes;
  };
  const auto refuse_hold = [&](const Error& error) {
    return refuse({error.code, error.detail, error.where == "until" ? "hold_until" : "hold"});
  };
  const HoldOwner owner{false, request.account};
  if (!request.hold.empty()) {
    if (!request.invoice.empty()) return refuse({"bad_value", "a hold is of the whole account", "hold"});
    if (Result<void> good = check_hold(owner, request.hold, request.hold_until, now_.wall); !good)
      return refuse_hold(good.error());
  } else if (request.hold_until) {
    return refuse({"missing", "a hold needs its reason", "hold"});
  }
  if ((request.values.amount || request.values.currency || request.values.fee) && !request.looked_over) {
    auto kept = std::make_shared<ChangeAccount>(std::move(request));
    look_over(kept->account, kept->invoice, [this, kept](LookedOver seen) {
      kept->looked_over = std::move(seen);
      add(std::make_unique<Request>(std::move(*kept)));
    });
    return Handled::yes;
  }
  if (request.values.amount && request.invoice.empty() && request.looked_over->invoices.size() > 1) {
    return refuse({"missing", "what is open bears several invoices: of which of them is this the amount?", "invoice"});
  }
  const bool of_money = request.values.amount || request.values.currency ||
                        (request.looked_over && !request.looked_over->currencies.empty());
  if (request.looked_over && of_money) {  // a fee where nothing is open yet is of whatever comes
    const Result<std::string> currency = agreed_currency(request.values.currency.value_or(""), *request.looked_over);
    if (!currency) return refuse(currency.error());
    request.values.currency = *currency;
  }
  store::Job said;  // what is said, as a job would say it
  said.amount = request.values.amount.value_or("");
  said.currency = request.values.currency.value_or("");
  said.fee = request.values.fee.value_or("");
  said.due_date = request.values.due_date.value_or("");
  if (Result<void> good = check_values(said); !good) return refuse(good.error());

  const store::Key key = keys::account(request.account, request.invoice);
  store::Lookup<store::Account> known = rows_.record<store::Account>(key);
  if (known.unknown()) return Handled::no;
  store::Account account = known ? std::move(*known) : store::Account{};
  if (!put_values(account.changes, request.values, {}, now_.wall, next_n_))
    return refuse({"too_many", "too many values of this account were replaced", "account"});
  std::optional<store::Hold> laid;
  if (!request.hold.empty()) {
    const Result<store::Hold> hold = hold_once(owner, account.holds, request.hold, request.hold_until);
    if (!hold) return refuse_hold(hold.error());
    laid = *hold;
  }
  rows_.put_record(key, account);

  auto changed = std::make_shared<AccountChanged>();
  if (laid) changed->hold = laid->id;
  auto stopped = std::make_shared<Stopped>();
  sweep(
      store::Family::by_account, request.account,
      [this, invoice = request.invoice, laid, changed, stopped, of_amount = request.values.amount.has_value(),
       of_due_date = request.values.due_date.has_value()](JobAt& at) {
        if (!invoice.empty() && at.job.invoice != invoice) return;
        if (laid) hold_queued(at, *laid, stopped->wait);
        if (of_amount) {  // nothing was owed, and now something is: what rested for that goes on
          look_at_escalation(at);
          look_at_end(at);
          wake_plan(at);
          if (!at.job.plan.empty() && owed_again(at, "changed")) {
            ++changed->jobs;
            return;
          }
        }
        if (was_sent(at.state) || (!is_open(at.state.state) && at.state.state != State::submitting)) return;
        if (at.state.state == State::submitting) take_back_job(at, stopped->wait);
        if (!is_open(at.state.state)) return;
        ++changed->jobs;
        const Standing facts = standing(at);
        if (facts.newest.settled) return stop_job(at, TransitionCause::paid, "paid", *stopped);
        if (of_due_date) move_step(at, facts);
        look_again(at);
        save(at);
      },
      [this, changed, stopped, answer = std::move(request.answer)] {
        promise([answer, changed](Now) { answer(*changed); }, std::move(stopped->wait));
      });
  return Handled::yes;
}

}  // namespace dunlin::engine

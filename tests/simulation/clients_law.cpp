// What clients want of the law: texts with money in them, holds, part payments, changes, consents, forgetting.
#include <array>
#include <cstdio>

#include "clients_answer.hpp"
#include "dunning/calendar.hpp"
#include "local_clock.hpp"

namespace dunlin::simulation {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 7> kCurrencies{
    {{"EUR", 2}, {"PLN", 2}, {"GBP", 2}, {"JPY", 0}, {"USD", 2}, {"KWD", 3}, {"BRL", 2}}};
constexpr std::array<std::string_view, 13> kLocales{"",   "en", "fr", "pt",    "pt-BR", "de", "de-AT",
                                                    "it", "pl", "es", "es-MX", "nl",    "sv"};
constexpr std::array<std::string_view, 6> kZones{"Europe/Warsaw",       "America/New_York", "Asia/Kolkata",
                                                 "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham"};

struct Ready {
  std::string_view name;
  store::Kind kind;
  bool money;
  std::vector<std::pair<std::string_view, std::string_view>> params{};
};
const std::vector<Ready>& ready_templates() {
  using enum store::Kind;
  static const std::vector<Ready> all{{"reminder", reminder, true},
                                      {"due", due, true},
                                      {"overdue", overdue, true},
                                      {"overdue", overdue, true},
                                      {"returned", returned, true},
                                      {"final", final_notice, true, {{"days", "7"}}},
                                      {"arrangement", arrangement, true, {{"instalments", "3"}}},
                                      {"receipt", receipt, true},
                                      {"welcome", welcome, false, {{"days", "14"}}},
                                      {"office_closed", news, false, {{"from", "2026-12-24"}, {"until", "2027-01-01"}}},
                                      {"referral", referral, false, {{"link", "https://example.com/friends"}}}};
  return all;
}

template <std::size_t N, class T>
const T& one_of(Random& random, const std::array<T, N>& items) {
  return items[random.below(N)];
}

}  // namespace

std::string Clients::currency_of(const std::string& account) const {
  return std::string(kCurrencies[static_cast<std::size_t>(account.back()) % kCurrencies.size()].first);
}

// No amount ends in 0, and none has fewer than five digits: no other number of a text looks like it.
std::string Clients::amount_in(const std::string& currency, std::uint64_t least, std::uint64_t most) {
  const std::uint64_t units = law_random_.between(least / 10, most / 10) * 10 + law_random_.between(1, 9);
  int digits = 0;
  for (const auto& [name, each] : kCurrencies) {
    if (name == currency) digits = each;
  }
  std::string text = std::to_string(units);
  if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), ".");
  return text;
}

std::string Clients::date_near() {
  const auto day = std::chrono::floor<std::chrono::days>(world_.now().wall) +
                   std::chrono::days{law_random_.between(0, 40)} - std::chrono::days{20};
  return dunning::to_string(dunning::Date{day.time_since_epoch()});
}

std::string Clients::account_key(const std::string& account) const { return "account " + account; }

void Clients::write_text(store::Job& job) {
  const Lawful& lawful = world_.scenario().lawful;
  const auto invoiced = [&] {
    if (job.account.empty()) job.account = "A" + std::to_string(law_random_.below(world_.scenario().accounts));
    if (job.invoice.empty()) job.invoice = invoice(law_random_.below(3));
    job.currency = currency_of(job.account);
    job.amount = amount_in(job.currency, 10'000, 999'999);
    job.due_date = date_near();
  };
  if (law_random_.chance(lawful.templates)) {
    const Ready& ready = law_random_.one_of(ready_templates());
    job.text.clear();
    job.template_name = ready.name;
    job.kind = ready.kind;
    job.locale = one_of(law_random_, kLocales);
    if (ready.money) invoiced();
    if (ready.money && law_random_.chance(0.3)) job.fee = job.currency == "JPY" ? "5" : "5.00";
    if (ready.money && law_random_.chance(0.3)) job.pay_url = "https://pay.example.com/x8Kd2";
    for (const auto& [name, value] : ready.params) job.params.push_back({std::string(name), std::string(value)});
    job.params.push_back({"creditor", "Acme"});
    job.params.push_back({"contact", "help@acme.example"});
    if (law_random_.chance(0.7)) job.params.push_back({"name", "Zoë"});
    if (ready.name == "office_closed" && job.params.back().name == "name") job.params.pop_back();
  } else if (law_random_.chance(lawful.amounts)) {
    invoiced();
    job.text = "Please pay " + job.amount + " " + job.currency + " for " + job.invoice + ".";
  }
}

void Clients::dress(store::Job& job) {
  const Lawful& lawful = world_.scenario().lawful;
  write_text(job);
  job.purpose = law_random_.chance(lawful.marketing) ? store::Purpose::marketing
                : law_random_.chance(0.3)            ? store::Purpose::collection
                                                     : store::Purpose::billing;
  if (law_random_.chance(lawful.consents)) {
    job.consent.basis = "prior_express_written";
    job.consent.source = "shop";
  }
  if (!job.account.empty() && !job.due_date.empty() && law_random_.chance(lawful.stages)) {
    job.stage = "s" + std::to_string(law_random_.below(3));
    if (law_random_.chance(0.7))
      job.due_date = dunning::to_string(
          dunning::Date{std::chrono::floor<std::chrono::days>(world_.now().wall).time_since_epoch()});
  }
  if (!law_random_.chance(lawful.zones)) return;
  job.time_zone = one_of(law_random_, kZones);
  if (!law_random_.chance(lawful.at_local)) return;
  const LocalTime there = local_time(
      job.time_zone,
      world_.now().wall + std::chrono::duration_cast<std::chrono::milliseconds>(law_random_.magnitude(
                              1min, world_.scenario().year.on ? std::chrono::hours{20} : std::chrono::hours{1} / 2)));
  const auto time =
      std::chrono::floor<std::chrono::minutes>(there - std::chrono::floor<std::chrono::days>(there)).count();
  char text[8];
  std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(time / 60) % 24, static_cast<int>(time % 60));
  job.send_at_local = text;
  job.not_before.reset();
}

Operation Clients::about_account(Op op) {
  Operation operation;
  operation.op = op;
  operation.account = "A" + std::to_string(law_random_.below(world_.scenario().accounts));
  operation.currency = currency_of(operation.account);
  return operation;
}

Operation Clients::about_person(Op op) {
  static constexpr std::array<std::string_view, 4> kPurposes{"marketing", "marketing", "billing", "collection"};
  Operation operation;
  operation.op = op;
  operation.number = world_.number(static_cast<std::uint32_t>(law_random_.below(world_.scenario().numbers)));
  if (op == Op::allow_purpose || op == Op::block_purpose) operation.purpose = one_of(law_random_, kPurposes);
  return operation;
}

void Clients::lay_a_hold() {
  Operation operation = law_random_.chance(0.5) ? about_person(Op::hold) : about_account(Op::hold);
  operation.currency.clear();
  operation.reason = law_random_.chance(0.5) ? "dispute" : "complaint";
  if (law_random_.chance(0.7))
    operation.until = world_.now().wall + std::chrono::duration_cast<std::chrono::milliseconds>(
                                              law_random_.magnitude(1s, world_.scenario().lawful.hold_max));
  const std::string key = operation.number.empty() ? account_key(operation.account) : operation.number;
  want(operation, key);
}

void Clients::change_a_job() {
  Operation operation;
  operation.op = Op::change_job;
  operation.job = static_cast<JobNumber>(next_job_ - 1 - law_random_.below(std::min<std::uint64_t>(next_job_, 20)));
  const store::Job& job = submits_[operation.job]->operation.content;
  if (job.amount.empty()) return;
  if (law_random_.chance(0.7)) operation.amount = amount_in(job.currency, 10'000, 999'999);
  if (operation.amount.empty() || law_random_.chance(0.2)) operation.due_date = date_near();
  if (law_random_.chance(0.5)) operation.ledger_as_of = world_.now().wall;
  if (law_random_.chance(0.2)) {
    operation.until = world_.now().wall + std::chrono::duration_cast<std::chrono::milliseconds>(
                                              law_random_.magnitude(1s, world_.scenario().lawful.hold_max));
  }
  want(operation, account_key(job.account));
}

void Clients::want_lawful() {
  const Lawful& lawful = world_.scenario().lawful;
  double draw = law_random_.unit() * (lawful.holds + lawful.releases + lawful.parts + lawful.part_reversals +
                                      lawful.job_changes + lawful.account_changes + 2 * lawful.purposes +
                                      lawful.consent_deletes + lawful.forgets + lawful.acknowledges);
  const auto is = [&](double weight) { return (draw -= weight) < 0; };
  if (is(lawful.holds)) return lay_a_hold();
  if (is(lawful.releases)) {
    if (holds_.empty()) return;
    const OpenHold& hold = law_random_.one_of(holds_);
    Operation operation;
    operation.op = Op::release;
    operation.hold_id = hold.id;
    return want(operation, hold.owner.starts_with("+") ? hold.owner : account_key(hold.owner));
  }
  if (is(lawful.parts)) {
    Operation operation = about_account(Op::part);
    operation.invoice = invoice(law_random_.below(3));
    operation.payment_id = "P" + std::to_string(next_payment_++);
    operation.amount = amount_in(operation.currency, 1'000, 500'000);
    return want(operation, account_key(operation.account));
  }
  if (is(lawful.part_reversals)) {
    if (parts_.empty()) return;
    Operation operation = law_random_.one_of(parts_);
    operation.op = Op::part_reversal;
    operation.amount.clear();
    operation.currency.clear();
    return want(operation, account_key(operation.account));
  }
  if (is(lawful.job_changes)) return change_a_job();
  if (is(lawful.account_changes)) {
    Operation operation = about_account(Op::change_account);
    if (law_random_.chance(0.7)) operation.invoice = invoice(law_random_.below(3));
    if (law_random_.chance(0.7)) operation.amount = amount_in(operation.currency, 10'000, 999'999);
    if (operation.amount.empty()) operation.currency.clear();
    if (law_random_.chance(0.2)) operation.due_date = date_near();
    if (law_random_.chance(0.5)) operation.ledger_as_of = world_.now().wall;
    if (operation.invoice.empty() && law_random_.chance(0.2)) operation.reason = "arrangement";
    return want(operation, account_key(operation.account));
  }
  const auto person = [&](Op op) {
    Operation operation = about_person(op);
    want(operation, operation.number);
  };
  if (is(lawful.purposes)) return person(Op::allow_purpose);
  if (is(lawful.purposes)) return person(Op::block_purpose);
  if (is(lawful.consent_deletes)) return person(Op::delete_consent);
  if (is(lawful.forgets)) return person(Op::forget);
  Operation operation;
  operation.op = Op::acknowledge;
  operation.seq = events_;
  want(operation, "the reader");
}

engine::NewValues Clients::values_of(const Operation& op) const {
  engine::NewValues values;
  if (!op.amount.empty()) values.amount = op.amount;
  if (!op.currency.empty()) values.currency = op.currency;
  if (!op.due_date.empty()) values.due_date = op.due_date;
  values.ledger_as_of = op.ledger_as_of;
  return values;
}

engine::Request Clients::lawful_request(Want& want) {
  const Operation& op = want.operation;
  switch (op.op) {
    case Op::part:
    case Op::part_reversal: {
      engine::RecordPayment payment;
      payment.account = op.account;
      payment.invoice = op.invoice;
      payment.id = op.payment_id;
      payment.amount = op.amount;
      payment.currency = op.currency;
      payment.reversed = op.op == Op::part_reversal;
      payment.answer = answer_to<engine::PaymentResult>(want);
      return payment;
    }
    case Op::hold: return engine::PutHold{op.account, op.number, op.reason, op.until, answer_to<store::Hold>(want)};
    case Op::release: return engine::ReleaseHold{op.hold_id, answer_to<engine::HoldReleased>(want)};
    case Op::change_job:
      return engine::ChangeJob{job_id(op.job), values_of(op), {}, op.until, {}, answer_to<engine::JobChanged>(want)};
    case Op::change_account: {
      engine::ChangeAccount change;
      change.account = op.account;
      change.invoice = op.invoice;
      change.values = values_of(op);
      change.hold = op.reason;
      change.answer = answer_to<engine::AccountChanged>(want);
      return change;
    }
    case Op::allow_purpose:
    case Op::block_purpose: {
      engine::PutConsent consent;
      consent.number = op.number;
      consent.status = op.op == Op::block_purpose ? store::ConsentStatus::blocked : store::ConsentStatus::allowed;
      consent.purpose = op.purpose;
      consent.source = "api";
      consent.basis = "opt_in";
      consent.answer = answer_to<store::Person>(want);
      return consent;
    }
    case Op::delete_consent: return engine::DeleteConsent{op.number, answer_to<store::Person>(want)};
    case Op::forget: return engine::Forget{op.number, answer_to<engine::Forgotten>(want)};
    default: return engine::AckEvents{"reader", op.seq, answer_to<engine::Acked>(want)};
  }
}

}  // namespace dunlin::simulation

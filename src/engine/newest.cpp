#include "engine/newest.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/fnv.hpp"
#include "dunning/money.hpp"
#include "engine/references.hpp"

namespace dunlin::engine {

using store::Account;
using store::Change;
using store::Job;
using store::Kind;

bool exempt_from_payments(Kind kind) { return kind == Kind::receipt || kind == Kind::welcome || kind == Kind::news; }
bool counts_towards_caps(Kind kind) { return kind != Kind::receipt; }
store::Purpose purpose_of(const Job& job) {
  return job.kind == Kind::referral ? store::Purpose::marketing : job.purpose;
}

std::optional<Wall> knowledge_of(const Job& job) {
  if (job.ledger_as_of) return job.ledger_as_of;
  if (job.due_date.size() != 10) return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t count) { return std::stoi(job.due_date.substr(from, count)); };
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::sys_days{date});
}

std::string value_of(Wall at) { return std::to_string(at.time_since_epoch().count()); }

std::optional<Wall> wall_of(const std::string& value) {
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), count);
  if (problem != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return Wall{std::chrono::milliseconds{count}};
}

namespace {

void apply(Job& job, const Change& change) {
  constexpr std::string_view kParams = "params.";
  if (change.name == "amount") job.amount = change.value;
  if (change.name == "currency") job.currency = change.value;
  if (change.name == "fee") job.fee = change.value;
  if (change.name == "due_date") job.due_date = change.value;
  if (change.name == "ledger_as_of") job.ledger_as_of = wall_of(change.value);
  if (!change.name.starts_with(kParams)) return;
  const std::string name = change.name.substr(kParams.size());
  const auto found =
      std::find_if(job.params.begin(), job.params.end(), [&](const store::Param& each) { return each.name == name; });
  if (found != job.params.end()) {
    found->value = change.value;
  } else {
    job.params.push_back({name, change.value});
  }
}

// What was said of the account after the job was taken, or of later than the job knows.
bool concerns(const Change& change, std::uint64_t n, const Job& job) {
  return n < change.below_n || (job.ledger_as_of && *job.ledger_as_of < change.at);
}

constexpr std::string_view kOfJob = "job", kOfAccount = "account", kOfInvoice = "invoice";

struct Said {
  const Change* change;
  std::string_view of;
};

// In the order it was said; of the account before of the job where both are of one moment.
std::vector<Said> said_of(std::uint64_t n, const Job& job, const store::JobState& state, const Account& account,
                          const Account& invoice) {
  std::vector<Said> said;
  for (const Change& change : account.changes) {
    if (concerns(change, n, job)) said.push_back({&change, kOfAccount});
  }
  if (!job.invoice.empty()) {
    for (const Change& change : invoice.changes) {
      if (concerns(change, n, job)) said.push_back({&change, kOfInvoice});
    }
  }
  for (const Change& change : state.changes) {
    if (change.name != kNotBefore) said.push_back({&change, kOfJob});  // that says nothing of the debt
  }
  std::stable_sort(said.begin(), said.end(),
                   [](const Said& one, const Said& other) { return one.change->at < other.change->at; });
  return said;
}

// An amount told at `amount_at`, or the job's own, does not know of this payment.
bool lowers(const store::PartPayment& part, std::uint64_t n, const Job& job, std::optional<Wall> amount_at) {
  if (!part.invoice.empty() && part.invoice != job.invoice) return false;
  if (amount_at) return part.told_at >= *amount_at;
  if (n < part.below_n) return true;
  const std::optional<Wall> known = knowledge_of(job);
  return known && *known < part.at;
}

}  // namespace

std::uint32_t told_by(const Job& job) {
  Fnv32 sum;
  for (const std::string* each : {&job.amount, &job.currency, &job.fee, &job.due_date}) {
    sum.add(octets_of(*each));
    sum.add(std::array<std::uint8_t, 1>{});  // so that none runs into the next
  }
  return std::max(sum.sum, 1U);
}

Newest newest(std::uint64_t n, const Job& job, const store::JobState& state, const Account& account,
              const Account& invoice) {
  Newest result;
  const bool nothing_said = state.changes.empty() && account.changes.empty() && account.parts.empty() &&
                            (job.invoice.empty() || invoice.changes.empty());
  // Sent once more, whole, with the octets it had: what they tell must still be so.
  const bool again = state.resent && !has_begun(state) && state.told != 0 && !exempt_from_payments(job.kind);
  if (nothing_said && !(again && told_by(job) != state.told)) return result;

  n = told_as(n, state);
  const std::vector<Said> said = said_of(n, job, state, account, invoice);
  Job now = job;
  Job patched = job;  // what its sender knew when it last spoke of this very job
  std::optional<Wall> amount_at;
  bool of_others = false;
  for (const Said& each : said) {
    apply(now, *each.change);
    if (each.of == kOfJob) apply(patched, *each.change);
    of_others = of_others || each.of != kOfJob;
    if (each.change->name == "amount") amount_at = each.change->at;
  }
  bool lowered = false;
  // A text of its own may tell the old amount also where the job does not say which it is.
  const bool part_since = std::any_of(account.parts.begin(), account.parts.end(), [&](const store::PartPayment& part) {
    return n < part.below_n && lowers(part, n, job, amount_at);
  });
  if (const Result<dunning::Amount> amount = dunning::parse_amount(now.amount);
      amount && !exempt_from_payments(job.kind)) {
    dunning::Amount left = *amount;
    for (const store::PartPayment& part : account.parts) {
      if (!lowers(part, n, job, amount_at) || part.currency != now.currency) continue;
      const Result<dunning::Amount> paid = dunning::parse_amount(part.amount);
      if (!paid) continue;
      left = left - *paid;
      lowered = true;
    }
    if (lowered) now.amount = dunning::to_string(left);
    result.settled = (lowered || amount_at) && left.units <= 0;
  }
  const bool told_other = again && told_by(now) != state.told;
  if (said.empty() && !lowered && !part_since && !told_other) return result;
  const bool told_otherwise =
      part_since || ((of_others || lowered) &&
                     (now.amount != patched.amount || now.fee != patched.fee || now.due_date != patched.due_date));
  result.text_outdated = told_other || (!job.text.empty() && !exempt_from_payments(job.kind) && told_otherwise);
  result.job = std::move(now);
  return result;
}

std::vector<Told> told_since(std::uint64_t n, const Job& job, const store::JobState& state, const Account& account,
                             const Account& invoice) {
  n = told_as(n, state);
  std::vector<Told> told;
  for (const Said& each : said_of(n, job, state, account, invoice)) {
    std::erase_if(told, [&](const Told& before) { return before.name == each.change->name; });
    told.push_back({each.change->name, each.change->value, each.change->at, each.of});
  }
  const Newest now = newest(n, job, state, account, invoice);
  const auto amount = std::ranges::find(told, "amount", &Told::name);
  const std::optional<Wall> amount_at = amount == told.end() ? std::nullopt : std::optional(amount->at);
  if (!now.job || now.job->amount == (amount == told.end() ? job.amount : amount->value)) return told;
  Wall paid_at{};
  for (const store::PartPayment& part : account.parts) {
    if (lowers(part, n, job, amount_at)) paid_at = std::max(paid_at, part.told_at);
  }
  if (amount != told.end()) told.erase(amount);
  told.push_back({"amount", now.job->amount, paid_at, "payment"});
  return told;
}

bool put_change(std::vector<Change>& changes, Change change) {
  const auto found =
      std::find_if(changes.begin(), changes.end(), [&](const Change& each) { return each.name == change.name; });
  if (found != changes.end()) {
    *found = std::move(change);
    return true;
  }
  if (changes.size() >= store::kChangesMax) return false;
  changes.push_back(std::move(change));
  return true;
}

}  // namespace dunlin::engine

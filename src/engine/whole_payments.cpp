#include "engine/whole_payments.hpp"

#include <algorithm>

namespace dunlin::engine {

using store::Account;
using store::WholePayment;

namespace {

// A payment and its reversal may bear one id.
constexpr std::string_view kPaid = "paid ", kReversed = "reversed ";

void newest_counts(Account& account) {
  account.paid_at.reset();
  account.paid_told_at.reset();
  account.paid_below_n = 0;
  for (const WholePayment& each : account.payments) {
    account.paid_at = std::max(account.paid_at.value_or(each.at), each.at);
    account.paid_told_at = std::max(account.paid_told_at.value_or(each.told_at), each.told_at);
    account.paid_below_n = std::max(account.paid_below_n, each.below_n);
  }
}

}  // namespace

std::string paid_id(const std::string& id) { return id.empty() ? std::string{} : std::string(kPaid) + id; }
std::string reversed_id(const std::string& id) { return id.empty() ? std::string{} : std::string(kReversed) + id; }

bool knows_id(const Account& account, const std::string& id) {
  return !id.empty() && std::ranges::find(account.payment_ids, id) != account.payment_ids.end();
}

void name_payments(Account& account, const std::vector<store::PartPayment>& parts) {
  if (!account.paid_at || !account.payments.empty()) return;
  const WholePayment latest{
      {}, *account.paid_at, account.paid_told_at.value_or(*account.paid_at), account.paid_below_n};
  // Behind the last reversal of all; `kPaid` alone: told without an id.
  const auto all = std::find(account.payment_ids.rbegin(), account.payment_ids.rend(), kReversed).base();
  for (auto each = all; each != account.payment_ids.end(); ++each) {
    if (!each->starts_with(kPaid)) continue;
    WholePayment named = latest;
    named.id = each->substr(kPaid.size());
    const bool is_part = std::ranges::find(parts, named.id, &store::PartPayment::id) != parts.end();
    if (!is_part && !knows_id(account, reversed_id(named.id))) account.payments.push_back(std::move(named));
  }
  if (account.payments.empty()) account.payments.push_back(latest);
}

void add_payment(Account& account, WholePayment payment) {
  if (payment.id.empty()) {
    const auto before = std::ranges::find(account.payments, std::string{}, &WholePayment::id);
    if (before != account.payments.end()) {
      payment.at = std::max(payment.at, before->at);
      account.payments.erase(before);
    }
  }
  account.payments.push_back(std::move(payment));
  if (account.payments.size() > store::kWholePaymentsMax) {
    WholePayment& second = account.payments[1];
    second.at = std::max(second.at, account.payments.front().at);
    account.payments.erase(account.payments.begin());
  }
  newest_counts(account);
}

const WholePayment* find_payment(const Account& account, const std::string& id) {
  const auto found = std::ranges::find(account.payments, id, &WholePayment::id);
  return found == account.payments.end() ? nullptr : &*found;
}

bool take_back_payment(Account& account, const std::string& id) {
  const std::size_t taken =
      std::erase_if(account.payments, [&](const WholePayment& each) { return id.empty() || each.id == id; });
  if (taken > 0) newest_counts(account);
  return taken > 0;
}

void forget_payments(Account& account, std::uint64_t n, Wall before) {
  const bool kept = !account.paid_told_at || *account.paid_told_at > before || account.paid_below_n > n;
  if (account.payments.empty() && kept) return;
  std::erase_if(account.payments,
                [&](const WholePayment& each) { return each.told_at <= before && each.below_n <= n; });
  newest_counts(account);
}

}  // namespace dunlin::engine

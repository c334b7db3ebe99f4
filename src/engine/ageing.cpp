#include "engine/ageing.hpp"

#include <algorithm>

#include "engine/whole_payments.hpp"

namespace dunlin::engine {

void drop_old(store::Person& person, std::uint64_t first_n, const DunningSettings& dunning, Wall now) {
  dunning::forget_begun(person.recent, dunning.cap_number, now);
  std::erase_if(person.answers, [&](const store::SentAnswer& each) { return each.at + std::chrono::hours{24} <= now; });
  if (first_n != UINT64_MAX) return;
  if (!person.bad_since) person.failures = 0;
  person.replied_at.reset();
}

void forget_aged(store::Account& account, std::uint64_t n, Wall before) {
  forget_payments(account, n, before);
  const auto aged = [&](const auto& each, Wall at) { return at <= before && each.below_n <= n; };
  std::erase_if(account.parts, [&](const store::PartPayment& part) { return aged(part, part.told_at); });
  std::erase_if(account.changes, [&](const store::Change& change) { return aged(change, change.at); });
}

void drop_old(store::Account& account, std::uint64_t first_n, const DunningSettings& dunning, Wall now) {
  dunning::forget_begun(account.recent, dunning.cap_account, now);
  forget_aged(account, first_n, now - dunning.paid_remembered);
  if (first_n != UINT64_MAX || account.paid_at || !account.parts.empty()) return;
  account.payment_ids.clear();
  account.currency.clear();
}

}  // namespace dunlin::engine

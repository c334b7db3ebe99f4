#include "engine/ageing.hpp"

#include <algorithm>

namespace dunlin::engine {

void drop_old(store::Person& person, std::uint64_t first_n, const DunningSettings& dunning, Wall now) {
  dunning::forget_begun(person.recent, dunning.cap_number, now);
  std::erase_if(person.answers, [&](const store::SentAnswer& each) { return each.at + std::chrono::hours{24} <= now; });
  if (first_n != UINT64_MAX) return;
  if (!person.bad_since) person.failures = 0;
  person.replied_at.reset();
}

void forget_payment(store::Account& account, Wall before) {
  if (!account.paid_told_at || *account.paid_told_at > before) return;
  account.paid_at.reset();
  account.paid_told_at.reset();
  account.paid_below_n = 0;
}

void drop_old(store::Account& account, std::uint64_t first_n, const DunningSettings& dunning, Wall now) {
  const Wall before = now - dunning.paid_remembered;
  dunning::forget_begun(account.recent, dunning.cap_account, now);
  forget_payment(account, before);
  std::erase_if(account.parts,
                [&](const store::PartPayment& part) { return part.told_at <= before && part.below_n <= first_n; });
  std::erase_if(account.changes,
                [&](const store::Change& change) { return change.at <= before && change.below_n <= first_n; });
  if (first_n != UINT64_MAX || account.paid_at || !account.parts.empty()) return;
  account.payment_ids.clear();
  account.currency.clear();
}

}  // namespace dunlin::engine

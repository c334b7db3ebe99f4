// Payments of all that is owed, as the row of an account or of an invoice has them: those that stand, and the latest of
// them, which is what covers jobs. Pure.
#pragma once

#include <dunlin/base/time.hpp>
#include <string>

#include "store/records.hpp"

namespace dunlin::engine {

// A row that an older program wrote knows the latest alone: each payment whose id it still has, and that was not taken
// back, is given that moment. `parts`: the account's, whose ids stand among the others.
void name_payments(store::Account& account, const std::vector<store::PartPayment>& parts);

// Another one stands. Those that were told without an id are one.
void add_payment(store::Account& account, store::WholePayment payment);

// The one of that id, which may be none; null: none stands that has it.
const store::WholePayment* find_payment(const store::Account& account, const std::string& id);

// The one of that id, or all where it is empty. False: none that stands has it.
bool take_back_payment(store::Account& account, const std::string& id);

// Those that were told at `before` or earlier are remembered no longer where the job `n` is looked at, unless it was
// there.
void forget_payments(store::Account& account, std::uint64_t n, Wall before);

// Ids under which the row remembers that a payment, or its reversal, was told: each is done once.
std::string paid_id(const std::string& id);
std::string reversed_id(const std::string& id);
bool knows_id(const store::Account& account, const std::string& id);

}  // namespace dunlin::engine

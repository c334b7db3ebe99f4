// What the rows of people and of accounts need no longer. Pure.
#pragma once

#include <cstdint>
#include <dunlin/base/time.hpp>

#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// `first_n`: the least n of its jobs that are kept; UINT64_MAX: none is. A row of which nothing is left may be erased.
//
// Of a person what no cap counts any more, and without jobs how many texts failed in a row and when it last wrote. Consents, their history and
// holds stay: they are not a matter of age.
void drop_old(store::Person& person, std::uint64_t first_n, const DunningSettings& dunning, Wall now);
// Of an account what no cap counts any more, the payments that are remembered no longer (`paid_remembered`), and what was
// said or paid in parts before so long and concerns none of its jobs. Without jobs the ids of payments go as well, and
// the currency of an invoice.
void drop_old(store::Account& account, std::uint64_t first_n, const DunningSettings& dunning, Wall now);

// What the job `n` sees of its account: less what was paid or said up to `before`, but for parts and changes that came
// after the job was accepted. It is the same whether drop_old() has passed or not.
void forget_aged(store::Account& account, std::uint64_t n, Wall before);

}  // namespace dunlin::engine

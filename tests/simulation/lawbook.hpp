// When a text may reach whom: a second opinion on dunning/calendar and conf/countries.toml. Its rules are written down
// here once more, its holidays are reckoned and not listed, its clocks are the C library's, and it knows by itself
// where its people are.
#pragma once

#include <chrono>
#include <dunlin/base/time.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/records.hpp"

namespace dunlin::simulation {

using QuietHours = std::optional<std::pair<int, int>>;  // minutes of a local day, [from, until), past midnight

bool is_holiday(const std::string& country, std::chrono::local_days day);
// At the clocks of all zones. `purpose`: the job's own; of a referral, marketing.
bool lawful(const std::string& country, const std::vector<std::string>& zones, store::Purpose purpose, Wall at,
            const QuietHours& quiet);

// Somebody with a telephone.
struct Person {
  std::string number;  // E.164
  std::string country;
  std::vector<std::string> zones;  // where they may be
};
// `count` of them, in turn of the first `homes` of a list of places in over thirty countries; 0: of all. The first
// eight have a language each, in which the shipped templates are written.
const std::vector<Person>& people(std::uint32_t count, std::size_t homes = 0);
inline constexpr std::size_t kHomesOfTemplates = 8;
// Of one of those eight countries.
std::string_view language_of(std::string_view country);

}  // namespace dunlin::simulation

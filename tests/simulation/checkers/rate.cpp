#include "rate.hpp"

#include <algorithm>

namespace dunlin::simulation {

Rate::Rate(const Terms& terms) : Checker("rate") {
  for (const auto& [name, smsc] : terms.smscs) smscs_[name].rates.emplace_back(Steady::min(), smsc.throughput);
}

std::optional<std::uint32_t> Rate::limit(const Smsc& smsc, Steady until) const {
  std::uint32_t most = 0;
  for (auto rate = smsc.rates.rbegin(); rate != smsc.rates.rend(); ++rate) {
    if (rate->first > until) continue;
    if (rate->second == 0) return std::nullopt;
    most = std::max(most, rate->second);
    if (rate->first <= until - 1s) break;
  }
  return most;
}

void Rate::check(const HandedOver& fact) {
  Smsc& smsc = smscs_[fact.smsc];
  std::vector<Steady>& offered = smsc.offered;
  // A kernel that took no more for a while has what was offered earlier now.
  offered.insert(std::upper_bound(offered.begin(), offered.end(), fact.offered), fact.offered);
  for (auto last = std::lower_bound(offered.begin(), offered.end(), fact.offered);
       last != offered.end() && *last < fact.offered + 1s; ++last) {
    const auto first = std::upper_bound(offered.begin(), last, *last - 1s);
    const std::optional<std::uint32_t> most = limit(smsc, *last);
    const auto count = static_cast<std::size_t>(last - first) + 1;
    if (most && count > *most) {
      return broken(std::to_string(count) + " submits were handed to " + fact.smsc +
                        " within a second, whose throughput is " + std::to_string(*most),
                    fact.job);
    }
  }
  if (offered.size() > 4096) offered.erase(offered.begin(), offered.begin() + 2048);
}

void Rate::see(const Fact& fact, const Now& now) {
  if (std::holds_alternative<Began>(fact)) {
    for (auto& [name, smsc] : smscs_) smsc.offered.clear();
  }
  if (const auto* set = std::get_if<LinkSet>(&fact)) smscs_[set->smsc].rates.emplace_back(now.steady, set->throughput);
  if (const auto* handed = std::get_if<HandedOver>(&fact)) check(*handed);
  if (const auto* answer = std::get_if<AnswerHandedOver>(&fact)) check(answer->handed);
}

}  // namespace dunlin::simulation

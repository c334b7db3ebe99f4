#include "dunning/decide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace dunlin::dunning {
namespace {

constexpr Wall kNow{1'800'000'000s};

// One fact a bit: every combination of them has one decision, and the first that applies wins.
struct Fact {
  std::string_view name;
  void (*hold)(Facts&);
};
constexpr Fact kPaid{"paid", [](Facts& facts) { facts.paid = true; }};
constexpr Fact kExemptFromPayments{"a receipt", [](Facts& facts) { facts.exempt_from_payments = true; }};
constexpr Fact kCampaign{"campaign cancelled", [](Facts& facts) { facts.campaign_cancelled = true; }};
constexpr Fact kBlocked{"number blocked", [](Facts& facts) { facts.number_blocked = true; }};
constexpr Fact kExemptFromBlock{"a confirmation", [](Facts& facts) { facts.exempt_from_block = true; }};
constexpr Fact kExpired{"expired", [](Facts& facts) { facts.expires_at = kNow; }};
constexpr Fact kNotExpired{"not expired", [](Facts& facts) { facts.expires_at = kNow + 1ms; }};
constexpr Fact kEarly{"early", [](Facts& facts) { facts.not_before = kNow + 1h; }};
constexpr Fact kDue{"due", [](Facts& facts) { facts.not_before = kNow; }};

struct Case {
  std::vector<Fact> facts;
  Decision decision;
};

const std::vector<Case>& cases() {
  static const Decision send{Action::send, "", {}};
  static const Decision paid{Action::cancel, "paid", {}};
  static const Decision campaign{Action::cancel, "campaign", {}};
  static const Decision blocked{Action::block, "opted_out", {}};
  static const Decision expired{Action::expire, "expired", {}};
  static const Decision wait{Action::wait, "not_before", kNow + 1h};
  static const std::vector<Case> table{
      {{}, send},
      {{kDue}, send},
      {{kNotExpired}, send},
      {{kExemptFromPayments}, send},
      {{kPaid}, paid},
      {{kPaid, kExemptFromPayments}, send},
      {{kPaid, kExemptFromPayments, kCampaign}, campaign},
      {{kPaid, kCampaign, kBlocked, kExpired, kEarly}, paid},
      {{kCampaign}, campaign},
      {{kCampaign, kBlocked, kExpired, kEarly}, campaign},
      {{kBlocked}, blocked},
      {{kBlocked, kExpired, kEarly}, blocked},
      {{kBlocked, kExemptFromBlock}, send},
      {{kBlocked, kExemptFromBlock, kExpired}, expired},
      {{kBlocked, kExemptFromPayments}, blocked},
      {{kExpired}, expired},
      {{kExpired, kEarly}, expired},
      {{kEarly}, wait},
      {{kEarly, kNotExpired}, wait},
      {{kEarly, kPaid}, paid},
      {{kEarly, kBlocked}, blocked},
  };
  return table;
}

TEST(Decide, FollowsItsTable) {
  for (const auto& [held, expected] : cases()) {
    Facts facts{.now = kNow};
    std::string names;
    for (const Fact& fact : held) {
      fact.hold(facts);
      names += std::string(fact.name) + ", ";
    }
    const Decision decision = decide(facts);
    EXPECT_EQ(to_string(decision.action), to_string(expected.action)) << names;
    EXPECT_EQ(decision.reason, expected.reason) << names;
    EXPECT_EQ(decision.until, expected.until) << names;
  }
}

TEST(Decide, BlocksOnlyForReasonsOfItsList) {
  std::size_t blocked = 0;
  for (unsigned bits = 0; bits < 512; ++bits) {
    Facts facts{.now = kNow};
    const Fact all[] = {kPaid,    kExemptFromPayments, kCampaign, kBlocked, kExemptFromBlock,
                        kExpired, kNotExpired,         kEarly,    kDue};
    for (unsigned bit = 0; bit < std::size(all); ++bit) {
      if (bits >> bit & 1) all[bit].hold(facts);
    }
    const Decision decision = decide(facts);
    EXPECT_EQ(decision.action == Action::send, decision.reason.empty());
    EXPECT_EQ(decision.action == Action::wait, decision.until > kNow);
    if (decision.action != Action::block) continue;
    ++blocked;
    EXPECT_NE(std::find(kBlockReasons.begin(), kBlockReasons.end(), decision.reason), kBlockReasons.end());
  }
  EXPECT_GT(blocked, 0u);
}

}  // namespace
}  // namespace dunlin::dunning

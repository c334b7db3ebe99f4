#include "dunning/decide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
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
constexpr Fact kHeld{"held", [](Facts& facts) { facts.held = Held{"dispute", {}}; }};
constexpr Fact kHeldUntil{"held for a while", [](Facts& facts) { facts.held = Held{"promise", kNow + 2h}; }};
constexpr Fact kHoldOver{"a hold that is over", [](Facts& facts) { facts.held = Held{"promise", kNow}; }};
constexpr Fact kAnswered{"answered", [](Facts& facts) { facts.answered = true; }};
constexpr Fact kStale{"stale", [](Facts& facts) { facts.ledger_stale = true; }};
constexpr Fact kTaken{"stage taken", [](Facts& facts) { facts.stage_taken = true; }};
constexpr Fact kCapped{"capped", [](Facts& facts) { facts.capped_until = kNow + 3h; }};
constexpr Fact kCapOpen{"cap opens", [](Facts& facts) { facts.capped_until = kNow; }};
constexpr Fact kMarketing{"marketing", [](Facts& facts) { facts.needs_consent = true; }};
constexpr Fact kConsent{"consent", [](Facts& facts) { facts.has_consent = true; }};
constexpr Fact kClosed{"closed", [](Facts& facts) { facts.closed = Closed{"quiet_hours", kNow + 4h, "NL collection"}; }};
constexpr Fact kOpens{"opens", [](Facts& facts) { facts.closed = Closed{"quiet_hours", kNow, "NL collection"}; }};
constexpr Fact kNoZone{"no zone", [](Facts& facts) { facts.closed = Closed{"timezone_unknown", {}, {}}; }};
constexpr Fact kNeverOpen{"never open", [](Facts& facts) { facts.closed = Closed{"holiday", {}, "XX billing"}; }};
constexpr Fact kExpired{"expired", [](Facts& facts) { facts.expires_at = kNow; }};
constexpr Fact kNotExpired{"not expired", [](Facts& facts) { facts.expires_at = kNow + 1ms; }};
constexpr Fact kEarly{"early", [](Facts& facts) { facts.not_before = kNow + 1h; }};
constexpr Fact kDue{"due", [](Facts& facts) { facts.not_before = kNow; }};

struct Case {
  std::vector<Fact> facts;
  Decision decision;
};

const std::vector<Case>& cases() {
  static const Decision send{Action::send, "", {}, ""};
  static const Decision paid{Action::cancel, "paid", {}, ""};
  static const Decision campaign{Action::cancel, "campaign", {}, ""};
  static const Decision blocked{Action::block, "opted_out", {}, ""};
  static const Decision held{Action::hold, "dispute", {}, ""};
  static const Decision held_until{Action::hold, "promise", kNow + 2h, ""};
  static const Decision replied{Action::cancel, "replied", {}, ""};
  static const Decision expired{Action::expire, "expired", {}, ""};
  static const Decision stale{Action::hold, "stale_ledger", {}, ""};
  static const Decision duplicate{Action::block, "duplicate", {}, ""};
  static const Decision capped{Action::wait, "frequency_cap", kNow + 3h, ""};
  static const Decision no_consent{Action::block, "consent_missing", {}, ""};
  static const Decision wait{Action::wait, "not_before", kNow + 1h, ""};
  static const Decision closed{Action::wait, "quiet_hours", kNow + 4h, "NL collection"};
  static const Decision no_zone{Action::block, "timezone_unknown", {}, ""};
  static const Decision never{Action::block, "never_open", {}, "XX billing"};
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
      // Each of them before everything that is asked later.
      {{kPaid, kBlocked, kHeld, kExpired, kStale, kTaken, kCapped, kMarketing, kEarly, kClosed}, paid},
      {{kBlocked, kHeld, kExpired, kStale, kTaken, kCapped, kMarketing, kEarly, kClosed}, blocked},
      {{kHeld, kExpired, kStale, kTaken, kCapped, kMarketing, kEarly, kClosed}, held},
      {{kHeldUntil, kExpired}, held_until},
      {{kAnswered, kExpired, kStale, kTaken}, replied},
      {{kHeld, kAnswered}, held},
      {{kHoldOver, kExpired}, expired},
      {{kHoldOver}, send},
      {{kExpired, kStale, kTaken, kCapped, kMarketing, kEarly, kClosed}, expired},
      {{kStale, kTaken, kCapped, kMarketing, kEarly, kClosed}, stale},
      {{kTaken, kCapped, kMarketing, kEarly, kClosed}, duplicate},
      {{kCapped, kMarketing, kEarly, kClosed}, capped},
      {{kCapOpen}, send},
      {{kMarketing, kEarly, kClosed}, no_consent},
      {{kMarketing, kConsent}, send},
      {{kMarketing, kConsent, kEarly, kClosed}, wait},
      {{kEarly, kClosed}, wait},
      {{kClosed}, closed},
      {{kOpens}, send},
      {{kNoZone}, no_zone},
      {{kNeverOpen}, never},
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
    EXPECT_EQ(decision.rule, expected.rule) << names;
  }
}

TEST(Decide, BlocksOnlyForReasonsOfItsList) {
  std::size_t blocked = 0;
  for (unsigned bits = 0; bits < 1U << 17; ++bits) {
    Facts facts{.now = kNow};
    const Fact all[] = {kPaid,   kExemptFromPayments, kCampaign, kBlocked,   kExemptFromBlock, kHeld,    kHeldUntil, kExpired, kNotExpired,
                        kStale,  kTaken,              kCapped,   kMarketing, kConsent,         kEarly,   kClosed,    kNoZone};
    static_assert(std::size(all) == 17);
    for (unsigned bit = 0; bit < std::size(all); ++bit) {
      if (bits >> bit & 1) all[bit].hold(facts);
    }
    const Decision decision = decide(facts);
    EXPECT_EQ(decision.action == Action::send, decision.reason.empty());
    EXPECT_TRUE(decision.action != Action::wait || (decision.until && *decision.until > kNow));
    if (decision.action != Action::block) continue;
    ++blocked;
    EXPECT_NE(std::find(kBlockReasons.begin(), kBlockReasons.end(), decision.reason), kBlockReasons.end());
  }
  EXPECT_GT(blocked, 0u);
}

std::optional<Wall> somewhere(std::mt19937& random) {
  const auto hours = static_cast<int>(random() % 7) - 3;
  if (hours == 3) return std::nullopt;
  return kNow + std::chrono::hours{hours};
}

Facts any_facts(std::mt19937& random) {
  const auto yes = [&] { return random() % 4 == 0; };
  Facts facts{.now = kNow};
  facts.paid = yes();
  facts.exempt_from_payments = yes();
  facts.campaign_cancelled = yes();
  facts.number_blocked = yes();
  facts.exempt_from_block = yes();
  if (yes()) facts.held = Held{"dispute", somewhere(random)};
  if (yes()) facts.expires_at = somewhere(random);
  facts.answered = yes();
  facts.ledger_stale = yes();
  facts.stage_taken = yes();
  if (yes()) facts.capped_until = somewhere(random);
  facts.needs_consent = yes();
  facts.has_consent = yes();
  if (yes()) facts.not_before = somewhere(random);
  if (yes()) facts.closed = Closed{yes() ? "timezone_unknown" : "holiday", somewhere(random), "NL collection"};
  return facts;
}

TEST(Gates, WhatIsDecidedIsTheFirstThatStops) {
  std::mt19937 random(11);
  std::array<std::size_t, kGates> stopped{};
  std::size_t sent = 0;
  for (int round = 0; round < 100'000; ++round) {
    const Facts facts = any_facts(random);
    const auto answers = gates(facts);
    const auto first = std::find_if(answers.begin(), answers.end(), [](const GateAnswer& each) { return each.decision.action != Action::send; });
    ASSERT_EQ(decide(facts), first == answers.end() ? Decision{} : first->decision) << round;
    if (first == answers.end()) {
      ++sent;
    } else {
      ++stopped[static_cast<std::size_t>(first->gate)];
    }
  }
  EXPECT_GT(sent, 0u);
  for (std::size_t gate = 0; gate < kGates; ++gate) EXPECT_GT(stopped[gate], 0u) << to_string(static_cast<Gate>(gate)) << " was never the first";
}

TEST(Gates, EachAnswersForItself) {
  Facts facts{.now = kNow};
  for (const Fact& fact : {kPaid, kCampaign, kBlocked, kHeld, kAnswered, kExpired, kStale, kTaken, kCapped, kMarketing, kEarly, kClosed}) fact.hold(facts);
  std::size_t at = 0;
  for (const GateAnswer& answer : gates(facts)) {
    EXPECT_EQ(static_cast<std::size_t>(answer.gate), at++);
    EXPECT_NE(answer.decision.action, Action::send) << to_string(answer.gate);
    EXPECT_FALSE(answer.decision.reason.empty()) << to_string(answer.gate);
  }
  for (const GateAnswer& answer : gates(Facts{.now = kNow})) EXPECT_EQ(answer.decision, Decision{}) << to_string(answer.gate);
}

}  // namespace
}  // namespace dunlin::dunning

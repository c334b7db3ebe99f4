// What congestion_state makes of a rate.
#include "pacing/congestion.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace dunlin::pacing {
namespace {

constexpr Steady kStart{1000s};

// Answers that all say `state`, ten a second for `time`; each was sent 50 ms before.
Steady hear(Congestion& congestion, std::uint8_t state, double rate, Steady from, std::chrono::seconds time) {
  for (Steady now = from; now < from + time; now += 100ms) {
    congestion.said(state, rate, now - 50ms, now);
    congestion.tick(rate, now);
  }
  return from + time;
}

TEST(Congestion, BelowNinetyItHoldsNothingBack) {
  for (const std::uint8_t state : {0, 1, 29, 30, 49, 50, 79, 80, 89}) {
    Congestion congestion;
    hear(congestion, state, 100, kStart, 10s);
    EXPECT_EQ(congestion.ceiling(), 0) << int{state};
  }
}

TEST(Congestion, NothingGrowsFromEightyOn) {
  Congestion congestion;
  EXPECT_TRUE(congestion.may_grow(kStart));
  congestion.said(79, 100, kStart, kStart);
  EXPECT_TRUE(congestion.may_grow(kStart));
  congestion.said(80, 100, kStart, kStart);
  EXPECT_FALSE(congestion.may_grow(kStart));
  EXPECT_TRUE(congestion.may_grow(kStart + Congestion::kFresh + 1s)) << "not said again, it is gone";
  EXPECT_EQ(congestion.state(kStart + Congestion::kFresh + 1s), std::nullopt);
}

TEST(Congestion, FallsFromNinetyOnAndFasterWhenFull) {
  Congestion near, full;
  hear(near, 95, 100, kStart, 3s);
  hear(full, 100, 100, kStart, 3s);
  EXPECT_NEAR(near.ceiling(), 100 * std::pow(Congestion::kFallNear, 6), 6);
  EXPECT_LT(full.ceiling(), 0.5 * near.ceiling());
  hear(full, 100, 100, kStart + 3s, 600s);
  EXPECT_EQ(full.ceiling(), Congestion::kRateMin);
}

TEST(Congestion, FallsOnceARoundTrip) {
  Congestion congestion;
  for (int i = 0; i < 50; ++i)
    congestion.said(95, 100, kStart, kStart + 1s + 100ms * i);  // all sent before the first answer
  EXPECT_DOUBLE_EQ(congestion.ceiling(), 100 * Congestion::kFallNear);
}

TEST(Congestion, HoldsAtTheOptimumAndRisesBelowItUntilItIsGone) {
  Congestion congestion;
  Steady now = hear(congestion, 95, 100, kStart, 3s);
  const double low = congestion.ceiling();
  now = hear(congestion, 85, 100, now, 20s);
  EXPECT_EQ(congestion.ceiling(), low);
  now = hear(congestion, 20, 100, now, 20s);
  EXPECT_EQ(congestion.ceiling(), 0) << "above what would be allowed otherwise, it is none";
}

TEST(Congestion, IsForgottenWhenNothingSaysItAnyMore) {
  Congestion congestion;
  Steady now = hear(congestion, 100, 1000, kStart, 3s);
  for (int i = 0; i < 1200; ++i) congestion.tick(0, now += 100ms);
  EXPECT_EQ(congestion.ceiling(), 0);
}

}  // namespace
}  // namespace dunlin::pacing

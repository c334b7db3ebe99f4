#include "pacing/backoff.hpp"

#include <gtest/gtest.h>

namespace dunlin::pacing {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesWithJitterUpToTheLongest) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Backoff backoff(1s, 60s, seed);
    std::chrono::nanoseconds expected = 1s;
    for (int i = 0; i < 12; ++i) {
      const auto delay = backoff.next();
      EXPECT_GE(delay, std::max<std::chrono::nanoseconds>(1s, expected * 3 / 4));
      EXPECT_LE(delay, std::min<std::chrono::nanoseconds>(60s, expected * 5 / 4));
      expected = std::min<std::chrono::nanoseconds>(60s, expected * 2);
    }
  }
}

TEST(Backoff, StartsAgainAfterAReset) {
  Backoff backoff(1s, 60s, 1);
  for (int i = 0; i < 10; ++i) (void)backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), 1250ms);
}

TEST(Backoff, StaysAtTheLongestOnceTold) {
  Backoff backoff(1s, 60s, 1);
  EXPECT_EQ(backoff.longest(), 60s);
  EXPECT_EQ(backoff.next(), 60s);
  backoff.reset();
  EXPECT_LE(backoff.next(), 1250ms);
}

TEST(Backoff, CoolsDownWithoutGrowing) {
  Backoff backoff(1s, 20s, 1);
  EXPECT_EQ(backoff.cool_down(30s), 20s);
  EXPECT_EQ(backoff.cool_down(5s), 5s);
  EXPECT_LE(backoff.next(), 1250ms);
}

TEST(Backoff, JittersDifferentlyByItsSeed) {
  Backoff one(1s, 60s, 1);
  Backoff same(1s, 60s, 1);
  Backoff other(1s, 60s, 2);
  bool differs = false;
  for (int i = 0; i < 6; ++i) {
    const auto delay = one.next();
    EXPECT_EQ(delay, same.next());
    differs |= delay != other.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Backoff, TakesOddBoundsAsTheyCanBeMeant) {
  Backoff backoff(5s, 1s, 1);  // max below min
  EXPECT_EQ(backoff.next(), 5s);
  EXPECT_EQ(backoff.next(), 5s);
}

}  // namespace
}  // namespace dunlin::pacing

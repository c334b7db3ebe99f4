#include "pacing/rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace dunlin::pacing {
namespace {

using Times = std::vector<Steady>;
using Nanos = std::chrono::nanoseconds;

constexpr Steady kStart{1000s};

// The most sends in any [t, t + 1 s).
std::size_t busiest_second(const Times& sent) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < sent.size(); ++last) {
    while (sent[last] - sent[first] >= 1s) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

// Sends as fast as allowed until `end`; each wake-up comes `late()` after the time asked for.
template <class Late>
void run(SendRate& rate, Times& sent, Steady from, Steady end, Late late) {
  for (Steady now = from; now < end;) {
    for (std::size_t n = rate.available(now); n > 0; --n) {
      rate.take(now);
      sent.push_back(now);
    }
    const Steady next = rate.next(now);
    ASSERT_GT(next, now);
    now = next + late();
  }
}

Nanos on_time() { return 0ns; }

TEST(SendRate, WithoutALimitIsAlwaysReady) {
  SendRate rate;
  EXPECT_EQ(rate.available(kStart), SendRate::kUnlimited);
  for (int i = 0; i < 1000; ++i) rate.take(kStart);
  EXPECT_EQ(rate.next(kStart), kStart);
}

TEST(SendRate, SpacesSendsEvenly) {
  SendRate rate(200);
  Times sent;
  run(rate, sent, kStart, kStart + 3s, on_time);
  ASSERT_EQ(sent.size(), 600u);
  for (std::size_t i = 1; i < sent.size(); ++i) EXPECT_EQ(sent[i] - sent[i - 1], 5ms);
}

TEST(SendRate, SaysAfterIdlenessNoMoreThanItsCatchUp) {
  SendRate rate(1000);
  rate.take(kStart);
  EXPECT_EQ(rate.available(kStart), 0u);
  EXPECT_EQ(rate.next(kStart), kStart + 1ms);
  EXPECT_EQ(rate.available(kStart + 1h), 6u);  // five milliseconds' worth and one
  SendRate slow(1);
  slow.take(kStart);
  EXPECT_EQ(slow.available(kStart + 999ms), 0u);
  EXPECT_EQ(slow.available(kStart + 1h), 1u);
}

TEST(SendRate, TakesAtMostItsHighestRate) { EXPECT_EQ(SendRate(4'000'000'000).rate(), SendRate::kRateMax); }

TEST(SendRateDeath, RefusesASendThatIsNotAllowed) {
  SendRate rate(1);
  rate.take(kStart);
  EXPECT_DEATH(rate.take(kStart + 1ms), "broken invariant");
}

// Late wake-ups of up to a millisecond: no second above, and 99.5 % kept up over a minute.
TEST(SendRate, SustainsItsRateWithLateWakeUps) {
  for (const std::uint32_t per_second : {1u, 7u, 200u, 1000u, 5000u}) {
    for (const bool always_latest : {true, false}) {
      std::mt19937_64 random(per_second);
      SendRate rate(per_second);
      Times sent;
      run(rate, sent, kStart, kStart + 60s, [&] { return Nanos{always_latest ? 1'000'000 : random() % 1'000'001}; });
      EXPECT_LE(busiest_second(sent), per_second);
      EXPECT_LE(sent.size(), 60 * per_second);
      EXPECT_GE(sent.size(), std::size_t(59.7 * per_second)) << per_second;
    }
  }
}

// A stall (a disk that takes its time) of up to 100 ms every three seconds or so: hardly a send is lost for good.
TEST(SendRate, MakesUpForStalls) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    SendRate rate(200);
    Times sent;
    Nanos awake = 0ns;
    run(rate, sent, kStart, kStart + 60s, [&]() -> Nanos {
      awake += 5ms;
      if (awake < 3s) return Nanos{random() % 1'000'000};
      awake = Nanos{random() % 500'000'000};
      return Nanos{random() % 100'000'000};
    });
    EXPECT_LE(busiest_second(sent), 200u);
    EXPECT_LE(sent.size(), 200u * 60);
    EXPECT_GE(sent.size(), 199u * 60) << "seed " << seed;
  }
}

TEST(SendRate, CatchesUpAtDoublePaceAtMost) {
  SendRate rate(200);
  Times sent;
  run(rate, sent, kStart, kStart + 5s, on_time);
  const std::size_t before = sent.size();
  run(rate, sent, kStart + 5300ms, kStart + 6s, on_time);
  for (std::size_t i = before + 3; i < sent.size(); ++i) {
    ASSERT_GE(sent[i] - sent[i - 3], 2500us) << "after the wake-up's own three";
    if (i >= before + 6) {
      ASSERT_GE(sent[i] - sent[i - 3], 7500us);
    }
  }
  EXPECT_GE(sent.size(), 6u * 200 - 20);
  const std::size_t stalled = sent.size();
  run(rate, sent, kStart + 9s, kStart + 10s, on_time);  // three seconds of nothing are not made up for
  EXPECT_LE(sent.size() - stalled, 201u);
  for (std::size_t i = stalled + 2; i < sent.size(); ++i) ASSERT_EQ(sent[i] - sent[i - 1], 5ms);
}

TEST(SendRate, KeepsTheSecondAcrossChangesOfTheRate) {
  SendRate rate;
  Times sent;
  for (int i = 0; i < 5000; ++i) {
    rate.take(kStart);
    sent.push_back(kStart);
  }
  rate.set(200);  // 5000 went out this second: nothing more does
  EXPECT_EQ(rate.available(kStart + 999ms), 0u);
  EXPECT_EQ(rate.next(kStart), kStart + 1s);

  SendRate other(200);
  Times others;
  run(other, others, kStart, kStart + 900ms, on_time);
  other.set(50);
  EXPECT_EQ(other.available(kStart + 900ms), 0u);
  other.set(200);  // the way down and up again forgets nothing
  run(other, others, kStart + 900ms, kStart + 3s, on_time);
  EXPECT_LE(busiest_second(others), 200u);
}

TEST(SendRate, FollowsARaisedRateAtOnce) {
  SendRate rate(1);
  rate.take(kStart);
  rate.set(1000);
  EXPECT_EQ(rate.next(kStart), kStart + 1ms);
}

// Whatever the schedule of wake-ups, takes and equal times: no sliding second above the rate, and next() tells the
// truth.
TEST(SendRateProperty, NoSlidingSecondIsEverAbove) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random(seed);
    const std::uint32_t rates[] = {1, 2, 3, 10, 99, 200, 1000, 20'000};
    const std::uint32_t per_second = rates[random() % std::size(rates)];
    SendRate rate(per_second);
    Times sent;
    Steady now = kStart;
    for (int step = 0; step < 3000; ++step) {
      const std::size_t allowed = rate.available(now);
      ASSERT_EQ(allowed > 0, rate.next(now) <= now) << "seed " << seed;
      for (std::size_t n = random() % 4 == 0 && allowed > 0 ? random() % allowed : allowed; n > 0; --n) {
        rate.take(now);
        sent.push_back(now);
      }
      const Steady next = rate.next(now);
      if (next > now) {
        ASSERT_EQ(rate.available(next - 1ns), 0u) << "seed " << seed;
      }
      ASSERT_GE(rate.available(next), 1u) << "seed " << seed << " step " << step;
      const Nanos waits[] = {0ns, next - now, next - now + 1ms, Nanos{random() % 30'000'000},
                             Nanos{random() % 2 == 0 ? 0 : random() % 3'000'000'000}};
      now += waits[random() % 200 == 0 ? 4 : random() % 4];
    }
    ASSERT_LE(busiest_second(sent), per_second) << "seed " << seed;
  }
}

// Also while the rate changes all the time: no second above the highest rate that was set in it.
TEST(SendRateProperty, NoSlidingSecondIsAboveTheHighestRateOfIt) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    SendRate rate(100);
    Times sent;
    Times changed{kStart};
    std::vector<std::uint32_t> rates{100};
    Steady now = kStart;
    for (int step = 0; step < 4000; ++step) {
      if (random() % 100 == 0) {
        rates.push_back(static_cast<std::uint32_t>(1 + random() % 400));
        changed.push_back(now);
        rate.set(rates.back());
      }
      for (std::size_t n = rate.available(now); n > 0; --n) {
        rate.take(now);
        sent.push_back(now);
      }
      now = std::min(rate.next(now), now + 20ms) + Nanos{random() % 2'000'000};
    }
    for (std::size_t first = 0, last = 0; last < sent.size(); ++last) {
      while (sent[last] - sent[first] >= 1s) ++first;
      std::uint32_t highest = 0;
      for (std::size_t i = 0; i < rates.size(); ++i) {
        const bool before_end = changed[i] <= sent[last];
        const bool after_start = i + 1 == rates.size() || changed[i + 1] > sent[first];
        if (before_end && after_start) highest = std::max(highest, rates[i]);
      }
      ASSERT_LE(last - first + 1, highest) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace dunlin::pacing

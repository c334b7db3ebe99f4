// AdaptiveRate against modelled SMSCs on virtual time: each hides a limit and says only "throttled" above it.
#include "pacing/adaptive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <string>

#include "pacing/rate.hpp"

namespace dunlin::pacing {
namespace {

using Nanos = std::chrono::nanoseconds;

constexpr Steady kStart{1000s};

class Smsc {
 public:
  explicit Smsc(double hidden) : limit(hidden) {}
  virtual ~Smsc() = default;
  virtual bool accepts(Steady now) = 0;
  double limit;
};

// So many in each second of the clock.
class CountsSeconds : public Smsc {
 public:
  using Smsc::Smsc;
  bool accepts(Steady now) override {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != second_) count_ = 0;
    second_ = second;
    return ++count_ <= limit;
  }

 private:
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds> second_{};
  double count_ = 0;
};

// A bucket that holds `depth` seconds' worth, or two: with one, the least unevenness of the network would be throttled.
class Bucket : public Smsc {
 public:
  Bucket(double hidden, double seconds_deep) : Smsc(hidden), depth_(seconds_deep) {}
  bool accepts(Steady now) override {
    const double held = std::max(2.0, limit * depth_);
    tokens_ = std::min(held, tokens_ + limit * std::chrono::duration<double>(now - filled_).count());
    filled_ = now;
    if (tokens_ < 1) return false;
    --tokens_;
    return true;
  }

 private:
  double depth_;
  double tokens_ = 0;
  Steady filled_{kStart};
};

struct Tally {
  double accepted = 0;
  double throttled = 0;
  double accepted_rate(Nanos duration) const { return accepted / std::chrono::duration<double>(duration).count(); }
  double throttled_share() const { return throttled / std::max(1.0, accepted + throttled); }
};

// A sender with an endless queue: hands over by SendRate, wakes up every millisecond or two, its answers take
// `round_trip`.
class Sender {
 public:
  Sender(Smsc& smsc, std::uint32_t configured, Nanos round_trip, std::uint64_t seed)
      : smsc_(smsc), adaptive_(configured), pace_(configured), round_trip_(round_trip), random_(seed) {}

  // `demand`: how likely there is something to send at a wake-up.
  Tally run(Nanos duration, double demand = 1) {
    Tally tally;
    for (const Steady end = now_ + duration; now_ < end; now_ += Nanos{1'000'000 + random_() % 1'000'000}) {
      answers(tally);
      pace_.set(adaptive_.rate(), !adaptive_.throttled());
      std::size_t room = std::min<std::size_t>(pace_.available(now_), kWindow - answers_.size());
      if (demand < 1 && std::uniform_real_distribution<>()(random_) > demand) room = 0;
      for (; room > 0; --room) {
        pace_.take(now_);
        adaptive_.on_sent(now_);
        answers_.push_back({now_ + round_trip_, now_, smsc_.accepts(now_)});
      }
    }
    return tally;
  }
  const AdaptiveRate& adaptive() const { return adaptive_; }

 private:
  static constexpr std::size_t kWindow = 2000;
  struct Answer {
    Steady at;
    Steady sent_at;
    bool accepted;
  };

  void answers(Tally& tally) {
    for (; !answers_.empty() && answers_.front().at <= now_; answers_.pop_front()) {
      if (answers_.front().accepted) {
        adaptive_.on_ok(answers_.front().sent_at, now_);
        ++tally.accepted;
      } else {
        adaptive_.on_throttled(answers_.front().sent_at, now_);
        ++tally.throttled;
      }
    }
  }

  Smsc& smsc_;
  AdaptiveRate adaptive_;
  SendRate pace_;
  Nanos round_trip_;
  std::mt19937_64 random_;
  Steady now_ = kStart;
  std::deque<Answer> answers_;
};

struct Model {
  std::string name;
  std::unique_ptr<Smsc> (*make)(double limit);
};
const Model kModels[] = {
    {"counts seconds", [](double limit) -> std::unique_ptr<Smsc> { return std::make_unique<CountsSeconds>(limit); }},
    {"bucket of a second", [](double limit) -> std::unique_ptr<Smsc> { return std::make_unique<Bucket>(limit, 1.0); }},
    {"bucket of a tenth", [](double limit) -> std::unique_ptr<Smsc> { return std::make_unique<Bucket>(limit, 0.1); }},
    {"bucket of 20 ms", [](double limit) -> std::unique_ptr<Smsc> { return std::make_unique<Bucket>(limit, 0.02); }},
};

TEST(AdaptiveRate, HasNoLimitUntilThrottled) {
  AdaptiveRate adaptive;
  for (int i = 0; i < 1000; ++i) {
    adaptive.on_sent(kStart + i * 1ms);
    adaptive.on_ok(kStart + i * 1ms, kStart + i * 1ms);
  }
  EXPECT_EQ(adaptive.rate(), 0);
  EXPECT_FALSE(adaptive.throttled());
  adaptive.on_throttled(kStart + 1s, kStart + 1s);
  EXPECT_TRUE(adaptive.throttled());
  EXPECT_EQ(adaptive.learned_since(), kStart + 1s);
  EXPECT_NEAR(adaptive.rate(), 950, 20);  // from what was accepted in the last second
}

TEST(AdaptiveRate, StaysWithinItsConfiguredLimit) {
  CountsSeconds smsc(1e9);
  Sender sender(smsc, 100, 50ms, 1);
  const Tally tally = sender.run(10s);
  EXPECT_NEAR(tally.accepted_rate(10s), 100, 1);
  EXPECT_EQ(sender.adaptive().rate(), 100);
}

TEST(AdaptiveRate, CutsOnceForWhatWasSentBefore) {
  AdaptiveRate adaptive(100);
  for (int i = 0; i < 100; ++i) adaptive.on_sent(kStart + i * 10ms);
  for (int i = 0; i < 80; ++i) adaptive.on_ok(kStart + i * 10ms, kStart + 1s);
  adaptive.on_throttled(kStart + 800ms, kStart + 1s);
  const double rate = adaptive.rate();
  EXPECT_NEAR(rate, 76, 1);
  for (int i = 81; i < 100; ++i)
    adaptive.on_throttled(kStart + i * 10ms, kStart + 3s);  // late, and of the same hundred
  EXPECT_EQ(adaptive.rate(), rate);
  adaptive.on_sent(kStart + 3s);
  adaptive.on_throttled(kStart + 3s, kStart + 3s);
  EXPECT_LT(adaptive.rate(), rate);
}

TEST(AdaptiveRate, AWindowThatIsThrottledWholeIsCutToWhatWasTaken) {
  AdaptiveRate adaptive;
  for (int i = 0; i < 100; ++i) adaptive.on_sent(kStart);
  for (int i = 0; i < 20; ++i) adaptive.on_ok(kStart, kStart + 50ms);
  for (int i = 0; i < 80; ++i) adaptive.on_throttled(kStart, kStart + 50ms);
  EXPECT_NEAR(adaptive.rate(), 19, 0.1);
}

TEST(AdaptiveRate, NothingTakenSaysNothingOfHowMuchWouldBe) {
  AdaptiveRate adaptive;
  for (int i = 0; i < 100; ++i) adaptive.on_sent(kStart);
  for (int i = 0; i < 100; ++i) adaptive.on_throttled(kStart, kStart + 50ms);
  EXPECT_NEAR(adaptive.rate(), 50, 0.1);
}

TEST(AdaptiveRate, NeverFallsBelowItsLeast) {
  AdaptiveRate adaptive(10);
  for (int i = 0; i < 1000; ++i) {
    adaptive.on_sent(kStart + i * 2s);
    adaptive.on_throttled(kStart + i * 2s, kStart + i * 2s);
  }
  EXPECT_EQ(adaptive.rate(), AdaptiveRate::kRateMin);
}

TEST(AdaptiveRate, KeepsToANewConfiguredLimit) {
  AdaptiveRate adaptive(100);
  adaptive.set_limit(50);
  EXPECT_EQ(adaptive.rate(), 50);
  adaptive.on_sent(kStart);
  adaptive.on_throttled(kStart, kStart);
  EXPECT_LT(adaptive.rate(), 50);
  adaptive.set_limit(10);
  EXPECT_EQ(adaptive.rate(), 10);
  adaptive.set_limit(0);
  EXPECT_EQ(adaptive.rate(), 0);
}

// Within 10 % below the hidden limit, under 1 % throttled, whatever the SMSC counts by; from no limit and from one far
// too high.
TEST(AdaptiveRateModel, SettlesJustBelowAHiddenLimit) {
  for (const Model& model : kModels) {
    for (const double limit : {10.0, 50.0, 400.0}) {
      for (const std::uint32_t configured : {0u, 5000u}) {
        const auto smsc = model.make(limit);
        Sender sender(*smsc, configured, 50ms, 1);
        sender.run(60s);
        const Tally steady = sender.run(120s);
        const std::string where = model.name + ", " + std::to_string(limit) + " from " + std::to_string(configured);
        EXPECT_GE(steady.accepted_rate(120s), 0.9 * limit) << where;
        EXPECT_LE(steady.throttled_share(), 0.01) << where;
      }
    }
  }
}

TEST(AdaptiveRateModel, FindsARaisedLimitWithinAMinute) {
  for (const Model& model : kModels) {
    for (const double limit : {50.0, 200.0}) {
      for (const double factor : {1.5, 2.0, 3.0}) {
        const auto smsc = model.make(limit);
        Sender sender(*smsc, 0, 50ms, 2);
        sender.run(120s);
        smsc->limit = limit * factor;
        sender.run(60s);
        const Tally after = sender.run(20s);
        const std::string where = model.name + ", " + std::to_string(limit) + " times " + std::to_string(factor);
        EXPECT_GE(after.accepted_rate(20s), 0.9 * smsc->limit) << where;
      }
    }
  }
}

TEST(AdaptiveRateModel, ObeysALoweredLimitWithinHalfAMinute) {
  for (const Model& model : kModels) {
    const auto smsc = model.make(400);
    Sender sender(*smsc, 0, 50ms, 3);
    sender.run(120s);
    smsc->limit = 40;
    const Tally falling = sender.run(30s);
    EXPECT_LE(falling.throttled_share(), 0.4) << model.name;
    const Tally after = sender.run(60s);
    EXPECT_LE(after.throttled_share(), 0.01) << model.name;
    EXPECT_GE(after.accepted_rate(60s), 0.9 * 40) << model.name;
  }
}

TEST(AdaptiveRateModel, DoesNotGrowWhileNobodyUsesIt) {
  CountsSeconds smsc(200);
  Sender sender(smsc, 0, 50ms, 4);
  sender.run(60s);
  const double learned = sender.adaptive().rate();
  sender.run(600s, 0.01);
  EXPECT_LE(sender.adaptive().rate(), 1.02 * learned);
  EXPECT_LE(sender.run(60s).throttled_share(), 0.01);
}

}  // namespace
}  // namespace dunlin::pacing

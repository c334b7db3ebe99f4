// AdaptiveRate against modelled SMSCs on virtual time: each hides a limit and says only "throttled" above it.
#include "pacing/adaptive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>

#include "pacing/rate.hpp"

namespace dunlin::pacing {
namespace {

using Nanos = std::chrono::nanoseconds;

constexpr Steady kStart{1000s};

double seconds(Nanos duration) { return std::chrono::duration<double>(duration).count(); }

// How an SMSC counts what it takes.
enum class Form : std::uint8_t { seconds, sliding, bucket_of_a_second, bucket_of_a_tenth, spacing };
struct FormRow {
  Form form;
  const char* name;
};
constexpr FormRow kForms[] = {
    {Form::seconds, "seconds of the clock"},
    {Form::sliding, "sliding seconds"},
    {Form::bucket_of_a_second, "a bucket of a second"},
    {Form::bucket_of_a_tenth, "a bucket of a tenth"},
    {Form::spacing, "spacing, 20 ms of jitter forgiven"},
};

class Smsc {
 public:
  Smsc(Form form, double hidden) : limit(hidden), form_(form) {}
  double limit;

  bool accepts(Steady now) {
    switch (form_) {
      case Form::seconds: return seconds_take(now);
      case Form::sliding: return sliding_takes(now);
      case Form::bucket_of_a_second: return bucket_takes(std::max(1.0, limit), now);
      case Form::bucket_of_a_tenth: return bucket_takes(std::max(1.0, 0.1 * limit), now);
      case Form::spacing: return bucket_takes(1 + 0.02 * limit, now);
    }
    return false;
  }

 private:
  bool seconds_take(Steady now) {
    const auto second = (now.time_since_epoch() + 370ms) / Nanos{1s};  // its clock is not ours
    if (second != second_) count_ = 0;
    second_ = second;
    if (count_ >= limit) return false;
    ++count_;
    return true;
  }
  bool sliding_takes(Steady now) {
    while (!taken_.empty() && taken_.front() <= now - 1s) taken_.pop_front();
    if (static_cast<double>(taken_.size()) >= limit) return false;
    taken_.push_back(now);
    return true;
  }
  bool bucket_takes(double held, Steady now) {
    tokens_ = filled_ == Steady{} ? held : std::min(held, tokens_ + limit * seconds(now - filled_));
    filled_ = now;
    if (tokens_ < 1) return false;
    --tokens_;
    return true;
  }

  Form form_;
  std::int64_t second_ = 0;
  double count_ = 0;
  std::deque<Steady> taken_;
  double tokens_ = 0;
  Steady filled_{};
};

struct Tally {
  double accepted = 0;
  double throttled = 0;
  double share() const { return throttled / std::max(1.0, accepted + throttled); }
};

// A sender with an endless queue. Its wake-ups are up to 0.3 ms late, and about twice a second 5 ms.
class Sender {
 public:
  Sender(Smsc& smsc, std::uint32_t configured, std::size_t window, Nanos round_trip, std::uint64_t seed = 1)
      : smsc_(smsc),
        adaptive_(configured),
        pace_(configured),
        window_(window),
        round_trip_(round_trip),
        random_(seed) {}

  // `demand`: how likely there is something to send at a wake-up.
  Tally run(Nanos duration, double demand = 1) {
    Tally tally;
    for (const Steady end = now_ + duration; now_ < end; now_ = next_wake()) {
      answers(tally);
      pace_.set(adaptive_.rate(), !adaptive_.throttled());
      std::size_t room = std::min(pace_.available(now_), window_ - answers_.size());
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
  struct Answer {
    Steady at, sent_at;
    bool accepted;
  };

  Steady next_wake() {
    Steady next = answers_.empty() ? kNever : answers_.front().at;
    if (answers_.size() < window_) next = std::min(next, pace_.next(now_));
    Nanos late{random_() % 300'000};
    if (now_ >= stall_at_) {
      late += 5ms;
      stall_at_ = now_ + Nanos{random_() % 1'000'000'000};
    }
    return std::max(next, now_) + late + 1us;
  }
  void answers(Tally& tally) {
    for (; !answers_.empty() && answers_.front().at <= now_; answers_.pop_front()) {
      const Answer& answer = answers_.front();
      if (answer.accepted) {
        adaptive_.on_ok(answer.sent_at, now_);
        ++tally.accepted;
      } else {
        adaptive_.on_throttled(answer.sent_at, now_);
        ++tally.throttled;
      }
    }
  }

  Smsc& smsc_;
  AdaptiveRate adaptive_;
  SendRate pace_;
  std::size_t window_;
  Nanos round_trip_;
  std::mt19937_64 random_;
  Steady now_ = kStart;
  Steady stall_at_ = kStart;
  std::deque<Answer> answers_;
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
  Smsc smsc(Form::seconds, 1e9);
  Sender sender(smsc, 100, 2000, 50ms);
  EXPECT_NEAR(sender.run(10s).accepted, 1000, 10);
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

struct Case {
  Form form;
  double limit;
  std::size_t window;
  Nanos round_trip;
  std::uint32_t configured;
};

// In how many seconds of 60 it accepts nine tenths of the limit over four seconds, almost nothing being throttled; 60:
// never.
int settles(Sender& sender, double limit) {
  std::deque<Tally> last;
  for (int second = 1; second <= 60; ++second) {
    last.push_back(sender.run(1s));
    if (last.size() > 4) last.pop_front();
    Tally sum;
    for (const Tally& each : last) sum = {sum.accepted + each.accepted, sum.throttled + each.throttled};
    if (last.size() == 4 && sum.accepted >= 0.9 * 4 * limit && sum.throttled <= std::max(1.0, 0.05 * sum.accepted)) {
      sender.run((60 - second) * 1s);
      return second;
    }
  }
  return 60;
}

// The three figures, for one SMSC: settled within half a minute at 90 % of the hidden limit or more, less than 1 %
// throttled from then on, and a limit that doubles found within a minute.
void check(const Case& one, const std::string& where) {
  Smsc smsc(one.form, one.limit);
  Sender sender(smsc, one.configured, one.window, one.round_trip);
  EXPECT_LT(settles(sender, one.limit), 30) << where;
  const Tally steady = sender.run(120s);
  EXPECT_GE(steady.accepted, 0.9 * one.limit * 120) << where;
  EXPECT_LE(steady.accepted, 1.02 * one.limit * 120) << where;
  EXPECT_LT(steady.share(), 0.01) << where;
  smsc.limit *= 2;
  EXPECT_LT(settles(sender, smsc.limit), 60) << where;
  const Tally again = sender.run(120s);
  EXPECT_GE(again.accepted, 0.9 * smsc.limit * 120) << where;
  EXPECT_LT(again.share(), 0.01) << where;
}

// Where the window and the round trip leave room for the doubled limit; elsewhere nothing is ever throttled.
void check_all(std::initializer_list<double> limits, std::initializer_list<std::size_t> windows,
               std::initializer_list<Nanos> round_trips, std::initializer_list<std::uint32_t> configured) {
  for (const FormRow& form : kForms) {
    for (const double limit : limits) {
      for (const std::size_t window : windows) {
        for (const Nanos round_trip : round_trips) {
          if (static_cast<double>(window) / seconds(round_trip) < 2.4 * limit) continue;
          for (const std::uint32_t rate : configured) {
            check({form.form, limit, window, round_trip, rate},
                  std::string(form.name) + ", limit " + std::to_string(limit) + ", window " + std::to_string(window) +
                      ", round trip " + std::to_string(seconds(round_trip)) + " s, throughput " + std::to_string(rate));
          }
        }
      }
    }
  }
}

TEST(AdaptiveRateModel, ReachesItsFiguresWhateverTheSmscCountsBy) {
  check_all({5, 20, 100}, {10, 1000}, {1ms, 50ms, 500ms}, {0});
  check_all({20}, {1000}, {200ms}, {20'000});
  check_all({500}, {1000}, {200ms}, {0});
}

TEST(AdaptiveRateModel, ReachesItsFiguresAtFiveThousandASecond) {
  check({Form::seconds, 5000, 1000, 20ms, 20'000}, "seconds of the clock, limit 5000");
}

TEST(AdaptiveRateModel, AWindowTooSmallForTheLimitIsNeverThrottled) {
  for (const FormRow& form : kForms) {
    Smsc smsc(form.form, 5000);
    Sender sender(smsc, 200, 10, 500ms);
    const Tally tally = sender.run(60s);
    EXPECT_EQ(tally.throttled, 0) << form.name;
    EXPECT_NEAR(tally.accepted, 20 * 60, 30) << form.name;
  }
}

TEST(AdaptiveRateModel, ObeysALoweredLimitWithinHalfAMinute) {
  for (const FormRow& form : kForms) {
    Smsc smsc(form.form, 400);
    Sender sender(smsc, 0, 1000, 50ms);
    sender.run(60s);
    smsc.limit = 40;
    EXPECT_LE(sender.run(30s).share(), 0.4) << form.name;
    const Tally after = sender.run(60s);
    EXPECT_LT(after.share(), 0.01) << form.name;
    EXPECT_GE(after.accepted, 0.9 * 40 * 60) << form.name;
  }
}

TEST(AdaptiveRateModel, DoesNotGrowWhileNobodyUsesIt) {
  Smsc smsc(Form::seconds, 200);
  Sender sender(smsc, 0, 1000, 50ms);
  sender.run(60s);
  const double learned = sender.adaptive().rate();
  sender.run(600s, 0.01);
  EXPECT_LE(sender.adaptive().rate(), 1.02 * learned);
  EXPECT_LT(sender.run(60s).share(), 0.01);
}

TEST(AdaptiveRateModel, DoesNotGrowWhileItMayNot) {
  AdaptiveRate adaptive;
  for (int i = 0; i < 100; ++i) adaptive.on_sent(kStart);
  adaptive.on_throttled(kStart, kStart);
  adaptive.let_grow(false);
  const double rate = adaptive.rate();
  for (int i = 0; i < 5000; ++i) {
    adaptive.on_sent(kStart + i * 10ms);
    adaptive.on_ok(kStart + i * 10ms, kStart + i * 10ms + 1ms);
  }
  EXPECT_EQ(adaptive.rate(), rate);
}

}  // namespace
}  // namespace dunlin::pacing

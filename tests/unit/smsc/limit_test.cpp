// How the SMSC counts what it takes.
#include "limit.hpp"

#include <gtest/gtest.h>

namespace dunlin::smsc {
namespace {

constexpr Steady kStart{1000s};

Limit limit_of(double rate, LimitForm form, std::optional<std::chrono::milliseconds> depth = {}) {
  Limit limit;
  limit.set({.rate = rate, .form = form, .answer = {}, .depth = depth});
  return limit;
}

// How many of `offered` evenly spread over `time` it takes.
int takes(Limit& limit, int offered, std::chrono::milliseconds time, Steady from = kStart) {
  int taken = 0;
  for (int i = 0; i < offered; ++i) taken += limit.take(from + i * std::chrono::nanoseconds(time) / offered) ? 1 : 0;
  return taken;
}

TEST(Limit, WithoutARateItTakesEverything) {
  Limit limit;
  EXPECT_EQ(takes(limit, 1000, 1ms), 1000);
  EXPECT_EQ(limit.load(kStart + 1s), 0);
}

TEST(Limit, EveryFormTakesItsRateAndNoneRefusesLess) {
  for (const auto& row : limit_forms()) {
    EXPECT_EQ(parse_limit_form(row.name), row.form);
    for (const double rate : {5.0, 100.0}) {
      Limit twice = limit_of(rate, row.form);
      EXPECT_NEAR(takes(twice, static_cast<int>(20 * rate), 10s), 10 * rate, 1 + rate) << row.name;
      Limit below = limit_of(rate, row.form);
      EXPECT_EQ(takes(below, static_cast<int>(9 * rate), 10s), static_cast<int>(9 * rate)) << row.name;
    }
  }
  EXPECT_FALSE(parse_limit_form("round"));
}

TEST(Limit, FormsDifferInWhatTheyTakeAtOnce) {
  const auto at_once = [](LimitForm form, std::optional<std::chrono::milliseconds> depth = {}) {
    Limit limit = limit_of(100, form, depth);
    return takes(limit, 1000, 1ms);
  };
  EXPECT_EQ(at_once(LimitForm::seconds), 100);
  EXPECT_EQ(at_once(LimitForm::sliding), 100);
  EXPECT_EQ(at_once(LimitForm::spacing), 3);
  EXPECT_EQ(at_once(LimitForm::spacing, 0ms), 1);
  EXPECT_EQ(at_once(LimitForm::bucket), 10);
  EXPECT_EQ(at_once(LimitForm::bucket, 3s), 300);
  EXPECT_EQ(at_once(LimitForm::queue), 100);
}

TEST(Limit, SecondsAreTheClocksAndSlidingOnesAreNot) {
  Limit seconds = limit_of(100, LimitForm::seconds), sliding = limit_of(100, LimitForm::sliding);
  EXPECT_EQ(takes(seconds, 200, 1ms, kStart + 900ms), 100);
  EXPECT_EQ(takes(seconds, 200, 1ms, kStart + 1000ms), 100);
  EXPECT_EQ(takes(sliding, 200, 1ms, kStart + 900ms), 100);
  EXPECT_EQ(takes(sliding, 200, 1ms, kStart + 1000ms), 0);
}

TEST(Limit, AnswersAsItsFormDoesUnlessTold) {
  EXPECT_EQ(limit_of(1, LimitForm::sliding).answer(), LimitAnswer::throttled);
  Limit queue = limit_of(1, LimitForm::queue);
  EXPECT_EQ(queue.answer(), LimitAnswer::queue_full);
  for (const auto& row : limit_answers()) {
    queue.set({.rate = 1, .form = LimitForm::queue, .answer = row.answer, .depth = {}});
    EXPECT_EQ(queue.answer(), row.answer);
    EXPECT_EQ(parse_limit_answer(row.name), row.answer);
  }
  EXPECT_FALSE(parse_limit_answer("politely"));
}

TEST(Limit, SaysHowMuchOfItIsUsed) {
  Limit sliding = limit_of(100, LimitForm::sliding), queue = limit_of(100, LimitForm::queue);
  takes(sliding, 85, 1s);
  EXPECT_EQ(sliding.load(kStart + 999ms), 85);
  EXPECT_EQ(sliding.load(kStart + 5s), 0);
  takes(queue, 50, 1ms);
  EXPECT_NEAR(queue.load(kStart + 1ms), 50, 1);
  EXPECT_NEAR(queue.load(kStart + 301ms), 20, 1);
}

}  // namespace
}  // namespace dunlin::smsc

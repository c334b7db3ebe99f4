// When a campaign would be through, with hours that a function tells.
#include "api/finish_time.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace dunlin::api {
namespace {

constexpr Wall kNow{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + std::chrono::hours{12}};

struct World {
  FinishTime finish{kNow};
  std::size_t questions = 0;
  void add(std::size_t rows, Wall from = kNow, const std::string& smsc = "r", const std::string& where = "de",
           std::uint64_t segments = 1) {
    add_shared(rows, {smsc}, from, where, segments);
  }
  void add_shared(std::size_t rows, const std::vector<std::string>& smscs, Wall from = kNow,
                  const std::string& where = "de", std::uint64_t segments = 1) {
    store::Job job;
    job.id = where;
    for (std::size_t i = 0; i < rows; ++i) finish.add({&job, smscs, where, from, std::nullopt, segments});
  }
  void run(const std::function<std::optional<Wall>(const store::Job&, Wall)>& earliest) {
    while (const auto question = finish.next()) {
      ++questions;
      finish.answer(earliest(question->job, question->at));
    }
  }
};
std::optional<Wall> always(const store::Job&, Wall at) { return at; }
// From 9 to 17 each day.
std::optional<Wall> office(const store::Job&, Wall at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  if (at < day + std::chrono::hours{9}) return day + std::chrono::hours{9};
  if (at < day + std::chrono::hours{17}) return at;
  return day + std::chrono::days{1} + std::chrono::hours{9};
}

TEST(FinishTime, OfNothingThereIsNone) {
  World world;
  world.run(always);
  EXPECT_FALSE(world.finish.first());
  EXPECT_FALSE(world.finish.finish());
}

TEST(FinishTime, IsTheSegmentsByTheRate) {
  World world;
  world.add(100, kNow, "r", "de", 3);
  world.finish.set_rate("r", 10);
  world.run(always);
  EXPECT_EQ(world.finish.first(), kNow);
  EXPECT_EQ(world.finish.finish(), kNow + std::chrono::seconds{30});
  EXPECT_EQ(world.questions, 0u) << "what the rows said themselves is not asked";
}

TEST(FinishTime, WithoutALimitIsTheLastOpening) {
  World world;
  world.add(1000);
  world.add(10, kNow + std::chrono::hours{3} + std::chrono::minutes{5}, "r", "pl");
  world.run(always);
  EXPECT_EQ(world.finish.finish(), kNow + std::chrono::hours{3} + std::chrono::minutes{5});
}

TEST(FinishTime, GoesOnTheNextDayWhereTheHoursEnd) {
  World world;
  world.add(6 * 3600);  // an hour more than there is until 17:00
  world.finish.set_rate("r", 1);
  world.run(office);
  EXPECT_EQ(world.finish.finish(),
            Wall{std::chrono::sys_days{std::chrono::year{2026} / 12 / 2} + std::chrono::hours{10}});
  EXPECT_LT(world.questions, 60u);
}

TEST(FinishTime, GroupsOfAnSmscShareItsRateAndSmscsDoNot) {
  World world;
  world.add(600, kNow, "r", "de");
  world.add(600, kNow, "r", "pl");
  world.add(60, kNow, "s", "fr");
  world.finish.set_rate("r", 2);
  world.finish.set_rate("s", 0.1);
  EXPECT_EQ(world.finish.smscs(), (std::vector<std::string>{"r", "s"}));
  world.run(always);
  EXPECT_EQ(world.finish.finish(), kNow + std::chrono::seconds{600});
}

TEST(FinishTime, AnSmscServesEveryRouteThatLeadsToIt) {
  World world;
  world.add(600, kNow, "a");
  world.add_shared(600, {"a", "b"}, kNow, "pl");
  world.finish.set_rate("a", 2);
  world.finish.set_rate("b", 1);
  world.run(always);
  EXPECT_EQ(world.finish.finish(), kNow + std::chrono::seconds{400}) << "1200 at three a second";
  World first;  // b alone has the later part until a is free
  first.add(1200, kNow, "a");
  first.add_shared(300, {"a", "b"}, kNow, "pl");
  first.finish.set_rate("a", 2);
  first.finish.set_rate("b", 1);
  first.run(always);
  EXPECT_EQ(first.finish.finish(), kNow + std::chrono::seconds{600});
  World unlimited;
  unlimited.add_shared(600, {"a", "c"});
  unlimited.finish.set_rate("a", 1);
  unlimited.run(always);
  EXPECT_EQ(unlimited.finish.finish(), kNow);
}

TEST(FinishTime, WhatExpiresBeforeItsTurnIsCounted) {
  World world;
  world.add(100 * 60);
  world.finish.set_rate("r", 1);
  world.run([](const store::Job&, Wall at) -> std::optional<Wall> {
    if (at >= kNow + std::chrono::hours{1}) return std::nullopt;
    return at;
  });
  EXPECT_EQ(world.finish.expire(), 100u * 60 - 3600);
  ASSERT_TRUE(world.finish.finish() || world.finish.expire() > 0);
}

TEST(FinishTime, HasBounds) {
  World world;
  world.add(1'000'000);
  world.finish.set_rate("r", 0.001);
  world.run(always);
  EXPECT_FALSE(world.finish.finish()) << "not within a month";
  World many;
  for (int i = 0; i < 2000; ++i) many.add(1, kNow, "r", "zone " + std::to_string(i));
  many.finish.set_rate("r", 1);
  many.run(always);
  ASSERT_TRUE(many.finish.finish());
  EXPECT_NEAR(std::chrono::duration<double>(*many.finish.finish() - kNow).count(), 2000, 5);
  EXPECT_LE(many.questions, 3 * FinishTime::kGroupsMax);
}

TEST(FinishTime, AsksOfRowsAsIfTheyHadNoTimeOfTheirOwn) {
  FinishTime finish(kNow);
  store::Job job;
  job.send_at_local = "10:30";
  job.not_before = kNow;
  finish.add({&job, {"r"}, "de", kNow, kNow + std::chrono::hours{5}, 3600});
  finish.set_rate("r", 1);
  const auto question = finish.next();
  ASSERT_TRUE(question);
  EXPECT_EQ(question->at, kNow + FinishTime::kSlot);
  EXPECT_TRUE(question->job.send_at_local.empty());
  EXPECT_FALSE(question->job.not_before);
  EXPECT_EQ(question->job.expires, kNow + std::chrono::hours{5});
}

}  // namespace
}  // namespace dunlin::api

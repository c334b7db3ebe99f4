#include "answers.hpp"

#include <gtest/gtest.h>

#include "forger.hpp"

namespace dunlin::simulation {
namespace {

struct AnswersAre : ::testing::Test {
  Answers checker;
  Forger forger{checker};
  void write(DeliveryKind kind) { forger.see(Delivering{&forger.delivery(kind)}); }
  void answer(const std::string& id) {
    AnswerHandedOver fact{id, {1, "alpha", kNoJob, 0, ++forger.sequence, forger.now.steady}};
    fact.handed.number = "+48601000001";
    forger.see(fact);
  }
  void later(std::chrono::minutes by) { forger.now.wall += by; }
};

TEST_F(AnswersAre, ForWhoWroteJustNow) {
  write(DeliveryKind::reply);
  later(std::chrono::minutes{14});
  answer("a");
  EXPECT_FALSE(forger.broken());
  later(std::chrono::minutes{10});
  answer("b");
  EXPECT_TRUE(forger.broken());
}

TEST_F(AnswersAre, NotForWhoNeverWrote) {
  forger.now.wall = Wall{std::chrono::hours{24 * 20'000}};
  answer("a");
  EXPECT_TRUE(forger.broken());
}

TEST_F(AnswersAre, OnceAfterAStop) {
  write(DeliveryKind::stop);
  answer("a");
  answer("a");  // once more, out of a doubt
  EXPECT_FALSE(forger.broken());
  answer("b");
  EXPECT_TRUE(forger.broken());
}

TEST_F(AnswersAre, WithinFiveMinutesAfterAStop) {
  write(DeliveryKind::stop);
  later(std::chrono::minutes{7});
  answer("a");
  EXPECT_TRUE(forger.broken());
}

TEST_F(AnswersAre, NotMoreThanSoManyADay) {
  for (const char* id : {"a", "b", "c", "d"}) {
    write(DeliveryKind::reply);
    answer(id);
    later(std::chrono::minutes{60});
  }
  EXPECT_FALSE(forger.broken());
  write(DeliveryKind::reply);
  answer("e");
  EXPECT_TRUE(forger.broken());
}

}  // namespace
}  // namespace dunlin::simulation

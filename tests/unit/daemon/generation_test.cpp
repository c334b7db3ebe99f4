#include "daemon/generation.hpp"

#include <gtest/gtest.h>

#include "daemon/daemon.hpp"

namespace dunlin::daemon {
namespace {

class Answering final : public engine::StoreQueue {
 public:
  void run(engine::StoreJob, std::function<void(engine::StoreAnswer)> done) override { done(answer); }
  engine::StoreAnswer answer;
};

TEST(WatchedStore, KeepsTheFirstFailureAndTellsEach) {
  Answering queue;
  int told = 0;
  int answered = 0;
  WatchedStore watched(queue, [&] { ++told; });
  watched.run({}, [&](engine::StoreAnswer) { ++answered; });
  EXPECT_EQ(told, 0);
  EXPECT_FALSE(watched.trouble().has_value());

  queue.answer.committed = failure("store_full", "no space left");
  watched.run({}, [&](engine::StoreAnswer answer) {
    ++answered;
    EXPECT_FALSE(answer.committed.has_value());
    EXPECT_EQ(told, 0);  // the gateway hears first
  });
  EXPECT_EQ(told, 1);
  queue.answer.committed = failure("store_io", "later");
  watched.run({}, [&](engine::StoreAnswer) { ++answered; });
  EXPECT_EQ(watched.trouble()->code, "store_full");
  EXPECT_EQ(answered, 3);
}

TEST(RetryPause, GrowsToItsBound) {
  EXPECT_EQ(retry_pause(1), std::chrono::milliseconds(250));
  EXPECT_EQ(retry_pause(2), std::chrono::milliseconds(500));
  for (unsigned failures = 1; failures < 100; ++failures) EXPECT_LE(retry_pause(failures), retry_pause(failures + 1));
  EXPECT_EQ(retry_pause(8), kRetryMax);
  EXPECT_EQ(retry_pause(4'000'000'000U), kRetryMax);
}

}  // namespace
}  // namespace dunlin::daemon

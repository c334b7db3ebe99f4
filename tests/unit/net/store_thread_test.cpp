// The store thread over a store that writes down what it was asked.
#include "net/store_thread.hpp"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "net/reader.hpp"

namespace dunlin::net {
namespace {

namespace asio = boost::asio;

using engine::StoreAnswer;
using engine::StoreJob;
using store::Family;

struct ScriptedKv final : store::Kv {
  std::vector<std::string> calls;
  int usages = 0;
  std::function<void()> on_commit;
  std::optional<Error> commit_fails, get_fails;

  Result<std::vector<std::optional<std::string>>> get(std::span<const store::Key> keys) override {
    calls.push_back("get");
    if (get_fails) return tl::unexpected(*get_fails);
    std::vector<std::optional<std::string>> found;
    for (const auto& key : keys) found.emplace_back("value of " + key.key);
    return found;
  }
  Result<std::vector<store::Row>> scan(const store::Range& range) override {
    calls.push_back("scan");
    return std::vector<store::Row>{{range.first, "row"}};
  }
  Result<std::optional<store::Row>> last(Family, std::string_view, std::string_view) override { return std::nullopt; }
  Result<void> commit(const store::Batch& batch, bool sync) override {
    calls.push_back("commit " + std::to_string(batch.writes().size()) + (sync ? " synced" : ""));
    if (on_commit) on_commit();
    if (commit_fails) return tl::unexpected(*commit_fails);
    return {};
  }
  Result<store::Usage> usage() override {
    ++usages;
    return store::Usage{5, 7};
  }
};

StoreJob write_job(std::string key) {
  StoreJob job;
  job.batch.put(Family::jobs, std::move(key), "v");
  return job;
}

class StoreThreadTest : public testing::Test {
 protected:
  void run_until(std::size_t answers_wanted) {
    const auto guard = asio::make_work_guard(io);
    for (int i = 0; i < 1000 && answers.size() < answers_wanted; ++i) {
      if (io.run_one_for(std::chrono::seconds{2}) == 0) break;
    }
    ASSERT_EQ(answers.size(), answers_wanted);
  }
  void take(StoreAnswer answer) { answers.push_back(std::move(answer)); }

  asio::io_context io;
  ScriptedKv kv;
  std::vector<StoreAnswer> answers;
};

TEST_F(StoreThreadTest, CommitsThenGetsThenScans) {
  StoreThread thread(io, kv);
  int hooks = 0;
  thread.after_each([&] { ++hooks; });
  auto job = write_job("a");
  job.keys = {{Family::jobs, "k1"}, {Family::jobs, "k2"}};
  job.ranges = {{Family::queue, "r1", "", 10}};
  thread.run(std::move(job), [&](StoreAnswer answer) { take(std::move(answer)); });
  run_until(1);
  EXPECT_EQ(kv.calls, (std::vector<std::string>{"commit 1 synced", "get", "scan"}));
  EXPECT_TRUE(answers[0].committed.has_value());
  EXPECT_TRUE(answers[0].read.has_value());
  EXPECT_EQ(answers[0].values, (std::vector<std::optional<std::string>>{"value of k1", "value of k2"}));
  EXPECT_EQ(answers[0].rows, (std::vector<std::vector<store::Row>>{{{"r1", "row"}}}));
  EXPECT_EQ(answers[0].usage.free_bytes, 7U);
  EXPECT_EQ(hooks, 1);
}

TEST_F(StoreThreadTest, AnswersInOrderAndReadsTheUsageSeldom) {
  StoreThread thread(io, kv);
  std::vector<int> order;
  for (int i = 0; i < 8; ++i) {
    thread.run(i % 2 ? write_job("x") : StoreJob{}, [&, i](StoreAnswer answer) {
      order.push_back(i);
      take(std::move(answer));
    });
  }
  run_until(8);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(kv.calls.size(), 4U);
  EXPECT_GE(kv.usages, 1);
  EXPECT_LT(kv.usages, 8);
}

TEST_F(StoreThreadTest, AFailedCommitStopsEverythingAfterIt) {
  kv.commit_fails = Error{"store_full", "no room", ""};
  StoreThread thread(io, kv);
  auto reading = write_job("a");
  reading.keys = {{Family::jobs, "k"}};
  thread.run(std::move(reading), [&](StoreAnswer answer) { take(std::move(answer)); });
  thread.run(write_job("b"), [&](StoreAnswer answer) { take(std::move(answer)); });
  run_until(2);
  EXPECT_EQ(kv.calls, std::vector<std::string>{"commit 1 synced"});
  for (const auto& answer : answers) {
    ASSERT_FALSE(answer.committed.has_value());
    EXPECT_EQ(answer.committed.error().code, "store_full");
    EXPECT_FALSE(answer.read.has_value());
  }
}

TEST_F(StoreThreadTest, AFailedReadIsToldBesideItsCommit) {
  kv.get_fails = Error{"store_corrupt", "bad block", ""};
  StoreThread thread(io, kv);
  auto job = write_job("a");
  job.keys = {{Family::jobs, "k"}};
  thread.run(std::move(job), [&](StoreAnswer answer) { take(std::move(answer)); });
  run_until(1);
  EXPECT_TRUE(answers[0].committed.has_value());
  ASSERT_FALSE(answers[0].read.has_value());
  EXPECT_EQ(answers[0].read.error().code, "store_corrupt");
}

TEST_F(StoreThreadTest, MeasuresAStalledCommit) {
  StoreThread thread(io, kv);
  thread.stall_commits(std::chrono::milliseconds{5});
  thread.run(write_job("a"), [&](StoreAnswer answer) { take(std::move(answer)); });
  run_until(1);
  EXPECT_GE(answers[0].commit_took, std::chrono::milliseconds{5});
}

TEST_F(StoreThreadTest, CallsNobodyBackOnceItIsGone) {
  bool called = false;
  std::promise<void> committing;
  kv.on_commit = [&] { committing.set_value(); };
  {
    StoreThread thread(io, kv);
    thread.run(write_job("a"), [&](StoreAnswer) { called = true; });
    committing.get_future().wait();
  }
  EXPECT_EQ(io.run(), 1U);  // the answer came to the loop, and found nobody
  EXPECT_FALSE(called);
}

TEST(Reader, AnswersOnTheLoopAndNotAfterItsEnd) {
  asio::io_context io;
  std::vector<int> found;
  {
    Reader reader(io);
    const auto guard = asio::make_work_guard(io);
    const auto loop = std::this_thread::get_id();
    std::thread::id worker;
    reader.read([&] { return worker = std::this_thread::get_id(), 1; }, [&](int value) { found.push_back(value); });
    for (int i = 0; i < 100 && found.empty(); ++i) io.run_one_for(std::chrono::seconds{2});
    EXPECT_EQ(found, std::vector<int>{1});
    EXPECT_NE(worker, loop);
    reader.read([] { return 2; }, [&](int value) { found.push_back(value); });
  }
  io.restart();
  io.run();
  EXPECT_EQ(found, std::vector<int>{1});
}

}  // namespace
}  // namespace dunlin::net

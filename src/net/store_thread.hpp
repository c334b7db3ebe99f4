// The store's own thread: engine::StoreQueue over a store::Kv. Jobs run one after the other; each answer is called back
// on the io_context's thread. After a commit that failed nothing is committed or read any more: every later job is
// answered with the same error, because what it builds on may not be on disk.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/gateway.hpp"
#include "store/kv.hpp"

namespace dunlin::net {

class StoreThread final : public engine::StoreQueue {
 public:
  // The gateway keeps at most two jobs outstanding; more than kJobsMax is a broken invariant.
  static constexpr std::size_t kJobsMax = 16;
  static constexpr std::chrono::seconds kUsageEvery{1};  // how old the usage in an answer may be

  // `kv` must outlive this object and is used from the store's thread only, from the first run() until the destructor
  // returns.
  StoreThread(boost::asio::io_context& io, store::Kv& kv);
  // Finishes the job that is running; those not begun are dropped, and no answer is called back any more.
  ~StoreThread() override;
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  void run(engine::StoreJob job, std::function<void(engine::StoreAnswer)> done) override;
  // Called after each answer, on the io_context's thread.
  void after_each(std::function<void()> hook);
  // For tests and rehearsals: every commit takes this much longer, as a disk that stalls. Any thread.
  void stall_commits(std::chrono::milliseconds by) { stall_ = by; }

 private:
  struct Waiting {
    engine::StoreJob job;
    std::function<void(engine::StoreAnswer)> done;
  };
  void loop();
  engine::StoreAnswer perform(const engine::StoreJob& job);
  void commit(const engine::StoreJob& job, engine::StoreAnswer& answer);
  void fetch(const engine::StoreJob& job, engine::StoreAnswer& answer);
  void refresh_usage();

  boost::asio::io_context& io_;
  store::Kv& kv_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // of the io_context's thread
  std::function<void()> after_each_;                            // of the io_context's thread
  std::atomic<std::chrono::milliseconds> stall_{};
  std::optional<Error> failed_;  // from here on, of the store's thread
  store::Usage usage_;
  std::optional<std::chrono::steady_clock::time_point> usage_read_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dunlin::net

#include "net/store_thread.hpp"

#include <boost/asio/post.hpp>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::net {

StoreThread::StoreThread(boost::asio::io_context& io, store::Kv& kv) : io_(io), kv_(kv), thread_([this] { loop(); }) {}

StoreThread::~StoreThread() {
  *alive_ = false;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void StoreThread::after_each(std::function<void()> hook) { after_each_ = std::move(hook); }

void StoreThread::run(engine::StoreJob job, std::function<void(engine::StoreAnswer)> done) {
  {
    const std::lock_guard lock(mutex_);
    DUNLIN_CHECK(waiting_.size() < kJobsMax);
    waiting_.push_back({std::move(job), std::move(done)});
  }
  wake_.notify_one();
}

void StoreThread::loop() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    auto answer = perform(next.job);
    // The job travels back too, so that its batch is freed on the thread that built it.
    boost::asio::post(io_, [this, alive = alive_, job = std::move(next.job), done = std::move(next.done),
                            answer = std::move(answer)]() mutable {
      if (!*alive) return;
      done(std::move(answer));
      if (*alive && after_each_) after_each_();
    });
  }
}

engine::StoreAnswer StoreThread::perform(const engine::StoreJob& job) {
  engine::StoreAnswer answer;
  if (!failed_) commit(job, answer);
  if (failed_) {
    answer.committed = tl::unexpected(*failed_);
    answer.read = tl::unexpected(*failed_);
    return answer;
  }
  fetch(job, answer);
  refresh_usage();
  answer.usage = usage_;
  return answer;
}

void StoreThread::commit(const engine::StoreJob& job, engine::StoreAnswer& answer) {
  if (job.batch.empty()) return;
  const auto began = std::chrono::steady_clock::now();
  if (const auto stall = stall_.load(); stall.count() > 0) std::this_thread::sleep_for(stall);
  if (auto committed = kv_.commit(job.batch, job.sync); !committed) failed_ = std::move(committed.error());
  answer.commit_took = std::chrono::steady_clock::now() - began;
}

void StoreThread::fetch(const engine::StoreJob& job, engine::StoreAnswer& answer) {
  if (!job.keys.empty()) {
    auto values = kv_.get(job.keys);
    if (!values) {
      answer.read = tl::unexpected(std::move(values.error()));
      return;
    }
    answer.values = std::move(*values);
  }
  answer.rows.reserve(job.ranges.size());
  for (const auto& range : job.ranges) {
    auto rows = kv_.scan(range);
    if (!rows) {
      answer.read = tl::unexpected(std::move(rows.error()));
      return;
    }
    answer.rows.push_back(std::move(*rows));
  }
}

// A usage that can't be read stays what it was: the disk's room is advice, commits tell the truth.
void StoreThread::refresh_usage() {
  const auto now = std::chrono::steady_clock::now();
  if (usage_read_ && now - *usage_read_ < kUsageEvery) return;
  usage_read_ = now;
  if (auto usage = kv_.usage()) usage_ = *usage;
}

}  // namespace dunlin::net

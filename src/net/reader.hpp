// The reader thread: long reads (GETs that walk many rows) run here, from the store's own snapshots, so that neither
// turns nor commits wait for them. One thread, first come, first served.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <utility>

namespace dunlin::net {

class Reader {
 public:
  explicit Reader(boost::asio::io_context& io) : io_(io) {}
  // Waits for what runs; what has not begun is dropped, and nothing is answered any more.
  ~Reader() {
    *alive_ = false;
    pool_.stop();
    pool_.join();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // `work` runs on the reader's thread; `done` gets what it returned, on the io_context's. Callers bound how much they
  // ask for.
  template <class Work, class Done>
  void read(Work work, Done done) {
    boost::asio::post(pool_, [this, alive = alive_, work = std::move(work), done = std::move(done)]() mutable {
      boost::asio::post(io_, [alive = std::move(alive), done = std::move(done), found = work()]() mutable {
        if (*alive) done(std::move(found));
      });
    });
  }

 private:
  boost::asio::io_context& io_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // of the io_context's thread
  boost::asio::thread_pool pool_{1};
};

}  // namespace dunlin::net

// What the API's coroutines are made of: tasks on the I/O thread, a signal to wait for, and how engine and reader are
// asked.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <dunlin/base/result.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "api/backend.hpp"
#include "net/reader.hpp"

namespace dunlin::api {

template <class T = void>
using Task = boost::asio::awaitable<T>;

// One waiter at a time. A notification while nobody waits is not remembered: the waiter looks at its condition first.
class Signal {
 public:
  explicit Signal(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}
  Task<> wait() {
    timer_.expires_at(std::chrono::steady_clock::time_point::max());
    boost::system::error_code cancelled;
    waiting_ = true;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    waiting_ = false;
  }
  // True when notified, false when the time passed first.
  Task<bool> wait_for(std::chrono::milliseconds at_most) {
    timer_.expires_after(at_most);
    boost::system::error_code cancelled;
    waiting_ = true;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    waiting_ = false;
    co_return cancelled == boost::asio::error::operation_aborted;
  }
  void notify() {
    if (!std::exchange(waiting_, false)) return;
    timer_.cancel();
  }

 private:
  boost::asio::steady_timer timer_;
  bool waiting_ = false;
};

// Asks the engine and waits for its answer: `make(answer)` builds the request. If the gateway is dropped unanswered, so
// is this task.
template <class R, class Make>
Task<Result<R>> ask_backend(Backend& backend, Make make) {
  auto initiate = [&backend, make = std::move(make)](auto handler) mutable {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto executor = boost::asio::get_associated_executor(*shared);
    backend.request(make([shared, executor](Result<R> result) {
      boost::asio::post(executor, [shared, result = std::move(result)]() mutable { (*shared)(std::move(result)); });
    }));
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<R>)>(
      std::move(initiate), boost::asio::use_awaitable);
}

// Runs `work` on the reader's thread and goes on here with what it returned.
template <class Work>
Task<std::invoke_result_t<Work>> run_on_reader(net::Reader& reader, Work work) {
  using R = std::invoke_result_t<Work>;
  auto initiate = [&reader, work = std::move(work)](auto handler) mutable {
    reader.read(std::move(work), [handler = std::move(handler)](R found) mutable { handler(std::move(found)); });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(R)>(
      std::move(initiate), boost::asio::use_awaitable);
}

}  // namespace dunlin::api

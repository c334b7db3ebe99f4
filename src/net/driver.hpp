// Joins the gateway with the world: what the network tells becomes the gateway's calls, and its next_tick() a timer.
// With the daemon's start, clock() is the only place that reads a clock.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <dunlin/base/time.hpp>
#include <memory>
#include <string_view>

#include "engine/gateway.hpp"
#include "net/connections.hpp"
#include "net/store_thread.hpp"

namespace dunlin::net {

Now clock();

class Driver final : public Sink {
 public:
  // All must outlive this object. One thread: the io_context's.
  Driver(boost::asio::io_context& io, engine::Gateway& gateway, Connections& connections, StoreThread& store);
  ~Driver() override;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Sets the timer anew. Called after everything that goes through this object or the store; call it after calling the
  // gateway directly.
  void arm();
  void request(engine::Request request);

  engine::SessionId accepted(const engine::Call& call) override;
  void connected(engine::SessionId session) override;
  void received(engine::SessionId session, OctetView octets) override;
  void writable(engine::SessionId session) override;
  void closed(engine::SessionId session, std::string_view why, engine::Lost lost) override;

 private:
  void wait();

  engine::Gateway& gateway_;
  StoreThread& store_;
  boost::asio::steady_timer timer_;
  Steady armed_ = kNever;
  std::shared_ptr<std::uint64_t> wait_ =
      std::make_shared<std::uint64_t>(0);  // the newest wait's number: older ones do nothing
};

}  // namespace dunlin::net

#include "net/driver.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace dunlin::net {

Now clock() {
  return {std::chrono::steady_clock::now(),
          std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())};
}

Driver::Driver(boost::asio::io_context& io, engine::Gateway& gateway, Connections& connections, StoreThread& store)
    : gateway_(gateway), store_(store), timer_(io) {
  connections.attach(*this);
  store_.after_each([this] {
    gateway_.tick(clock());
    arm();
  });
}

Driver::~Driver() {
  ++*wait_;
  store_.after_each(nullptr);
}

void Driver::arm() {
  const Steady next = gateway_.next_tick();
  if (next == armed_) return;
  armed_ = next;
  wait();
}

void Driver::wait() {
  const auto number = ++*wait_;
  if (armed_ == kNever) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(armed_);
  timer_.async_wait([this, number, newest = wait_](const boost::system::error_code& error) {
    if (error || number != *newest) return;  // a wait that had ended before it could be cancelled tells no error
    armed_ = kNever;
    gateway_.tick(clock());
    arm();
  });
}

void Driver::request(engine::Request request) {
  gateway_.request(std::move(request), clock());
  arm();
}

engine::SessionId Driver::accepted(const engine::Call& call) {
  const engine::SessionId session = gateway_.accepted(call, clock());
  arm();
  return session;
}

void Driver::connected(engine::SessionId session) {
  gateway_.connected(session, clock());
  arm();
}

void Driver::received(engine::SessionId session, OctetView octets) {
  gateway_.received(session, octets, clock());
  arm();
}

void Driver::writable(engine::SessionId session) {
  gateway_.writable(session, clock());
  arm();
}

void Driver::closed(engine::SessionId session, std::string_view why, engine::Lost lost) {
  gateway_.closed(session, why, clock(), lost);
  arm();
}

}  // namespace dunlin::net

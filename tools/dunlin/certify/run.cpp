#include "certify/run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "certify/course.hpp"
#include "net/connections.hpp"
#include "net/driver.hpp"

namespace dunlin::certify {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

class Runner final : public net::Sink {
 public:
  Runner(asio::io_context& io, net::Connections& connections, Course& course)
      : io_(io), timer_(io), signals_(io, SIGINT, SIGTERM), course_(course) {
    connections.attach(*this);
    signals_.async_wait([this](const ErrorCode& error, int) { interrupted(error); });
  }

  void start() {
    course_.start(now());
    after();
  }
  void connected(engine::SessionId id) override {
    course_.connected(id, now());
    after();
  }
  void received(engine::SessionId id, OctetView octets) override {
    course_.received(id, octets, now());
    after();
  }
  engine::SessionId accepted(const engine::Call&) override { return 0; }  // it listens nowhere
  void writable(engine::SessionId id) override {
    course_.writable(id, now());
    after();
  }
  void closed(engine::SessionId id, std::string_view why, engine::Lost) override {
    course_.closed(id, why, now());
    after();
  }

 private:
  static Steady now() { return net::clock().steady; }
  void interrupted(const ErrorCode& error) {
    if (error) return;
    if (std::exchange(stopping_, true)) return io_.stop();
    signals_.async_wait([this](const ErrorCode& again, int) { interrupted(again); });
    course_.stop("interrupted", now());
    after();
  }
  void after() {
    if (course_.done()) return io_.stop();
    const auto next = course_.next_tick();
    if (next == armed_) return;
    armed_ = next;
    timer_.expires_at(next);
    timer_.async_wait([this, next](const ErrorCode& error) {
      if (error || next != armed_) return;
      armed_ = kNever;
      course_.tick(now());
      after();
    });
  }

  asio::io_context& io_;
  asio::steady_timer timer_;
  asio::signal_set signals_;
  Course& course_;
  Steady armed_ = kNever;
  bool stopping_ = false;
};

}  // namespace

Observed run(const Plan& plan, std::shared_ptr<const net::TlsClients> tls,
             const std::function<void(std::string_view)>& progress) {
  asio::io_context io(1);
  net::Connections connections(io);
  connections.use(std::move(tls));
  Course course(plan, connections, progress);
  Runner runner(io, connections, course);
  runner.start();
  io.run();
  connections.close_all();
  return course.observed();
}

}  // namespace dunlin::certify

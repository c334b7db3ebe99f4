// The gateway driven for real: a store on its thread, a TCP connection, a timer. The SMSC at the other end is the
// session's own other side.
#include "net/driver.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <vector>

#include "session/smsc.hpp"
#include "store/memory.hpp"

namespace dunlin::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// Accepts one connection after the other, takes every bind, answers every submit.
class TestSmsc {
 public:
  explicit TestSmsc(asio::io_context& io)
      : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), socket_(io) {
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void hang_up() { socket_.close(); }
  std::vector<std::string> texts;
  int binds = 0;

 private:
  void accept() {
    acceptor_.async_accept(socket_, [this](const ErrorCode& error) {
      if (error) return;
      session_.emplace(session::Options{}, clock().steady);
      read();
    });
  }
  void read() {
    socket_.async_read_some(asio::buffer(buffer_), [this](const ErrorCode& error, std::size_t size) {
      if (error) return accept();
      session_->received({buffer_.data(), size});
      while (auto event = session_->next_event(clock().steady)) {
        std::visit([this](auto& told) { on(told); }, *event);
      }
      auto& output = session_->output();
      ErrorCode ignored;
      asio::write(socket_, asio::buffer(output.view().data(), output.view().size()), ignored);
      output.consume(output.unsent());
      read();
    });
  }
  void on(session::BindRequested&) {
    ++binds;
    session_->answer_bind(smpp::CommandStatus::ok, "test", clock().steady);
  }
  void on(session::Received& told) {
    const auto* submit = std::get_if<smpp::SubmitSm>(&told.request.body);
    ASSERT_NE(submit, nullptr);
    texts.emplace_back(submit->short_message.text());
    smpp::Pdu response;
    response.body = smpp::SubmitSmResp{.message_id = std::to_string(texts.size()), .tlvs = {}};
    EXPECT_TRUE(session_->respond(told.request.sequence_number, response).has_value());
  }
  template <class Other>
  void on(Other&) {}

  tcp::acceptor acceptor_;
  tcp::socket socket_;
  std::array<std::uint8_t, 65536> buffer_;
  std::optional<session::Smsc> session_;
};

class DriverTest : public testing::Test {
 protected:
  DriverTest() { kv.set_usage({1, std::uint64_t{1} << 40}); }

  engine::Settings settings(std::uint32_t throughput = 0) {
    engine::Settings settings;
    engine::SmscSettings& alpha = settings.smscs.emplace_back();
    alpha.name = "alpha";
    alpha.host = "127.0.0.1";
    alpha.port = smsc.port();
    alpha.system_id = "dunlin";
    alpha.source = "ACME";
    alpha.throughput = throughput;
    alpha.reconnect_min = std::chrono::milliseconds{1};
    return settings;
  }
  bool run(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!done() && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::milliseconds{100});
    return done();
  }

  asio::io_context io;
  store::kv::Memory kv;
  TestSmsc smsc{io};
};

engine::SubmitJob job(int number, int& accepted) {
  engine::SubmitJob submit;
  submit.job.id = "job" + std::to_string(number);
  submit.job.to = "+48601000001";
  submit.job.text = "text " + std::to_string(number);
  submit.answer = [&accepted](Result<engine::Accepted> answer) { accepted += answer ? 1 : 0; };
  return submit;
}

TEST_F(DriverTest, CarriesJobsToTheSmscAndGoesOnAfterALostLink) {
  StoreThread thread(io, kv);
  Connections connections(io);
  engine::Gateway gateway(settings(), connections, thread, 1);
  Driver driver(io, gateway, connections, thread);
  ASSERT_TRUE(gateway.start(kv, clock()).has_value());
  driver.arm();
  int accepted = 0;
  driver.request(job(1, accepted));
  ASSERT_TRUE(
      run([&] { return gateway.status(clock()).jobs[static_cast<std::size_t>(store::State::submitted)] == 1; }));
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(smsc.texts, std::vector<std::string>{"text 1"});

  smsc.hang_up();
  ASSERT_TRUE(run([&] { return smsc.binds == 2; }));  // the timer brought it back
  driver.request(job(2, accepted));
  ASSERT_TRUE(run([&] { return smsc.texts.size() == 2; }));

  bool finished = false;
  gateway.stop(clock(), [&] { finished = true; });
  driver.arm();
  ASSERT_TRUE(run([&] { return finished; }));
}

// Between two sends nothing happens but the timer.
TEST_F(DriverTest, ItsTimerKeepsThePace) {
  StoreThread thread(io, kv);
  Connections connections(io);
  engine::Gateway gateway(settings(100), connections, thread, 1);
  Driver driver(io, gateway, connections, thread);
  ASSERT_TRUE(gateway.start(kv, clock()).has_value());
  driver.arm();
  int accepted = 0;
  for (int i = 0; i < 20; ++i) driver.request(job(i, accepted));
  ASSERT_TRUE(run([&] { return smsc.texts.size() == 20; }));
  EXPECT_EQ(accepted, 20);
}

TEST_F(DriverTest, AStoreThatFailsBreaksTheGatewayAndReleasesNothing) {
  StoreThread thread(io, kv);
  Connections connections(io);
  engine::Gateway gateway(settings(), connections, thread, 1);
  Driver driver(io, gateway, connections, thread);
  ASSERT_TRUE(gateway.start(kv, clock()).has_value());
  driver.arm();
  ASSERT_TRUE(run([&] { return smsc.binds == 1; }));
  kv.fail_commit(kv.commits() + 1, true);
  int accepted = 0;
  driver.request(job(1, accepted));
  ASSERT_TRUE(run([&] { return gateway.broken(); }));
  EXPECT_EQ(accepted, 0);
  EXPECT_TRUE(smsc.texts.empty());
}

}  // namespace
}  // namespace dunlin::net

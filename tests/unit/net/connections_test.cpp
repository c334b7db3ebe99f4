// Connections against a listener on the loopback, in one event loop.
#include "net/connections.hpp"
#include "net/address_list.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dunlin::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using engine::SessionId;

struct Told final : Sink {
  std::vector<SessionId> up;
  std::map<SessionId, std::string> text;
  std::map<SessionId, std::string> ended;
  int writables = 0;
  int depth = 0;  // above zero: inside one of our own calls, where nothing may be told
  std::function<void(SessionId)> on_received;

  SessionId next_accepted = 0;  // 0: hung up on
  std::vector<engine::Call> calls;
  SessionId accepted(const engine::Call& call) override {
    EXPECT_EQ(call.smsc, "caller");
    calls.push_back(call);
    return next_accepted;
  }
  void connected(SessionId session) override {
    EXPECT_EQ(depth, 0);
    up.push_back(session);
  }
  void received(SessionId session, OctetView octets) override {
    EXPECT_EQ(depth, 0);
    text[session] += text_of(octets);
    if (on_received) on_received(session);
  }
  void writable(SessionId) override {
    EXPECT_EQ(depth, 0);
    ++writables;
  }
  void closed(SessionId session, std::string_view why, engine::Lost) override {
    EXPECT_EQ(depth, 0);
    EXPECT_TRUE(ended.emplace(session, why).second);
  }
};

class ConnectionsTest : public testing::Test {
 protected:
  ConnectionsTest() { connections.attach(told); }

  engine::SmscSettings here(const std::string& host = "127.0.0.1") {
    engine::SmscSettings smsc;
    smsc.host = host;
    smsc.port = acceptor.local_endpoint().port();
    return smsc;
  }
  // Runs the loop until `done` or nothing happens for a second.
  bool run(const std::function<bool()>& done) {
    for (int i = 0; i < 100000 && !done(); ++i) {
      io.restart();
      if (io.run_one_for(std::chrono::seconds{2}) == 0) break;
    }
    return done();
  }
  tcp::socket open(SessionId session, const std::string& host = "127.0.0.1") {
    tcp::socket peer(io);
    bool accepted = false;
    acceptor.async_accept(peer, [&](boost::system::error_code error) { accepted = !error; });
    ++told.depth;
    connections.connect(session, here(host));
    --told.depth;
    const auto before = told.up.size();
    EXPECT_TRUE(run([&] { return accepted && told.up.size() > before; }));
    return peer;
  }

  asio::io_context io;
  Told told;
  Connections connections{io};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

TEST_F(ConnectionsTest, ConnectsReadsAndWrites) {
  auto peer = open(7);
  EXPECT_EQ(told.up, std::vector<SessionId>{7});
  asio::write(peer, asio::buffer(std::string("hello")));
  EXPECT_TRUE(run([&] { return told.text[7] == "hello"; }));
  EXPECT_EQ(connections.write(7, octets_of("answer")), 6U);
  std::string got(6, ' ');
  asio::read(peer, asio::buffer(got));
  EXPECT_EQ(got, "answer");
}

TEST_F(ConnectionsTest, ResolvesNames) {
  auto peer = open(1, "localhost");
  EXPECT_EQ(told.up.size(), 1U);
}

TEST_F(ConnectionsTest, TellsWhyAConnectFailed) {
  auto smsc = here();
  acceptor.close();
  connections.connect(3, smsc);
  EXPECT_TRUE(told.ended.empty());
  EXPECT_TRUE(run([&] { return told.ended.count(3) == 1; }));
  EXPECT_EQ(told.ended[3], "Connection refused");
  EXPECT_EQ(connections.size(), 0U);
}

TEST_F(ConnectionsTest, GivesUpWhenNothingAnswersInTime) {
  Connections hasty(io, std::chrono::milliseconds{20});
  hasty.attach(told);
  // A listener whose queue is full leaves further connection attempts unanswered.
  tcp::acceptor full(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0), true);
  full.listen(0);
  std::vector<std::unique_ptr<tcp::socket>> filling;
  for (int i = 0; i < 4; ++i) {
    filling.push_back(std::make_unique<tcp::socket>(io));
    filling.back()->async_connect(full.local_endpoint(), [](boost::system::error_code) {});
  }
  auto smsc = here();
  smsc.port = full.local_endpoint().port();
  hasty.connect(11, smsc);
  EXPECT_TRUE(run([&] { return told.ended.count(11) == 1; }));
  EXPECT_EQ(told.ended[11], "no connection in time");
}

TEST_F(ConnectionsTest, TellsWhenThePeerLeaves) {
  auto peer = open(5);
  asio::write(peer, asio::buffer(std::string("last words")));
  peer.close();
  EXPECT_TRUE(run([&] { return told.ended.count(5) == 1; }));
  EXPECT_EQ(told.text[5], "last words");
  EXPECT_EQ(told.ended[5], "closed by the peer");
  EXPECT_EQ(connections.write(5, octets_of("too late")), 0U);
}

TEST_F(ConnectionsTest, WritesWhatTheKernelTakesAndTellsWhenThereIsRoom) {
  auto peer = open(2);
  const std::string piece(64 * 1024, 'x');
  std::size_t written = 0, last = piece.size();
  ++told.depth;
  for (int i = 0; i < 10000 && last == piece.size(); ++i) written += last = connections.write(2, octets_of(piece));
  --told.depth;
  ASSERT_LT(last, piece.size());
  EXPECT_EQ(told.writables, 0);
  std::size_t drained = 0;
  std::vector<char> sink(1 << 20);
  peer.non_blocking(true);
  const bool all = run([&] {
    boost::system::error_code error;
    while (!error) drained += peer.read_some(asio::buffer(sink), error);
    return told.writables == 1 && drained >= written;
  });
  EXPECT_TRUE(all);
  EXPECT_EQ(drained, written);
  EXPECT_EQ(connections.write(2, octets_of("more")), 4U);
}

TEST_F(ConnectionsTest, ReadsNothingWhileNotWanted) {
  auto peer = open(4);
  connections.read(4, false);
  asio::write(peer, asio::buffer(std::string("early")));
  io.restart();
  io.run_for(std::chrono::milliseconds{20});
  EXPECT_EQ(told.text[4], "");
  connections.read(4, true);
  EXPECT_TRUE(run([&] { return told.text[4] == "early"; }));
}

TEST_F(ConnectionsTest, StopsAtOnceWhenReadingIsTurnedOffInsideReceived) {
  auto peer = open(4);
  told.on_received = [&](SessionId session) { connections.read(session, false); };
  const std::string much(Connections::kReadMax * 2, 'y');
  asio::write(peer, asio::buffer(much));
  EXPECT_TRUE(run([&] { return !told.text[4].empty(); }));
  io.restart();
  io.run_for(std::chrono::milliseconds{20});
  EXPECT_LE(told.text[4].size(), Connections::kReadMax);
}

TEST_F(ConnectionsTest, TellsNothingAfterClose) {
  auto peer = open(9);
  told.on_received = [&](SessionId session) { connections.close(session); };
  asio::write(peer, asio::buffer(std::string("one")));
  EXPECT_TRUE(run([&] { return !told.text[9].empty(); }));
  boost::system::error_code error;
  char octet = 0;
  asio::read(peer, asio::buffer(&octet, 1), error);
  EXPECT_TRUE(error);
  io.restart();
  io.run_for(std::chrono::milliseconds{20});
  EXPECT_TRUE(told.ended.empty());
  EXPECT_EQ(connections.size(), 0U);
}

TEST_F(ConnectionsTest, AWriteThatFailsIsToldLater) {
  auto peer = open(6);
  connections.read(6, false);
  peer.set_option(tcp::socket::linger(true, 0));
  peer.close();  // a reset
  std::size_t written = 1;
  ++told.depth;
  for (int i = 0; i < 1000 && written != 0; ++i) written = connections.write(6, octets_of("octets"));
  --told.depth;
  EXPECT_EQ(written, 0U);
  EXPECT_TRUE(told.ended.empty());
  EXPECT_TRUE(run([&] { return told.ended.count(6) == 1; }));
}

TEST_F(ConnectionsTest, TakesCalls) {
  engine::SmscSettings caller;
  caller.name = "caller";
  caller.host = "127.0.0.1";
  caller.outbind_listen = "127.0.0.1:0";
  ASSERT_TRUE(connections.listen(caller));
  const auto port = connections.listening_port("caller");
  ASSERT_NE(port, 0);
  told.next_accepted = 77;
  tcp::socket peer(io);
  peer.connect({asio::ip::address_v4::loopback(), port});
  asio::write(peer, asio::buffer(std::string("outbind")));
  EXPECT_TRUE(run([&] { return told.text[77] == "outbind"; }));
  EXPECT_TRUE(told.up.empty()) << "it was accepted, not connected";
  ASSERT_EQ(told.calls.size(), 1U);
  EXPECT_EQ(told.calls[0].from, "127.0.0.1");
  EXPECT_TRUE(told.calls[0].expected);
  EXPECT_EQ(connections.write(77, octets_of("bind")), 4U);
  std::string got(4, ' ');
  asio::read(peer, asio::buffer(got));
  EXPECT_EQ(got, "bind");

  told.next_accepted = 0;
  tcp::socket stranger(io);
  stranger.connect({asio::ip::address_v4::loopback(), port});
  bool hung_up = false;
  char octet = 0;
  stranger.async_read_some(asio::buffer(&octet, 1),
                           [&](boost::system::error_code error, std::size_t) { hung_up = !!error; });
  EXPECT_TRUE(run([&] { return hung_up; }));

  EXPECT_EQ(connections.listen(caller).has_value(), true) << "port 0 is another one each time";
  caller.outbind_listen = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(connections.listen(caller).error().code, "cannot_listen");
  caller.outbind_listen = "no such host.invalid:1";
  EXPECT_EQ(connections.listen(caller).error().code, "bad_address");
  connections.close_all();
  EXPECT_EQ(connections.listening_port("caller"), 0);
}

// `from`: outbind_from; whether a call over the loopback is expected then.
TEST_F(ConnectionsTest, TellsWhetherACallerIsExpected) {
  struct Case {
    std::string host;
    std::vector<std::string> from;
    bool expected;
  };
  for (const Case& each : {Case{"192.0.2.1", {}, false}, Case{"127.0.0.1", {"192.0.2.1"}, false},
                           Case{"192.0.2.1", {"192.0.2.1", "127.0.0.0/8"}, true}, Case{"localhost", {}, true}}) {
    SCOPED_TRACE(each.host);
    engine::SmscSettings caller;
    caller.name = "caller";
    caller.host = each.host;
    caller.outbind_from = each.from;
    caller.outbind_listen = "127.0.0.1:0";
    ASSERT_TRUE(connections.listen(caller));
    // A name is looked up in the background: who calls before that is asked to call again.
    const std::size_t before = told.calls.size();
    bool expected = false;
    for (int i = 0; i < 200 && (i == 0 || expected != each.expected); ++i) {
      tcp::socket peer(io);
      peer.connect({asio::ip::address_v4::loopback(), connections.listening_port("caller")});
      const std::size_t calls = told.calls.size();
      ASSERT_TRUE(run([&] { return told.calls.size() > calls; }));
      expected = told.calls.back().expected;
      if (expected != each.expected) io.run_for(std::chrono::milliseconds{5});
    }
    EXPECT_EQ(expected, each.expected);
    EXPECT_GT(told.calls.size(), before);
    connections.close_all();
  }
  engine::SmscSettings caller;
  caller.name = "caller";
  caller.outbind_from = {"192.0.2.300"};
  caller.outbind_listen = "127.0.0.1:0";
  EXPECT_EQ(connections.listen(caller).error().code, "bad_address");
}

TEST(AddressList, HasAddressesAndNetworks) {
  AddressList list;
  for (const char* none : {"", "localhost", "192.0.2.0/33", "192.0.2/24", "2001:db8::/129", "192.0.2.1/", "/8"}) {
    EXPECT_FALSE(list.add(none)) << none;
  }
  for (const char* one : {"192.0.2.7", "198.51.100.77/24", "2001:db8::1", "2001:db8:1::/48"}) {
    EXPECT_TRUE(list.add(one)) << one;
  }
  for (const auto& [address, there] : std::vector<std::pair<const char*, bool>>{{"192.0.2.7", true},
                                                                                {"::ffff:192.0.2.7", true},
                                                                                {"192.0.2.8", false},
                                                                                {"198.51.100.1", true},
                                                                                {"198.51.101.1", false},
                                                                                {"2001:db8::1", true},
                                                                                {"2001:db8::2", false},
                                                                                {"2001:db8:1:2::3", true},
                                                                                {"2001:db8:2::3", false}}) {
    EXPECT_EQ(list.contains(asio::ip::make_address(address)), there) << address;
  }
  AddressList all;
  EXPECT_TRUE(all.add("0.0.0.0/0"));
  EXPECT_TRUE(all.contains(asio::ip::make_address("203.0.113.9")));
  EXPECT_FALSE(all.contains(asio::ip::make_address("2001:db8::2")));
}

TEST_F(ConnectionsTest, AnIdIsNeverUsedTwice) {
  auto peer = open(8);
  EXPECT_DEATH(connections.connect(8, here()), "broken invariant");
}

}  // namespace
}  // namespace dunlin::net

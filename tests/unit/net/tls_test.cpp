// TLS against a peer on the loopback: what holds, what does not and how that is said, and what the kernel has.
#include "net/tls.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/connections.hpp"
#include "unit/net/certificates.hpp"

namespace dunlin::net {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using engine::SessionId;
using engine::SmscSettings;
using test::Certificates;
using test::Identity;
using Expired = TlsClients::Expired;
using Peer = ssl::stream<tcp::socket>;

struct Told final : Sink {
  std::vector<SessionId> up;
  std::map<SessionId, std::string> text;
  std::map<SessionId, std::pair<std::string, engine::Lost>> ended;
  int writables = 0;

  SessionId accepted(const engine::Call&) override { return 0; }
  void connected(SessionId session) override { up.push_back(session); }
  void received(SessionId session, OctetView octets) override { text[session] += text_of(octets); }
  void writable(SessionId) override { ++writables; }
  void closed(SessionId session, std::string_view why, engine::Lost lost) override {
    EXPECT_TRUE(ended.emplace(session, std::pair{std::string(why), lost}).second);
  }
};

class Tls : public testing::Test {
 protected:
  Tls() {
    ca = certificates.make("Test CA", nullptr);
    server = certificates.make("smsc", &ca, "DNS:smsc.example,IP:127.0.0.1");
    connections.attach(told);
    smsc.name = "alpha";
    smsc.host = "127.0.0.1";
    smsc.port = acceptor.local_endpoint().port();
    smsc.tls.enabled = true;
    smsc.tls.ca_file = ca.cert_file;
  }
  // A server that shows `identity`.
  ssl::context serving(const Identity& identity) {
    ssl::context context(ssl::context::tls_server);
    context.use_certificate_chain_file(identity.cert_file);
    context.use_private_key_file(identity.key_file, ssl::context::pem);
    return context;
  }
  bool run(const std::function<bool()>& done) {
    for (int i = 0; i < 100000 && !done(); ++i) {
      io.restart();
      if (io.run_one_for(std::chrono::seconds{2}) == 0) break;
    }
    return done();
  }
  void load() {
    auto loaded = TlsClients::load({smsc}, Expired::refused);
    ASSERT_TRUE(loaded) << to_string(loaded.error().at(0));
    connections.use(*loaded);
  }
  // Until the session is up or lost; the peer has gone through its handshake by then, or failed in it.
  std::unique_ptr<Peer> connect(ssl::context& context) {
    auto peer = std::make_unique<Peer>(io, context);
    bool accepted = false;
    acceptor.async_accept(peer->lowest_layer(), [&](boost::system::error_code error) {
      ASSERT_FALSE(error);
      peer->async_handshake(Peer::server, [&](boost::system::error_code problem) {
        server_error = problem;
        accepted = true;
      });
    });
    connections.connect(++session, smsc);
    const auto ups = told.up.size(), ends = told.ended.size();
    EXPECT_TRUE(run([&] { return accepted && (told.up.size() > ups || told.ended.size() > ends); }));
    return peer;
  }
  std::string why() {
    run([&] { return told.ended.contains(session); });
    return told.ended[session].first;
  }
  std::vector<Error> errors(Expired expired = Expired::refused) {
    auto loaded = TlsClients::load({smsc}, expired);
    return loaded ? (*loaded)->warnings() : loaded.error();
  }
  std::string codes(Expired expired = Expired::refused) {
    std::string all;
    for (const auto& error : errors(expired)) all += (all.empty() ? "" : " ") + error.code + "@" + error.where;
    return all;
  }

  asio::io_context io;
  Certificates certificates;
  Identity ca, server;
  Told told;
  Connections connections{io};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  SmscSettings smsc;
  SessionId session = 0;
  boost::system::error_code server_error;
};

TEST_F(Tls, CarriesOctetsBothWays) {
  for (const auto version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto context = serving(server);
    SSL_CTX_set_max_proto_version(context.native_handle(), version);
    load();
    auto peer = connect(context);
    ASSERT_EQ(told.up.size(), session);
    const std::string much(200'000, 'x');
    bool written = false;
    asio::async_write(*peer, asio::buffer(much), [&](auto error, auto) { written = !error; });
    EXPECT_TRUE(run([&] { return written && told.text[session].size() == much.size(); }));
    EXPECT_EQ(told.text[session], much);
    EXPECT_EQ(connections.write(session, octets_of("answer")), 6U);
    std::string got(6, ' ');
    bool read = false;
    asio::async_read(*peer, asio::buffer(got), [&](auto error, auto) { read = !error; });
    EXPECT_TRUE(run([&] { return read; }));
    EXPECT_EQ(got, "answer");
    connections.close(session);
  }
}

TEST_F(Tls, TheNameIsAskedForAndChecked) {
  smsc.tls.server_name = "smsc.example";
  auto context = serving(server);
  load();
  auto peer = connect(context);
  ASSERT_EQ(told.up.size(), 1U);
  const char* asked = SSL_get_servername(peer->native_handle(), TLSEXT_NAMETYPE_host_name);
  ASSERT_NE(asked, nullptr);
  EXPECT_STREQ(asked, "smsc.example");
}

TEST_F(Tls, AnAddressIsNotAskedFor) {
  auto context = serving(server);
  load();
  auto peer = connect(context);
  ASSERT_EQ(told.up.size(), 1U) << "the address is in its certificate";
  EXPECT_EQ(SSL_get_servername(peer->native_handle(), TLSEXT_NAMETYPE_host_name), nullptr);
}

TEST_F(Tls, WhatDoesNotHoldIsNamed) {
  const Identity other = certificates.make("Other CA", nullptr);
  const Identity expired = certificates.make("expired", &ca, "IP:127.0.0.1", -1);
  const Identity strange = certificates.make("strange", &other, "IP:127.0.0.1");
  const Identity wrong = certificates.make("wrong", &ca, "DNS:other.example");
  const std::vector<std::pair<const Identity*, std::string>> rows{
      {&expired, "TLS: its certificate has expired"},
      {&strange, "TLS: its certificate is signed by nobody we trust (unknown CA)"},
      {&wrong, "TLS: its certificate is not for 127.0.0.1"},
  };
  for (const auto& [identity, sentence] : rows) {
    auto context = serving(*identity);
    load();
    auto peer = connect(context);
    EXPECT_EQ(why(), sentence);
    EXPECT_EQ(told.ended[session].second, engine::Lost::tls);
  }
  EXPECT_TRUE(told.up.empty());
  smsc.tls.verify = false;
  auto context = serving(strange);
  load();
  auto peer = connect(context);
  EXPECT_EQ(told.up.size(), 1U) << "said loudly elsewhere, and done";
}

TEST_F(Tls, ACertificateOfOursIsShownWhereItIsAskedFor) {
  const Identity ours = certificates.make("dunlin", &ca);
  for (const auto version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto context = serving(server);
    SSL_CTX_set_max_proto_version(context.native_handle(), version);
    context.load_verify_file(ca.cert_file);
    context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    smsc.tls.cert_file = ours.cert_file;
    smsc.tls.key_file = ours.key_file;
    load();
    auto peer = connect(context);
    EXPECT_FALSE(server_error) << server_error.message();
    EXPECT_TRUE(told.ended.empty());
    connections.close(session);

    smsc.tls.cert_file = smsc.tls.key_file = "";
    load();
    auto refused = connect(context);
    EXPECT_NE(why().find("wants a certificate of ours"), std::string::npos) << why();
    EXPECT_EQ(told.ended[session].second, engine::Lost::tls);
    told.ended.clear();
  }
}

TEST_F(Tls, NothingOlderThanOneTwo) {
  auto context = serving(server);
  SSL_CTX_set_security_level(context.native_handle(), 0);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
  load();
  auto peer = connect(context);
  EXPECT_EQ(why(), "TLS: the SMSC speaks nothing newer than TLS 1.1; 1.2 is the least");
}

TEST_F(Tls, WhoDoesNotSpeakItIsNamed) {
  load();
  tcp::socket peer(io);
  bool accepted = false;
  acceptor.async_accept(peer, [&](boost::system::error_code error) { accepted = !error; });
  connections.connect(++session, smsc);
  ASSERT_TRUE(run([&] { return accepted; }));
  asio::write(peer, asio::buffer(std::string("220 mail.example ESMTP ready\r\n")));
  EXPECT_EQ(why(), "TLS: what answers there does not speak TLS");

  connections.connect(++session, smsc);
  tcp::socket second(io);
  accepted = false;
  acceptor.async_accept(second, [&](boost::system::error_code error) { accepted = !error; });
  ASSERT_TRUE(run([&] { return accepted; }));
  second.close();
  const std::string said = why();
  EXPECT_TRUE(said == "TLS: the peer hung up during the handshake" || said == "Connection reset by peer") << said;
}

TEST_F(Tls, AHandshakeThatNeverEndsIsBounded) {
  Connections hasty(io, std::chrono::milliseconds{30});
  hasty.attach(told);
  auto loaded = TlsClients::load({smsc}, Expired::refused);
  ASSERT_TRUE(loaded);
  hasty.use(*loaded);
  hasty.connect(++session, smsc);
  EXPECT_EQ(why(), "TLS: no handshake in time");
}

TEST_F(Tls, WithoutItsFilesNobodyIsConnectedTo) {
  connections.connect(++session, smsc);
  EXPECT_TRUE(told.ended.empty());
  EXPECT_EQ(why(), "TLS: its files are not loaded");
}

// The second promise rests on this: what write() says it took, the kernel has.
TEST_F(Tls, CountsOnlyWholeRecordsTheKernelHas) {
  auto context = serving(server);
  load();
  auto peer = connect(context);
  ASSERT_EQ(told.up.size(), 1U);
  const std::string piece(64 * 1024, 'x');
  std::string offered = piece;  // as a session's output: what was taken goes, the rest stays in front
  std::size_t written = 0;
  bool full = false;
  for (int i = 0; i < 10000 && !full; ++i) {
    const std::size_t taken = connections.write(session, octets_of(offered));
    written += taken;
    full = taken < offered.size();
    offered = offered.substr(taken) + piece;
  }
  ASSERT_TRUE(full);
  EXPECT_EQ(written % (16 * 1024), 0U) << "a record the kernel took in part does not count";
  // The connection breaks: what arrives is at most the counted records and nothing of a part.
  std::size_t arrived = 0;
  std::vector<char> into(1 << 20);
  std::function<void()> drain = [&] {
    peer->async_read_some(asio::buffer(into), [&](auto error, std::size_t size) {
      arrived += size;
      if (!error) drain();
    });
  };
  drain();
  EXPECT_TRUE(run([&] { return told.writables > 0 && arrived >= written; }));
  EXPECT_EQ(arrived, written);
  // What is left goes on where the record broke off, from another address and longer than before.
  std::string moved = offered;
  moved.reserve(moved.size() * 3);
  std::size_t total = written;
  for (int i = 0; i < 10000 && !moved.empty(); ++i) {
    const std::size_t taken = connections.write(session, octets_of(moved));
    total += taken;
    moved.erase(0, taken);
    const int before = told.writables;
    if (moved.empty()) break;
    ASSERT_TRUE(run([&] { return told.writables > before; }));
  }
  EXPECT_TRUE(run([&] { return arrived == total; }));
}

TEST_F(Tls, ThePeersLeavingIsNoTlsError) {
  auto context = serving(server);
  load();
  auto peer = connect(context);
  ASSERT_EQ(told.up.size(), 1U);
  peer->lowest_layer().close();  // without a word
  EXPECT_EQ(why(), "closed by the peer");
  EXPECT_EQ(told.ended[session].second, engine::Lost::connection);
  auto next = connect(context);
  bool said = false;
  next->async_shutdown([&](boost::system::error_code) { said = true; });
  EXPECT_EQ(why(), "closed by the peer");
  EXPECT_TRUE(run([&] { return said; }));
}

TEST_F(Tls, NewFilesAreForNewConnectionsOnly) {
  auto context = serving(server);
  load();
  auto peer = connect(context);
  ASSERT_EQ(told.up.size(), 1U);
  const Identity other = certificates.make("Other CA", nullptr);
  smsc.tls.ca_file = other.cert_file;
  load();
  EXPECT_EQ(connections.write(1, octets_of("still here")), 10U);
  std::string got(10, ' ');
  bool read = false;
  asio::async_read(*peer, asio::buffer(got), [&](auto error, auto) { read = !error; });
  EXPECT_TRUE(run([&] { return read; }));
  auto refused = connect(context);
  EXPECT_EQ(why(), "TLS: its certificate is signed by nobody we trust (unknown CA)");
  EXPECT_FALSE(told.ended.contains(1));
}

TEST_F(Tls, FilesThatAreWrongAreNamed) {
  const Identity ours = certificates.make("dunlin", &ca);
  const Identity other = certificates.make("other", &ca);
  const Identity locked = certificates.make("locked", &ca, {}, 30, "passphrase");
  const Identity expired = certificates.make("expired-client", &ca, {}, -1);
  const Identity soon = certificates.make("soon", &ca, {}, 5);
  std::ofstream(certificates.path("nonsense.pem")) << "no certificate\n";
  EXPECT_EQ(codes(), "");

  smsc.tls.ca_file = certificates.path("nonsense.pem");
  EXPECT_EQ(codes(), "tls_bad_ca@smsc.alpha.tls.ca_file");
  smsc.tls.ca_file = certificates.path("not there.pem");
  EXPECT_EQ(codes(), "tls_bad_ca@smsc.alpha.tls.ca_file");
  smsc.tls.ca_file = "";
  EXPECT_EQ(codes(), "") << "the system's list";

  smsc.tls.cert_file = ours.cert_file;
  EXPECT_EQ(codes(), "tls_missing@smsc.alpha.tls.key_file");
  smsc.tls.key_file = other.key_file;
  EXPECT_EQ(codes(), "tls_key_mismatch@smsc.alpha.tls.key_file");
  smsc.tls.key_file = ours.cert_file;
  EXPECT_EQ(codes(), "tls_bad_key@smsc.alpha.tls.key_file");
  smsc.tls.key_file = ours.key_file;
  EXPECT_EQ(codes(), "");
  smsc.tls.cert_file = locked.cert_file;
  smsc.tls.key_file = locked.key_file;
  EXPECT_EQ(codes(), "tls_bad_key@smsc.alpha.tls.key_file");
  smsc.tls.cert_file = certificates.path("nonsense.pem");
  EXPECT_EQ(codes(), "tls_bad_certificate@smsc.alpha.tls.cert_file");
  smsc.tls.cert_file = "";
  EXPECT_EQ(codes(), "tls_missing@smsc.alpha.tls.cert_file");

  smsc.tls.cert_file = expired.cert_file;
  smsc.tls.key_file = expired.key_file;
  EXPECT_EQ(codes(), "tls_expired@smsc.alpha.tls.cert_file");
  EXPECT_EQ(codes(Expired::warned), "tls_expired@smsc.alpha.tls.cert_file");
  EXPECT_TRUE(TlsClients::load({smsc}, Expired::warned).has_value()) << "the other SMSCs are served";
  smsc.tls.cert_file = soon.cert_file;
  smsc.tls.key_file = soon.key_file;
  EXPECT_EQ(codes(), "tls_expires_soon@smsc.alpha.tls.cert_file");

  for (const auto& error : errors()) EXPECT_EQ(error.detail.find("passphrase"), std::string::npos);
  smsc.tls.enabled = false;
  EXPECT_EQ(codes(), "") << "what is not used is not read";
}

}  // namespace
}  // namespace dunlin::net

// TCP connections to SMSCs over Asio: what engine::Links asks of the network. One io_context run by one thread; every
// answer goes to the Sink from the event loop, never from inside a call.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/links.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"

namespace dunlin::net {

// Who is told. engine::Gateway through net::Driver; a test otherwise.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual engine::SessionId accepted(const engine::Call& call) = 0;  // somebody called; 0: hang up
  virtual void connected(engine::SessionId session) = 0;
  virtual void received(engine::SessionId session, OctetView octets) = 0;  // the octets live for this call only
  virtual void writable(engine::SessionId session) = 0;
  virtual void closed(engine::SessionId session, std::string_view why,
                      engine::Lost lost) = 0;  // the last word about it
};

class Connections final : public engine::Network {
 public:
  // Bounds: a connection that is not up after `connect_timeout` (name lookup, all addresses and handshake together) is
  // closed with a reason. One read takes at most kReadMax octets, one wake-up at most kReadsPerWakeUp of them, then
  // other connections have their turn.
  static constexpr std::size_t kReadMax = 64 * 1024;
  static constexpr int kReadsPerWakeUp = 4;
  static constexpr std::chrono::milliseconds kAcceptPause{100};  // after an accept that failed
  static constexpr std::chrono::seconds kResolveAgain{10};       // at least, between two look-ups of who may call

  explicit Connections(boost::asio::io_context& io,
                       std::chrono::milliseconds connect_timeout = std::chrono::seconds{10});
  ~Connections() override;
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void attach(Sink& sink);  // before the first connect
  // For the connections made from now on; those that exist stay as they are. An SMSC that uses TLS and is not among
  // them is not connected to.
  void use(std::shared_ptr<const TlsClients> tls) { tls_ = std::move(tls); }
  // Takes calls at the SMSC's outbind_listen; they are told as accepted(), and are sessions from then on. Expected are
  // those from outbind_from, else from the addresses of `host`: where that is a name it is looked up now, and again
  // when an address calls that is not among them, so that a changed one is taken at its next call. Errors:
  // "bad_address", "cannot_listen", named by it.
  [[nodiscard]] Result<void> listen(const engine::SmscSettings& smsc);
  std::uint16_t listening_port(std::string_view smsc) const;  // 0: none
  // Closes everything and tells nobody.
  void close_all();
  std::size_t size() const { return connections_.size(); }

  // engine::Network. A session id must never have been used before.
  void connect(engine::SessionId session, const engine::SmscSettings& smsc) override;
  std::size_t write(engine::SessionId session, OctetView octets) override;
  void read(engine::SessionId session, bool wanted) override;
  void close(engine::SessionId session) override;

 private:
  struct Connection;
  struct Listener;
  using Pointer = std::shared_ptr<Connection>;

  void accept(const std::shared_ptr<Listener>& listener);
  void take_in(const std::shared_ptr<Listener>& listener, Tcp::socket socket);
  void look_up(const std::shared_ptr<Listener>& listener);
  void resolve(const Pointer& connection, const engine::SmscSettings& smsc);
  void handshake(const Pointer& connection);
  void up(const Pointer& connection);
  void wait_readable(const Pointer& connection);
  void wait_writable(const Pointer& connection);
  void take(const Pointer& connection);
  std::unique_ptr<Stream> stream_for(const engine::SmscSettings& smsc) const;
  void fail(const Pointer& connection, const ErrorCode& error);  // from the event loop
  void fail(const Pointer& connection, std::string_view why, engine::Lost lost = engine::Lost::connection);
  void drop(const Pointer& connection);

  boost::asio::io_context& io_;
  std::chrono::milliseconds connect_timeout_;
  Sink* sink_ = nullptr;
  std::shared_ptr<const TlsClients> tls_;
  std::unordered_map<engine::SessionId, Pointer> connections_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<std::uint8_t> buffer_;  // shared: read and told within one step
};

}  // namespace dunlin::net

#include "net/connections.hpp"

#include <netinet/tcp.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <dunlin/base/check.hpp>
#include <string>
#include <utility>

#include "net/address_list.hpp"
#include "net/tls_stream.hpp"

namespace dunlin::net {
namespace asio = boost::asio;

namespace {

using KeepIdle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
using KeepInterval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
using KeepCount = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;

// A peer that vanished without a word is noticed after about two minutes even where enquire_link is off.
void tune(Tcp::socket& socket) {
  ErrorCode ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(Tcp::socket::keep_alive(true), ignored);
  socket.set_option(KeepIdle(60), ignored);
  socket.set_option(KeepInterval(15), ignored);
  socket.set_option(KeepCount(4), ignored);
}

bool not_now(const ErrorCode& error) {
  return error == asio::error::would_block || error == asio::error::try_again || error == asio::error::interrupted;
}

}  // namespace

struct Connections::Connection {
  Connection(engine::SessionId session, std::unique_ptr<Stream> over, const asio::any_io_executor& executor)
      : id(session), stream(std::move(over)), resolver(executor), timer(executor) {}
  engine::SessionId id;
  std::unique_ptr<Stream> stream;
  Tcp::resolver resolver;
  asio::steady_timer timer;  // until it is up
  bool shaking = false;      // connected, the handshake is under way
  bool open = false;         // up: may be read and written
  bool gone = false;         // dropped: whatever still completes is ignored
  bool failing = false;      // a failed write has posted its closed()
  bool read_wanted = true;
  bool reading = false;  // a wait is under way
  bool writing = false;
  Stream::Wait read_waits_for = Tcp::socket::wait_read;  // TLS may have to write first, and the other way round
  Stream::Wait write_waits_for = Tcp::socket::wait_write;
};

struct Connections::Listener {
  Listener(std::string of, const asio::any_io_executor& executor)
      : smsc(std::move(of)), acceptor(executor), resolver(executor), pause(executor) {}
  void stop() {
    gone = true;
    ErrorCode ignored;
    acceptor.close(ignored);
    resolver.cancel();
    pause.cancel();
  }
  std::string smsc;
  AddressList callers;  // that are expected
  std::string name;     // of the host they are looked up of; empty: they are given
  bool looking = false;
  std::chrono::steady_clock::time_point looked_at{};
  Tcp::acceptor acceptor;
  Tcp::resolver resolver;
  asio::steady_timer pause;  // after an error, for want of descriptors most likely
  bool gone = false;
};

Connections::Connections(asio::io_context& io, std::chrono::milliseconds connect_timeout)
    : io_(io), connect_timeout_(connect_timeout), buffer_(kReadMax) {}

Connections::~Connections() { close_all(); }

void Connections::attach(Sink& sink) { sink_ = &sink; }

void Connections::close_all() {
  for (const auto& listener : listeners_) listener->stop();
  listeners_.clear();
  while (!connections_.empty()) close(connections_.begin()->first);
}

void Connections::connect(engine::SessionId session, const engine::SmscSettings& smsc) {
  DUNLIN_CHECK(sink_ != nullptr);
  auto connection = std::make_shared<Connection>(session, stream_for(smsc), io_.get_executor());
  DUNLIN_CHECK(connections_.emplace(session, connection).second);
  if (connection->stream == nullptr) {
    asio::post(io_, [this, connection] {
      if (!connection->gone) fail(connection, "TLS: its files are not loaded", engine::Lost::tls);
    });
    return;
  }
  connection->timer.expires_after(connect_timeout_);
  connection->timer.async_wait([this, connection](const ErrorCode& error) {
    if (error || connection->gone || connection->open) return;
    if (connection->shaking) return fail(connection, "TLS: no handshake in time", engine::Lost::tls);
    fail(connection, "no connection in time");
  });
  resolve(connection, smsc);
}

std::unique_ptr<Stream> Connections::stream_for(const engine::SmscSettings& smsc) const {
  if (!smsc.tls.enabled) return std::make_unique<PlainStream>(io_.get_executor());
  const auto client = tls_ == nullptr ? nullptr : tls_->find(smsc.name);
  return client == nullptr ? nullptr : std::make_unique<TlsStream>(io_.get_executor(), client);
}

namespace {

// "host:port" or "[::1]:port".
Result<Tcp::endpoint> address_of(asio::io_context& io, const std::string& listen) {
  const auto colon = listen.rfind(':');
  std::string host = listen.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  ErrorCode error;
  Tcp::resolver resolver(io);
  const auto found = resolver.resolve(host, listen.substr(colon + 1), Tcp::resolver::passive, error);
  if (error || found.empty()) return failure("bad_address", "no address to listen at: " + error.message(), listen);
  return found.begin()->endpoint();
}

}  // namespace

Result<void> Connections::listen(const engine::SmscSettings& smsc) {
  DUNLIN_CHECK(sink_ != nullptr);
  const auto endpoint = address_of(io_, smsc.outbind_listen);
  if (!endpoint) return tl::unexpected(endpoint.error());
  auto listener = std::make_shared<Listener>(smsc.name, io_.get_executor());
  ErrorCode error;
  listener->acceptor.open(endpoint->protocol(), error);
  if (!error) listener->acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) listener->acceptor.bind(*endpoint, error);
  if (!error) listener->acceptor.listen(Tcp::acceptor::max_listen_connections, error);
  if (error) return failure("cannot_listen", error.message(), smsc.outbind_listen);
  for (const std::string& from : smsc.outbind_from) {
    if (!listener->callers.add(from)) return failure("bad_address", "neither an address nor a network", from);
  }
  if (smsc.outbind_from.empty() && !listener->callers.add(smsc.host)) listener->name = smsc.host;
  listeners_.push_back(listener);
  look_up(listener);
  accept(listener);
  return {};
}

std::uint16_t Connections::listening_port(std::string_view smsc) const {
  for (const auto& listener : listeners_) {
    ErrorCode ignored;
    if (listener->smsc == smsc) return listener->acceptor.local_endpoint(ignored).port();
  }
  return 0;
}

void Connections::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept([this, listener](const ErrorCode& error, Tcp::socket socket) {
    if (listener->gone) return;
    if (!error) {
      take_in(listener, std::move(socket));
      return accept(listener);
    }
    listener->pause.expires_after(kAcceptPause);
    listener->pause.async_wait([this, listener](const ErrorCode&) {
      if (!listener->gone) accept(listener);
    });
  });
}

void Connections::look_up(const std::shared_ptr<Listener>& listener) {
  const auto now = std::chrono::steady_clock::now();
  const bool before = listener->looked_at != std::chrono::steady_clock::time_point{};
  if (listener->name.empty() || listener->looking || (before && now < listener->looked_at + kResolveAgain)) return;
  listener->looking = true;
  listener->looked_at = now;
  listener->resolver.async_resolve(listener->name, "",
                                   [listener](const ErrorCode& error, const Tcp::resolver::results_type& found) {
                                     listener->looking = false;
                                     if (listener->gone || error) return;  // what it was before stands
                                     listener->callers.clear();
                                     for (const auto& each : found) listener->callers.add(each.endpoint().address());
                                   });
}

void Connections::take_in(const std::shared_ptr<Listener>& listener, Tcp::socket socket) {
  ErrorCode hung_up;
  const Tcp::endpoint from = socket.remote_endpoint(hung_up);
  if (hung_up) return;
  const bool expected = listener->callers.contains(from.address());
  if (!expected) look_up(listener);
  const engine::SessionId session = sink_->accepted({listener->smsc, unmapped(from.address()).to_string(), expected});
  if (session == 0) return;  // closed as it goes out of scope
  tune(socket);
  auto connection =
      std::make_shared<Connection>(session, std::make_unique<PlainStream>(std::move(socket)), io_.get_executor());
  DUNLIN_CHECK(connections_.emplace(session, connection).second);
  connection->open = true;
  wait_readable(connection);
}

void Connections::resolve(const Pointer& connection, const engine::SmscSettings& smsc) {
  auto connected = [this, connection](const ErrorCode& error, const Tcp::endpoint&) {
    if (connection->gone) return;
    if (error) return fail(connection, error);
    tune(connection->stream->socket());
    connection->shaking = true;
    handshake(connection);
  };
  ErrorCode not_numeric;
  const auto address = asio::ip::make_address(smsc.host, not_numeric);
  if (!not_numeric) {  // without this a resolver thread would be started for nothing
    const std::vector<Tcp::endpoint> one{Tcp::endpoint(address, smsc.port)};
    asio::async_connect(connection->stream->socket(), one, std::move(connected));
    return;
  }
  connection->resolver.async_resolve(
      smsc.host, std::to_string(smsc.port),
      [this, connection, connected](const ErrorCode& error, const Tcp::resolver::results_type& found) {
        if (connection->gone) return;
        if (error) return fail(connection, error);
        asio::async_connect(connection->stream->socket(), found, connected);
      });
}

void Connections::handshake(const Pointer& connection) {
  auto wants = Tcp::socket::wait_read;
  const ErrorCode error = connection->stream->handshake(wants);
  if (!error) return up(connection);
  if (!not_now(error)) return fail(connection, error);
  connection->stream->socket().async_wait(wants, [this, connection](const ErrorCode& waited) {
    if (connection->gone) return;
    if (waited) return fail(connection, waited);
    handshake(connection);
  });
}

void Connections::up(const Pointer& connection) {
  connection->open = true;
  connection->timer.cancel();
  wait_readable(connection);
  sink_->connected(connection->id);
}

void Connections::wait_readable(const Pointer& connection) {
  if (connection->gone || connection->reading || !connection->open || !connection->read_wanted) return;
  connection->reading = true;
  connection->stream->socket().async_wait(connection->read_waits_for, [this, connection](const ErrorCode& error) {
    connection->reading = false;
    if (connection->gone || !connection->read_wanted) return;
    if (error) return fail(connection, error);
    take(connection);
  });
}

void Connections::take(const Pointer& connection) {
  for (int reads = 0; reads < kReadsPerWakeUp; ++reads) {
    ErrorCode error;
    auto wants = Tcp::socket::wait_read;
    const auto size = connection->stream->read_some(asio::buffer(buffer_), error, wants);
    connection->read_waits_for = wants;
    if (not_now(error)) break;
    if (error) return fail(connection, error);
    sink_->received(connection->id, OctetView(buffer_.data(), size));
    if (connection->gone || !connection->read_wanted) return;
    if (size < buffer_.size() / 2) break;  // most likely all there was; the next wait tells
  }
  wait_readable(connection);
}

void Connections::wait_writable(const Pointer& connection) {
  if (connection->writing) return;
  connection->writing = true;
  connection->stream->socket().async_wait(connection->write_waits_for, [this, connection](const ErrorCode& error) {
    connection->writing = false;
    if (connection->gone) return;
    if (error) return fail(connection, error);
    sink_->writable(connection->id);
  });
}

std::size_t Connections::write(engine::SessionId session, OctetView octets) {
  const auto found = connections_.find(session);
  if (found == connections_.end() || !found->second->open || found->second->failing || octets.empty()) return 0;
  const Pointer connection = found->second;
  std::size_t written = 0;
  ErrorCode error;
  connection->write_waits_for = Tcp::socket::wait_write;
  while (written < octets.size()) {
    const auto taken = connection->stream->write_some(asio::buffer(octets.data() + written, octets.size() - written),
                                                      error, connection->write_waits_for);
    if (error) break;
    written += taken;
  }
  if (not_now(error)) {
    wait_writable(connection);
  } else if (error) {
    connection->failing = true;
    asio::post(io_, [this, connection, error] {
      if (!connection->gone) fail(connection, error);
    });
  }
  return written;
}

void Connections::read(engine::SessionId session, bool wanted) {
  const auto found = connections_.find(session);
  if (found == connections_.end()) return;
  found->second->read_wanted = wanted;
  wait_readable(found->second);
}

void Connections::close(engine::SessionId session) {
  const auto found = connections_.find(session);
  if (found != connections_.end()) drop(Pointer(found->second));
}

void Connections::fail(const Pointer& connection, const ErrorCode& error) {
  const bool tls = error.category() == asio::error::get_ssl_category();
  fail(connection, connection->stream->explain(error), tls ? engine::Lost::tls : engine::Lost::connection);
}

void Connections::fail(const Pointer& connection, std::string_view why, engine::Lost lost) {
  drop(connection);
  sink_->closed(connection->id, why, lost);
}

void Connections::drop(const Pointer& connection) {
  connection->gone = true;
  connection->open = false;
  connection->timer.cancel();
  connection->resolver.cancel();
  if (connection->stream != nullptr) connection->stream->close();
  connections_.erase(connection->id);
}

}  // namespace dunlin::net

#include "api/server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <unordered_set>
#include <utility>

#include "api/connection.hpp"
#include "api/peer.hpp"
#include "api/problem.hpp"

namespace dunlin::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Protocol = asio::local::stream_protocol;

namespace {

constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // after an accept that failed (no file descriptors left)

constexpr auto kWarnEvery = std::chrono::seconds(1);

tl::unexpected<Error> socket_io(const std::string& path, const boost::system::error_code& error) {
  return failure("socket_io", error.message(), path);
}

// A peer that is sent away: the answer fits any socket's buffer, so nothing waits for it.
void send_away(Protocol::socket& socket, const Error& error) {
  http::response<http::string_body> response(http::status(problem_row(error.code).status), 11);
  response.set(http::field::content_type, "application/problem+json");
  response.body() = problem_document(error);
  if (error.code == "busy") response.set(http::field::retry_after, "1");
  response.keep_alive(false);
  response.prepare_payload();
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  http::write(socket, response, ignored);
}

// A file that a daemon left behind is taken away; one that somebody listens on is not.
Result<void> clear_path(asio::io_context& io, const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return failure("socket_in_use", "there is a file that is no socket", path);
  Protocol::socket probe(io);
  boost::system::error_code error;
  probe.connect(Protocol::endpoint(path), error);
  if (error != asio::error::connection_refused) return failure("socket_in_use", "somebody listens there already", path);
  if (::unlink(path.c_str()) != 0) return socket_io(path, {errno, boost::system::system_category()});
  return {};
}

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, Backend& backend, store::Kv& kv, net::Reader& reader, ServerOptions options)
      : io(context),
        shared(std::make_shared<Context>(Context{backend, kv, reader, std::move(options), backend.now().steady})),
        acceptor(io),
        sweeper(io) {}

  Result<void> listen();
  Task<> accept();
  Task<> sweep();
  void take(Protocol::socket socket);
  bool make_room();
  void warn(const std::string& line);
  std::optional<Error> refusal(Protocol::socket& socket);
  void close();

  asio::io_context& io;
  std::shared_ptr<Context> shared;
  Protocol::acceptor acceptor;
  asio::steady_timer sweeper;
  std::unordered_set<std::shared_ptr<Connection>> connections;
  std::chrono::steady_clock::time_point may_warn;
  std::uint64_t unsaid = 0;  // warnings since the last
  bool open = false;
  dev_t device = 0;  // of the socket's file, to take away our own only
  ino_t inode = 0;
};

Result<void> Server::Impl::listen() {
  const std::string& path = shared->options.socket;
  if (auto cleared = clear_path(io, path); !cleared) return cleared;
  boost::system::error_code error;
  acceptor.open(Protocol(), error);
  if (error) return socket_io(path, error);
  try {
    acceptor.bind(Protocol::endpoint(path), error);
  } catch (const boost::system::system_error& too_long) {  // a path longer than sockaddr_un has room for
    error = too_long.code();
  }
  if (error) return socket_io(path, error);
  // Between bind and listen nobody can connect, so nobody slips in before the mode is set.
  if (::chmod(path.c_str(), shared->options.mode) != 0)
    return socket_io(path, {errno, boost::system::system_category()});
  struct stat made {};
  if (::stat(path.c_str(), &made) == 0) device = made.st_dev, inode = made.st_ino;
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return socket_io(path, error);
  open = true;
  asio::co_spawn(
      io, [self = shared_from_this()] { return self->accept(); }, asio::detached);
  asio::co_spawn(
      io, [self = shared_from_this()] { return self->sweep(); }, asio::detached);
  return {};
}

Task<> Server::Impl::accept() {
  const auto self = shared_from_this();
  asio::steady_timer pause(io);
  while (open) {
    boost::system::error_code error;
    Protocol::socket socket(io);
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!open) break;
    if (!error) {
      take(std::move(socket));
      continue;
    }
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

std::optional<Error> Server::Impl::refusal(Protocol::socket& socket) {
  const auto peer = peer_of(socket.native_handle());
  const auto file = socket_file(shared->options.socket);
  if (!peer || !file || !may_talk(*peer, *file, ::geteuid())) {
    const std::string who = peer ? "uid " + std::to_string(peer->uid) : "a peer without credentials";
    return Error{"forbidden", who + " may not use this socket", ""};
  }
  const std::size_t most = shared->options.connections_max;
  if (connections.size() >= most && !make_room()) {
    return Error{"busy", "there are " + std::to_string(most) + " connections already", ""};
  }
  return std::nullopt;
}

// One a second: whoever knocks a thousand times must not fill the log.
void Server::Impl::warn(const std::string& line) {
  const auto now = std::chrono::steady_clock::now();
  if (!shared->options.warn) return;
  if (now < may_warn) {
    ++unsaid;
    return;
  }
  may_warn = now + kWarnEvery;
  const std::uint64_t more = std::exchange(unsaid, 0);
  shared->options.warn(more == 0 ? line : line + " (and " + std::to_string(more) + " such before)");
}

// Nothing acknowledged is lost with a connection whose peer is waited for: what it has not sent whole was not answered.
bool Server::Impl::make_room() {
  const auto now = std::chrono::steady_clock::now();
  Connection* slowest = nullptr;
  for (const auto& connection : connections) {
    const auto since = connection->waits_since();
    if (connection->closed() || !since || now - *since < shared->options.gives_way_after) continue;
    if (slowest == nullptr || *since < *slowest->waits_since()) slowest = connection.get();
  }
  if (slowest == nullptr) return false;
  warn("a connection that brought nothing for longest gives way to another");
  slowest->close();
  return true;
}

void Server::Impl::take(Protocol::socket socket) {
  if (const auto error = refusal(socket)) {
    warn("connection refused: " + error->detail);
    send_away(socket, *error);
    return;
  }
  const auto connection = std::make_shared<Connection>(std::move(socket), shared);
  connections.insert(connection);
  connection->start([weak = weak_from_this(), connection = connection.get()] {
    const auto self = weak.lock();
    if (self) std::erase_if(self->connections, [&](const auto& each) { return each.get() == connection; });
  });
}

Task<> Server::Impl::sweep() {
  const auto self = shared_from_this();
  boost::system::error_code error;
  while (open) {
    sweeper.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(shared->options.peer_timeout) /
                          kSweepsPerTimeout);
    co_await sweeper.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    ++shared->sweeps;
    for (const auto& connection : connections) connection->sweep();
  }
}

void Server::Impl::close() {
  if (open) {
    struct stat now {};
    const std::string& path = shared->options.socket;
    if (::lstat(path.c_str(), &now) == 0 && now.st_dev == device && now.st_ino == inode) ::unlink(path.c_str());
  }
  open = false;
  shared->serving = false;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  sweeper.cancel();
  for (const auto& connection : connections) connection->close();
}

Server::Server(asio::io_context& io, Backend& backend, store::Kv& kv, net::Reader& reader, ServerOptions options)
    : impl_(std::make_shared<Impl>(io, backend, kv, reader, std::move(options))) {}

Server::~Server() { impl_->close(); }

Result<void> Server::listen() { return impl_->listen(); }

std::size_t Server::connections() const { return impl_->connections.size(); }

}  // namespace dunlin::api

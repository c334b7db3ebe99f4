#include "api/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/read.hpp>
#include <limits>

#include "api/call.hpp"
#include "api/routes.hpp"

namespace dunlin::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kLingerMax = 1 << 20;  // octets of a refused body that are read away before closing

// What a head that could not be read is answered; empty code: nothing, the peer is gone.
Error head_error(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return {"header_too_large", "a request's head has at most 16 KiB", ""};
  if (error == http::error::end_of_stream || error == http::error::partial_message) return {};
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return {"bad_request", error.message(), ""};
  return {};
}

}  // namespace

Connection::Connection(Socket accepted, std::shared_ptr<Context> shared)
    : context_owner(std::move(shared)),
      context(*context_owner),
      socket(std::move(accepted)),
      input(socket.get_executor()),
      output(socket.get_executor()) {}

void Connection::start(std::function<void()> ended) {
  asio::co_spawn(
      socket.get_executor(), [self = shared_from_this()] { return self->run(); },
      [self = shared_from_this(), ended = std::move(ended)](std::exception_ptr) {
        self->close();
        ended();
      });
}

void Connection::close() {
  boost::system::error_code ignored;
  socket.close(ignored);
  input.notify();
  output.notify();
}

void Connection::sweep() {
  for (const std::uint64_t since : waiting_) {
    if (since != 0 && context.sweeps > since + kSweepsPerTimeout) return close();
  }
}

Task<> Connection::run() {
  for (;;) {
    const bool more = co_await serve_one();
    if (!more) break;
  }
  co_await linger();
}

Task<bool> Connection::serve_one() {
  Call::Head head;
  head.header_limit(kHeaderMax);
  // Not boost::none: Boost 1.74 then refuses every Content-Length.
  head.body_limit(std::numeric_limits<std::uint64_t>::max());
  boost::system::error_code error;
  {
    const PeerWait wait(*this, reading);
    co_await http::async_read_header(socket, buffer, head, asio::redirect_error(asio::use_awaitable, error));
  }
  Target target;
  Error refusal = error ? head_error(error) : Error{};
  if ((error && refusal.code.empty()) || closed()) co_return false;
  progressed();
  if (!error) {
    auto parsed = parse_target(head.get().target());
    if (parsed) {
      target = std::move(*parsed);
    } else {
      refusal = std::move(parsed.error());
    }
  }
  RouteMatch match;
  Result<void> fits;
  if (refusal.code.empty()) match = find_route(head.get().method(), target.segments);
  if (match.route != nullptr) fits = check_query(match.route->query, target);
  Call call(*this, head, std::move(target));
  if (!refusal.code.empty()) {
    call.end_connection();
    co_await call.refuse(std::move(refusal));
    co_return false;
  }
  if (match.route != nullptr) {
    if (fits && match.route->takes.empty()) fits = co_await call.no_body();
    if (!fits) {
      co_await call.refuse(std::move(fits.error()));
    } else {
      co_await match.route->serve(call);
    }
  } else if (!match.allowed.empty()) {
    co_await call.refuse_method(std::move(match.allowed));
  } else {
    Error unknown{"not_found", "there is no such path", ""};
    co_await call.refuse(std::move(unknown));
  }
  progressed();
  co_return call.keep() && !closed();
}

// Says that nothing more comes, then reads away what the peer is still sending: closing over unread octets would break
// its writes before it has seen the answer.
Task<> Connection::linger() {
  boost::system::error_code error;
  socket.shutdown(Socket::shutdown_send, error);
  std::array<char, 4096> away;
  const PeerWait wait(*this, reading);
  for (std::size_t total = 0; !error && total < kLingerMax;) {
    total += co_await socket.async_read_some(asio::buffer(away), asio::redirect_error(asio::use_awaitable, error));
  }
}

}  // namespace dunlin::api

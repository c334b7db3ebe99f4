// One connection's stream of octets as Connections needs it: non-blocking, told by readiness. PlainStream is TCP as it
// is, TlsStream (tls_stream.hpp) the same over TLS, where either direction may have to wait for the other.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <string>

namespace dunlin::net {

using Tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class Stream {
 public:
  using Wait = Tcp::socket::wait_type;

  virtual ~Stream() = default;
  // Goes on with the handshake. No error: done. would_block: call again when the socket is ready for `wants`.
  virtual ErrorCode handshake(Wait& wants) = 0;
  // Takes or gives what is possible now, at least one octet unless there is an error; would_block: nothing now, call
  // again when the socket is ready for `wants`, which is left alone otherwise. What write_some() says it took, the
  // kernel has; after would_block the same octets are offered again first.
  virtual std::size_t read_some(boost::asio::mutable_buffer into, ErrorCode& error, Wait& wants) = 0;
  virtual std::size_t write_some(boost::asio::const_buffer octets, ErrorCode& error, Wait& wants) = 0;
  virtual void close() = 0;
  virtual Tcp::socket& socket() = 0;
  // For people.
  virtual std::string explain(const ErrorCode& error) const {
    return error == boost::asio::error::eof ? std::string("closed by the peer") : error.message();
  }
};

class PlainStream final : public Stream {
 public:
  explicit PlainStream(const boost::asio::any_io_executor& executor) : socket_(executor) {}
  explicit PlainStream(Tcp::socket socket) : socket_(std::move(socket)) {}
  ErrorCode handshake(Wait&) override { return {}; }
  std::size_t read_some(boost::asio::mutable_buffer into, ErrorCode& error, Wait&) override {
    return socket_.read_some(boost::asio::buffer(into), error);
  }
  std::size_t write_some(boost::asio::const_buffer octets, ErrorCode& error, Wait&) override {
    return socket_.write_some(boost::asio::buffer(octets), error);
  }
  void close() override {
    ErrorCode ignored;
    socket_.shutdown(Tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }
  Tcp::socket& socket() override { return socket_; }

 private:
  Tcp::socket socket_;
};

}  // namespace dunlin::net

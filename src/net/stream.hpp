// One connection's stream of octets as Connections needs it: non-blocking, told by readiness. PlainStream is TCP as it
// is; a TLS stream is another class with the same five verbs (its handshake asks for readiness in either direction
// before it is done).
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>

namespace dunlin::net {

using Tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class Stream {
 public:
  virtual ~Stream() = default;
  // Goes on with the handshake. No error: done. would_block: call again when the socket is ready for `wants`.
  virtual ErrorCode handshake(Tcp::socket::wait_type& wants) = 0;
  // Takes or gives what is possible now, at least one octet unless there is an error; would_block: nothing now.
  virtual std::size_t read_some(boost::asio::mutable_buffer into, ErrorCode& error) = 0;
  virtual std::size_t write_some(boost::asio::const_buffer octets, ErrorCode& error) = 0;
  virtual void close() = 0;
  virtual Tcp::socket& socket() = 0;
};

class PlainStream final : public Stream {
 public:
  explicit PlainStream(const boost::asio::any_io_executor& executor) : socket_(executor) {}
  ErrorCode handshake(Tcp::socket::wait_type&) override { return {}; }
  std::size_t read_some(boost::asio::mutable_buffer into, ErrorCode& error) override {
    return socket_.read_some(boost::asio::buffer(into), error);
  }
  std::size_t write_some(boost::asio::const_buffer octets, ErrorCode& error) override {
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

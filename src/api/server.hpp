// The API: HTTP/1.1 + JSON on a Unix stream socket (docs/api.md). Runs on the I/O thread; long reads of the store run
// on `reader`.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/backend.hpp"
#include "net/reader.hpp"
#include "store/kv.hpp"

namespace dunlin::api {

inline constexpr std::size_t kConnectionsMax = 1024;

struct ServerOptions {
  std::string socket;    // path of the socket
  unsigned mode = 0660;  // of the socket's file; also who may talk: kernel's rule on connect, and SO_PEERCRED
  std::string version;   // what /v1/status says
  std::chrono::milliseconds peer_timeout{
      60s};  // a peer that neither sends the rest of its request nor reads its answer is closed
  std::chrono::milliseconds keep_alive{15s};        // a blank line on a quiet event stream
  std::size_t connections_max = kConnectionsMax;    // or less where the process has fewer descriptors
  std::chrono::milliseconds gives_way_after{1000};  // at connections_max; see there
  std::size_t followers_max = kConnectionsMax / 2;  // event streams that follow; further ones are answered 503
  std::function<void(std::string_view line)> warn;  // a connection refused, for the log; unset: silent
};

// Bounds (docs/operating.md, "What a hostile peer can cost"). At connections_max the connection that has brought
// nothing whole (a request, a line) for longest gives way to a newcomer, if that is gives_way_after or more and it is
// the peer that is waited for; where there is none, the newcomer is answered 503 and closed.
inline constexpr std::size_t kUndurableOctetsMax =
    16 << 20;  // of all connections' lines handed in and unanswered; then each connection has one at a time
inline constexpr std::size_t kHeaderMax = 16 << 10;  // octets of a request's head; more: 431
inline constexpr std::size_t kBodyMax = 64 << 10;    // octets of a JSON body; more: 413
inline constexpr std::size_t kLineMax = 64 << 10;    // octets of an NDJSON line; more: that line is `too_long`
inline constexpr std::size_t kUndurableMax =
    512;  // lines of one connection handed in and unanswered; then its body is not read
inline constexpr std::size_t kBodyReadMax = 16 << 10;  // octets of an NDJSON body read at a time
inline constexpr std::size_t kUnsentMax = 64
                                          << 10;  // octets of answers a peer has not taken; then its body is not read
inline constexpr std::size_t kEventChunkMax = 64 << 10;  // octets of events rendered at a time

class Server {
 public:
  // All outlive the server, `kv` outlives `reader`.
  Server(boost::asio::io_context& io, Backend& backend, store::Kv& kv, net::Reader& reader, ServerOptions options);
  ~Server();  // closes every connection and takes the socket's file away
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes over a socket file that nobody listens on. Errors: "socket_in_use" (somebody does), "socket_io".
  [[nodiscard]] Result<void> listen();
  std::size_t connections() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dunlin::api

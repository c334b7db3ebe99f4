// One connection of the API's socket: its requests in their order, each handed to the route that serves it.
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "api/server.hpp"
#include "api/task.hpp"

namespace dunlin::api {

// What every connection of a server shares. The references are good while `serving`; its end closes every connection
// first.
struct Context {
  Backend& backend;
  store::Kv& kv;
  net::Reader& reader;
  ServerOptions options;
  Steady started;
  bool serving = true;
  std::uint64_t sweeps = 1;          // the server's slow clock: rises kSweepsPerTimeout times in options.peer_timeout
  std::size_t undurable_octets = 0;  // of lines handed in and unanswered, over all connections
  std::size_t followers = 0;         // event streams that follow
  std::size_t imports = 0;           // of campaigns, dry runs with them
};
inline constexpr std::uint64_t kSweepsPerTimeout = 8;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;
  enum Direction : std::size_t { reading, writing };

  // While one lives, the peer is expected to send or to read: for options.peer_timeout at most.
  class PeerWait {
   public:
    PeerWait(Connection& connection, Direction direction) : since_(connection.waiting_[direction]) {
      since_ = connection.context.sweeps;
    }
    ~PeerWait() { since_ = 0; }
    PeerWait(const PeerWait&) = delete;
    PeerWait& operator=(const PeerWait&) = delete;

   private:
    std::uint64_t& since_;
  };

  Connection(Socket accepted, std::shared_ptr<Context> shared);

  // Serves until the peer goes, then calls `ended`.
  void start(std::function<void()> ended);
  // Everything under way ends with an error; tasks waiting for a signal wake up and find closed().
  void close();
  bool closed() const { return !socket.is_open(); }
  // The server's slow clock ticked: a peer that let its time pass is closed.
  void sweep();
  // The peer brought something whole (a request's head, a line), or took a piece of its answer.
  void progressed() { progress_ = std::chrono::steady_clock::now(); }
  // When it last did, while it is the peer that is waited for; nullopt while we are.
  std::optional<std::chrono::steady_clock::time_point> waits_since() const {
    if (waiting_[writing] == 0 && (waiting_[reading] == 0 || unanswered > 0)) return std::nullopt;
    return progress_;
  }

  const std::shared_ptr<Context> context_owner;
  Context& context;
  Socket socket;
  boost::beast::flat_buffer buffer;  // read and not yet parsed: the next request may be in it
  Signal input, output;              // for the request being served
  std::size_t unanswered = 0;        // of its lines, handed in

 private:
  Task<> run();
  Task<bool> serve_one();  // false: the connection ends
  Task<> linger();

  std::array<std::uint64_t, 2> waiting_{};  // the sweep at which the wait began; 0: none
  std::chrono::steady_clock::time_point progress_ = std::chrono::steady_clock::now();
};

}  // namespace dunlin::api

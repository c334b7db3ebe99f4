// One ESME's connection: its session, its socket, and the deliveries it has not answered yet.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "delivery.hpp"
#include "session/smsc.hpp"

namespace dunlin::smsc {

struct Account;
class Peer;

// Who owns the peers. Each of the first two is the end of what the event loop had to say; the peer may be gone
// afterwards.
class PeerOwner {
 public:
  virtual ~PeerOwner() = default;
  virtual void came(Peer& peer) = 0;                 // octets were given to its session
  virtual void drained(Peer& peer) = 0;              // its socket takes octets again
  virtual void lost(Peer& peer) = 0;                 // its connection ended
  virtual boost::asio::mutable_buffer buffer() = 0;  // to read into; shared by all
};

class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(PeerOwner& owner, boost::asio::ip::tcp::socket socket, std::uint64_t id, const session::Options& options,
       Steady now);

  std::uint64_t id() const { return id_; }
  session::Smsc session;
  Account* account = nullptr;  // once it is bound
  bool touched = false;        // the owner's: has something to flush
  bool finishing = false;      // its session closed: to be closed once what it still has to say is gone

  // Reads whenever the peer takes what it is answered; a frozen one neither reads nor writes.
  void read();
  void freeze(bool frozen);
  // Writes what the kernel takes. False: the connection ended.
  bool flush();
  bool has_output() const { return session.output().unsent() > 0; }
  // Nothing comes after it. `reset`: the peer sees a connection reset.
  void close(bool reset = false);

  // There is room for one more.
  bool may_deliver() const;
  // Errors: the session's.
  [[nodiscard]] Result<void> deliver(Delivery delivery, const Options& options, Now now);
  Delivery take(std::uint64_t slot);  // the unanswered delivery whose tag this was

 private:
  void readable();

  PeerOwner& owner_;
  boost::asio::ip::tcp::socket socket_;
  std::uint64_t id_;
  std::vector<Delivery> slots_;
  std::vector<std::uint64_t> free_;
  bool reading_ = false, writing_ = false, frozen_ = false, open_ = true;
};

}  // namespace dunlin::smsc

// A live capture of one link: what was said on it while somebody listens, as a pcapng file that grows. Each PDU is a
// packet (one beyond 64 KiB: two) of a TCP connection made up around it, so that it can be dissected whatever the link
// was carried by, TLS too: 192.0.2.1 is us, 198.51.100.1 the SMSC at its own port, every session has a port of ours.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/smpp/redact.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace dunlin::engine {

class Capture {
 public:
  Capture(std::string_view smsc, std::uint16_t port, smpp::Redact what);

  // Octets of the file that were not taken yet wait here, this many at most. What comes when there is no room for it is
  // dropped and counted, in the next packet and at the file's end.
  static constexpr std::size_t kPendingMax = 4 << 20;
  // Sessions whose place in their stream is remembered; beyond, the oldest is forgotten.
  static constexpr std::size_t kStreamsMax = 256;

  // What was written since it was last taken.
  std::string take();
  bool has_more() const { return !pending_.empty(); }
  // How many there were, and how many were dropped: what a file ends with; it may say so in between.
  void append_statistics(std::int64_t wall_us);
  bool ended() const { return ended_; }  // its link is gone: nothing comes any more
  std::uint64_t packets() const { return packets_; }
  std::uint64_t dropped() const { return dropped_; }
  smpp::Redact what() const { return what_; }
  // Called when there is something to take, or it ended; not again before take().
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

  // For the recorder. False: dropped.
  bool add(std::uint64_t session, bool sent, std::int64_t wall_us, OctetView pdu);
  void end();

 private:
  struct Stream {
    std::uint32_t sent = 1, received = 1;  // the next octet's number, each way
    std::uint16_t packets = 0;
  };
  Stream& stream_of(std::uint64_t session);
  void tell();

  std::uint16_t port_;
  smpp::Redact what_;
  std::string pending_;
  std::map<std::uint64_t, Stream> streams_;
  std::function<void()> changed_;
  std::uint64_t packets_ = 0, dropped_ = 0, dropped_since_ = 0;
  bool told_ = false;
  bool ended_ = false;
};

}  // namespace dunlin::engine

#include "engine/capture.hpp"

#include <algorithm>
#include <utility>

#include "engine/pcapng.hpp"

namespace dunlin::engine {
namespace {

// Addresses for documentation (RFC 5737): nobody's.
constexpr std::uint32_t kOurAddress = 0xC0000201, kTheirAddress = 0xC6336401;
constexpr std::uint16_t kPortFirst = 49152, kPorts = 16384;  // for ephemeral use (RFC 6335 §6)
constexpr std::size_t kOverhead = 128;                       // of a packet's block and headers, at most

}  // namespace

Capture::Capture(std::string_view smsc, std::uint16_t port, smpp::Redact what) : port_(port), what_(what) {
  pcapng::append_head(
      pending_, "dunlin", smsc,
      what == smpp::Redact::personal ? "SMPP, numbers masked and texts left out" : "SMPP in full, passwords left out");
}

std::string Capture::take() {
  told_ = false;
  return std::exchange(pending_, {});
}

void Capture::append_statistics(std::int64_t wall_us) {
  pcapng::append_statistics(pending_, wall_us, packets_ + dropped_, dropped_);
}

Capture::Stream& Capture::stream_of(std::uint64_t session) {
  if (streams_.size() >= kStreamsMax && !streams_.contains(session)) streams_.erase(streams_.begin());
  return streams_[session];
}

bool Capture::add(std::uint64_t session, bool sent, std::int64_t wall_us, OctetView pdu) {
  Stream& stream = stream_of(session);
  const pcapng::Endpoint us{kOurAddress, static_cast<std::uint16_t>(kPortFirst + session % kPorts)};
  const pcapng::Endpoint them{kTheirAddress, port_};
  std::uint32_t& next = sent ? stream.sent : stream.received;
  const std::uint32_t acknowledged = sent ? stream.received : stream.sent;
  const bool room = pending_.size() + pdu.size() + kOverhead <= kPendingMax;
  if (!room) {
    ++dropped_;
    ++dropped_since_;
    next += static_cast<std::uint32_t>(pdu.size());
    return false;
  }
  ++packets_;
  while (!pdu.empty()) {
    const OctetView piece = pdu.first(std::min(pdu.size(), pcapng::kSegmentMax));
    pdu = pdu.subspan(piece.size());
    const std::string packet =
        pcapng::tcp_packet(sent ? us : them, sent ? them : us, next, acknowledged, stream.packets++, piece);
    next += static_cast<std::uint32_t>(piece.size());
    pcapng::append_packet(pending_, wall_us, packet, std::exchange(dropped_since_, 0));
  }
  tell();
  return true;
}

void Capture::end() {
  ended_ = true;
  tell();
}

void Capture::tell() {
  if (!std::exchange(told_, true) && changed_) changed_();
}

}  // namespace dunlin::engine

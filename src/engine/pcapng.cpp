#include "engine/pcapng.hpp"

#include <dunlin/base/check.hpp>

namespace dunlin::engine::pcapng {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A, kInterfaceDescription = 1, kInterfaceStatistics = 5,
                        kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint16_t kLinktypeRaw = 101;
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kApplication = 4;                                  // shb_userappl
constexpr std::uint16_t kName = 2, kDescription = 3, kTimeResolution = 9;  // if_name, if_description, if_tsresol
constexpr std::uint16_t kDropCount = 4;                                    // epb_dropcount
constexpr std::uint16_t kReceived = 4, kDropped = 5;                       // isb_ifrecv, isb_ifdrop

template <class T>
void little(std::string& out, T value) {
  for (std::size_t octet = 0; octet < sizeof(T); ++octet) out += static_cast<char>(value >> (8 * octet) & 0xFF);
}

void pad(std::string& out, std::size_t octets) { out.append((4 - octets % 4) % 4, '\0'); }

void option(std::string& out, std::uint16_t code, std::string_view value) {
  little(out, code);
  little(out, static_cast<std::uint16_t>(value.size()));
  out += value;
  pad(out, value.size());
}

void option(std::string& out, std::uint16_t code, std::uint64_t value) {
  std::string octets;
  little(octets, value);
  option(out, code, octets);
}

void end_of_options(std::string& out) { little(out, std::uint32_t{kEndOfOptions}); }

// The time as the format has it: the upper half first.
void timestamp(std::string& out, std::int64_t wall_us) {
  little(out, static_cast<std::uint32_t>(static_cast<std::uint64_t>(wall_us) >> 32));
  little(out, static_cast<std::uint32_t>(wall_us));
}

// Writes a block's type and length around what `body` appends.
template <class Body>
void block(std::string& out, std::uint32_t type, Body&& body) {
  const std::size_t begin = out.size();
  little(out, type);
  little(out, std::uint32_t{0});
  body();
  const auto length = static_cast<std::uint32_t>(out.size() - begin + 4);
  little(out, length);
  for (std::size_t octet = 0; octet < 4; ++octet)
    out[begin + 4 + octet] = static_cast<char>(length >> (8 * octet) & 0xFF);
}

template <class T>
void big(std::string& out, T value) {
  for (std::size_t octet = sizeof(T); octet-- > 0;) out += static_cast<char>(value >> (8 * octet) & 0xFF);
}

// The ones' complement sum of 16-bit words (RFC 1071).
std::uint64_t sum(std::string_view octets) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const std::uint64_t octet = static_cast<std::uint8_t>(octets[i]);
    total += i % 2 == 0 ? octet << 8 : octet;
  }
  return total;
}
std::uint16_t checksum(std::uint64_t total) {
  while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
  return static_cast<std::uint16_t>(~total);
}
void put_checksum(std::string& header, std::size_t at, std::uint16_t value) {
  header[at] = static_cast<char>(value >> 8);
  header[at + 1] = static_cast<char>(value & 0xFF);
}

}  // namespace

void append_head(std::string& out, std::string_view application, std::string_view interface,
                 std::string_view description) {
  block(out, kSectionHeader, [&] {
    little(out, kByteOrderMagic);
    little(out, std::uint16_t{1});  // the format's version, 1.0
    little(out, std::uint16_t{0});
    little(out, ~std::uint64_t{0});  // the section's length: not known
    option(out, kApplication, application);
    end_of_options(out);
  });
  block(out, kInterfaceDescription, [&] {
    little(out, kLinktypeRaw);
    little(out, std::uint16_t{0});
    little(out, std::uint32_t{0});  // packets are whole
    option(out, kName, interface);
    option(out, kDescription, description);
    option(out, kTimeResolution, std::string_view("\x06", 1));  // 10^-6 s
    end_of_options(out);
  });
}

void append_packet(std::string& out, std::int64_t wall_us, std::string_view packet, std::uint64_t dropped) {
  block(out, kEnhancedPacket, [&] {
    little(out, std::uint32_t{0});  // the interface
    timestamp(out, wall_us);
    little(out, static_cast<std::uint32_t>(packet.size()));
    little(out, static_cast<std::uint32_t>(packet.size()));
    out += packet;
    pad(out, packet.size());
    if (dropped == 0) return;
    option(out, kDropCount, dropped);
    end_of_options(out);
  });
}

void append_statistics(std::string& out, std::int64_t wall_us, std::uint64_t received, std::uint64_t dropped) {
  block(out, kInterfaceStatistics, [&] {
    little(out, std::uint32_t{0});
    timestamp(out, wall_us);
    option(out, kReceived, received);
    option(out, kDropped, dropped);
    end_of_options(out);
  });
}

std::string tcp_packet(const Endpoint& from, const Endpoint& to, std::uint32_t sequence, std::uint32_t acknowledged,
                       std::uint16_t identification, OctetView octets) {
  DUNLIN_CHECK(octets.size() <= kSegmentMax);
  constexpr std::uint8_t kTcp = 6, kTimeToLive = 64, kPushAck = 0x18;
  std::string addresses;
  big(addresses, from.address);
  big(addresses, to.address);

  std::string tcp;
  big(tcp, from.port);
  big(tcp, to.port);
  big(tcp, sequence);
  big(tcp, acknowledged);
  big(tcp, std::uint8_t{0x50});  // a header of 20 octets
  big(tcp, kPushAck);
  big(tcp, std::uint16_t{0xFFFF});  // the window
  big(tcp, std::uint32_t{0});       // checksum, urgent pointer
  tcp += text_of(octets);
  // With the pseudo header: addresses, protocol, length (RFC 9293 §3.1).
  put_checksum(tcp, 16, checksum(sum(addresses) + kTcp + tcp.size() + sum(tcp)));

  std::string ip;
  big(ip, std::uint16_t{0x4500});
  big(ip, static_cast<std::uint16_t>(20 + tcp.size()));
  big(ip, identification);
  big(ip, std::uint16_t{0x4000});  // not to be fragmented
  big(ip, kTimeToLive);
  big(ip, kTcp);
  big(ip, std::uint16_t{0});
  ip += addresses;
  put_checksum(ip, 10, checksum(sum(ip)));
  return ip + tcp;
}

}  // namespace dunlin::engine::pcapng

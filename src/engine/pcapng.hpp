// Capture files in the pcapng format (draft-ietf-opsawg-pcapng §4), as Wireshark reads them, appended to a string. One
// interface of raw IP packets, little endian, times in microseconds since 1970.
//
//   block   := type:u32 total_length:u32 body options padding total_length:u32
//   option  := code:u16 length:u16 value padding                              padding to 4 octets
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <string>
#include <string_view>

namespace dunlin::engine::pcapng {

// The section and its one interface: once, at the front.
void append_head(std::string& out, std::string_view application, std::string_view interface,
                 std::string_view description);

// `dropped`: packets that are missing before this one.
void append_packet(std::string& out, std::int64_t wall_us, std::string_view packet, std::uint64_t dropped);

// How many there were, and how many of them are missing: at the end, and in between as often as one likes.
void append_statistics(std::string& out, std::int64_t wall_us, std::uint64_t received, std::uint64_t dropped);

// One direction of a TCP connection that never was: IPv4 and TCP headers around octets that were said in it.
struct Endpoint {
  std::uint32_t address;
  std::uint16_t port;
};
inline constexpr std::size_t kSegmentMax = 65535 - 40;  // octets one IPv4 packet has room for
// At most kSegmentMax octets. `identification` rises by one a packet.
std::string tcp_packet(const Endpoint& from, const Endpoint& to, std::uint32_t sequence, std::uint32_t acknowledged,
                       std::uint16_t identification, OctetView octets);

}  // namespace dunlin::engine::pcapng

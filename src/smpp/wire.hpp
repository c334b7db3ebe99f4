// How each field type is written and read: four functions a type, picked by overload.
//
//   refusal(value)        why it must not be written, or Refusal::none
//   wire_octets(value)    how many octets it takes
//   write(at, value)      writes them and moves `at`
//   read(reader, value)   reads them, or says why it can't
#pragma once

#include <cstdint>
#include <cstring>
#include <dunlin/smpp/pdu.hpp>
#include <string_view>
#include <type_traits>

namespace dunlin::smpp::wire {

enum class Refusal : std::uint8_t { none, truncated, too_long, too_many, too_few, embedded_nul, bad_time, bad_value };

struct Reader {
  const std::uint8_t* at;
  const std::uint8_t* end;
  std::size_t left() const { return static_cast<std::size_t>(end - at); }
};

// Integers and enumerations, big endian.
template <class T>
concept Integer = std::is_integral_v<T> || std::is_enum_v<T>;

template <Integer T>
constexpr Refusal refusal(T) {
  return Refusal::none;
}
template <Integer T>
constexpr std::size_t wire_octets(T) {
  return sizeof(T);
}
template <Integer T>
void write(std::uint8_t*& at, T value) {
  const auto number = static_cast<std::uint64_t>(value);
  for (std::size_t octet = sizeof(T); octet-- > 0;) *at++ = static_cast<std::uint8_t>(number >> (8 * octet));
}
template <Integer T>
Refusal read(Reader& reader, T& value) {
  if (reader.left() < sizeof(T)) return Refusal::truncated;
  std::uint64_t number = 0;
  for (std::size_t octet = 0; octet < sizeof(T); ++octet) number = number << 8 | *reader.at++;
  value = static_cast<T>(number);
  return Refusal::none;
}

template <std::size_t N, std::size_t DecodeMax>
Refusal refusal(const CString<N, DecodeMax>& text) {
  if (text.overlong() || text.size() >= N) return Refusal::too_long;
  return text.view().find('\0') == std::string_view::npos ? Refusal::none : Refusal::embedded_nul;
}
template <std::size_t N, std::size_t DecodeMax>
std::size_t wire_octets(const CString<N, DecodeMax>& text) {
  return text.size() + 1;
}
template <std::size_t N, std::size_t DecodeMax>
void write(std::uint8_t*& at, const CString<N, DecodeMax>& text) {
  const auto view = text.view();
  std::memcpy(at, view.data(), view.size());
  at += view.size();
  *at++ = 0;
}
template <std::size_t N, std::size_t DecodeMax>
Refusal read(Reader& reader, CString<N, DecodeMax>& text) {
  const auto span = std::min(reader.left(), DecodeMax);
  if (span == 0) return Refusal::truncated;
  const auto* nul = static_cast<const std::uint8_t*>(std::memchr(reader.at, 0, span));
  if (nul == nullptr) return reader.left() < DecodeMax ? Refusal::truncated : Refusal::too_long;
  text.assign({reinterpret_cast<const char*>(reader.at), static_cast<std::size_t>(nul - reader.at)});
  reader.at = nul + 1;
  return Refusal::none;
}

// Empty, or fifteen digits and '+', '-' or 'R' (§7.1.1).
inline Refusal refusal(const TimeText& time) {
  const auto text = time.view();
  if (time.empty()) return Refusal::none;
  if (text.size() != 16) return Refusal::bad_time;
  for (const char digit : text.substr(0, 15)) {
    if (digit < '0' || digit > '9') return Refusal::bad_time;
  }
  return text[15] == '+' || text[15] == '-' || text[15] == 'R' ? Refusal::none : Refusal::bad_time;
}

template <std::size_t N, std::size_t DecodeMax>
Refusal refusal(const OctetString<N, DecodeMax>& octets) {
  return octets.overlong() || octets.size() > N ? Refusal::too_long : Refusal::none;
}
template <std::size_t N, std::size_t DecodeMax>
std::size_t wire_octets(const OctetString<N, DecodeMax>& octets) {
  return octets.size() + 1;
}
template <std::size_t N, std::size_t DecodeMax>
void write(std::uint8_t*& at, const OctetString<N, DecodeMax>& octets) {
  const auto view = octets.view();
  *at++ = static_cast<std::uint8_t>(view.size());
  if (!view.empty()) std::memcpy(at, view.data(), view.size());
  at += view.size();
}
template <std::size_t N, std::size_t DecodeMax>
Refusal read(Reader& reader, OctetString<N, DecodeMax>& octets) {
  if (reader.left() == 0) return Refusal::truncated;
  const std::size_t length = *reader.at;
  if (length > DecodeMax) return Refusal::too_long;
  if (reader.left() < 1 + length) return Refusal::truncated;
  octets.assign({reader.at + 1, length});
  reader.at += 1 + length;
  return Refusal::none;
}

// submit_multi's destinations: dest_flag (1 SME, 2 list), then the one or the other.
inline constexpr std::uint8_t kSmeAddressFlag = 1;
inline constexpr std::uint8_t kDistributionListFlag = 2;

inline Refusal refusal(const DestAddress& address) {
  if (const auto* list = std::get_if<DistributionList>(&address)) return refusal(list->dl_name);
  return refusal(std::get<SmeAddress>(address).destination_addr);
}
inline std::size_t wire_octets(const DestAddress& address) {
  if (const auto* list = std::get_if<DistributionList>(&address)) return 1 + wire_octets(list->dl_name);
  return 3 + wire_octets(std::get<SmeAddress>(address).destination_addr);
}
inline void write(std::uint8_t*& at, const DestAddress& address) {
  if (const auto* list = std::get_if<DistributionList>(&address)) {
    write(at, kDistributionListFlag);
    write(at, list->dl_name);
    return;
  }
  const auto& sme = std::get<SmeAddress>(address);
  write(at, kSmeAddressFlag);
  write(at, sme.dest_addr_ton);
  write(at, sme.dest_addr_npi);
  write(at, sme.destination_addr);
}
inline Refusal read(Reader& reader, DestAddress& address) {
  std::uint8_t flag = 0;
  if (const auto bad = read(reader, flag); bad != Refusal::none) return bad;
  if (flag == kDistributionListFlag) return read(reader, address.emplace<DistributionList>().dl_name);
  if (flag != kSmeAddressFlag) return Refusal::bad_value;
  auto& sme = address.emplace<SmeAddress>();
  if (const auto bad = read(reader, sme.dest_addr_ton); bad != Refusal::none) return bad;
  if (const auto bad = read(reader, sme.dest_addr_npi); bad != Refusal::none) return bad;
  return read(reader, sme.destination_addr);
}

inline Refusal refusal(const UnsuccessSme& sme) { return refusal(sme.destination_addr); }
inline std::size_t wire_octets(const UnsuccessSme& sme) { return 6 + wire_octets(sme.destination_addr); }
inline void write(std::uint8_t*& at, const UnsuccessSme& sme) {
  write(at, sme.dest_addr_ton);
  write(at, sme.dest_addr_npi);
  write(at, sme.destination_addr);
  write(at, sme.error_status_code);
}
inline Refusal read(Reader& reader, UnsuccessSme& sme) {
  if (const auto bad = read(reader, sme.dest_addr_ton); bad != Refusal::none) return bad;
  if (const auto bad = read(reader, sme.dest_addr_npi); bad != Refusal::none) return bad;
  if (const auto bad = read(reader, sme.destination_addr); bad != Refusal::none) return bad;
  return read(reader, sme.error_status_code);
}

// A count octet, then that many. submit_multi needs a destination; submit_multi_resp may have nothing to complain
// about.
template <class T>
Refusal refusal(const std::vector<T>& list) {
  if (list.size() > kDestinationsMax) return Refusal::too_many;
  if (std::is_same_v<T, DestAddress> && list.empty()) return Refusal::too_few;
  for (const auto& item : list) {
    if (const auto bad = refusal(item); bad != Refusal::none) return bad;
  }
  return Refusal::none;
}
template <class T>
std::size_t wire_octets(const std::vector<T>& list) {
  std::size_t octets = 1;
  for (const auto& item : list) octets += wire_octets(item);
  return octets;
}
template <class T>
void write(std::uint8_t*& at, const std::vector<T>& list) {
  *at++ = static_cast<std::uint8_t>(list.size());
  for (const auto& item : list) write(at, item);
}
// 255 destinations are read, too. Memory follows the octets that are there, not the count that is claimed.
template <class T>
Refusal read(Reader& reader, std::vector<T>& list) {
  std::uint8_t count = 0;
  if (const auto bad = read(reader, count); bad != Refusal::none) return bad;
  for (std::size_t item = 0; item < count; ++item) {
    if (const auto bad = read(reader, list.emplace_back()); bad != Refusal::none) return bad;
  }
  return Refusal::none;
}

}  // namespace dunlin::smpp::wire

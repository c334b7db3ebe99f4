// The value types of TLVs (SMPP 3.4 §5.3.2, 5.0 §4.8.4) and how each is written and, leniently, read.
//
// TlvValue<V> answers: append(out, value) writes the value's octets; parse(octets) reads them, or nothing when they
// can't be V; octets_min/octets_max bound what append may write; kind() is the type's name in the specification.
#pragma once

#include <concepts>
#include <cstdint>
#include <dunlin/smpp/types.hpp>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dunlin::smpp {

// Octets between Min and Max long.
template <std::size_t Min, std::size_t Max>
struct OctetRange {
  Octets octets;

  OctetRange() = default;
  OctetRange(OctetView view) : octets(view.begin(), view.end()) {}  // NOLINT(google-explicit-constructor)
  OctetRange(Octets&& value) : octets(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  OctetRange(const Octets& value) : octets(value) {}                // NOLINT(google-explicit-constructor)
  OctetRange(std::initializer_list<std::uint8_t> values) : octets(values) {}
  OctetRange(std::string_view text) : OctetRange(octets_of(text)) {}    // NOLINT(google-explicit-constructor)
  OctetRange(const std::string& text) : OctetRange(octets_of(text)) {}  // NOLINT(google-explicit-constructor)
  OctetRange(const char* text) : OctetRange(octets_of(text)) {}         // NOLINT(google-explicit-constructor)

  OctetView view() const { return octets; }
  std::string_view text() const { return text_of(octets); }
  std::size_t size() const { return octets.size(); }
  bool operator==(const OctetRange&) const = default;
};

// 3.4 §5.3.2.31: whose error code it is, and the code. Seen in the wild also as three ASCII digits and as a single
// octet; then `type` is 0.
struct NetworkErrorCode {
  std::uint8_t type = 0;  // 1 ANSI-136, 2 IS-95, 3 GSM; 5.0 adds 4 to 8
  std::uint16_t code = 0;
  bool operator==(const NetworkErrorCode&) const = default;
};

// 5.0 §4.8.4.8
struct BroadcastContentType {
  std::uint8_t network_type = 0;
  std::uint16_t content_type = 0;
  bool operator==(const BroadcastContentType&) const = default;
};

// 5.0 §4.8.4.11
struct BroadcastFrequencyInterval {
  std::uint8_t unit = 0;  // 0x08 seconds, 0x09 minutes, 0x0A hours, … 0x0E years
  std::uint16_t value = 0;
  bool operator==(const BroadcastFrequencyInterval&) const = default;
};

// 5.0 §4.8.4.4
struct BroadcastAreaIdentifier {
  std::uint8_t format = 0;  // 0 alias or name, 1 ellipsoid arc, 2 polygon
  Octets details;           // at most 254 octets
  bool operator==(const BroadcastAreaIdentifier&) const = default;
};

template <class V>
struct TlvValue;

template <class V>
requires(std::unsigned_integral<V> || std::is_enum_v<V>) struct TlvValue<V> {
  static constexpr std::size_t octets_min = sizeof(V);
  static constexpr std::size_t octets_max = sizeof(V);
  static constexpr std::string_view kind() { return "Integer"; }
  static bool fits(V) { return true; }
  static void append(Octets& out, V value) {
    const auto number = static_cast<std::uint64_t>(value);
    for (std::size_t octet = sizeof(V); octet-- > 0;) out.push_back(static_cast<std::uint8_t>(number >> (8 * octet)));
  }
  // An integer of another width is taken when its value fits.
  static std::optional<V> parse(OctetView octets) {
    if (octets.empty() || octets.size() > 8) return std::nullopt;
    std::uint64_t number = 0;
    for (const auto octet : octets) number = number << 8 | octet;
    if (number > std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * sizeof(V))) return std::nullopt;
    return static_cast<V>(number);
  }
};

template <std::size_t N, std::size_t DecodeMax>
struct TlvValue<CString<N, DecodeMax>> {
  static constexpr std::size_t octets_min = 1;
  static constexpr std::size_t octets_max = N;
  static constexpr std::string_view kind() { return "C-Octet String"; }
  static bool fits(const CString<N, DecodeMax>& value) {
    return !value.overlong() && value.size() < N && value.view().find('\0') == std::string_view::npos;
  }
  static void append(Octets& out, const CString<N, DecodeMax>& value) {
    const auto text = octets_of(value.view());
    out.insert(out.end(), text.begin(), text.end());
    out.push_back(0);
  }
  // Ends at the first NUL, or, where a peer forgot it, at the end.
  static std::optional<CString<N, DecodeMax>> parse(OctetView octets) {
    auto text = text_of(octets);
    text = text.substr(0, text.find('\0'));
    if (text.size() >= DecodeMax) return std::nullopt;
    return CString<N, DecodeMax>(text);
  }
};

template <std::size_t Min, std::size_t Max>
struct TlvValue<OctetRange<Min, Max>> {
  static constexpr std::size_t octets_min = Min;
  static constexpr std::size_t octets_max = Max;
  static constexpr std::string_view kind() { return "Octet String"; }
  static bool fits(const OctetRange<Min, Max>& value) { return value.size() >= Min && value.size() <= Max; }
  static void append(Octets& out, const OctetRange<Min, Max>& value) {
    out.insert(out.end(), value.octets.begin(), value.octets.end());
  }
  static std::optional<OctetRange<Min, Max>> parse(OctetView octets) { return OctetRange<Min, Max>(octets); }
};

// One octet and a 16-bit integer: three of the structures have this form.
template <class V>
requires(std::same_as<V, NetworkErrorCode> || std::same_as<V, BroadcastContentType> ||
         std::same_as<V, BroadcastFrequencyInterval>) struct TlvValue<V> {
  static constexpr std::size_t octets_min = 3;
  static constexpr std::size_t octets_max = 3;
  static constexpr std::string_view kind() { return "Octet String"; }
  static bool fits(const V&) { return true; }
  static void append(Octets& out, const V& value) {
    const auto [first, second] = value;
    TlvValue<std::uint8_t>::append(out, first);
    TlvValue<std::uint16_t>::append(out, second);
  }
  static std::optional<V> parse(OctetView octets) {
    const auto at = [&](std::size_t index) { return static_cast<std::uint16_t>(octets[index]); };
    if constexpr (std::same_as<V, NetworkErrorCode>) {
      const auto digit = [&](std::size_t index) { return at(index) >= '0' && at(index) <= '9'; };
      if (octets.size() == 1) return V{0, at(0)};
      if (octets.size() == 2) return V{0, static_cast<std::uint16_t>(at(0) << 8 | at(1))};
      if (octets.size() == 3 && digit(0) && digit(1) && digit(2)) {
        return V{0, static_cast<std::uint16_t>((at(0) - '0') * 100 + (at(1) - '0') * 10 + (at(2) - '0'))};
      }
    }
    if (octets.size() != 3) return std::nullopt;
    return V{octets[0], static_cast<std::uint16_t>(at(1) << 8 | at(2))};
  }
};

template <>
struct TlvValue<BroadcastAreaIdentifier> {
  static constexpr std::size_t octets_min = 1;
  static constexpr std::size_t octets_max = 255;
  static constexpr std::string_view kind() { return "Octet String"; }
  static bool fits(const BroadcastAreaIdentifier& value) { return value.details.size() < octets_max; }
  static void append(Octets& out, const BroadcastAreaIdentifier& value) {
    out.push_back(value.format);
    out.insert(out.end(), value.details.begin(), value.details.end());
  }
  static std::optional<BroadcastAreaIdentifier> parse(OctetView octets) {
    if (octets.empty()) return std::nullopt;
    return BroadcastAreaIdentifier{octets[0], Octets(octets.begin() + 1, octets.end())};
  }
};

}  // namespace dunlin::smpp

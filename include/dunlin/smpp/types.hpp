// The wire types of SMPP 3.4 §3.1 and the small enumerations of §5.2. Bounds count the NUL as the specification's
// tables do.
//
// Strings live inside their owner: a PDU without TLVs allocates nothing. A text longer than a field can hold is kept as
// `overlong()` and nothing else; encode then refuses the PDU and names the field, so a cut text never leaves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <dunlin/base/octets.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dunlin::smpp {

// Real peers overrun the specification's bounds: decoding accepts this many octets (with the NUL), encoding does not.
inline constexpr std::size_t kLenientTextOctets = 65;
inline constexpr std::size_t kLenientMessageIdOctets = 256;

// C-Octet String: at most N octets with its NUL when encoded, at most DecodeMax when decoded.
template <std::size_t N, std::size_t DecodeMax = N>
class CString {
  static_assert(N >= 2 && DecodeMax >= N && DecodeMax <= 256);

 public:
  static constexpr std::size_t octets_max = N;
  static constexpr std::size_t decode_octets_max = DecodeMax;

  CString() = default;
  CString(std::string_view text) { assign(text); }    // NOLINT(google-explicit-constructor)
  CString(const std::string& text) { assign(text); }  // NOLINT(google-explicit-constructor)
  CString(const char* text) { assign(text); }         // NOLINT(google-explicit-constructor)
  CString& operator=(std::string_view text) { return assign(text); }
  CString& operator=(const std::string& text) { return assign(text); }
  CString& operator=(const char* text) { return assign(text); }

  CString& assign(std::string_view text) {
    if (text.size() > DecodeMax - 1) {
      size_ = kOverlong;
    } else {
      if (!text.empty()) std::memcpy(text_, text.data(), text.size());
      size_ = static_cast<std::uint16_t>(text.size());
    }
    return *this;
  }

  std::string_view view() const { return {text_, overlong() ? std::size_t{0} : size_}; }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
  std::string str() const { return std::string(view()); }
  std::size_t size() const { return view().size(); }
  bool empty() const { return size_ == 0; }
  bool overlong() const { return size_ == kOverlong; }

  template <std::size_t M, std::size_t D>
  friend bool operator==(const CString& a, const CString<M, D>& b) {
    return a.overlong() == b.overlong() && a.view() == b.view();
  }
  friend bool operator==(const CString& a, std::string_view b) { return !a.overlong() && a.view() == b; }

 private:
  static constexpr std::uint16_t kOverlong = 0xFFFF;
  std::uint16_t size_ = 0;
  char text_[DecodeMax - 1];
};

// Octet String with a length octet in front, which is never a member: at most N octets encoded, DecodeMax decoded.
template <std::size_t N, std::size_t DecodeMax = N>
class OctetString {
  static_assert(N >= 1 && DecodeMax >= N && DecodeMax <= 255);

 public:
  static constexpr std::size_t octets_max = N;
  static constexpr std::size_t decode_octets_max = DecodeMax;

  OctetString() = default;
  OctetString(OctetView octets) { assign(octets); }                  // NOLINT(google-explicit-constructor)
  OctetString(const Octets& octets) { assign(octets); }              // NOLINT(google-explicit-constructor)
  OctetString(std::string_view text) { assign(octets_of(text)); }    // NOLINT(google-explicit-constructor)
  OctetString(const std::string& text) { assign(octets_of(text)); }  // NOLINT(google-explicit-constructor)
  OctetString(const char* text) { assign(octets_of(text)); }         // NOLINT(google-explicit-constructor)

  OctetString& assign(OctetView octets) {
    if (octets.size() > DecodeMax) {
      size_ = kOverlong;
    } else {
      if (!octets.empty()) std::memcpy(octets_, octets.data(), octets.size());
      size_ = static_cast<std::uint16_t>(octets.size());
    }
    return *this;
  }

  OctetView view() const { return {octets_, overlong() ? std::size_t{0} : size_}; }
  std::string_view text() const { return text_of(view()); }
  std::size_t size() const { return view().size(); }
  bool empty() const { return size_ == 0; }
  bool overlong() const { return size_ == kOverlong; }

  friend bool operator==(const OctetString& a, const OctetString& b) {
    return a.overlong() == b.overlong() && std::ranges::equal(a.view(), b.view());
  }

 private:
  static constexpr std::uint16_t kOverlong = 0xFFFF;
  std::uint16_t size_ = 0;
  std::uint8_t octets_[DecodeMax];
};

// A bind's or outbind's password: no dump shows it.
struct Password : CString<9, kLenientTextOctets> {
  using CString::CString;
  using CString::operator=;
};

// A time (§7.1.1), empty or exactly 16 characters when encoded; see time.hpp. Peers send shorter local times in
// query_sm_resp.
struct TimeText : CString<17, 33> {
  using CString::CString;
  using CString::operator=;
};

using ServiceType = CString<6, kLenientTextOctets>;
using SystemId = CString<16, kLenientTextOctets>;
using SystemType = CString<13, kLenientTextOctets>;
using AddressRange = CString<41, kLenientTextOctets>;
using Address = CString<21, kLenientTextOctets>;
using LongAddress = CString<65>;  // data_sm, alert_notification
using MessageId = CString<65, kLenientMessageIdOctets>;
using ListName = CString<21, kLenientTextOctets>;
// 254 octets in 3.4, 255 in 5.0; more goes into message_payload.
using ShortMessage = OctetString<254, 255>;

// §5.2.5
enum class Ton : std::uint8_t {
  unknown = 0,
  international = 1,
  national = 2,
  network_specific = 3,
  subscriber_number = 4,
  alphanumeric = 5,
  abbreviated = 6,
};

// §5.2.6
enum class Npi : std::uint8_t {
  unknown = 0,
  isdn = 1,
  data = 3,
  telex = 4,
  land_mobile = 6,
  national = 8,
  private_plan = 9,
  ermes = 10,
  internet = 14,
  wap = 18,
};

// §5.2.28; 0 and 9 are 5.0's. Other values occur.
enum class MessageState : std::uint8_t {
  scheduled = 0,
  enroute = 1,
  delivered = 2,
  expired = 3,
  deleted = 4,
  undeliverable = 5,
  accepted = 6,
  unknown = 7,
  rejected = 8,
  skipped = 9,
};

// §5.2.12: bits of esm_class. Test with masks: peers set several at once.
namespace esm_class {
inline constexpr std::uint8_t kModeMask = 0x03;
inline constexpr std::uint8_t kDatagram = 0x01;
inline constexpr std::uint8_t kForward = 0x02;
inline constexpr std::uint8_t kStoreAndForward = 0x03;
inline constexpr std::uint8_t kTypeMask = 0x3C;
inline constexpr std::uint8_t kDeliveryReceipt = 0x04;
inline constexpr std::uint8_t kDeliveryAck = 0x08;
inline constexpr std::uint8_t kUserAck = 0x10;
inline constexpr std::uint8_t kConversationAbort = 0x18;
inline constexpr std::uint8_t kIntermediate = 0x20;
inline constexpr std::uint8_t kUdhi = 0x40;
inline constexpr std::uint8_t kReplyPath = 0x80;
}  // namespace esm_class

// §5.2.17: bits of registered_delivery.
namespace registered_delivery {
inline constexpr std::uint8_t kNone = 0x00;
inline constexpr std::uint8_t kFinal = 0x01;         // success or failure
inline constexpr std::uint8_t kFailure = 0x02;       // failure only
inline constexpr std::uint8_t kSuccess = 0x03;       // success only (5.0)
inline constexpr std::uint8_t kIntermediate = 0x10;  // intermediate notifications, too
}  // namespace registered_delivery

// §5.2.4
namespace interface_version {
inline constexpr std::uint8_t k33 = 0x33;
inline constexpr std::uint8_t k34 = 0x34;
inline constexpr std::uint8_t k50 = 0x50;
}  // namespace interface_version

// A destination of submit_multi (§4.5.1.1): dest_flag 1 is an SME address, 2 a distribution list.
struct SmeAddress {
  Ton dest_addr_ton{};
  Npi dest_addr_npi{};
  Address destination_addr;
  bool operator==(const SmeAddress&) const = default;
};
struct DistributionList {
  ListName dl_name;
  bool operator==(const DistributionList&) const = default;
};
using DestAddress = std::variant<SmeAddress, DistributionList>;

// A destination submit_multi could not serve (§4.5.2.1).
struct UnsuccessSme {
  Ton dest_addr_ton{};
  Npi dest_addr_npi{};
  Address destination_addr;
  std::uint32_t error_status_code = 0;
  bool operator==(const UnsuccessSme&) const = default;
};

// Lists have one count octet in front, never a member: at most 255 encoded (the specification says 254).
inline constexpr std::size_t kDestinationsMax = 254;
using DestAddresses = std::vector<DestAddress>;
using UnsuccessSmes = std::vector<UnsuccessSme>;

}  // namespace dunlin::smpp

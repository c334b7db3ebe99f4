// TLVs (SMPP 3.4 §3.2.4 and §5.3, 5.0 §4.8): one row a TLV, and the set of them a PDU carries.
//
//   TLV := tag:u16 length:u16 value:length octets
//
// A set keeps what came as it came: order, repetitions, tags nobody knows. It is the octets of its wire form, so
// decoding and encoding it are one copy each; typed values are read from it on demand. All rows as one list:
// tlv_rows.hpp.
#pragma once

#include <cstdint>
#include <dunlin/smpp/command.hpp>
#include <dunlin/smpp/tlv_value.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dunlin::smpp {

template <std::uint16_t Tag, class V>
struct Tlv {
  using Value = V;
  static constexpr std::uint16_t tag = Tag;
  std::string_view name;
  std::uint8_t since = interface_version::k34;  // the version that introduced it
};

class TlvSet {
 public:
  // The first TLV of this tag, or nothing where there is none or its octets can't be such a value.
  template <std::uint16_t Tag, class V>
  std::optional<V> get(const Tlv<Tag, V>&) const {
    const auto octets = raw(Tag);
    return octets ? TlvValue<V>::parse(*octets) : std::nullopt;
  }
  // All of this tag, in order (broadcast_area_identifier may repeat).
  template <std::uint16_t Tag, class V>
  std::vector<V> get_all(const Tlv<Tag, V>&) const {
    std::vector<V> values;
    for_each([&](std::uint16_t tag, OctetView octets) {
      if (tag != Tag) return;
      if (auto value = TlvValue<V>::parse(octets)) values.push_back(*std::move(value));
    });
    return values;
  }
  // Replaces every TLV of this tag by one, in the place of the first. A value outside its row's bounds makes encode
  // refuse the PDU and name the TLV.
  template <std::uint16_t Tag, class V>
  void set(const Tlv<Tag, V>& row, const std::type_identity_t<V>& value) {
    if (refused_ == Tag) refused_ = 0;
    if (contains(Tag)) {
      if (TlvValue<V>::fits(value)) {
        Octets octets;
        TlvValue<V>::append(octets, value);
        set_raw(Tag, octets);
        return;
      }
      erase(Tag);
    }
    add(row, value);
  }
  // Appends one more.
  template <std::uint16_t Tag, class V>
  void add(const Tlv<Tag, V>&, const std::type_identity_t<V>& value) {
    if (!TlvValue<V>::fits(value)) {
      refused_ = Tag;
      return;
    }
    const auto start = begin(Tag);
    TlvValue<V>::append(octets_, value);
    end(start);
  }
  template <std::uint16_t Tag, class V>
  bool contains(const Tlv<Tag, V>&) const {
    return contains(Tag);
  }
  template <std::uint16_t Tag, class V>
  void erase(const Tlv<Tag, V>&) {
    erase(Tag);
  }

  // The same by number, for vendors' TLVs. Views are valid until the set changes. A value has at most 65535 octets; a
  // longer one makes encode refuse the PDU.
  std::optional<OctetView> raw(std::uint16_t tag) const;
  bool contains(std::uint16_t tag) const { return raw(tag).has_value(); }
  void set_raw(std::uint16_t tag, OctetView value);
  void add_raw(std::uint16_t tag, OctetView value);
  void erase(std::uint16_t tag);

  // visit(tag, value octets) for each, in order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t at = 0; at < octets_.size();) {
      const auto length = u16(at + 2);
      visit(u16(at), OctetView(octets_).subspan(at + 4, length));
      at += 4U + length;
    }
  }
  bool empty() const { return octets_.empty() && refused_ == 0; }
  void clear() { *this = {}; }

  OctetView octets() const { return octets_; }  // the wire form
  // Takes the whole TLVs at the front of `octets` and leaves a last, incomplete one out: peers send them, and the
  // message matters more.
  void assign_octets(OctetView octets);
  // The tag of a value that was refused by set or add; 0: none.
  std::uint16_t refused() const { return refused_; }

  bool operator==(const TlvSet&) const = default;

 private:
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(octets_[at] << 8 | octets_[at + 1]); }
  std::size_t begin(std::uint16_t tag);
  void end(std::size_t start);

  Octets octets_;
  std::uint16_t refused_ = 0;
};

namespace tlv {

using Octet = std::uint8_t;
inline constexpr std::uint8_t kSince50 = interface_version::k50;

inline constexpr Tlv<0x0005, Octet> dest_addr_subunit{"dest_addr_subunit"};
inline constexpr Tlv<0x0006, Octet> dest_network_type{"dest_network_type"};
inline constexpr Tlv<0x0007, Octet> dest_bearer_type{"dest_bearer_type"};
inline constexpr Tlv<0x0008, std::uint16_t> dest_telematics_id{"dest_telematics_id"};
inline constexpr Tlv<0x000D, Octet> source_addr_subunit{"source_addr_subunit"};
inline constexpr Tlv<0x000E, Octet> source_network_type{"source_network_type"};
inline constexpr Tlv<0x000F, Octet> source_bearer_type{"source_bearer_type"};
inline constexpr Tlv<0x0010, Octet> source_telematics_id{"source_telematics_id"};
inline constexpr Tlv<0x0017, std::uint32_t> qos_time_to_live{"qos_time_to_live"};  // seconds
inline constexpr Tlv<0x0019, Octet> payload_type{"payload_type"};
inline constexpr Tlv<0x001D, CString<256>> additional_status_info_text{"additional_status_info_text"};
inline constexpr Tlv<0x001E, MessageId> receipted_message_id{"receipted_message_id"};
inline constexpr Tlv<0x0030, Octet> ms_msg_wait_facilities{"ms_msg_wait_facilities"};
inline constexpr Tlv<0x0201, Octet> privacy_indicator{"privacy_indicator"};
inline constexpr Tlv<0x0202, OctetRange<2, 23>> source_subaddress{"source_subaddress"};
inline constexpr Tlv<0x0203, OctetRange<2, 23>> dest_subaddress{"dest_subaddress"};
inline constexpr Tlv<0x0204, std::uint16_t> user_message_reference{"user_message_reference"};
inline constexpr Tlv<0x0205, Octet> user_response_code{"user_response_code"};
inline constexpr Tlv<0x020A, std::uint16_t> source_port{"source_port"};
inline constexpr Tlv<0x020B, std::uint16_t> destination_port{"destination_port"};
inline constexpr Tlv<0x020C, std::uint16_t> sar_msg_ref_num{"sar_msg_ref_num"};
inline constexpr Tlv<0x020D, Octet> language_indicator{"language_indicator"};
inline constexpr Tlv<0x020E, Octet> sar_total_segments{"sar_total_segments"};
inline constexpr Tlv<0x020F, Octet> sar_segment_seqnum{"sar_segment_seqnum"};
inline constexpr Tlv<0x0210, Octet> sc_interface_version{"sc_interface_version"};
inline constexpr Tlv<0x0302, Octet> callback_num_pres_ind{"callback_num_pres_ind"};
inline constexpr Tlv<0x0303, OctetRange<0, 65>> callback_num_atag{"callback_num_atag"};
inline constexpr Tlv<0x0304, Octet> number_of_messages{"number_of_messages"};
inline constexpr Tlv<0x0381, OctetRange<4, 19>> callback_num{"callback_num"};
inline constexpr Tlv<0x0420, Octet> dpf_result{"dpf_result"};
inline constexpr Tlv<0x0421, Octet> set_dpf{"set_dpf"};
inline constexpr Tlv<0x0422, Octet> ms_availability_status{"ms_availability_status"};
inline constexpr Tlv<0x0423, NetworkErrorCode> network_error_code{"network_error_code"};
inline constexpr Tlv<0x0424, OctetRange<0, 65535>> message_payload{"message_payload"};
inline constexpr Tlv<0x0425, Octet> delivery_failure_reason{"delivery_failure_reason"};
inline constexpr Tlv<0x0426, Octet> more_messages_to_send{"more_messages_to_send"};
inline constexpr Tlv<0x0427, MessageState> message_state{"message_state"};
inline constexpr Tlv<0x0428, Octet> congestion_state{"congestion_state",
                                                     kSince50};  // 0 idle … 100 congested; slow down from 90
inline constexpr Tlv<0x0501, Octet> ussd_service_op{"ussd_service_op"};
inline constexpr Tlv<0x0600, Octet> broadcast_channel_indicator{"broadcast_channel_indicator", kSince50};
inline constexpr Tlv<0x0601, BroadcastContentType> broadcast_content_type{"broadcast_content_type", kSince50};
inline constexpr Tlv<0x0602, OctetRange<0, 255>> broadcast_content_type_info{"broadcast_content_type_info", kSince50};
inline constexpr Tlv<0x0603, Octet> broadcast_message_class{"broadcast_message_class", kSince50};
inline constexpr Tlv<0x0604, std::uint16_t> broadcast_rep_num{"broadcast_rep_num", kSince50};
inline constexpr Tlv<0x0605, BroadcastFrequencyInterval> broadcast_frequency_interval{"broadcast_frequency_interval",
                                                                                      kSince50};
inline constexpr Tlv<0x0606, BroadcastAreaIdentifier> broadcast_area_identifier{"broadcast_area_identifier", kSince50};
inline constexpr Tlv<0x0607, std::uint32_t> broadcast_error_status{"broadcast_error_status", kSince50};
inline constexpr Tlv<0x0608, Octet> broadcast_area_success{"broadcast_area_success", kSince50};
inline constexpr Tlv<0x0609, CString<17>> broadcast_end_time{"broadcast_end_time", kSince50};
inline constexpr Tlv<0x060A, OctetRange<1, 255>> broadcast_service_group{"broadcast_service_group", kSince50};
inline constexpr Tlv<0x060B, OctetRange<1, 1024>> billing_identification{"billing_identification", kSince50};
inline constexpr Tlv<0x060D, CString<66>> source_network_id{"source_network_id", kSince50};
inline constexpr Tlv<0x060E, CString<66>> dest_network_id{"dest_network_id", kSince50};
inline constexpr Tlv<0x060F, OctetRange<6, 6>> source_node_id{"source_node_id", kSince50};
inline constexpr Tlv<0x0610, OctetRange<6, 6>> dest_node_id{"dest_node_id", kSince50};
inline constexpr Tlv<0x0611, Octet> dest_addr_np_resolution{"dest_addr_np_resolution", kSince50};
inline constexpr Tlv<0x0612, OctetRange<10, 10>> dest_addr_np_information{"dest_addr_np_information", kSince50};
inline constexpr Tlv<0x0613, OctetRange<1, 5>> dest_addr_np_country{"dest_addr_np_country", kSince50};
inline constexpr Tlv<0x1201, Octet> display_time{"display_time"};
inline constexpr Tlv<0x1203, std::uint16_t> sms_signal{"sms_signal"};
inline constexpr Tlv<0x1204, OctetRange<1, 4>> ms_validity{
    "ms_validity"};  // one octet in 3.4, in 5.0 also four: behaviour, units, number
inline constexpr Tlv<0x130C, OctetRange<0, 1>> alert_on_message_delivery{"alert_on_message_delivery"};  // empty in 3.4
inline constexpr Tlv<0x1380, Octet> its_reply_type{"its_reply_type"};
inline constexpr Tlv<0x1383, std::uint16_t> its_session_info{"its_session_info"};

}  // namespace tlv

// A row without its type, for dumps and documents.
struct TlvRow {
  std::uint16_t tag;
  std::string_view name;
  std::string_view kind;
  std::size_t octets_min, octets_max;
  std::uint8_t since;
};
std::span<const TlvRow> tlv_table();
// Null for a tag nobody listed.
const TlvRow* find_tlv(std::uint16_t tag);

// The tags the specifications list for an operation, ascending; empty for one that has none. Neither decode nor encode
// refuses others.
std::span<const std::uint16_t> legal_tlvs(CommandId operation);
// Those of them 5.0 demands (broadcast_sm, query_broadcast_sm_resp).
std::span<const std::uint16_t> mandatory_tlvs(CommandId operation);

}  // namespace dunlin::smpp

// Which TLVs the specifications list for which operation (SMPP 3.4 §4, tables of each operation; 5.0 §4.8.2 to §4.8.3
// by group).
#include <algorithm>
#include <array>
#include <dunlin/smpp/tlv.hpp>

namespace dunlin::smpp {
namespace {

template <class... Rows>
constexpr auto tags(const Rows&... rows) {
  std::array<std::uint16_t, sizeof...(Rows)> list{rows.tag...};
  std::ranges::sort(list);
  return list;
}

template <std::size_t N, std::size_t M>
constexpr auto both(const std::array<std::uint16_t, N>& a, const std::array<std::uint16_t, M>& b) {
  std::array<std::uint16_t, N + M> list{};
  std::ranges::copy(b, std::ranges::copy(a, list.begin()).out);
  std::ranges::sort(list);
  return list;
}

constexpr auto kCongestion = tags(tlv::congestion_state);
constexpr auto kBindResp = tags(tlv::sc_interface_version, tlv::congestion_state);

constexpr auto kSubmit = tags(
    tlv::alert_on_message_delivery, tlv::billing_identification, tlv::callback_num, tlv::callback_num_atag,
    tlv::callback_num_pres_ind, tlv::dest_addr_np_country, tlv::dest_addr_np_information, tlv::dest_addr_np_resolution,
    tlv::dest_addr_subunit, tlv::dest_bearer_type, tlv::dest_network_id, tlv::dest_network_type, tlv::dest_node_id,
    tlv::dest_subaddress, tlv::dest_telematics_id, tlv::destination_port, tlv::display_time, tlv::its_reply_type,
    tlv::its_session_info, tlv::language_indicator, tlv::message_payload, tlv::more_messages_to_send,
    tlv::ms_msg_wait_facilities, tlv::ms_validity, tlv::number_of_messages, tlv::payload_type, tlv::privacy_indicator,
    tlv::qos_time_to_live, tlv::sar_msg_ref_num, tlv::sar_segment_seqnum, tlv::sar_total_segments, tlv::set_dpf,
    tlv::sms_signal, tlv::source_addr_subunit, tlv::source_bearer_type, tlv::source_network_id,
    tlv::source_network_type, tlv::source_node_id, tlv::source_port, tlv::source_subaddress, tlv::source_telematics_id,
    tlv::user_message_reference, tlv::user_response_code, tlv::ussd_service_op);

// In 3.4 data_sm also carries receipts (§4.7.1).
constexpr auto kData = both(kSubmit, tags(tlv::receipted_message_id, tlv::message_state, tlv::network_error_code));

constexpr auto kDeliver = tags(
    tlv::callback_num, tlv::callback_num_atag, tlv::callback_num_pres_ind, tlv::dest_addr_np_country,
    tlv::dest_addr_np_information, tlv::dest_addr_np_resolution, tlv::dest_addr_subunit, tlv::dest_network_id,
    tlv::dest_node_id, tlv::dest_subaddress, tlv::destination_port, tlv::dpf_result, tlv::its_reply_type,
    tlv::its_session_info, tlv::language_indicator, tlv::message_payload, tlv::message_state, tlv::network_error_code,
    tlv::payload_type, tlv::privacy_indicator, tlv::receipted_message_id, tlv::sar_msg_ref_num, tlv::sar_segment_seqnum,
    tlv::sar_total_segments, tlv::source_addr_subunit, tlv::source_network_id, tlv::source_node_id, tlv::source_port,
    tlv::source_subaddress, tlv::user_message_reference, tlv::user_response_code, tlv::ussd_service_op);

constexpr auto kSubmitResp = tags(tlv::additional_status_info_text, tlv::congestion_state, tlv::delivery_failure_reason,
                                  tlv::dpf_result, tlv::network_error_code);
constexpr auto kDeliverResp = tags(tlv::additional_status_info_text, tlv::congestion_state,
                                   tlv::delivery_failure_reason, tlv::network_error_code);
constexpr auto kReplace = tags(tlv::message_payload);
constexpr auto kAlert = tags(tlv::ms_availability_status);

constexpr auto kBroadcastMandatory = tags(tlv::broadcast_area_identifier, tlv::broadcast_content_type,
                                          tlv::broadcast_rep_num, tlv::broadcast_frequency_interval);
constexpr auto kBroadcast =
    both(kBroadcastMandatory,
         tags(tlv::alert_on_message_delivery, tlv::broadcast_channel_indicator, tlv::broadcast_content_type_info,
              tlv::broadcast_message_class, tlv::broadcast_service_group, tlv::callback_num, tlv::callback_num_atag,
              tlv::callback_num_pres_ind, tlv::dest_addr_subunit, tlv::dest_subaddress, tlv::destination_port,
              tlv::display_time, tlv::language_indicator, tlv::message_payload, tlv::ms_validity, tlv::payload_type,
              tlv::privacy_indicator, tlv::sms_signal, tlv::source_addr_subunit, tlv::source_port,
              tlv::source_subaddress, tlv::user_message_reference));
constexpr auto kBroadcastResp =
    tags(tlv::broadcast_error_status, tlv::broadcast_area_identifier, tlv::congestion_state);
constexpr auto kQueryBroadcast = tags(tlv::user_message_reference);
constexpr auto kQueryBroadcastRespMandatory =
    tags(tlv::message_state, tlv::broadcast_area_identifier, tlv::broadcast_area_success);
constexpr auto kQueryBroadcastResp = both(
    kQueryBroadcastRespMandatory, tags(tlv::broadcast_end_time, tlv::user_message_reference, tlv::congestion_state));
constexpr auto kCancelBroadcast = tags(tlv::broadcast_content_type, tlv::user_message_reference);

}  // namespace

std::span<const std::uint16_t> legal_tlvs(CommandId operation) {
  switch (operation) {
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp: return kBindResp;
    case CommandId::submit_sm:
    case CommandId::submit_multi: return kSubmit;
    case CommandId::submit_sm_resp:
    case CommandId::submit_multi_resp:
    case CommandId::data_sm_resp: return kSubmitResp;
    case CommandId::data_sm: return kData;
    case CommandId::deliver_sm: return kDeliver;
    case CommandId::deliver_sm_resp: return kDeliverResp;
    case CommandId::replace_sm: return kReplace;
    case CommandId::alert_notification: return kAlert;
    case CommandId::broadcast_sm: return kBroadcast;
    case CommandId::broadcast_sm_resp: return kBroadcastResp;
    case CommandId::query_broadcast_sm: return kQueryBroadcast;
    case CommandId::query_broadcast_sm_resp: return kQueryBroadcastResp;
    case CommandId::cancel_broadcast_sm: return kCancelBroadcast;
    case CommandId::unbind_resp:
    case CommandId::enquire_link_resp:
    case CommandId::query_sm_resp:
    case CommandId::cancel_sm_resp:
    case CommandId::replace_sm_resp:
    case CommandId::cancel_broadcast_sm_resp: return kCongestion;
    default: return {};
  }
}

std::span<const std::uint16_t> mandatory_tlvs(CommandId operation) {
  switch (operation) {
    case CommandId::broadcast_sm: return kBroadcastMandatory;
    case CommandId::query_broadcast_sm_resp: return kQueryBroadcastRespMandatory;
    default: return {};
  }
}

}  // namespace dunlin::smpp

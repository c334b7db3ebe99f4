// All rows of tlv.hpp as one list, for those who walk it: a header of its own, since a tuple of this many types costs
// every file that includes it half a second of compiling.
#pragma once

#include <cstdint>
#include <dunlin/smpp/tlv.hpp>
#include <tuple>

namespace dunlin::smpp::tlv {

// Every row; tags ascend, or it does not compile.
inline constexpr std::tuple all{dest_addr_subunit,
                                dest_network_type,
                                dest_bearer_type,
                                dest_telematics_id,
                                source_addr_subunit,
                                source_network_type,
                                source_bearer_type,
                                source_telematics_id,
                                qos_time_to_live,
                                payload_type,
                                additional_status_info_text,
                                receipted_message_id,
                                ms_msg_wait_facilities,
                                privacy_indicator,
                                source_subaddress,
                                dest_subaddress,
                                user_message_reference,
                                user_response_code,
                                source_port,
                                destination_port,
                                sar_msg_ref_num,
                                language_indicator,
                                sar_total_segments,
                                sar_segment_seqnum,
                                sc_interface_version,
                                callback_num_pres_ind,
                                callback_num_atag,
                                number_of_messages,
                                callback_num,
                                dpf_result,
                                set_dpf,
                                ms_availability_status,
                                network_error_code,
                                message_payload,
                                delivery_failure_reason,
                                more_messages_to_send,
                                message_state,
                                congestion_state,
                                ussd_service_op,
                                broadcast_channel_indicator,
                                broadcast_content_type,
                                broadcast_content_type_info,
                                broadcast_message_class,
                                broadcast_rep_num,
                                broadcast_frequency_interval,
                                broadcast_area_identifier,
                                broadcast_error_status,
                                broadcast_area_success,
                                broadcast_end_time,
                                broadcast_service_group,
                                billing_identification,
                                source_network_id,
                                dest_network_id,
                                source_node_id,
                                dest_node_id,
                                dest_addr_np_resolution,
                                dest_addr_np_information,
                                dest_addr_np_country,
                                display_time,
                                sms_signal,
                                ms_validity,
                                alert_on_message_delivery,
                                its_reply_type,
                                its_session_info};

constexpr bool tags_ascend() {
  return std::apply(
      [](const auto&... row) {
        std::int32_t last = -1;
        bool ascend = true;
        ((ascend = ascend && row.tag > last, last = row.tag), ...);
        return ascend;
      },
      all);
}
static_assert(tags_ascend(), "TLV rows must ascend by tag");

}  // namespace dunlin::smpp::tlv

// command_status: what the peer said (SMPP 3.4 §5.1.3, 5.0 §4.7.6), and what is to be done about it. Any 32-bit value
// is legal.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dunlin::smpp {

enum class CommandStatus : std::uint32_t {
  ok = 0x00,
  invalid_message_length = 0x01,
  invalid_command_length = 0x02,
  invalid_command_id = 0x03,
  invalid_bind_status = 0x04,
  already_bound = 0x05,
  invalid_priority_flag = 0x06,
  invalid_registered_delivery = 0x07,
  system_error = 0x08,
  invalid_source_address = 0x0A,
  invalid_destination_address = 0x0B,
  invalid_message_id = 0x0C,
  bind_failed = 0x0D,
  invalid_password = 0x0E,
  invalid_system_id = 0x0F,
  cancel_failed = 0x11,
  replace_failed = 0x13,
  message_queue_full = 0x14,
  invalid_service_type = 0x15,
  invalid_number_of_destinations = 0x33,
  invalid_distribution_list = 0x34,
  invalid_destination_flag = 0x40,
  invalid_submit_with_replace = 0x42,
  invalid_esm_class = 0x43,
  cannot_submit_to_list = 0x44,
  submit_failed = 0x45,
  invalid_source_ton = 0x48,
  invalid_source_npi = 0x49,
  invalid_destination_ton = 0x50,
  invalid_destination_npi = 0x51,
  invalid_system_type = 0x53,
  invalid_replace_flag = 0x54,
  invalid_number_of_messages = 0x55,
  throttled = 0x58,
  invalid_schedule = 0x61,
  invalid_expiry = 0x62,
  invalid_default_message = 0x63,
  temporary_application_error = 0x64,
  permanent_application_error = 0x65,
  rejected_by_application = 0x66,
  query_failed = 0x67,
  invalid_tlv_stream = 0xC0,
  tlv_not_allowed = 0xC1,
  invalid_tlv_length = 0xC2,
  missing_tlv = 0xC3,
  invalid_tlv_value = 0xC4,
  delivery_failure = 0xFE,
  unknown_error = 0xFF,
  service_type_unauthorised = 0x100,
  prohibited = 0x101,
  service_type_unavailable = 0x102,
  service_type_denied = 0x103,
  invalid_data_coding = 0x104,
  invalid_source_subunit = 0x105,
  invalid_destination_subunit = 0x106,
  invalid_broadcast_frequency = 0x107,
  invalid_broadcast_alias = 0x108,
  invalid_broadcast_area_format = 0x109,
  invalid_number_of_broadcast_areas = 0x10A,
  invalid_broadcast_content_type = 0x10B,
  invalid_broadcast_message_class = 0x10C,
  broadcast_failed = 0x10D,
  broadcast_query_failed = 0x10E,
  broadcast_cancel_failed = 0x10F,
  invalid_broadcast_repetitions = 0x110,
  invalid_broadcast_service_group = 0x111,
  invalid_broadcast_channel = 0x112,
};

// What the answer to a request means for that request.
enum class StatusClass : std::uint8_t {
  ok,
  retry,      // temporary or unclear: again later, a bounded number of times
  throttle,   // too fast: slow the link down, the try does not count
  refuse,     // permanent for this message
  drop_link,  // the session is not what we think it is: close, bind anew, send again
};

// What the answer to a bind means.
enum class BindClass : std::uint8_t {
  ok,
  retry,          // exponential backoff
  busy,           // the SMSC has enough of us for now: a cool-down of its own
  already_bound,  // a half-dead session keeps the slot: a cool-down of its own
  credentials,    // straight to the longest delay, and loudly: accounts get locked by fast rebinding
  configuration,  // as credentials: what we ask for is not had there, and will not be by asking again
};
inline constexpr std::size_t kBindClasses = 6;

struct StatusRow {
  CommandStatus value;
  std::string_view name;  // the specification's: "ESME_RTHROTTLED"
  StatusClass on_request;
  BindClass on_bind;
  std::string_view text;  // for people
};

// Every status of 3.4 and 5.0, ascending by value.
std::span<const StatusRow> status_table();
// Null for a value outside the table (reserved and vendor values).
const StatusRow* find_status(CommandStatus status);

// Outside the table: retry, since reserved and vendor values are seen for anything.
StatusClass status_class(CommandStatus status);
BindClass bind_class(CommandStatus status);
// "ESME_RTHROTTLED", or "other" outside the table: bounded, fit for a metric's label.
std::string_view status_name(CommandStatus status);

std::string_view to_string(StatusClass value);
std::string_view to_string(BindClass value);

}  // namespace dunlin::smpp

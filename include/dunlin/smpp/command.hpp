// The operations of SMPP 3.4 (§5.1.2.1) and the broadcast operations of 5.0 (§4.7.5), by command_id. Any other value
// may arrive, too.
#pragma once

#include <cstdint>
#include <string_view>

namespace dunlin::smpp {

inline constexpr std::uint32_t kResponseBit = 0x80000000;

enum class CommandId : std::uint32_t {
  bind_receiver = 0x00000001,
  bind_transmitter = 0x00000002,
  query_sm = 0x00000003,
  submit_sm = 0x00000004,
  deliver_sm = 0x00000005,
  unbind = 0x00000006,
  replace_sm = 0x00000007,
  cancel_sm = 0x00000008,
  bind_transceiver = 0x00000009,
  outbind = 0x0000000B,
  enquire_link = 0x00000015,
  submit_multi = 0x00000021,
  alert_notification = 0x00000102,
  data_sm = 0x00000103,
  broadcast_sm = 0x00000111,
  query_broadcast_sm = 0x00000112,
  cancel_broadcast_sm = 0x00000113,
  generic_nack = 0x80000000,
  bind_receiver_resp = 0x80000001,
  bind_transmitter_resp = 0x80000002,
  query_sm_resp = 0x80000003,
  submit_sm_resp = 0x80000004,
  deliver_sm_resp = 0x80000005,
  unbind_resp = 0x80000006,
  replace_sm_resp = 0x80000007,
  cancel_sm_resp = 0x80000008,
  bind_transceiver_resp = 0x80000009,
  enquire_link_resp = 0x80000015,
  submit_multi_resp = 0x80000021,
  data_sm_resp = 0x80000103,
  broadcast_sm_resp = 0x80000111,
  query_broadcast_sm_resp = 0x80000112,
  cancel_broadcast_sm_resp = 0x80000113,
};

// generic_nack counts as a response: it must never be answered either.
constexpr bool is_response(CommandId id) { return (static_cast<std::uint32_t>(id) & kResponseBit) != 0; }

// The response's command_id. outbind and alert_notification have none (§4.1.7, §4.12): for them, for responses, and for
// ids this table doesn't know, generic_nack.
constexpr CommandId response_to(CommandId request) {
  switch (request) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::query_sm:
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
    case CommandId::unbind:
    case CommandId::replace_sm:
    case CommandId::cancel_sm:
    case CommandId::bind_transceiver:
    case CommandId::enquire_link:
    case CommandId::submit_multi:
    case CommandId::data_sm:
    case CommandId::broadcast_sm:
    case CommandId::query_broadcast_sm:
    case CommandId::cancel_broadcast_sm:
      return static_cast<CommandId>(static_cast<std::uint32_t>(request) | kResponseBit);
    default: return CommandId::generic_nack;
  }
}

// The specification's name ("submit_sm_resp"), or "unknown".
std::string_view command_name(CommandId id);

}  // namespace dunlin::smpp

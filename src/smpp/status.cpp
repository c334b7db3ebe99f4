// The status table. Classes follow what SMSCs and gateways do, not only what the specification's words suggest: a full
// queue slows the link like a throttle answer, ESME_RSUBMITFAIL is worth another try.
#include <algorithm>
#include <array>
#include <dunlin/smpp/status.hpp>

namespace dunlin::smpp {
namespace {

using S = CommandStatus;
using R = StatusClass;
using B = BindClass;

constexpr std::array kRows{
    StatusRow{S::ok, "ESME_ROK", R::ok, B::ok, "no error"},
    StatusRow{S::invalid_message_length, "ESME_RINVMSGLEN", R::refuse, B::configuration, "message length is invalid"},
    StatusRow{S::invalid_command_length, "ESME_RINVCMDLEN", R::refuse, B::configuration, "command length is invalid"},
    StatusRow{S::invalid_command_id, "ESME_RINVCMDID", R::refuse, B::configuration, "command id is invalid or not supported"},
    StatusRow{S::invalid_bind_status, "ESME_RINVBNDSTS", R::drop_link, B::retry, "wrong bind status for this command"},
    StatusRow{S::already_bound, "ESME_RALYBND", R::drop_link, B::already_bound, "already bound, or too many binds"},
    StatusRow{S::invalid_priority_flag, "ESME_RINVPRTFLG", R::refuse, B::retry, "invalid priority_flag"},
    StatusRow{S::invalid_registered_delivery, "ESME_RINVREGDLVFLG", R::refuse, B::retry, "invalid registered_delivery"},
    StatusRow{S::system_error, "ESME_RSYSERR", R::retry, B::retry, "system error"},
    StatusRow{S::invalid_source_address, "ESME_RINVSRCADR", R::refuse, B::retry, "invalid source address"},
    StatusRow{S::invalid_destination_address, "ESME_RINVDSTADR", R::refuse, B::retry, "invalid destination address"},
    StatusRow{S::invalid_message_id, "ESME_RINVMSGID", R::refuse, B::retry, "message id is invalid"},
    StatusRow{S::bind_failed, "ESME_RBINDFAIL", R::drop_link, B::credentials, "bind failed"},
    StatusRow{S::invalid_password, "ESME_RINVPASWD", R::drop_link, B::credentials, "invalid password"},
    StatusRow{S::invalid_system_id, "ESME_RINVSYSID", R::drop_link, B::credentials, "invalid system_id"},
    StatusRow{S::cancel_failed, "ESME_RCANCELFAIL", R::refuse, B::retry, "cancel_sm failed"},
    StatusRow{S::replace_failed, "ESME_RREPLACEFAIL", R::refuse, B::retry, "replace_sm failed"},
    StatusRow{S::message_queue_full, "ESME_RMSGQFUL", R::throttle, B::busy, "message queue full"},
    StatusRow{S::invalid_service_type, "ESME_RINVSERTYP", R::refuse, B::retry, "invalid service_type"},
    StatusRow{S::invalid_number_of_destinations, "ESME_RINVNUMDESTS", R::refuse, B::retry,
              "invalid number of destinations"},
    StatusRow{S::invalid_distribution_list, "ESME_RINVDLNAME", R::refuse, B::retry, "invalid distribution list name"},
    StatusRow{S::invalid_destination_flag, "ESME_RINVDESTFLAG", R::refuse, B::retry, "invalid dest_flag"},
    StatusRow{S::invalid_submit_with_replace, "ESME_RINVSUBREP", R::refuse, B::retry, "invalid submit with replace"},
    StatusRow{S::invalid_esm_class, "ESME_RINVESMCLASS", R::refuse, B::retry, "invalid esm_class"},
    StatusRow{S::cannot_submit_to_list, "ESME_RCNTSUBDL", R::refuse, B::retry, "can't submit to a distribution list"},
    StatusRow{S::submit_failed, "ESME_RSUBMITFAIL", R::retry, B::retry, "submit_sm or submit_multi failed"},
    StatusRow{S::invalid_source_ton, "ESME_RINVSRCTON", R::refuse, B::retry, "invalid source address TON"},
    StatusRow{S::invalid_source_npi, "ESME_RINVSRCNPI", R::refuse, B::retry, "invalid source address NPI"},
    StatusRow{S::invalid_destination_ton, "ESME_RINVDSTTON", R::refuse, B::retry, "invalid destination address TON"},
    StatusRow{S::invalid_destination_npi, "ESME_RINVDSTNPI", R::refuse, B::retry, "invalid destination address NPI"},
    StatusRow{S::invalid_system_type, "ESME_RINVSYSTYP", R::refuse, B::configuration, "invalid system_type"},
    StatusRow{S::invalid_replace_flag, "ESME_RINVREPFLAG", R::refuse, B::retry, "invalid replace_if_present_flag"},
    StatusRow{S::invalid_number_of_messages, "ESME_RINVNUMMSGS", R::refuse, B::retry, "invalid number of messages"},
    StatusRow{S::throttled, "ESME_RTHROTTLED", R::throttle, B::busy, "throttled: more than the allowed rate"},
    StatusRow{S::invalid_schedule, "ESME_RINVSCHED", R::refuse, B::retry, "invalid schedule_delivery_time"},
    StatusRow{S::invalid_expiry, "ESME_RINVEXPIRY", R::refuse, B::retry, "invalid validity_period"},
    StatusRow{S::invalid_default_message, "ESME_RINVDFTMSGID", R::refuse, B::retry,
              "predefined message invalid or not found"},
    StatusRow{S::temporary_application_error, "ESME_RX_T_APPN", R::retry, B::retry, "receiver's temporary error"},
    StatusRow{S::permanent_application_error, "ESME_RX_P_APPN", R::refuse, B::retry, "receiver's permanent error"},
    StatusRow{S::rejected_by_application, "ESME_RX_R_APPN", R::refuse, B::retry, "receiver rejected the message"},
    StatusRow{S::query_failed, "ESME_RQUERYFAIL", R::refuse, B::retry, "query_sm failed"},
    StatusRow{S::invalid_tlv_stream, "ESME_RINVOPTPARSTREAM", R::refuse, B::configuration, "error in the TLVs"},
    StatusRow{S::tlv_not_allowed, "ESME_ROPTPARNOTALLWD", R::refuse, B::configuration, "TLV not allowed"},
    StatusRow{S::invalid_tlv_length, "ESME_RINVPARLEN", R::refuse, B::configuration, "invalid TLV length"},
    StatusRow{S::missing_tlv, "ESME_RMISSINGOPTPARAM", R::refuse, B::configuration, "expected TLV missing"},
    StatusRow{S::invalid_tlv_value, "ESME_RINVOPTPARAMVAL", R::refuse, B::configuration, "invalid TLV value"},
    StatusRow{S::delivery_failure, "ESME_RDELIVERYFAILURE", R::refuse, B::retry, "delivery failed (transaction mode)"},
    StatusRow{S::unknown_error, "ESME_RUNKNOWNERR", R::retry, B::retry, "unknown error"},
    StatusRow{S::service_type_unauthorised, "ESME_RSERTYPUNAUTH", R::refuse, B::retry,
              "not authorised for this service_type"},
    StatusRow{S::prohibited, "ESME_RPROHIBITED", R::refuse, B::credentials, "operation prohibited"},
    StatusRow{S::service_type_unavailable, "ESME_RSERTYPUNAVAIL", R::retry, B::retry, "service_type unavailable"},
    StatusRow{S::service_type_denied, "ESME_RSERTYPDENIED", R::refuse, B::retry, "service_type denied"},
    StatusRow{S::invalid_data_coding, "ESME_RINVDCS", R::refuse, B::retry, "invalid data_coding"},
    StatusRow{S::invalid_source_subunit, "ESME_RINVSRCADDRSUBUNIT", R::refuse, B::retry,
              "invalid source address subunit"},
    StatusRow{S::invalid_destination_subunit, "ESME_RINVDSTADDRSUBUNIT", R::refuse, B::retry,
              "invalid destination address subunit"},
    StatusRow{S::invalid_broadcast_frequency, "ESME_RINVBCASTFREQINT", R::refuse, B::retry,
              "invalid broadcast frequency interval"},
    StatusRow{S::invalid_broadcast_alias, "ESME_RINVBCASTALIAS_NAME", R::refuse, B::retry,
              "invalid broadcast alias name"},
    StatusRow{S::invalid_broadcast_area_format, "ESME_RINVBCASTAREAFMT", R::refuse, B::retry,
              "invalid broadcast area format"},
    StatusRow{S::invalid_number_of_broadcast_areas, "ESME_RINVNUMBCAST_AREAS", R::refuse, B::retry,
              "invalid number of broadcast areas"},
    StatusRow{S::invalid_broadcast_content_type, "ESME_RINVBCASTCNTTYPE", R::refuse, B::retry,
              "invalid broadcast content type"},
    StatusRow{S::invalid_broadcast_message_class, "ESME_RINVBCASTMSGCLASS", R::refuse, B::retry,
              "invalid broadcast message class"},
    StatusRow{S::broadcast_failed, "ESME_RBCASTFAIL", R::refuse, B::retry, "broadcast_sm failed"},
    StatusRow{S::broadcast_query_failed, "ESME_RBCASTQUERYFAIL", R::refuse, B::retry, "query_broadcast_sm failed"},
    StatusRow{S::broadcast_cancel_failed, "ESME_RBCASTCANCELFAIL", R::refuse, B::retry, "cancel_broadcast_sm failed"},
    StatusRow{S::invalid_broadcast_repetitions, "ESME_RINVBCAST_REP", R::refuse, B::retry,
              "invalid number of repeated broadcasts"},
    StatusRow{S::invalid_broadcast_service_group, "ESME_RINVBCASTSRVGRP", R::refuse, B::retry,
              "invalid broadcast service group"},
    StatusRow{S::invalid_broadcast_channel, "ESME_RINVBCASTCHANIND", R::refuse, B::retry,
              "invalid broadcast channel indicator"},
};
static_assert(std::ranges::is_sorted(kRows, {}, &StatusRow::value));

}  // namespace

std::span<const StatusRow> status_table() { return kRows; }

const StatusRow* find_status(CommandStatus status) {
  const auto row = std::ranges::lower_bound(kRows, status, {}, &StatusRow::value);
  return row != kRows.end() && row->value == status ? &*row : nullptr;
}

StatusClass status_class(CommandStatus status) {
  const auto* row = find_status(status);
  return row != nullptr ? row->on_request : StatusClass::retry;
}

BindClass bind_class(CommandStatus status) {
  const auto* row = find_status(status);
  return row != nullptr ? row->on_bind : BindClass::retry;
}

std::string_view status_name(CommandStatus status) {
  const auto* row = find_status(status);
  return row != nullptr ? row->name : "other";
}

std::string_view to_string(StatusClass value) {
  switch (value) {
    case StatusClass::ok: return "ok";
    case StatusClass::retry: return "retry";
    case StatusClass::throttle: return "throttle";
    case StatusClass::refuse: return "refuse";
    case StatusClass::drop_link: return "drop_link";
  }
  return "unknown";
}

std::string_view to_string(BindClass value) {
  switch (value) {
    case BindClass::ok: return "ok";
    case BindClass::retry: return "retry";
    case BindClass::busy: return "busy";
    case BindClass::already_bound: return "already_bound";
    case BindClass::credentials: return "credentials";
    case BindClass::configuration: return "configuration";
  }
  return "unknown";
}

}  // namespace dunlin::smpp

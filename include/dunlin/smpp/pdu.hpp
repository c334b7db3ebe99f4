// The PDUs of SMPP 3.4 §4 and 5.0's broadcast operations (§4.4), as plain structs. Each says its fields once, in
// `fields`, in the order of the wire; codec, dump, samples and the reference page walk that list. Names are the
// specification's; a length or count octet is never a member. Operations with the same body are one template.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <dunlin/smpp/command.hpp>
#include <dunlin/smpp/status.hpp>
#include <dunlin/smpp/tlv.hpp>
#include <dunlin/smpp/types.hpp>
#include <tuple>
#include <variant>

namespace dunlin::smpp {

// The 16 octets every PDU starts with: four 32-bit integers (§3.2).
struct Header {
  static constexpr std::size_t octets = 16;
  std::uint32_t command_length = 0;  // of the whole PDU
  CommandId command_id{};
  CommandStatus command_status{};
  std::uint32_t sequence_number = 0;
  bool operator==(const Header&) const = default;
};

// unbind, enquire_link, generic_nack and the responses that carry nothing.
template <CommandId Id>
struct HeaderOnly {
  static constexpr CommandId command_id = Id;
  TlvSet tlvs;
  static constexpr std::tuple<> fields{};
  bool operator==(const HeaderOnly&) const = default;
};

// bind_receiver, bind_transmitter, bind_transceiver (§4.1).
template <CommandId Id>
struct Bind {
  static constexpr CommandId command_id = Id;
  SystemId system_id;
  Password password;
  SystemType system_type;
  std::uint8_t interface_version = interface_version::k34;
  Ton addr_ton{};
  Npi addr_npi{};
  AddressRange address_range;
  TlvSet tlvs;
  static constexpr auto fields =
      std::tuple{field("system_id", &Bind::system_id),        field("password", &Bind::password),
                 field("system_type", &Bind::system_type),    field("interface_version", &Bind::interface_version),
                 field("addr_ton", &Bind::addr_ton),          field("addr_npi", &Bind::addr_npi),
                 field("address_range", &Bind::address_range)};
  bool operator==(const Bind&) const = default;
};

template <CommandId Id>
struct BindResp {
  static constexpr CommandId command_id = Id;
  SystemId system_id;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("system_id", &BindResp::system_id)};
  bool operator==(const BindResp&) const = default;
};

// §4.1.7; it has no response.
struct Outbind {
  static constexpr CommandId command_id = CommandId::outbind;
  SystemId system_id;
  Password password;
  TlvSet tlvs;
  static constexpr auto fields =
      std::tuple{field("system_id", &Outbind::system_id), field("password", &Outbind::password)};
  bool operator==(const Outbind&) const = default;
};

// submit_sm (§4.4.1) and deliver_sm (§4.6.1).
template <CommandId Id>
struct ShortMessagePdu {
  static constexpr CommandId command_id = Id;
  ServiceType service_type;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  Ton dest_addr_ton{};
  Npi dest_addr_npi{};
  Address destination_addr;
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  TimeText schedule_delivery_time;
  TimeText validity_period;
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  ShortMessage short_message;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("service_type", &ShortMessagePdu::service_type),
                                            field("source_addr_ton", &ShortMessagePdu::source_addr_ton),
                                            field("source_addr_npi", &ShortMessagePdu::source_addr_npi),
                                            field("source_addr", &ShortMessagePdu::source_addr),
                                            field("dest_addr_ton", &ShortMessagePdu::dest_addr_ton),
                                            field("dest_addr_npi", &ShortMessagePdu::dest_addr_npi),
                                            field("destination_addr", &ShortMessagePdu::destination_addr),
                                            field("esm_class", &ShortMessagePdu::esm_class),
                                            field("protocol_id", &ShortMessagePdu::protocol_id),
                                            field("priority_flag", &ShortMessagePdu::priority_flag),
                                            field("schedule_delivery_time", &ShortMessagePdu::schedule_delivery_time),
                                            field("validity_period", &ShortMessagePdu::validity_period),
                                            field("registered_delivery", &ShortMessagePdu::registered_delivery),
                                            field("replace_if_present_flag", &ShortMessagePdu::replace_if_present_flag),
                                            field("data_coding", &ShortMessagePdu::data_coding),
                                            field("sm_default_msg_id", &ShortMessagePdu::sm_default_msg_id),
                                            field("short_message", &ShortMessagePdu::short_message)};
  bool operator==(const ShortMessagePdu&) const = default;
};

// The responses to submit_sm, deliver_sm, data_sm and broadcast_sm. In deliver_sm_resp message_id is unused, and yet
// its NUL must be there.
template <CommandId Id>
struct MessageIdResp {
  static constexpr CommandId command_id = Id;
  MessageId message_id;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("message_id", &MessageIdResp::message_id)};
  bool operator==(const MessageIdResp&) const = default;
};

// §4.5.1
struct SubmitMulti {
  static constexpr CommandId command_id = CommandId::submit_multi;
  ServiceType service_type;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  DestAddresses dest_address;
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  TimeText schedule_delivery_time;
  TimeText validity_period;
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  ShortMessage short_message;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("service_type", &SubmitMulti::service_type),
                                            field("source_addr_ton", &SubmitMulti::source_addr_ton),
                                            field("source_addr_npi", &SubmitMulti::source_addr_npi),
                                            field("source_addr", &SubmitMulti::source_addr),
                                            field("dest_address", &SubmitMulti::dest_address),
                                            field("esm_class", &SubmitMulti::esm_class),
                                            field("protocol_id", &SubmitMulti::protocol_id),
                                            field("priority_flag", &SubmitMulti::priority_flag),
                                            field("schedule_delivery_time", &SubmitMulti::schedule_delivery_time),
                                            field("validity_period", &SubmitMulti::validity_period),
                                            field("registered_delivery", &SubmitMulti::registered_delivery),
                                            field("replace_if_present_flag", &SubmitMulti::replace_if_present_flag),
                                            field("data_coding", &SubmitMulti::data_coding),
                                            field("sm_default_msg_id", &SubmitMulti::sm_default_msg_id),
                                            field("short_message", &SubmitMulti::short_message)};
  bool operator==(const SubmitMulti&) const = default;
};

struct SubmitMultiResp {
  static constexpr CommandId command_id = CommandId::submit_multi_resp;
  MessageId message_id;
  UnsuccessSmes unsuccess_sme;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("message_id", &SubmitMultiResp::message_id),
                                            field("unsuccess_sme", &SubmitMultiResp::unsuccess_sme)};
  bool operator==(const SubmitMultiResp&) const = default;
};

// §4.7.1; its text is in message_payload.
struct DataSm {
  static constexpr CommandId command_id = CommandId::data_sm;
  ServiceType service_type;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  LongAddress source_addr;
  Ton dest_addr_ton{};
  Npi dest_addr_npi{};
  LongAddress destination_addr;
  std::uint8_t esm_class = 0;
  std::uint8_t registered_delivery = 0;
  std::uint8_t data_coding = 0;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("service_type", &DataSm::service_type),
                                            field("source_addr_ton", &DataSm::source_addr_ton),
                                            field("source_addr_npi", &DataSm::source_addr_npi),
                                            field("source_addr", &DataSm::source_addr),
                                            field("dest_addr_ton", &DataSm::dest_addr_ton),
                                            field("dest_addr_npi", &DataSm::dest_addr_npi),
                                            field("destination_addr", &DataSm::destination_addr),
                                            field("esm_class", &DataSm::esm_class),
                                            field("registered_delivery", &DataSm::registered_delivery),
                                            field("data_coding", &DataSm::data_coding)};
  bool operator==(const DataSm&) const = default;
};

// query_sm (§4.8.1) and query_broadcast_sm (5.0 §4.4.3).
template <CommandId Id>
struct Query {
  static constexpr CommandId command_id = Id;
  MessageId message_id;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  TlvSet tlvs;
  static constexpr auto fields =
      std::tuple{field("message_id", &Query::message_id), field("source_addr_ton", &Query::source_addr_ton),
                 field("source_addr_npi", &Query::source_addr_npi), field("source_addr", &Query::source_addr)};
  bool operator==(const Query&) const = default;
};

// §4.8.2
struct QuerySmResp {
  static constexpr CommandId command_id = CommandId::query_sm_resp;
  MessageId message_id;
  TimeText final_date;  // empty: not final yet
  MessageState message_state{};
  std::uint8_t error_code = 0;
  TlvSet tlvs;
  static constexpr auto fields =
      std::tuple{field("message_id", &QuerySmResp::message_id), field("final_date", &QuerySmResp::final_date),
                 field("message_state", &QuerySmResp::message_state), field("error_code", &QuerySmResp::error_code)};
  bool operator==(const QuerySmResp&) const = default;
};

// §4.9.1
struct CancelSm {
  static constexpr CommandId command_id = CommandId::cancel_sm;
  ServiceType service_type;
  MessageId message_id;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  Ton dest_addr_ton{};
  Npi dest_addr_npi{};
  Address destination_addr;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{
      field("service_type", &CancelSm::service_type),       field("message_id", &CancelSm::message_id),
      field("source_addr_ton", &CancelSm::source_addr_ton), field("source_addr_npi", &CancelSm::source_addr_npi),
      field("source_addr", &CancelSm::source_addr),         field("dest_addr_ton", &CancelSm::dest_addr_ton),
      field("dest_addr_npi", &CancelSm::dest_addr_npi),     field("destination_addr", &CancelSm::destination_addr)};
  bool operator==(const CancelSm&) const = default;
};

// §4.10.1
struct ReplaceSm {
  static constexpr CommandId command_id = CommandId::replace_sm;
  MessageId message_id;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  TimeText schedule_delivery_time;
  TimeText validity_period;
  std::uint8_t registered_delivery = 0;
  std::uint8_t sm_default_msg_id = 0;
  ShortMessage short_message;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("message_id", &ReplaceSm::message_id),
                                            field("source_addr_ton", &ReplaceSm::source_addr_ton),
                                            field("source_addr_npi", &ReplaceSm::source_addr_npi),
                                            field("source_addr", &ReplaceSm::source_addr),
                                            field("schedule_delivery_time", &ReplaceSm::schedule_delivery_time),
                                            field("validity_period", &ReplaceSm::validity_period),
                                            field("registered_delivery", &ReplaceSm::registered_delivery),
                                            field("sm_default_msg_id", &ReplaceSm::sm_default_msg_id),
                                            field("short_message", &ReplaceSm::short_message)};
  bool operator==(const ReplaceSm&) const = default;
};

// §4.12.1; it has no response.
struct AlertNotification {
  static constexpr CommandId command_id = CommandId::alert_notification;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  LongAddress source_addr;
  Ton esme_addr_ton{};
  Npi esme_addr_npi{};
  LongAddress esme_addr;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("source_addr_ton", &AlertNotification::source_addr_ton),
                                            field("source_addr_npi", &AlertNotification::source_addr_npi),
                                            field("source_addr", &AlertNotification::source_addr),
                                            field("esme_addr_ton", &AlertNotification::esme_addr_ton),
                                            field("esme_addr_npi", &AlertNotification::esme_addr_npi),
                                            field("esme_addr", &AlertNotification::esme_addr)};
  bool operator==(const AlertNotification&) const = default;
};

// 5.0 §4.4.1
struct BroadcastSm {
  static constexpr CommandId command_id = CommandId::broadcast_sm;
  ServiceType service_type;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  MessageId message_id;  // of the message to replace, else empty
  std::uint8_t priority_flag = 0;
  TimeText schedule_delivery_time;
  TimeText validity_period;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("service_type", &BroadcastSm::service_type),
                                            field("source_addr_ton", &BroadcastSm::source_addr_ton),
                                            field("source_addr_npi", &BroadcastSm::source_addr_npi),
                                            field("source_addr", &BroadcastSm::source_addr),
                                            field("message_id", &BroadcastSm::message_id),
                                            field("priority_flag", &BroadcastSm::priority_flag),
                                            field("schedule_delivery_time", &BroadcastSm::schedule_delivery_time),
                                            field("validity_period", &BroadcastSm::validity_period),
                                            field("replace_if_present_flag", &BroadcastSm::replace_if_present_flag),
                                            field("data_coding", &BroadcastSm::data_coding),
                                            field("sm_default_msg_id", &BroadcastSm::sm_default_msg_id)};
  bool operator==(const BroadcastSm&) const = default;
};

// 5.0 §4.4.5
struct CancelBroadcastSm {
  static constexpr CommandId command_id = CommandId::cancel_broadcast_sm;
  ServiceType service_type;
  MessageId message_id;
  Ton source_addr_ton{};
  Npi source_addr_npi{};
  Address source_addr;
  TlvSet tlvs;
  static constexpr auto fields = std::tuple{field("service_type", &CancelBroadcastSm::service_type),
                                            field("message_id", &CancelBroadcastSm::message_id),
                                            field("source_addr_ton", &CancelBroadcastSm::source_addr_ton),
                                            field("source_addr_npi", &CancelBroadcastSm::source_addr_npi),
                                            field("source_addr", &CancelBroadcastSm::source_addr)};
  bool operator==(const CancelBroadcastSm&) const = default;
};

using GenericNack = HeaderOnly<CommandId::generic_nack>;
using BindReceiver = Bind<CommandId::bind_receiver>;
using BindReceiverResp = BindResp<CommandId::bind_receiver_resp>;
using BindTransmitter = Bind<CommandId::bind_transmitter>;
using BindTransmitterResp = BindResp<CommandId::bind_transmitter_resp>;
using BindTransceiver = Bind<CommandId::bind_transceiver>;
using BindTransceiverResp = BindResp<CommandId::bind_transceiver_resp>;
using Unbind = HeaderOnly<CommandId::unbind>;
using UnbindResp = HeaderOnly<CommandId::unbind_resp>;
using EnquireLink = HeaderOnly<CommandId::enquire_link>;
using EnquireLinkResp = HeaderOnly<CommandId::enquire_link_resp>;
using SubmitSm = ShortMessagePdu<CommandId::submit_sm>;
using SubmitSmResp = MessageIdResp<CommandId::submit_sm_resp>;
using DeliverSm = ShortMessagePdu<CommandId::deliver_sm>;
using DeliverSmResp = MessageIdResp<CommandId::deliver_sm_resp>;
using DataSmResp = MessageIdResp<CommandId::data_sm_resp>;
using QuerySm = Query<CommandId::query_sm>;
using CancelSmResp = HeaderOnly<CommandId::cancel_sm_resp>;
using ReplaceSmResp = HeaderOnly<CommandId::replace_sm_resp>;
using BroadcastSmResp = MessageIdResp<CommandId::broadcast_sm_resp>;
using QueryBroadcastSm = Query<CommandId::query_broadcast_sm>;
using QueryBroadcastSmResp = MessageIdResp<CommandId::query_broadcast_sm_resp>;
using CancelBroadcastSmResp = HeaderOnly<CommandId::cancel_broadcast_sm_resp>;

// Every PDU there is; the first is what a default Pdu holds.
using Body =
    std::variant<EnquireLink, EnquireLinkResp, SubmitSm, SubmitSmResp, DeliverSm, DeliverSmResp, DataSm, DataSmResp,
                 GenericNack, BindReceiver, BindReceiverResp, BindTransmitter, BindTransmitterResp, BindTransceiver,
                 BindTransceiverResp, Outbind, Unbind, UnbindResp, SubmitMulti, SubmitMultiResp, QuerySm, QuerySmResp,
                 CancelSm, CancelSmResp, ReplaceSm, ReplaceSmResp, AlertNotification, BroadcastSm, BroadcastSmResp,
                 QueryBroadcastSm, QueryBroadcastSmResp, CancelBroadcastSm, CancelBroadcastSmResp>;

struct Pdu {
  CommandStatus command_status{};
  std::uint32_t sequence_number = 0;
  Body body;
  bool operator==(const Pdu&) const = default;
};

CommandId command_id(const Body& body);

}  // namespace dunlin::smpp

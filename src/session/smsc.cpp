#include "session/smsc.hpp"

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;

template <class Body>
Bind read_bind(const Body& body, BindKind kind) {
  return {kind,
          body.system_id.str(),
          body.password.str(),
          body.system_type.str(),
          body.interface_version,
          static_cast<std::uint8_t>(body.addr_ton),
          static_cast<std::uint8_t>(body.addr_npi),
          body.address_range.str()};
}

template <class Response>
smpp::Body bind_answer(std::string_view system_id, std::uint8_t version, bool with_version) {
  Response body;
  body.system_id = system_id;
  if (with_version) body.tlvs.set(smpp::tlv::sc_interface_version, version);
  return body;
}

}  // namespace

CommandId Smsc::bind_command() const {
  switch (peer_.kind) {
    case BindKind::transmitter: return CommandId::bind_transmitter;
    case BindKind::receiver: return CommandId::bind_receiver;
    case BindKind::transceiver: break;
  }
  return CommandId::bind_transceiver;
}

void Smsc::on_bind(smpp::Pdu pdu, Steady) {
  if (const auto* body = std::get_if<smpp::BindTransmitter>(&pdu.body)) {
    peer_ = read_bind(*body, BindKind::transmitter);
  } else if (const auto* receiver = std::get_if<smpp::BindReceiver>(&pdu.body)) {
    peer_ = read_bind(*receiver, BindKind::receiver);
  } else if (const auto* both = std::get_if<smpp::BindTransceiver>(&pdu.body)) {
    peer_ = read_bind(*both, BindKind::transceiver);
  } else {
    return;
  }
  bind_sequence_ = pdu.sequence_number;
  state_ = State::binding;
  tell(BindRequested{peer_});
}

void Smsc::on_bind_answer(const smpp::Pdu&, Steady) {}  // an SMSC sends no bind

void Smsc::answer_bind(CommandStatus status, std::string_view system_id, Steady now, bool tells_version) {
  if (closed() || !bind_sequence_) return;
  const std::uint32_t sequence = *std::exchange(bind_sequence_, std::nullopt);
  const bool ok = status == CommandStatus::ok;
  // 0x00 to 0x33 all mean 3.3 or older (§5.2.4).
  const std::uint8_t version = std::min(options_.version, std::max<std::uint8_t>(peer_.interface_version, 0x33));
  const bool tell_version = ok && tells_version && version >= 0x34;
  smpp::Body body = peer_.kind == BindKind::transmitter
                        ? bind_answer<smpp::BindTransmitterResp>(system_id, options_.version, tell_version)
                    : peer_.kind == BindKind::receiver
                        ? bind_answer<smpp::BindReceiverResp>(system_id, options_.version, tell_version)
                        : bind_answer<smpp::BindTransceiverResp>(system_id, options_.version, tell_version);
  answer(sequence, status, std::move(body));
  if (state_ != State::binding) return;  // closed by the answer, or we have unbound meanwhile
  if (ok) {
    become_bound(peer_.kind, version, now);
  } else {
    state_ = State::open;
  }
}

Result<void> Smsc::outbind(std::string_view system_id, std::string_view password) {
  if (!may_send(Side::smsc, state_, CommandId::outbind)) {
    return failure("bad_state", "outbind may not be sent in state " + std::string(to_string(state_)));
  }
  smpp::Outbind body;
  body.system_id = system_id;
  body.password = password;
  auto sequence = send_control(std::move(body));
  if (!sequence) return tl::unexpected<Error>(std::move(sequence).error());
  state_ = State::outbound;
  return {};
}

}  // namespace dunlin::session

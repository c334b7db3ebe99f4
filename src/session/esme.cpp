#include "session/esme.hpp"

#include <algorithm>
#include <utility>

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;

template <class Body>
Body bind_body(const Bind& bind, std::uint8_t version) {
  Body body;
  body.system_id = bind.system_id;
  body.password = bind.password;
  body.system_type = bind.system_type;
  body.interface_version = version;
  body.addr_ton = static_cast<smpp::Ton>(bind.addr_ton);
  body.addr_npi = static_cast<smpp::Npi>(bind.addr_npi);
  body.address_range = bind.address_range;
  return body;
}

smpp::Body body_of(const Bind& bind, std::uint8_t version) {
  switch (bind.kind) {
    case BindKind::transmitter: return bind_body<smpp::BindTransmitter>(bind, version);
    case BindKind::receiver: return bind_body<smpp::BindReceiver>(bind, version);
    case BindKind::transceiver: break;
  }
  return bind_body<smpp::BindTransceiver>(bind, version);
}

CommandId command_of(BindKind kind) {
  switch (kind) {
    case BindKind::transmitter: return CommandId::bind_transmitter;
    case BindKind::receiver: return CommandId::bind_receiver;
    case BindKind::transceiver: break;
  }
  return CommandId::bind_transceiver;
}

}  // namespace

CommandId Esme::bind_command() const { return command_of(kind_); }

Result<void> Esme::bind(const Bind& bind, Steady now) {
  if (!may_send(Side::esme, state_, command_of(bind.kind)) || bind_sequence_) {
    return failure("bad_state", "a bind may not be sent in state " + std::string(to_string(state_)));
  }
  auto sequence = send_control(body_of(bind, options_.version));
  if (!sequence) return tl::unexpected<Error>(std::move(sequence).error());
  kind_ = bind.kind;
  bind_sequence_ = *sequence;
  state_ = State::binding;
  arm_init(now);
  return {};
}

void Esme::on_bind(smpp::Pdu pdu, Steady) {
  const auto* outbind = std::get_if<smpp::Outbind>(&pdu.body);
  if (outbind == nullptr) return;  // no SMSC may send a bind: the matrix has refused it
  state_ = State::outbound;
  tell(OutbindReceived{outbind->system_id.str(), outbind->password.str()});
}

// Formally a bind_resp without sc_interface_version means "no TLVs"; many SMSCs that know them leave it out, so our own
// version stands then.
void Esme::on_bind_answer(const smpp::Pdu& response, Steady now) {
  if (response.command_status != CommandStatus::ok || smpp::command_id(response.body) == CommandId::generic_nack) {
    tell(BindRefused{response.command_status});
    return close(CloseReason::bind_refused, std::string(smpp::status_name(response.command_status)));
  }
  if (state_ != State::binding) return;  // we have unbound meanwhile
  std::visit(
      [&](const auto& body) {
        if constexpr (requires {
                        body.system_id;
                        body.tlvs;
                      }) {
          std::uint8_t version = options_.version;
          if (const auto theirs = body.tlvs.get(smpp::tlv::sc_interface_version)) version = std::min(version, *theirs);
          become_bound(kind_, version, now);
          tell(Bound{body.system_id.str(), version});
        }
      },
      response.body);
}

}  // namespace dunlin::session

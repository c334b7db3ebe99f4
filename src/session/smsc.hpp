// The SMSC's side of a session: it is bound to, takes submits, and delivers.
#pragma once

#include <string_view>

#include "session/session.hpp"

namespace dunlin::session {

class Smsc final : public Session {
 public:
  // `now`: when the connection was accepted.
  Smsc(const Options& options, Steady now) : Session(Side::smsc, options, now) {}

  // Answers a BindRequested. `ok`: bound, at the lower of both sides' versions; sc_interface_version is told to peers
  // that know TLVs, unless `tells_version` is false, as many real ones do. Any other status: the session stays open for
  // another bind, within session_init.
  void answer_bind(smpp::CommandStatus status, std::string_view system_id, Steady now, bool tells_version = true);
  const Bind& peer() const { return peer_; }  // of the last BindRequested

  // Asks an ESME we connected to, to bind as a receiver (§2.2.1). Errors: "bad_state", and encode's.
  [[nodiscard]] Result<void> outbind(std::string_view system_id, std::string_view password);

  // Bound so that deliver_sm may be sent.
  bool delivers() const { return state() == State::bound_rx || state() == State::bound_trx; }

 private:
  void on_bind(smpp::Pdu pdu, Steady now) override;
  void on_bind_answer(const smpp::Pdu& response, Steady now) override;
  smpp::CommandId bind_command() const override;
  Bind peer_;
};

}  // namespace dunlin::session

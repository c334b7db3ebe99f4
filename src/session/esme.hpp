// The ESME's side of a session: it binds, submits, and answers what is delivered.
#pragma once

#include "session/session.hpp"

namespace dunlin::session {

class Esme final : public Session {
 public:
  // `now`: when the connection was made.
  Esme(const Options& options, Steady now) : Session(Side::esme, options, now) {}

  // Sends the bind; Bound, or BindRefused and Closed follow, within session_init. Errors: "bad_state", and encode's
  // ("too_long": system_id, password …). bind.interface_version is taken from the options.
  [[nodiscard]] Result<void> bind(const Bind& bind, Steady now);

  // Bound for submitting.
  bool transmits() const { return state() == State::bound_tx || state() == State::bound_trx; }

 private:
  void on_bind(smpp::Pdu pdu, Steady now) override;
  void on_bind_answer(const smpp::Pdu& response, Steady now) override;
  smpp::CommandId bind_command() const override;
  BindKind kind_ = BindKind::transceiver;
};

}  // namespace dunlin::session

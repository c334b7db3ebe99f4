#include "session/states.hpp"

#include <algorithm>
#include <array>

namespace dunlin::session {
namespace {

using smpp::CommandId;

constexpr std::uint8_t bit(State state) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(state)); }
constexpr std::uint8_t O = bit(State::open), B = bit(State::outbound), N = bit(State::binding),
                       T = bit(State::bound_tx), R = bit(State::bound_rx), X = bit(State::bound_trx),
                       U = bit(State::unbinding);
constexpr std::uint8_t kAll = O | B | N | T | R | X | U;

constexpr std::array kOperations{
    //           command                           ESME               SMSC
    OperationRow{CommandId::bind_receiver, O | B, 0},
    OperationRow{CommandId::bind_transmitter, O, 0},
    OperationRow{CommandId::query_sm, T | X, 0},
    OperationRow{CommandId::submit_sm, T | X, 0},
    OperationRow{CommandId::deliver_sm, 0, N | R | X | U},
    OperationRow{CommandId::unbind, N | T | R | X | U, N | T | R | X | U},
    OperationRow{CommandId::replace_sm, T | X, 0},
    OperationRow{CommandId::cancel_sm, T | X, 0},
    OperationRow{CommandId::bind_transceiver, O | B, 0},
    OperationRow{CommandId::outbind, 0, O},
    OperationRow{CommandId::enquire_link, kAll, kAll},
    OperationRow{CommandId::submit_multi, T | X, 0},
    OperationRow{CommandId::alert_notification, 0, N | R | X | U},
    OperationRow{CommandId::data_sm, T | R | X, N | T | R | X | U},
    OperationRow{CommandId::broadcast_sm, T | X, 0},
    OperationRow{CommandId::query_broadcast_sm, T | X, 0},
    OperationRow{CommandId::cancel_broadcast_sm, T | X, 0},
    OperationRow{CommandId::generic_nack, kAll, kAll},
};

constexpr std::array<std::string_view, kStates> kNames{"open",     "outbound",  "binding",   "bound_tx",
                                                       "bound_rx", "bound_trx", "unbinding", "closed"};

}  // namespace

std::string_view to_string(State state) { return kNames[static_cast<std::size_t>(state)]; }

std::span<const OperationRow> operations() { return kOperations; }

bool may_send(Side sender, State state, CommandId command) {
  const auto* row = std::ranges::find(kOperations, command, &OperationRow::command);
  if (row == kOperations.end()) return false;
  return ((sender == Side::esme ? row->esme : row->smsc) & bit(state)) != 0;
}

}  // namespace dunlin::session

// Which requests a side may send in which state: the operation matrix of SMPP 3.4 §2.3 (Table 2-1) with the broadcast
// operations of 5.0 §2.4, as one pure function over one table. Responses are not in it: they are legal when they answer
// something outstanding.
//
// Wider than the specification in three places, since real peers are: enquire_link and generic_nack in every open
// state; deliver_sm, data_sm and alert_notification before the bind_resp; what an SMSC delivers while our unbind is
// under way.
#pragma once

#include <cstdint>
#include <dunlin/smpp/command.hpp>
#include <span>
#include <string_view>

namespace dunlin::session {

enum class Side : std::uint8_t { esme, smsc };
constexpr Side peer_of(Side side) { return side == Side::esme ? Side::smsc : Side::esme; }

enum class State : std::uint8_t {
  open,      // connected, nothing said yet
  outbound,  // the SMSC has sent its outbind
  binding,   // a bind is unanswered
  bound_tx,
  bound_rx,
  bound_trx,
  unbinding,  // our own unbind is unanswered
  closed,     // nothing is sent or accepted any more
};
inline constexpr std::size_t kStates = 8;
std::string_view to_string(State state);
constexpr bool is_bound(State state) {
  return state == State::bound_tx || state == State::bound_rx || state == State::bound_trx;
}

struct OperationRow {
  smpp::CommandId command;
  std::uint8_t esme;  // states in which the ESME may send it: bit n is State n
  std::uint8_t smsc;
};
// Every request and generic_nack.
std::span<const OperationRow> operations();

// False for commands outside the table.
bool may_send(Side sender, State state, smpp::CommandId command);

}  // namespace dunlin::session

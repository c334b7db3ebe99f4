// What a session does with what its peer sends: the half of Session that reads.
#include <dunlin/base/check.hpp>
#include <utility>

#include "session/session.hpp"

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;

bool is_bind(CommandId command) {
  return command == CommandId::bind_receiver || command == CommandId::bind_transmitter ||
         command == CommandId::bind_transceiver;
}

}  // namespace

std::optional<Event> Session::next_event(Steady now) {
  while (events_told_ == events_.size()) {
    events_.clear();
    events_told_ = 0;
    if (state_ == State::closed) return std::nullopt;
    read_one(now);
    if (events_.empty() && hungry_) return std::nullopt;
  }
  return std::move(events_[events_told_++]);
}

// Sets hungry_ when the octets that came hold no further whole PDU.
void Session::read_one(Steady now) {
  auto read = reader_.next();
  hungry_ = std::holds_alternative<smpp::NeedMore>(read);
  if (hungry_) return;
  if (const auto* frame = std::get_if<OctetView>(&read)) return on_frame(*frame, now);
  const auto& broken = std::get<smpp::FramingError>(read);
  if (!smpp::is_response(broken.header.command_id)) {
    answer(broken.header.sequence_number, broken.answer, smpp::GenericNack{});
  }
  close(CloseReason::bad_frame, broken.error.detail);
}

void Session::on_frame(OctetView frame, Steady now) {
  ++counters_.pdus_in;
  if (options_.tap != nullptr) options_.tap->received(frame);
  heard_at_ = now;
  silent_at_.reset();  // whatever came, the peer lives
  auto decoded = smpp::decode(frame);
  if (const auto* unparsed = std::get_if<smpp::Unparsed>(&decoded)) return on_unparsed(*unparsed, now);
  auto& pdu = std::get<smpp::Pdu>(decoded);
  const CommandId command = smpp::command_id(pdu.body);
  if (smpp::is_response(command)) return on_response(command, std::move(pdu), now);
  on_request(command, std::move(pdu), now);
}

void Session::on_unparsed(const smpp::Unparsed& unparsed, Steady now) {
  const smpp::Header& header = unparsed.header;
  // Some answer an unbind with no command at all, and with a sequence number of their own.
  const bool no_command = static_cast<std::uint32_t>(header.command_id) == 0;
  if (unbind_ && (no_command || header.sequence_number == unbind_->sequence)) return close(CloseReason::unbound);
  if (smpp::is_response(header.command_id)) {
    ++counters_.unreadable;
    return on_response(header.command_id, {header.command_status, header.sequence_number, smpp::GenericNack{}}, now);
  }
  if (unparsed.answer == CommandStatus::invalid_command_id) {
    ++counters_.unknown_commands;
    return answer(header.sequence_number, unparsed.answer, smpp::GenericNack{});
  }
  ++counters_.unreadable;
  refuse(header.command_id, header.sequence_number, unparsed.answer);
}

void Session::on_request(CommandId command, smpp::Pdu pdu, Steady now) {
  if (!may_send(peer_of(side_), state_, command)) {
    ++counters_.refused;
    const bool again = is_bind(command) && side_ == Side::smsc && state_ != State::unbinding;
    return refuse(command, pdu.sequence_number,
                  again ? CommandStatus::already_bound : CommandStatus::invalid_bind_status);
  }
  if (command == CommandId::enquire_link)
    return answer(pdu.sequence_number, CommandStatus::ok, smpp::EnquireLinkResp{});
  if (command == CommandId::unbind) {
    answer(pdu.sequence_number, CommandStatus::ok, smpp::UnbindResp{});
    // Both may unbind at once: then each waits for its own answer.
    return state_ == State::unbinding ? void() : close(CloseReason::peer_unbound);
  }
  if (is_bind(command) || command == CommandId::outbind) return on_bind(std::move(pdu), now);
  if (smpp::response_to(command) != CommandId::generic_nack) ++unanswered_requests_;
  tell(Received{std::move(pdu)});
}

void Session::on_response(CommandId command, smpp::Pdu pdu, Steady now) {
  const bool nack = command == CommandId::generic_nack;
  if (nack) ++counters_.nacks_in;
  if (on_control_answer(command, pdu, now)) return;
  const Outstanding* one = window_.find(pdu.sequence_number);
  if (one == nullptr || (!nack && smpp::response_to(one->command) != command)) {
    ++counters_.unexpected_responses;
    return;
  }
  if (one->late) ++counters_.late_answers;
  Answered answered{one->tag, std::move(pdu), now - one->sent_at, one->late};
  window_.remove(one->sequence);
  tell(std::move(answered));
}

// The answer to a bind, enquire_link or unbind of ours: by the fitting response, or by a generic_nack.
bool Session::on_control_answer(CommandId command, const smpp::Pdu& response, Steady now) {
  const auto answers = [&](CommandId request, std::optional<std::uint32_t> sequence) {
    return sequence == response.sequence_number &&
           (command == smpp::response_to(request) || command == CommandId::generic_nack);
  };
  if (side_ == Side::esme && bind_sequence_ && answers(bind_command(), bind_sequence_)) {
    bind_sequence_.reset();
    on_bind_answer(response, now);
    return true;
  }
  if (answers(CommandId::enquire_link, enquire_sequence_)) {
    enquire_sequence_.reset();
    return true;
  }
  if (unbind_ && answers(CommandId::unbind, unbind_->sequence)) {
    close(CloseReason::unbound);
    return true;
  }
  return false;
}

// The error answer of a request that is not handed up. Requests without a response get none.
void Session::refuse(CommandId command, std::uint32_t sequence, CommandStatus status) {
  if (smpp::response_to(command) == CommandId::generic_nack) return;
  answer(sequence, status, empty_response(command));
}

smpp::Body empty_response(CommandId request) {
  switch (request) {
    case CommandId::bind_receiver: return smpp::BindReceiverResp{};
    case CommandId::bind_transmitter: return smpp::BindTransmitterResp{};
    case CommandId::bind_transceiver: return smpp::BindTransceiverResp{};
    case CommandId::query_sm: return smpp::QuerySmResp{};
    case CommandId::submit_sm: return smpp::SubmitSmResp{};
    case CommandId::submit_multi: return smpp::SubmitMultiResp{};
    case CommandId::deliver_sm: return smpp::DeliverSmResp{};
    case CommandId::data_sm: return smpp::DataSmResp{};
    case CommandId::unbind: return smpp::UnbindResp{};
    case CommandId::replace_sm: return smpp::ReplaceSmResp{};
    case CommandId::cancel_sm: return smpp::CancelSmResp{};
    case CommandId::enquire_link: return smpp::EnquireLinkResp{};
    case CommandId::broadcast_sm: return smpp::BroadcastSmResp{};
    case CommandId::query_broadcast_sm: return smpp::QueryBroadcastSmResp{};
    case CommandId::cancel_broadcast_sm: return smpp::CancelBroadcastSmResp{};
    default: return smpp::GenericNack{};
  }
}

}  // namespace dunlin::session

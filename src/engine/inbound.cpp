// What an SMSC hands us: receipts are for receipts.cpp, what people answer for replies.cpp.
#include <algorithm>
#include <array>

#include "engine/check_job.hpp"
#include "engine/engine.hpp"
#include "engine/inbound_message.hpp"

namespace dunlin::engine {

bool same_number(std::string_view a, std::string_view b) {
  if (a == b) return true;
  constexpr std::size_t kEnough = 7;
  const std::size_t common = std::min(a.size(), b.size());
  if (common < kEnough) return false;
  std::string_view shorter = a.size() < b.size() ? a : b;
  std::string_view longer = a.size() < b.size() ? b : a;
  if (shorter.starts_with('0')) shorter.remove_prefix(1);
  return shorter.size() >= kEnough && longer.ends_with(shorter);
}

void Engine::answer_inbound(const Inbound& event, smpp::CommandStatus status, std::vector<HandedUpTo> wait) {
  if (event.session == 0) return unflagged_was_told(event.sequence);  // answered when it was parked
  const bool data_sm = std::holds_alternative<smpp::DataSm>(event.pdu->body);
  promise(
      [this, session = event.session, sequence = event.sequence, status, data_sm](Now now) {
        smpp::Body body = smpp::DeliverSmResp{};
        if (data_sm) body = smpp::DataSmResp{};
        links_.respond(session, sequence, smpp::Pdu{status, sequence, std::move(body)}, now);
      },
      std::move(wait));
}

Engine::Handled Engine::handle(Inbound& event) {
  std::optional<InboundMessage> message = inbound_message(event.pdu->body);
  if (!message) {
    answer_inbound(event, smpp::CommandStatus::ok);
    return Handled::yes;
  }
  const bool told_already = event.session == 0;  // what may be one was parked, and turned out to be a person's
  return message->receipt && !told_already ? receive_receipt(event, *message) : receive_reply(event, *message);
}

// A handset that could not be reached is there again. What was sent to it is the SMSC's to deliver; upstream is told.
Engine::Handled Engine::handle(Available& event) {
  const bool international = event.ton != smpp::Ton::national && is_e164("+" + event.number);
  store::Event told;
  told.type = store::EventType::available;
  told.smsc = event.smsc;
  told.from = international ? "+" + event.number : event.number;
  constexpr std::array<std::string_view, 3> kStatuses{"available", "denied", "unavailable"};  // SMPP 3.4 §5.3.2.30
  if (event.ms_availability_status) {
    const std::size_t status = *event.ms_availability_status;
    told.reason = status < kStatuses.size() ? std::string(kStatuses[status]) : std::to_string(status);
  }
  tell(std::move(told));
  return Handled::yes;
}

}  // namespace dunlin::engine

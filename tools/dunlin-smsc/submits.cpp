// What becomes of a submit: refused or accepted, answered, written down, followed by a receipt and perhaps a reply.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "centre.hpp"

namespace dunlin::smsc {
namespace {

constexpr std::chrono::milliseconds kReplyAfter{200};  // a receipt that was taken
constexpr std::chrono::milliseconds kEarlyBy{20};      // a receipt before its response, at least
constexpr std::size_t kReceiptTextMax = 20;

bool wants_receipt(std::uint8_t registered_delivery, smpp::MessageState state) {
  switch (registered_delivery & smpp::registered_delivery::kSuccess) {
    case smpp::registered_delivery::kFinal: return true;
    case smpp::registered_delivery::kFailure: return state != smpp::MessageState::delivered;
    case smpp::registered_delivery::kSuccess: return state == smpp::MessageState::delivered;
    default: return false;
  }
}

// A way of sending a long message that the dialect does not take.
std::optional<smpp::CommandStatus> refused_for(std::uint8_t long_message, const Dialect& dialect) {
  const auto unknown = static_cast<std::uint8_t>(long_message & ~dialect.long_messages);
  if ((unknown & kTakesUdh) != 0) return smpp::CommandStatus::invalid_esm_class;
  if (unknown != 0) return smpp::CommandStatus::tlv_not_allowed;
  return std::nullopt;
}

// What this SMSC does not do, answered as the specification has it.
smpp::Pdu unsupported(const smpp::Body& request) {
  using Status = smpp::CommandStatus;
  smpp::Pdu answer;
  answer.command_status = Status::invalid_command_id;
  answer.body = smpp::GenericNack{};
  const auto with = [&](Status status, smpp::Body body) {
    answer.command_status = status;
    answer.body = std::move(body);
  };
  if (std::holds_alternative<smpp::QuerySm>(request)) with(Status::query_failed, smpp::QuerySmResp{});
  if (std::holds_alternative<smpp::CancelSm>(request)) with(Status::cancel_failed, smpp::CancelSmResp{});
  if (std::holds_alternative<smpp::ReplaceSm>(request)) with(Status::replace_failed, smpp::ReplaceSmResp{});
  if (std::holds_alternative<smpp::SubmitMulti>(request)) with(Status::submit_failed, smpp::SubmitMultiResp{});
  return answer;
}

bool is_throttle(smpp::CommandStatus status) { return smpp::status_class(status) == smpp::StatusClass::throttle; }

}  // namespace

struct Centre::Message {
  std::uint32_t sequence = 0;
  bool data_sm = false;
  Party source, destination;
  std::uint8_t esm_class = 0, data_coding = 0, registered_delivery = 0;
  OctetView octets;
  std::optional<std::uint16_t> user_message_reference;
  std::uint8_t long_message = 0;  // kTakesUdh …: how it says that it is one
  std::optional<text::Concatenation> sar;

  template <class Body>
  Message(std::uint32_t number, const Body& body)
      : sequence(number),
        data_sm(std::is_same_v<Body, smpp::DataSm>),
        source{body.source_addr_ton, body.source_addr_npi, body.source_addr.str()},
        destination{body.dest_addr_ton, body.dest_addr_npi, body.destination_addr.str()},
        esm_class(body.esm_class),
        data_coding(body.data_coding),
        registered_delivery(body.registered_delivery) {
    if constexpr (!std::is_same_v<Body, smpp::DataSm>) octets = body.short_message.view();
    if ((esm_class & smpp::esm_class::kUdhi) != 0) long_message |= kTakesUdh;
    if (body.tlvs.empty()) return;
    if (const auto payload = body.tlvs.raw(smpp::tlv::message_payload.tag); payload && octets.empty()) {
      octets = *payload;
      if (!data_sm) long_message |= kTakesPayload;
    }
    if (const auto reference = body.tlvs.get(smpp::tlv::sar_msg_ref_num)) {
      long_message |= kTakesSar;
      sar = {*reference, true, body.tlvs.get(smpp::tlv::sar_total_segments).value_or(1),
             body.tlvs.get(smpp::tlv::sar_segment_seqnum).value_or(1)};
    }
    user_message_reference = body.tlvs.get(smpp::tlv::user_message_reference);
  }
};

void Centre::on(Peer& peer, session::Received& event) {
  const auto& request = event.request;
  if (const auto* submit_sm = std::get_if<smpp::SubmitSm>(&request.body)) {
    return submit(peer, Message(request.sequence_number, *submit_sm));
  }
  if (const auto* data_sm = std::get_if<smpp::DataSm>(&request.body)) {
    return submit(peer, Message(request.sequence_number, *data_sm));
  }
  ++totals_.unsupported;
  // An answer that cannot be encoded leaves as an error by itself: there is nothing left to do here.
  static_cast<void>(peer.session.respond(request.sequence_number, unsupported(request.body)));
}

void Centre::submit(Peer& peer, const Message& message) {
  const auto unfit = refused_for(message.long_message, options_.dialect);
  if (unfit) ++totals_.refused;
  Answer answer{peer.id(), message.sequence, unfit ? *unfit : decide(*peer.account), 0, message.data_sm};
  if (is_throttle(answer.status) && peer.account->limit.answer() == LimitAnswer::close) {
    peer.session.close(session::CloseReason::stopped);
    return;
  }
  if (options_.congestion) answer.congestion = peer.account->limit.load(now_.steady);
  auto latency = options_.latency;
  if (answer.status == smpp::CommandStatus::ok) {
    answer.number = ++number_;
    write_down(peer, message, answer.number);
    const bool early = options_.early_receipts > 0 && chance_.next() < options_.early_receipts;
    plan_receipt(peer, message, answer.number, early);
    if (early) latency = std::max(latency, kEarlyBy);
  }
  if (latency.count() == 0) return this->answer(answer);
  answers_.add(now_.steady + latency, answer);
}

smpp::CommandStatus Centre::decide(Account& account) {
  if (!account.limit.take(now_.steady)) {
    ++totals_.throttled;
    return account.limit.answer() == LimitAnswer::queue_full ? smpp::CommandStatus::message_queue_full
                                                             : smpp::CommandStatus::throttled;
  }
  if (!options_.errors.empty()) {
    if (const auto* status = options_.errors.pick(chance_.next())) {
      ++totals_.refused;
      return *status;
    }
  }
  ++totals_.accepted;
  return smpp::CommandStatus::ok;
}

void Centre::write_down(Peer& peer, const Message& message, std::uint64_t number) {
  if (!journal_.is_open()) return;
  const auto id = message_id(number, options_.id_form);
  JournalLine line;
  line.time = started_wall_ + std::chrono::floor<std::chrono::microseconds>(now_.steady - started_);
  line.system_id = peer.account->name;
  line.sequence = message.sequence;
  line.message_id = id;
  line.source = message.source.address;
  line.destination = message.destination.address;
  line.esm_class = message.esm_class;
  line.data_coding = message.data_coding;
  line.short_message = message.octets;
  line.sar = message.sar;
  journal_.add(line);
}

void Centre::plan_receipt(Peer& peer, const Message& message, std::uint64_t number, bool early) {
  auto state = smpp::MessageState::delivered;
  if (!options_.receipt_states.empty()) {
    if (const auto* other = options_.receipt_states.pick(chance_.next())) state = *other;
  }
  if (!options_.receipts || !wants_receipt(message.registered_delivery, state)) {
    if (state == smpp::MessageState::delivered) reply_later(*peer.account, message.destination, message.source);
    return;
  }
  Delivery delivery;
  delivery.from = message.destination;
  delivery.to = message.source;
  delivery.receipt = true;
  delivery.number = number;
  delivery.submitted = now_.wall;
  delivery.state = state;
  delivery.user_message_reference = message.user_message_reference;
  delivery.octets = text_of(message.octets.subspan(0, std::min(message.octets.size(), kReceiptTextMax)));
  if (options_.dialect.intermediate_esm_class != 0 && !early) {
    auto step = delivery;
    step.state = smpp::MessageState::enroute;
    deliver_later(*peer.account, std::move(step), options_.receipt_delay / 4);
  }
  for (int copy = 1; copy < options_.dialect.copies; ++copy) send_receipt(*peer.account, delivery, early);
  send_receipt(*peer.account, std::move(delivery), early);
}

void Centre::send_receipt(Account& account, Delivery delivery, bool early) {
  if (early) return deliver(account, std::move(delivery));
  const double around = 1 + options_.receipt_jitter * (2 * chance_.next() - 1);
  deliver_later(account, std::move(delivery),
                std::chrono::milliseconds(
                    static_cast<std::int64_t>(static_cast<double>(options_.receipt_delay.count()) * around)));
}

// A number answers once, or never: which is its own, whatever it is sent.
void Centre::reply_later(Account& account, const Party& phone, const Party& to) {
  if (options_.replies.empty()) return;
  const double chance = chance_.of(phone.address);
  const auto* text = options_.replies.pick(chance);
  if (text == nullptr || replied_.size() >= kRepliedMax) return;
  if (!replied_.insert(std::hash<std::string>{}(phone.address)).second) return;
  auto segments = smsc::text_from_phone(phone.address, to.address, *text, "auto", ++reference_);
  if (!segments) return;  // the command line was checked with the same encoder
  for (auto& segment : *segments) {
    segment.from = phone;
    segment.to = to;
    deliver_later(account, std::move(segment), kReplyAfter);
  }
}

void Centre::answer(const Answer& answer) {
  const auto found = peers_.find(answer.peer);
  if (found == peers_.end()) return;
  Peer& peer = *found->second;
  if (!peer.account->answering) {
    if (peer.account->withheld.size() < Account::kPendingMax) peer.account->withheld.push_back(answer);
    return;
  }
  const bool ok = answer.status == smpp::CommandStatus::ok;
  const auto& dialect = options_.dialect;
  const auto id = ok ? message_id(answer.number, options_.id_form) : std::string(dialect.error_body ? "0" : "");
  smpp::Pdu response;
  response.command_status = answer.status;
  if (!ok && dialect.nack_errors) {
    response.body = smpp::GenericNack{};
  } else if (answer.data_sm) {
    response.body = smpp::DataSmResp{.message_id = id, .tlvs = {}};
  } else {
    smpp::SubmitSmResp body{.message_id = id, .tlvs = {}};
    if (answer.congestion) body.tlvs.set(smpp::tlv::congestion_state, *answer.congestion);
    response.body = std::move(body);
  }
  for (int copy = 1; copy < dialect.answers; ++copy) {
    static_cast<void>(peer.session.respond(answer.sequence, response));
  }
  static_cast<void>(peer.session.respond(answer.sequence, std::move(response)));
  touch(peer);
}

}  // namespace dunlin::smsc

#include "smsc.hpp"

#include <algorithm>
#include <cstdio>
#include <dunlin/smpp/message_id.hpp>
#include <dunlin/smpp/receipt.hpp>

#include "checkers/replies.hpp"
#include "wire.hpp"
#include "world.hpp"

namespace dunlin::simulation {

using smpp::CommandStatus;

void SimulatedSmsc::connected(ConnectionNumber connection) { sessions_.try_emplace(connection); }

void SimulatedSmsc::received(ConnectionNumber connection, const Octets& octets) {
  auto session = sessions_.find(connection);
  if (session == sessions_.end()) return;
  session->second.reader.feed(octets);
  while (true) {
    session = sessions_.find(connection);  // handling a PDU may have ended it
    if (session == sessions_.end()) return;
    auto next = session->second.reader.next();
    const OctetView* frame = std::get_if<OctetView>(&next);
    if (frame == nullptr) return;
    auto decoded = smpp::decode(*frame);
    if (const auto* pdu = std::get_if<smpp::Pdu>(&decoded)) handle(connection, *pdu);
  }
}

void SimulatedSmsc::closed(ConnectionNumber connection) {
  const auto session = sessions_.find(connection);
  if (session == sessions_.end()) return;
  for (auto& [sequence, delivery] : session->second.unanswered) {
    if (delivery->acknowledged) continue;
    delivery->under_way.reset();
    pending_.push_back(delivery);
  }
  sessions_.erase(session);
  deliver_pending();
}

template <class Bind, class Response>
void SimulatedSmsc::bind(ConnectionNumber connection, const smpp::Pdu& pdu, bool transmits, bool receives) {
  if (!calm_ && random_.chance(character_.bind_unanswered)) return;
  Response response;
  response.system_id = "SIM";
  CommandStatus status = CommandStatus::ok;
  if (!calm_ && random_.chance(character_.bind_refused))
    status = random_.chance(0.5) ? CommandStatus::already_bound : CommandStatus::bind_failed;
  world_.network().send(connection, smpp::Pdu{status, pdu.sequence_number, response});
  if (status != CommandStatus::ok) return;
  sessions_[connection].transmits = transmits;
  sessions_[connection].receives = receives;
  deliver_pending();
  start_talking(connection);
}

// Now and then it says something by itself.
void SimulatedSmsc::start_talking(ConnectionNumber connection) {
  if (calm_ || character_.enquires == 0) return;
  world_.agenda().at(world_.now().steady + random_.magnitude(100ms, 30s), [this, connection] {
    const auto session = sessions_.find(connection);
    if (session == sessions_.end() || calm_) return;
    world_.network().send(connection, smpp::Pdu{{}, session->second.next_sequence++, smpp::EnquireLink{}});
    if (random_.chance(0.1))
      world_.network().send(connection,
                            Octets{0, 0, 0, 16, 0, 0, 0x77, 0x77, 0, 0, 0, 0, 0, 0, 0, 1});  // a command nobody knows
    start_talking(connection);
  });
}

void SimulatedSmsc::handle(ConnectionNumber connection, const smpp::Pdu& pdu) {
  if (const auto* submit = std::get_if<smpp::SubmitSm>(&pdu.body))
    return submitted(connection, pdu.sequence_number, *submit);
  if (const auto* query = std::get_if<smpp::QuerySm>(&pdu.body))
    return queried(connection, pdu.sequence_number, *query);
  if (std::holds_alternative<smpp::BindTransceiver>(pdu.body))
    return bind<smpp::BindTransceiver, smpp::BindTransceiverResp>(connection, pdu, true, true);
  if (std::holds_alternative<smpp::BindTransmitter>(pdu.body))
    return bind<smpp::BindTransmitter, smpp::BindTransmitterResp>(connection, pdu, true, false);
  if (std::holds_alternative<smpp::BindReceiver>(pdu.body))
    return bind<smpp::BindReceiver, smpp::BindReceiverResp>(connection, pdu, false, true);
  if (std::holds_alternative<smpp::EnquireLink>(pdu.body))
    return world_.network().send(connection, smpp::Pdu{{}, pdu.sequence_number, smpp::EnquireLinkResp{}});
  if (std::holds_alternative<smpp::Unbind>(pdu.body)) {
    world_.network().send(connection, smpp::Pdu{{}, pdu.sequence_number, smpp::UnbindResp{}});
    world_.network().hang_up(connection);
    closed(connection);
  }
}

void SimulatedSmsc::queried(ConnectionNumber connection, std::uint32_t sequence, const smpp::QuerySm& query) {
  if (query_random_.chance(character_.query_unanswered)) return;
  if (query_random_.chance(character_.query_unknown))
    return world_.network().send(connection,
                                 smpp::Pdu{CommandStatus::invalid_command_id, sequence, smpp::GenericNack{}});
  smpp::QuerySmResp response;
  response.message_id = query.message_id;
  const auto found = accepted_.find(query.message_id.str());
  if (found != accepted_.end()) response.message_state = found->second;
  world_.network().send(
      connection,
      smpp::Pdu{found == accepted_.end() ? CommandStatus::query_failed : CommandStatus::ok, sequence, response});
}

// A connection may end, or worse, at the moment of a submit. True: the submit is lost.
bool SimulatedSmsc::misbehaves(ConnectionNumber connection) {
  if (calm_) return false;
  double draw = random_.unit();
  const auto is = [&](double probability) { return (draw -= probability) < 0; };
  if (is(character_.resets)) {
    world_.network().reset(connection);
    closed(connection);
    return random_.chance(0.5);
  }
  if (is(character_.half_open)) {
    world_.network().half_open(connection);
    return random_.chance(0.5);
  }
  if (is(character_.unbinds)) {
    world_.network().send(connection, smpp::Pdu{{}, 999'999, smpp::Unbind{}});
    return false;
  }
  if (is(character_.garbage)) {
    world_.network().send(connection, Octets{0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    return true;
  }
  return false;
}

CommandStatus SimulatedSmsc::status_of_next() {
  const Steady now = world_.now().steady;
  while (!taken_.empty() && taken_.front() <= now - 1s) taken_.pop_front();
  if (character_.rate > 0 && taken_.size() >= character_.rate) return CommandStatus::throttled;
  taken_.push_back(now);
  if (calm_) return CommandStatus::ok;
  double draw = random_.unit();
  const auto is = [&](double probability) { return (draw -= probability) < 0; };
  if (is(character_.throttles))
    return random_.chance(0.5) ? CommandStatus::throttled : CommandStatus::message_queue_full;
  if (is(character_.temporary))
    return random_.chance(0.5) ? CommandStatus::system_error : static_cast<CommandStatus>(0x0456);
  if (is(character_.permanent))
    return random_.chance(0.5) ? CommandStatus::invalid_destination_address
                               : CommandStatus::permanent_application_error;
  if (is(character_.drops_link)) return CommandStatus::invalid_bind_status;
  return CommandStatus::ok;
}

SimulatedSmsc::Message SimulatedSmsc::accept(const smpp::SubmitSm& submit) {
  // Far apart in either base, so that no two ids mean the same message.
  const std::uint64_t number = (character_.ids == IdForm::hex_to_decimal ? 0x3A0000000ULL : 9'100'000'000ULL) + ++ids_;
  char id[32];
  if (character_.ids == IdForm::hex_to_decimal || character_.ids == IdForm::upper_case) {
    std::snprintf(id, sizeof id, "%llx", static_cast<unsigned long long>(number));
  } else {
    std::snprintf(id, sizeof id, "%llu", static_cast<unsigned long long>(number));
  }
  accepted_[id] = query_random_.chance(0.5) ? smpp::MessageState::delivered : smpp::MessageState::enroute;
  return {id, job_number(submit.source_addr.view()), part_of(submit).segment, "+" + submit.destination_addr.str()};
}

std::string SimulatedSmsc::receipt_id(const std::string& id) {
  switch (character_.ids) {
    case IdForm::same: return id;
    case IdForm::hex_to_decimal: return smpp::hex_to_decimal(id).value_or(id);
    case IdForm::decimal_to_hex: return smpp::decimal_to_hex(id).value_or(id);
    case IdForm::upper_case: {
      std::string upper = id;
      for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      return upper;
    }
    case IdForm::padded: return "00" + id;
  }
  return id;
}

void SimulatedSmsc::answer(ConnectionNumber connection, std::uint32_t sequence, CommandStatus status,
                           const std::string& id, std::chrono::nanoseconds after) {
  world_.agenda().at(world_.now().steady + after, [this, connection, sequence, status, id] {
    smpp::SubmitSmResp response;
    response.message_id = id;
    world_.network().send(connection, smpp::Pdu{status, sequence, response});
  });
}

void SimulatedSmsc::submitted(ConnectionNumber connection, std::uint32_t sequence, const smpp::SubmitSm& submit) {
  const bool lost = misbehaves(connection);
  if (lost) return world_.note([&] { return name() + " loses a submit"; });
  const CommandStatus status = status_of_next();
  const std::chrono::nanoseconds wait =
      calm_ ? character_.answer_min : random_.between(character_.answer_min, character_.answer_max);
  if (status != CommandStatus::ok) return answer(connection, sequence, status, {}, wait);
  if (!calm_ && random_.chance(character_.nacks))
    return world_.network().send(connection, smpp::Pdu{CommandStatus::ok, sequence, smpp::GenericNack{}});
  const bool silent = !calm_ && random_.chance(character_.silent);
  if (silent && !random_.chance(character_.silent_took)) return;
  const Message message = accept(submit);
  plan_receipts(message, !calm_ && random_.chance(character_.receipt_early));
  plan_people(message);
  if (silent) return;
  const bool late = !calm_ && random_.chance(character_.late);
  answer(connection, sequence, status, message.id,
         late ? settings_.response_timeout + random_.between(10ms, settings_.response_timeout + 1s) : wait);
  if (!calm_ && random_.chance(character_.twice))
    answer(connection, sequence, status, message.id, wait + random_.between(1ms, 2s));
}

void SimulatedSmsc::plan_receipts(const Message& message, bool early) {
  if (!character_.receipts || (!calm_ && random_.chance(character_.receipt_missing))) return;
  static const std::vector<std::string> kFailures{"UNDELIV", "EXPIRED", "REJECTD", "UNKNOWN", "DELETED"};
  Delivery receipt;
  receipt.kind = DeliveryKind::receipt;
  receipt.smsc = name();
  receipt.number = message.number;
  receipt.job = message.job;
  receipt.segment = message.segment;
  receipt.message_id = message.id;
  receipt.receipt_id = receipt_id(message.id);
  receipt.stat = "DELIVRD";
  const std::chrono::nanoseconds wait = early ? 0ns : random_.magnitude(character_.receipt_min, character_.receipt_max);
  if (random_.chance(character_.receipt_steps)) {
    Delivery step = receipt;
    step.stat = "ENROUTE";
    step.intermediate = true;
    deliver_after(wait / 2, std::move(step));
  }
  if (random_.chance(character_.receipt_failed)) receipt.stat = random_.one_of(kFailures);
  if (random_.chance(character_.receipt_twice)) deliver_after(wait + random_.magnitude(1ms, 30s), receipt);
  deliver_after(wait, std::move(receipt));
}

void SimulatedSmsc::plan_people(const Message& message) {
  if (calm_ || !character_.receipts) return;
  double draw = random_.unit();
  const auto is = [&](double probability) { return (draw -= probability) < 0; };
  const DeliveryKind kind = is(character_.stops)     ? DeliveryKind::stop
                            : is(character_.starts)  ? DeliveryKind::start
                            : is(character_.replies) ? DeliveryKind::reply
                                                     : DeliveryKind::receipt;
  if (kind == DeliveryKind::receipt) return;
  const std::string to = "J" + std::to_string(message.job);
  world_.agenda().at(world_.now().steady + random_.magnitude(1ms, 10s),
                     [this, kind, number = message.number, to] { write(kind, number, to); });
}

void SimulatedSmsc::write(DeliveryKind kind, const std::string& number, const std::string& to) {
  if (calm_ && kind != DeliveryKind::reply) return;
  // A person writes STOP or START when the last one has arrived: which of two wins is nobody's promise.
  if (kind != DeliveryKind::reply && !world_.take_pen(number)) return;
  if (kind == DeliveryKind::reply && parts_.chance(character_.replies_in_parts)) return write_in_parts(number, to);
  Delivery delivery;
  delivery.kind = kind;
  delivery.smsc = name();
  delivery.number = number;
  delivery.receipt_id = to;
  delivery.text = kind == DeliveryKind::stop ? "STOP" : kind == DeliveryKind::start ? "START" : "I will pay on Friday";
  deliver_after(0ns, std::move(delivery));
}

void SimulatedSmsc::write(const std::string& number, const std::string& to, DeliveryKind kind, const std::string& text,
                          bool holds, const std::string& intent) {
  Delivery delivery;
  delivery.kind = kind;
  delivery.smsc = name();
  delivery.number = number;
  delivery.receipt_id = to;
  delivery.text = text;
  delivery.holds = holds;
  delivery.intent = intent;
  deliver_after(0ns, std::move(delivery));
}

// In any order, some of them twice, some never.
void SimulatedSmsc::write_in_parts(const std::string& number, const std::string& to) {
  Delivery delivery;
  delivery.smsc = name();
  delivery.number = number;
  delivery.receipt_id = to;
  delivery.whole = world_.next_whole();
  delivery.total = static_cast<std::uint8_t>(parts_.between(2, 5));
  delivery.reference = ++reference_;
  delivery.by = static_cast<std::uint8_t>(parts_.below(settings_.version < 0x34 ? 2 : 3));
  for (std::uint8_t part = 1; part <= delivery.total; ++part) {
    delivery.part = part;
    delivery.text = text_of_part(delivery.whole, part, delivery.total);
    if (!calm_ && parts_.chance(character_.parts_lost)) continue;
    if (parts_.chance(character_.parts_twice)) deliver_after(parts_.magnitude(1ms, 10s), delivery);
    deliver_after(parts_.magnitude(1ms, 10s), delivery);
  }
}

void SimulatedSmsc::deliver_after(std::chrono::nanoseconds wait, Delivery delivery) {
  ++planned_;
  deliveries_.push_back(std::move(delivery));
  world_.agenda().at(world_.now().steady + wait, [this, planned = &deliveries_.back()] {
    --planned_;
    pending_.push_back(planned);
    deliver_pending();
  });
}

// To any session that receives, not to the one the message came by.
void SimulatedSmsc::deliver_pending() {
  std::vector<ConnectionNumber> takers;
  for (const auto& [connection, session] : sessions_) {
    if (session.receives) takers.push_back(connection);
  }
  if (takers.empty()) return;
  while (!pending_.empty()) {
    Delivery* delivery = pending_.front();
    pending_.pop_front();
    if (delivery->acknowledged) continue;
    const ConnectionNumber connection = random_.one_of(takers);
    send(connection, sessions_.at(connection), *delivery);
  }
}

void SimulatedSmsc::send(ConnectionNumber connection, Session& session, Delivery& delivery) {
  const std::uint32_t sequence = session.next_sequence++;
  session.unanswered[sequence] = &delivery;
  delivery.under_way = {connection, sequence};
  ++delivery.repetitions;
  world_.tell(Delivering{&delivery});
  world_.network().send(connection, smpp::Pdu{{}, sequence, body_of(delivery)});
}

smpp::Body SimulatedSmsc::body_of(const Delivery& delivery) {
  smpp::DeliverSm deliver;
  deliver.source_addr = delivery.number.substr(1);
  deliver.source_addr_ton = smpp::Ton::international;
  deliver.destination_addr =
      delivery.kind == DeliveryKind::receipt ? "J" + std::to_string(delivery.job) : delivery.receipt_id;
  if (delivery.kind != DeliveryKind::receipt) {
    deliver.short_message = delivery.text;
    if (std::ranges::any_of(delivery.text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
      deliver.data_coding = kUcs2;
      deliver.short_message = ucs2_of(delivery.text);
    }
    if (delivery.whole == 0) return deliver;
    const auto low = static_cast<char>(delivery.reference), high = static_cast<char>(delivery.reference >> 8);
    const auto total = static_cast<char>(delivery.total), part = static_cast<char>(delivery.part);
    if (delivery.by == 0) deliver.short_message = std::string{5, 0, 3, low, total, part} + delivery.text;
    if (delivery.by == 1) deliver.short_message = std::string{6, 8, 4, high, low, total, part} + delivery.text;
    if (delivery.by < 2) {
      deliver.esm_class = smpp::esm_class::kUdhi;
    } else {
      deliver.tlvs.set(smpp::tlv::sar_msg_ref_num, delivery.reference);
      deliver.tlvs.set(smpp::tlv::sar_total_segments, delivery.total);
      deliver.tlvs.set(smpp::tlv::sar_segment_seqnum, delivery.part);
    }
    return deliver;
  }
  const bool tlvs = settings_.version >= 0x34;
  const std::string text = "id:" + delivery.receipt_id +
                           " sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:" + delivery.stat +
                           " err:000 text:Please";
  if (tlvs && random_.chance(character_.receipt_by_data_sm)) {
    smpp::DataSm data;
    data.source_addr = deliver.source_addr.view();
    data.source_addr_ton = deliver.source_addr_ton;
    data.destination_addr = deliver.destination_addr.view();
    data.esm_class = smpp::esm_class::kDeliveryReceipt;
    data.tlvs.set(smpp::tlv::receipted_message_id, delivery.receipt_id);
    data.tlvs.set(smpp::tlv::message_state, smpp::state_of_stat(delivery.stat).value_or(smpp::MessageState::unknown));
    return data;
  }
  deliver.esm_class = smpp::esm_class::kDeliveryReceipt;
  if (tlvs && random_.chance(character_.receipt_by_tlv)) {
    deliver.tlvs.set(smpp::tlv::receipted_message_id, delivery.receipt_id);
    deliver.tlvs.set(smpp::tlv::message_state,
                     smpp::state_of_stat(delivery.stat).value_or(smpp::MessageState::unknown));
    if (random_.chance(0.5)) return deliver;
  }
  deliver.short_message = text;
  return deliver;
}

const Delivery* SimulatedSmsc::answered(ConnectionNumber connection, std::uint32_t sequence) {
  const auto session = sessions_.find(connection);
  if (session == sessions_.end()) return nullptr;
  const auto found = session->second.unanswered.find(sequence);
  if (found == session->second.unanswered.end()) return nullptr;
  Delivery* delivery = found->second;
  world_.agenda().at(world_.now().steady + character_.latency_max, [this, connection, sequence, delivery] {
    const auto still = sessions_.find(connection);
    if (still == sessions_.end() || still->second.unanswered.erase(sequence) == 0)
      return;  // the answer was lost: it is sent again
    delivery->acknowledged = true;
    delivery->under_way.reset();
    if (delivery->kind == DeliveryKind::stop || delivery->kind == DeliveryKind::start)
      world_.lay_pen_down(delivery->number);
  });
  return delivery;
}

bool SimulatedSmsc::delivered_all() const {
  if (planned_ > 0 || !pending_.empty()) return false;
  for (const auto& [connection, session] : sessions_) {
    if (!session.unanswered.empty()) return false;
  }
  return true;
}

}  // namespace dunlin::simulation

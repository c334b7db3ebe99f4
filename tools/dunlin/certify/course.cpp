#include "certify/course.hpp"

#include <algorithm>
#include <utility>

#include "certify/line.hpp"
#include "certify/look.hpp"
#include "certify/printable.hpp"

namespace dunlin::certify {

using smpp::CommandStatus;

namespace {

constexpr std::size_t kSequencesMax = 10000;  // of the peer, looked at for repetitions

session::Options options_of(const engine::SmscSettings& smsc) {
  session::Options options;
  options.version = smsc.version;
  options.window = std::max(smsc.window, kBurstMax);
  options.response_timeout = std::min<std::chrono::milliseconds>(smsc.response_timeout, Course::kAnswerWait);
  options.enquire_link = smsc.enquire_link;
  return options;
}

std::optional<std::uint8_t> version_told(const smpp::Body& body) {
  return std::visit(
      [](const auto& response) -> std::optional<std::uint8_t> {
        if constexpr (requires {
                        response.system_id;
                        response.tlvs;
                      }) {
          return response.tlvs.get(smpp::tlv::sc_interface_version);
        }
        return std::nullopt;
      },
      body);
}

}  // namespace

Course::Course(Plan plan, engine::Network& network, std::function<void(std::string_view)> progress)
    : plan_(std::move(plan)),
      network_(network),
      progress_([show = std::move(progress)](std::string_view line) { show(printable(line)); }),
      texts_(certify::texts(plan_.smsc)) {}

Course::~Course() = default;

void Course::start(Steady now) {
  started_ = now;
  ends_at_ = now + plan_.time_max;
  progress_("connecting to " + plan_.smsc.host + ":" + std::to_string(plan_.smsc.port));
  const bool pair = plan_.smsc.bind == engine::BindMode::pair;
  const bool alone = plan_.smsc.bind == engine::BindMode::transmitter;
  sender_ = &open(pair || alone ? session::BindKind::transmitter : session::BindKind::transceiver, false, now);
  if (pair) open(session::BindKind::receiver, false, now);
}

Course::Line& Course::open(session::BindKind kind, bool probe, Steady now) {
  const auto id = ++ids_;
  auto& line = lines_[id];
  line = std::make_unique<Line>(id, kind, probe, options_of(plan_.smsc), now);
  network_.connect(id, plan_.smsc);
  return *line;
}

void Course::connected(engine::SessionId id, Steady now) {
  auto& line = *lines_.at(id);
  line.up = true;
  line.connected_at = now;
  if (&line == sender_) {
    observed_.connected = true;
    observed_.connect_took = now - line.opened_at;
  }
  session::Bind bind;
  bind.kind = line.kind;
  bind.system_id = plan_.smsc.system_id;
  bind.password = plan_.smsc.password;
  bind.system_type = plan_.smsc.system_type;
  if (auto sent = line.esme.bind(bind, now); !sent) return finish("the bind: " + to_string(sent.error()), now);
  listen(line, now);
}

void Course::received(engine::SessionId id, OctetView octets, Steady now) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  auto& line = *found->second;
  heard(line, octets);
  line.esme.received(octets);
  listen(line, now);
  step(now);
}

void Course::writable(engine::SessionId id, Steady now) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  flush(*found->second);
  step(now);
}

void Course::closed(engine::SessionId id, std::string_view why, Steady now) {
  const auto found = lines_.find(id);
  if (found == lines_.end()) return;
  auto& line = *found->second;
  if (!std::exchange(line.up, false) && !line.probe) finish("no connection: " + std::string(why), now);
  line.esme.close(session::CloseReason::lost, std::string(why));
  listen(line, now);
  step(now);
}

void Course::flush(Line& line) {
  auto& output = line.esme.output();
  if (!line.up || output.unsent() == 0) return;
  output.consume(network_.write(line.id, output.view()));
}

void Course::listen(Line& line, Steady now) {
  while (auto event = line.esme.next_event(now)) {
    std::visit([&](auto& told) { on(line, told, now); }, *event);
  }
  flush(line);
}

void Course::drop(Line& line) {
  if (std::exchange(line.over, true)) return;
  flush(line);
  if (line.up) network_.close(line.id);
  line.up = line.bound = false;
}

// Facts that the session keeps to itself.
void Course::heard(Line& line, OctetView octets) {
  line.tap.feed(octets);
  for (auto next = line.tap.next(); std::holds_alternative<OctetView>(next); next = line.tap.next()) {
    const auto frame = std::get<OctetView>(next);
    const auto header = smpp::decode_header(frame);
    if (!smpp::is_response(header.command_id)) {
      const bool looked_at = line.sequences_in.size() < kSequencesMax;
      if (header.sequence_number == 0 || (looked_at && !line.sequences_in.insert(header.sequence_number).second)) {
        ++observed_.odd_sequences;
      }
      if (header.command_id == smpp::CommandId::enquire_link) ++observed_.enquires_in;
      continue;
    }
    if (header.command_status != CommandStatus::ok) {
      if (frame.size() > 16) ++observed_.error_bodies;
      if (smpp::find_status(header.command_status) == nullptr) {
        observed_.unknown_statuses.insert(static_cast<std::uint32_t>(header.command_status));
      }
    }
    const auto decoded = smpp::decode(frame);
    const auto* pdu = std::get_if<smpp::Pdu>(&decoded);
    if (pdu == nullptr) continue;
    if (const auto version = version_told(pdu->body); version && &line == sender_) observed_.version_told = version;
    if (const auto* response = std::get_if<smpp::SubmitSmResp>(&pdu->body)) {
      if (const auto state = response->tlvs.get(smpp::tlv::congestion_state)) {
        observed_.congestion = std::max(observed_.congestion.value_or(0), static_cast<std::uint8_t>(*state));
      }
    }
  }
}

void Course::on(Line& line, session::Bound& event, Steady now) {
  line.bound = true;
  if (line.probe) {
    ++observed_.binds->bound;
    return;
  }
  if (&line == sender_) {
    observed_.bind_took = now - line.connected_at;
    observed_.smsc_system_id = event.system_id;
    observed_.version = event.version;
  }
  if (std::ranges::any_of(lines_, [](const auto& row) { return !row.second->bound; })) return;
  observed_.bound = true;
  progress_("bound to \"" + event.system_id + "\" as a " + std::string(session::to_string(sender_->kind)));
  enter(Phase::texts, now);
}

void Course::on(Line& line, session::BindRefused& event, Steady now) {
  if (line.probe) {
    observed_.binds->refused = smpp::status_name(event.status);
    return;
  }
  observed_.bind_status = event.status;
  finish("the bind was refused: " + std::string(smpp::status_name(event.status)), now);
}

void Course::on(Line& line, session::Received& event, Steady now) {
  deliver(line, event.request.sequence_number, event.request.body, now);
}

void Course::on(Line&, session::Answered& event, Steady now) {
  auto& sent = observed_.submits.at(event.tag.id);
  sent.answered_at = now;
  sent.status = event.response.command_status;
  if (const auto* body = std::get_if<smpp::SubmitSmResp>(&event.response.body))
    sent.message_id = body->message_id.str();
  if (sent.accepted() && sent.message_id.empty()) ++observed_.empty_ids;
  settle_held(false);
}

void Course::on(Line&, session::Unanswered&, Steady) {}

void Course::on(Line& line, session::Closed& event, Steady now) {
  const auto why = std::string(session::to_string(event.reason)) + (event.detail.empty() ? "" : ": " + event.detail);
  if (line.probe) {
    if (!line.bound && observed_.binds->refused.empty()) observed_.binds->refused = why;
  } else {
    finish("the session ended: " + why, now);
  }
  drop(line);
}

void Course::deliver(Line& line, std::uint32_t sequence, const smpp::Body& body, Steady now) {
  const auto* data = std::get_if<smpp::DataSm>(&body);
  const auto* short_sm = std::get_if<smpp::DeliverSm>(&body);
  if (data == nullptr && short_sm == nullptr) return;  // alert_notification has no response
  const auto number = std::string_view(plan_.to).substr(1);
  std::string_view source = data != nullptr ? data->source_addr.view() : short_sm->source_addr.view();
  while (source.starts_with('+') || source.starts_with('0')) source.remove_prefix(1);
  auto seen = look_at(body, number);
  if (!seen || source != number || held_.size() >= kHeldMax) {
    ++observed_.not_ours;
    return respond(line, sequence, data != nullptr, CommandStatus::temporary_application_error);
  }
  seen->at = now;
  held_.push_back({&line, sequence, *std::move(seen)});
  settle_held(false);
}

// The most literal alias wins.
bool Course::place(Held& held) {
  const auto& receipt = held.seen.receipt;
  std::optional<std::size_t> best;
  std::size_t best_rank = kAliases;
  for (std::size_t index = 0; index < observed_.submits.size(); ++index) {
    const auto& sent = observed_.submits[index];
    if (!sent.accepted()) continue;
    for (const auto& id : {receipt.message_id, receipt.text_message_id}) {
      const auto alias = alias_between(sent.message_id, id);
      if (!alias || static_cast<std::size_t>(*alias) >= best_rank) continue;
      best = index;
      best_rank = static_cast<std::size_t>(*alias);
    }
  }
  if (!best) return false;
  const auto& sent = observed_.submits[*best];
  held.seen.submit = *best;
  held.seen.before_response = held.seen.at < *sent.answered_at;
  if (held.seen.has_tlv_id) held.seen.by_tlv = alias_between(sent.message_id, receipt.message_id);
  held.seen.by_text = alias_between(sent.message_id, receipt.text_message_id);
  return true;
}

bool Course::awaits_answers() const {
  return std::ranges::any_of(lines_, [](const auto& row) { return row.second->esme.in_flight() > 0; });
}

// A receipt that nothing fits waits while an answer is outstanding that it may fit.
void Course::settle_held(bool for_good) {
  const bool waits = !for_good && awaits_answers();
  for (auto count = held_.size(); count > 0; --count) {
    auto held = std::move(held_.front());
    held_.pop_front();
    if (place(held)) {
      respond(*held.line, held.sequence, held.seen.data_sm, CommandStatus::ok);
      observed_.receipts.push_back(std::move(held.seen));
    } else if (waits) {
      held_.push_back(std::move(held));
    } else {
      ++observed_.not_ours;
      if (observed_.unmatched++ == 0) observed_.unmatched_id = held.seen.receipt.message_id;
      respond(*held.line, held.sequence, held.seen.data_sm, CommandStatus::temporary_application_error);
    }
  }
}

void Course::respond(Line& line, std::uint32_t sequence, bool data_sm, CommandStatus status) {
  smpp::Pdu response;
  response.command_status = status;
  if (data_sm) {
    response.body = smpp::DataSmResp{};
  } else {
    response.body = smpp::DeliverSmResp{};
  }
  static_cast<void>(line.esme.respond(sequence, std::move(response)));
  flush(line);
}

Steady Course::next_tick() const {
  if (phase_ == Phase::done) return kNever;
  Steady next = std::min(waiting_ || phase_ == Phase::binding ? kNever : due_, ends_at_);
  if (phase_ == Phase::ending) next = due_;
  for (const auto& [id, line] : lines_) {
    if (!line->over) next = std::min(next, line->esme.next_tick());
  }
  return next;
}

void Course::tick(Steady now) {
  for (const auto& [id, line] : lines_) {
    if (line->over || line->esme.next_tick() > now) continue;
    line->esme.tick(now);
    listen(*line, now);
  }
  if (now >= ends_at_ && phase_ != Phase::ending) finish("out of time", now);
  step(now);
}

void Course::stop(std::string why, Steady now) {
  finish(std::move(why), now);
  step(now);
}

// The first reason stays.
void Course::finish(std::string why, Steady now) {
  if (phase_ == Phase::ending || phase_ == Phase::done) return;
  if (observed_.ended.empty()) observed_.ended = std::move(why);
  enter(Phase::ending, now);
}

std::uint32_t Course::left() const {
  const auto sent = observed_.submits.size();
  return sent >= plan_.messages_max ? 0 : static_cast<std::uint32_t>(plan_.messages_max - sent);
}

bool Course::submit(smpp::SubmitSm pdu, Submit what, Steady now) {
  if (left() == 0 || sender_->over) return false;
  what.sent_at = now;
  auto sent = sender_->esme.send(std::move(pdu), session::Tag{observed_.submits.size(), 0}, now);
  if (!sent) return false;
  observed_.submits.push_back(std::move(what));
  flush(*sender_);
  return true;
}

}  // namespace dunlin::certify

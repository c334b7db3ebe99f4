// The life of a link's sessions: connect, bind, lose, come back.
#include <algorithm>
#include <dunlin/base/check.hpp>
#include <utility>

#include "engine/link.hpp"

namespace dunlin::engine {
namespace {

using session::CloseReason;
using smpp::BindClass;
using smpp::CommandId;
using smpp::CommandStatus;
using smpp::StatusClass;

std::string seconds(std::chrono::nanoseconds delay) {
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(delay).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string_view message_id(const smpp::Pdu& response) {
  const auto* body = std::get_if<smpp::SubmitSmResp>(&response.body);
  return body == nullptr ? std::string_view{} : body->message_id.view();
}

// Of the SMSC itself, on whatever it answers; also below SMPP 5.0.
std::optional<std::uint8_t> congestion_state(const smpp::Pdu& response) {
  const auto* body = std::get_if<smpp::SubmitSmResp>(&response.body);
  return body == nullptr || body->tlvs.empty() ? std::nullopt : body->tlvs.get(smpp::tlv::congestion_state);
}

}  // namespace

void Link::connect(std::uint32_t index, Steady now) {
  Lane& lane = lanes_[index];
  if (std::exchange(lane.attempted, true)) ++reconnects_;
  lane.phase = Phase::connecting;
  lane.at = now + Links::kConnectMax;
  lane.session = ++shared_.last_session;
  shared_.places[lane.session] = {this, index};
  shared_.network.connect(lane.session, settings_);
}

session::Options Link::session_options() const {
  return {.version = settings_.version,
          .window = settings_.window,
          .response_timeout = settings_.response_timeout,
          .enquire_link = settings_.enquire_link};
}

void Link::connected(std::uint32_t index, Steady now) {
  Lane& lane = lanes_[index];
  if (lane.phase != Phase::connecting) return;
  lane.phase = Phase::up;
  lane.at = kNever;
  lane.tap = recorder_.tap(lane.session);
  session::Options options = session_options();
  options.tap = lane.tap.get();
  lane.esme = std::make_unique<session::Esme>(options, now);
  bind(index, now);
  pump(now);
}

void Link::bind(std::uint32_t index, Steady now) {
  Lane& lane = lanes_[index];
  const session::Bind bind{.kind = lane.kind,
                           .system_id = settings_.system_id,
                           .password = settings_.password,
                           .system_type = settings_.system_type};
  if (auto bound = lane.esme->bind(bind, now); !bound) {
    // A system_id or password no bind can carry: as hopeless as a wrong one.
    lane.refused = CommandStatus::invalid_system_id;
    lane.esme->close(CloseReason::bind_refused, to_string(bound.error()));
    drain(index, now);
  }
}

void Link::lost(std::uint32_t index, std::string_view why, Steady now) {
  Lane& lane = lanes_[index];
  shared_.places.erase(lane.session);
  lane.session = 0;
  if (lane.phase == Phase::up) {
    lane.esme->close(CloseReason::lost, std::string(why));
    drain(index, now);
  } else if (lane.phase == Phase::connecting) {
    end(index, std::string(why), now);
  }
  pump(now);
}

// Takes every event the session has; at its Closed the session is gone.
void Link::drain(std::uint32_t index, Steady now) {
  Lane& lane = lanes_[index];
  while (lane.esme) {
    auto event = lane.esme->next_event(now);
    if (!event) break;
    std::visit([&](auto& told) { on_event(index, told, now); }, *event);
  }
  if (lane.esme) gate_reading(lane, now);
}

void Link::on_event(std::uint32_t index, session::Bound& bound, Steady now) {
  Lane& lane = lanes_[index];
  lane.bound_at = now;
  lane.record = {};
  lane.record.kind = lane.kind;
  lane.record.bound = true;
  lane.record.at = shared_.wall;
  lane.record.peer = bound.system_id;
  lane.record.version = bound.version;
  refused_.reset();
  queries_.bound();
  const int version = bound.version;
  log(Severity::info, "bound as " + std::string(to_string(lanes_[index].kind)) + " to '" + bound.system_id +
                          "', SMPP " + std::to_string(version >> 4) + "." + std::to_string(version & 0x0F));
  update_transmitting(now, false);
}

void Link::on_event(std::uint32_t index, session::BindRefused& refused, Steady) {
  lanes_[index].refused = refused.status;
}

void Link::on_event(std::uint32_t index, session::Received& received, Steady now) {
  if (const auto* alert = std::get_if<smpp::AlertNotification>(&received.request.body)) {
    return receive_alert(*alert, now);
  }
  if (smpp::response_to(smpp::command_id(received.request.body)) == CommandId::generic_nack) {
    log(Severity::debug,
        std::string(command_name(smpp::command_id(received.request.body))) + " received, nothing follows");
    return;
  }
  const std::uint32_t sequence = received.request.sequence_number;
  shared_.events.emplace_back(
      Inbound{name(), lanes_[index].session, sequence, std::make_shared<const smpp::Pdu>(std::move(received.request))});
}

void Link::receive_alert(const smpp::AlertNotification& alert, Steady now) {
  if (!alerts_since_ || now - *alerts_since_ >= std::chrono::seconds{1}) {
    alerts_since_ = now;
    alerts_now_ = 0;
  }
  ++alerts_;
  if (++alerts_now_ > Links::kAlertsMax) {
    ++alerts_dropped_;
    if (alerts_now_ == Links::kAlertsMax + 1) {
      log(Severity::warning, "more than " + std::to_string(Links::kAlertsMax) +
                                 " alert_notifications in a second: the rest of them is not told");
    }
    return;
  }
  shared_.events.emplace_back(Available{name(), alert.source_addr.str(), alert.source_addr_ton,
                                        alert.tlvs.get(smpp::tlv::ms_availability_status)});
}

void Link::on_event(std::uint32_t index, session::Answered& answered, Steady now) {
  if (Queries::asked(answered.tag)) {
    bool refused = false;
    tell({queries_.answered(name(), answered.tag, answered.response, refused)});
    if (!refused) return;
    log(Severity::warning, "it knows no query_sm: not asked any more until it is bound anew");
    return tell(queries_.give_up(name(), "unsupported"));
  }
  CommandStatus status = answered.response.command_status;
  // A refusal that says "ok": nothing was accepted, whatever it says.
  if (status == CommandStatus::ok && std::holds_alternative<smpp::GenericNack>(answered.response.body))
    status = CommandStatus::unknown_error;
  const Outbox::Named named = outbox_.settle(answered.tag);
  count(status);
  response_seconds_.observe(std::chrono::duration<double>(answered.took).count());
  const StatusClass meaning = smpp::status_class(status);
  LinkPace::Answer answer{meaning == StatusClass::throttle, congestion_state(answered.response), answered.took};
  const bool full = status == CommandStatus::message_queue_full;
  const bool recipient_full =
      (full || meaning == StatusClass::ok) && full_.is_its_own(named.recipient, full, now - answered.took, now);
  if (answer.throttled) ++throttled_;
  if (recipient_full) answer.throttled = false;
  pace_.answered(answer, now);
  shared_.events.emplace_back(SubmitAnswered{name(), named.n, named.segment, status,
                                             std::string(message_id(answered.response)), lanes_[index].session,
                                             recipient_full});
  if (meaning == StatusClass::drop_link && !lanes_[index].retiring) {
    log(Severity::warning, "a submit was answered with " + std::string(smpp::status_name(status)) + ": binding anew");
    retire(lanes_[index], false, now);
  }
}

void Link::on_event(std::uint32_t index, session::Unanswered& unanswered, Steady) {
  if (Queries::asked(unanswered.tag)) {
    if (lanes_[index].esme->closed()) return tell({queries_.unanswered(name(), unanswered.tag)});
    bool last = false;
    tell({queries_.ignored(name(), unanswered.tag, last)});
    if (!last) return;
    log(Severity::warning, "it answers no query_sm: not asked any more until it is bound anew");
    return tell(queries_.give_up(name(), "not_asked"));
  }
  const Outbox::Named named = outbox_.settle(unanswered.tag);
  shared_.events.emplace_back(SubmitUnanswered{name(), named.n, named.segment});
}

void Link::on_event(std::uint32_t index, session::Closed& closed, Steady now) {
  const Lane& lane = lanes_[index];
  std::string why(to_string(closed.reason));
  if (closed.reason == CloseReason::lost && !lane.bound_at && !lane.refused) why += " before the bind was answered";
  if (!closed.detail.empty()) why += ": " + closed.detail;
  end(index, std::move(why), now);
}

// The session of this lane is over, or never came to be.
void Link::end(std::uint32_t index, std::string why, Steady now) {
  Lane& lane = lanes_[index];
  if (lane.session != 0) {
    if (lane.esme) flush(lane);
    shared_.network.close(lane.session);
    shared_.places.erase(lane.session);
    lane.session = 0;
  }
  lane.esme.reset();
  give_back(outbox_.lose(index));
  const bool wanted = stopping_ || lane.at_once;
  if (!wanted) last_error_ = why;
  if (lane.bound_at) {
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - *lane.bound_at);
    history_.ended(std::move(lane.record), why, shared_.wall, lasted);
  } else if (!stopping_) {
    history_.failed(lane.kind, why, shared_.wall);
  }
  lane.phase = stopping_ ? Phase::off : awaits(lane) ? Phase::listening : Phase::waiting;
  lane.at = lane.phase == Phase::waiting ? reconnect_at(lane, now) : kNever;
  say_ended(lane, why, wanted, now);
  if (lane.refused) {
    refused_ = smpp::bind_class(*lane.refused);
    ++binds_refused_[static_cast<std::size_t>(*refused_)];
  }
  lane.refused.reset();
  lane.bound_at.reset();
  lane.retiring = lane.at_once = lane.blocked = false;
  lane.reading = true;
  update_transmitting(now, wanted);
}

// A refusal that only a person can end is an error once; its repetitions are not.
void Link::say_ended(const Lane& lane, const std::string& why, bool wanted, Steady now) {
  const std::string next = stopping_                        ? ""
                           : lane.phase == Phase::listening ? "; awaiting its next outbind"
                                                            : "; next attempt in " + seconds(lane.at - now);
  Severity severity = wanted ? Severity::info : Severity::warning;
  std::string advice;
  if (lane.refused) {
    const BindClass meaning = smpp::bind_class(*lane.refused);
    if (meaning == BindClass::credentials) advice = " (check system_id and password)";
    if (meaning == BindClass::configuration) advice = " (check bind, version and system_type)";
    if (!advice.empty()) severity = refused_ == meaning ? Severity::debug : Severity::error;
  }
  log(severity, std::string(to_string(lane.kind)) + " ended: " + why + advice + next);
}

Steady Link::reconnect_at(Lane& lane, Steady now) {
  if (lane.at_once) return now;
  if (lane.refused) {
    switch (smpp::bind_class(*lane.refused)) {
      case BindClass::credentials:
      case BindClass::configuration: return now + lane.backoff.longest();
      case BindClass::busy:
      case BindClass::already_bound: return now + lane.backoff.cool_down(Links::kAlreadyBound);
      case BindClass::retry:
      case BindClass::ok: break;
    }
  }
  // A session that is dropped as soon as it is bound is a failure like any other; one that lived was a success.
  if (lane.bound_at && now - *lane.bound_at >= settings_.reconnect_min) lane.backoff.reset();
  return now + lane.backoff.next();
}

// `wanted`: what ended did so because we asked for it.
void Link::update_transmitting(Steady now, bool wanted) {
  const std::uint32_t before = transmitting_;
  transmitting_ = static_cast<std::uint32_t>(
      std::ranges::count_if(lanes_, [](const Lane& lane) { return lane.esme && lane.esme->transmits(); }));
  if (transmitting_ == 0) give_back(outbox_.give_up());
  if ((before == 0) == (transmitting_ == 0)) return;
  if (transmitting_ == 0) lost_before_ = lost_before_ || !wanted;
  if (transmitting_ > 0 && std::exchange(lost_before_, false)) settled_at_ = now + settings_.failback_after;
  shared_.events.emplace_back(LinkChanged{name()});
}

void Link::retire(Lane& lane, bool at_once, Steady now) {
  lane.retiring = true;
  lane.at_once = at_once;
  lane.at = now + Links::kRebindWait;
  dirty_ = true;
}

void Link::unbind_if_done(std::uint32_t index, Steady now) {
  Lane& lane = lanes_[index];
  if (lane.esme->in_flight() > 0 && now < lane.at) return;
  lane.at = kNever;
  lane.esme->unbind(now);
}

void Link::rebind(Steady now) {
  for (Lane& lane : lanes_) {
    if (lane.phase == Phase::up) retire(lane, true, now);
    if (lane.phase == Phase::waiting) {
      lane.backoff.reset();
      lane.at = now;
    }
  }
  dirty_ = true;
}

void Link::unbind_all(Steady now) {
  stopping_ = true;
  hang_up_on_callers();
  for (std::uint32_t index = 0; index < lanes_.size(); ++index) {
    Lane& lane = lanes_[index];
    if (lane.phase == Phase::up) {
      lane.esme->unbind(now);
      drain(index, now);
    } else if (lane.phase != Phase::off) {
      end(index, "stopped", now);
    }
  }
  give_back(outbox_.give_up());
  pump(now);
}

void Link::respond(std::uint32_t index, std::uint32_t sequence, smpp::Pdu response, Steady now) {
  Lane& lane = lanes_[index];
  if (!lane.esme) return;
  if (auto done = lane.esme->respond(sequence, std::move(response)); !done) {
    log(Severity::error, "a response could not be encoded: " + to_string(done.error()));
  }
  gate_reading(lane, now);
  dirty_ = true;
}

void Link::gate_reading(Lane& lane, Steady now) {
  const std::size_t unanswered = lane.esme->unanswered_requests();
  const bool read = lane.reading ? unanswered < Links::kInboundMax : unanswered <= Links::kInboundMax / 2;
  if (read == lane.reading) return;
  lane.reading = read;
  lane.esme->set_reading(read, now);
  shared_.network.read(lane.session, read);
}

void Link::flush(Lane& lane) {
  auto& output = lane.esme->output();
  if (lane.blocked || output.unsent() == 0) return;
  output.consume(shared_.network.write(lane.session, output.view()));
  lane.blocked = output.unsent() > 0;
}

}  // namespace dunlin::engine

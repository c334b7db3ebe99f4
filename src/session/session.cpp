#include "session/session.hpp"

#include <array>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::session {
namespace {

using smpp::CommandId;
using smpp::CommandStatus;

constexpr std::chrono::milliseconds kUnbindWaitMax{
    10s};  // an unbind is not awaited longer, whatever response_timeout is

constexpr std::array<std::string_view, 11> kReasons{
    "the connection was lost",
    "stopped",
    "unbound",
    "the peer unbound",
    "the bind was refused",
    "not bound in time",
    "enquire_link went unanswered",
    "a request went unanswered for twice response_timeout",
    "the unbind went unanswered",
    "the peer sent octets that are no PDU",
    "the peer reads nothing",
};
static_assert(kReasons.size() == static_cast<std::size_t>(CloseReason::output_overflow) + 1);

constexpr std::array<std::string_view, 3> kKinds{"transmitter", "receiver", "transceiver"};

void strip_tlvs(smpp::Body& body) {
  std::visit([](auto& one) { one.tlvs.clear(); }, body);
}

// Without them it would be another message: an empty one, or parts that nothing holds together.
bool lives_on_tlvs(const smpp::Body& body) {
  const auto* submit = std::get_if<smpp::SubmitSm>(&body);
  return submit != nullptr && (submit->tlvs.contains(smpp::tlv::message_payload.tag) || submit->tlvs.contains(smpp::tlv::sar_msg_ref_num.tag));
}

// A request that changes nothing at the peer: no answer to it leaves nothing in doubt.
bool may_be_forgotten(CommandId command) { return command == CommandId::query_sm; }

}  // namespace

std::string_view to_string(CloseReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }
std::string_view to_string(BindKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

Session::Session(Side side, const Options& options, Steady now)
    : options_(options),
      side_(side),
      version_(options.version),
      reader_(options.pdu_max),
      window_(options.window, options.first_sequence),
      init_at_(now + options.session_init),
      heard_at_(now) {}

bool Session::append(const smpp::Pdu& pdu, Error* error) {
  if (state_ == State::closed) return false;
  const std::size_t before = output_.appending().size();
  if (auto encoded = smpp::encode(pdu, output_.appending()); !encoded) {
    if (error != nullptr) *error = std::move(encoded).error();
    return false;
  }
  ++counters_.pdus_out;
  if (options_.tap != nullptr) options_.tap->sent(OctetView(output_.appending()).subspan(before));
  return true;
}

Result<Session::Sent> Session::send(smpp::Body body, Tag tag, Steady now) {
  const CommandId command = smpp::command_id(body);
  if (smpp::is_response(command) || !may_send(side_, state_, command) || state_ == State::unbinding) {
    return failure("bad_state", std::string(smpp::command_name(command)) + " may not be sent in state " +
                                    std::string(to_string(state_)));
  }
  if (window_.room() == 0) return failure("window_full", "as many requests as the window allows are unanswered");
  if (!output_open()) return failure("output_full", "the peer does not read what was sent before");
  if (version_ < 0x34) {
    if (lives_on_tlvs(body)) return failure("needs_tlvs", "SMPP 3.3, which is spoken here, has no TLVs, and they carry this message");
    strip_tlvs(body);
  }
  const std::uint32_t sequence = window_.add(command, tag, now);
  Error error;
  if (!append({CommandStatus::ok, sequence, std::move(body)}, &error)) {
    window_.remove(sequence);
    return tl::unexpected<Error>(std::move(error));
  }
  return Sent{sequence, output_.appended()};
}

Result<std::uint32_t> Session::send_control(smpp::Body body) {
  const std::uint32_t sequence = window_.next_sequence();
  Error error;
  if (!append({CommandStatus::ok, sequence, std::move(body)}, &error)) return tl::unexpected<Error>(std::move(error));
  return sequence;
}

void Session::answer(std::uint32_t sequence, CommandStatus status, smpp::Body body) {
  if (version_ < 0x34) strip_tlvs(body);
  append({status, sequence, std::move(body)});
  if (output_.unsent() > kOutputHardMax) close(CloseReason::output_overflow);
}

Result<void> Session::respond(std::uint32_t sequence, smpp::Pdu response) {
  if (state_ == State::closed) return {};
  if (unanswered_requests_ > 0) --unanswered_requests_;
  response.sequence_number = sequence;
  if (version_ < 0x34) strip_tlvs(response.body);
  Error error;
  if (append(response, &error)) {
    if (output_.unsent() > kOutputHardMax) close(CloseReason::output_overflow);
    return {};
  }
  answer(sequence, CommandStatus::system_error, smpp::GenericNack{});
  return tl::unexpected<Error>(std::move(error));
}

void Session::become_bound(BindKind kind, std::uint8_t version, Steady now) {
  state_ = kind == BindKind::transmitter ? State::bound_tx
           : kind == BindKind::receiver  ? State::bound_rx
                                         : State::bound_trx;
  version_ = version;
  heard_at_ = now;
}

void Session::unbind(Steady now) {
  if (state_ == State::closed || unbind_) return;
  if (!may_send(side_, state_, CommandId::unbind)) return close(CloseReason::stopped);
  state_ = State::unbinding;
  const auto sequence = send_control(smpp::Unbind{});
  DUNLIN_CHECK(sequence.has_value());  // it has no fields
  unbind_ = {*sequence, now + std::min(kUnbindWaitMax, options_.response_timeout)};
}

void Session::close(CloseReason reason, std::string detail) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  unbind_.reset();
  unanswered_requests_ = 0;
  while (const Outstanding* one = window_.oldest()) {
    tell(Unanswered{one->tag});
    window_.remove(one->sequence);
  }
  tell(Closed{reason, std::move(detail)});
}

void Session::set_reading(bool reading, Steady now) {
  if (reading && !reading_) heard_at_ = now;
  if (!reading) silent_at_.reset();
  reading_ = reading;
}

Steady Session::enquire_at() const {
  if (!is_bound(state_) || !reading_ || options_.enquire_link <= 0ms) return kNever;
  return silent_at_ ? *silent_at_ : heard_at_ + options_.enquire_link;
}

void Session::enquire(Steady now) {
  if (silent_at_) return close(CloseReason::silent);
  const auto sequence = send_control(smpp::EnquireLink{});
  DUNLIN_CHECK(sequence.has_value());  // it has no fields
  enquire_sequence_ = *sequence;
  silent_at_ = now + enquire_wait();
}

Steady Session::next_tick() const {
  if (state_ == State::closed) return kNever;
  Steady at = enquire_at();
  if (state_ <= State::binding) at = std::min(at, init_at_);
  if (unbind_) at = std::min(at, unbind_->give_up_at);
  if (const auto* one = window_.oldest_fresh()) at = std::min(at, one->sent_at + options_.response_timeout);
  if (const auto* one = window_.oldest()) at = std::min(at, one->sent_at + 2 * options_.response_timeout);
  return at;
}

void Session::tick(Steady now) {
  if (state_ == State::closed) return;
  if (state_ <= State::binding && now >= init_at_) return close(CloseReason::init_timeout);
  if (unbind_ && now >= unbind_->give_up_at) return close(CloseReason::unbind_timeout);
  while (const auto* one = window_.oldest_fresh()) {
    if (now < one->sent_at + options_.response_timeout) break;
    if (!may_be_forgotten(one->command)) {
      window_.mark_late();
      continue;
    }
    tell(Unanswered{one->tag});
    window_.remove(one->sequence);
  }
  if (const auto* one = window_.oldest(); one != nullptr && now >= one->sent_at + 2 * options_.response_timeout) {
    return close(CloseReason::response_overdue);
  }
  if (now >= enquire_at()) enquire(now);
}

}  // namespace dunlin::session

// An SMSC that calls us (outbind, SMPP 3.4 §2.2.1, §4.1.7): who connects says who it is, and only when that is right we
// bind on its connection: our own system_id and password go to nobody else.
#include <algorithm>
#include <utility>

#include "engine/link.hpp"

namespace dunlin::engine {
namespace {

constexpr std::chrono::minutes kSayAgain{1};  // refused callers are told in the log once in so long

// Takes as long whatever is wrong in it.
bool same_secret(std::string_view one, std::string_view other) {
  unsigned difference = one.size() == other.size() ? 0 : 1;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const char against = other.empty() ? '\0' : other[i % other.size()];
    difference |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(against);
  }
  return difference == 0;
}

}  // namespace

// What receives is awaited, what only transmits is dialled.
bool Link::awaits(const Lane& lane) const {
  return !settings_.outbind_listen.empty() && lane.kind != session::BindKind::transmitter;
}

SessionId Link::accepted(const Call& call, Steady now) {
  if (stopping_ || settings_.outbind_listen.empty()) return 0;
  const auto no = [&](std::string_view why) {
    refuse_caller(call.from, why, now);
    return SessionId{0};
  };
  if (!call.expected) return no("it is not an address that this SMSC calls from (host, outbind_from)");
  if (wrong_callers_.waits(call.from, now)) return no("its last outbind was wrong: not heard so soon again");
  if (std::ranges::none_of(lanes_, [](const Lane& lane) { return lane.phase == Phase::listening; })) {
    return no("all its sessions are bound");
  }
  if (callers_.size() >= Links::kCallersMax) make_way(now);
  const SessionId session = ++shared_.last_session;
  shared_.callers.emplace(session, this);
  session::Options options = session_options();
  options.session_init = Links::kOutbindWait;
  std::unique_ptr<session::Tap> tap = recorder_.tap(session);
  options.tap = tap.get();
  callers_.push_back({session, call.from, std::move(tap), std::make_unique<session::Esme>(options, now)});
  return session;
}

// Whoever is the SMSC says so at once: who has been silent longest is the least likely, of those of the address that
// most call from.
void Link::make_way(Steady now) {
  const auto of_its_address = [this](const Caller& caller) {
    return std::ranges::count(callers_, caller.from, &Caller::from);
  };
  const Caller& silent = *std::ranges::max_element(callers_, {}, of_its_address);  // the first of equals
  refuse_caller(silent.from, "it said nothing, and others call", now);
  hang_up(silent.session);
}

void Link::refuse_caller(std::string_view from, std::string_view why, Steady now) {
  ++outbinds_refused_;
  if (said_refused_ && now - *said_refused_ < kSayAgain) return;
  said_refused_ = now;
  log(Severity::warning, "a call from " + std::string(from) + " at " + settings_.outbind_listen +
                             " was refused: " + std::string(why) + " (said at most once a minute; " +
                             std::to_string(outbinds_refused_) + " so far)");
}

void Link::caller_received(SessionId session, OctetView octets, Steady now) {
  const auto caller = std::ranges::find(callers_, session, &Caller::session);
  if (caller == callers_.end()) return;
  caller->esme->received(octets);
  hear_caller(session, now);
  pump(now);
}

void Link::tick_callers(Steady now) {
  for (std::size_t i = callers_.size(); i > 0; --i) {  // hearing one may take it out
    callers_[i - 1].esme->tick(now);
    hear_caller(callers_[i - 1].session, now);
  }
}

void Link::hear_caller(SessionId session, Steady now) {
  const auto caller = std::ranges::find(callers_, session, &Caller::session);
  while (auto event = caller->esme->next_event(now)) {
    if (const auto* outbind = std::get_if<session::OutbindReceived>(&*event))
      return answer_outbind(session, *outbind, now);
    if (std::holds_alternative<session::Closed>(*event)) {
      refuse_caller(caller->from, "no outbind came", now);
      return hang_up(session);
    }
  }
  auto& output = caller->esme->output();
  if (output.unsent() > 0) output.consume(shared_.network.write(session, output.view()));
}

void Link::answer_outbind(SessionId session, const session::OutbindReceived& outbind, Steady now) {
  const bool right = same_secret(outbind.system_id, settings_.outbind_system_id) &
                     same_secret(outbind.password, settings_.outbind_password);
  const auto caller = std::ranges::find(callers_, session, &Caller::session);
  if (wrong_callers_.waits(caller->from,
                           now)) {  // it called several times at once: one try a delay, whatever the rest say
    refuse_caller(caller->from, "its last outbind was wrong: not heard so soon again", now);
    return hang_up(session);
  }
  if (!right) {
    wrong_callers_.wrong(caller->from, now);
    refuse_caller(caller->from, "its outbind has another system_id or password", now);
    return hang_up(session);
  }
  wrong_callers_.right(caller->from);
  const auto lane = std::ranges::find(lanes_, Phase::listening, &Lane::phase);
  if (lane == lanes_.end()) {
    refuse_caller(caller->from, "all its sessions are bound", now);
    return hang_up(session);
  }
  const auto index = static_cast<std::uint32_t>(lane - lanes_.begin());
  lane->tap = std::move(caller->tap);
  lane->esme = std::move(caller->esme);
  lane->session = session;
  lane->phase = Phase::up;
  lane->at = kNever;
  callers_.erase(caller);
  shared_.callers.erase(session);
  shared_.places[session] = {this, index};
  log(Severity::info, "called by '" + outbind.system_id + "': binding");
  bind(index, now);
  drain(index, now);
}

// It hung up, or the network lost it.
void Link::caller_lost(SessionId session) {
  shared_.callers.erase(session);
  std::erase_if(callers_, [&](const Caller& caller) { return caller.session == session; });
}

void Link::hang_up(SessionId session) {
  shared_.network.close(session);
  caller_lost(session);
}

void Link::hang_up_on_callers() {
  while (!callers_.empty()) hang_up(callers_.back().session);
}

}  // namespace dunlin::engine

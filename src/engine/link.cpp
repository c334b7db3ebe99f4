#include "engine/link.hpp"

#include <algorithm>
#include <utility>

namespace dunlin::engine {
namespace {

using session::BindKind;
using smpp::CommandStatus;

constexpr std::size_t kStatusesMax = 64;  // different answers counted apart; beyond: as unknown_error

std::vector<BindKind> kinds(const SmscSettings& settings) {
  std::vector<BindKind> all;
  for (std::uint32_t i = 0; i < std::clamp(settings.sessions, 1U, 64U); ++i) {
    switch (settings.bind) {
      case BindMode::transceiver: all.push_back(BindKind::transceiver); break;
      case BindMode::transmitter: all.push_back(BindKind::transmitter); break;
      case BindMode::receiver: all.push_back(BindKind::receiver); break;
      case BindMode::pair:
        all.push_back(BindKind::transmitter);
        all.push_back(BindKind::receiver);
        break;
    }
  }
  return all;
}

}  // namespace

Link::Link(SmscSettings settings, LinksShared& shared, std::uint64_t seed)
    : settings_(std::move(settings)),
      shared_(shared),
      recorder_(settings_, shared.clock),
      outbox_(kinds(settings_).size()),
      pace_(settings_.throughput) {
  for (const BindKind kind : kinds(settings_)) {
    // A step of Knuth's generator: every lane has its own jitter.
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    lanes_.push_back({.kind = kind, .backoff = {settings_.reconnect_min, settings_.reconnect_max, seed}});
  }
}

void Link::start(Steady now) {
  for (Lane& lane : lanes_) {
    lane.phase = awaits(lane) ? Phase::listening : Phase::waiting;
    lane.at = awaits(lane) ? kNever : now;
  }
  tick(now);
}

Steady Link::next_tick() const {
  if (dirty_) return Steady{};
  Steady at = pump_at_;
  for (const Lane& lane : lanes_) {
    at = std::min(at, lane.at);
    if (lane.esme) at = std::min(at, lane.esme->next_tick());
  }
  for (const Caller& caller : callers_) at = std::min(at, caller.esme->next_tick());
  return at;
}

void Link::tick(Steady now) {
  tick_callers(now);
  for (std::uint32_t index = 0; index < lanes_.size(); ++index) {
    Lane& lane = lanes_[index];
    if (lane.phase == Phase::waiting && now >= lane.at) connect(index, now);
    if (lane.phase == Phase::connecting && now >= lane.at) end(index, "no connection in time", now);
    if (lane.phase != Phase::up) continue;
    lane.esme->tick(now);
    if (lane.retiring) unbind_if_done(index, now);
    drain(index, now);
  }
  pump(now);
}

void Link::received(std::uint32_t index, OctetView octets, Steady now) {
  Lane& lane = lanes_[index];
  if (lane.phase != Phase::up) return;
  lane.esme->received(octets);
  drain(index, now);
  if (lane.phase == Phase::up && lane.retiring) {
    unbind_if_done(index, now);
    drain(index, now);
  }
  pump(now);
}

void Link::writable(std::uint32_t index, Steady now) {
  if (lanes_[index].phase != Phase::up) return;
  lanes_[index].blocked = false;
  pump(now);
}

std::uint32_t Link::in_flight() const {
  std::uint32_t sum = 0;
  for (const Lane& lane : lanes_) sum += lane.esme ? lane.esme->in_flight() : 0;
  return sum;
}

bool Link::all_closed() const {
  return std::ranges::all_of(lanes_, [](const Lane& lane) { return lane.phase == Phase::off; });
}

std::size_t Link::window_room() const {
  std::size_t sum = 0;
  for (const Lane& lane : lanes_) {
    if (lane.esme && lane.esme->transmits() && !lane.retiring) sum += lane.esme->room();
  }
  return sum;
}

std::size_t Link::room(Steady now) const {
  if (!sending()) return 0;
  const std::size_t most = std::min(window_room(), pace_.claimable(now));
  return most > outbox_.waiting() ? most - outbox_.waiting() : 0;
}

void Link::set_demand(bool demand, Steady now) {
  if (demand == demand_) return;
  demand_ = demand;
  pace_.held_by(cause(now), now);
  if (demand) dirty_ = true;  // a claim may have to be waited for
}

void Link::hand_over(Outgoing outgoing) {
  if (!sending()) {
    std::vector<std::uint32_t> segments;
    for (const auto& part : outgoing.parts) segments.push_back(part.segment);
    if (!segments.empty()) shared_.events.emplace_back(SubmitReturned{name(), outgoing.n, std::move(segments)});
    return;
  }
  outbox_.add(std::move(outgoing));
  dirty_ = true;
}

void Link::give_back(std::vector<Outbox::Returned> returned) {
  for (auto& one : returned) shared_.events.emplace_back(SubmitReturned{name(), one.n, std::move(one.segments)});
}

Links::TakenBack Link::take_back(std::uint64_t n) {
  Outbox::TakenBack back = outbox_.take_back(n);
  std::erase_if(back.points, [&](const HandedUpTo& point) {
    const auto place = shared_.places.find(point.session);
    return place == shared_.places.end() || kernel_has(place->second.lane, point.octet);
  });
  return {std::move(back.taken), std::move(back.handed_over), std::move(back.points)};
}

std::vector<HandedUpTo> Link::unsent() const {
  std::vector<HandedUpTo> points;
  for (const Lane& lane : lanes_) {
    if (!lane.esme || lane.esme->output().unsent() == 0) continue;
    points.push_back({lane.session, lane.esme->output().consumed() + lane.esme->output().unsent()});
  }
  return points;
}

bool Link::kernel_has(std::uint32_t lane, std::uint64_t octet) const {
  return !lanes_[lane].esme || lanes_[lane].esme->output().consumed() >= octet;
}

// Nothing is encoded while the kernel has not taken what was: until then it can still be taken back.
bool Link::ready(const Lane& lane) const {
  return lane.esme && lane.esme->transmits() && !lane.retiring && !lane.blocked && lane.esme->room() > 0 &&
         lane.esme->output_open();
}

// Hands over what windows and pace allow, the lanes in turns, and writes every session's output.
void Link::pump(Steady now) {
  dirty_ = false;
  pump_at_ = kNever;
  pace_.tick(now);
  if (queries_.turn()) ask(now);
  round_.clear();
  if (sending() && outbox_.waiting() > 0) {
    for (std::uint32_t i = 0; i < lanes_.size(); ++i) {
      const auto index = static_cast<std::uint32_t>((turn_ + i) % lanes_.size());
      if (ready(lanes_[index])) round_.push_back(index);
    }
    turn_ = static_cast<std::uint32_t>((turn_ + 1) % lanes_.size());
  }
  std::size_t allowed = round_.empty() ? 0 : pace_.available(now);
  for (std::size_t i = 0; !round_.empty();) {
    if (allowed == 0) {
      pump_at_ = pace_.next(now);
      break;
    }
    i %= round_.size();
    const std::uint32_t index = round_[i];
    if (hand_one(index, now)) --allowed;
    if (ready(lanes_[index]) && outbox_.next(index)) {
      ++i;
    } else {
      round_.erase(round_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  ask(now);
  pace_.held_by(cause(now), now);
  if (sending() && demand_ && outbox_.waiting() == 0 && window_room() > 0) {
    if (const Steady at = pace_.claimable_at(now); at > now) pump_at_ = std::min(pump_at_, at);
  }
  for (Lane& lane : lanes_) {
    if (lane.phase == Phase::up) flush(lane);
  }
}

// What holds it now.
LimitedBy Link::cause(Steady now) const {
  if (!sending()) return LimitedBy::idle;
  if (window_room() == 0) return LimitedBy::window;
  if (outbox_.waiting() == 0 && !demand_) return LimitedBy::idle;
  if (pace_.available(now) == 0) return pace_.slowed_by();
  return outbox_.waiting() == 0 ? LimitedBy::store : LimitedBy::window;
}

// One segment into the lane's output. False: nothing left it.
bool Link::hand_one(std::uint32_t index, Steady now) {
  Lane& lane = lanes_[index];
  const auto next = outbox_.next(index);
  if (!next) return false;
  auto sent = lane.esme->send(std::move(outbox_.part(*next).submit), outbox_.tag(*next), now);
  if (!sent) {
    log(Severity::error, "a submit could not be encoded: " + to_string(sent.error()));
    const auto status =
        sent.error().code == "needs_tlvs" ? CommandStatus::missing_tlv : CommandStatus::invalid_message_length;
    count(status);
    shared_.events.emplace_back(
        SubmitAnswered{name(), outbox_.n(*next), outbox_.part(*next).segment, status, {}, lane.session});
    outbox_.dropped(*next);
    return false;
  }
  recorder_.about(recorder_.last(), outbox_.n(*next), outbox_.part(*next).segment);
  outbox_.handed(*next, index, lane.session, sent->end);
  queries_.submitted();
  pace_.handed(now);
  if (lane.esme->output().unsent() >= Links::kAheadMax) flush(lane);
  return true;
}

void Link::query(Query query) {
  tell(queries_.add(name(), std::move(query)));
  dirty_ = true;
}

void Link::tell(std::vector<QueryAnswered> answers) {
  for (QueryAnswered& answer : answers) shared_.events.emplace_back(std::move(answer));
}

// By the same pace as submits: one at most, as their turns are further apart than that. Wakes the link only for what it
// could do then; an answer or writable() pumps by itself.
void Link::ask(Steady now) {
  if (!queries_.waiting()) return;
  if (!sending()) return tell(queries_.give_up(name(), "unbound"));
  if (Queries::unanswered_max(settings_.window) == 0) return tell(queries_.give_up(name(), "window"));
  tell(queries_.expire(name(), now));
  if (!queries_.waiting()) return;
  pump_at_ = std::min(pump_at_, queries_.expires());
  if (outbox_.waiting() > 0 && !queries_.turn()) return;
  const auto lane = std::ranges::find_if(lanes_, [this](const Lane& each) { return ready(each); });
  if (lane == lanes_.end() || !queries_.room(settings_.window)) return;
  const bool spaced = now >= queries_.next();
  if (!spaced || pace_.available(now) == 0) {
    pump_at_ = std::min(pump_at_, spaced ? pace_.next(now) : queries_.next());
    return;
  }
  Queries::Asking asking = queries_.take(now);
  if (auto sent = lane->esme->send(std::move(asking.query), asking.tag, now); !sent) {
    log(Severity::error, "a query could not be encoded: " + to_string(sent.error()));
    tell({queries_.unanswered(name(), asking.tag)});
  } else {
    pace_.asked(now);
  }
  if (queries_.waiting()) pump_at_ = std::min(pump_at_, queries_.next());
}

void Link::count(CommandStatus status) {
  auto row = std::ranges::find(submits_, status, &SubmitStatusCount::status);
  if (row == submits_.end() && submits_.size() >= kStatusesMax) {
    row = std::ranges::find(submits_, CommandStatus::unknown_error, &SubmitStatusCount::status);
    status = CommandStatus::unknown_error;
  }
  if (row == submits_.end()) row = submits_.insert(row, {status, 0});
  ++row->count;
}

void Link::pause(bool paused) {
  const bool before = sending();
  paused_ = paused;
  if (sending() != before) shared_.events.emplace_back(LinkChanged{name()});
  dirty_ = true;
}

void Link::set(std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window) {
  if (throughput) {
    settings_.throughput = *throughput;
    pace_.set_throughput(*throughput);
  }
  if (window) {
    settings_.window = std::clamp(*window, 1U, session::kWindowMax);
    for (Lane& lane : lanes_) {
      if (lane.esme) lane.esme->set_window(settings_.window);
    }
  }
  dirty_ = true;
}

void Link::reload(const SmscSettings& fresh) {
  set(fresh.throughput, fresh.window);
  settings_.failback_after = fresh.failback_after;
  settings_.tls = fresh.tls;  // told in the status; what it names is the network's
}

void Link::log(Severity severity, const std::string& sentence) const {
  if (shared_.log) shared_.log(severity, "smsc " + settings_.name + ": " + sentence);
}

}  // namespace dunlin::engine

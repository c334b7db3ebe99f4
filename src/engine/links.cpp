#include "engine/links.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/link.hpp"

namespace dunlin::engine {
namespace {
constexpr std::array<std::string_view, kLimits> kLimitNames{"idle", "unbound",   "paused",     "window",
                                                            "rate", "throttled", "congestion", "store"};
constexpr std::array<std::string_view, 8> kStateNames{"off",        "waiting", "refused",   "listening",
                                                      "connecting", "binding", "unbinding", "bound"};
static_assert(kStateNames.size() == static_cast<std::size_t>(LinkState::bound) + 1);
}  // namespace

std::string_view to_string(LimitedBy cause) { return kLimitNames[static_cast<std::size_t>(cause)]; }
std::string_view to_string(LinkState state) { return kStateNames[static_cast<std::size_t>(state)]; }

struct Links::Impl {
  LinksShared shared;
  std::vector<std::unique_ptr<Link>> links;

  // Configured links are few: a walk over their names is as quick as any index.
  Link* find(std::string_view smsc) const {
    const auto found =
        std::ranges::find(links, smsc, [](const auto& link) -> std::string_view { return link->name(); });
    return found == links.end() ? nullptr : found->get();
  }
  Link* caller(SessionId session) const {
    const auto found = shared.callers.find(session);
    return found == shared.callers.end() ? nullptr : found->second;
  }
  // Calls act(link, lane) for a session that exists.
  template <class Act>
  void at(SessionId session, Act&& act) const {
    const auto place = shared.places.find(session);
    if (place != shared.places.end()) act(*place->second.link, place->second.lane);
  }
};

Links::Links(std::vector<SmscSettings> smscs, Network& network, std::uint64_t seed, LogSink log)
    : impl_(new Impl{{network, std::move(log), {}, 0, {}, {}}, {}}) {
  for (auto& settings : smscs) {
    impl_->links.push_back(std::make_unique<Link>(std::move(settings), impl_->shared, seed + impl_->links.size()));
  }
}
Links::~Links() = default;

void Links::start(Steady now) {
  impl_->shared.clock.see(now);
  for (const auto& link : impl_->links) link->start(now);
}

Steady Links::next_tick() const {
  Steady at = kNever;
  for (const auto& link : impl_->links) at = std::min(at, link->next_tick());
  return at;
}

void Links::tick(Now now) {
  impl_->shared.wall = now.wall;
  impl_->shared.clock.see(now);
  for (const auto& link : impl_->links) {
    if (now.steady >= link->next_tick()) link->tick(now.steady);
  }
}

bool Links::drained() const {
  return std::ranges::all_of(impl_->links, [](const auto& link) { return link->in_flight() == 0; });
}

void Links::unbind_all(Steady now) {
  impl_->shared.clock.see(now);
  for (const auto& link : impl_->links) link->unbind_all(now);
}

bool Links::all_closed() const {
  return std::ranges::all_of(impl_->links, [](const auto& link) { return link->all_closed(); });
}

void Links::connected(SessionId session, Now now) {
  impl_->shared.wall = now.wall;
  impl_->shared.clock.see(now);
  impl_->at(session, [&](Link& link, std::uint32_t lane) { link.connected(lane, now.steady); });
}

void Links::received(SessionId session, OctetView octets, Now now) {
  impl_->shared.wall = now.wall;
  impl_->shared.clock.see(now);
  if (Link* called = impl_->caller(session)) return called->caller_received(session, octets, now.steady);
  impl_->at(session, [&](Link& link, std::uint32_t lane) { link.received(lane, octets, now.steady); });
}

void Links::writable(SessionId session, Now now) {
  impl_->shared.wall = now.wall;
  impl_->shared.clock.see(now);
  impl_->at(session, [&](Link& link, std::uint32_t lane) { link.writable(lane, now.steady); });
}

void Links::closed(SessionId session, std::string_view why, Now now, Lost lost) {
  impl_->shared.wall = now.wall;
  impl_->shared.clock.see(now);
  if (Link* called = impl_->caller(session)) return called->caller_lost(session);
  impl_->at(session, [&](Link& link, std::uint32_t lane) {
    if (lost == Lost::tls) link.count_tls_error();
    link.lost(lane, why, now.steady);
  });
}

SessionId Links::accepted(const Call& call, Now now) {
  impl_->shared.wall = now.wall;
  impl_->shared.clock.see(now);
  Link* link = impl_->find(call.smsc);
  return link == nullptr ? 0 : link->accepted(call, now.steady);
}

bool Links::sending(std::string_view smsc) const {
  const Link* link = impl_->find(smsc);
  return link != nullptr && link->sending();
}

bool Links::settled(std::string_view smsc, Steady now) const {
  const Link* link = impl_->find(smsc);
  return link != nullptr && link->settled(now);
}

std::size_t Links::room(std::string_view smsc, Steady now) const {
  const Link* link = impl_->find(smsc);
  return link == nullptr ? 0 : link->room(now);
}

void Links::set_demand(std::string_view smsc, bool demand, Steady now) {
  if (Link* link = impl_->find(smsc)) link->set_demand(demand, now);
}

bool Links::waiting(std::string_view smsc) const {
  const Link* link = impl_->find(smsc);
  return link != nullptr && link->waiting();
}

void Links::hand_over(std::string_view smsc, Outgoing outgoing, Now) {
  if (Link* link = impl_->find(smsc)) link->hand_over(std::move(outgoing));
}

void Links::query(std::string_view smsc, Query query) {
  if (Link* link = impl_->find(smsc)) link->query(std::move(query));
}

Links::TakenBack Links::take_back(std::string_view smsc, std::uint64_t n) {
  Link* link = impl_->find(smsc);
  return link == nullptr ? TakenBack{} : link->take_back(n);
}

std::vector<Outgoing> Links::take_back_all(std::string_view smsc) {
  Link* link = impl_->find(smsc);
  return link == nullptr ? std::vector<Outgoing>{} : link->take_back_all();
}

std::vector<HandedUpTo> Links::unsent(std::string_view smsc) const {
  const Link* link = impl_->find(smsc);
  return link == nullptr ? std::vector<HandedUpTo>{} : link->unsent();
}

bool Links::kernel_has(const HandedUpTo& point) const {
  bool has = true;
  impl_->at(point.session, [&](Link& link, std::uint32_t lane) { has = link.kernel_has(lane, point.octet); });
  return has;
}

void Links::respond(SessionId session, std::uint32_t sequence, smpp::Pdu response, Now now) {
  impl_->shared.clock.see(now);
  impl_->at(session,
            [&](Link& link, std::uint32_t lane) { link.respond(lane, sequence, std::move(response), now.steady); });
}

std::vector<LinkEvent> Links::take_events() { return std::exchange(impl_->shared.events, {}); }

bool Links::pause(std::string_view smsc, bool paused) {
  Link* link = impl_->find(smsc);
  if (link != nullptr) link->pause(paused);
  return link != nullptr;
}

bool Links::rebind(std::string_view smsc, Now now) {
  impl_->shared.clock.see(now);
  Link* link = impl_->find(smsc);
  if (link != nullptr) link->rebind(now.steady);
  return link != nullptr;
}

bool Links::set(std::string_view smsc, std::optional<std::uint32_t> throughput, std::optional<std::uint32_t> window) {
  Link* link = impl_->find(smsc);
  if (link != nullptr) link->set(throughput, window);
  return link != nullptr;
}

bool Links::reload(const SmscSettings& fresh) {
  Link* link = impl_->find(fresh.name);
  if (link != nullptr) link->reload(fresh);
  return link != nullptr;
}

std::vector<LinkStatus> Links::status(Steady now) const {
  std::vector<LinkStatus> all;
  for (const auto& link : impl_->links) all.push_back(link->status(now));
  return all;
}

Recorder* Links::recorder(std::string_view smsc) const {
  Link* link = impl_->find(smsc);
  return link == nullptr ? nullptr : &link->recorder();
}

bool Links::known(std::string_view smsc) const { return impl_->find(smsc) != nullptr; }

}  // namespace dunlin::engine

#include "network.hpp"

#include <dunlin/smpp/time.hpp>

#include <algorithm>

#include "smsc.hpp"
#include "wire.hpp"
#include "world.hpp"

namespace dunlin::simulation {
using smpp::CommandId;

VirtualNetwork::Shared VirtualNetwork::of_session(engine::SessionId session) const {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? nullptr : found->second;
}

VirtualNetwork::Shared VirtualNetwork::of(ConnectionNumber number) const {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : found->second;
}

std::chrono::nanoseconds VirtualNetwork::latency(const Connection& connection) {
  const SmscCharacter& character = connection.smsc->character();
  return random_.between(character.latency_min, character.latency_max);
}

void VirtualNetwork::connect(engine::SessionId session, const engine::SmscSettings& smsc) {
  if (world_.dying()) return;
  auto made = std::make_shared<Connection>();
  made->number = ++last_;
  made->session = session;
  made->name = smsc.name;
  made->smsc = &world_.smsc(smsc.name);
  made->kernel = made->smsc->character().kernel;
  by_session_[session] = made;
  connections_[made->number] = made;
  const SmscCharacter& character = made->smsc->character();
  if (!calm_ && random_.chance(character.connect_hangs)) return;
  const bool refused = !calm_ && (random_.chance(character.connect_refused) || away_[smsc.name] > world_.now().steady);
  world_.agenda().at(world_.now().steady + 2 * latency(*made), [this, made, refused] {
    if (!made->gateway_has) return;
    if (refused) return end_for_gateway(made, "connection refused");
    made->up = made->smsc_has = true;
    world_.tell(Connected{made->number, made->name});
    made->smsc->connected(made->number);
    world_.with_gateway([&](engine::Gateway& gateway) { gateway.connected(made->session, world_.now()); });
  });
}

std::size_t VirtualNetwork::write(engine::SessionId session, OctetView octets) {
  if (!world_.effect()) return octets.size();
  world_.catch_up();  // a reader may be told before the peer is
  const Shared connection = of_session(session);
  if (!connection) return octets.size();
  const std::uint64_t offered = connection->taken + octets.size();
  if (offered > connection->offered) {
    connection->offered = offered;
    connection->offers.emplace_back(offered, world_.now().steady);
  }
  const std::size_t room = connection->kernel - std::min(connection->kernel, connection->in_kernel);
  const std::size_t taken = std::min(room, octets.size());
  connection->blocked = taken < octets.size();
  if (taken > 0) taken_by_kernel(*connection, octets.first(taken));
  return taken;
}

void VirtualNetwork::taken_by_kernel(Connection& connection, OctetView octets) {
  connection.taken += octets.size();
  connection.in_kernel += octets.size();
  connection.taken_frames.feed(octets);
  while (true) {
    auto next = connection.taken_frames.next();
    const OctetView* frame = std::get_if<OctetView>(&next);
    if (frame == nullptr) break;
    connection.parsed += frame->size();
    taken_pdu(connection, *frame);
  }
  if (connection.dead) return;  // they stay in the kernel for ever
  const Steady when = std::max(world_.now().steady + latency(connection), connection.last_to_smsc);
  connection.last_to_smsc = when;
  world_.agenda().at(when, [this, shared = of(connection.number), copy = Octets(octets.begin(), octets.end())] {
    arrive_at_smsc(shared, copy);
  });
}

void VirtualNetwork::taken_pdu(Connection& connection, OctetView frame) {
  while (!connection.offers.empty() && connection.offers.front().first < connection.parsed)
    connection.offers.pop_front();
  const smpp::Header header = smpp::decode_header(frame);
  if (header.command_id == CommandId::submit_sm) {
    auto decoded = smpp::decode(frame);
    const auto* pdu = std::get_if<smpp::Pdu>(&decoded);
    const auto* submit = pdu != nullptr ? std::get_if<smpp::SubmitSm>(&pdu->body) : nullptr;
    if (submit == nullptr) return;
    const Steady offered = connection.offers.empty() ? world_.now().steady : connection.offers.front().second;
    const auto [segment, segments] = part_of(*submit);
    HandedOver handed{
        connection.number, connection.name, job_number(submit->source_addr.view()), segment, header.sequence_number,
        offered,           segments,        "+" + submit->destination_addr.str()};
    handed.text = text_of(*submit);
    if (const auto time = smpp::parse_time(submit->validity_period.view()); time && std::holds_alternative<Wall>(*time))
      handed.valid_until = std::get<Wall>(*time);
    world_.tell(std::move(handed));
  } else if (header.command_id == CommandId::deliver_sm_resp || header.command_id == CommandId::data_sm_resp) {
    if (const Delivery* delivery = connection.smsc->answered(connection.number, header.sequence_number)) {
      world_.tell(DeliveryAnswered{delivery, header.command_status});
    }
  }
}

void VirtualNetwork::arrive_at_smsc(const Shared& connection, const Octets& octets) {
  if (connection->dead) return;
  connection->in_kernel -= octets.size();
  if (connection->smsc_has) connection->smsc->received(connection->number, octets);
  if (connection->blocked && connection->gateway_has && !connection->dead) {
    connection->blocked = false;
    world_.with_gateway([&](engine::Gateway& gateway) { gateway.writable(connection->session, world_.now()); });
  }
}

void VirtualNetwork::read(engine::SessionId session, bool wanted) {
  if (world_.dying()) return;
  const Shared connection = of_session(session);
  if (!connection) return;
  connection->reading = wanted;
  if (!wanted || (connection->unread.empty() && !connection->end_unread)) return;
  world_.agenda().at(world_.now().steady, [this, connection] {
    if (!connection->gateway_has || !connection->reading) return;
    const Octets octets = std::exchange(connection->unread, {});
    if (!octets.empty()) give(connection, octets);
    if (connection->end_unread && connection->gateway_has && connection->unread.empty())
      end_for_gateway(connection, "end of file");
  });
}

void VirtualNetwork::close(engine::SessionId session) {
  if (world_.dying()) return;
  const Shared connection = of_session(session);
  if (!connection) return;
  by_session_.erase(session);
  connection->gateway_has = false;
  world_.tell(Disconnected{connection->number});
  if (!connection->up) return forget(connection);
  if (connection->dead) return;
  const Steady when = std::max(world_.now().steady + latency(*connection), connection->last_to_smsc);
  world_.agenda().at(when, [this, connection] { end_for_smsc(connection); });
}

void VirtualNetwork::send(ConnectionNumber number, const smpp::Pdu& pdu) {
  Octets octets;
  if (smpp::encode(pdu, octets)) send(number, std::move(octets));
}

Steady VirtualNetwork::arrival_at_gateway(Connection& connection) {
  return connection.last_to_gateway = std::max(world_.now().steady + latency(connection), connection.last_to_gateway);
}

void VirtualNetwork::send(ConnectionNumber number, Octets octets) {
  const Shared connection = of(number);
  if (!connection || connection->dead || !connection->smsc_has) return;
  world_.agenda().at(arrival_at_gateway(*connection),
                     [this, connection, octets = std::move(octets)] { arrive_at_gateway(connection, octets); });
}

void VirtualNetwork::arrive_at_gateway(const Shared& connection, const Octets& octets) {
  if (connection->dead || !connection->gateway_has) return;
  if (!connection->reading) {
    connection->unread.insert(connection->unread.end(), octets.begin(), octets.end());
    return;
  }
  if (!connection->smsc->character().octet_by_octet) return give(connection, octets);
  OctetView rest = octets;
  while (!rest.empty() && connection->gateway_has && connection->reading) {
    const std::size_t piece = std::min<std::size_t>(rest.size(), random_.chance(0.5) ? 1 : random_.between(1, 40));
    give(connection, rest.first(piece));
    rest = rest.subspan(piece);
  }
  if (connection->gateway_has) connection->unread.insert(connection->unread.end(), rest.begin(), rest.end());
}

// Facts first: inside the call the gateway may already act on what it is given.
void VirtualNetwork::give(const Shared& connection, OctetView octets) {
  connection->given_frames.feed(octets);
  while (true) {
    auto next = connection->given_frames.next();
    const OctetView* frame = std::get_if<OctetView>(&next);
    if (frame == nullptr) break;
    const smpp::Header header = smpp::decode_header(*frame);
    if (header.command_id != CommandId::submit_sm_resp && header.command_id != CommandId::generic_nack) continue;
    GivenAnswer given{connection->number, header.sequence_number, header.command_status, {}};
    if (header.command_id == CommandId::generic_nack && given.status == smpp::CommandStatus::ok)
      given.status = smpp::CommandStatus::unknown_error;
    auto decoded = smpp::decode(*frame);
    const auto* pdu = std::get_if<smpp::Pdu>(&decoded);
    if (const auto* body = pdu != nullptr ? std::get_if<smpp::SubmitSmResp>(&pdu->body) : nullptr)
      given.message_id = body->message_id.str();
    world_.tell(std::move(given));
  }
  world_.with_gateway([&](engine::Gateway& gateway) { gateway.received(connection->session, octets, world_.now()); });
}

void VirtualNetwork::hang_up(ConnectionNumber number) {
  const Shared connection = of(number);
  if (!connection || !connection->smsc_has) return;
  connection->smsc_has = false;
  if (connection->dead) return forget(connection);
  world_.agenda().at(arrival_at_gateway(*connection), [this, connection] {
    if (!connection->gateway_has) return;
    connection->end_unread = true;
    if (connection->reading || connection->unread.empty()) end_for_gateway(connection, "end of file");
  });
}

void VirtualNetwork::reset(ConnectionNumber number) {
  const Shared connection = of(number);
  if (!connection || connection->dead) return;
  connection->dead = true;  // whatever is under way is lost
  connection->smsc_has = false;
  world_.agenda().at(world_.now().steady + latency(*connection),
                     [this, connection] { end_for_gateway(connection, "connection reset by peer"); });
}

void VirtualNetwork::away(const std::string& smsc, Steady until) {
  away_[smsc] = until;
  for (const auto& [number, connection] : std::map<ConnectionNumber, Shared>(connections_)) {
    if (connection->name != smsc || !connection->up) continue;
    SimulatedSmsc* there = connection->smsc;
    reset(number);
    there->closed(number);
  }
}

void VirtualNetwork::half_open(ConnectionNumber number) {
  const Shared connection = of(number);
  if (!connection || connection->dead) return;
  connection->dead = true;
  world_.agenda().at(world_.now().steady + 20s, [this, connection] { end_for_smsc(connection); });
}

void VirtualNetwork::end_for_gateway(const Shared& connection, std::string why) {
  if (!connection->gateway_has) return;
  connection->gateway_has = false;
  by_session_.erase(connection->session);
  world_.tell(Disconnected{connection->number});
  forget(connection);
  world_.with_gateway([&](engine::Gateway& gateway) { gateway.closed(connection->session, why, world_.now()); });
}

void VirtualNetwork::end_for_smsc(const Shared& connection) {
  if (connection->smsc_has) {
    connection->smsc_has = false;
    connection->smsc->closed(connection->number);
  }
  forget(connection);
}

void VirtualNetwork::forget(const Shared& connection) {
  if (!connection->gateway_has && !connection->smsc_has) connections_.erase(connection->number);
}

void VirtualNetwork::gateway_gone(bool lost) {
  by_session_.clear();
  for (const auto& [number, connection] : std::map<ConnectionNumber, Shared>(connections_)) {
    if (!connection->gateway_has) continue;
    connection->gateway_has = false;
    world_.tell(Disconnected{number});
    if (!connection->up) {
      forget(connection);
      continue;
    }
    if (lost) connection->dead = true;
    const Steady when = std::max(world_.now().steady + latency(*connection), connection->last_to_smsc);
    world_.agenda().at(when, [this, shared = connection] { end_for_smsc(shared); });
  }
}

bool VirtualNetwork::blocked(const std::string& smsc) const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [&](const auto& each) { return each.second->name == smsc && each.second->blocked; });
}

}  // namespace dunlin::simulation

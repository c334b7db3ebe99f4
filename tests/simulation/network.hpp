// The network between the gateway and its SMSCs, on virtual time: octets take their time, keep their order, come in
// pieces, and are lost when a connection is. Everything that can be seen on it becomes a fact.
#pragma once

#include <deque>
#include <dunlin/smpp/codec.hpp>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "engine/links.hpp"
#include "facts.hpp"
#include "random.hpp"

namespace dunlin::simulation {

class World;
class SimulatedSmsc;

class VirtualNetwork final : public engine::Network {
 public:
  VirtualNetwork(World& world, std::uint64_t seed) : world_(world), random_(seed, 2) {}

  // engine::Network: the gateway's side.
  void connect(engine::SessionId session, const engine::SmscSettings& smsc) override;
  std::size_t write(engine::SessionId session, OctetView octets) override;
  void read(engine::SessionId session, bool wanted) override;
  void close(engine::SessionId session) override;

  // The SMSC's side, by connection.
  void send(ConnectionNumber connection, const smpp::Pdu& pdu);
  void send(ConnectionNumber connection, Octets octets);
  void hang_up(ConnectionNumber connection);    // FIN: what was sent before still arrives
  void reset(ConnectionNumber connection);      // RST: what is under way is lost
  void half_open(ConnectionNumber connection);  // nothing passes any more, nobody is told

  // Until then nobody is there to connect to; who was there is gone without a word.
  void away(const std::string& smsc, Steady until);

  // The gateway's process is gone. What its kernel had taken may still arrive; `lost`: it does not.
  void gateway_gone(bool lost);
  // From here on nothing goes wrong by itself; half-open connections stay what they are.
  void calm() { calm_ = true; }
  bool blocked(const std::string& smsc) const;

 private:
  struct Connection {
    ConnectionNumber number = 0;
    engine::SessionId session = 0;  // while the gateway has it
    SimulatedSmsc* smsc = nullptr;
    std::string name;
    bool up = false;
    bool gateway_has = true;  // the gateway neither closed it nor was told of its end
    bool smsc_has = false;
    bool dead = false;  // half-open
    // Towards the SMSC.
    smpp::FrameReader taken_frames;
    std::uint64_t taken = 0;
    std::uint64_t parsed = 0;  // octets of the PDUs that are taken whole
    std::uint64_t offered = 0;
    std::deque<std::pair<std::uint64_t, Steady>> offers;  // (octet, when everything before it was first offered)
    std::size_t in_kernel = 0;
    std::size_t kernel = 0;
    bool blocked = false;
    Steady last_to_smsc{};
    // Towards the gateway.
    smpp::FrameReader given_frames;
    bool reading = true;
    Octets unread;
    bool end_unread = false;
    Steady last_to_gateway{};
  };
  using Shared = std::shared_ptr<Connection>;

  Shared of_session(engine::SessionId session) const;
  Shared of(ConnectionNumber number) const;
  std::chrono::nanoseconds latency(const Connection& connection);
  Steady arrival_at_gateway(Connection& connection);
  void taken_by_kernel(Connection& connection, OctetView octets);
  void taken_pdu(Connection& connection, OctetView frame);
  void arrive_at_smsc(const Shared& connection, const Octets& octets);
  void arrive_at_gateway(const Shared& connection, const Octets& octets);
  void give(const Shared& connection, OctetView octets);
  void end_for_gateway(const Shared& connection, std::string why);
  void end_for_smsc(const Shared& connection);
  void forget(const Shared& connection);

  World& world_;
  Random random_;
  bool calm_ = false;
  ConnectionNumber last_ = 0;
  std::map<std::string, Steady> away_;
  std::unordered_map<engine::SessionId, Shared> by_session_;
  std::map<ConnectionNumber, Shared> connections_;
};

}  // namespace dunlin::simulation

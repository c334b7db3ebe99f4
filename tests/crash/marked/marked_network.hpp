// A network that passes the points around what is given to the kernel, PDU by PDU.
#pragma once

#include <functional>
#include <unordered_map>

#include "engine/links.hpp"
#include "mark.hpp"

namespace dunlin::crash {

class MarkedNetwork final : public engine::Network {
 public:
  MarkedNetwork(engine::Network& inner, Mark& mark) : inner_(inner), mark_(mark) {}

  void connect(engine::SessionId session, const engine::SmscSettings& smsc) override { inner_.connect(session, smsc); }
  std::size_t write(engine::SessionId session, OctetView octets) override;
  void read(engine::SessionId session, bool wanted) override { inner_.read(session, wanted); }
  void close(engine::SessionId session) override {
    begun_.erase(session);
    inner_.close(session);
  }

 private:
  struct Frame {
    smpp::CommandId command;
    std::size_t begin, end;
  };
  std::vector<Frame> frames(engine::SessionId session, OctetView octets) const;

  engine::Network& inner_;
  Mark& mark_;
  std::unordered_map<engine::SessionId, std::size_t>
      begun_;  // octets still to be taken of a PDU the kernel has in part
};

}  // namespace dunlin::crash

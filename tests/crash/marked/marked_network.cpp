#include "marked_network.hpp"

#include <dunlin/smpp/codec.hpp>

namespace dunlin::crash {

using smpp::CommandId;

// What begins in these octets. They end where a PDU does: a session's output holds whole ones.
std::vector<MarkedNetwork::Frame> MarkedNetwork::frames(engine::SessionId session, OctetView octets) const {
  std::vector<Frame> found;
  const auto begun = begun_.find(session);
  std::size_t at = begun == begun_.end() ? 0 : begun->second;
  while (at + smpp::Header::octets <= octets.size()) {
    const smpp::Header header = smpp::decode_header(octets.subspan(at));
    found.push_back({header.command_id, at, at + header.command_length});
    at += header.command_length;
  }
  return found;
}

std::size_t MarkedNetwork::write(engine::SessionId session, OctetView octets) {
  const auto inside = frames(session, octets);
  for (const Frame& frame : inside) {
    if (frame.command == CommandId::deliver_sm_resp) mark_.passing(Point::delivery_unanswered);
    if (frame.command != CommandId::submit_sm) continue;
    mark_.passing(Point::submit_due);
    if (!mark_.reached(Point::submit_torn)) continue;
    inner_.write(session, octets.first((frame.begin + frame.end) / 2));
    Mark::die();
  }
  const std::size_t taken = inner_.write(session, octets);
  std::size_t begun = 0;
  for (const Frame& frame : inside) {
    if (frame.begin < taken && frame.end > taken) begun = frame.end - taken;
    if (frame.end > taken) continue;
    if (frame.command == CommandId::submit_sm) mark_.passing(Point::submit_written);
    if (frame.command == CommandId::deliver_sm_resp) mark_.passing(Point::delivery_answered);
    if (frame.command == CommandId::unbind) mark_.passing(Point::unbind_written);
    if (frame.command == CommandId::bind_transceiver) mark_.passing(Point::bind_written);
  }
  if (const auto before = begun_.find(session); before != begun_.end() && before->second > taken) {
    begun = before->second - taken;
  }
  begun_[session] = begun;
  return taken;
}

}  // namespace dunlin::crash

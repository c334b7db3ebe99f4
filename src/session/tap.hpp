// Who looks on while a session talks: every whole PDU, as it is on the wire, in the order of the session. What a tap is
// shown holds texts, numbers and passwords; it keeps nothing of that.
#pragma once

#include <dunlin/base/octets.hpp>

namespace dunlin::session {

class Tap {
 public:
  virtual ~Tap() = default;
  virtual void sent(OctetView pdu) = 0;      // encoded, its octets follow the session's earlier ones
  virtual void received(OctetView pdu) = 0;  // before anything is done with it
};

}  // namespace dunlin::session

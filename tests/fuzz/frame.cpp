// FrameReader: whatever pieces a stream comes in, the same frames are cut from it, nothing is lost or made up, and no
// more is held than the header promises.
//
//   input := pdu_octets_max:u16 pieces:(count:octet length:octet*) stream   what the pieces leave comes at once
#include <dunlin/smpp/codec.hpp>
#include <vector>

#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::smpp;

struct Cut {
  std::vector<Octets> frames;
  bool lost = false;
};

// Takes every frame there is now.
void drain(FrameReader& reader, std::size_t octets_max, Cut& cut) {
  for (;;) {
    const auto next = reader.next();
    if (std::holds_alternative<NeedMore>(next)) return;
    if (const auto* framing = std::get_if<FramingError>(&next)) {
      const auto length = framing->header.command_length;
      FUZZ_CHECK(length < Header::octets || length > octets_max, "a good length was called bad");
      FUZZ_CHECK(std::holds_alternative<FramingError>(reader.next()), "a framing error must stay");
      FUZZ_CHECK(reader.buffered() == 0, "a lost stream must hold nothing");
      cut.lost = true;
      return;
    }
    const auto frame = std::get<OctetView>(next);
    FUZZ_CHECK(frame.size() >= Header::octets && frame.size() <= octets_max, "a frame outside its bounds");
    FUZZ_CHECK(decode_header(frame).command_length == frame.size(), "a frame that is not as long as it says");
    cut.frames.emplace_back(frame.begin(), frame.end());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  const std::size_t octets_max = std::clamp<std::size_t>(input.u16(), Header::octets, kPduOctetsMax);
  const auto pieces = input.take(input.up_to(15));
  const auto stream = input.rest();

  Cut whole;
  FrameReader at_once(octets_max);
  at_once.feed(stream);
  drain(at_once, octets_max, whole);

  Cut pieced;
  FrameReader reader(octets_max);
  const auto feed = [&](OctetView piece) {
    reader.feed(piece);
    FUZZ_CHECK(reader.buffered() <= octets_max + piece.size(), "more is held than a PDU and the piece just fed");
    drain(reader, octets_max, pieced);
  };
  auto left = stream;
  for (const std::size_t length : pieces) {
    feed(left.first(std::min(length, left.size())));
    left = left.subspan(std::min(length, left.size()));
  }
  feed(left);

  FUZZ_CHECK(pieced.frames == whole.frames && pieced.lost == whole.lost, "pieces change what is cut");
  FUZZ_CHECK(reader.buffered() == at_once.buffered(), "pieces change what waits");
  if (!whole.lost) {
    std::size_t octets = at_once.buffered();
    for (const auto& frame : whole.frames) octets += frame.size();
    FUZZ_CHECK(octets == stream.size(), "octets were lost or made up");
  }
  return 0;
}

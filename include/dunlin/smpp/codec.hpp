// Octets to PDUs and back (SMPP 3.4 §3.2). Pure: no sockets, no clock.
//
//   PDU := command_length:u32 command_id:u32 command_status:u32 sequence_number:u32 body TLV*      integers big endian
//
// Encoding is strict, decoding lenient: it accepts longer strings than the specification (types.hpp), unknown TLVs, a
// cut last TLV, responses without their body, whatever the status, and octets behind a body that are no TLV.
#pragma once

#include <cstddef>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/smpp/pdu.hpp>
#include <variant>

namespace dunlin::smpp {

// The default bound on command_length: 64 KiB.
inline constexpr std::size_t kPduOctetsMax = 64 * 1024;

// Appends the PDU. On an error `out` is unchanged and the error names the field or TLV in `where`: too_long,
// embedded_nul, bad_time, too_many (over 254 destinations), too_short and too_long for a TLV outside its row's bounds.
//
// A response whose status is not ok and whose body says nothing leaves as its header alone where the specification says
// so (bind_*_resp, submit_sm_resp, submit_multi_resp: §4.1.2, §4.4.2, §4.5.2); deliver_sm_resp always has its 17
// octets.
[[nodiscard]] Result<void> encode(const Pdu& pdu, Octets& out);

// A whole frame whose body can't be read or whose command_id nobody knows. The stream goes on behind it. A request is
// answered with `answer`: with its response where it has one, else with generic_nack; a response or a generic_nack is
// never answered.
struct Unparsed {
  Header header;
  Error error;
  CommandStatus answer{};
};

// command_length can't be true: what follows in the stream can't be told. Answer generic_nack with `answer`, then
// close.
struct FramingError {
  Header header;
  Error error;
  CommandStatus answer = CommandStatus::invalid_command_length;
};

using Decoded = std::variant<Pdu, Unparsed>;

// Decodes exactly one frame. A frame whose size is not its command_length, or below 16 octets, is Unparsed with
// invalid_command_length. Error codes: truncated, too_long, bad_value (with the field and its octet in `where`),
// bad_length, unknown_command.
[[nodiscard]] Decoded decode(OctetView frame);

// The header at the front of at least 16 octets.
[[nodiscard]] Header decode_header(OctetView octets);

struct NeedMore {};

// Cuts a stream into frames, whatever pieces it comes in. Holds what was fed and not yet taken: drained after every
// feed, at most twice the sum of one PDU of `pdu_octets_max` and the piece just fed. Every octet is copied once when
// fed; moving what waits for the rest of its frame costs no more than the octets that were taken before it.
class FrameReader {
 public:
  explicit FrameReader(std::size_t pdu_octets_max = kPduOctetsMax) : pdu_octets_max_(pdu_octets_max) {}

  void feed(OctetView octets);  // after a FramingError: ignored
  // The next whole frame, valid until the next feed or next. A FramingError stays for good.
  [[nodiscard]] std::variant<NeedMore, OctetView, FramingError> next();
  std::size_t buffered() const { return buffer_.size() - start_; }  // octets fed and not taken

 private:
  std::size_t pdu_octets_max_;
  Octets buffer_;
  std::size_t start_ = 0;
  bool lost_ = false;
  Header bad_{};
};

}  // namespace dunlin::smpp

// Cutting a stream into frames.
#include <dunlin/smpp/codec.hpp>
#include <string>

namespace dunlin::smpp {

void FrameReader::feed(OctetView octets) {
  if (lost_) return;
  // What waits moves to the front only when at least as much in front of it was taken: the total stays linear.
  if (start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  } else if (start_ >= buffer_.size() - start_) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

std::variant<NeedMore, OctetView, FramingError> FrameReader::next() {
  const auto waiting = OctetView(buffer_).subspan(start_);
  if (!lost_) {
    if (waiting.size() < Header::octets) return NeedMore{};
    const auto length = static_cast<std::size_t>(waiting[0]) << 24 | static_cast<std::size_t>(waiting[1]) << 16 |
                        static_cast<std::size_t>(waiting[2]) << 8 | waiting[3];
    if (length >= Header::octets && length <= pdu_octets_max_) {
      if (waiting.size() < length) return NeedMore{};
      start_ += length;
      return waiting.first(length);
    }
    lost_ = true;
    bad_ = decode_header(waiting);
    buffer_ = {};
    start_ = 0;
  }
  return FramingError{bad_,
                      {"bad_length",
                       "command_length " + std::to_string(bad_.command_length) + " is not between 16 and " +
                           std::to_string(pdu_octets_max_),
                       "command_length"},
                      CommandStatus::invalid_command_length};
}

}  // namespace dunlin::smpp

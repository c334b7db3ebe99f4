#include <dunlin/text/udh.hpp>

namespace dunlin::text {
namespace {

constexpr std::uint8_t kConcatenation8 = 0x00;
constexpr std::uint8_t kConcatenation16 = 0x08;

std::optional<Concatenation> concatenation_of(std::uint8_t element, OctetView data) {
  Concatenation found;
  if (element == kConcatenation8 && data.size() == 3) {
    found = {data[0], false, data[1], data[2]};
  } else if (element == kConcatenation16 && data.size() == 4) {
    found = {static_cast<std::uint16_t>(data[0] << 8 | data[1]), true, data[2], data[3]};
  } else {
    return std::nullopt;
  }
  if (found.number == 0 || found.number > found.total) return std::nullopt;
  return found;
}

}  // namespace

std::size_t concatenation_octets(LongMessages how) { return how == LongMessages::udh ? 6 : 7; }

void append_concatenation_header(Octets& octets, const Concatenation& segment) {
  const auto low = static_cast<std::uint8_t>(segment.reference);
  if (segment.wide) {
    octets.insert(octets.end(), {6, kConcatenation16, 4, static_cast<std::uint8_t>(segment.reference >> 8), low});
  } else {
    octets.insert(octets.end(), {5, kConcatenation8, 3, low});
  }
  octets.insert(octets.end(), {segment.total, segment.number});
}

std::optional<UserDataHeader> parse_header(OctetView user_data) {
  if (user_data.empty() || user_data[0] >= user_data.size()) return std::nullopt;
  UserDataHeader header{user_data[0] + std::size_t{1}, std::nullopt};
  OctetView rest = user_data.subspan(1, user_data[0]);
  while (!rest.empty()) {
    if (rest.size() < 2 || rest[1] > rest.size() - 2) return std::nullopt;
    if (const auto found = concatenation_of(rest[0], rest.subspan(2, rest[1]))) header.concatenation = found;
    rest = rest.subspan(2 + rest[1]);
  }
  return header;
}

}  // namespace dunlin::text

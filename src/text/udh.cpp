#include <dunlin/text/udh.hpp>

namespace dunlin::text {
namespace {

constexpr std::uint8_t kConcatenation8 = 0x00;
constexpr std::uint8_t kSpecialIndication = 0x01;
constexpr std::uint8_t kConcatenation16 = 0x08;
constexpr std::uint8_t kSingleShift = 0x24;
constexpr std::uint8_t kLockingShift = 0x25;

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

Language language_of(OctetView data) {
  return data.size() == 1 && data[0] < kLanguages ? Language{data[0]} : Language::none;
}

// TS 23.040 §9.2.3.24.2: bit 7 store, bits 4 to 0 the kind (bit 6 and 5 the profile, bits 4 to 2 its extension).
MessageWaiting waiting_of(OctetView data) {
  const unsigned kind = data[0] & 0x1FU;
  const Waiting waiting = kind < 3 ? static_cast<Waiting>(kind) : kind == 7 ? Waiting::videomail : Waiting::other;
  return {waiting, data[1] > 0, (data[0] & 0x80) != 0, data[1]};
}

void read_element(UserDataHeader& header, std::uint8_t element, OctetView data) {
  switch (element) {
    case kConcatenation8:
    case kConcatenation16:
      if (const auto found = concatenation_of(element, data)) header.concatenation = found;
      return;
    case kSingleShift: header.tables.single = language_of(data); return;
    case kLockingShift: header.tables.locking = language_of(data); return;
    case kSpecialIndication:
      if (data.size() == 2 && !header.waiting) header.waiting = waiting_of(data);
      return;
    default: return;
  }
}

}  // namespace

std::string_view to_string(Waiting waiting) {
  switch (waiting) {
    case Waiting::voicemail: return "voicemail";
    case Waiting::fax: return "fax";
    case Waiting::email: return "email";
    case Waiting::other: return "other";
    case Waiting::videomail: return "videomail";
  }
  return "";
}

std::size_t concatenation_octets(LongMessages how) { return how == LongMessages::udh ? 6 : 7; }

std::size_t shift_octets(ShiftTables tables) {
  return (tables.locking != Language::none ? 3U : 0U) + (tables.single != Language::none ? 3U : 0U);
}

void append_header(Octets& octets, const std::optional<Concatenation>& segment, ShiftTables tables) {
  const std::size_t start = octets.size();
  octets.push_back(0);
  if (segment && segment->wide) {
    octets.insert(octets.end(), {kConcatenation16, 4, static_cast<std::uint8_t>(segment->reference >> 8)});
  } else if (segment) {
    octets.insert(octets.end(), {kConcatenation8, 3});
  }
  if (segment)
    octets.insert(octets.end(), {static_cast<std::uint8_t>(segment->reference), segment->total, segment->number});
  if (tables.single != Language::none)
    octets.insert(octets.end(), {kSingleShift, 1, static_cast<std::uint8_t>(tables.single)});
  if (tables.locking != Language::none)
    octets.insert(octets.end(), {kLockingShift, 1, static_cast<std::uint8_t>(tables.locking)});
  const std::size_t elements = octets.size() - start - 1;
  octets[start] = static_cast<std::uint8_t>(elements);
  if (elements == 0) octets.pop_back();
}

std::optional<UserDataHeader> parse_header(OctetView user_data) {
  if (user_data.empty() || user_data[0] >= user_data.size()) return std::nullopt;
  UserDataHeader header;
  header.octets = user_data[0] + std::size_t{1};
  OctetView rest = user_data.subspan(1, user_data[0]);
  while (!rest.empty()) {
    if (rest.size() < 2 || rest[1] > rest.size() - 2) return std::nullopt;
    read_element(header, rest[0], rest.subspan(2, rest[1]));
    rest = rest.subspan(2 + rest[1]);
  }
  return header;
}

}  // namespace dunlin::text

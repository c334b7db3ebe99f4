// The codec over one frame: what decodes encodes (or is refused by name, its octets untouched) to what decodes to the
// same and encodes to the same octets; every typed TLV may be asked for; the dump takes anything and shows no password.
//
//   input := command_id:octet rest   the id is an index into the operations; 255 leaves the id in the frame as it is
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>
#include <dunlin/smpp/time.hpp>
#include <dunlin/smpp/tlv_rows.hpp>

#include "fuzz/operations.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::smpp;

// The length is always true: frame.cpp looks at lengths.
Octets frame_of(fuzz::Input& input) {
  const auto which = input.octet();
  const auto rest = input.rest();
  Octets frame(rest.begin(), rest.end());
  frame.resize(std::max(frame.size(), Header::octets));
  fuzz::put_u32(frame, 0, static_cast<std::uint32_t>(frame.size()));
  if (which != 255)
    fuzz::put_u32(frame, 4, static_cast<std::uint32_t>(fuzz::kOperations[which % fuzz::kOperations.size()]));
  return frame;
}

void check_unparsed(const Unparsed& unparsed, OctetView frame) {
  const auto& code = unparsed.error.code;
  FUZZ_CHECK(unparsed.answer != CommandStatus::ok, "an unreadable PDU would be answered with ok");
  FUZZ_CHECK(unparsed.header == decode_header(frame), "the header of an unreadable PDU is not its own");
  FUZZ_CHECK(code == "truncated" || code == "too_long" || code == "bad_value" || code == "unknown_command", code);
  FUZZ_CHECK(!unparsed.error.where.empty(), "an error that names nothing");
}

template <std::uint16_t Tag, class V>
void check_tlv(const TlvSet& tlvs, const Tlv<Tag, V>& row) {
  const auto first = tlvs.get(row);
  const auto all = tlvs.get_all(row);
  FUZZ_CHECK(!first || (!all.empty() && all.front() == *first), row.name);
  if (!first || !TlvValue<V>::fits(*first)) return;
  TlvSet again;
  again.set(row, *first);
  FUZZ_CHECK(again.get(row) == first || std::string_view(TlvValue<V>::kind()) == "Octet String", row.name);
}

void check_times(const Body& body) {
  std::visit(
      [](const auto& one) {
        for_each_field(one, [](std::string_view, const auto& value) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, TimeText>) {
            static_cast<void>(parse_date(value.view()));
            const auto time = parse_time(value.view());
            const auto* wall = time ? std::get_if<Wall>(&*time) : nullptr;
            const auto said = wall != nullptr ? format_absolute(*wall) : failure("", "");
            if (said) FUZZ_CHECK(parse_time(*said) == *time || wall->time_since_epoch().count() % 100 != 0, *said);
          }
        });
      },
      body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  const auto frame = frame_of(input);
  const auto decoded = decode(frame);
  if (const auto* unparsed = std::get_if<Unparsed>(&decoded)) {
    check_unparsed(*unparsed, frame);
    return 0;
  }
  const auto& pdu = std::get<Pdu>(decoded);
  const auto words = dump(pdu, Show::all);
  const auto masked = dump(pdu);
  FUZZ_CHECK(std::ranges::all_of(words, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }), words);
  FUZZ_CHECK(std::ranges::count(words, '\n') == std::ranges::count(masked, '\n'), masked);
  std::visit(
      [](const auto& body) { std::apply([&](const auto&... row) { (check_tlv(body.tlvs, row), ...); }, tlv::all); },
      pdu.body);
  check_times(pdu.body);

  Octets octets{0xAA};
  if (const auto encoded = encode(pdu, octets); !encoded) {
    const auto& code = encoded.error().code;
    FUZZ_CHECK(octets == Octets{0xAA}, "a refused PDU left octets behind");
    FUZZ_CHECK(code == "too_long" || code == "too_many" || code == "too_few" || code == "bad_time", code);
    return 0;
  }
  octets.erase(octets.begin());
  const auto again = decode(octets);
  FUZZ_CHECK(std::holds_alternative<Pdu>(again), "what we encode cannot be decoded\n" + words);
  FUZZ_CHECK(std::get<Pdu>(again) == pdu,
             "decoded again it differs\n" + words + "\n" + dump(std::get<Pdu>(again), Show::all));
  Octets twice;
  FUZZ_CHECK(encode(std::get<Pdu>(again), twice).has_value() && twice == octets, "encoded again it differs\n" + words);
  return 0;
}

// Two codecs over one frame: what we decode, and both claim to hold, libsmpp34 must read as we do and pack as we do.
//
// Only what we encode ourselves is shown to it, cut to what it has room for (property/libsmpp34.hpp): fed with
// arbitrary octets it writes beyond its own buffers, which would be its findings and not ours.
//
//   input := command:octet status:octet sequence_number:octet body   command is an index into the operations it knows
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/dump.hpp>

#include "fuzz/operations.hpp"
#include "property/libsmpp34.hpp"

namespace {

using namespace dunlin;
using namespace dunlin::smpp;

constexpr std::size_t kTlvOctetsMax = 300;

Octets frame_of(fuzz::Input& input) {
  Octets frame(Header::octets);
  fuzz::put_u32(frame, 4, static_cast<std::uint32_t>(fuzz::kOperations[input.octet() % fuzz::kOperations.size()]));
  frame[11] = input.octet();
  frame[15] = input.octet();
  const auto body = input.rest();
  frame.insert(frame.end(), body.begin(), body.end());
  fuzz::put_u32(frame, 0, static_cast<std::uint32_t>(frame.size()));
  return frame;
}

// It refuses what 3.4 does not list: versions, types of number, numbering plans, sequence numbers, statuses.
void choose(Ton& ton) { ton = static_cast<Ton>(static_cast<unsigned>(ton) % 7); }
void choose(Npi& npi) {
  static constexpr Npi kNpis[] = {Npi::unknown,  Npi::isdn,         Npi::data,  Npi::telex,    Npi::land_mobile,
                                  Npi::national, Npi::private_plan, Npi::ermes, Npi::internet, Npi::wap};
  npi = kNpis[static_cast<unsigned>(npi) % std::size(kNpis)];
}
void choose(DestAddress& address) {
  if (auto* sme = std::get_if<SmeAddress>(&address)) choose(sme->dest_addr_ton), choose(sme->dest_addr_npi);
}
void choose(UnsuccessSme& sme) { choose(sme.dest_addr_ton), choose(sme.dest_addr_npi); }
template <class T>
void choose(std::vector<T>& list) {
  for (auto& item : list) choose(item);
}
template <class T>
void choose(T&) {}

void say_what_it_lists(Pdu& pdu) {
  if (pdu.sequence_number == 0) pdu.sequence_number = 1;
  const auto rows = status_table();
  const auto listed = rows[static_cast<std::uint32_t>(pdu.command_status) % rows.size()].value;
  pdu.command_status = listed <= CommandStatus::unknown_error ? listed : CommandStatus::ok;
  // An error response with a body it cannot read, and some without one neither.
  if (is_response(command_id(pdu.body))) pdu.command_status = CommandStatus::ok;
  std::visit(
      [](auto& body) {
        for_each_field(body, [](std::string_view name, auto& value) {
          choose(value);
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::uint8_t>) {
            if (name == "interface_version") value = interface_version::k34;
          }
        });
      },
      pdu.body);
}

// The first TLV alone, and only where the specification has it for this operation and it is in its bounds: its table
// has no others.
void keep_one_tlv(Pdu& pdu) {
  std::visit(
      [](auto& body) {
        TlvSet kept;
        body.tlvs.for_each([&](std::uint16_t tag, OctetView value) {
          const auto* row = find_tlv(tag);
          const auto legal = legal_tlvs(std::remove_reference_t<decltype(body)>::command_id);
          const bool good = row != nullptr && row->since == interface_version::k34 &&
                            std::ranges::find(legal, tag) != legal.end() && value.size() >= row->octets_min &&
                            value.size() <= std::min(row->octets_max, kTlvOctetsMax);
          if (good && kept.empty()) kept.add_raw(tag, value);
        });
        body.tlvs = std::move(kept);
      },
      pdu.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  const auto frame = frame_of(input);
  auto decoded = decode(frame);
  if (!std::holds_alternative<Pdu>(decoded)) return 0;
  auto& pdu = std::get<Pdu>(decoded);
  keep_one_tlv(pdu);
  say_what_it_lists(pdu);
  if (!libsmpp34::fit(pdu)) return 0;
  Octets octets;
  if (!encode(pdu, octets)) return 0;  // longer than the specification allows
  const auto wrong = libsmpp34::disagreement(pdu, octets);
  FUZZ_CHECK(wrong.empty(), wrong + "\n" + dump(pdu, Show::all));
  return 0;
}

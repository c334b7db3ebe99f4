// Encoding: one walk over a body's fields to check and measure, one to write.
#include <dunlin/smpp/codec.hpp>
#include <string>

#include "smpp/wire.hpp"

namespace dunlin::smpp {
namespace {

using wire::Refusal;

tl::unexpected<Error> refused(Refusal refusal, std::string_view field) {
  std::string where(field);
  switch (refusal) {
    case Refusal::too_long: return failure("too_long", "longer than the field may be", std::move(where));
    case Refusal::too_many: return failure("too_many", "more than 254 destinations", std::move(where));
    case Refusal::too_few: return failure("too_few", "at least one destination is needed", std::move(where));
    case Refusal::embedded_nul: return failure("embedded_nul", "a NUL inside a C-Octet String", std::move(where));
    case Refusal::bad_time: return failure("bad_time", "not empty and not YYMMDDhhmmsstnnp", std::move(where));
    default: return failure("bad_value", "can't be written", std::move(where));
  }
}

tl::unexpected<Error> refused_tlv(std::uint16_t tag) {
  const auto* row = find_tlv(tag);
  return failure("bad_length", "outside the octets this TLV may have",
                 row != nullptr ? std::string(row->name) : "TLV " + std::to_string(tag));
}

// Where the specification leaves the body out of an error response (§4.1.2, §4.4.2, §4.5.2).
constexpr bool leaves_body_out(CommandId id) {
  return id == CommandId::bind_receiver_resp || id == CommandId::bind_transmitter_resp ||
         id == CommandId::bind_transceiver_resp || id == CommandId::submit_sm_resp ||
         id == CommandId::submit_multi_resp;
}

void write_header(std::uint8_t*& at, const Header& header) {
  wire::write(at, header.command_length);
  wire::write(at, header.command_id);
  wire::write(at, header.command_status);
  wire::write(at, header.sequence_number);
}

template <class T>
Result<void> encode_body(const Pdu& pdu, const T& body, Octets& out) {
  Header header{0, T::command_id, pdu.command_status, pdu.sequence_number};
  std::size_t octets = Header::octets;
  bool header_only = false;
  if constexpr (leaves_body_out(T::command_id)) header_only = pdu.command_status != CommandStatus::ok && body == T{};

  if (!header_only) {
    auto bad = Refusal::none;
    std::string_view bad_field;
    for_each_field(body, [&](std::string_view name, const auto& value) {
      if (bad != Refusal::none) return;
      bad = wire::refusal(value);
      bad_field = name;
      octets += wire::wire_octets(value);
    });
    if (bad != Refusal::none) return refused(bad, bad_field);
    if (body.tlvs.refused() != 0) return refused_tlv(body.tlvs.refused());
    octets += body.tlvs.octets().size();
  }

  header.command_length = static_cast<std::uint32_t>(octets);
  const auto start = out.size();
  out.resize(start + octets);
  auto* at = out.data() + start;
  write_header(at, header);
  if (header_only) return {};
  for_each_field(body, [&](std::string_view, const auto& value) { wire::write(at, value); });
  const auto tlvs = body.tlvs.octets();
  if (!tlvs.empty()) std::memcpy(at, tlvs.data(), tlvs.size());
  return {};
}

}  // namespace

Result<void> encode(const Pdu& pdu, Octets& out) {
  return std::visit([&](const auto& body) { return encode_body(pdu, body, out); }, pdu.body);
}

CommandId command_id(const Body& body) {
  return std::visit([](const auto& alternative) { return std::remove_cvref_t<decltype(alternative)>::command_id; },
                    body);
}

}  // namespace dunlin::smpp

// Decoding: the header, then the fields in order, then the TLVs.
#include <array>
#include <dunlin/smpp/codec.hpp>
#include <string>

#include "base/hex.hpp"
#include "smpp/wire.hpp"

namespace dunlin::smpp {
namespace {

using wire::Reader;
using wire::Refusal;

// What to answer when a field can't be read; fields not listed: invalid_message_length.
struct FieldStatus {
  std::string_view field;
  CommandStatus status;
};
constexpr std::array kFieldStatus{
    FieldStatus{"system_id", CommandStatus::invalid_system_id},
    FieldStatus{"password", CommandStatus::invalid_password},
    FieldStatus{"system_type", CommandStatus::invalid_system_type},
    FieldStatus{"service_type", CommandStatus::invalid_service_type},
    FieldStatus{"source_addr", CommandStatus::invalid_source_address},
    FieldStatus{"destination_addr", CommandStatus::invalid_destination_address},
    FieldStatus{"dest_address", CommandStatus::invalid_destination_address},
    FieldStatus{"schedule_delivery_time", CommandStatus::invalid_schedule},
    FieldStatus{"validity_period", CommandStatus::invalid_expiry},
    FieldStatus{"message_id", CommandStatus::invalid_message_id},
};

CommandStatus answer_to(Refusal refusal, std::string_view field) {
  if (refusal == Refusal::bad_value) return CommandStatus::invalid_destination_flag;  // dest_flag is all that can be
  if (refusal == Refusal::truncated) return CommandStatus::invalid_message_length;
  for (const auto& row : kFieldStatus) {
    if (row.field == field) return row.status;
  }
  return CommandStatus::invalid_message_length;
}

Error read_error(Refusal refusal, std::string_view field, std::size_t octet) {
  auto where = std::string(field) + " at octet " + std::to_string(octet);
  switch (refusal) {
    case Refusal::truncated: return {"truncated", "the PDU ends inside this field", std::move(where)};
    case Refusal::too_long: return {"too_long", "longer than any peer's field may be", std::move(where)};
    default: return {"bad_value", "a dest_flag that is neither 1 nor 2", std::move(where)};
  }
}

template <class T>
void decode_body(const Header& header, OctetView frame, Decoded& out) {
  auto& pdu = std::get<Pdu>(out);
  pdu.command_status = header.command_status;
  pdu.sequence_number = header.sequence_number;
  auto& body = pdu.body.emplace<T>();
  Reader reader{frame.data() + Header::octets, frame.data() + frame.size()};
  if (is_response(T::command_id) && reader.left() == 0) return;

  auto bad = Refusal::none;
  std::string_view bad_field;
  const std::uint8_t* bad_at = nullptr;
  for_each_field(body, [&](std::string_view name, auto& value) {
    if (bad != Refusal::none) return;
    const auto* at = reader.at;
    bad = wire::read(reader, value);
    if (bad != Refusal::none) [[unlikely]] {
      bad_field = name;
      bad_at = at;
    }
  });
  if (bad != Refusal::none) [[unlikely]] {
    const auto octet = static_cast<std::size_t>(bad_at - frame.data());
    out = Unparsed{header, read_error(bad, bad_field, octet), answer_to(bad, bad_field)};
    return;
  }
  if (reader.left() > 0) body.tlvs.assign_octets({reader.at, reader.left()});
}

// Tries the alternatives of Body in their order, which is by how often they come.
template <class... Bodies>
bool decode_known(const Header& header, OctetView frame, Decoded& out, const std::variant<Bodies...>*) {
  return ((header.command_id == Bodies::command_id && (decode_body<Bodies>(header, frame, out), true)) || ...);
}

}  // namespace

Header decode_header(OctetView octets) {
  Header header;
  Reader reader{octets.data(), octets.data() + std::min(octets.size(), Header::octets)};
  static_cast<void>(wire::read(reader, header.command_length));
  static_cast<void>(wire::read(reader, header.command_id));
  static_cast<void>(wire::read(reader, header.command_status));
  static_cast<void>(wire::read(reader, header.sequence_number));
  return header;
}

Decoded decode(OctetView frame) {
  Decoded out(std::in_place_type<Pdu>);
  const auto header = decode_header(frame);
  if (frame.size() < Header::octets || header.command_length != frame.size()) [[unlikely]] {
    out = Unparsed{
        header,
        {"bad_length",
         std::to_string(frame.size()) + " octets, but its header says " + std::to_string(header.command_length),
         "command_length"},
        CommandStatus::invalid_command_length};
    return out;
  }
  if (!decode_known(header, frame, out, static_cast<const Body*>(nullptr))) [[unlikely]] {
    out = Unparsed{header,
                   {"unknown_command", hex_number(static_cast<std::uint32_t>(header.command_id), 8) + " is no operation we know",
                    "command_id"},
                   CommandStatus::invalid_command_id};
  }
  return out;
}

}  // namespace dunlin::smpp

// A PDU in words, walking its field list.
#include <algorithm>
#include <dunlin/smpp/dump.hpp>

#include "base/hex.hpp"

namespace dunlin::smpp {
namespace {

// In quotes; everything but printable ASCII as \xHH.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    const auto octet = static_cast<unsigned char>(letter);
    if (octet < 0x20 || octet > 0x7E) {
      out += "\\x";
      append_hex(out, octet, 2, kHexUpper);
    } else {
      if (letter == '"' || letter == '\\') out += '\\';
      out += letter;
    }
  }
  return out + '"';
}

std::string counted(std::size_t octets) { return "(" + std::to_string(octets) + " octets)"; }

std::string octets_in_hex(OctetView octets) {
  std::string out;
  for (const auto octet : octets) append_hex(out, octet, 2, kHexUpper);
  return out;
}

// Short codes name nobody.
std::string number(std::string_view address, Show show) {
  static constexpr std::size_t kShortCode = 6, kHead = 3, kTail = 2;
  if (show == Show::all || address.size() <= kShortCode) return quoted(address);
  return quoted(std::string(address.substr(0, kHead)) + std::string(address.size() - kHead - kTail, '*') +
                std::string(address.substr(address.size() - kTail)));
}

bool names_a_person(std::string_view field) {
  return field == "source_addr" || field == "destination_addr" || field == "esme_addr" || field == "address_range";
}

template <class T>
requires(std::is_integral_v<T> || std::is_enum_v<T>) std::string words(std::string_view, T value, Show) {
  return std::to_string(static_cast<std::uint64_t>(value));
}
template <std::size_t N, std::size_t DecodeMax>
std::string words(std::string_view field, const CString<N, DecodeMax>& text, Show show) {
  return names_a_person(field) ? number(text.view(), show) : quoted(text.view());
}
std::string words(std::string_view, const Password& password, Show) { return counted(password.size()); }
template <std::size_t N, std::size_t DecodeMax>
std::string words(std::string_view, const OctetString<N, DecodeMax>& octets, Show show) {
  return show == Show::all ? quoted(octets.text()) : counted(octets.size());
}
std::string words(std::string_view, const DestAddresses& addresses, Show show) {
  std::string out;
  for (const auto& address : addresses) {
    if (const auto* list = std::get_if<DistributionList>(&address)) {
      out += (out.empty() ? "list " : ", list ") + quoted(list->dl_name.view());
    } else {
      out += (out.empty() ? "" : ", ") + number(std::get<SmeAddress>(address).destination_addr.view(), show);
    }
  }
  return out;
}
std::string words(std::string_view, const UnsuccessSmes& smes, Show show) {
  std::string out;
  for (const auto& sme : smes) {
    const auto status = static_cast<CommandStatus>(sme.error_status_code);
    out += (out.empty() ? "" : ", ") + number(sme.destination_addr.view(), show) + " " +
           std::string(status_name(status)) + " (" + hex_number(sme.error_status_code, 8) + ")";
  }
  return out;
}

std::string tlv_words(const TlvRow* row, OctetView value, Show show) {
  if (row != nullptr && row->kind == TlvValue<std::uint8_t>::kind() && value.size() <= 8) {
    std::uint64_t integer = 0;
    for (const auto octet : value) integer = integer << 8 | octet;
    return std::to_string(integer);
  }
  if (row != nullptr && row->kind == TlvValue<CString<2>>::kind()) {
    const auto text = text_of(value);
    return quoted(text.substr(0, text.find('\0')));
  }
  return show == Show::all ? octets_in_hex(value) + " " + counted(value.size()) : counted(value.size());
}

}  // namespace

std::string dump(const Pdu& pdu, Show show) {
  const auto status = static_cast<std::uint32_t>(pdu.command_status);
  std::string out(command_name(command_id(pdu.body)));
  out += ", sequence_number " + std::to_string(pdu.sequence_number) + ", " +
         std::string(status_name(pdu.command_status)) + " (" + hex_number(status, 8) + ")";
  const auto line = [&](std::string_view name, const std::string& value) {
    out.append("\n  ").append(name).append(": ").append(value);
  };
  std::visit(
      [&](const auto& body) {
        for_each_field(body, [&](std::string_view name, const auto& value) { line(name, words(name, value, show)); });
        body.tlvs.for_each([&](std::uint16_t tag, OctetView value) {
          const auto* row = find_tlv(tag);
          line(row != nullptr ? std::string(row->name) : "TLV " + hex_number(tag, 4), tlv_words(row, value, show));
        });
      },
      pdu.body);
  return out;
}

std::string describe_tlv(std::uint16_t tag, OctetView value) {
  std::string out = hex_number(tag, 4);
  if (const TlvRow* row = find_tlv(tag)) out.append(" ").append(row->name);
  if (!value.empty()) out += " " + octets_in_hex(value.first(std::min(value.size(), kTlvShownMax)));
  if (value.size() > kTlvShownMax) out += "… " + counted(value.size());
  return out;
}

std::vector<std::string> unlisted_tlvs(const TlvSet& tlvs) {
  std::vector<std::string> described;
  std::size_t more = 0;
  tlvs.for_each([&](std::uint16_t tag, OctetView value) {
    if (find_tlv(tag) != nullptr) return;
    if (described.size() < kTlvsShownMax) {
      described.push_back(describe_tlv(tag, value));
    } else {
      ++more;
    }
  });
  if (more > 0) described.push_back("and " + std::to_string(more) + " more");
  return described;
}

}  // namespace dunlin::smpp

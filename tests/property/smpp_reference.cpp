#include "property/smpp_reference.hpp"

#include <cstdio>

#include "property/smpp_samples.hpp"

namespace dunlin::smpp {
namespace {

std::string hex(std::uint32_t number, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%0*X", digits, number);
  return text;
}

std::string number(std::size_t value) { return std::to_string(value); }

// How a field's type is named in the page.
template <class T>
std::string type_of(const T&) {
  return "Integer, " + number(sizeof(T)) + (sizeof(T) == 1 ? " octet" : " octets");
}
template <std::size_t N, std::size_t DecodeMax>
std::string type_of(const CString<N, DecodeMax>&) {
  auto text = "C-Octet String, at most " + number(N);
  if (DecodeMax > N) text += " (read: " + number(DecodeMax) + ")";
  return text;
}
std::string type_of(const TimeText&) { return "C-Octet String, 1 or 17 (read: at most 33)"; }
template <std::size_t N, std::size_t DecodeMax>
std::string type_of(const OctetString<N, DecodeMax>&) {
  return "length octet and at most " + number(N) + " octets (read: " + number(DecodeMax) + ")";
}
std::string type_of(const DestAddresses&) {
  return "count octet and that many: dest_flag 1 and ton, npi, address; or dest_flag 2 and list name";
}
std::string type_of(const UnsuccessSmes&) { return "count octet and that many: ton, npi, address, error_status_code"; }

std::string tlv_names(std::span<const std::uint16_t> tags) {
  std::string text;
  for (const auto tag : tags) text += (text.empty() ? "`" : ", `") + std::string(find_tlv(tag)->name) + "`";
  return text;
}

void operations(std::string& page) {
  samples::for_each_body([&]<class T>(std::type_identity<T>) {
    page += "\n### " + std::string(command_name(T::command_id)) + " " +
            hex(static_cast<std::uint32_t>(T::command_id), 8) + "\n\n";
    const T body{};
    if constexpr (std::tuple_size_v<decltype(T::fields)> == 0) {
      page += "The header alone.\n";
    } else {
      page += "| field | type |\n| --- | --- |\n";
      for_each_field(body, [&](std::string_view name, const auto& value) {
        page += "| `" + std::string(name) + "` | " + type_of(value) + " |\n";
      });
    }
    if (const auto tags = mandatory_tlvs(T::command_id); !tags.empty())
      page += "\nTLVs it must have: " + tlv_names(tags) + ".\n";
    if (const auto tags = legal_tlvs(T::command_id); !tags.empty()) page += "\nTLVs: " + tlv_names(tags) + ".\n";
  });
}

void tlvs(std::string& page) {
  page += "\n## TLVs\n\n| tag | name | type | octets | since |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : tlv_table()) {
    page += "| " + hex(row.tag, 4) + " | `" + std::string(row.name) + "` | " + std::string(row.kind) + " | " +
            number(row.octets_min) + (row.octets_min == row.octets_max ? "" : "–" + number(row.octets_max)) +
            (row.since == interface_version::k50 ? " | 5.0 |\n" : " | 3.4 |\n");
  }
}

void statuses(std::string& page) {
  page +=
      "\n## command_status\n\n"
      "What an answer to a request means, and what an answer to a bind. A value that is not in the table counts as "
      "`retry`.\n\n"
      "| value | name | request | bind | |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : status_table()) {
    page += "| " + hex(static_cast<std::uint32_t>(row.value), 3) + " | " + std::string(row.name) + " | " +
            std::string(to_string(row.on_request)) + " | " + std::string(to_string(row.on_bind)) + " | " +
            std::string(row.text) + " |\n";
  }
}

}  // namespace

std::string reference_page() {
  std::string page =
      "# SMPP, as the codec speaks it\n\n"
      "Written by `build/bin/smpp_reference` from the lists in `include/dunlin/smpp/`; a test holds the two against "
      "each other.\n\n"
      "Integers are big endian. Bounds count the NUL of a C-Octet String. Encoding keeps the specification's bounds; "
      "where real peers\n"
      "overrun them, decoding accepts what stands behind \"read\". Unknown TLVs are kept and sent on as they came, a "
      "cut last TLV is left out.\n\n"
      "## Operations\n";
  operations(page);
  tlvs(page);
  statuses(page);
  return page;
}

}  // namespace dunlin::smpp

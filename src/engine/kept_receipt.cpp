#include "engine/kept_receipt.hpp"

#include <dunlin/smpp/receipt.hpp>

#include "base/hex.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

namespace {

constexpr std::string_view kCut = "...";

bool plain(unsigned unit) { return unit >= 0x20 && unit < 0x7F; }

void append_unit(std::string& out, unsigned unit, bool wide) {
  if (unit == '\\') {
    out += "\\\\";
  } else if (plain(unit)) {
    out += static_cast<char>(unit);
  } else {
    out += wide ? "\\u" : "\\x";
    append_hex(out, unit, wide ? 4 : 2);
  }
}

// What of `item` still fits, whole; false once something was cut.
bool append_whole(std::string& out, std::string_view item) {
  if (out.size() + item.size() + kCut.size() > store::kKeptTextMax) {
    out += kCut;
    return false;
  }
  out += item;
  return true;
}

bool printable_text(OctetView octets) {
  return !octets.empty() &&
         std::ranges::all_of(octets, [](std::uint8_t octet) { return plain(octet) && octet != ' '; });
}

}  // namespace

std::string printable(OctetView octets) {
  const bool wide = smpp::looks_like_ucs2(octets);
  std::string out, item;
  for (std::size_t at = 0; at + (wide ? 1 : 0) < octets.size(); at += wide ? 2 : 1) {
    item.clear();
    append_unit(item, wide ? static_cast<unsigned>(octets[at] << 8 | octets[at + 1]) : octets[at], wide);
    if (!append_whole(out, item)) break;
  }
  return out;
}

std::string printable(const smpp::TlvSet& tlvs) {
  std::string out;
  bool room = true;
  tlvs.for_each([&](std::uint16_t tag, OctetView value) {
    if (!room || tag == smpp::tlv::message_payload.tag) return;
    std::string item = out.empty() ? "" : " ";
    if (const smpp::TlvRow* row = smpp::find_tlv(tag)) {
      item += row->name;
    } else {
      item += "0x";
      append_hex(item, tag, 4);
    }
    item += '=';
    while (tag == smpp::tlv::receipted_message_id.tag && !value.empty() && value.back() == 0)
      value = value.first(value.size() - 1);
    if (tag == smpp::tlv::message_state.tag && value.size() == 1) {
      item += std::to_string(value[0]);
    } else if (tag == smpp::tlv::receipted_message_id.tag && printable_text(value)) {
      item += text_of(value);
    } else {
      item += hex_of(value);
    }
    room = append_whole(out, item);
  });
  return out;
}

}  // namespace dunlin::engine

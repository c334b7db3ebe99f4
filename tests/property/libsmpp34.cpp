#include "property/libsmpp34.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <dunlin/smpp/codec.hpp>
#include <utility>

extern "C" {
#include <smpp34.h>
// params uses what structs declares
#include <smpp34_structs.h>

#include <smpp34_params.h>
}
// The macros of its lists, for our own walk.
#include <def_frame/clean.frame>
#undef PUTLOG
#include <def_frame/alert_notification.tlv>
#include <def_frame/bind_receiver_resp.tlv>
#include <def_frame/bind_transceiver_resp.tlv>
#include <def_frame/bind_transmitter_resp.tlv>
#include <def_frame/data_sm.tlv>
#include <def_frame/deliver_sm.tlv>
#include <def_frame/submit_multi.dad>
#include <def_frame/submit_multi.tlv>
#include <def_frame/submit_multi_resp.udad>
#include <def_frame/submit_sm.tlv>

namespace dunlin::smpp::libsmpp34 {
namespace {

// A PDU as names and values in the order of the wire: integers in decimal, octets in hex. A count or length is an entry
// of its own here.
using Flat = std::vector<std::pair<std::string, std::string>>;

std::string hex(OctetView octets) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xF];
  }
  return text;
}

Octets unhex(std::string_view text) {
  Octets octets;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    octets.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16)));
  }
  return octets;
}

struct Ours {
  Flat flat;
  void add(std::string_view name, std::uint64_t value) { flat.emplace_back(name, std::to_string(value)); }
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) void field(std::string_view name, T value) {
    add(name, static_cast<std::uint64_t>(value));
  }
  template <std::size_t N, std::size_t DecodeMax>
  void field(std::string_view name, const CString<N, DecodeMax>& value) {
    flat.emplace_back(name, value.str());
  }
  template <std::size_t N, std::size_t DecodeMax>
  void field(std::string_view name, const OctetString<N, DecodeMax>& value) {
    add("sm_length", value.size());
    flat.emplace_back(name, hex(value.view()));
  }
  void field(std::string_view, const DestAddresses& list) {
    add("number_of_dests", list.size());
    for (const auto& address : list) {
      if (const auto* dl = std::get_if<DistributionList>(&address)) {
        add("dest_flag", 2);
        field("dl_name", dl->dl_name);
        continue;
      }
      const auto& sme = std::get<SmeAddress>(address);
      add("dest_flag", 1);
      field("dest_addr_ton", sme.dest_addr_ton);
      field("dest_addr_npi", sme.dest_addr_npi);
      field("destination_addr", sme.destination_addr);
    }
  }
  void field(std::string_view, const UnsuccessSmes& list) {
    add("no_unsuccess", list.size());
    for (const auto& sme : list) {
      field("dest_addr_ton", sme.dest_addr_ton);
      field("dest_addr_npi", sme.dest_addr_npi);
      field("destination_addr", sme.destination_addr);
      field("error_status_code", sme.error_status_code);
    }
  }
};

Flat flat_of(const Pdu& pdu, std::size_t octets) {
  Ours ours;
  ours.add("command_length", octets);
  ours.field("command_id", command_id(pdu.body));
  ours.field("command_status", pdu.command_status);
  ours.field("sequence_number", pdu.sequence_number);
  std::visit(
      [&](const auto& body) {
        for_each_field(body, [&](std::string_view name, const auto& value) { ours.field(name, value); });
        body.tlvs.for_each([&](std::uint16_t tag, OctetView value) {
          ours.add("tag", tag);
          ours.add("length", value.size());
          ours.flat.emplace_back("value", hex(value));
        });
      },
      pdu.body);
  return std::move(ours.flat);
}

// Takes their struct apart, and frees its lists.
struct Reading {
  Flat flat;
  template <class T>
  void integer(std::string_view name, T& value) {
    if (!name.starts_with("value.")) {
      flat.emplace_back(name, std::to_string(value));
      return;
    }
    Octets octets;
    for (int shift = 8 * (static_cast<int>(sizeof(T)) - 1); shift >= 0; shift -= 8)
      octets.push_back(static_cast<std::uint8_t>(value >> shift));
    flat.emplace_back("value", hex(octets));
  }
  void text(std::string_view name, std::uint8_t* value, std::size_t) {
    flat.emplace_back(name, reinterpret_cast<const char*>(value));
  }
  void octets(std::string_view name, std::uint8_t* value, std::size_t length) {
    flat.emplace_back(name.starts_with("value.") ? "value" : name, hex({value, length}));
  }
  // It builds its lists from the front while reading, so they come reversed.
  template <class Node>
  void list(Node*& head, std::string_view) {
    Node* reversed = nullptr;
    while (head != nullptr) reversed = std::exchange(head, std::exchange(head->next, reversed));
    head = reversed;
  }
  void done(tlv_t*& list) { destroy_tlv(std::exchange(list, nullptr)); }
  void done(dad_t*& list) { destroy_dad(std::exchange(list, nullptr)); }
  void done(udad_t*& list) { destroy_udad(std::exchange(list, nullptr)); }
};

// Fills their struct; fails when their order or names differ from ours. Owns the lists.
struct Filling {
  Flat flat;
  std::size_t at = 0;
  std::string wrong;  // the first thing it wants that we do not have
  std::deque<tlv_t> tlvs;
  std::deque<dad_t> dads;
  std::deque<udad_t> udads;

  std::string take(std::string_view name) {
    if (at >= flat.size() || flat[at].first != name) {
      if (wrong.empty())
        wrong = "it wants " + std::string(name) + ", we have " + (at < flat.size() ? flat[at].first : "nothing");
      return "0";
    }
    return flat[at++].second;
  }
  template <class T>
  void integer(std::string_view name, T& value) {
    if (!name.starts_with("value.")) {
      value = static_cast<T>(std::stoull(take(name)));
      return;
    }
    value = 0;
    for (const auto octet : unhex(take("value"))) value = static_cast<T>(value << 8 | octet);
  }
  void text(std::string_view name, std::uint8_t* value, std::size_t size) {
    const auto taken = take(name);
    if (taken.size() >= size) {
      if (wrong.empty()) wrong = std::string(name) + " does not fit";
      return;
    }
    std::memcpy(value, taken.c_str(), taken.size() + 1);
  }
  void octets(std::string_view name, std::uint8_t* value, std::size_t) {
    const auto taken = unhex(take(name.starts_with("value.") ? "value" : name));
    std::copy(taken.begin(), taken.end(), value);
  }
  // As many nodes as there are entries of this name ahead.
  template <class Node>
  void build(Node*& head, std::deque<Node>& nodes, std::string_view entry) {
    head = nullptr;
    Node** end = &head;
    for (auto next = at; next < flat.size(); ++next) {
      if (flat[next].first != entry) continue;
      nodes.emplace_back();
      *end = &nodes.back();
      end = &nodes.back().next;
    }
  }
  void list(tlv_t*& head, std::string_view) { build(head, tlvs, "tag"); }
  void list(dad_t*& head, std::string_view) { build(head, dads, "dest_flag"); }
  void list(udad_t*& head, std::string_view) { build(head, udads, "error_status_code"); }
  template <class Node>
  void done(Node*&) {}
};

#define instancia t1->
#define U32(inst, par, str) visitor.integer(#par, inst par);
#define U16(inst, par, str) visitor.integer(#par, inst par);
#define U08(inst, par, str) visitor.integer(#par, inst par);
#define C_OCTET(inst, par, size) visitor.text(#par, inst par, sizeof(inst par));
#define O_C_OCTET(inst, par, size) visitor.text(#par, inst par, sizeof(inst par));
#define OCTET8(inst, par, size, lenval) visitor.octets(#par, inst par, lenval);
#define OCTET16(inst, par, size) visitor.octets(#par, inst par, inst length);
#define LIST(inst, par, each)                                       \
  visitor.list(inst par, #par);                                     \
  for (auto* node = inst par; node != nullptr; node = node->next) { \
    each(node)                                                      \
  }                                                                 \
  visitor.done(inst par);
#define TLV(inst, par, each) LIST(inst, par, each)
#define DAD(inst, par, each) LIST(inst, par, each)
#define UDAD(inst, par, each) LIST(inst, par, each)
#define PUTLOG(format, param, value, parse)
template <class Visitor>
int walk(Visitor& visitor, std::uint32_t type, void* tt) {
#include <def_list/smpp34_protocol.def>
  return 0;
}

// Their struct, whichever.
struct Storage {
  alignas(std::max_align_t) std::uint8_t octets[16 * 1024] = {};
};

// The first entry in which two differ.
std::string difference(const Flat& theirs, const Flat& ours) {
  for (std::size_t i = 0; i < std::max(theirs.size(), ours.size()); ++i) {
    const auto said = [&](const Flat& flat) {
      return i < flat.size() ? flat[i].first + "=" + flat[i].second : std::string("nothing");
    };
    if (said(theirs) != said(ours)) return said(theirs) + ", not " + said(ours);
  }
  return "nothing";
}

}  // namespace

bool fit(Pdu& pdu) {
  return std::visit(
      []<class T>(T& body) {
        if (T::command_id >= CommandId::broadcast_sm && T::command_id <= CommandId::cancel_broadcast_sm) return false;
        if (T::command_id >= CommandId::broadcast_sm_resp) return false;
        if constexpr (std::is_same_v<T, DeliverSm>) body.schedule_delivery_time = body.validity_period = "";
        if constexpr (std::is_same_v<T, DeliverSmResp>) body.message_id = "";
        if constexpr (std::is_same_v<T, DataSm>) body.source_addr = body.source_addr.view().substr(0, 20);
        if constexpr (requires { body.short_message; })
          body.short_message = body.short_message.view().first(std::min<std::size_t>(body.short_message.size(), 60));
        if constexpr (requires { body.dest_address; })
          body.dest_address.resize(std::min<std::size_t>(body.dest_address.size(), 2));
        if constexpr (requires { body.unsuccess_sme; })
          body.unsuccess_sme.resize(std::min<std::size_t>(body.unsuccess_sme.size(), 2));
        std::size_t tlvs = 0;
        body.tlvs.for_each([&](std::uint16_t, OctetView) { ++tlvs; });
        if (tlvs > 1) return false;
        if (body.tlvs.empty()) return true;
        switch (T::command_id) {
          case CommandId::bind_receiver_resp:
          case CommandId::bind_transmitter_resp:
          case CommandId::bind_transceiver_resp:
          case CommandId::submit_sm:
          case CommandId::submit_multi:
          case CommandId::deliver_sm:
          case CommandId::data_sm:
          case CommandId::alert_notification: break;
          default: return false;
        }
        if (body.tlvs.contains(tlv::alert_on_message_delivery)) body.tlvs.set(tlv::alert_on_message_delivery, Octets{});
        return true;
      },
      pdu.body);
}

std::string disagreement(const Pdu& pdu, OctetView octets) {
  const auto ours = flat_of(pdu, octets.size());
  const auto type = static_cast<std::uint32_t>(command_id(pdu.body));
  Octets copy(octets.begin(), octets.end());

  Storage theirs;
  if (smpp34_unpack(type, theirs.octets, copy.data(), static_cast<int>(copy.size())) != 0)
    return "it cannot unpack: " + std::string(smpp34_strerror);
  Reading reading;
  walk(reading, type, theirs.octets);
  if (reading.flat != ours) return "it reads other fields: " + difference(reading.flat, ours);

  Storage filled;
  Filling filling;
  filling.flat = ours;
  walk(filling, type, filled.octets);
  if (!filling.wrong.empty()) return filling.wrong;
  if (filling.at != ours.size()) return "it has no " + ours[filling.at].first;
  Octets packed(8192);
  int length = 0;
  if (smpp34_pack(type, packed.data(), static_cast<int>(packed.size()), &length, filled.octets) != 0)
    return "it cannot pack: " + std::string(smpp34_strerror);
  packed.resize(static_cast<std::size_t>(length));
  return std::ranges::equal(packed, octets) ? "" : "it packs other octets: " + hex(packed);
}

}  // namespace dunlin::smpp::libsmpp34

#include "engine/parts.hpp"

#include <algorithm>
#include <cstdint>

#include "base/fnv.hpp"

namespace dunlin::engine {

namespace {

using smpp::esm_class::kUdhi;

std::optional<PartOf> sar_of(const smpp::TlvSet& tlvs) {
  const auto reference = tlvs.get(smpp::tlv::sar_msg_ref_num);
  const auto total = tlvs.get(smpp::tlv::sar_total_segments);
  const auto number = tlvs.get(smpp::tlv::sar_segment_seqnum);
  if (!reference || !total || !number || *number == 0 || *number > *total) return std::nullopt;
  return PartOf{store::keys::ReferenceKind::sar, *reference, *total, *number};
}

std::optional<PartOf> sar_of(const smpp::Body& body) {
  if (const auto* deliver = std::get_if<smpp::DeliverSm>(&body)) return sar_of(deliver->tlvs);
  if (const auto* data = std::get_if<smpp::DataSm>(&body)) return sar_of(data->tlvs);
  return std::nullopt;
}

}  // namespace

std::optional<PartOf> part_of(const smpp::Body& body, OctetView user_data, const text::Decoded& decoded) {
  if (user_data.size() > store::kHeldPartOctetsMax) return std::nullopt;
  std::optional<PartOf> part = sar_of(body);
  if (!part) {
    const auto& header = decoded.concatenation;
    if (!header) return std::nullopt;
    const auto kind = header->wide ? store::keys::ReferenceKind::udh16 : store::keys::ReferenceKind::udh8;
    part = PartOf{kind, header->reference, header->total, header->number};
  }
  return part->total > 1 ? part : std::nullopt;
}

std::string digest_of(std::string_view octets) {
  Fnv64 fnv;
  fnv.add(octets_of(octets));
  return store::keys::number(fnv.sum);
}

Known look_for(const store::HeldMessage& message, const store::HeldPart& part) {
  for (const store::HeldPart& held : message.parts) {
    if (held.number != part.number) continue;
    const bool same = message.told ? held.octets == digest_of(part.octets) : held.octets == part.octets;
    return same && held.data_coding == part.data_coding ? Known::same : Known::other;
  }
  return Known::fresh;
}

void insert(store::HeldMessage& message, store::HeldPart part) {
  const auto behind = std::find_if(message.parts.begin(), message.parts.end(),
                                   [&](const store::HeldPart& each) { return each.number > part.number; });
  message.parts.insert(behind, std::move(part));
}

store::HeldMessage told(store::HeldMessage message, Wall until) {
  message.told = true;
  message.until = until;
  for (store::HeldPart& part : message.parts) part.octets = digest_of(part.octets);
  return message;
}

PartsText joined_text(const std::vector<store::HeldPart>& parts, std::size_t total, text::DefaultAlphabet alphabet) {
  PartsText all;
  std::size_t next = 1;
  const auto skip_to = [&](std::size_t number) {
    if (number == next) return;
    all.text += kMissing;
    all.partial = true;
  };
  for (std::size_t first = 0; first < parts.size();) {
    std::size_t last = first + 1;
    while (last < parts.size() && parts[last].number == parts[last - 1].number + 1 &&
           parts[last].data_coding == parts[first].data_coding &&
           (parts[last].esm_class & kUdhi) == (parts[first].esm_class & kUdhi)) {
      ++last;
    }
    skip_to(parts[first].number);
    std::vector<OctetView> run;
    for (std::size_t i = first; i < last; ++i) run.push_back(octets_of(parts[i].octets));
    const bool udhi = (parts[first].esm_class & kUdhi) != 0;
    const auto coding = static_cast<std::uint8_t>(parts[first].data_coding);
    const text::Decoded decoded = text::decode(std::span<const OctetView>(run), coding, udhi, alphabet);
    all.text += decoded.text;
    all.without_marks += decoded.text;
    all.readable = all.readable && decoded.readable;
    if (all.message_class.empty()) all.message_class = message_class_of(decoded);
    for (const OctetView octets : run) all.alone.push_back(text::decode(octets, coding, udhi, alphabet).text);
    next = parts[last - 1].number + 1;
    first = last;
  }
  skip_to(total + 1);
  return all;
}

std::string message_class_of(const text::Decoded& decoded) {
  if (decoded.waiting)
    return std::string(text::to_string(decoded.waiting->kind)) + (decoded.waiting->active ? "" : "-cleared");
  if (decoded.message_class == text::kFlash) return "flash";
  return decoded.readable ? "" : std::string(decoded.alphabet);
}

HeldIndex::Entry* HeldIndex::find(const std::string& rest) {
  const auto found = entries_.find(rest);
  return found == entries_.end() ? nullptr : &found->second;
}

void HeldIndex::put(const std::string& rest, Wall until, bool told) {
  erase(rest);
  entries_.emplace(rest, Entry{until, told, false});
  (told ? told_ : waiting_).emplace(until, rest);
}

void HeldIndex::erase(const std::string& rest) {
  const auto found = entries_.find(rest);
  if (found == entries_.end()) return;
  (found->second.told ? told_ : waiting_).erase({found->second.until, rest});
  entries_.erase(found);
}

std::vector<std::pair<std::string, Wall>> HeldIndex::of_number(const std::string& smsc, std::string_view digits) const {
  std::vector<std::pair<std::string, Wall>> found;
  for (const auto& [rest, entry] : entries_) {
    const auto key = store::keys::parse_parts(store::keys::parts(smsc, rest).key);
    if (key && key->source == digits) found.emplace_back(rest, entry.until);
  }
  return found;
}

std::optional<std::string> HeldIndex::oldest_waiting() const {
  if (waiting_.size() < kWaitingMax) return std::nullopt;
  for (const auto& [until, rest] : waiting_) {
    if (!entries_.at(rest).telling) return rest;
  }
  return std::nullopt;
}

std::optional<std::string> HeldIndex::oldest_told() const {
  if (told_.size() < kToldMax) return std::nullopt;
  return told_.begin()->second;
}

}  // namespace dunlin::engine

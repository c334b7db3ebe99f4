// The TLV table and the set of them a PDU carries.
#include <algorithm>
#include <array>
#include <dunlin/smpp/tlv_rows.hpp>

namespace dunlin::smpp {
namespace {

constexpr std::size_t kTlvHeader = 4;
constexpr std::size_t kTlvOctetsMax = 0xFFFF;

template <std::uint16_t Tag, class V>
constexpr TlvRow row_of(const Tlv<Tag, V>& row) {
  return {Tag, row.name, TlvValue<V>::kind(), TlvValue<V>::octets_min, TlvValue<V>::octets_max, row.since};
}

constexpr auto kRows = std::apply([](const auto&... row) { return std::array{row_of(row)...}; }, tlv::all);

// Where the TLV with this tag starts, or octets.size().
std::size_t find(OctetView octets, std::uint16_t tag) {
  std::size_t at = 0;
  while (at < octets.size() && (octets[at] << 8 | octets[at + 1]) != tag) {
    at += kTlvHeader + static_cast<std::size_t>(octets[at + 2] << 8 | octets[at + 3]);
  }
  return at;
}

}  // namespace

std::span<const TlvRow> tlv_table() { return kRows; }

const TlvRow* find_tlv(std::uint16_t tag) {
  const auto row = std::ranges::lower_bound(kRows, tag, {}, &TlvRow::tag);
  return row != kRows.end() && row->tag == tag ? &*row : nullptr;
}

std::optional<OctetView> TlvSet::raw(std::uint16_t tag) const {
  const auto at = find(octets_, tag);
  if (at == octets_.size()) return std::nullopt;
  return OctetView(octets_).subspan(at + kTlvHeader, u16(at + 2));
}

std::size_t TlvSet::begin(std::uint16_t tag) {
  const auto start = octets_.size();
  octets_.insert(octets_.end(), {static_cast<std::uint8_t>(tag >> 8), static_cast<std::uint8_t>(tag), 0, 0});
  return start;
}

void TlvSet::end(std::size_t start) {
  const auto length = octets_.size() - start - kTlvHeader;
  octets_[start + 2] = static_cast<std::uint8_t>(length >> 8);
  octets_[start + 3] = static_cast<std::uint8_t>(length);
}

void TlvSet::add_raw(std::uint16_t tag, OctetView value) {
  if (value.size() > kTlvOctetsMax) {
    refused_ = tag;
    return;
  }
  const auto start = begin(tag);
  octets_.insert(octets_.end(), value.begin(), value.end());
  end(start);
}

void TlvSet::set_raw(std::uint16_t tag, OctetView value) {
  if (refused_ == tag) refused_ = 0;
  TlvSet kept;
  bool placed = false;
  for_each([&](std::uint16_t there, OctetView octets) {
    if (there != tag) {
      kept.add_raw(there, octets);
    } else if (!placed) {
      kept.add_raw(tag, value);
      placed = true;
    }
  });
  if (!placed) kept.add_raw(tag, value);
  octets_ = std::move(kept.octets_);
  if (kept.refused_ != 0) refused_ = kept.refused_;
}

void TlvSet::erase(std::uint16_t tag) {
  if (refused_ == tag) refused_ = 0;
  for (auto at = find(octets_, tag); at < octets_.size(); at = find(octets_, tag)) {
    const auto from = octets_.begin() + static_cast<std::ptrdiff_t>(at);
    octets_.erase(from, from + static_cast<std::ptrdiff_t>(kTlvHeader + u16(at + 2)));
  }
}

void TlvSet::assign_octets(OctetView octets) {
  std::size_t whole = 0;
  while (octets.size() - whole >= kTlvHeader) {
    const auto length = static_cast<std::size_t>(octets[whole + 2] << 8 | octets[whole + 3]);
    if (octets.size() - whole - kTlvHeader < length) break;
    whole += kTlvHeader + length;
  }
  octets_.assign(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(whole));
  refused_ = 0;
}

}  // namespace dunlin::smpp

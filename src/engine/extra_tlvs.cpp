#include "engine/extra_tlvs.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "store/enum_names.hpp"

namespace dunlin::engine {
namespace {

constexpr std::uint16_t kVendorFirst = 0x1400, kVendorLast = 0x3FFF;
constexpr std::uint16_t kOurs[] = {smpp::tlv::message_payload.tag, smpp::tlv::sar_msg_ref_num.tag,
                                   smpp::tlv::sar_total_segments.tag, smpp::tlv::sar_segment_seqnum.tag,
                                   smpp::tlv::more_messages_to_send.tag};

std::size_t width(TlvForm form) {
  switch (form) {
    case TlvForm::u8: return 1;
    case TlvForm::u16: return 2;
    case TlvForm::u32: return 4;
    case TlvForm::u64: return 8;
    case TlvForm::string:
    case TlvForm::text:
    case TlvForm::hex: break;
  }
  return 0;
}

Result<Octets> integer_octets(const ExtraTlv& tlv) {
  const auto* number = std::get_if<std::int64_t>(&tlv.value);
  if (number == nullptr) return failure("wrong_type", "its type needs an integer", "value");
  const std::size_t octets = width(tlv.form);
  if (*number < 0 || (octets < 8 && *number >> (8 * octets) != 0)) {
    return failure("out_of_bounds", "does not fit into " + std::to_string(octets) + " octet" + (octets > 1 ? "s" : ""),
                   "value");
  }
  Octets out;
  for (std::size_t octet = octets; octet-- > 0;) out.push_back(static_cast<std::uint8_t>(*number >> (8 * octet)));
  return out;
}

Result<Octets> hex_octets(std::string_view digits) {
  const auto nibble = [](char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    const char small = static_cast<char>(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
  };
  Octets out;
  bool good = digits.size() % 2 == 0;
  for (std::size_t i = 0; good && i < digits.size(); i += 2) {
    good = nibble(digits[i]) >= 0 && nibble(digits[i + 1]) >= 0;
    out.push_back(static_cast<std::uint8_t>(nibble(digits[i]) << 4 | nibble(digits[i + 1])));
  }
  if (!good) return failure("bad_value", "must be hex digits, two an octet", "value");
  return out;
}

Result<Octets> octets_of_value(const ExtraTlv& tlv) {
  if (width(tlv.form) > 0) return integer_octets(tlv);
  const auto* text = std::get_if<std::string>(&tlv.value);
  if (text == nullptr) return failure("wrong_type", "its type needs a string", "value");
  if (tlv.form == TlvForm::hex) return hex_octets(*text);
  const OctetView view = octets_of(*text);
  Octets out(view.begin(), view.end());
  if (tlv.form == TlvForm::string) out.push_back(0);
  return out;
}

Result<void> check_known(const ExtraTlv& tlv, const smpp::TlvRow& row) {
  const std::string name(row.name);
  if (std::ranges::find(kOurs, tlv.tag) != std::end(kOurs)) {
    return failure("bad_value", name + " is set by Dunlin itself, where a message needs it", "tag");
  }
  if (!std::ranges::binary_search(smpp::legal_tlvs(smpp::CommandId::submit_sm), tlv.tag)) {
    return failure("bad_value", name + " is no TLV of a submit_sm", "tag");
  }
  const bool integer = width(tlv.form) > 0;
  const bool wanted_integer = row.kind == smpp::TlvValue<std::uint8_t>::kind();
  const bool wanted_string = row.kind == smpp::TlvValue<smpp::CString<2>>::kind();
  const bool fits = wanted_integer  ? integer && width(tlv.form) == row.octets_max
                    : wanted_string ? tlv.form == TlvForm::string
                                    : !integer || width(tlv.form) <= row.octets_max;
  if (!fits) {
    const std::string octets = std::to_string(row.octets_max) + (row.octets_max > 1 ? " octets" : " octet");
    return failure(
        "bad_value",
        name + " is of the type " + std::string(row.kind) + (wanted_integer ? " of " : ", at most ") + octets, "type");
  }
  if (tlv.octets.size() < row.octets_min || tlv.octets.size() > row.octets_max) {
    return failure("out_of_bounds",
                   name + " has " + std::to_string(row.octets_min) + " to " + std::to_string(row.octets_max) +
                       " octets, not " + std::to_string(tlv.octets.size()),
                   "value");
  }
  return {};
}

}  // namespace

Result<void> prepare(ExtraTlv& tlv) {
  Result<Octets> octets = octets_of_value(tlv);
  if (!octets) return tl::unexpected<Error>(std::move(octets).error());
  tlv.octets = *std::move(octets);
  if (tlv.octets.size() > kExtraTlvOctetsMax) {
    return failure("out_of_bounds", "has more than " + std::to_string(kExtraTlvOctetsMax) + " octets", "value");
  }
  tlv.kind_bits = tlv.kinds.empty() ? ~0U : 0;
  for (const std::string& name : tlv.kinds) {
    const auto kind = store::parse<store::Kind>(name);
    if (!kind) return failure("bad_value", "\"" + name + "\" is no kind of job", "kinds");
    tlv.kind_bits |= 1U << static_cast<unsigned>(*kind);
  }
  if (const smpp::TlvRow* row = smpp::find_tlv(tlv.tag)) return check_known(tlv, *row);
  if (tlv.tag < kVendorFirst || tlv.tag > kVendorLast) {
    return failure("bad_value", hex_number(tlv.tag, 4) + " is reserved: SMSC vendors have 0x1400 to 0x3FFF", "tag");
  }
  return {};
}

bool collide(const ExtraTlv& one, const ExtraTlv& other) {
  return one.tag == other.tag && (one.kind_bits & other.kind_bits) != 0;
}

void add_extra_tlvs(smpp::TlvSet& to, const SmscSettings& smsc, store::Kind kind) {
  for (const ExtraTlv& tlv : smsc.extra_tlvs) {
    if ((tlv.kind_bits >> static_cast<unsigned>(kind) & 1) != 0) to.add_raw(tlv.tag, tlv.octets);
  }
}

}  // namespace dunlin::engine

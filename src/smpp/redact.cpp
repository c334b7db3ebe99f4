// Redaction: a walk over the octets along the body's field list, like decoding, but nothing is taken out of its place.
#include <algorithm>
#include <array>
#include <cstring>
#include <dunlin/smpp/codec.hpp>
#include <dunlin/smpp/redact.hpp>
#include <string_view>

namespace dunlin::smpp {
namespace {

using Span = std::span<std::uint8_t>;

constexpr bool is_digit(std::uint8_t octet) { return octet >= '0' && octet <= '9'; }
constexpr std::uint8_t lower(std::uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet | 0x20) : octet;
}
constexpr bool is_word(std::uint8_t octet) { return is_digit(octet) || (lower(octet) >= 'a' && lower(octet) <= 'z'); }

// Short codes name nobody.
void mask_number(Span text) {
  constexpr std::ptrdiff_t kShortCode = 6, kHead = 3, kTail = 2;
  const auto digits = std::ranges::count_if(text, is_digit);
  if (digits <= kShortCode) return;
  std::ptrdiff_t index = 0;
  for (auto& octet : text) {
    if (!is_digit(octet)) continue;
    if (index >= kHead && index < digits - kTail) octet = '*';
    ++index;
  }
}

// §5.2.19: the general group and "message waiting" with UCS-2 (3GPP 23.038 §4).
bool is_ucs2(std::uint8_t data_coding) {
  if (data_coding < 0x10) return data_coding == 0x08;
  return (data_coding < 0x40 && (data_coding & 0x0C) == 0x08) || (data_coding & 0xF0) == 0xE0;
}

void fill(Span text, bool ucs2) {
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = ucs2 && i % 2 == 0 ? 0 : 'x';
}

// The elements that say how a text is put together (3GPP 23.040 §9.2.3.24), and their lengths: no other is taken for
// one.
struct Element {
  std::uint8_t id, octets;
};
constexpr std::array kElements{Element{0x00, 3}, Element{0x01, 2}, Element{0x04, 2}, Element{0x05, 4},
                               Element{0x08, 4}, Element{0x24, 1}, Element{0x25, 1}};

// How long the user data header at the front is; 0: there is none that can be followed.
std::size_t header_octets(Span text) {
  if (text.empty() || text[0] + 1U > text.size()) return 0;
  const std::size_t end = text[0] + 1U;
  std::size_t at = 1;
  while (at + 2 <= end) {
    const bool known = std::ranges::any_of(
        kElements, [&](const Element& element) { return element.id == text[at] && element.octets == text[at + 1]; });
    if (!known) return 0;
    at += 2U + text[at + 1];
  }
  return at == end ? end : 0;
}

// A receipt's keys (§B), and what their values may be made of. The last ends what is kept.
struct Key {
  std::string_view text;
  std::size_t octets_max;
  bool digits;  // a number or a date
};
constexpr std::array kKeys{Key{"id:", 64, false},         Key{"sub:", 3, true},         Key{"dlvrd:", 3, true},
                           Key{"submit date:", 16, true}, Key{"submitdate:", 16, true}, Key{"done date:", 16, true},
                           Key{"donedate:", 16, true},    Key{"stat:", 13, false},      Key{"err:", 10, false}};
constexpr std::string_view kTextKey = "text:";

bool begins(Span text, std::string_view key) {
  return text.size() >= key.size() &&
         std::equal(key.begin(), key.end(), text.begin(),
                    [](char wanted, std::uint8_t octet) { return static_cast<std::uint8_t>(wanted) == lower(octet); });
}

// The end of a value that begins at `from`, behind blanks; values that are too long are not kept.
std::size_t value_end(Span text, std::size_t from, const Key& key) {
  std::size_t at = from;
  while (at < text.size() && text[at] == ' ') ++at;
  const std::size_t begin = at;
  const auto is_part = [&](std::uint8_t octet) {
    if (key.digits) return is_digit(octet) || octet == '+' || octet == '-';
    return is_word(octet) || octet == '-' || octet == '_' || octet == '.' || octet == '@';
  };
  while (at < text.size() && is_part(text[at])) ++at;
  return at - begin > key.octets_max ? from : at;
}

void mask_receipt(Span text) {
  bool word_begins = true;
  for (std::size_t at = 0; at < text.size();) {
    const Span rest = text.subspan(at);
    if (word_begins && begins(rest, kTextKey)) return fill(rest.subspan(kTextKey.size()), false);
    const auto key =
        word_begins ? std::ranges::find_if(kKeys, [&](const Key& one) { return begins(rest, one.text); }) : kKeys.end();
    if (key != kKeys.end()) {
      const std::size_t value = at + key->text.size(), end = value_end(text, value, *key);
      if (key->text != "id:" && !key->digits) mask_number(text.subspan(value, end - value));
      word_begins = end == value;
      at = end;
      continue;
    }
    word_begins = !is_word(text[at]);
    if (text[at] != ' ') text[at] = 'x';
    ++at;
  }
}

template <class Body>
constexpr bool kHasPassword = requires(Body body) {
  body.password;
};

class Walk {
 public:
  Walk(Span body, Redact what, std::span<const std::uint16_t> shown) : rest_(body), what_(what), shown_(shown) {}

  template <class Body>
  void body() {
    static const Body kNone{};
    has_password_ = kHasPassword<Body>;
    for_each_field(kNone, [&](std::string_view name, const auto& value) {
      if (!lost_) field(name, value);
    });
    while (!lost_ && !rest_.empty()) tlv();
    if (lost_ && (what_ == Redact::personal || has_password_)) std::ranges::fill(rest_, std::uint8_t{0});
  }

 private:
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) void field(std::string_view name, const T&) {
    const Span octets = take(sizeof(T));
    if (lost_ || sizeof(T) != 1) return;
    if (name == "esm_class") esm_class_ = octets[0];
    if (name == "data_coding") data_coding_ = octets[0];
  }
  template <std::size_t N, std::size_t DecodeMax>
  void field(std::string_view name, const CString<N, DecodeMax>&) {
    const Span text = take_text(DecodeMax);
    if (lost_) return;
    // With a NUL too many before it, a password stands in the place of another field.
    if (has_password_ && name != "system_id") {
      std::ranges::fill(text, std::uint8_t{'*'});
    } else if (what_ == Redact::personal && name != "message_id") {
      mask_number(text);
    }
  }
  // What is no time (§7.1.1) may be anything.
  void field(std::string_view, const TimeText&) {
    constexpr std::size_t kTime = 16;
    const Span text = take_text(TimeText::decode_octets_max);
    if (what_ == Redact::personal && text.size() != kTime) mask_number(text);
  }
  template <std::size_t N, std::size_t DecodeMax>
  void field(std::string_view, const OctetString<N, DecodeMax>&) {
    const Span length = take(1);
    if (!lost_) text(take(length[0]));
  }
  template <class T>
  void field(std::string_view, const std::vector<T>&) {
    lost_ = true;
  }

  void tlv() {
    const Span head = take(4);
    if (lost_) return;
    const auto tag = static_cast<std::uint16_t>(head[0] << 8 | head[1]);
    const Span value = take(static_cast<std::size_t>(head[2] << 8 | head[3]));
    if (lost_ || what_ != Redact::personal) return;
    if (tag == tlv::message_payload.tag) return text(value);
    constexpr std::size_t kIntegerMax = 4, kErrorMax = 3;
    if (std::ranges::find(shown_, tag) != shown_.end() || tag == tlv::receipted_message_id.tag) return;
    if (tag == tlv::network_error_code.tag && value.size() <= kErrorMax) return;
    const TlvRow* row = find_tlv(tag);
    if (row != nullptr && row->kind == TlvValue<std::uint8_t>::kind() && value.size() <= kIntegerMax) return;
    const bool nul = !value.empty() && value.back() == 0;
    fill(value.first(value.size() - (nul ? 1 : 0)), false);
  }

  // Where a header is announced and none can be followed, an empty one is put in the place of what may be text.
  void text(Span octets) {
    if (lost_ || what_ != Redact::personal || octets.empty()) return;
    if ((esm_class_ & esm_class::kUdhi) != 0) {
      std::size_t header = header_octets(octets);
      if (header == 0) octets[0] = 0, header = 1;
      octets = octets.subspan(header);
    }
    const std::uint8_t type = esm_class_ & esm_class::kTypeMask;
    const bool receipt = (type & ~(esm_class::kDeliveryReceipt | esm_class::kIntermediate)) == 0 && type != 0;
    const bool ucs2 = is_ucs2(data_coding_);
    // The data_coding of the message is often copied to its receipt's ASCII text.
    receipt && !(ucs2 && octets[0] == 0) ? mask_receipt(octets) : fill(octets, ucs2);
  }

  Span take(std::size_t octets) {
    if (rest_.size() < octets) {
      lost_ = true;
      return {};
    }
    const Span taken = rest_.first(octets);
    rest_ = rest_.subspan(octets);
    return taken;
  }
  // Without its NUL, which is taken, too.
  Span take_text(std::size_t octets_max) {
    const std::size_t span = std::min(rest_.size(), octets_max);
    const void* nul = span == 0 ? nullptr : std::memchr(rest_.data(), 0, span);
    if (nul == nullptr) {
      lost_ = true;
      return {};
    }
    const auto length = static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - rest_.data());
    return take(length + 1).first(length);
  }

  Span rest_;
  Redact what_;
  std::span<const std::uint16_t> shown_;
  std::uint8_t esm_class_ = 0, data_coding_ = 0;
  bool lost_ = false;
  bool has_password_ = false;
};

template <class... Bodies>
bool walk_known(CommandId command, Walk& walk, Redact what, const std::variant<Bodies...>*) {
  const auto one = [&]<class Body>(const Body*) {
    if (command != Body::command_id) return false;
    if (what == Redact::personal || kHasPassword<Body>) walk.template body<Body>();
    return true;
  };
  return (one(static_cast<const Bodies*>(nullptr)) || ...);
}

}  // namespace

void redact(std::span<std::uint8_t> pdu, Redact what, std::span<const std::uint16_t> shown) {
  if (pdu.size() < Header::octets) {
    std::ranges::fill(pdu, std::uint8_t{0});
    return;
  }
  const Span body = pdu.subspan(Header::octets);
  Walk walk(body, what, shown);
  if (walk_known(decode_header(pdu).command_id, walk, what, static_cast<const Body*>(nullptr))) return;
  if (what == Redact::personal) std::ranges::fill(body, std::uint8_t{0});
}

}  // namespace dunlin::smpp

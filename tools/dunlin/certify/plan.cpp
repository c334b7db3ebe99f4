#include "certify/plan.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <dunlin/smpp/time.hpp>
#include <dunlin/text/encode.hpp>

#include "engine/render.hpp"

namespace dunlin::certify {
namespace {

using engine::LongMessages;

constexpr std::size_t kDigitsMin = 8, kDigitsMax = 15;
constexpr std::array<std::uint32_t, 6> kLadder{5, 10, 20, 50, 100, 200};

// Those of `characters` that this alphabet has, by blanks.
std::string taken_by(const engine::SmscSettings& smsc, std::string_view encoding,
                     std::initializer_list<std::string_view> characters) {
  std::string words;
  for (const auto character : characters) {
    text::EncodeOptions how{.encoding = encoding, .transliterate = "none"};
    how.default_alphabet = smsc.default_alphabet;
    if (text::encode(character, how)) words.append(" ").append(character);
  }
  return words;
}

// " 001 002 …", so that a lost or misplaced part is seen at once.
std::string counted(std::string_view before, int count) {
  std::string words;
  for (int number = 1; number <= count; ++number) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%03d", number);
    words.append(" ").append(before).append(digits.data());
  }
  return words;
}

struct LongRow {
  LongMessages how;
  std::string_view name;
};
constexpr std::array kLong{LongRow{LongMessages::udh, "udh"}, LongRow{LongMessages::udh16, "udh16"},
                           LongRow{LongMessages::sar, "sar"}, LongRow{LongMessages::payload, "payload"}};

}  // namespace

Result<void> check(const Plan& plan) {
  const auto digits = plan.to.empty() ? std::string_view() : std::string_view(plan.to).substr(1);
  const bool number = plan.to.starts_with('+') && digits.size() >= kDigitsMin && digits.size() <= kDigitsMax &&
                      std::ranges::all_of(digits, [](char digit) { return digit >= '0' && digit <= '9'; });
  if (!number) return failure("bad_value", "not a number with its '+' and country code", "--to");
  if (plan.smsc.bind == engine::BindMode::receiver) {
    return failure("bind", "bind = \"receiver\" can send nothing to be looked at", plan.smsc.name);
  }
  return {};
}

std::vector<Text> texts(const engine::SmscSettings& smsc) {
  std::vector<Text> all;
  const auto add = [&](Text text) {
    text.words = "Dunlin " + std::to_string(all.size() + 1) + ":" + text.words + " end";
    all.push_back(std::move(text));
  };
  add({.name = "gsm7",
       .words = taken_by(smsc, "gsm7", {"@", "£", "$", "¥", "è", "é", "ù", "ì", "ò", "Ç", "Ø", "ø", "Å", "å",
                                        "Δ", "_", "Φ", "Γ", "Λ", "Ω", "Π", "Ψ", "Σ", "Θ", "Ξ", "Æ", "æ", "ß",
                                        "É", "¤", "¡", "Ä", "Ö", "Ñ", "Ü", "§", "¿", "ä", "ö", "ñ", "ü", "à"}),
       .look_for = "every character as it stands here; '@' as something else is the sign of another default alphabet",
       .encoding = "gsm7"});
  add({.name = "gsm7 extension",
       .words = taken_by(smsc, "gsm7", {"^", "{", "}", "[", "]", "~", "|", "\\", "€"}),
       .look_for = "none of these missing or preceded by a blank",
       .encoding = "gsm7"});
  add({.name = "latin1",
       .words = taken_by(smsc, "latin1", {"é", "à", "ü", "ñ", "Ç", "Å", "ß", "@", "$"}),
       .look_for = "every letter with its accent",
       .encoding = "latin1"});
  add({.name = "ucs2",
       .words = " Zażółć Привет Ελλάδα 你好 🙏",
       .look_for = "every script readable, the folded hands last",
       .encoding = "ucs2"});
  for (const auto& row : kLong) {
    add({.name = "long " + std::string(row.name),
         .words = " (" + std::string(row.name) + ")" + counted("", 82),
         .look_for = "ONE message that counts from 001 to 082 without a gap",
         .encoding = "gsm7",
         .how = row.how,
         .is_long = true});
  }
  add({.name = "long ucs2",
       .words = counted("ж", 34),
       .look_for = "ONE message that counts from ж001 to ж034 without a gap",
       .encoding = "ucs2",
       .how = smsc.long_messages,
       .is_long = true});
  return all;
}

namespace {

smpp::SubmitSm addressed(const Plan& plan) {
  const auto& smsc = plan.smsc;
  const auto source = engine::guess_address(smsc.source);
  const auto destination = engine::guess_address(plan.to);
  smpp::SubmitSm submit;
  submit.source_addr_ton = static_cast<smpp::Ton>(smsc.source_ton.value_or(source.digits.empty() ? 0 : source.ton));
  submit.source_addr_npi = static_cast<smpp::Npi>(smsc.source_npi.value_or(source.digits.empty() ? 0 : source.npi));
  submit.source_addr = source.digits;
  submit.dest_addr_ton = static_cast<smpp::Ton>(smsc.dest_ton.value_or(destination.ton));
  submit.dest_addr_npi = static_cast<smpp::Npi>(smsc.dest_npi.value_or(destination.npi));
  submit.destination_addr = destination.digits;
  return submit;
}

}  // namespace

Result<std::vector<smpp::SubmitSm>> render(const Text& text, std::size_t index, const Plan& plan) {
  text::EncodeOptions how{.encoding = text.encoding, .transliterate = "none"};
  how.default_alphabet = plan.smsc.default_alphabet;
  how.long_messages = text.how;
  how.reference = static_cast<std::uint16_t>(0x40 + index);
  auto encoded = text::encode(text.words, how);
  if (!encoded) return tl::unexpected(std::move(encoded.error()));
  auto submit = addressed(plan);
  submit.registered_delivery = smpp::registered_delivery::kFinal;
  submit.data_coding = encoded->data_coding;
  std::vector<smpp::SubmitSm> submits;
  const auto total = encoded->segments.size();
  for (const auto& segment : encoded->segments) {
    auto& pdu = submits.emplace_back(submit);
    if (segment.udhi) pdu.esm_class = smpp::esm_class::kUdhi;
    if (text.how == LongMessages::payload && text.is_long) {
      pdu.tlvs.set(smpp::tlv::message_payload, segment.short_message);
      continue;
    }
    pdu.short_message = segment.short_message;
    if (text.how != LongMessages::sar || total < 2) continue;
    pdu.tlvs.set(smpp::tlv::sar_msg_ref_num, how.reference);
    pdu.tlvs.set(smpp::tlv::sar_total_segments, static_cast<std::uint8_t>(total));
    pdu.tlvs.set(smpp::tlv::sar_segment_seqnum, static_cast<std::uint8_t>(submits.size()));
  }
  return submits;
}

smpp::SubmitSm rate_probe(const Plan& plan, std::uint32_t number) {
  auto submit = addressed(plan);
  submit.short_message = "Dunlin rate " + std::to_string(number);
  return submit;
}

std::uint32_t next_rate(const Plan& plan, std::uint32_t passed, std::uint32_t failed, std::size_t tried) {
  if (tried >= kRatesMax || passed >= plan.rate_cap) return 0;
  if (failed == 0) {
    const auto next = std::ranges::find_if(kLadder, [&](std::uint32_t rate) { return rate > passed; });
    return next == kLadder.end() ? plan.rate_cap : std::min(*next, plan.rate_cap);
  }
  const auto close = std::max(1U, passed / 10);
  return failed > passed + close ? passed + (failed - passed) / 2 : 0;
}

std::chrono::nanoseconds gap(std::uint32_t rate) {
  constexpr std::chrono::nanoseconds kSecond = 1s;
  const auto count = static_cast<std::int64_t>(std::max(rate, 1U));
  return std::chrono::nanoseconds((kSecond.count() + count - 1) / count);
}

std::chrono::nanoseconds text_pause(const Plan& plan) {
  return std::max<std::chrono::nanoseconds>(plan.pause, gap(plan.rate_cap));
}

std::uint32_t first_burst(const Plan& plan) { return std::min({plan.smsc.window, kBurstMax, plan.rate_cap}); }

std::uint32_t messages_at_most(const Plan& plan) {
  std::size_t messages = 0;
  const auto all = texts(plan.smsc);
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (const auto pdus = render(all[index], index, plan)) messages += pdus->size() * kTriesMax;
  }
  if (plan.rate_cap > 0) messages += kRatesMax * plan.rate_cap * kStepSeconds + 2 * kBurstMax;
  return static_cast<std::uint32_t>(std::min<std::size_t>(messages, plan.messages_max));
}

std::string masked(std::string_view number) {
  constexpr std::size_t kFirst = 3, kLast = 2;
  std::string text(number);
  for (std::size_t at = kFirst; at + kLast < text.size(); ++at) text[at] = '*';
  return text;
}

}  // namespace dunlin::certify

#include "certify/plan.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/unicode.hpp>

#include "engine/render.hpp"
#include "engine/submit_settings.hpp"

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

// Letters that this language's tables have and the default alphabet has not, by blanks: some of them, as they all fit
// in one segment then. In the scripts of India signs join the letter before them and digits look like ours, so of those
// blocks only what has the places of vowels and consonants (ISCII's order, which Unicode keeps) is taken.
std::string letters_of(const engine::SmscSettings& smsc, const std::string& name) {
  constexpr std::size_t kLettersMax = 24;
  constexpr char32_t kBlock = 0x80, kIndic = 0x900, kIndicEnd = 0xD80, kFirstVowel = 0x05, kLastConsonant = 0x39;
  struct Block {
    char32_t first, last;
  };
  constexpr std::array kBlocks{Block{0xA1, 0x17F}, Block{0x621, 0x64A}, Block{0x671, 0x6D3},
                               Block{kIndic, kIndicEnd - 1}};
  const auto language = text::language_named(name);
  if (!language) return {};
  const std::array tables{*language};
  text::EncodeOptions how{.encoding = "gsm7", .transliterate = "none"};
  how.default_alphabet = smsc.default_alphabet;
  text::EncodeOptions national = how;
  national.encoding = "gsm7-national";
  national.shift_tables = tables;
  std::string words;
  std::size_t letters = 0;
  for (const auto& block : kBlocks) {
    for (char32_t letter = block.first; letter <= block.last && letters < kLettersMax; ++letter) {
      const auto place = letter % kBlock;
      if (letter >= kIndic && (place < kFirstVowel || place > kLastConsonant)) continue;
      const std::string character = text::to_utf8(std::u32string_view(&letter, 1));
      if (!text::encode(character, national) || text::encode(character, how)) continue;
      words.append(" ").append(character);
      ++letters;
    }
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
  for (const std::string& language : smsc.shift_tables) {
    std::string words = letters_of(smsc, language);
    if (words.empty()) continue;  // data_coding 0 is another alphabet there, which has no tables
    add({.name = language,
         .words = std::move(words),
         .look_for = "every letter; others in their place: the phone or the SMSC knows no table of this language",
         .encoding = "gsm7-national",
         .language = language});
  }
  return all;
}

// As the daemon would send it there, so that what is certified is what the configuration says.
Result<std::vector<smpp::SubmitSm>> render(const Text& text, std::size_t index, const Plan& plan) {
  auto smsc = plan.smsc;
  smsc.long_messages = text.how;
  smsc.shift_tables.clear();
  if (!text.language.empty()) smsc.shift_tables.push_back(text.language);
  if (!smsc.registered_delivery) smsc.registered_delivery = smpp::registered_delivery::kFinal;
  store::Job job;
  job.to = plan.to;
  job.text = text.words;
  job.encoding = text.encoding;
  job.transliterate = "none";
  return engine::render(job, static_cast<std::uint32_t>(0x40 + index), plan.valid_until, smsc);
}

smpp::SubmitSm rate_probe(const Plan& plan, std::uint32_t number) {
  store::Job job;
  job.to = plan.to;
  smpp::SubmitSm submit;
  engine::apply_settings(submit, job, plan.smsc);
  submit.registered_delivery = smpp::registered_delivery::kNone;
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

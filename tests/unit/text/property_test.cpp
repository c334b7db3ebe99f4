// Random texts through the whole of text/: what is sent, put together and read again, is the folded text.
#include <gtest/gtest.h>

#include <algorithm>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>
#include <random>
#include <vector>

namespace dunlin::text {
namespace {

// Characters a text is drawn from; a text mostly keeps to one of the lists.
const std::u32string kLists[] = {U"abcdefghijklmnopqrstuvwxyz ABCDEFGHIJ 0123456789.,:/",
                                 U"aé€[]{}~^|\\ @£Δ_ü\n\f",
                                 U"ãçõê aeiou",
                                 U"ąęłżź aeiou",
                                 U"\u00A0\u2019\u2026\u2013\u200Bab",
                                 U"😀👨\u200D👩\uFE0Fж\u0301é",
                                 U"中文字符 مرحبا\u200C",
                                 U"ığşİĞŞçöü abcdef",
                                 U"áíóúñ¿ abcdef",
                                 U"भुगतानकरे ०१२ abc",
                                 U"ادائیگی abc ۱۲",
                                 U"Πληρωμή έως αύριο",
                                 U"Оплатите счёт, ул.Щ"};

class Texts {
 public:
  explicit Texts(std::uint64_t seed) : random_(seed) {}

  std::u32string next() {
    const auto& list = kLists[random_() % std::size(kLists)];
    const auto& other = kLists[random_() % std::size(kLists)];
    const std::size_t longest = random_() % 4 == 0 ? 1200 : 180;
    std::u32string text(random_() % longest, U' ');
    for (auto& character : text) {
      const auto& from = random_() % 50 == 0 ? other : list;
      character = from[random_() % from.size()];
    }
    return text;
  }
  template <class Choice, std::size_t N>
  Choice one_of(const Choice (&choices)[N]) {
    return choices[random_() % N];
  }
  std::uint8_t octet() { return static_cast<std::uint8_t>(random_()); }

 private:
  std::mt19937_64 random_;
};

constexpr DefaultAlphabet kAlphabets[] = {DefaultAlphabet::gsm7,   DefaultAlphabet::ascii,
                                          DefaultAlphabet::latin1, DefaultAlphabet::gsm7_packed,
                                          DefaultAlphabet::latin9, DefaultAlphabet::utf8};
constexpr LongMessages kLong[] = {LongMessages::udh, LongMessages::udh16, LongMessages::sar, LongMessages::payload};
constexpr Language kLanguagesTaken[] = {Language::turkish, Language::spanish, Language::portuguese, Language::hindi,
                                        Language::urdu};

std::size_t octets_on_air(const SegmentOctets& segment, std::string_view part, bool septets_there, ShiftTables tables) {
  if (!septets_there) return segment.short_message.size();
  const std::size_t header = segment.udhi ? segment.short_message[0] + 1U : 0;
  return header + (fill_bits_after(header) + units_of(to_code_points(part).value(), Unit::septet, tables) * 7 + 7) / 8;
}

bool all_gsm(std::string_view utf8) {
  const std::u32string characters = to_code_points(utf8).value();
  return std::all_of(characters.begin(), characters.end(),
                     [](char32_t character) { return gsm_septets(character).count > 0; });
}

EncodeOptions any_options(Texts& texts) {
  EncodeOptions options;
  options.encoding = encodings()[texts.octet() % encodings().size()];
  options.transliterate = transliterations()[texts.octet() % transliterations().size()];
  options.default_alphabet = texts.one_of(kAlphabets);
  options.long_messages = texts.one_of(kLong);
  options.latin1 = texts.octet() % 4 == 0;
  if (texts.octet() % 2 == 0) options.shift_tables = kLanguagesTaken;
  options.reference = static_cast<std::uint16_t>(texts.octet() << 8 | texts.octet());
  return options;
}

// Seven bits to spare after packed septets are a CR; one, or an '@', of the text's own at that place can't be told.
bool lost_in_the_last_octet(const EncodeOptions& options, const std::string& part) {
  return options.default_alphabet == DefaultAlphabet::gsm7_packed && (part.ends_with('@') || part.ends_with('\r'));
}

void expect_read_again(const Encoded& encoded, const EncodeOptions& options, const std::string& context) {
  const bool septets = encoded.encoding == Encoding::gsm7 || encoded.encoding == Encoding::ascii ||
                       (encoded.data_coding == 0 && std::ranges::all_of(encoded.parts, all_gsm));
  for (std::size_t i = 0; i < encoded.segments.size(); ++i) {
    const auto& segment = encoded.segments[i];
    const std::string& part = encoded.parts[i];
    const Decoded read = decode(segment.short_message, encoded.data_coding, segment.udhi, options.default_alphabet);
    if (!lost_in_the_last_octet(options, part)) {
      ASSERT_EQ(read.text, part) << context;
    }
    const bool numbered = encoded.segments.size() > 1 && options.long_messages != LongMessages::sar;
    ASSERT_EQ(segment.udhi, numbered || encoded.tables != ShiftTables{}) << context;
    ASSERT_EQ(read.tables, encoded.tables) << context;
    ASSERT_EQ(read.concatenation.has_value(), numbered) << context;
    if (numbered) {
      const bool wide = options.long_messages == LongMessages::udh16;
      const auto reference = static_cast<std::uint16_t>(wide ? options.reference : options.reference & 0xFF);
      ASSERT_EQ(read.concatenation, (Concatenation{reference, wide, static_cast<std::uint8_t>(encoded.segments.size()),
                                                   static_cast<std::uint8_t>(i + 1)}));
    }
    if (options.long_messages == LongMessages::payload) continue;
    const std::size_t added = encoded.segments.size() > 1 && options.long_messages == LongMessages::sar ? 6 : 0;
    ASSERT_LE(octets_on_air(segment, part, septets, encoded.tables) + added, kUserDataOctets) << context;
    ASSERT_LE(segment.short_message.size(), 160u) << context;
  }
}

TEST(TextProperty, WhatIsSentIsReadAgain) {
  Texts texts(2026);
  std::size_t sent = 0;
  std::size_t several = 0;
  std::size_t national = 0;
  std::size_t lossy = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = to_utf8(texts.next());
    const EncodeOptions options = any_options(texts);
    const auto encoded = encode(text, options);
    if (!encoded) {
      ASSERT_EQ(encoded.error().code, "not_encodable");
      ASSERT_TRUE(options.encoding != "auto" && options.encoding != "ucs2");
      continue;
    }
    ++sent;
    several += encoded->messages > 1;
    national += encoded->tables != ShiftTables{};
    ASSERT_EQ(encoded->segments.size(), encoded->parts.size());
    ASSERT_EQ(encoded->segments.size(), options.long_messages == LongMessages::payload ? 1 : encoded->messages);
    std::string joined;
    for (const std::string& part : encoded->parts) joined += part;
    const std::string before = options.transliterate == "none" ? text : to_utf8(fold(text).value().text);
    if (options.transliterate != "lossy") {
      ASSERT_EQ(joined, before) << "round " << round;
    }
    lossy += joined != before;
    expect_read_again(*encoded, options, "round " + std::to_string(round));
    if (HasFatalFailure()) return;

    std::vector<OctetView> views;
    for (const SegmentOctets& segment : encoded->segments) views.emplace_back(segment.short_message);
    const bool udhi = encoded->segments[0].udhi;
    const bool certain = std::ranges::none_of(
        encoded->parts, [&](const std::string& part) { return lost_in_the_last_octet(options, part); });
    if (certain) {
      ASSERT_EQ(decode(views, encoded->data_coding, udhi, options.default_alphabet).text, joined) << "round " << round;
    }
  }
  EXPECT_GT(sent, 1500u);
  EXPECT_GT(several, 300u);
  EXPECT_GT(national, 40u);
  EXPECT_GT(lossy, 50u);
}

TEST(TextProperty, NoOtherChoiceTakesFewerSegments) {
  Texts texts(77);
  for (int round = 0; round < 1000; ++round) {
    const std::string text = to_utf8(texts.next());
    EncodeOptions options;
    options.default_alphabet = texts.one_of(kAlphabets);
    options.transliterate = texts.octet() % 2 == 0 ? "safe" : "lossy";
    options.latin1 = true;
    if (texts.octet() % 2 == 0) options.shift_tables = kLanguagesTaken;
    const auto chosen = encode(text, options);
    ASSERT_TRUE(chosen);
    for (const std::string_view encoding : encodings()) {
      if (encoding == "ascii" && options.default_alphabet != DefaultAlphabet::ascii) continue;  // auto never picks it
      options.encoding = encoding;
      const auto other = encode(text, options);
      if (!other) continue;
      ASSERT_LE(chosen->segments.size(), other->segments.size()) << encoding << ", round " << round;
    }
  }
}

TEST(TextProperty, FoldingTwiceIsFoldingOnce) {
  Texts texts(5);
  for (int round = 0; round < 2000; ++round) {
    const auto once = fold(to_utf8(texts.next()));
    const auto twice = fold(to_utf8(once->text));
    ASSERT_EQ(once->text, twice->text) << "round " << round;
    ASSERT_TRUE(twice->replaced.empty());
  }
}

}  // namespace
}  // namespace dunlin::text

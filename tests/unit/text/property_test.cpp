// Random texts through the whole of text/: what is sent, put together and read again, is the folded text.
#include <gtest/gtest.h>

#include <algorithm>
#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/segment.hpp>
#include <dunlin/text/unicode.hpp>
#include <random>

namespace dunlin::text {
namespace {

// Characters a text is drawn from; a text mostly keeps to one of the lists.
const std::u32string kLists[] = {U"abcdefghijklmnopqrstuvwxyz ABCDEFGHIJ 0123456789.,:/",
                                 U"aé€[]{}~^|\\ @£Δ_ü\n\f",
                                 U"ãçõê aeiou",
                                 U"ąęłżź aeiou",
                                 U"\u00A0\u2019\u2026\u2013\u200Bab",
                                 U"😀👨\u200D👩\uFE0Fж\u0301é",
                                 U"中文字符 مرحبا\u200C"};

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

constexpr DefaultAlphabet kAlphabets[] = {DefaultAlphabet::gsm7, DefaultAlphabet::ascii, DefaultAlphabet::latin1,
                                          DefaultAlphabet::gsm7_packed};
constexpr std::string_view kEncodings[] = {"auto", "gsm7", "latin1", "ucs2"};

std::size_t octets_on_air(const SegmentOctets& segment, std::string_view part, bool septets_there) {
  if (!septets_there) return segment.short_message.size();
  const std::size_t header = segment.udhi ? concatenation_octets(LongMessages::udh) : 0;
  return header + (fill_bits_after(header) + units_of(to_code_points(part).value(), Unit::septet) * 7 + 7) / 8;
}

bool all_gsm(std::string_view utf8) {
  const std::u32string characters = to_code_points(utf8).value();
  return std::all_of(characters.begin(), characters.end(),
                     [](char32_t character) { return gsm_septets(character).count > 0; });
}

TEST(TextProperty, WhatIsSentIsReadAgain) {
  Texts texts(2026);
  std::size_t sent = 0;
  std::size_t several = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = to_utf8(texts.next());
    EncodeOptions options;
    options.encoding = texts.one_of(kEncodings);
    options.default_alphabet = texts.one_of(kAlphabets);
    options.reference = texts.octet();
    const auto encoded = encode(text, options);
    if (!encoded) {
      ASSERT_EQ(encoded.error().code, "not_encodable");
      ASSERT_TRUE(options.encoding == "gsm7" || options.encoding == "latin1");
      continue;
    }
    ++sent;
    several += encoded->segments.size() > 1;
    ASSERT_EQ(encoded->segments.size(), encoded->parts.size());
    const std::string folded = to_utf8(fold(text).value().text);
    const bool septets = encoded->encoding == Encoding::gsm7 || (encoded->data_coding == 0 && all_gsm(folded));
    std::string joined;
    for (std::size_t i = 0; i < encoded->segments.size(); ++i) {
      const auto& segment = encoded->segments[i];
      const Decoded read = decode(segment.short_message, encoded->data_coding, segment.udhi, options.default_alphabet);
      ASSERT_EQ(read.text, encoded->parts[i]) << "round " << round;
      ASSERT_EQ(segment.udhi, encoded->segments.size() > 1);
      if (segment.udhi) {
        const Concatenation expected{options.reference, false, static_cast<std::uint8_t>(encoded->segments.size()),
                                     static_cast<std::uint8_t>(i + 1)};
        ASSERT_EQ(read.concatenation, expected);
      }
      joined += read.text;
      ASSERT_LE(octets_on_air(segment, encoded->parts[i], septets), kUserDataOctets) << "round " << round;
      ASSERT_LE(segment.short_message.size(), 160u);
    }
    ASSERT_EQ(joined, folded);
  }
  EXPECT_GT(sent, 2000u);
  EXPECT_GT(several, 400u);
}

TEST(TextProperty, NoOtherChoiceTakesFewerSegments) {
  Texts texts(77);
  for (int round = 0; round < 1000; ++round) {
    const std::string text = to_utf8(texts.next());
    EncodeOptions options;
    options.default_alphabet = texts.one_of(kAlphabets);
    const auto chosen = encode(text, options);
    ASSERT_TRUE(chosen);
    for (const std::string_view encoding : {"gsm7", "ucs2"}) {
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

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/encode.hpp>
#include <dunlin/text/gsm.hpp>

namespace dunlin::text {
namespace {

using testing::ElementsAre;

constexpr DefaultAlphabet kAlphabets[] = {DefaultAlphabet::gsm7, DefaultAlphabet::ascii, DefaultAlphabet::latin1,
                                          DefaultAlphabet::gsm7_packed};

Result<Encoded> with(std::string_view text, std::string_view encoding,
                     DefaultAlphabet alphabet = DefaultAlphabet::gsm7) {
  EncodeOptions options;
  options.encoding = encoding;
  options.default_alphabet = alphabet;
  options.reference = 0x5A;
  return encode(text, options);
}

TEST(Encode, ChoosesTheCheapestTheSmscTakes) {
  struct Case {
    std::string_view text;
    DefaultAlphabet alphabet;
    Encoding encoding;
    int data_coding;
  };
  for (const auto& [text, alphabet, encoding, data_coding] : {
           Case{"Hello", DefaultAlphabet::gsm7, Encoding::gsm7, 0},
           Case{"Grüße: 5 €", DefaultAlphabet::gsm7, Encoding::gsm7, 0},
           Case{"o\u2019clock\u00A0\u2013 \u201Cnow\u201D", DefaultAlphabet::gsm7, Encoding::gsm7, 0},
           Case{"ação", DefaultAlphabet::gsm7, Encoding::ucs2, 8},  // in Latin-1, which was not asked for
           Case{"Zapłać", DefaultAlphabet::gsm7, Encoding::ucs2, 8},
           Case{"Grüße", DefaultAlphabet::gsm7_packed, Encoding::gsm7, 0},
           Case{"Hello", DefaultAlphabet::ascii, Encoding::ascii, 0},
           Case{"Grüße", DefaultAlphabet::ascii, Encoding::ucs2, 8},
           Case{"ação", DefaultAlphabet::latin1, Encoding::latin1, 0},
           Case{"5 €", DefaultAlphabet::latin1, Encoding::ucs2, 8},
           Case{"", DefaultAlphabet::gsm7, Encoding::gsm7, 0},
       }) {
    for (const std::string_view automatic : {"", "auto"}) {
      const auto encoded = with(text, automatic, alphabet);
      ASSERT_TRUE(encoded) << text;
      EXPECT_EQ(encoded->encoding, encoding) << text;
      EXPECT_EQ(encoded->data_coding, data_coding) << text;
      EXPECT_EQ(encoded->segments.size(), 1u);
      EXPECT_FALSE(encoded->segments[0].udhi);
    }
  }
}

TEST(Encode, WritesTheOctets) {
  EXPECT_THAT(with("@€Å", "auto")->segments[0].short_message, ElementsAre(0x00, 0x1B, 0x65, 0x0E));
  EXPECT_THAT(with("hello", "auto", DefaultAlphabet::gsm7_packed)->segments[0].short_message,
              ElementsAre(0xE8, 0x32, 0x9B, 0xFD, 0x06));
  EXPECT_THAT(with("é@", "latin1")->segments[0].short_message, ElementsAre(0xE9, 0x40));
  EXPECT_THAT(with("é😀", "ucs2")->segments[0].short_message, ElementsAre(0x00, 0xE9, 0xD8, 0x3D, 0xDE, 0x00));
  EXPECT_THAT(with("a[", "auto", DefaultAlphabet::ascii)->segments[0].short_message, ElementsAre(0x61, 0x5B));
}

TEST(Encode, ObeysAnExplicitEncoding) {
  EXPECT_EQ(with("Hello", "ucs2")->data_coding, 8);
  EXPECT_EQ(with("ação", "latin1")->data_coding, 3);
  EXPECT_EQ(with("ação", "latin1", DefaultAlphabet::latin1)->data_coding, 0);
  EXPECT_EQ(with("Hello", "gsm7", DefaultAlphabet::latin1)->encoding, Encoding::latin1);
  EXPECT_EQ(with("Hello", "gsm7", DefaultAlphabet::ascii)->encoding, Encoding::ascii);
}

TEST(Encode, NamesWhatAnExplicitEncodingCannotTake) {
  struct Case {
    std::string_view text, encoding;
    DefaultAlphabet alphabet;
    std::string_view character, where;
  };
  for (const auto& [text, encoding, alphabet, character, where] : {
           Case{"zażółć", "gsm7", DefaultAlphabet::gsm7, "U+017C", "text at character 3"},
           Case{"\u2026\u00A0ç", "gsm7", DefaultAlphabet::gsm7, "U+00E7", "text at character 3"},  // before folding
           Case{"5 €", "latin1", DefaultAlphabet::gsm7, "U+20AC", "text at character 3"},
           Case{"a😀", "latin1", DefaultAlphabet::gsm7, "U+1F600", "text at character 2"},
           Case{"€", "gsm7", DefaultAlphabet::latin1, "U+20AC", "text at character 1"},
           Case{"õ", "gsm7", DefaultAlphabet::latin1, "U+00F5", "text at character 1"},
           Case{"ä", "gsm7", DefaultAlphabet::ascii, "U+00E4", "text at character 1"},
       }) {
    const auto refused = with(text, encoding, alphabet);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, "not_encodable");
    EXPECT_EQ(refused.error().where, where);
    EXPECT_THAT(refused.error().detail, testing::StartsWith(std::string(character) + " "));
  }
}

TEST(Encode, RefusesOptionsItDoesNotKnow) {
  EXPECT_EQ(with("a", "utf8").error(),
            (Error{"bad_value", "an encoding is auto, gsm7, gsm7-national, latin1, ascii or ucs2", "encoding"}));
  EncodeOptions options;
  options.transliterate = "Lossy";
  EXPECT_EQ(encode("a", options).error().where, "transliterate");
  EXPECT_EQ(encode("\xFF", {}).error().code, "bad_utf8");
}

TEST(Encode, FoldsUnlessNothingMayBeReplaced) {
  EncodeOptions options;
  for (const std::string_view transliterate : {"", "safe", "lossy"}) {
    options.transliterate = transliterate;
    const auto encoded = encode("\u201Ca\u201D", options);
    ASSERT_TRUE(encoded);
    EXPECT_THAT(encoded->parts, ElementsAre("\"a\""));
    EXPECT_EQ(encoded->replaced.size(), 2u);
  }
  options.transliterate = "none";
  const auto untouched = encode("\u201Ca\u201D\u00A0e\u0301", options);
  ASSERT_TRUE(untouched);
  EXPECT_THAT(untouched->parts, ElementsAre("\u201Ca\u201D\u00A0e\u0301"));
  EXPECT_THAT(untouched->replaced, testing::IsEmpty());
  EXPECT_EQ(untouched->encoding, Encoding::ucs2);
  options.encoding = "gsm7";
  EXPECT_EQ(encode("a\u00A0", options).error().where, "text at character 2");
}

TEST(Encode, CutsALongTextAndNumbersItsSegments) {
  const std::string text = std::string(152, 'a') + "€" + std::string(160, 'b');
  const auto encoded = with(text, "auto");
  ASSERT_TRUE(encoded);
  ASSERT_EQ(encoded->segments.size(), 3u);
  EXPECT_THAT(encoded->parts, ElementsAre(std::string(152, 'a'), "€" + std::string(151, 'b'), std::string(9, 'b')));
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& octets = encoded->segments[i].short_message;
    EXPECT_TRUE(encoded->segments[i].udhi);
    EXPECT_THAT(Octets(octets.begin(), octets.begin() + 6), ElementsAre(5, 0, 3, 0x5A, 3, i + 1));
  }
  EXPECT_EQ(encoded->segments[0].short_message.size(), 6u + 152u);  // the euro's escape did not fit
  EXPECT_EQ(encoded->segments[1].short_message.size(), 6u + 153u);
}

TEST(Encode, CountsByWhatTheAirCarries) {
  struct Case {
    std::string_view character;
    std::string_view encoding;
    DefaultAlphabet alphabet;
    std::size_t alone;
    std::size_t joined;
  };
  for (const auto& [character, encoding, alphabet, alone, joined] : {
           Case{"a", "auto", DefaultAlphabet::gsm7, 160, 153},
           Case{"a", "auto", DefaultAlphabet::gsm7_packed, 160, 153},
           Case{"a", "auto", DefaultAlphabet::ascii, 160, 153},
           Case{"[", "auto", DefaultAlphabet::ascii, 80, 76},
           Case{"a", "auto", DefaultAlphabet::latin1, 160, 153},
           Case{"ã", "auto", DefaultAlphabet::latin1, 140, 134},
           Case{"a", "latin1", DefaultAlphabet::gsm7, 140, 134},
           Case{"a", "ucs2", DefaultAlphabet::gsm7, 70, 67},
           Case{"😀", "auto", DefaultAlphabet::gsm7, 35, 33},
       }) {
    std::string text;
    for (std::size_t i = 0; i < alone; ++i) text += character;
    EXPECT_EQ(with(text, encoding, alphabet)->parts.size(), 1u) << character;
    text += character;
    const auto longer = with(text, encoding, alphabet);
    ASSERT_EQ(longer->parts.size(), 2u) << character;
    EXPECT_EQ(longer->parts[0].size(), joined * character.size()) << character;
  }
}

TEST(Encode, PacksAfterTheHeaderWithinTheOctetsOfTheAir) {
  const auto encoded = with(std::string(306, 'a'), "auto", DefaultAlphabet::gsm7_packed);
  ASSERT_EQ(encoded->segments.size(), 2u);
  const auto& octets = encoded->segments[0].short_message;
  EXPECT_EQ(octets.size(), 140u);
  EXPECT_EQ(unpack(OctetView(octets).subspan(6), 1), Octets(153, 'a'));
}

TEST(Encode, HoldsSegmentsTogetherAsAsked) {
  const std::string text(152 * 2, 'a');
  EncodeOptions options;
  options.reference = 0x12A7;
  const auto how = [&](LongMessages long_messages) {
    options.long_messages = long_messages;
    return encode(text, options).value();
  };
  const auto narrow = how(LongMessages::udh);
  ASSERT_EQ(narrow.segments.size(), 2u);
  EXPECT_EQ(narrow.segments[0].short_message.size(), 6u + 153u);
  const auto wide = how(LongMessages::udh16);
  ASSERT_EQ(wide.segments.size(), 2u);
  EXPECT_EQ(wide.segments[1].short_message.size(), 7u + 152u);
  EXPECT_THAT(Octets(wide.segments[1].short_message.begin(), wide.segments[1].short_message.begin() + 7),
              ElementsAre(6, 8, 4, 0x12, 0xA7, 2, 2));
  const auto sar = how(LongMessages::sar);
  ASSERT_EQ(sar.segments.size(), 2u);
  EXPECT_EQ(sar.segments[0].short_message, Octets(152, 'a'));
  EXPECT_FALSE(sar.segments[0].udhi);
  const auto payload = how(LongMessages::payload);
  ASSERT_EQ(payload.segments.size(), 1u);
  EXPECT_EQ(payload.messages, 2u);
  EXPECT_EQ(payload.segments[0].short_message, Octets(304, 'a'));
  EXPECT_FALSE(payload.segments[0].udhi);
  EXPECT_THAT(payload.parts, ElementsAre(text));
}

TEST(Encode, RefusesMoreSegmentsThanAllowed) {
  EncodeOptions options;
  options.segments_max = 2;
  EXPECT_TRUE(encode(std::string(306, 'a'), options));
  const auto refused = encode(std::string(307, 'a'), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{"too_long", "takes 3 segments, 2 are allowed", "text"}));
  EXPECT_EQ(encode(std::string(153 * 255, 'a'), {})->segments.size(), 255u);
  EXPECT_EQ(encode(std::string(153 * 255 + 1, 'a'), {}).error().code, "too_long");
}

TEST(Encode, NamesTheEncodings) {
  EXPECT_EQ(to_string(Encoding::gsm7), "gsm7");
  EXPECT_EQ(to_string(Encoding::latin1), "latin1");
  EXPECT_EQ(to_string(Encoding::ascii), "ascii");
  EXPECT_EQ(to_string(Encoding::ucs2), "ucs2");
  for (const DefaultAlphabet alphabet : kAlphabets) EXPECT_TRUE(with("a", "gsm7", alphabet));
}

}  // namespace
}  // namespace dunlin::text

#include <gtest/gtest.h>

#include <dunlin/text/decode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/unicode.hpp>
#include <random>

namespace dunlin::text {
namespace {

std::string read(const Octets& octets, std::uint8_t data_coding, DefaultAlphabet alphabet = DefaultAlphabet::gsm7) {
  return decode(octets, data_coding, false, alphabet).text;
}

TEST(Decode, ReadsEachDataCoding) {
  EXPECT_EQ(read({0x53, 0x54, 0x00}, 0), "ST@");
  EXPECT_EQ(read({0x53, 0x54, 0x40}, 0, DefaultAlphabet::ascii), "ST@");
  EXPECT_EQ(read({0xE9, 0x40}, 0, DefaultAlphabet::latin1), "é@");
  EXPECT_EQ(read({0xE8, 0x32, 0x9B, 0xFD, 0x06}, 0, DefaultAlphabet::gsm7_packed), "hello");
  EXPECT_EQ(read({0x53, 0x80}, 1), "S\uFFFD");
  EXPECT_EQ(read({0xE9, 0x80, 0x81}, 3), "é€\uFFFD");
  EXPECT_EQ(read({0x00, 0x53, 0x20, 0xAC}, 8), "S€");
  EXPECT_EQ(read({0xC1, 0xE2, 0x31}, 6), "Ст1");
  EXPECT_EQ(read({0xF9, 0xEC, 0xE5, 0xED}, 7), "שלום");
  EXPECT_EQ(read({0x1B, 0x24, 0x42, 0x3B, 0x59, 0x4A, 0x27, 0x1B, 0x28, 0x42, 0x31}, 10), "支払1");
  EXPECT_EQ(read({0xC1, 0xF6, 0xB1, 0xDE, 0x31}, 14), "지급1");
  for (const std::uint8_t reserved : {11, 12, 15}) EXPECT_EQ(read({0x00, 0x53}, reserved), "@S") << int{reserved};
}

TEST(Decode, ReadsJisInItsThreeForms) {
  for (const std::uint8_t data_coding : {5, 9, 13}) {
    EXPECT_EQ(read({0x24, 0x4F, 0x24, 0x24}, data_coding), "はい") << int{data_coding};
    EXPECT_EQ(read({0x82, 0xCD, 0x82, 0xA2}, data_coding), "はい") << int{data_coding};
    EXPECT_EQ(read({0x1B, 0x24, 0x42, 0x24, 0x4F, 0x24, 0x24, 0x1B, 0x28, 0x42}, data_coding), "はい");
    EXPECT_EQ(read({'S', 'T', 'O', 'P'}, data_coding), "STOP") << "no kana: somebody's ASCII";
    EXPECT_EQ(read({'S', 'T', 'O', 'P', '!'}, data_coding), "STOP!");
  }
}

TEST(Decode, SaysThatDataIsNoText) {
  const Octets stop{'S', 'T', 'O', 'P'};
  for (const int binary : {0x02, 0x04, 0x14, 0x15, 0x44, 0xF4, 0xF7}) {
    const Decoded decoded = decode(stop, static_cast<std::uint8_t>(binary), false, DefaultAlphabet::gsm7);
    EXPECT_FALSE(decoded.readable) << binary;
    EXPECT_EQ(decoded.text, "53544f50") << binary;
    EXPECT_EQ(decoded.alphabet, "binary") << binary;
  }
  for (const int compressed : {0x20, 0x28, 0x30, 0x60, 0x64}) {
    const Decoded decoded = decode(stop, static_cast<std::uint8_t>(compressed), false, DefaultAlphabet::gsm7);
    EXPECT_FALSE(decoded.readable) << compressed;
    EXPECT_EQ(decoded.alphabet, "compressed") << compressed;
  }
  EXPECT_TRUE(decode(stop, 0, false, DefaultAlphabet::gsm7).readable);
}

TEST(Decode, KnowsFlashAndTheOtherClasses) {
  const auto message_class = [](std::uint8_t data_coding) {
    return decode(Octets{0x53}, data_coding, false, DefaultAlphabet::gsm7).message_class;
  };
  EXPECT_EQ(message_class(0x10), kFlash);
  EXPECT_EQ(message_class(0x18), kFlash);
  EXPECT_EQ(message_class(0xF0), kFlash);
  EXPECT_EQ(message_class(0x11), 1);
  EXPECT_EQ(message_class(0x1A), 2);
  EXPECT_EQ(message_class(0xF3), 3);
  EXPECT_EQ(message_class(0x52), 2);
  for (const std::uint8_t none : {0x00, 0x08, 0x03, 0x40, 0x80, 0xC8, 0xE0})
    EXPECT_FALSE(message_class(none)) << int{none};
}

TEST(Decode, KnowsWhatWaitsElsewhere) {
  const auto waiting = [](std::uint8_t data_coding) {
    return decode(Octets{0x00, 0x53}, data_coding, false, DefaultAlphabet::gsm7).waiting;
  };
  EXPECT_EQ(waiting(0xC8), (MessageWaiting{Waiting::voicemail, true, false, {}}));
  EXPECT_EQ(waiting(0xC0), (MessageWaiting{Waiting::voicemail, false, false, {}}));
  EXPECT_EQ(waiting(0xD9), (MessageWaiting{Waiting::fax, true, true, {}}));
  EXPECT_EQ(waiting(0xEA), (MessageWaiting{Waiting::email, true, true, {}}));
  EXPECT_EQ(waiting(0xDB), (MessageWaiting{Waiting::other, true, true, {}}));
  EXPECT_FALSE(waiting(0x00));
  EXPECT_FALSE(waiting(0xF0));
  // The header's element knows how many, and comes before the data_coding.
  const Octets indication{0x04, 0x01, 0x02, 0x80, 0x03, 0x53};
  for (const std::uint8_t data_coding : {0x00, 0xC0}) {
    const Decoded decoded = decode(indication, data_coding, true, DefaultAlphabet::gsm7);
    EXPECT_EQ(decoded.waiting, (MessageWaiting{Waiting::voicemail, true, true, 3}));
    EXPECT_EQ(decoded.text, "S");
  }
  EXPECT_EQ(decode(Octets{0x04, 0x01, 0x02, 0x07, 0x00}, 0, true, DefaultAlphabet::gsm7).waiting,
            (MessageWaiting{Waiting::videomail, false, false, 0}));
  EXPECT_EQ(to_string(Waiting::voicemail), "voicemail");
}

TEST(Decode, ReadsTheNetworksOwnDataCodings) {
  const Octets at{0x00, 0x53};
  for (const int gsm : {0x10, 0x11, 0x13, 0x40, 0x50, 0x80, 0xBF, 0xC0, 0xD8, 0xF0, 0xF3})
    EXPECT_EQ(read(at, gsm), "@S") << gsm;
  for (const int ucs2 : {0x18, 0x1B, 0x48, 0xE0, 0xEF}) EXPECT_EQ(read(at, ucs2), "S") << ucs2;
  EXPECT_EQ(read(at, 0x1C), "@S");  // a reserved alphabet
  EXPECT_EQ(read({0xE8, 0x32, 0x9B, 0xFD, 0x06}, 0x10, DefaultAlphabet::gsm7_packed), "hello");
}

TEST(Decode, TakesTheHeaderOff) {
  Octets segment{0x05, 0x00, 0x03, 0x07, 0x02, 0x01, 0x48, 0x69};
  const Decoded flagged = decode(segment, 0, true, DefaultAlphabet::gsm7);
  EXPECT_EQ(flagged.text, "Hi");
  EXPECT_EQ(flagged.concatenation, (Concatenation{7, false, 2, 1}));
  EXPECT_EQ(decode(segment, 0, false, DefaultAlphabet::gsm7).text, "Hi");  // the peer forgot the flag
  segment[5] = 3;  // the third of two: no header, nothing forgotten
  EXPECT_EQ(decode(segment, 0, false, DefaultAlphabet::gsm7).text.substr(0, 5), "é@¥");
  EXPECT_EQ(decode(Octets{0x09, 0x48}, 0, true, DefaultAlphabet::gsm7).text, "ÇH");  // flagged, but it is none
}

TEST(Decode, TakesOffAHeaderThatNobodyFlagged) {
  const auto unflagged = [](const Octets& octets) { return decode(octets, 0, false, DefaultAlphabet::gsm7); };
  EXPECT_EQ(unflagged({0x06, 0x08, 0x04, 0x12, 0xA7, 0x02, 0x01, 0x48, 0x69}).text, "Hi");
  const Decoded tables = unflagged({0x08, 0x00, 0x03, 0x07, 0x02, 0x01, 0x24, 0x01, 0x01, 0x1B, 0x67});
  EXPECT_EQ(tables.text, "ğ");
  EXPECT_EQ(tables.concatenation, (Concatenation{7, false, 2, 1}));
  EXPECT_EQ(unflagged({0x03, 0x24, 0x01, 0x01, 0x48}).text, "¥¤££H");           // not a segment: what it says
  EXPECT_FALSE(unflagged({0x05, 0x00, 0x03, 0x07, 0x02, 0x01}).concatenation);  // nothing behind it
}

TEST(Decode, ReadsNationalTables) {
  struct Case {
    Octets octets;
    std::string_view text;
  };
  for (const auto& [octets, text] : {
           Case{{0x03, 0x24, 0x01, 0x01, 0x1B, 0x53, 0x1B, 0x65}, "Ş€"},
           Case{{0x03, 0x25, 0x01, 0x01, 0x1C, 0x04, 0x1B, 0x65}, "Ş€€"},
           Case{{0x03, 0x24, 0x01, 0x02, 0x1B, 0x61, 0x1B, 0x62}, "áb"},  // a cell that is empty: the alphabet's
           Case{{0x06, 0x24, 0x01, 0x03, 0x25, 0x01, 0x03, 0x7B, 0x1B, 0x12}, "ãΦ"},
           Case{{0x06, 0x25, 0x01, 0x06, 0x24, 0x01, 0x06, 0x15, 0x1B, 0x41, 0x1B, 0x1C}, "कA०"},
           Case{{0x03, 0x24, 0x01, 0x2A, 0x1B, 0x65}, "€"},  // nobody knows that language
           Case{{0x03, 0x25, 0x01, 0x02, 0x04}, "è"},        // Spanish has no locking table
       }) {
    EXPECT_EQ(decode(octets, 0, true, DefaultAlphabet::gsm7).text, text);
  }
  Octets packed{0x03, 0x24, 0x01, 0x01};
  const Octets septets = pack(Octets{0x1B, 0x53}, fill_bits_after(4));
  packed.insert(packed.end(), septets.begin(), septets.end());
  EXPECT_EQ(decode(packed, 0, true, DefaultAlphabet::gsm7_packed).text, "Ş");
}

TEST(Decode, TakesOctetsThatAreNoSeptetsForWhatTheyAre) {
  EXPECT_EQ(read({'c', 'a', 'f', 0xE9, ' ', '@'}, 0), "café @");
  EXPECT_EQ(read({'c', 'a', 'f', 0xC3, 0xA9}, 0), "café");
  EXPECT_EQ(read({0x00, 0xE9}, 0), "@é");  // a control character: the others are septets
  EXPECT_EQ(read({0xC3, 0xA9}, 0, DefaultAlphabet::utf8), "é");
  EXPECT_EQ(read({0xA4, 0xE9, 0xBE}, 0, DefaultAlphabet::latin9), "€éŸ");
}

TEST(Decode, TakesZerosThatFillSevenBitsForNoCharacter) {
  const Octets seven = pack(Octets{'S', 'T', 'O', 'P', 'N', 'O', 'W'});
  EXPECT_EQ(read(seven, 0, DefaultAlphabet::gsm7_packed), "STOPNOW");  // filled with a CR
  Octets zeros = seven;
  zeros.back() &= 0x01;
  EXPECT_EQ(read(zeros, 0, DefaultAlphabet::gsm7_packed), "STOPNOW");
}

TEST(Decode, JoinsWhatAPeerCutInTwo) {
  const auto joined = [](const std::vector<Octets>& segments, std::uint8_t data_coding) {
    const std::vector<OctetView> views(segments.begin(), segments.end());
    return decode(views, data_coding, true, DefaultAlphabet::gsm7);
  };
  const Decoded emoji = joined({{5, 0, 3, 7, 2, 1, 0x00, 0x61, 0xD8, 0x3D}, {5, 0, 3, 7, 2, 2, 0xDE, 0x00}}, 8);
  EXPECT_EQ(emoji.text, "a😀");
  EXPECT_EQ(emoji.concatenation, (Concatenation{7, false, 2, 1}));
  EXPECT_EQ(joined({{5, 0, 3, 7, 2, 1, 0xFE, 0xFF, 0x00, 0x61}, {5, 0, 3, 7, 2, 2, 0xFE, 0xFF, 0x00, 0x62}}, 8).text,
            "ab");
  EXPECT_EQ(joined({{5, 0, 3, 7, 2, 1, 'a', 0x1B}, {5, 0, 3, 7, 2, 2, 0x65}}, 0).text, "a€");
  // A table is in force in its own segment only.
  EXPECT_EQ(joined({{8, 0, 3, 7, 2, 1, 0x25, 1, 1, 0x1C}, {5, 0, 3, 7, 2, 2, 0x1C}}, 0).text, "ŞÆ");
  EXPECT_EQ(joined({}, 0).text, "");
}

TEST(Decode, ReadsUcs2AsPeersSendIt) {
  EXPECT_EQ(ucs2_to_utf8(Octets{0xFE, 0xFF, 0x00, 0x61}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xFF, 0xFE, 0x61, 0x00}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xD8, 0x3D, 0xDE, 0x00}), "😀");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0xD8, 0x3D}), "a\uFFFD");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xDE, 0x00, 0x00, 0x61}), "\uFFFDa");
  EXPECT_EQ(ucs2_to_utf8(Octets{0xD8, 0x3D, 0x00, 0x61}), "\uFFFDa");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0x00, 0x00}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0x00}), "a");
  EXPECT_EQ(ucs2_to_utf8(Octets{0x00, 0x61, 0x04}), "a\uFFFD");
  EXPECT_EQ(ucs2_to_utf8({}), "");
}

TEST(Decode, HearsLittleEndianUcs2WithoutAMark) {
  const Octets stop{'S', 0, 'T', 0, 'O', 0, 'P', 0};
  EXPECT_EQ(read(stop, 8), "STOP");
  EXPECT_EQ(ucs2_to_utf8(Octets{'N', 0, 'o', 0, 0, 0}), "No");                  // a NUL at the end
  EXPECT_EQ(ucs2_to_utf8(Octets{0x4E, 0x00}), "一");                            // one alone may be meant
  EXPECT_EQ(ucs2_to_utf8(Octets{0x4E, 0x00, 0x4E, 0x8C}), "一二");              // an octet that is not 0
  EXPECT_EQ(ucs2_to_utf8(Octets{0x4E, 0x00, 0x00, 0x61}), "一a");               // a 0 in the other place
  EXPECT_EQ(ucs2_to_utf8(Octets{0xFE, 0xFF, 0x4E, 0x00, 0x4E, 0x00}), "一一");  // a mark says otherwise
}

TEST(Decode, DropsANulThatEndsAText) {
  EXPECT_EQ(read({0x61, 0x00}, 3), "a");
  EXPECT_EQ(read({0x61, 0x00}, 1), "a");
  EXPECT_EQ(read({0x61, 0x00}, 0), "a@");  // in septets it is a character
}

TEST(DecodeProperty, GivesValidUtf8WhateverComes) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    Octets octets(random() % 40);
    for (auto& octet : octets) octet = random() % 3 == 0 ? random() % 8 : random();
    const auto alphabet = static_cast<DefaultAlphabet>(random() % 6);
    const Decoded decoded = decode(octets, static_cast<std::uint8_t>(random()), random() % 2 == 0, alphabet);
    ASSERT_TRUE(to_code_points(decoded.text)) << round;
  }
}

}  // namespace
}  // namespace dunlin::text

// Which tables a text is written with, and what they leave room for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/decode.hpp>
#include <dunlin/text/encode.hpp>
#include <dunlin/text/gsm.hpp>
#include <dunlin/text/segment.hpp>

namespace dunlin::text {
namespace {

using testing::ElementsAre;
constexpr Language kAll[] = {Language::turkish,  Language::spanish, Language::portuguese, Language::bengali,
                             Language::gujarati, Language::hindi,   Language::kannada,    Language::malayalam,
                             Language::oriya,    Language::punjabi, Language::tamil,      Language::telugu,
                             Language::urdu};

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

Encoded encoded(std::string_view text, EncodeOptions options) {
  auto made = encode(text, options);
  EXPECT_TRUE(made) << made.error().detail;
  return made.value_or(Encoded{});
}

Encoded national(std::string_view text, std::span<const Language> taken = kAll) {
  EncodeOptions options;
  options.shift_tables = taken;
  return encoded(text, options);
}

// The table of budgets: a shift element is three octets, the length octet comes once.
TEST(NationalEncode, LeavesTheRoomTheStandardLeaves) {
  struct Row {
    LongMessages how;
    ShiftTables tables;
    std::size_t alone, joined;
  };
  for (const auto& [how, tables, alone, joined] : {
           Row{LongMessages::udh, {}, 160, 153},
           Row{LongMessages::udh16, {}, 160, 152},
           Row{LongMessages::sar, {}, 160, 152},
           Row{LongMessages::udh, {Language::none, Language::turkish}, 155, 149},
           Row{LongMessages::udh16, {Language::none, Language::turkish}, 155, 148},
           Row{LongMessages::udh, {Language::turkish, Language::none}, 155, 149},
           Row{LongMessages::udh, {Language::hindi, Language::hindi}, 152, 146},
           Row{LongMessages::udh16, {Language::hindi, Language::hindi}, 152, 145},
       }) {
    const std::size_t shifts = shift_octets(tables);
    EXPECT_EQ(units_per_segment(Unit::septet, shifts > 0 ? shifts + 1 : 0), alone);
    EXPECT_EQ(units_per_segment(Unit::septet, concatenation_octets(how) + shifts), joined);
  }
}

TEST(NationalEncode, FillsASegmentToTheLastSeptet) {
  // ş is one septet in the locking table; 155 of them are one message, 156 are two of 149.
  const Language turkish[] = {Language::turkish};
  const Encoded full = national(repeated("ş", 155), turkish);
  EXPECT_EQ(full.tables, (ShiftTables{Language::turkish, Language::none}));
  ASSERT_EQ(full.segments.size(), 1u);
  EXPECT_TRUE(full.segments[0].udhi);
  EXPECT_EQ(full.segments[0].short_message.size(), 4u + 155u);
  EXPECT_EQ(full.data_coding, 0);
  const Encoded longer = national(repeated("ş", 156), turkish);
  ASSERT_EQ(longer.segments.size(), 2u);
  EXPECT_EQ(longer.segments[0].short_message.size(), 9u + 149u);
  for (const SegmentOctets& segment : longer.segments) {
    const auto header = parse_header(segment.short_message);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->tables, longer.tables);
    EXPECT_TRUE(header->concatenation);
  }
}

TEST(NationalEncode, TakesTheCheapestTables) {
  // One rare letter: single shift, 2 septets each and 4 octets of header; the locking table costs the same header.
  const std::string reminder =
      "Sayın müşterimiz, 120,50 TL tutarındaki faturanızın ödemesi gecikmiştir. Lütfen en kısa sürede ödeyiniz. ";
  const Encoded short_text = national(reminder);
  EXPECT_EQ(short_text.encoding, Encoding::gsm7);
  EXPECT_EQ(short_text.tables.single == Language::turkish || short_text.tables.locking == Language::turkish, true);
  EXPECT_EQ(short_text.segments.size(), 1u);
  EncodeOptions without;
  EXPECT_EQ(encoded(reminder, without).segments.size(), 2u);  // UCS-2

  const std::string spanish =
      "Estimado cliente: su factura está vencida. Págüela aquí, por favor, o llámenos mañana al 900 123 456. Gracias.";
  EXPECT_EQ(national(spanish).tables, (ShiftTables{Language::none, Language::spanish}));
  const std::string portuguese =
      "Prezado cliente, não identificámos o pagamento da sua fatura. Regularize a situação até amanhã. Atenção: são "
      "120 €.";
  EXPECT_EQ(national(portuguese).tables.locking, Language::portuguese);
  EXPECT_EQ(national("प्रिय ग्राहक, आपका बिल बकाया है। कृपया आज ही भुगतान करें। धन्यवाद। A1" + repeated("क", 20)).tables,
            (ShiftTables{Language::hindi, Language::hindi}));
}

TEST(NationalEncode, PrefersWhatNeedsNoTables) {
  const Encoded plain = national("Grüße, 5 €");
  EXPECT_EQ(plain.tables, ShiftTables{});
  EXPECT_FALSE(plain.segments[0].udhi);
  // Two characters: UCS-2 takes four octets, a table's header alone takes as many.
  EXPECT_EQ(national("ğı").encoding, Encoding::ucs2);
  // A table that the SMSC does not take is not used.
  const Language spanish[] = {Language::spanish};
  EXPECT_EQ(national(repeated("ş", 20), spanish).encoding, Encoding::ucs2);
  EncodeOptions other;
  other.shift_tables = kAll;
  other.default_alphabet = DefaultAlphabet::latin1;
  EXPECT_EQ(encoded(repeated("ş", 20), other).encoding, Encoding::ucs2);
}

TEST(NationalEncode, WritesTheOctets) {
  EncodeOptions options;
  options.encoding = "gsm7-national";
  const Language turkish[] = {Language::turkish};
  options.shift_tables = turkish;
  EXPECT_THAT(encoded("ağğ", options).segments[0].short_message, ElementsAre(3, 0x25, 1, 1, 0x61, 0x0C, 0x0C));
  const Language spanish[] = {Language::spanish};
  options.shift_tables = spanish;
  EXPECT_THAT(encoded("así", options).segments[0].short_message, ElementsAre(3, 0x24, 1, 2, 0x61, 0x73, 0x1B, 0x69));
  options.default_alphabet = DefaultAlphabet::gsm7_packed;
  const Octets packed = encoded("así", options).segments[0].short_message;
  EXPECT_THAT(Octets(packed.begin(), packed.begin() + 4), ElementsAre(3, 0x24, 1, 2));
  EXPECT_EQ(unpack(OctetView(packed).subspan(4), fill_bits_after(4)), (Octets{0x61, 0x73, 0x1B, 0x69}));
  const auto refused = encode("aж", options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "text at character 2");
}

TEST(NationalEncode, NamesWhatStopsTheWayThatComesFurthest) {
  EncodeOptions options;
  options.encoding = "gsm7-national";
  const Language turkish[] = {Language::turkish};
  options.shift_tables = turkish;
  const auto where = [&options](std::string_view text) {
    const auto refused = encode(text, options);
    return refused ? std::string("taken") : refused.error().where + ": " + refused.error().detail;
  };
  EXPECT_EQ(where("ağğ"), "taken");
  EXPECT_EQ(where("ağğ ж"), "text at character 5: U+0436 is not in the GSM 7-bit alphabet with national tables");
  EXPECT_EQ(where("ж ğ"), "text at character 1: U+0436 is not in the GSM 7-bit alphabet");
  options.transliterate = "none";
  EXPECT_EQ(where("ağğ ж"), "text at character 5: U+0436 is not in the GSM 7-bit alphabet with national tables");
  // In an address nothing is replaced: what the tables have there stops the simple way alone.
  options.transliterate = "lossy";
  EXPECT_EQ(where("ağğ ж"), "taken");
  EXPECT_EQ(where("ğ@a ж 中"), "text at character 7: U+4E2D is not in the GSM 7-bit alphabet with national tables");
}

TEST(NationalEncode, WritesAnUncutTextWithOneHeader) {
  EncodeOptions options;
  options.shift_tables = kAll;
  options.long_messages = LongMessages::payload;
  const Encoded one = encoded(repeated("ş", 400), options);
  ASSERT_EQ(one.segments.size(), 1u);
  EXPECT_EQ(one.messages, 3u);
  EXPECT_EQ(one.segments[0].short_message.size(), 4u + 400u);
  EXPECT_TRUE(one.segments[0].udhi);
}

TEST(Encode, ChoosesLatin1OnlyWhereItMay) {
  EncodeOptions options;
  const std::string text = repeated("ã", 100);
  EXPECT_EQ(encoded(text, options).encoding, Encoding::ucs2);
  options.latin1 = true;
  const Encoded latin1 = encoded(text, options);
  EXPECT_EQ(latin1.encoding, Encoding::latin1);
  EXPECT_EQ(latin1.data_coding, 3);
  EXPECT_EQ(encoded("Grüße", options).encoding, Encoding::gsm7);
  EXPECT_EQ(encoded("Grüße 中", options).encoding, Encoding::ucs2);
}

TEST(Encode, WritesEachDefaultAlphabet) {
  EncodeOptions options;
  options.default_alphabet = DefaultAlphabet::latin9;
  EXPECT_THAT(encoded("é€š", options).segments[0].short_message, ElementsAre(0xE9, 0xA4, 0xA8));
  EXPECT_EQ(encoded("¤", options).encoding, Encoding::ucs2);  // its place is the euro's
  options.default_alphabet = DefaultAlphabet::utf8;
  EXPECT_THAT(encoded("é€", options).segments[0].short_message, ElementsAre(0xC3, 0xA9, 0xE2, 0x82, 0xAC));
  EXPECT_EQ(encoded("ã", options).encoding, Encoding::ucs2);
  EXPECT_EQ(encoded(repeated("é", 80), options).messages, 1u);
  EXPECT_EQ(encoded(repeated("é", 81), options).messages, 2u);  // sm_length has its bound too
  options = {};
  options.encoding = "ascii";
  EXPECT_EQ(encoded("a[", options).data_coding, 1);
  options.default_alphabet = DefaultAlphabet::ascii;
  EXPECT_EQ(encoded("a[", options).data_coding, 0);
  EXPECT_EQ(encode("é", options).error().code, "not_encodable");
}

}  // namespace
}  // namespace dunlin::text

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dunlin/text/encode.hpp>

namespace dunlin::text {
namespace {

using testing::ElementsAre;

std::string joined(const Encoded& encoded) {
  std::string text;
  for (const std::string& part : encoded.parts) text += part;
  return text;
}

// Lossy, to GSM 7-bit or nothing.
Result<Encoded> to_gsm(std::string_view text, std::vector<std::string_view> keep = {},
                       std::string_view encoding = "gsm7") {
  EncodeOptions options;
  options.encoding = encoding;
  options.transliterate = "lossy";
  options.keep = keep;
  return encode(text, options);
}

TEST(Transliterate, WritesWithTheLettersThatAreThere) {
  struct Case {
    std::string_view text, sent;
  };
  for (const auto& [text, sent] : {
           Case{"Zażółć gęślą jaźń, 120,50 zł", "Zazolc gesla jazn, 120,50 zl"},
           Case{"Příliš žluťoučký kůň", "Prilis zlutoucky kun"},
           Case{"Sayın müşteri, ĞİŞ", "Sayin müsteri, GIS"},
           Case{"está aquí: ¿cómo? à è ñ ü", "esta aqui: ¿como? à è ñ ü"},
           Case{"não é situação", "nao é situacao"},
           Case{"Œuvre Þór ẞ đồng", "OEuvre THor SS dong"},
           Case{"Πληρώστε το χρέος σας έως αύριο", "ΠΛHPΩΣTE TO XPEOΣ ΣAΣ EΩΣ AYPIO"},
           Case{"Счёт за июль: оплатите, пожалуйста", "Schet za iiul: oplatite, pozhaluista"},
           Case{"Щука ЩУКА Ж", "Shchuka SHCHUKA Zh"},
           Case{"Рахунок їжак Є", "Rakhunok izhak Ie"},
           Case{"Плаћање љубав", "Placanje ljubav"},
           Case{"Վճարել", "Vcarel"},
           Case{"№ 17, 120 ₽, 5 ₹", "No 17, 120 RUB, 5 INR"},
           Case{"१२३ ٤٥٦", "123 456"},
           Case{"ok 👍🏽 ❤\uFE0F", "ok  "},
           Case{"z\u0307a", "za"},
       }) {
    const auto encoded = to_gsm(text);
    ASSERT_TRUE(encoded) << text << ": " << encoded.error().detail;
    EXPECT_EQ(joined(*encoded), sent);
    EXPECT_EQ(encoded->encoding, Encoding::gsm7);
  }
}

TEST(Transliterate, TellsWhatItReplaced) {
  const auto encoded = to_gsm("Żółw \u201Ai\u2019 żółw");
  ASSERT_TRUE(encoded);
  using R = Replacement;
  EXPECT_THAT(encoded->replaced, ElementsAre(R{0x201A, "'", 6, 1}, R{0x2019, "'", 8, 1}, R{U'Ż', "Z", 1, 1},
                                             R{U'ó', "o", 2, 2}, R{U'ł', "l", 3, 2}, R{U'ż', "z", 10, 1}));
}

TEST(Transliterate, ReplacesOnlyWhatSavesAMessage) {
  // Seventy characters of UCS-2 are one message: nothing to gain.
  EXPECT_EQ(joined(*to_gsm("Zażółć", {}, "auto")), "Zażółć");
  std::string text;
  for (int i = 0; i < 15; ++i) text += "zażółć";
  EXPECT_EQ(to_gsm(text, {}, "auto")->messages, 1u);
  EXPECT_EQ(to_gsm(text, {}, "auto")->encoding, Encoding::gsm7);
  EXPECT_THAT(to_gsm(text, {}, "ucs2")->replaced, testing::IsEmpty());
  // Tables that carry it as it is come first.
  EncodeOptions options;
  options.transliterate = "lossy";
  const Language turkish[] = {Language::turkish};
  options.shift_tables = turkish;
  std::string several;
  for (int i = 0; i < 15; ++i) several += "ödeyiniz şimdi";
  const auto whole = encode(several.substr(0, 160), options);
  ASSERT_TRUE(whole);
  EXPECT_THAT(whole->replaced, testing::IsEmpty());
}

TEST(Transliterate, LeavesAddressesAndNumbersAlone) {
  for (const std::string_view kept :
       {"https://płać.example/ż", "www.płać.pl", "płać.pl", "płać.pl/x", "żółw@example.pl", "почта.рф", "ФВ-2026/17",
        "№Ж-5", "Ż1", "2026/17Ж", "17Ż", "ąbc.żółw"}) {
    EXPECT_FALSE(to_gsm(kept)) << kept;
    EXPECT_FALSE(to_gsm("Zapłać: " + std::string(kept) + ", dziękujemy")) << kept;
    for (const std::string_view end : {".", "...", ".)", ".\""}) {
      EXPECT_FALSE(to_gsm("Zapłać: " + std::string(kept) + std::string(end))) << kept << end;
    }
  }
  for (const auto& [text, sent] :
       {std::pair{"120,50zł", "120,50zl"}, std::pair{"ул.Ленина,д.5", "ul.Lenina,d.5"}, std::pair{"5-го", "5-go"},
        std::pair{"wpłać.Dziękuję", "wplac.Dziekuje"}, std::pair{"wpłać.Dziękuję.", "wplac.Dziekuje."},
        std::pair{"wpłać...", "wplac..."}, std::pair{"5 tys.zł.", "5 tys.zl."}, std::pair{"1.234,56zł", "1.234,56zl"},
        std::pair{"5 tys.zł", "5 tys.zl"}, std::pair{"➖50 zł ➕1 4➗2 ł", "-50 zl +1 4/2 l"},
        std::pair{"т.е. да", "t.e. da"}}) {
    const auto encoded = to_gsm(text);
    ASSERT_TRUE(encoded) << text;
    EXPECT_EQ(joined(*encoded), sent);
  }
  EXPECT_TRUE(to_gsm("konto Łódź"));
  const auto named = to_gsm("konto Łódź, Łódź", {"", "Łódź"});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().where, "text at character 7");
}

TEST(Transliterate, DoesNotGuess) {
  for (const std::string_view text : {"दावा", "العربية", "שלום", "สวัสดี", "中文", "かな", "한국", "½", "m²"}) {
    const auto refused = to_gsm(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, "not_encodable");
  }
}

TEST(Transliterate, NamesWhatCannotBeReplaced) {
  const auto refused = to_gsm("\u2026zł\u00A0中");  // before folding, and past what could be
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "text at character 5");
  EXPECT_THAT(refused.error().detail, testing::StartsWith("U+4E2D "));
}

TEST(Transliterate, ServesEachAlphabet) {
  EncodeOptions options;
  options.transliterate = "lossy";
  options.encoding = "latin1";
  EXPECT_EQ(joined(*encode("Grüße żółw Πλ 5 €", options)), "Grüße zólw Pl 5 EUR");
  options.encoding = "ascii";
  EXPECT_EQ(joined(*encode("Grüße żółw Πλ 5 €", options)), "Grusse zolw Pl 5 EUR");
}

}  // namespace
}  // namespace dunlin::text

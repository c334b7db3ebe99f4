#include "dunning/money.hpp"

#include <gtest/gtest.h>

namespace dunlin::dunning {
namespace {

TEST(Money, IsExact) {
  for (const char* written : {"0", "120.50", "0.0001", "99999999999999.9999", "1.5"}) {
    const Result<Amount> amount = parse_amount(written);
    ASSERT_TRUE(amount) << written;
    EXPECT_EQ(to_string(*amount), written);
  }
  EXPECT_EQ(parse_amount("120.50").value(), (Amount{1'205'000, 2}));
  EXPECT_EQ(to_string(parse_amount("007").value()), "7");
}

TEST(Money, RefusesWhatIsNoAmount) {
  for (const char* written :
       {"", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", "1.23456", "123456789012345", "1 000", "0x1", "١"}) {
    const Result<Amount> amount = parse_amount(written);
    ASSERT_FALSE(amount) << written;
    EXPECT_EQ(amount.error().code, "bad_amount");
  }
}

TEST(Money, SubtractsToTheLastDigit) {
  const auto left = [](const char* from, const char* taken) {
    return to_string(parse_amount(from).value() - parse_amount(taken).value());
  };
  EXPECT_EQ(left("120.50", "20"), "100.50");
  EXPECT_EQ(left("120", "0.25"), "119.75");
  EXPECT_EQ(left("0.30", "0.10"), "0.20");
  EXPECT_EQ(left("10.00", "10"), "0.00");
  EXPECT_EQ(left("5", "7.5"), "-2.5");
}

TEST(Money, KnowsTheDigitsOfACurrency) {
  const auto exact = [](const char* code) { return currency_digits(code).value().exact; };
  EXPECT_EQ(exact("EUR"), 2u);
  EXPECT_EQ(exact("JPY"), 0u);
  EXPECT_EQ(exact("KWD"), 3u);
  EXPECT_EQ(exact("CLF"), 4u);
  EXPECT_EQ(exact("RSD"), 2u) << "what ISO 4217 says";
  EXPECT_EQ(currency_digits("RSD").value().usual, 0u) << "what people write";
  for (const char* none : {"", "EURO", "eur", "ZZZ", "XXX", "XTS", "DEM", "PLZ", "E\xC3\x9C"}) EXPECT_FALSE(currency_digits(none)) << none;
}

TEST(Money, FitsItsCurrency) {
  EXPECT_TRUE(check_amount("120.5", "EUR"));
  EXPECT_TRUE(check_amount("1200", "JPY"));
  EXPECT_TRUE(check_amount("1.234", "KWD"));
  for (const auto& [amount, currency] :
       {std::pair{"120.505", "EUR"}, std::pair{"1200.5", "JPY"}, std::pair{"1.2345", "KWD"}}) {
    const Result<void> good = check_amount(amount, currency);
    ASSERT_FALSE(good) << amount << currency;
    EXPECT_EQ(good.error().code, "bad_amount");
  }
}

}  // namespace
}  // namespace dunlin::dunning

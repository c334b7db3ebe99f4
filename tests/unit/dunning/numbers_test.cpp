#include "dunning/numbers.hpp"

#include <gmock/gmock.h>

#include "dunning/national.hpp"

namespace dunlin::dunning {
namespace {

struct Written {
  const char* title;
  const char* written;
  const char* default_country;
  const char* e164;  // or the code of the error
  const char* country;
};
void PrintTo(const Written& one, std::ostream* out) { *out << one.title; }

class EachNumber : public testing::TestWithParam<Written> {};

// As that of a new job.
Result<Number> read_new(const char* written, const char* default_country) {
  Result<Number> number = read_number(written, default_country);
  const Result<void> good = number ? check_national(written, default_country) : Result<void>{};
  if (!good) return tl::unexpected(good.error());
  return number;
}

TEST_P(EachNumber, IsReadOrRefused) {
  const Written& one = GetParam();
  const auto number = read_new(one.written, one.default_country);
  if (one.e164[0] == '+') {
    ASSERT_TRUE(number.has_value()) << number.error().detail;
    EXPECT_EQ(number->e164, one.e164);
    EXPECT_EQ(number->country, one.country);
  } else {
    ASSERT_FALSE(number.has_value()) << number->e164;
    EXPECT_EQ(number.error().code, one.e164);
    EXPECT_THAT(number.error().detail, testing::Not(testing::ContainsRegex("[0-9]{4}")));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, EachNumber,
    testing::Values(Written{"international", "+48601234567", "", "+48601234567", "PL"},
                    Written{"international_ignores_the_default", "+48601234567", "DE", "+48601234567", "PL"},
                    Written{"blanks_and_marks", "+48 (601) 234-567", "", "+48601234567", "PL"},
                    Written{"no_break_spaces", "+48\u00a0601\u00a0234\u00a0567", "", "+48601234567", "PL"},
                    Written{"national", "601 234 567", "PL", "+48601234567", "PL"},
                    Written{"national_with_its_zero", "0151 23456789", "DE", "+4915123456789", "DE"},
                    Written{"national_with_an_international_prefix", "0048601234567", "DE", "+48601234567", "PL"},
                    Written{"a_zero_that_does_not_belong", "+49 (0) 151 23456789", "", "+4915123456789", "DE"},
                    Written{"a_zero_that_does_not_belong_in_italy", "347 1234567", "IT", "+393471234567", "IT"},
                    Written{"national_without_a_default", "601234567", "", "bad_number", ""},
                    Written{"a_zero_that_got_lost", "151 23456789", "DE", "ambiguous_number", ""},
                    Written{"a_plus_that_got_lost_on_the_way_to_germany", "15123456789", "DE", "ambiguous_number", ""},
                    Written{"a_plus_that_got_lost_in_poland", "48601234567", "PL", "ambiguous_number", ""},
                    Written{"of_poland_or_of_saint_pierre", "508551234", "PL", "ambiguous_number", ""},
                    Written{"of_arkansas_or_of_norway", "4795550123", "US", "ambiguous_number", ""},
                    Written{"of_arkansas_with_its_one", "1 479 555 0123", "US", "+14795550123", "US"},
                    Written{"national_without_the_one_that_nobody_dials", "(212) 555-0123", "US", "+12125550123", "US"},
                    Written{"national_with_its_eight", "8 916 123-45-67", "RU", "+79161234567", "RU"},
                    Written{"an_eight_that_got_lost", "916 123-45-67", "RU", "ambiguous_number", ""},
                    Written{"of_argentina_as_written_there", "011 15-2345-6789", "AR", "+5491123456789", "AR"},
                    Written{"of_hungary_as_written_there", "06 20 123 4567", "HU", "+36201234567", "HU"},
                    Written{"of_brazil_without_a_zero", "(11) 96123-4567", "BR", "+5511961234567", "BR"},
                    Written{"of_brazil_with_a_carrier", "0 15 11 96123-4567", "BR", "+5511961234567", "BR"},
                    Written{"of_spain", "612 34 56 78", "ES", "+34612345678", "ES"},
                    Written{"of_china_or_of_chicago", "131 2345 6789", "CN", "ambiguous_number", ""},
                    Written{"of_denmark", "20 12 34 56", "DK", "+4520123456", "DK"},
                    Written{"plus_one_of_the_united_states", "+12125550123", "", "+12125550123", "US"},
                    Written{"plus_one_of_canada", "+14165550123", "", "+14165550123", "CA"},
                    Written{"plus_one_of_jamaica", "+18765550123", "", "+18765550123", "JM"},
                    Written{"plus_seven_of_russia", "+79161234567", "", "+79161234567", "RU"},
                    Written{"plus_seven_of_kazakhstan", "+77011234567", "", "+77011234567", "KZ"},
                    Written{"forty_four_of_britain", "+447400123456", "", "+447400123456", "GB"},
                    Written{"forty_four_of_jersey", "+447797712345", "", "+447797712345", "JE"},
                    Written{"for_films_in_britain", "+447700900123", "", "+447700900123", "GB"},
        Written{"for_films_in_france", "06 39 98 01 23", "FR", "+33639980123", "FR"},
        Written{"beside_those_for_films", "+447700901123", "", "bad_number", ""},
        Written{"landline", "+442079460000", "", "not_mobile", ""},
                    Written{"landline_of_warsaw", "22 530 12 34", "PL", "not_mobile", ""},
                    Written{"toll_free", "+18005551234", "", "not_mobile", ""},
                    Written{"satellite", "+881612345678", "", "+881612345678", ""},
                    Written{"too_short", "+4860123", "", "bad_number", ""},
                    Written{"too_long", "+4860123456789012", "", "bad_number", ""},
                    Written{"not_assigned", "+48001234567", "", "bad_number", ""},
                    Written{"no_country_has_it", "+999123456789", "", "bad_number", ""},
                    Written{"vanity", "+1-800-FLOWERS", "", "bad_number", ""},
                    Written{"extension", "+12125550123x45", "", "bad_number", ""},
                    Written{"spreadsheet", "4.8601E+10", "PL", "bad_number", ""},
                    Written{"two_numbers", "+48601234567/+48601234568", "", "bad_number", ""},
                    Written{"plus_inside", "48+601234567", "PL", "bad_number", ""},
                    Written{"full_width_digits", "+48\uff16\uff10\uff11234567", "", "bad_number", ""},
                    Written{"empty", "", "PL", "bad_number", ""}, Written{"only_a_plus", "+", "", "bad_number", ""},
                    Written{"longer_than_any", "+4860123456700000000000000000000000000000", "", "bad_number", ""}),
    [](const auto& one) { return one.param.title; });

const std::vector<KnownPrefix> kKnown{{"+1472", "US", "America/New_York", true, "NANPA"},
                                      {"+4822", "PL", "", true, "the operator says so"},
                                      {"+48", "PL", "Europe/Warsaw", false, "test"}};

TEST(KnownPrefixes, LetThroughWhatTheLibraryDoesNotKnow) {
  EXPECT_FALSE(read_number("+14725550123", "").has_value());
  const auto number = read_number("+1 472 555 0123", "", kKnown);
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(*number, (Number{"+14725550123", "US"}));
  EXPECT_EQ(read_number("22 530 12 34", "PL", kKnown)->e164, "+48225301234");
}

TEST(KnownPrefixes, StillWantTheRightNumberOfDigits) {
  EXPECT_EQ(read_number("+147255501", "", kKnown).error().code, "bad_number");
  EXPECT_EQ(read_number("+14725550123456", "", kKnown).error().code, "bad_number");
}

TEST(KnownPrefixes, OfTheLongestOneCount) {
  EXPECT_EQ(longest_prefix(kKnown, "+48225301234")->prefix, "+4822");
  EXPECT_EQ(longest_prefix(kKnown, "+48601234567")->prefix, "+48");
  EXPECT_EQ(longest_prefix(kKnown, "+49151"), nullptr);
  EXPECT_EQ(longest_prefix({}, "+49151"), nullptr);
}

// An SMSC that says "national" means it: a STOP of such a number finds whose it is.
TEST(Numbers, AreReadWithoutTheirZeroAllTheSame) {
  EXPECT_EQ(read_number("15123456789", "DE")->e164, "+4915123456789");
  EXPECT_EQ(read_number("508551234", "PL")->e164, "+48508551234");
}

TEST(Countries, AreTwoCapitalsThatHaveNumbers) {
  EXPECT_TRUE(is_country("PL"));
  EXPECT_TRUE(is_country("GB"));
  for (const char* none : {"pl", "UK", "XX", "P", "", "POL", "001"}) EXPECT_FALSE(is_country(none)) << none;
}

}  // namespace
}  // namespace dunlin::dunning

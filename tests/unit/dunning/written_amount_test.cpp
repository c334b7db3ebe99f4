// Amounts as spreadsheets have them.
#include "dunning/written_amount.hpp"

#include <gtest/gtest.h>

namespace dunlin::dunning {
namespace {

struct Case {
  const char *written, *locale, *currency, *amount;  // "!code": refused
};
const Case kCases[] = {
    {"120.50", "en", "EUR", "120.50"},
    {"120.50", "pl", "PLN", "120.50"},
    {"120,50", "pl", "PLN", "120.50"},
    {"1 234,50", "pl", "PLN", "1234.50"},
    {"1\xC2\xA0"
     "234,50",
     "pl", "PLN", "1234.50"},
    {"1\xE2\x80\xAF"
     "234,50",
     "fr", "EUR", "1234.50"},
    {" 1.234,50 ", "de", "EUR", "1234.50"},
    {"1'234.50", "de-CH", "CHF", "1234.50"},
    {"1,234.50", "en", "USD", "1234.50"},
    {"1.234.567,5", "it", "EUR", "1234567.5"},
    {"1.234", "de", "EUR", "1234"},  // no euro has three digits behind the point
    {"1,234", "en", "EUR", "1234"},
    {"1.234", "de", "KWD", "!ambiguous_amount"},
    {"1.234", "en", "KWD", "1.234"},
    {"1,234", "de", "KWD", "1.234"},
    {"1234", "de", "JPY", "1234"},
    {"12.50", "de", "JPY", "!bad_amount"},
    {"1,5", "de", "JPY", "!bad_amount"},
    {"1,23", "en", "EUR", "!bad_amount"},
    {"12.34.567,00", "de", "EUR", "!bad_amount"},
    {"1234.567,00", "de", "EUR", "!bad_amount"},
    {"120,5", "de", "", "120.5"},
    {"1.2E+05", "en", "EUR", "!spreadsheet_number"},
    {"1,2E+05", "de", "EUR", "!spreadsheet_number"},
    {"-5", "en", "EUR", "!bad_amount"},
    {"12 EUR", "en", "EUR", "!bad_amount"},
    {"", "en", "EUR", "!bad_amount"},
    {",50", "de", "EUR", "!bad_amount"},
    {"5,", "de", "EUR", "!bad_amount"},
    {"120.50", "", "EUR", "120.50"},
    {"120.50", "no-such-language", "EUR", "120.50"},
};

TEST(WrittenAmount, IsReadAsItsWriterMeantItOrNotAtAll) {
  for (const Case& each : kCases) {
    const Result<std::string> amount = read_written_amount(each.written, each.locale, each.currency);
    EXPECT_EQ(amount ? *amount : "!" + amount.error().code, each.amount)
        << '\'' << each.written << "' " << each.locale << ' ' << each.currency;
  }
}

TEST(WrittenAmount, KnowsWhatASpreadsheetDidToNumbers) {
  for (const char* damaged : {"4.86E+10", "4,86E+10", "4.86012E+10", "5E-03", "48e+9"})
    EXPECT_TRUE(is_spreadsheet_number(damaged)) << damaged;
  for (const char* other : {"", "E+10", "+48601000001", "4.86E10", "1E", "2E+", "x4E+10", "4E+1x"})
    EXPECT_FALSE(is_spreadsheet_number(other)) << other;
}

}  // namespace
}  // namespace dunlin::dunning

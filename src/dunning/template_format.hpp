// Values as their readers write them: exact decimals, amounts with their currency, dates with their weekday. One object
// a locale; its formatters are made when first needed and kept, so it is used from one thread at a time.
#pragma once

#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/unistr.h>

#include <array>
#include <chrono>
#include <dunlin/base/result.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "dunning/money.hpp"
#include "dunning/template_source.hpp"

namespace dunlin::dunning {

// Of what parse_amount() takes.
[[nodiscard]] bool is_zero(std::string_view decimal);

class Formatters {
 public:
  explicit Formatters(const icu::Locale& locale);

  // What parse_amount() takes. Errors have code "bad_parameter" and no place: whose value it is, the caller knows.
  [[nodiscard]] Result<icu::UnicodeString> number(std::string_view decimal);
  // A currency's own digits: a price in yen has none, one in dinars three. More are refused, never rounded.
  [[nodiscard]] Result<icu::UnicodeString> amount(std::string_view decimal, std::string_view currency);
  // Of the years 2000 to 2199.
  [[nodiscard]] Result<icu::UnicodeString> date(std::string_view iso, DateStyle style);

 private:
  struct Money {
    CurrencyDigits digits;
    icu::number::LocalizedNumberFormatter usual, exact;
  };
  struct Day {
    int number = -1;
    icu::UnicodeString text;
  };
  static constexpr std::size_t kDaysMax = 64;         // remembered a style; a later day takes the place of an earlier
  static constexpr std::size_t kCurrenciesMax = 256;  // beyond: all are forgotten

  Result<Money*> money(std::string_view currency);
  icu::SimpleDateFormat& calendar(DateStyle style);

  icu::Locale locale_;
  icu::number::LocalizedNumberFormatter plain_;
  std::map<std::string, Money, std::less<>> monies_;
  std::array<std::unique_ptr<icu::SimpleDateFormat>, kDateStyles.size()> calendars_;
  std::array<std::array<Day, kDaysMax>, kDateStyles.size()> days_;
};

}  // namespace dunlin::dunning

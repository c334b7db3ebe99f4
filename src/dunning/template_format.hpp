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

#include "dunning/template_source.hpp"

namespace dunlin::dunning {

// Digits, a point, digits: no sign, no exponent. At most 15 before the point and 4 after it.
[[nodiscard]] bool is_decimal(std::string_view value);
[[nodiscard]] bool is_zero(std::string_view decimal);

// Digits after the point that ISO 4217 gives a currency; nullopt: it is none that is in use.
[[nodiscard]] std::optional<int> currency_digits(std::string_view currency);

class Formatters {
 public:
  explicit Formatters(const icu::Locale& locale);

  // Errors have code "bad_parameter" and no place: whose value it is, the caller knows.
  [[nodiscard]] Result<icu::UnicodeString> number(std::string_view decimal);
  // A currency's own digits: a price in yen has none, one in dinars three. More are refused, never rounded.
  [[nodiscard]] Result<icu::UnicodeString> amount(std::string_view decimal, std::string_view currency);
  // Of the years 2000 to 2199.
  [[nodiscard]] Result<icu::UnicodeString> date(std::string_view iso, DateStyle style);

 private:
  struct Money {
    int digits = 2;        // ISO 4217's
    int usual_digits = 2;  // as the locale data has it: nobody writes the paras of a dinar that are zero
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

#include "dunning/template_format.hpp"

#include <unicode/dtptngen.h>
#include <unicode/timezone.h>
#include <unicode/ucurr.h>
#include <unicode/uenum.h>

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <set>

namespace dunlin::dunning {
namespace {

using icu::number::Precision;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<icu::UnicodeString> bad(std::string detail) { return failure("bad_parameter", std::move(detail)); }

// ISO 4217 has more digits for these than people there write, which is what ICU knows.
struct MoreDigits {
  std::string_view currency;
  int digits;
};
constexpr std::array kMoreDigits = {
    MoreDigits{"AFN", 2}, MoreDigits{"ALL", 2}, MoreDigits{"IQD", 3}, MoreDigits{"IRR", 2}, MoreDigits{"KPW", 2},
    MoreDigits{"LAK", 2}, MoreDigits{"LBP", 2}, MoreDigits{"MGA", 2}, MoreDigits{"MMK", 2}, MoreDigits{"RSD", 2},
    MoreDigits{"SLL", 2}, MoreDigits{"SOS", 2}, MoreDigits{"SYP", 2}, MoreDigits{"YER", 2},
};

icu::UnicodeString wide(std::string_view ascii) {
  return icu::UnicodeString(ascii.data(), static_cast<std::int32_t>(ascii.size()), US_INV);
}

// Those people pay with today. (ucurr_isAvailable() judges a currency by one of its countries, which may have given it
// up.)
std::set<std::string, std::less<>> currencies_in_use() {
  UErrorCode status = U_ZERO_ERROR;
  UEnumeration* listed = ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, &status);
  std::set<std::string, std::less<>> found;
  while (const char* currency = uenum_next(listed, nullptr, &status)) found.insert(currency);
  uenum_close(listed);
  DUNLIN_CHECK(U_SUCCESS(status));
  return found;
}

std::optional<int> usual_digits_of(std::string_view currency) {
  static const auto in_use = currencies_in_use();
  if (!in_use.contains(currency)) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString code = wide(currency);
  const int digits = ucurr_getDefaultFractionDigits(code.getTerminatedBuffer(), &status);
  return U_SUCCESS(status) ? std::optional(digits) : std::nullopt;
}

int more_digits(std::string_view currency, int usual) {
  const auto* row = std::ranges::find(kMoreDigits, currency, &MoreDigits::currency);
  return row != kMoreDigits.end() ? row->digits : usual;
}

}  // namespace

bool is_decimal(std::string_view value) {
  const std::size_t point = value.find('.');
  const std::string_view whole = value.substr(0, point);
  if (!all_digits(whole) || whole.size() > 15) return false;
  return point == std::string_view::npos || (all_digits(value.substr(point + 1)) && value.size() - point <= 5);
}

bool is_zero(std::string_view decimal) {
  return std::ranges::all_of(decimal, [](char c) { return c == '0' || c == '.'; });
}

std::optional<int> currency_digits(std::string_view currency) {
  const auto usual = usual_digits_of(currency);
  return usual ? std::optional(more_digits(currency, *usual)) : std::nullopt;
}

Formatters::Formatters(const icu::Locale& locale)
    : locale_(locale), plain_(icu::number::NumberFormatter::withLocale(locale).precision(Precision::unlimited())) {}

Result<icu::UnicodeString> Formatters::number(std::string_view decimal) {
  if (!is_decimal(decimal)) return bad("a number such as 1234.5 is expected: digits, a point, digits");
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text =
      plain_.formatDecimal({decimal.data(), static_cast<std::int32_t>(decimal.size())}, status).toString(status);
  DUNLIN_CHECK(U_SUCCESS(status));
  return text;
}

Result<Formatters::Money*> Formatters::money(std::string_view currency) {
  if (const auto found = monies_.find(currency); found != monies_.end()) return &found->second;
  const auto usual = usual_digits_of(currency);
  if (!usual) return failure("bad_parameter", "there is no such currency in ISO 4217");
  if (monies_.size() >= kCurrenciesMax) monies_.clear();
  UErrorCode status = U_ZERO_ERROR;
  const icu::CurrencyUnit unit(wide(currency).getTerminatedBuffer(), status);
  DUNLIN_CHECK(U_SUCCESS(status));
  Money made;
  made.usual_digits = *usual;
  made.digits = more_digits(currency, *usual);
  const auto any = icu::number::NumberFormatter::withLocale(locale_).unit(unit);
  made.usual = any.precision(Precision::fixedFraction(made.usual_digits));
  made.exact = any.precision(Precision::fixedFraction(made.digits));
  return &monies_.emplace(std::string(currency), std::move(made)).first->second;
}

Result<icu::UnicodeString> Formatters::amount(std::string_view decimal, std::string_view currency) {
  if (!is_decimal(decimal)) {
    return bad("a decimal number such as 120.50 is expected: digits, a point, at most four digits after it");
  }
  const Result<Money*> found = money(currency);
  if (!found) return tl::unexpected(found.error());
  const Money& one = **found;
  const std::size_t point = decimal.find('.');
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : decimal.substr(point + 1);
  if (fraction.size() > static_cast<std::size_t>(one.digits)) {
    return bad(std::string(currency) + " has " + std::to_string(one.digits) + " digits after the point, not " +
               std::to_string(fraction.size()));
  }
  const auto usual = static_cast<std::size_t>(one.usual_digits);
  const bool exact = fraction.size() > usual && !is_zero(fraction.substr(usual));
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text = (exact ? one.exact : one.usual)
                                .formatDecimal({decimal.data(), static_cast<std::int32_t>(decimal.size())}, status)
                                .toString(status);
  DUNLIN_CHECK(U_SUCCESS(status));
  return text;
}

icu::SimpleDateFormat& Formatters::calendar(DateStyle style) {
  auto& made = calendars_[static_cast<std::size_t>(style)];
  if (made) return *made;
  constexpr std::array<const char*, kDateStyles.size()> kSkeletons = {"yMMMMEEEEd", "MMMMEEEEd", "MMMEd"};
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::DateTimePatternGenerator> patterns(
      icu::DateTimePatternGenerator::createInstance(locale_, status));
  DUNLIN_CHECK(U_SUCCESS(status));
  const icu::UnicodeString pattern =
      patterns->getBestPattern(wide(kSkeletons[static_cast<std::size_t>(style)]), status);
  made = std::make_unique<icu::SimpleDateFormat>(pattern, locale_, status);
  DUNLIN_CHECK(U_SUCCESS(status));
  made->setTimeZone(*icu::TimeZone::getGMT());
  return *made;
}

Result<icu::UnicodeString> Formatters::date(std::string_view iso, DateStyle style) {
  const bool form = iso.size() == 10 && iso[4] == '-' && iso[7] == '-' && all_digits(iso.substr(0, 4)) &&
                    all_digits(iso.substr(5, 2)) && all_digits(iso.substr(8, 2));
  if (!form) return bad("a date such as 2026-12-01 is expected");
  const auto number = [&](std::size_t from, std::size_t count) {
    unsigned value = 0;
    for (const char c : iso.substr(from, count)) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                         std::chrono::month{number(5, 2)}, std::chrono::day{number(8, 2)}};
  if (!date.ok()) return bad("there is no such day");
  if (number(0, 4) < 2000 || number(0, 4) > 2199) return bad("a date of the years 2000 to 2199 is expected");
  const int day = static_cast<int>(std::chrono::sys_days{date}.time_since_epoch().count());
  Day& remembered = days_[static_cast<std::size_t>(style)][static_cast<std::size_t>(day) % kDaysMax];
  if (remembered.number != day) {
    remembered.text.remove();
    calendar(style).format(static_cast<UDate>(day) * 86400000.0, remembered.text);
    remembered.number = day;
  }
  return remembered.text;
}

}  // namespace dunlin::dunning

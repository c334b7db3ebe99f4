#include "dunning/template_format.hpp"

#include <unicode/dtptngen.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <dunlin/base/check.hpp>

namespace dunlin::dunning {
namespace {

using icu::number::Precision;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<icu::UnicodeString> bad(std::string detail) { return failure("bad_parameter", std::move(detail)); }

icu::UnicodeString wide(std::string_view ascii) {
  return icu::UnicodeString(ascii.data(), static_cast<std::int32_t>(ascii.size()), US_INV);
}

}  // namespace

bool is_zero(std::string_view decimal) {
  return std::ranges::all_of(decimal, [](char c) { return c == '0' || c == '.'; });
}

Formatters::Formatters(const icu::Locale& locale)
    : locale_(locale), plain_(icu::number::NumberFormatter::withLocale(locale).precision(Precision::unlimited())) {}

Result<icu::UnicodeString> Formatters::number(std::string_view decimal) {
  if (!parse_amount(decimal)) return bad("a number such as 1234.5 is expected: digits, a point, digits");
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text =
      plain_.formatDecimal({decimal.data(), static_cast<std::int32_t>(decimal.size())}, status).toString(status);
  DUNLIN_CHECK(U_SUCCESS(status));
  return text;
}

Result<Formatters::Money*> Formatters::money(std::string_view currency) {
  if (const auto found = monies_.find(currency); found != monies_.end()) return &found->second;
  const auto digits = currency_digits(currency);
  if (!digits) return failure("bad_parameter", "there is no such currency in ISO 4217");
  if (monies_.size() >= kCurrenciesMax) monies_.clear();
  UErrorCode status = U_ZERO_ERROR;
  const icu::CurrencyUnit unit(wide(currency).getTerminatedBuffer(), status);
  DUNLIN_CHECK(U_SUCCESS(status));
  Money made;
  made.digits = *digits;
  const auto any = icu::number::NumberFormatter::withLocale(locale_).unit(unit);
  made.usual = any.precision(Precision::fixedFraction(static_cast<std::int32_t>(made.digits.usual)));
  made.exact = any.precision(Precision::fixedFraction(static_cast<std::int32_t>(made.digits.exact)));
  return &monies_.emplace(std::string(currency), std::move(made)).first->second;
}

Result<icu::UnicodeString> Formatters::amount(std::string_view decimal, std::string_view currency) {
  if (!parse_amount(decimal)) {
    return bad("a decimal number such as 120.50 is expected: digits, a point, at most four digits after it");
  }
  const Result<Money*> found = money(currency);
  if (!found) return tl::unexpected(found.error());
  const Money& one = **found;
  const std::size_t point = decimal.find('.');
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : decimal.substr(point + 1);
  if (fraction.size() > one.digits.exact) {
    return bad(std::string(currency) + " has " + std::to_string(one.digits.exact) + " digits after the point, not " +
               std::to_string(fraction.size()));
  }
  const std::size_t usual = one.digits.usual;
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

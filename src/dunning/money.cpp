#include "dunning/money.hpp"

#include <unicode/ucurr.h>
#include <unicode/uenum.h>

#include <algorithm>
#include <array>
#include <dunlin/base/check.hpp>
#include <limits>
#include <map>

namespace dunlin::dunning {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

// ISO 4217 has more digits for these than people there write, which is what ICU knows.
struct MoreDigits {
  std::string_view currency;
  std::uint32_t digits;
};
constexpr std::array kMoreDigits = {
    MoreDigits{"AFN", 2}, MoreDigits{"ALL", 2}, MoreDigits{"IQD", 3}, MoreDigits{"IRR", 2}, MoreDigits{"KPW", 2},
    MoreDigits{"LAK", 2}, MoreDigits{"LBP", 2}, MoreDigits{"MGA", 2}, MoreDigits{"MMK", 2}, MoreDigits{"RSD", 2},
    MoreDigits{"SLL", 2}, MoreDigits{"SOS", 2}, MoreDigits{"SYP", 2}, MoreDigits{"YER", 2},
};

using Currencies = std::map<std::string, CurrencyDigits, std::less<>>;

void add(Currencies& known, std::string_view code) {
  DUNLIN_CHECK(code.size() == 3);
  const UChar wide[] = {static_cast<UChar>(code[0]), static_cast<UChar>(code[1]), static_cast<UChar>(code[2]), 0};
  UErrorCode status = U_ZERO_ERROR;
  const auto usual = static_cast<std::uint32_t>(ucurr_getDefaultFractionDigits(wide, &status));
  DUNLIN_CHECK(U_SUCCESS(status));
  const auto* more = std::ranges::find(kMoreDigits, code, &MoreDigits::currency);
  known.emplace(code, CurrencyDigits{more != kMoreDigits.end() ? more->digits : usual, usual});
}

// Those people pay with today: ucurr_isAvailable() would judge a currency by one of its countries, which may have given
// it up.
Currencies read_currencies() {
  Currencies known;
  UErrorCode status = U_ZERO_ERROR;
  UEnumeration* all = ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, &status);
  std::int32_t length = 0;
  while (const char* code = uenum_next(all, &length, &status)) add(known, {code, static_cast<std::size_t>(length)});
  uenum_close(all);
  DUNLIN_CHECK(U_SUCCESS(status));
  for (const std::string_view unit : {"CLF", "UYW"})
    add(known, unit);  // debts are counted in them, in Chile and Uruguay
  return known;
}

}  // namespace

Result<Amount> parse_amount(std::string_view written) {
  const std::size_t point = written.find('.');
  const std::string_view whole = written.substr(0, point);
  const std::string_view rest = point == std::string_view::npos ? std::string_view{} : written.substr(point + 1);
  const bool good = all_digits(whole) && whole.size() <= kWholeDigitsMax &&
                    (point == std::string_view::npos || (all_digits(rest) && rest.size() <= kDecimalsMax));
  if (!good) {
    return failure(
        "bad_amount",
        "a decimal number such as 120.50 is expected: digits, a point, at most four digits after it, no sign");
  }
  Amount amount;
  amount.decimals = static_cast<std::uint32_t>(rest.size());
  for (const char digit : whole) amount.units = amount.units * 10 + (digit - '0');
  for (std::uint32_t i = 0; i < kDecimalsMax; ++i)
    amount.units = amount.units * 10 + (i < rest.size() ? rest[i] - '0' : 0);
  return amount;
}

std::string to_string(const Amount& amount) {
  const bool negative = amount.units < 0;
  const auto units = negative ? 0 - static_cast<std::uint64_t>(amount.units) : static_cast<std::uint64_t>(amount.units);
  constexpr std::uint64_t kOne = 10'000;
  static_assert(kDecimalsMax == 4);
  std::string text = (negative ? "-" : "") + std::to_string(units / kOne);
  if (amount.decimals == 0) return text;
  const std::string rest = std::to_string(kOne + units % kOne).substr(1);
  return text + '.' + rest.substr(0, std::min(amount.decimals, kDecimalsMax));
}

Amount operator-(const Amount& from, const Amount& taken) {
  Amount left{0, std::max(from.decimals, taken.decimals)};
  if (__builtin_sub_overflow(from.units, taken.units, &left.units))
    left.units = std::numeric_limits<std::int64_t>::min();
  return left;
}

std::optional<CurrencyDigits> currency_digits(std::string_view code) {
  static const Currencies known = read_currencies();
  const auto found = known.find(code);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

Result<void> check_currency(std::string_view code) {
  if (currency_digits(code)) return {};
  return failure("bad_currency", "three capital letters of ISO 4217 are expected, of a currency in use");
}

Result<void> check_amount(std::string_view written, std::string_view currency) {
  const Result<Amount> amount = parse_amount(written);
  if (!amount) return tl::unexpected(amount.error());
  const std::optional<CurrencyDigits> digits = currency_digits(currency);
  if (!digits || amount->decimals <= digits->exact) return {};
  return failure("bad_amount", std::string(currency) + " has " + std::to_string(digits->exact) +
                                   " digits behind the point, not " + std::to_string(amount->decimals));
}

}  // namespace dunlin::dunning

// Exact decimals and the currencies they are of. ICU knows the currencies (ISO 4217). Pure.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::dunning {

// Digits, a point, at most kDecimalsMax digits after it; no sign, no exponent, no separators.
struct Amount {
  std::int64_t units = 0;      // of 10^-kDecimalsMax
  std::uint32_t decimals = 0;  // as many as it was written with
  bool operator==(const Amount&) const = default;
};
inline constexpr std::uint32_t kDecimalsMax = 4;
inline constexpr std::uint32_t kWholeDigitsMax = 14;

// "120.50". Errors: "bad_amount".
[[nodiscard]] Result<Amount> parse_amount(std::string_view written);
// With its decimals; a negative one has a minus sign.
std::string to_string(const Amount& amount);
// What is left, with the more decimals of the two. At the least the smallest number there is.
Amount operator-(const Amount& from, const Amount& taken);

// Digits behind the point.
struct CurrencyDigits {
  std::uint32_t exact = 2;  // an amount may have so many, by ISO 4217: EUR 2, JPY 0, KWD 3
  std::uint32_t usual = 2;  // people write so many where the rest is zero: nobody writes the paras of a dinar
};
// nullopt: nobody pays with such a currency today.
std::optional<CurrencyDigits> currency_digits(std::string_view code);

// The amount is a number its currency can be paid in. Errors: "bad_amount", "bad_currency".
[[nodiscard]] Result<void> check_currency(std::string_view code);
[[nodiscard]] Result<void> check_amount(std::string_view written, std::string_view currency);

}  // namespace dunlin::dunning

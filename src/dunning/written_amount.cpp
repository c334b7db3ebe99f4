#include "dunning/written_amount.hpp"

#include <unicode/dcfmtsym.h>

#include <algorithm>
#include <dunlin/base/check.hpp>
#include <optional>

#include "dunning/money.hpp"

namespace dunlin::dunning {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Every blank that is used between groups is one: plain, no-break, narrow no-break.
std::string with_plain_blanks(std::string_view written) {
  std::string plain;
  for (std::size_t i = 0; i < written.size();) {
    const std::string_view rest = written.substr(i);
    std::size_t blank = 0;
    if (rest.starts_with("\xC2\xA0")) blank = 2;
    if (rest.starts_with("\xE2\x80\xAF") || rest.starts_with("\xE2\x80\x89")) blank = 3;
    plain += blank > 0 ? ' ' : rest.front();
    i += std::max<std::size_t>(blank, 1);
  }
  while (plain.ends_with(' ')) plain.pop_back();
  plain.erase(0, std::min(plain.find_first_not_of(' '), plain.size()));
  return plain;
}

std::string symbol(const icu::DecimalFormatSymbols& symbols, icu::DecimalFormatSymbols::ENumberFormatSymbol which) {
  std::string utf8;
  symbols.getConstSymbol(which).toUTF8String(utf8);
  return with_plain_blanks(utf8).empty() ? " " : utf8;
}

// Digits in groups of three behind the first; no groups at all are fine, too.
std::optional<std::string> without_groups(std::string_view whole, std::string_view group) {
  std::string digits;
  std::size_t since = 0;
  bool grouped = false;
  for (std::size_t i = 0; i < whole.size();) {
    if (is_digit(whole[i])) {
      digits += whole[i++];
      ++since;
      continue;
    }
    if (!whole.substr(i).starts_with(group) || since == 0 || since > 3 || (grouped && since != 3)) return std::nullopt;
    grouped = true;
    since = 0;
    i += group.size();
  }
  if (digits.empty() || (grouped && since != 3)) return std::nullopt;
  return digits;
}

std::optional<std::string> as_the_locale_has_it(const std::string& written, std::string_view point,
                                                std::string_view group) {
  const std::size_t at = written.rfind(point);
  const std::string_view whole = std::string_view(written).substr(0, at);
  const std::string_view rest =
      at == std::string::npos ? std::string_view{} : std::string_view(written).substr(at + point.size());
  if (at != std::string::npos && (rest.empty() || !std::ranges::all_of(rest, is_digit))) return std::nullopt;
  std::optional<std::string> digits = without_groups(whole, group);
  if (digits && !rest.empty()) *digits += '.' + std::string(rest);
  return digits;
}

}  // namespace

bool is_spreadsheet_number(std::string_view written) {
  const std::size_t e = written.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || e + 2 >= written.size() ||
      (written[e + 1] != '+' && written[e + 1] != '-'))
    return false;
  const auto mantissa = [](char c) { return is_digit(c) || c == '.' || c == ','; };
  return is_digit(written[0]) && std::ranges::all_of(written.substr(0, e), mantissa) &&
         std::ranges::all_of(written.substr(e + 2), is_digit);
}

Result<std::string> read_written_amount(std::string_view written, std::string_view locale, std::string_view currency) {
  const std::string plain = with_plain_blanks(written);
  if (is_spreadsheet_number(plain)) {
    return failure(
        "spreadsheet_number",
        "a spreadsheet has rounded it: format the column as text or as a number with its decimals, and export again");
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::DecimalFormatSymbols symbols(icu::Locale::createCanonical(std::string(locale).c_str()), status);
  DUNLIN_CHECK(U_SUCCESS(status));
  const std::string point = symbol(symbols, icu::DecimalFormatSymbols::kDecimalSeparatorSymbol);
  std::string group = symbol(symbols, icu::DecimalFormatSymbols::kGroupingSeparatorSymbol);
  if (group == "\xE2\x80\x99") group = "'";  // nobody's keyboard has the Swiss one
  group = with_plain_blanks(group).empty() ? " " : group;

  const auto fits = [&](const std::optional<std::string>& amount) { return amount && check_amount(*amount, currency); };
  const std::optional<std::string> own = as_the_locale_has_it(plain, point, group);
  const bool as_it_is = fits(plain), locally = fits(own);
  if (as_it_is && locally && parse_amount(plain)->units != parse_amount(*own)->units) {
    return failure("ambiguous_amount", "it is " + plain + " as it stands and " + *own + " as readers of '" +
                                           std::string(locale) + "' write");
  }
  if (as_it_is) return plain;
  if (locally) return *own;
  if (own && parse_amount(*own)) return tl::unexpected(check_amount(*own, currency).error());
  return failure("bad_amount", "an amount such as 120.50 is expected, or as readers of '" + std::string(locale) +
                                   "' write it: 1" + group + "234" + point + "50");
}

}  // namespace dunlin::dunning

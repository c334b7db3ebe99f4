#include "dunning/numbers.hpp"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "dunning/national.hpp"

namespace dunlin::dunning {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// Its log would quote numbers on standard output.
const PhoneNumberUtil& library() {
  static PhoneNumberUtil& made = [&]() -> PhoneNumberUtil& {
    static i18n::phonenumbers::NullLogger silent;
    PhoneNumberUtil* instance = PhoneNumberUtil::GetInstance();
    i18n::phonenumbers::Logger::set_logger_impl(&silent);
    return *instance;
  }();
  return made;
}

bool is_digit(char octet) { return octet >= '0' && octet <= '9'; }

// Digits, at most one '+' before them, and what people put between. libphonenumber itself would take letters for
// digits (1-800-FLOWERS), read extensions, and skip what stands around a number.
bool looks_like_a_number(std::string_view written) {
  constexpr std::string_view kBetween = " -./()";
  if (written.size() > kWrittenMax) return false;
  bool digit = false, plus = false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char octet = written[i];
    if (is_digit(octet)) {
      digit = true;
    } else if (octet == '+') {
      if (digit || plus) return false;
      plus = true;
    } else if (written.substr(i, 2) == "\u00a0") {  // a no-break space, as spreadsheets write it
      ++i;
    } else if (kBetween.find(octet) == std::string_view::npos) {
      return false;
    }
  }
  return digit;
}

bool gets_sms(PhoneNumberUtil::PhoneNumberType type) {
  return type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
}

// Ranges that regulators keep for films and documents: nobody has them, so demos and rehearsals may.
const KnownPrefix* fiction(std::string_view e164) {
  static const std::vector<KnownPrefix> rows{{"+447700900", "GB", "", true, "Ofcom, numbers for drama"},
                                             {"+3363998", "FR", "", true, "ARCEP, numéros pour les fictions"}};
  return longest_prefix(rows, e164);
}

tl::unexpected<Error> bad(const char* detail) { return failure("bad_number", detail); }

std::string digits_of(std::string_view written) {
  std::string digits;
  std::copy_if(written.begin(), written.end(), std::back_inserter(digits), is_digit);
  return digits;
}

}  // namespace

const KnownPrefix* longest_prefix(std::span<const KnownPrefix> known, std::string_view e164) {
  const KnownPrefix* longest = nullptr;
  for (const auto& one : known) {
    if (e164.starts_with(one.prefix) && (longest == nullptr || one.prefix.size() > longest->prefix.size()))
      longest = &one;
  }
  return longest;
}

Result<Number> read_number(std::string_view written, std::string_view default_country,
                           std::span<const KnownPrefix> known) {
  if (!looks_like_a_number(written)) return bad("is no phone number: '+' and digits are");
  const bool international = written.find('+') != std::string_view::npos;
  if (!international && default_country.empty()) {
    return bad("does not begin with '+': national numbers need default_country");
  }
  PhoneNumber parsed;
  const std::string region(international || default_country.empty() ? "ZZ" : default_country);
  if (library().Parse(std::string(written), region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) {
    return bad("is no phone number of any country");
  }
  Number number;
  library().Format(parsed, PhoneNumberUtil::E164, &number.e164);
  const KnownPrefix* told = longest_prefix(known, number.e164);
  if (told == nullptr) told = fiction(number.e164);
  if (told != nullptr && told->mobile) {
    if (library().IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE) {
      return bad("has too few or too many digits for its country");
    }
    number.country = told->country;
    return number;
  }
  const auto type = library().GetNumberType(parsed);
  if (type == PhoneNumberUtil::UNKNOWN) {
    return bad("is not a valid number: its country has none that begins so, or it has too few or too many digits");
  }
  if (!gets_sms(type)) return failure("not_mobile", "is of a kind that gets no SMS: a landline or a service");
  library().GetRegionCodeForNumber(parsed, &number.country);
  if (number.country == "001" || number.country == "ZZ") number.country.clear();
  if (told != nullptr && !told->country.empty()) number.country = told->country;
  return number;
}

Result<void> check_national(std::string_view written, std::string_view default_country) {
  if (written.find('+') != std::string_view::npos) return {};
  PhoneNumber parsed, abroad;
  const std::string region(default_country), digits = digits_of(written);
  if (library().ParseAndKeepRawInput(std::string(written), region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
      parsed.country_code_source() == PhoneNumber::FROM_NUMBER_WITH_IDD)
    return {};
  std::string significant, shown, prefix;
  library().GetNationalSignificantNumber(parsed, &significant);
  library().Format(parsed, PhoneNumberUtil::NATIONAL, &shown);
  library().GetNddPrefixForRegion(region, true, &prefix);
  const bool national = parsed.country_code_source() == PhoneNumber::FROM_DEFAULT_COUNTRY;
  const bool with_prefix = !prefix.empty() && digits.starts_with(prefix) &&
                           (national ? digits.size() > significant.size() : digits == prefix + significant);
  if (!with_prefix && digits != digits_of(shown)) {
    const std::string lost = prefix.empty() ? "" : "leading " + prefix + " or its ";
    return failure("ambiguous_number",
                   "is not written as numbers of default_country are: it may have lost its " + lost + "'+'");
  }
  if (library().Parse("+" + digits, "ZZ", &abroad) != PhoneNumberUtil::NO_PARSING_ERROR ||
      !gets_sms(library().GetNumberType(abroad)))
    return {};
  std::string here, there;
  library().Format(parsed, PhoneNumberUtil::E164, &here);
  library().Format(abroad, PhoneNumberUtil::E164, &there);
  if (here == there) return {};
  return failure(
      "ambiguous_number",
      "may be a number of default_country, or one of another country that has lost its '+': write it with one");
}

bool is_country(std::string_view country) {
  static const std::set<std::string> all = [] {
    std::set<std::string> regions;
    library().GetSupportedRegions(&regions);
    return regions;
  }();
  return all.contains(std::string(country));
}

}  // namespace dunlin::dunning

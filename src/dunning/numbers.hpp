// What a customer wrote as a phone number, as E.164: checked by libphonenumber, which also tells its country.
#pragma once

#include <dunlin/base/result.hpp>
#include <span>
#include <string>
#include <string_view>

namespace dunlin::dunning {

// Numbers that libphonenumber's tables do not know or take for something else: a new area code, a range whose lines do
// take SMS. The longest prefix wins.
struct KnownPrefix {
  std::string prefix;   // "+1472"
  std::string country;  // ISO 3166
  std::string zones;    // as zones.hpp writes a set; "": as for the country's others
  bool mobile = false;  // its numbers get SMS, whatever libphonenumber says
  std::string source;
  bool operator==(const KnownPrefix&) const = default;
};
// The one of the longest prefix, or null.
[[nodiscard]] const KnownPrefix* longest_prefix(std::span<const KnownPrefix> known, std::string_view e164);

struct Number {
  std::string e164;     // "+48601234567"
  std::string country;  // ISO 3166, told apart also where a code is shared (+1, +7, +44); "": of no country (+881 …)
  bool operator==(const Number&) const = default;
};

// `written`: international with '+', or national where `default_country` (ISO 3166, two capitals) is not empty; blanks
// and - . / ( ) may stand between the digits. At most kWrittenMax octets.
// Errors: bad_number (no number, not valid, an extension, letters), not_mobile (valid, and of a kind that gets no SMS).
// Ranges kept for films are taken as mobile (+44 7700 900, +33 6 39 98).
// What gets SMS is MOBILE and FIXED_LINE_OR_MOBILE (all of +1). VoIP, personal, pager and all other kinds do not;
// whoever knows better of a range says so in a KnownPrefix. Errors never quote the number.
[[nodiscard]] Result<Number> read_number(std::string_view written, std::string_view default_country,
                                         std::span<const KnownPrefix> known = {});
inline constexpr std::size_t kWrittenMax = 40;

// Two capitals that libphonenumber has numbers for: what default_country may be.
[[nodiscard]] bool is_country(std::string_view country);

}  // namespace dunlin::dunning

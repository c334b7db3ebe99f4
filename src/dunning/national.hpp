// National numbers that may be none. A number that has lost its '+' is read as some number of default_country, and one
// that has lost its leading zero as whatever is left: both are a stranger's. What people answer from is no such case:
// an SMSC says what it means.
#pragma once

#include <dunlin/base/result.hpp>
#include <string_view>

namespace dunlin::dunning {

// Of what read_number() (numbers.hpp) has read: with a '+' it is good. Without one it must be as the country writes it,
// with its leading zero (Russia's 8, Hungary's 06) where it has one, and with a '+' before it no mobile number of
// another country. Errors: "ambiguous_number", which never quotes the number.
[[nodiscard]] Result<void> check_national(std::string_view written, std::string_view default_country);

}  // namespace dunlin::dunning

// Amounts as people and their spreadsheets write them. Pure.
#pragma once

#include <dunlin/base/result.hpp>
#include <string>
#include <string_view>

namespace dunlin::dunning {

// "1.234,50" of a German, "1 234,50" of a Pole, "1,234.50" of an Englishman and "1234.50" of everybody: 1234.50. Where
// the plain form and the locale's are two different amounts, it is neither. `currency` limits the digits behind the
// point; empty: four. Errors: "bad_amount"; "ambiguous_amount"; "spreadsheet_number" for what a spreadsheet has rounded
// (1,2E+05).
[[nodiscard]] Result<std::string> read_written_amount(std::string_view written, std::string_view locale,
                                                      std::string_view currency);

// 4.86E+10, 4,86E+10: a number that was too long for its column.
[[nodiscard]] bool is_spreadsheet_number(std::string_view written);

}  // namespace dunlin::dunning

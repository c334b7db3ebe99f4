// CSV as the programs write it (RFC 4180), in the one place that knows what a spreadsheet does with a cell.
//
// A cell that begins with = + - @ TAB CR or LF, also behind blanks or quotes, is taken for a formula (OWASP, CSV
// injection): it gets an apostrophe before it, which spreadsheets show or swallow and never run. Left as it is what can
// be nothing but a number, since no formula is made of one sign and digits: a telephone number as "+4915112345678", an
// amount as "-12.50".
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace dunlin::csv {

// One cell, neutralised, in quotes where it needs them; without a separator.
void append_cell(std::string& out, std::string_view text);
// A line, with CRLF.
void append_line(std::string& out, std::initializer_list<std::string_view> cells);
void append_line(std::string& out, std::span<const std::string> cells);

}  // namespace dunlin::csv

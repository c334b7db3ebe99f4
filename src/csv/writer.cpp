#include "csv/writer.hpp"

#include <algorithm>

namespace dunlin::csv {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A sign or none, digits, and at most one point or comma between digits.
bool is_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return false;
  std::size_t points = 0;
  for (const char c : text) {
    if (c == '.' || c == ',')
      ++points;
    else if (!is_digit(c))
      return false;
  }
  return points <= 1;
}

// Full-width forms are taken for the signs themselves by spreadsheets of East Asia.
constexpr std::string_view kWideSigns[] = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20", "\u2212"};

bool may_be_a_formula(std::string_view text) {
  constexpr std::string_view kBlanks = " \"'`", kSigns = "=+-@\t\r\n|%";
  while (true) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == text.npos) return false;
    text.remove_prefix(first);
    if (text.starts_with("\u00A0") || text.starts_with("\uFEFF")) {
      text.remove_prefix(text.starts_with("\u00A0") ? 2 : 3);
      continue;
    }
    if (kSigns.find(text.front()) != kSigns.npos) return true;
    return std::ranges::any_of(kWideSigns, [&](std::string_view sign) { return text.starts_with(sign); });
  }
}

}  // namespace

void append_cell(std::string& out, std::string_view text) {
  const bool formula = !is_number(text) && may_be_a_formula(text);
  const bool quoted = text.find_first_of("\",;\t\r\n") != text.npos || text.starts_with(' ') || text.ends_with(' ');
  if (quoted) out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

namespace {

template <class Cells>
void append_cells(std::string& out, const Cells& cells) {
  bool first = true;
  for (const std::string_view cell : cells) {
    if (!first) out += ',';
    first = false;
    append_cell(out, cell);
  }
  out += "\r\n";
}

}  // namespace

void append_line(std::string& out, std::initializer_list<std::string_view> cells) { append_cells(out, cells); }
void append_line(std::string& out, std::span<const std::string> cells) { append_cells(out, cells); }

}  // namespace dunlin::csv

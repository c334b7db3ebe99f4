// What a spreadsheet would run is not what we write.
#include "csv/writer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dunlin::csv {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  append_cell(out, text);
  return out;
}

TEST(Writer, leaves_what_is_plain) {
  for (const char* text :
       {"", "paid", "A-100", "ESME_RINVDSTADR", "2026-12-01T10:30:00Z", "\u00e9t\u00e9", "a=b", "x@y"}) {
    EXPECT_EQ(cell(text), text);
  }
}

TEST(Writer, leaves_numbers_whatever_their_sign) {
  for (const char* text : {"+4915112345678", "-12.50", "120.50", "0", "-1", "+1"}) EXPECT_EQ(cell(text), text);
  EXPECT_EQ(cell("-12,50"), "\"-12,50\"");
}

TEST(Writer, neutralises_what_begins_as_a_formula) {
  for (const char* text : {"=1+1", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "+49 151", "-", "+", "--1", "+.5",
                           "=2", "%0A", "|calc", "\uFF1D1", "\uFF0B1", "\u22121+1", "'=1", "`=1"}) {
    EXPECT_EQ(cell(text), std::string("'") + text);
  }
}

TEST(Writer, also_behind_blanks_quotes_and_line_ends) {
  EXPECT_EQ(cell(" =1"), "\"' =1\"");
  EXPECT_EQ(cell("\"=1"), "\"'\"\"=1\"");
  EXPECT_EQ(cell("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(cell("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(cell("\n"), "\"'\n\"");
  EXPECT_EQ(cell("\u00A0=1"), "'\u00A0=1");
  EXPECT_EQ(cell("\uFEFF=1"), "'\uFEFF=1");
}

TEST(Writer, quotes_as_rfc_4180) {
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a;b"), "\"a;b\"");
  EXPECT_EQ(cell("a\nb"), "\"a\nb\"");
  EXPECT_EQ(cell("say \"yes\""), "\"say \"\"yes\"\"\"");
  std::string line;
  append_line(line, {"+4915112345678", "a,b", ""});
  EXPECT_EQ(line, "+4915112345678,\"a,b\",\r\n");
}

TEST(Writer, lines_of_as_many_cells_as_there_are) {
  std::string line;
  const std::vector<std::string> cells = {"a", "=b", "c;d"};
  append_line(line, cells);
  EXPECT_EQ(line, "a,'=b,\"c;d\"\r\n");
  line.clear();
  append_line(line, std::vector<std::string>{});
  EXPECT_EQ(line, "\r\n");
}

// Whatever the octets: no cell begins with a sign unless it is a number, and one line is one line.
TEST(Writer, no_cell_begins_as_a_formula) {
  const std::string letters = "=+-@\t\r\n \"',;1.a";
  std::string text(4, ' ');
  for (std::size_t n = 0; n < letters.size() * letters.size() * letters.size() * letters.size(); ++n) {
    std::size_t left = n;
    for (char& c : text) {
      c = letters[left % letters.size()];
      left /= letters.size();
    }
    std::string out = cell(text);
    if (out.starts_with('"')) {
      ASSERT_TRUE(out.size() >= 2 && out.ends_with('"'));
      out = out.substr(1, out.size() - 2);
    } else {
      ASSERT_EQ(out.find_first_of(",;\r\n\""), out.npos) << out;
    }
    const std::size_t first = out.find_first_not_of(" \"");
    if (first == out.npos || std::string("=+-@\t\r\n").find(out[first]) == std::string::npos) continue;
    ASSERT_EQ(out.find_first_not_of("0123456789.,", 1), out.npos) << out;
  }
}

}  // namespace
}  // namespace dunlin::csv

// Files as spreadsheets write them.
#include "csv/reader.hpp"

#include <gmock/gmock.h>

#include <random>

namespace dunlin::csv {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Cells = std::vector<std::string>;

struct Read {
  std::vector<Record> records;
  Cells header;
  char separator = 0;
  Result<void> end;
  std::vector<Cells> rows() const {
    std::vector<Cells> all;
    for (const Record& record : records) all.push_back(record.cells);
    return all;
  }
};

Read read(std::string_view file, std::string_view charset = {}, std::size_t piece = 1 << 20) {
  Read read;
  auto reader = Reader::make(charset);
  EXPECT_TRUE(reader);
  const auto sink = [&](Record record) { read.records.push_back(std::move(record)); };
  for (std::size_t at = 0; at < file.size() && read.end; at += piece)
    read.end = reader->feed(file.substr(at, piece), sink);
  if (read.end) read.end = reader->finish(sink);
  read.header = reader->header();
  read.separator = reader->separator();
  return read;
}

TEST(Csv, IsReadWhateverSeparatesAndEndsLines) {
  for (const std::string separator : {",", ";", "\t"}) {
    for (const std::string end : {"\n", "\r\n", "\r"}) {
      for (const bool last_end : {true, false}) {
        const std::string file = "to" + separator + "name" + end + "+48601000001" + separator + "\"Nowak" + separator +
                                 " Jan\"" + end + " 2 " + separator + "b" + (last_end ? end : "");
        for (std::size_t piece = 1; piece < 9; ++piece) {
          const Read got = read(file, {}, piece);
          ASSERT_TRUE(got.end);
          EXPECT_THAT(got.header, ElementsAre("to", "name"));
          EXPECT_EQ(got.separator, separator[0]);
          EXPECT_THAT(got.rows(), ElementsAre(Cells{"+48601000001", "Nowak" + separator + " Jan"}, Cells{"2", "b"}));
          EXPECT_EQ(got.records[1].line, 3u);
        }
      }
    }
  }
}

TEST(Csv, QuotesHoldQuotesAndLines) {
  const Read got = read("a,b\n\"say \"\"hi\"\"\",\"two\r\nlines\"\nx,y\n");
  ASSERT_TRUE(got.end);
  EXPECT_THAT(got.rows(), ElementsAre(Cells{"say \"hi\"", "two\r\nlines"}, Cells{"x", "y"}));
  EXPECT_EQ(got.records[0].line, 2u);
  EXPECT_EQ(got.records[1].line, 4u) << "lines are the file's";
}

TEST(Csv, SeparatorsInsideQuotedNamesDoNotCount) {
  const Read got = read("\"a,b,c\";d\n1;2\n");
  EXPECT_THAT(got.header, ElementsAre("a,b,c", "d"));
}

TEST(Csv, ExcelsOwnLineSaysTheSeparator) {
  const Read got = read("sep=;\r\na,b;c\r\n1;2\r\n");
  EXPECT_THAT(got.header, ElementsAre("a,b", "c"));
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(got.records[0].line, 3u);
}

TEST(Csv, EmptyRowsAndColumnsBehindTheLastAreNobodys) {
  const Read got = read("a;b;;\n1;2;;\n;;;\n\n   \n3;4\n");
  ASSERT_TRUE(got.end);
  EXPECT_THAT(got.header, ElementsAre("a", "b"));
  EXPECT_THAT(got.rows(), ElementsAre(Cells{"1", "2"}, Cells{"3", "4"}));
  EXPECT_EQ(got.records[1].line, 6u);
}

TEST(Csv, AShiftedRowIsBadAndTheNextIsRead) {
  const Read got = read("a,b\n1\n1,2,3\n4,5\n");
  ASSERT_TRUE(got.end);
  ASSERT_EQ(got.records.size(), 3u);
  ASSERT_TRUE(got.records[0].bad);
  EXPECT_EQ(got.records[0].bad->code, "columns");
  EXPECT_EQ(got.records[0].bad->where, "line 2");
  EXPECT_EQ(got.records[0].bad->detail, "it has 1 cells, and the header 2");
  EXPECT_TRUE(got.records[1].bad);
  EXPECT_FALSE(got.records[2].bad);
}

TEST(Csv, AQuoteInsideACellMakesItsRowBad) {
  const Read got = read("a,b\nthe \"big\" one,2\n\"x\"y,2\n3,4\n");
  ASSERT_TRUE(got.end);
  ASSERT_EQ(got.records.size(), 3u);
  EXPECT_EQ(got.records[0].bad->code, "bad_csv");
  EXPECT_EQ(got.records[0].bad->where, "line 2");
  EXPECT_EQ(got.records[1].bad->where, "line 3");
  EXPECT_EQ(got.records[2].cells, (Cells{"3", "4"}));
}

TEST(Csv, AQuoteThatIsNeverClosedEndsTheFileWhereItOpened) {
  const Read got = read("a,b\n1,2\n\"3,4\n5,6\n");
  ASSERT_FALSE(got.end);
  EXPECT_EQ(got.end.error().code, "bad_csv");
  EXPECT_EQ(got.end.error().where, "line 3");
  EXPECT_EQ(got.records.size(), 1u);

  std::string huge = "a,b\n1,\"2\n";
  for (int i = 0; i < 20'000; ++i) huge += "12345,6789\n";
  const Read bounded = read(huge, {}, 4096);
  ASSERT_FALSE(bounded.end);
  EXPECT_EQ(bounded.end.error().where, "line 2");
  EXPECT_THAT(bounded.records, IsEmpty());

  const Read line = read("a,b\n" + std::string(Reader::kRecordOctetsMax + 1, 'x'), {}, 4096);
  ASSERT_FALSE(line.end);
  EXPECT_EQ(line.end.error().code, "bad_csv");
}

TEST(Csv, HeadersAreNames) {
  const std::pair<std::string, std::string> bad[] = {{"", "the file is empty"},
                                                     {"\n\n", "the file is empty"},
                                                     {"a,,b\n", "column 2 has no name"},
                                                     {"a,b,a\n", "two columns are named 'a'"},
                                                     {";;\n", "it names no column"}};
  for (const auto& [file, detail] : bad) {
    const Read got = read(file);
    ASSERT_FALSE(got.end) << file;
    EXPECT_EQ(got.end.error().code, "bad_header");
    EXPECT_NE(got.end.error().detail.find(detail), std::string::npos) << got.end.error().detail;
  }
  std::string many;
  for (std::size_t i = 0; i <= Reader::kColumnsMax; ++i) many += "c" + std::to_string(i) + ",";
  EXPECT_FALSE(read(many + "\n").end);
}

TEST(Csv, CharsetsAreToldOrTellThemselves) {
  EXPECT_THAT(read("\xEF\xBB\xBFname\nZoë\n").rows(), ElementsAre(Cells{"Zoë"}));
  EXPECT_THAT(read("name\nMa\xB3gorzata\n", "Windows-1250").rows(), ElementsAre(Cells{"Małgorzata"}));
  EXPECT_THAT(read("name\nGa\xEBlle \x80\n", "windows-1252").rows(), ElementsAre(Cells{"Gaëlle €"}));
  const std::string wide = "n\0a\0m\0e\0\n\0Z\0o\0\xEB\0=\xD8\x00\xDE\n\0"s;  // with an emoji: a pair of surrogates
  for (std::size_t piece = 1; piece < 8; ++piece) {
    EXPECT_THAT(read("\xFF\xFE" + wide, {}, piece).rows(), ElementsAre(Cells{"Zoë😀"})) << piece;
    EXPECT_THAT(read(wide, "utf-16", piece).rows(), ElementsAre(Cells{"Zoë😀"}));
    EXPECT_THAT(read("\xEF\xBB\xBFname\nZoë\n", "windows-1250", piece).rows(), ElementsAre(Cells{"Zoë"}))
        << "a mark is no accident";
  }
  EXPECT_THAT(read("\xFE\xFF\0a\0\n\0b\0\n"s).rows(), ElementsAre(Cells{"b"}));
  EXPECT_EQ(Reader::make("latin9").error().code, "bad_charset");
}

TEST(Csv, WhatIsNoTextIsNamed) {
  const Read other = read("name\nJan\nMa\xB3gorzata\n");
  ASSERT_FALSE(other.end);
  EXPECT_EQ(other.end.error().code, "bad_encoding");
  EXPECT_EQ(other.end.error().where, "line 3");
  EXPECT_NE(other.end.error().detail.find("windows-1250"), std::string::npos);
  // Half a pair of surrogates behind thirty good rows, in one piece and in small ones.
  std::string half = "\xFF\xFEn\0\n\0"s;
  for (int row = 0; row < 30; ++row) half += "a\0\n\0"s;
  half += "\x94\xDE\n\0"s;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, half.size()}) {
    const Read cut = read(half, {}, piece);
    ASSERT_FALSE(cut.end);
    EXPECT_EQ(cut.end.error().code, "bad_encoding");
    EXPECT_EQ(cut.end.error().where, "line 32");
    EXPECT_EQ(cut.rows().size(), 30u) << piece;
  }
  for (const std::string& workbook : {"PK\x03\x04...."s, "\xD0\xCF\x11\xE0\xA1"s, "name\nx\0y\n"s}) {
    const Read got = read(workbook);
    ASSERT_FALSE(got.end);
    EXPECT_EQ(got.end.error().code, "not_csv");
  }
  EXPECT_FALSE(read("name\nZo\xC3").end) << "cut in the middle of a character";
}

TEST(Csv, PiecesChangeNothing) {
  std::mt19937 random(7);
  const std::string alphabet = "a1,;\t\"\"\r\n\n é";
  for (int round = 0; round < 2000; ++round) {
    std::string file = "x,y\n";
    for (std::size_t i = random() % 40; i > 0; --i) file += alphabet[random() % alphabet.size()];
    const Read whole = read(file), pieces = read(file, {}, 1 + random() % 5);
    EXPECT_EQ(whole.rows(), pieces.rows()) << file;
    EXPECT_EQ(whole.end.has_value(), pieces.end.has_value()) << file;
    for (std::size_t i = 0; i < whole.records.size() && i < pieces.records.size(); ++i)
      EXPECT_EQ(whole.records[i].line, pieces.records[i].line) << file;
  }
}

}  // namespace
}  // namespace dunlin::csv

// A file as CSV: in one piece and in small ones it says the same; records rise by their lines and have the header's
// cells; what is refused says where and why.
#include "csv/reader.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using namespace dunlin;

struct Read {
  std::vector<csv::Record> records;
  std::vector<std::string> header;
  Result<void> end;
};

Read read(std::string_view charset, std::string_view file, std::size_t piece) {
  Read read;
  Result<csv::Reader> reader = csv::Reader::make(charset);
  FUZZ_CHECK(reader.has_value(), "a charset of the list");
  const auto sink = [&](csv::Record record) { read.records.push_back(std::move(record)); };
  for (std::size_t at = 0; at < file.size() && read.end; at += piece)
    read.end = reader->feed(file.substr(at, piece), sink);
  if (read.end) read.end = reader->finish(sink);
  read.header = reader->header();
  return read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input({data, size});
  const std::string_view charset = csv::kCharsets[input.octet() % csv::kCharsets.size()];
  const std::size_t piece = 1 + input.octet() % 9U;
  const std::string file(text_of(input.rest()));
  const Read whole = read(charset, file, file.size() + 1), pieces = read(charset, file, piece);
  FUZZ_CHECK(whole.header == pieces.header && whole.records.size() == pieces.records.size(), file);
  FUZZ_CHECK(whole.end.has_value() == pieces.end.has_value(), file);
  if (!whole.end) {
    const Error &one = whole.end.error(), &other = pieces.end.error();
    FUZZ_CHECK(!one.code.empty() && !one.detail.empty() && one.where.starts_with("line "), one.where);
    FUZZ_CHECK(one.code == other.code && one.where == other.where, one.where + " or " + other.where);
  }
  std::uint64_t line = 1;
  for (std::size_t i = 0; i < whole.records.size(); ++i) {
    const csv::Record& record = whole.records[i];
    FUZZ_CHECK(record.line > line, "in their order");
    line = record.line;
    FUZZ_CHECK(record.line == pieces.records[i].line && record.cells == pieces.records[i].cells, file);
    FUZZ_CHECK(record.bad.has_value() == pieces.records[i].bad.has_value(), file);
    FUZZ_CHECK(record.bad || record.cells.size() == whole.header.size(), file);
  }
  return 0;
}

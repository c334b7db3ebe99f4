#include "csv/reader.hpp"

#include <csv.h>

#include <algorithm>
#include <array>
#include <dunlin/base/check.hpp>
#include <set>
#include <utility>

namespace dunlin::csv {

namespace {

constexpr std::string_view kSeparators = ",;\t";
constexpr std::string_view kSeparatorLine = "sep=";  // Excel's own way to say it

std::string place(std::uint64_t line) { return "line " + std::to_string(line); }

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// The one that divides most; of a file of one column any will do.
char separator_of(std::string_view header) {
  std::array<std::size_t, kSeparators.size()> count{};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    const std::size_t which = kSeparators.find(c);
    if (!quoted && which != std::string_view::npos) ++count[which];
  }
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(count) - count.begin())];
}

// Blanks around a cell are nobody's: also those that can't be seen.
std::string trimmed(std::string_view cell) {
  constexpr std::string_view kNoBreak = "\xC2\xA0";
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (true) {
    if (!cell.empty() && blank(cell.front())) {
      cell.remove_prefix(1);
    } else if (cell.starts_with(kNoBreak)) {
      cell.remove_prefix(kNoBreak.size());
    } else if (!cell.empty() && blank(cell.back())) {
      cell.remove_suffix(1);
    } else if (cell.ends_with(kNoBreak)) {
      cell.remove_suffix(kNoBreak.size());
    } else {
      return std::string(cell);
    }
  }
}

}  // namespace

struct Reader::Impl {
  explicit Impl(Decoder of) : decoder(std::move(of)) { restart(); }
  ~Impl() { csv_free(&parser); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void restart() {
    if (begun) csv_free(&parser);
    begun = true;
    DUNLIN_CHECK(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(&parser, static_cast<unsigned char>(separator));
    cells.clear();
    octets = 0;
  }

  // Whole lines of what was decoded; the rest stays. A '\r' at the end may be half of an end of line.
  Result<void> lines(bool last, const Sink& sink) {
    std::size_t from = 0;
    while (from < text.size()) {
      std::size_t end = text.find_first_of("\r\n", from);
      if (end == std::string::npos) {
        if (!last) break;
        end = text.size();
      } else if (text[end] == '\r' && end + 1 == text.size() && !last) {
        break;
      } else {
        end += text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n' ? 2 : 1;
      }
      if (Result<void> done = line(std::string_view(text).substr(from, end - from), sink); !done) return done;
      from = end;
    }
    text.erase(0, from);
    if (text.size() > kRecordOctetsMax) return too_long();
    return {};
  }

  Error never_closed() const {
    return {"bad_csv", "a quote that opens in this record is never closed", place(first_line)};
  }
  Result<void> too_long() const {
    return failure("bad_csv",
                   "a record has at most " + std::to_string(kRecordOctetsMax) + " octets: is a quote not closed?",
                   place(first_line));
  }

  Result<void> line(std::string_view content, const Sink& sink) {
    ++line_number;
    if (header.empty() && octets == 0) {
      if (content.starts_with(kSeparatorLine) && without_end(content).size() == kSeparatorLine.size() + 1) {
        separator = content[kSeparatorLine.size()];
        told = true;
        csv_set_delim(&parser, static_cast<unsigned char>(separator));
        return {};
      }
      if (!told) {
        separator = separator_of(content);
        csv_set_delim(&parser, static_cast<unsigned char>(separator));
      }
    }
    if (octets == 0) first_line = line_number;
    octets += content.size();
    if (octets > kRecordOctetsMax) return too_long();
    ended = false;
    const std::size_t parsed = csv_parse(&parser, content.data(), content.size(), on_cell, on_end, this);
    if (parsed != content.size()) {  // the rest of this line is lost, and with the next one begins another record
      Record record{
          first_line, std::move(cells),
          Error{"bad_csv", "a quote stands inside a cell: cells with quotes are quoted whole, the quotes doubled",
                place(first_line)}};
      restart();
      return take(std::move(record), sink);
    }
    if (!ended) {
      const bool whole = without_end(content).size() < content.size();
      if (whole && parser.quoted == 0) octets = 0;  // it was empty: nothing but a quote goes on behind an end of line
      return {};
    }
    return end_record(sink);
  }

  Result<void> finish(const Sink& sink) {
    if (Result<void> done = lines(true, sink); !done) return done;
    if (octets > 0) {
      ended = false;
      if (csv_fini(&parser, on_cell, on_end, this) != 0) return tl::unexpected(never_closed());
      if (ended) {
        if (Result<void> done = end_record(sink); !done) return done;
      }
    }
    return header.empty() ? failure("bad_header", "the file is empty: its first line names the columns", "line 1")
                          : Result<void>{};
  }

  Result<void> end_record(const Sink& sink) {
    Record record{first_line, std::exchange(cells, {}), std::nullopt};
    octets = 0;
    return take(std::move(record), sink);
  }

  Result<void> take(Record record, const Sink& sink) {
    for (std::string& cell : record.cells) cell = trimmed(cell);
    if (header.empty()) return take_header(std::move(record));
    if (!record.bad && std::ranges::all_of(record.cells, &std::string::empty)) return {};  // a spreadsheet's empty row
    while (!record.bad && record.cells.size() > header.size() && record.cells.back().empty()) record.cells.pop_back();
    if (!record.bad && record.cells.size() != header.size()) {
      record.bad = Error{
          "columns",
          "it has " + std::to_string(record.cells.size()) + " cells, and the header " + std::to_string(header.size()),
          place(record.line)};
    }
    sink(std::move(record));
    return {};
  }

  Result<void> take_header(Record record) {
    if (record.bad) return tl::unexpected(*record.bad);
    while (!record.cells.empty() && record.cells.back().empty()) record.cells.pop_back();
    const auto bad = [&](const std::string& detail) { return failure("bad_header", detail, place(record.line)); };
    if (record.cells.empty()) return bad("it names no column");
    if (record.cells.size() > kColumnsMax) return bad("at most " + std::to_string(kColumnsMax) + " columns are read");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
      if (record.cells[i].empty()) return bad("column " + std::to_string(i + 1) + " has no name");
      if (!seen.insert(record.cells[i]).second) return bad("two columns are named '" + record.cells[i] + "'");
    }
    header = std::move(record.cells);
    return {};
  }

  static void on_cell(void* octets, std::size_t size, void* self) {
    static_cast<Impl*>(self)->cells.push_back(size == 0 ? std::string{}
                                                        : std::string(static_cast<const char*>(octets), size));
  }
  static void on_end(int, void* self) { static_cast<Impl*>(self)->ended = true; }

  Decoder decoder;
  csv_parser parser{};
  bool begun = false;
  std::string text;  // decoded, and not parsed yet
  std::vector<std::string> header, cells;
  char separator = ',';
  bool told = false;       // the separator, by the file
  bool ended = false;      // the record, by the last line
  std::size_t octets = 0;  // of this record so far
  std::uint64_t line_number = 0, first_line = 1;
  bool failed = false;
};

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<Reader> Reader::make(std::string_view charset) {
  Result<Decoder> decoder = Decoder::make(charset);
  if (!decoder) return tl::unexpected(decoder.error());
  return Reader(std::make_unique<Impl>(std::move(*decoder)));
}

Result<void> Reader::feed(std::string_view octets, const Sink& sink) {
  if (impl_->failed) return failure("bad_csv", "it could not be read before this", place(impl_->line_number));
  const Result<void> decoded = impl_->decoder.feed(octets, impl_->text);
  Result<void> done = impl_->lines(false, sink);  // also what comes before the octets that could not be read
  if (done) done = decoded;
  impl_->failed = !done;
  return done;
}

Result<void> Reader::finish(const Sink& sink) {
  if (impl_->failed) return failure("bad_csv", "it could not be read before this", place(impl_->line_number));
  const Result<void> decoded = impl_->decoder.finish(impl_->text);
  Result<void> done = decoded ? impl_->finish(sink) : impl_->lines(false, sink);
  if (done) done = decoded;
  impl_->failed = true;
  return done;
}

const std::vector<std::string>& Reader::header() const { return impl_->header; }
char Reader::separator() const { return impl_->separator; }

}  // namespace dunlin::csv

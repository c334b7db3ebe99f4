// CSV as people's programs write it (RFC 4180 and its relatives), read as it comes: ',' ';' or tab, told from the
// header; "sep=;" before it; ends of lines of any kind. A record that is wrong is told with its line and the next one
// is read; what makes the rest of the file doubtful ends it. Memory is bounded by one record.
#pragma once

#include <cstdint>
#include <dunlin/base/result.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv/decoder.hpp"

namespace dunlin::csv {

// One row. `cells` are as many as the header's, without blanks around them; of a bad one, what was read of it.
struct Record {
  std::uint64_t line = 0;  // of the file, where it begins; the header is line 1
  std::vector<std::string> cells;
  std::optional<Error> bad;  // "bad_csv", "columns"; `where` is "line N"
};

class Reader {
 public:
  static constexpr std::size_t kRecordOctetsMax = 64 << 10;  // beyond: the file ends there
  static constexpr std::size_t kColumnsMax = 256;

  using Sink = std::function<void(Record)>;

  // Errors: "bad_charset".
  [[nodiscard]] static Result<Reader> make(std::string_view charset = {});
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  // The records that `octets` complete. Errors end the file: Decoder's; "bad_header"; "bad_csv" for a quote that is
  // never closed.
  [[nodiscard]] Result<void> feed(std::string_view octets, const Sink& sink);
  [[nodiscard]] Result<void> finish(const Sink& sink);

  // Known before the first record is told; each once, none empty.
  const std::vector<std::string>& header() const;
  char separator() const;

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dunlin::csv

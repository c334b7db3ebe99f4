// A file's octets as UTF-8, chunk by chunk, whatever spreadsheet wrote it: UTF-8 and UTF-16 tell themselves by their
// byte order mark, other charsets have to be named. Nothing is guessed, and nothing that can't be read is replaced.
#pragma once

#include <array>
#include <cstdint>
#include <dunlin/base/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct UConverter;

namespace dunlin::csv {

// As `charset` names them; the first is what a file is taken for that names none.
inline constexpr std::array<std::string_view, 8> kCharsets = {
    "utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1257"};

class Decoder {
 public:
  // Errors: "bad_charset".
  [[nodiscard]] static Result<Decoder> make(std::string_view charset);

  // What of `octets` is whole characters is appended to `utf8`; the rest waits for the next. Errors: "bad_encoding",
  // `where` "line N"; "not_csv" for a workbook or another binary file. What comes before it is appended all the
  // same; all that follows is refused.
  [[nodiscard]] Result<void> feed(std::string_view octets, std::string& utf8);
  // The file ends here.
  [[nodiscard]] Result<void> finish(std::string& utf8);

 private:
  struct Close {
    void operator()(UConverter* converter) const;
  };
  using Converter = std::unique_ptr<UConverter, Close>;
  static constexpr std::size_t kPivotUnits = 1024;

  explicit Decoder(std::string charset) : charset_(std::move(charset)) {}
  Result<void> begin(bool last);
  Result<void> convert(std::string_view octets, bool last, std::string& utf8);
  void append_pivot(std::string& utf8) const;

  std::string charset_;
  std::string head_;  // the first octets, until there are enough to tell what it is
  Converter from_, to_;
  std::vector<char16_t> pivot_ = std::vector<char16_t>(kPivotUnits);  // stays where it is when this is moved
  char16_t* pivot_source_ = nullptr;
  char16_t* pivot_target_ = nullptr;
  std::uint64_t line_ = 1;
  bool failed_ = false;
};

}  // namespace dunlin::csv

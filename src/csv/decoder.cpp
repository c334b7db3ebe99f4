#include "csv/decoder.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <algorithm>
#include <dunlin/base/ascii.hpp>
#include <dunlin/base/check.hpp>
#include <utility>

namespace dunlin::csv {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF", kUtf16Little = "\xFF\xFE", kUtf16Big = "\xFE\xFF";
constexpr std::size_t kHeadOctets = 4;

UConverter* open(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name, &status);
  DUNLIN_CHECK(U_SUCCESS(status));
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  DUNLIN_CHECK(U_SUCCESS(status));
  return converter;
}

}  // namespace

void Decoder::Close::operator()(UConverter* converter) const { ucnv_close(converter); }

Result<Decoder> Decoder::make(std::string_view charset) {
  std::string name = lowered(charset.empty() ? kCharsets[0] : charset);
  if (std::ranges::find(kCharsets, name) != kCharsets.end()) return Decoder(std::move(name));
  std::string all;
  for (const std::string_view each : kCharsets) all += (all.empty() ? "" : ", ") + std::string(each);
  return failure("bad_charset", "one of " + all + " is expected", "charset");
}

// A mark outweighs what was named: it can't be there by accident.
Result<void> Decoder::begin(bool last) {
  if (from_ || (!last && head_.size() < kHeadOctets)) return {};
  const std::string_view head = head_;
  if (head.starts_with("PK\x03\x04") || head.starts_with("\xD0\xCF\x11\xE0")) {
    return failure("not_csv", "this is a workbook: save it as 'CSV UTF-8' first", "line 1");
  }
  std::size_t mark = 0;
  std::string name = charset_;
  if (head.starts_with(kUtf8Mark)) {
    name = "utf-8";
    mark = kUtf8Mark.size();
  } else if (head.starts_with(kUtf16Little) || head.starts_with(kUtf16Big)) {
    name = head.starts_with(kUtf16Little) ? "utf-16le" : "utf-16be";
    mark = kUtf16Little.size();
  } else if (name == "utf-16") {
    name = "utf-16le";
  }
  head_.erase(0, mark);
  charset_ = name;
  from_.reset(open(name.c_str()));
  to_.reset(open("utf-8"));
  return {};
}

Result<void> Decoder::feed(std::string_view octets, std::string& utf8) {
  if (failed_) return failure("bad_encoding", "it could not be read before this", "line " + std::to_string(line_));
  if (from_) return convert(octets, false, utf8);
  head_ += octets;
  Result<void> begun = begin(false);
  failed_ = !begun;
  if (!begun || !from_) return begun;
  const std::string head = std::exchange(head_, {});
  return convert(head, false, utf8);
}

Result<void> Decoder::finish(std::string& utf8) {
  if (failed_) return failure("bad_encoding", "it could not be read before this", "line " + std::to_string(line_));
  if (Result<void> begun = begin(true); !begun) return begun;
  const std::string head = std::exchange(head_, {});
  return convert(head, true, utf8);
}

// What was read before an octet that can't be: ICU leaves it there.
void Decoder::append_pivot(std::string& utf8) const {
  const char16_t* source = pivot_source_;
  std::array<char, 4096> room;
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  while (status == U_BUFFER_OVERFLOW_ERROR) {
    status = U_ZERO_ERROR;
    char* target = room.data();
    ucnv_fromUnicode(to_.get(), &target, room.data() + room.size(), &source, pivot_target_, nullptr, 0, &status);
    utf8.append(room.data(), static_cast<std::size_t>(target - room.data()));
  }
}

Result<void> Decoder::convert(std::string_view octets, bool last, std::string& utf8) {
  const char* source = octets.data();
  const char* const end = source + octets.size();
  const std::size_t first = utf8.size();
  bool reset = pivot_source_ == nullptr;
  if (reset) pivot_source_ = pivot_target_ = pivot_.data();
  std::array<char, 4096> room;
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  while (status == U_BUFFER_OVERFLOW_ERROR) {
    status = U_ZERO_ERROR;
    char* target = room.data();
    ucnv_convertEx(to_.get(), from_.get(), &target, room.data() + room.size(), &source, end, pivot_.data(),
                   &pivot_source_, &pivot_target_, pivot_.data() + pivot_.size(), reset ? 1 : 0, last ? 1 : 0, &status);
    reset = false;
    utf8.append(room.data(), static_cast<std::size_t>(target - room.data()));
  }
  if (U_FAILURE(status)) append_pivot(utf8);
  const std::string_view made = std::string_view(utf8).substr(first);
  if (const std::size_t binary = made.find('\0'); binary != std::string_view::npos) {
    line_ += static_cast<std::uint64_t>(std::ranges::count(made.substr(0, binary), '\n'));
    utf8.resize(first + binary);
    failed_ = true;
    return failure("not_csv", "it has octets of zero in it: no text, or UTF-16 without its byte order mark",
                   "line " + std::to_string(line_));
  }
  line_ += static_cast<std::uint64_t>(std::ranges::count(made, '\n'));
  if (U_SUCCESS(status)) return {};
  failed_ = true;
  return failure("bad_encoding",
                 "it is not " + charset_ + " there: name the charset it was saved in, for instance windows-1250",
                 "line " + std::to_string(line_));
}

}  // namespace dunlin::csv

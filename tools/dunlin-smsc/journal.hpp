// What the SMSC accepted, a JSON object a line, in the order of its responses being decided:
//
//   {"time":"2026-11-22T18:10:37.123456Z","system_id":…,"sequence":…,"message_id":…,"source":…,"destination":…,"esm_class":…,
//    "data_coding":…,"short_message":"hex","text":"decoded","reference":…,"total":…,"part":…}
//
// The last three only where a user data header or SAR TLVs say them. Written in batches: at kFlushOctets, and whenever
// flush() is called.
#pragma once

#include <cstdint>
#include <dunlin/base/octets.hpp>
#include <dunlin/base/result.hpp>
#include <dunlin/base/time.hpp>
#include <dunlin/text/udh.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dunlin::smsc {

using WallMicros = std::chrono::sys_time<std::chrono::microseconds>;

struct JournalLine {
  WallMicros time{};
  std::string_view system_id;
  std::uint32_t sequence = 0;
  std::string_view message_id, source, destination;
  std::uint8_t esm_class = 0, data_coding = 0;
  OctetView short_message;
  std::optional<text::Concatenation> sar;  // by its TLVs, where it has them
};

// Appends the line and its '\n'. The text is decoded as dunlin/text does it, GSM 7-bit where data_coding is 0.
void append_line(std::string& out, const JournalLine& line);

class Journal {
 public:
  static constexpr std::size_t kFlushOctets = 256 * 1024;

  Journal() = default;
  ~Journal() { flush(); }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Appends to the file; made where there is none. Errors: "journal_io".
  [[nodiscard]] Result<void> open(const std::string& path);
  bool is_open() const { return file_ >= 0; }
  void add(const JournalLine& line);
  // A write that fails is told on stderr once and ends the journal: an SMSC goes on without.
  void flush();

 private:
  int file_ = -1;
  std::string pending_;
};

}  // namespace dunlin::smsc

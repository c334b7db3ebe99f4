#include "journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <dunlin/smpp/types.hpp>
#include <dunlin/text/decode.hpp>

namespace dunlin::smsc {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> buffer;
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr);
}

void append_padded(std::string& out, unsigned number, std::size_t width) {
  const std::size_t at = out.size();
  out.append(width, '0');
  for (std::size_t i = width; i-- > 0; number /= 10) out[at + i] = static_cast<char>('0' + number % 10);
}

// Lines come many a second: the text of the second is made once.
void append_time(std::string& out, WallMicros time) {
  thread_local std::chrono::sys_seconds cached{};
  thread_local std::string prefix;
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (prefix.empty() || second != cached) {
    cached = second;
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(second - day);
    prefix.clear();
    append_padded(prefix, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    append_padded(prefix += '-', static_cast<unsigned>(date.month()), 2);
    append_padded(prefix += '-', static_cast<unsigned>(date.day()), 2);
    append_padded(prefix += 'T', static_cast<unsigned>(clock.hours().count()), 2);
    append_padded(prefix += ':', static_cast<unsigned>(clock.minutes().count()), 2);
    append_padded(prefix += ':', static_cast<unsigned>(clock.seconds().count()), 2);
    prefix += '.';
  }
  out += prefix;
  append_padded(out, static_cast<unsigned>((time - second).count()), 6);
  out += 'Z';
}

// UTF-8 in; octets that a peer put into an address as they are may not be UTF-8, and become their Latin-1 characters.
void append_text(std::string& out, std::string_view text, bool utf8) {
  for (const char character : text) {
    const auto octet = static_cast<unsigned char>(character);
    if (octet == '"' || octet == '\\') {
      out += '\\';
      out += character;
    } else if (octet < 0x20 || (octet >= 0x7F && !utf8)) {
      out += "\\u00";
      out += kHex[octet >> 4];
      out += kHex[octet & 15];
    } else {
      out += character;
    }
  }
}

void append_hex(std::string& out, OctetView octets) {
  const std::size_t at = out.size();
  out.resize(at + octets.size() * 2);
  char* to = out.data() + at;
  for (const auto octet : octets) {
    *to++ = kHex[octet >> 4];
    *to++ = kHex[octet & 15];
  }
}

void append_octets(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  append_text(out, value, false);
  out += '"';
}

}  // namespace

void append_line(std::string& out, const JournalLine& line) {
  out += R"({"time":")";
  append_time(out, line.time);
  out += '"';
  append_octets(out, R"(,"system_id":")", line.system_id);
  append_number(out += R"(,"sequence":)", line.sequence);
  append_octets(out, R"(,"message_id":")", line.message_id);
  append_octets(out, R"(,"source":")", line.source);
  append_octets(out, R"(,"destination":")", line.destination);
  append_number(out += R"(,"esm_class":)", line.esm_class);
  append_number(out += R"(,"data_coding":)", line.data_coding);
  append_hex(out += R"(,"short_message":")", line.short_message);
  const auto decoded =
      text::decode(line.short_message, line.data_coding, (line.esm_class & smpp::esm_class::kUdhi) != 0, text::DefaultAlphabet::gsm7);
  append_text(out += R"(","text":")", decoded.text, true);
  out += '"';
  if (const auto& part = decoded.concatenation ? decoded.concatenation : line.sar) {
    append_number(out += R"(,"reference":)", part->reference);
    append_number(out += R"(,"total":)", part->total);
    append_number(out += R"(,"part":)", part->number);
  }
  out += "}\n";
}

Result<void> Journal::open(const std::string& path) {
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (file_ < 0) return failure("journal_io", std::strerror(errno), path);
  return {};
}

void Journal::add(const JournalLine& line) {
  if (!is_open()) return;
  append_line(pending_, line);
  if (pending_.size() >= kFlushOctets) flush();
}

void Journal::flush() {
  std::size_t written = 0;
  while (is_open() && written < pending_.size()) {
    const auto taken = ::write(file_, pending_.data() + written, pending_.size() - written);
    if (taken >= 0) {
      written += static_cast<std::size_t>(taken);
    } else if (errno != EINTR) {
      std::fprintf(stderr, "dunlin-smsc: the journal ends here: %s\n", std::strerror(errno));
      ::close(file_);
      file_ = -1;
    }
  }
  pending_.clear();
}

}  // namespace dunlin::smsc

#include "print.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace dunlin::tool {
namespace {

// Columns of a terminal, near enough: one a code point.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789 .,-") == text.npos; }

}  // namespace

std::string Table::text() const {
  const std::size_t columns = rows_.front().size();
  std::vector<std::size_t> widths(columns);
  std::vector<bool> right(columns, rows_.size() > 1);
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      widths[c] = std::max(widths[c], width(rows_[r][c]));
      if (r > 0 && !is_number(rows_[r][c])) right[c] = false;
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string space(widths[c] - width(row[c]), ' ');
      if (c > 0) line += "  ";
      line += right[c] ? space + row[c] : row[c] + space;
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string facts(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t widest = 0;
  for (const auto& [name, value] : rows) {
    if (!value.empty()) widest = std::max(widest, width(name));
  }
  std::string out;
  for (const auto& [name, value] : rows) {
    if (!value.empty()) out += name + ":" + std::string(widest - width(name) + 2, ' ') + value + "\n";
  }
  return out;
}

namespace {

// What an SMSC or a text has in it moves nobody's cursor.
std::string visible(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    const bool second = octet == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;  // U+0080 to U+009F
    const unsigned control = second ? static_cast<unsigned char>(text[++i]) : octet;
    if (!second && octet >= 0x20 && octet != 0x7F) {
      out += text[i];
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02x", control);
    out += control == '\n' ? "\\n" : escape;
  }
  return out;
}

}  // namespace

std::string shown(const Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? visible(value.get<std::string>()) : value.dump();
}

std::string member(const Json& object, std::string_view name) {
  const auto found = object.find(std::string(name));
  return found == object.end() ? std::string() : shown(*found);
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, " ");
  return digits;
}

std::string octets(std::uint64_t number) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(number);
  std::size_t unit = 0;
  for (; value >= 1024 && unit < 4; ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text;
}

std::string duration(std::uint64_t seconds) {
  const auto two = [](std::uint64_t large, const char* a, std::uint64_t small, const char* b) {
    return std::to_string(large) + a + (small == 0 ? "" : " " + std::to_string(small) + b);
  };
  if (seconds >= 86400) return two(seconds / 86400, "d", seconds / 3600 % 24, "h");
  if (seconds >= 3600) return two(seconds / 3600, "h", seconds / 60 % 60, "m");
  if (seconds >= 60) return two(seconds / 60, "m", seconds % 60, "s");
  return std::to_string(seconds) + "s";
}

std::string local_time(std::string_view rfc3339) {
  std::tm utc{};
  const std::string text(rfc3339);
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (rest == nullptr) return text;
  const std::time_t at = ::timegm(&utc);
  std::tm local{};
  ::localtime_r(&at, &local);
  char shown[32];
  std::strftime(shown, sizeof shown, "%Y-%m-%d %H:%M:%S", &local);
  return shown;
}

}  // namespace dunlin::tool

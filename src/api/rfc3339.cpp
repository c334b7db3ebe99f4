#include "api/rfc3339.hpp"

namespace dunlin::api {
namespace {

constexpr Wall kFirst{};  // 1970
constexpr Wall kEnd = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

// Eats digits of fixed places and literal characters from the left; `ok` turns false at the first that does not fit.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t places) {
    int value = 0;
    if (rest.size() < places) ok = false;
    for (std::size_t i = 0; ok && i < places; ++i) {
      if (rest[i] < '0' || rest[i] > '9') ok = false;
      value = value * 10 + (rest[i] - '0');
    }
    if (ok) rest.remove_prefix(places);
    return value;
  }
  char any_of(std::string_view allowed) {
    if (!ok || rest.empty() || allowed.find(rest.front()) == allowed.npos) return ok = false, '\0';
    const char found = rest.front();
    rest.remove_prefix(1);
    return found;
  }
  // ".25" → 250; nothing when there is no fraction.
  int milliseconds() {
    if (!ok || rest.empty() || rest.front() != '.') return 0;
    rest.remove_prefix(1);
    int value = 0;
    std::size_t seen = 0;
    for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; rest.remove_prefix(1), ++seen) {
      if (seen < 3) value = value * 10 + (rest.front() - '0');
    }
    if (seen == 0) ok = false;
    for (; seen < 3; ++seen) value *= 10;
    return value;
  }
};

void append_padded(std::string& out, unsigned value, int places) {
  char digits[4];
  for (int i = places - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<std::size_t>(places));
}

}  // namespace

std::optional<Wall> parse_rfc3339(std::string_view text) {
  Cursor at{text};
  const int year = at.digits(4);
  at.any_of("-");
  const int month = at.digits(2);
  at.any_of("-");
  const int day = at.digits(2);
  at.any_of("Tt ");
  const int hour = at.digits(2);
  at.any_of(":");
  const int minute = at.digits(2);
  at.any_of(":");
  const int second = at.digits(2);
  const int fraction = at.milliseconds();
  const char sign = at.any_of("Zz+-");
  int offset = 0;
  if (sign == '+' || sign == '-') {
    const int hours = at.digits(2);
    at.any_of(":");
    const int minutes = at.digits(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    offset = (hours * 60 + minutes) * (sign == '+' ? 1 : -1);
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!at.ok || !at.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const Wall time = Wall{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
                    std::chrono::minutes{minute - offset} + std::chrono::seconds{second} +
                    std::chrono::milliseconds{fraction};
  // In UTC it can lie beyond the years that can be written.
  if (time < kFirst || time >= kEnd) return std::nullopt;
  return time;
}

void append_rfc3339(std::string& out, Wall time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{days};
  auto rest = static_cast<unsigned>((time - days).count());
  append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, rest / 3'600'000, 2);
  out += ':';
  append_padded(out, rest / 60'000 % 60, 2);
  out += ':';
  append_padded(out, rest / 1000 % 60, 2);
  if (rest % 1000 != 0) {
    out += '.';
    append_padded(out, rest % 1000, 3);
  }
  out += 'Z';
}

std::string format_rfc3339(Wall time) {
  std::string out;
  append_rfc3339(out, time);
  return out;
}

}  // namespace dunlin::api

// SMPP's times: sixteen characters, and the looser dates of receipts.
#include <algorithm>
#include <array>
#include <dunlin/smpp/time.hpp>

namespace dunlin::smpp {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr days kYear{365};
constexpr days kMonth{30};
constexpr days kDaysAlone{31};

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

// Takes numbers of fixed width off the front; the text is digits alone.
struct Digits {
  std::string_view left;
  unsigned take(std::size_t width) {
    unsigned number = 0;
    for (const char digit : left.substr(0, width)) number = number * 10 + static_cast<unsigned>(digit - '0');
    left.remove_prefix(width);
    return number;
  }
};

tl::unexpected<Error> bad_time(std::string detail) { return failure("bad_time", std::move(detail)); }

unsigned full_year(unsigned two_digits) { return two_digits < 70 ? 2000 + two_digits : 1900 + two_digits; }

// MMDDhhmm and, where they are there, ss.
Result<Wall> date_in_year(unsigned year, Digits digits) {
  const auto month = digits.take(2), day = digits.take(2), hour = digits.take(2), minute = digits.take(2);
  const auto second = digits.left.size() >= 2 ? digits.take(2) : 0;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return bad_time("no such date or time of day");
  return Wall(sys_days(date) + hours(hour) + minutes(minute) + seconds(second));
}

Result<Time> parse_relative(std::string_view text) {
  Digits digits{text};
  std::array<std::uint8_t, 6> numbers{};
  static constexpr std::array<unsigned, 6> kMost{99, 12, 31, 23, 59, 59};
  for (std::size_t place = 0; place < numbers.size(); ++place) {
    const auto number = digits.take(2);
    if (number > kMost[place]) return bad_time("a relative time's part is out of range");
    numbers[place] = static_cast<std::uint8_t>(number);
  }
  return RelativeTime{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
}

Result<Time> parse_absolute(std::string_view text, bool ahead_of_utc) {
  static constexpr unsigned kQuarterHoursMost = 48;
  Digits year{text};
  const auto date = date_in_year(full_year(year.take(2)), Digits{text.substr(2, 10)});
  if (!date) return tl::unexpected<Error>(date.error());
  Digits rest{text.substr(12)};
  const auto tenths = rest.take(1), quarters = rest.take(2);
  if (quarters > kQuarterHoursMost) return bad_time("more than 48 quarter hours from UTC");
  const auto offset = minutes(15 * quarters);
  return *date + milliseconds(100 * tenths) + (ahead_of_utc ? -offset : offset);
}

void append_two(std::string& text, std::int64_t number) {
  text += static_cast<char>('0' + number / 10 % 10);
  text += static_cast<char>('0' + number % 10);
}

}  // namespace

seconds approximate(const RelativeTime& time) {
  return kYear * time.years + kMonth * time.months + days(time.days) + hours(time.hours) + minutes(time.minutes) +
         seconds(time.seconds);
}

Result<Time> parse_time(std::string_view text) {
  if (text.size() != 16 || !all_digits(text.substr(0, 15))) return bad_time("not YYMMDDhhmmsstnnp");
  switch (text[15]) {
    case 'R': return parse_relative(text.substr(0, 15));
    case '+': return parse_absolute(text.substr(0, 15), true);
    case '-': return parse_absolute(text.substr(0, 15), false);
    default: return bad_time("ends neither with '+', '-' nor 'R'");
  }
}

Result<std::string> format_absolute(Wall time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  if (year < 1970 || year > 2069) return bad_time("two digits of a year reach from 1970 to 2069");
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text;
  append_two(text, year);
  append_two(text, static_cast<unsigned>(date.month()));
  append_two(text, static_cast<unsigned>(date.day()));
  append_two(text, clock.hours().count());
  append_two(text, clock.minutes().count());
  append_two(text, clock.seconds().count());
  text += static_cast<char>('0' + clock.subseconds().count() / 100);
  return text + "00+";
}

Result<std::string> format_relative(seconds duration) {
  if (duration < seconds::zero() || duration >= kYear * 100)
    return bad_time("a relative time is from zero to under 100 years");
  auto left = std::chrono::floor<days>(duration);
  const std::chrono::hh_mm_ss clock(duration - left);
  std::int64_t years = 0, months = 0;
  if (left > kDaysAlone) {
    years = left / kYear;
    left -= kYear * years;
    months = left / kMonth;
    left -= kMonth * months;
  }
  std::string text;
  append_two(text, years);
  append_two(text, months);
  append_two(text, left.count());
  append_two(text, clock.hours().count());
  append_two(text, clock.minutes().count());
  append_two(text, clock.seconds().count());
  return text + "000R";
}

Result<Wall> parse_date(std::string_view text) {
  if (text.size() == 16) {
    const auto time = parse_time(text);
    if (!time) return tl::unexpected<Error>(time.error());
    if (const auto* wall = std::get_if<Wall>(&*time)) return *wall;
    return bad_time("a relative time is no date");
  }
  if (!all_digits(text)) return bad_time("not a receipt's date");
  const auto two_digit_year = [&] {
    Digits digits{text};
    const auto year = full_year(digits.take(2));
    return date_in_year(year, digits);
  };
  const auto four_digit_year = [&] {
    Digits digits{text};
    const auto year = digits.take(4);
    return date_in_year(year, digits);
  };
  switch (text.size()) {
    case 10: return two_digit_year();
    case 12: {
      if (text.starts_with("20")) {
        if (auto date = four_digit_year()) return date;
      }
      return two_digit_year();
    }
    case 14: return four_digit_year();
    default: return bad_time("not a receipt's date");
  }
}

}  // namespace dunlin::smpp

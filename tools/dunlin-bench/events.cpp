#include "events.hpp"

#include <algorithm>
#include <chrono>

namespace dunlin::bench {
namespace {

int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
  return value;
}

// Events come in order: the day is nearly always the last one's.
std::int64_t day_of(std::string_view date) {
  thread_local std::string cached;
  thread_local std::int64_t days = 0;
  if (cached != date) {
    cached = date;
    const std::chrono::year_month_day day{std::chrono::year{digits(date, 0, 4)},
                                          std::chrono::month{static_cast<unsigned>(digits(date, 5, 2))},
                                          std::chrono::day{static_cast<unsigned>(digits(date, 8, 2))}};
    days = std::chrono::sys_days(day).time_since_epoch().count();
  }
  return days;
}

}  // namespace

std::int64_t parse_micros(std::string_view time) {
  if (time.size() < 20 || time[10] != 'T' || time[19] == ',') return 0;
  const auto seconds =
      ((day_of(time.substr(0, 10)) * 24 + digits(time, 11, 2)) * 60 + digits(time, 14, 2)) * 60 + digits(time, 17, 2);
  std::int64_t micros = 0, unit = 100'000;
  for (std::size_t i = 20; time[19] == '.' && i < time.size() && time[i] >= '0' && time[i] <= '9'; ++i, unit /= 10) {
    micros += (time[i] - '0') * unit;
  }
  return seconds * 1'000'000 + micros;
}

std::int64_t parse_millis(std::string_view time) { return parse_micros(time) / 1000; }

std::string_view string_member(std::string_view line, std::string_view quoted_key) {
  const auto at = line.find(quoted_key);
  if (at == line.npos) return {};
  const auto from = at + quoted_key.size();
  const auto end = line.find('"', from);
  return end == line.npos ? std::string_view{} : line.substr(from, end - from);
}

void Tracker::take(std::string_view piece) {
  for (auto end = piece.find('\n'); end != piece.npos; end = piece.find('\n')) {
    if (rest_.empty()) {
      line(piece.substr(0, end));
    } else {
      rest_ += piece.substr(0, end);
      line(rest_);
      rest_.clear();
    }
    piece.remove_prefix(end + 1);
  }
  rest_ += piece;
}

void Tracker::line(std::string_view line) {
  if (line.empty()) return;  // a keep-alive
  const auto index = jobs_.index_of(string_member(line, R"("job":")"));
  if (!index || *index >= times_.size()) return;
  JobTimes& job = times_[*index];
  const auto type = string_member(line, R"("type":")");
  const auto time = parse_millis(string_member(line, R"("time":")"));
  if (type == "accepted") {
    job.accepted = time;
    ++accepted_;
  } else if (type == "submitted") {
    if (job.submits++ > 0) ++duplicates_;
    job.submitted = time;
    ++submitted_;
  } else if (type == "in_doubt") {
    ++in_doubt_;
  } else if (const auto final = std::ranges::find(kFinalTypes, type); final != kFinalTypes.end()) {
    if (job.finals++ > 0) {
      ++duplicates_;
      return;
    }
    job.final = time;
    ++finished_;
    ++by_state_[static_cast<std::size_t>(final - kFinalTypes.begin())];
  }
}

}  // namespace dunlin::bench

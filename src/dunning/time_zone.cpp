#include "dunning/time_zone.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace dunlin::dunning {
namespace {

using std::chrono::seconds;

tl::unexpected<Error> bad(std::string detail) { return failure("bad_time_zone", std::move(detail)); }

// RFC 8536 §3.1: the counts of a header, and so the size of the block after it.
struct Header {
  char version = 0;
  std::uint32_t isutcnt = 0, isstdcnt = 0, leapcnt = 0, timecnt = 0, typecnt = 0, charcnt = 0;

  static constexpr std::size_t kSize = 44;
  std::size_t block(std::size_t time_size) const {
    return std::size_t{timecnt} * (time_size + 1) + std::size_t{typecnt} * 6 + charcnt +
           std::size_t{leapcnt} * (time_size + 4) + isstdcnt + isutcnt;
  }
};

constexpr std::uint32_t kCountMax = 1 << 16;  // of anything in a file; more is not a time zone

template <class Number>
Number big_endian(const std::uint8_t* at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) value = value << 8 | at[i];
  return static_cast<Number>(value);
}

std::optional<Header> header_of(OctetView octets) {
  if (octets.size() < Header::kSize || std::memcmp(octets.data(), "TZif", 4) != 0) return std::nullopt;
  Header header;
  header.version = static_cast<char>(octets[4]);
  const std::array counts{&header.isutcnt, &header.isstdcnt, &header.leapcnt,
                          &header.timecnt, &header.typecnt,  &header.charcnt};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    *counts[i] = big_endian<std::uint32_t>(octets.data() + 20 + 4 * i);
    if (*counts[i] > kCountMax) return std::nullopt;
  }
  return header;
}

// The rule after the last listed change, as POSIX writes TZ: "CET-1CEST,M3.5.0,M10.5.0/3".
struct Moment {
  char form = 'M';  // 'M': month, week, day of the week; 'J': day 1 to 365 without 29 February; 'n': day 0 to 365
  int month = 0, week = 0, day = 0;
  seconds time{7200};
};
struct Rule {
  seconds standard{0};
  struct Summer {
    seconds offset;
    Moment begins, ends;
  };
  std::optional<Summer> summer;
};

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  std::optional<Rule> read() {
    Rule rule;
    if (!name() || !offset(rule.standard)) return std::nullopt;
    rule.standard = -rule.standard;  // POSIX counts west
    if (text_.empty()) return rule;
    Rule::Summer summer{rule.standard + seconds{3600}, {}, {}};
    if (!name()) return std::nullopt;
    if (!text_.empty() && text_.front() != ',') {
      if (!offset(summer.offset)) return std::nullopt;
      summer.offset = -summer.offset;
    }
    if (!moment(summer.begins) || !moment(summer.ends) || !text_.empty()) return std::nullopt;
    rule.summer = summer;
    return rule;
  }

 private:
  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool name() {
    const bool quoted = take('<');
    std::size_t length = 0;
    const auto in_name = [&](char octet) {
      return quoted ? octet != '>' : (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
    };
    while (length < text_.size() && in_name(text_[length])) ++length;
    text_.remove_prefix(length);
    return length > 0 && (!quoted || take('>'));
  }
  bool number(int& value, int min, int max) {
    const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (problem != std::errc{} || value < min || value > max) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }
  // [+-]hh[:mm[:ss]]; RFC 8536 §3.3.1 allows hours from -167 to 167.
  bool offset(seconds& value) {
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0, minutes = 0, rest = 0;
    if (!number(hours, 0, 167)) return false;
    if (take(':') && (!number(minutes, 0, 59) || (take(':') && !number(rest, 0, 59)))) return false;
    value = seconds{hours * 3600 + minutes * 60 + rest};
    if (negative) value = -value;
    return true;
  }
  bool moment(Moment& value) {
    if (!take(',')) return false;
    if (take('M')) {
      if (!number(value.month, 1, 12) || !take('.') || !number(value.week, 1, 5) || !take('.') ||
          !number(value.day, 0, 6))
        return false;
    } else {
      value.form = take('J') ? 'J' : 'n';
      if (!number(value.day, value.form == 'J' ? 1 : 0, 365)) return false;
    }
    return !take('/') || offset(value.time);
  }

  std::string_view text_;
};

seconds local_seconds(int year, const Moment& moment) {
  using namespace std::chrono;
  const std::chrono::year in{year};
  local_days date;
  if (moment.form == 'M') {
    const std::chrono::month of{static_cast<unsigned>(moment.month)};
    const std::chrono::weekday on{static_cast<unsigned>(moment.day)};
    date = moment.week == 5 ? local_days{in / of / on[last]}
                            : local_days{in / of / on[static_cast<unsigned>(moment.week)]};
  } else {
    const bool skip = moment.form == 'J' && in.is_leap() && moment.day >= 60;
    date = local_days{in / January / 1} + days{moment.day - (moment.form == 'J' ? 1 : 0) + (skip ? 1 : 0)};
  }
  return seconds{date.time_since_epoch()} + moment.time;
}

Wall wall_of(seconds since_1970) { return Wall{since_1970}; }

int year_of(Wall at) {
  return static_cast<int>(std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(at)}.year());
}

}  // namespace

Result<TimeZone> TimeZone::parse(OctetView tzif) {
  const auto old = header_of(tzif);
  if (!old) return bad("no TZif file");
  if (old->version < '2') return bad("a TZif file of version 1, which has no times after 2037");
  const std::size_t skipped = Header::kSize + old->block(4);
  if (tzif.size() < skipped) return bad("cut short");
  OctetView rest = tzif.subspan(skipped);
  const auto header = header_of(rest);
  if (!header) return bad("has no second header");
  const std::size_t block = header->block(8);
  if (rest.size() < Header::kSize + block || header->typecnt == 0) return bad("cut short");
  if (header->leapcnt != 0) return bad("counts leap seconds: a zone of the folder right/ is not meant");

  const std::uint8_t* times = rest.data() + Header::kSize;
  const std::uint8_t* indexes = times + std::size_t{header->timecnt} * 8;
  const std::uint8_t* types = indexes + header->timecnt;
  const auto offset_of = [&](std::size_t type) { return seconds{big_endian<std::int32_t>(types + type * 6)}; };
  constexpr seconds kOffsetMax{26 * 3600};  // RFC 8536 §3.2: at most 25:59:59
  for (std::size_t type = 0; type < header->typecnt; ++type) {
    if (offset_of(type) >= kOffsetMax || offset_of(type) <= -kOffsetMax) return bad("an offset of more than a day");
  }

  TimeZone zone;
  zone.before_ = offset_of(0);
  const Wall first{};  // nothing is sent before 1970: of earlier changes the last one is kept, as what was before
  const Wall last = std::chrono::sys_days{std::chrono::year{kLastYear} / 12 / 31};
  Wall previous = Wall::min();
  for (std::size_t i = 0; i < header->timecnt; ++i) {
    const auto since = seconds{big_endian<std::int64_t>(times + i * 8)};
    if (indexes[i] >= header->typecnt) return bad("a change to a type that is not there");
    const seconds offset = offset_of(indexes[i]);
    if (since <= first.time_since_epoch()) {
      zone.before_ = offset;
      continue;
    }
    if (since > last.time_since_epoch()) break;
    if (wall_of(since) <= previous) return bad("its changes are out of order");
    previous = wall_of(since);
    zone.changes_.push_back({previous, offset});
  }

  std::string_view footer = text_of(rest.subspan(Header::kSize + block));
  if (footer.empty() || footer.front() != '\n') return bad("has no footer");
  footer.remove_prefix(1);
  footer = footer.substr(0, footer.find('\n'));
  if (footer.empty()) return zone;
  const auto rule = RuleReader(footer).read();
  if (!rule) return bad("its footer is no POSIX TZ rule");
  if (rule->summer) {
    const int from = zone.changes_.empty() ? 1970 : year_of(zone.changes_.back().at);
    for (int year = from; year <= kLastYear; ++year) {
      std::array both{Change{wall_of(local_seconds(year, rule->summer->begins) - rule->standard), rule->summer->offset},
                      Change{wall_of(local_seconds(year, rule->summer->ends) - rule->summer->offset), rule->standard}};
      if (both[1].at < both[0].at) std::swap(both[0], both[1]);
      for (const Change& change : both) {
        if (change.at > previous) zone.changes_.push_back(change);
      }
    }
  }
  return zone;
}

TimeZone::Span TimeZone::span_at(Wall at) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), at,
                                      [](Wall moment, const Change& change) { return moment < change.at; });
  Span span{Wall::min(), Wall::max(), before_};
  if (after != changes_.end()) span.until = after->at;
  if (after != changes_.begin()) {
    span.from = std::prev(after)->at;
    span.offset = std::prev(after)->offset;
  }
  return span;
}

Wall TimeZone::first_at(LocalTime wanted) const {
  constexpr std::chrono::hours kFarthest{26};  // no clock is farther from UTC
  Wall at = Wall{wanted.time_since_epoch()} - kFarthest;
  for (;;) {
    const Span span = span_at(at);
    if (span.local(at) >= wanted) return at;
    const Wall reached = span.wall(wanted);
    if (reached < span.until) return reached;
    at = span.until;
  }
}

}  // namespace dunlin::dunning

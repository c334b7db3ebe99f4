#include "dunning/reply_dates.hpp"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace dunlin::dunning {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> kWeekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};
// Between a day and its month, and between that and the year.
constexpr std::array<std::string_view, 4> kOf{"de", "del", "of", "do"};

unsigned number_of(const Word& word) {
  unsigned value = 0;
  const char* end = word.folded.data() + word.folded.size();
  const auto read = std::from_chars(word.folded.data(), end, value);
  return word.number && read.ec == std::errc{} && read.ptr == end ? value : 0;
}

// Monday is 0.
unsigned weekday_of(Date date) { return std::chrono::weekday{date}.iso_encoding() - 1; }
Date sunday_of(Date date) { return date + days{6 - weekday_of(date)}; }
Date last_of_month(Date date, unsigned months_ahead) {
  const year_month_day at{date};
  return Date{(at.year() / at.month() + std::chrono::months{months_ahead}) / std::chrono::last};
}

std::optional<Date> valid(unsigned year, unsigned month, unsigned day) {
  const year_month_day at{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month}, std::chrono::day{day}};
  return at.ok() ? std::optional(Date{at}) : std::nullopt;
}

std::string first_word(const icu::UnicodeString& name) {
  std::string utf8;
  name.toUTF8String(utf8);
  const ReplyText text = read_reply(utf8);
  return text.words.empty() ? std::string{} : text.words.front().folded;
}

}  // namespace

DateWords::DateWords(std::string_view language) {
  using Symbols = icu::DateFormatSymbols;
  UErrorCode status = U_ZERO_ERROR;
  const Symbols symbols(icu::Locale(std::string(language).c_str()), status);
  if (U_FAILURE(status)) return;
  for (const auto context : {Symbols::FORMAT, Symbols::STANDALONE}) {
    std::int32_t count = 0;
    // Short weekdays are words of other meanings in too many languages ("so", "ter", "do").
    const icu::UnicodeString* names = symbols.getWeekdays(count, context, Symbols::WIDE);
    for (std::int32_t i = 1; i < count; ++i) weekdays_.emplace(first_word(names[i]), static_cast<unsigned>(i + 5) % 7);
    for (const auto width : {Symbols::WIDE, Symbols::ABBREVIATED}) {
      names = symbols.getMonths(count, context, width);
      for (std::int32_t i = 0; i < count; ++i) months_.emplace(first_word(names[i]), static_cast<unsigned>(i + 1));
    }
  }
}

Result<void> DateWords::add(std::string_view written, std::string_view means, const WordSets& sets) {
  Result<Pattern> pattern = compile_pattern(written, sets);
  if (!pattern) return tl::unexpected(pattern.error());
  const auto named = [&](std::span<const std::string_view> names, unsigned from,
                         auto& into) -> std::optional<Result<void>> {
    const auto found = std::ranges::find(names, means);
    if (found == names.end()) return std::nullopt;
    if (pattern->size() != 1 || pattern->front().words.empty()) return failure("bad_pattern", "a name is one word");
    for (const std::string& word : pattern->front().words)
      into[word] = static_cast<unsigned>(found - names.begin()) + from;
    return Result<void>{};
  };
  if (const auto weekday = named(kWeekdays, 0, weekdays_)) return *weekday;
  if (const auto month = named(kMonths, 1, months_)) return *month;

  static constexpr std::pair<std::string_view, Means> kMeanings[]{
      {"# days", Means::days},           {"# weeks", Means::weeks},
      {"# months", Means::months},       {"week", Means::week},
      {"next week", Means::next_week},   {"month", Means::month},
      {"next month", Means::next_month}, {"day", Means::day}};
  Phrase phrase{Means::days_ahead};
  const auto* found = std::ranges::find(kMeanings, means, &std::pair<std::string_view, Means>::first);
  if (found != std::end(kMeanings)) {
    phrase.means = found->second;
  } else {
    const char* end = means.data() + means.size();
    const bool plus = means.starts_with('+') && means.size() <= 4;
    const auto read =
        plus ? std::from_chars(means.data() + 1, end, phrase.days) : std::from_chars_result{means.data(), {}};
    if (!plus || read.ec != std::errc{} || read.ptr != end || phrase.days < 0) {
      return failure("bad_value", "is no meaning of a day, as \"+1\", \"next week\" and \"friday\" are");
    }
  }
  const bool needs_number = means.front() == '#' || phrase.means == Means::day;
  if (std::ranges::count(*pattern, Element::Kind::number, &Element::kind) != (needs_number ? 1 : 0)) {
    return failure("bad_pattern", needs_number ? "needs one '#' for this meaning" : "has a '#' that means nothing");
  }
  index_.add(std::move(*pattern));
  phrases_.push_back(phrase);
  return {};
}

// One text: every form is looked for among the words that no form before it took.
class DateWords::Search {
 public:
  Search(const DateWords& of, std::span<const Word> words, Date today, std::optional<bool> month_first)
      : of_(of), words_(words), today_(today), month_first_(month_first), used_(words.size()) {}

  std::optional<Date> run() {
    for (std::size_t at = 0; at < words_.size(); ++at) at += take(at, written_out(at));
    phrases();
    for (std::size_t at = 0; at < words_.size(); ++at) weekday(at);
    return found_.size() == 1 ? *found_.begin() : std::nullopt;
  }

 private:
  // Words it took; what it found, if anything, is noted.
  std::size_t written_out(std::size_t at) {
    if (!words_[at].number) return month_day(at);
    if (const std::size_t taken = numeric(at)) return taken;
    std::size_t month = at + 1;
    if (month < words_.size() && std::ranges::find(kOf, words_[month].folded) != kOf.end()) ++month;
    if (month >= words_.size()) return 0;
    const auto name = of_.months_.find(words_[month].folded);
    if (name == of_.months_.end()) return 0;
    return month + 1 - at + day_of(number_of(words_[at]), name->second, month + 1);
  }

  std::size_t month_day(std::size_t at) {
    const auto name = of_.months_.find(words_[at].folded);
    const unsigned day = at + 1 < words_.size() ? number_of(words_[at + 1]) : 0;
    if (name == of_.months_.end() || day == 0 || day > 31) return 0;
    return 2 + day_of(day, name->second, at + 2);
  }

  // 2026-12-01, 1.12., 01/12/2026
  std::size_t numeric(std::size_t at) {
    if (words_[at].glue == 0 || at + 1 >= words_.size() || !words_[at + 1].number) return 0;
    const unsigned first = number_of(words_[at]), second = number_of(words_[at + 1]);
    const bool third = words_[at + 1].glue == words_[at].glue && at + 2 < words_.size() && words_[at + 2].number;
    if (words_[at].folded.size() == 4) {
      if (!third) return 0;
      note(valid(first, second, number_of(words_[at + 2])), kPromiseMax);
      return 3;
    }
    unsigned year = third ? number_of(words_[at + 2]) : 0;
    if (third && year < 100) year += 2000;
    const auto reading = [&](unsigned day, unsigned month) {
      return third ? valid(year, month, day) : coming(day, month);
    };
    const auto day_first = reading(first, second), american = reading(second, first);
    if (!day_first && !american) return third ? 3 : 2;
    const bool unknown = !month_first_ && day_first && american && *day_first != *american;
    if (unknown) {
      note(day_first, kPromiseMax);
      note(american, kPromiseMax);
    } else {
      note(month_first_ ? (*month_first_ ? american : day_first)
           : day_first  ? day_first
                        : american,
           third ? kPromiseMax : kPromiseNear);
    }
    return third ? 3 : 2;
  }

  // Of this year or the next: the first that is not past.
  std::optional<Date> coming(unsigned day, unsigned month) const {
    const auto year = static_cast<unsigned>(static_cast<int>(year_month_day{today_}.year()));
    const auto at = valid(year, month, day);
    return at && *at >= today_ ? at : valid(year + 1, month, day);
  }

  // A year may stand behind: how many words it is.
  std::size_t day_of(unsigned day, unsigned month, std::size_t behind) {
    std::size_t at = behind;
    if (at + 1 < words_.size() && std::ranges::find(kOf, words_[at].folded) != kOf.end()) ++at;
    const unsigned year = at < words_.size() && words_[at].folded.size() == 4 ? number_of(words_[at]) : 0;
    if (year < 1970 || year > 2100) {
      note(coming(day, month), kPromiseNear);
      return 0;
    }
    note(valid(year, month, day), kPromiseMax);
    return at + 1 - behind;
  }

  void phrases() {
    std::vector<Match> matches = of_.index_.find(words_);
    std::ranges::stable_sort(matches, [](const Match& one, const Match& other) {
      return one.end - one.begin > other.end - other.begin;  // "end of next week" before "next week"
    });
    for (const Match& each : matches) {
      const auto taken = used_.begin() + static_cast<std::ptrdiff_t>(each.begin);
      const auto length = static_cast<std::ptrdiff_t>(each.end - each.begin);
      if (std::any_of(taken, taken + length, [](bool used) { return used; })) continue;
      std::fill(taken, taken + length, true);
      phrase(of_.phrases_[each.pattern], each);
    }
  }

  void phrase(const Phrase& said, const Match& at) {
    unsigned number = 0;
    for (std::size_t i = at.begin; i < at.end; ++i) number = words_[i].number ? number_of(words_[i]) : number;
    if (number > kPromiseAmountMax) return;
    switch (said.means) {
      case Means::days_ahead: return note(today_ + days{said.days}, kPromiseMax);
      case Means::days: return note(today_ + days{number}, kPromiseMax);
      case Means::weeks: return note(today_ + days{7 * number}, kPromiseMax);
      case Means::months: {
        const year_month_day now{today_};
        const auto later = now.year() / now.month() + std::chrono::months{number};
        const year_month_day same{later / now.day()};
        return note(same.ok() ? Date{same} : Date{later / std::chrono::last}, kPromiseMax);
      }
      case Means::week: return note(sunday_of(today_), kPromiseMax);
      case Means::next_week: return note(sunday_of(today_) + days{7}, kPromiseMax);
      case Means::month: return note(last_of_month(today_, 0), kPromiseMax);
      case Means::next_month: return note(last_of_month(today_, 1), kPromiseMax);
      case Means::day: return day_of_month(number);
    }
  }

  void day_of_month(unsigned day) {
    const year_month_day now{today_};
    for (unsigned ahead = 0; ahead <= 2; ++ahead) {
      const year_month_day at{(now.year() / now.month() + std::chrono::months{ahead}) / std::chrono::day{day}};
      if (at.ok() && Date{at} >= today_) return note(Date{at}, kPromiseNear);
    }
  }

  void weekday(std::size_t at) {
    const auto name = of_.weekdays_.find(words_[at].folded);
    if (used_[at] || name == of_.weekdays_.end()) return;
    const auto is_next = [&](std::size_t beside) {
      return beside < words_.size() && std::ranges::find(of_.next_, words_[beside].folded) != of_.next_.end();
    };
    if ((at > 0 && is_next(at - 1)) || is_next(at + 1))
      return note(sunday_of(today_) + days{1 + name->second}, kPromiseMax);
    const unsigned ahead = (name->second + 7 - weekday_of(today_)) % 7;
    note(today_ + days{ahead == 0 ? 7 : ahead}, kPromiseMax);
  }

  std::size_t take(std::size_t at, std::size_t taken) {
    std::fill_n(used_.begin() + static_cast<std::ptrdiff_t>(at), taken, true);
    return taken > 0 ? taken - 1 : 0;
  }

  // A day that cannot be meant is one that was told all the same.
  void note(std::optional<Date> date, days ahead_max) {
    found_.insert(date && *date >= today_ && *date <= today_ + ahead_max ? date : std::nullopt);
  }

  const DateWords& of_;
  std::span<const Word> words_;
  Date today_;
  std::optional<bool> month_first_;
  std::vector<bool> used_;
  std::set<std::optional<Date>> found_;
};

std::optional<Date> DateWords::find(std::span<const Word> words, Date today, std::optional<bool> month_first) const {
  return Search(*this, words, today, month_first).run();
}

void DateWords::cover(std::span<const Word> words, std::vector<bool>& covered) const {
  for (const Match& each : index_.find(words)) index_.cover(each, words, covered);
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at].folded;
    if (weekdays_.contains(word) || months_.contains(word) || std::ranges::find(next_, word) != next_.end())
      covered[at] = true;
  }
}

}  // namespace dunlin::dunning

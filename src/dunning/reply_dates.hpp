// The day a promise names: "Friday", "am 15.", "demain", "le 3 mars", "next week". Pure.
#pragma once

#include <array>
#include <cstddef>
#include <dunlin/base/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dunning/countries.hpp"
#include "dunning/reply_pattern.hpp"

namespace dunlin::dunning {

inline constexpr std::chrono::days kPromiseMax{366};    // ahead; a day beyond is none
inline constexpr std::chrono::days kPromiseNear{183};   // the same of a day told without its year
inline constexpr std::size_t kPromiseAmountMax = 1000;  // "in # days"

// One language's words of time. Names of months and weekdays are ICU's; the rest is added. Linear in the text.
class DateWords {
 public:
  explicit DateWords(std::string_view language);

  // `means` is one of
  //   monday … sunday     the next one; the words are added to the names
  //   january … december  the same, of months
  //   +N                  in N days           # days, # weeks, # months   in so many
  //   week, next week     its Sunday          month, next month           its last day
  //   day                 # of this month, or of the next
  // Errors: "bad_pattern", "bad_value".
  [[nodiscard]] Result<void> add(std::string_view written, std::string_view means, const WordSets& sets);
  // A weekday beside this word is the one of next week: the later of what it may mean.
  void add_next(std::string_view word) { next_.emplace_back(word); }

  // None: no day was told, or two different ones, or one that is past or too far. `month_first`: of "1/12"; none:
  // nobody knows, and it is no day unless only one reading is.
  [[nodiscard]] std::optional<Date> find(std::span<const Word> words, Date today,
                                         std::optional<bool> month_first) const;
  // Marks the words that tell a day.
  void cover(std::span<const Word> words, std::vector<bool>& covered) const;

 private:
  enum class Means : std::uint8_t { days_ahead, days, weeks, months, week, next_week, month, next_month, day };
  struct Phrase {
    Means means;
    int days = 0;  // of days_ahead
  };
  class Search;

  std::unordered_map<std::string, unsigned> weekdays_;  // 0 is Monday
  std::unordered_map<std::string, unsigned> months_;    // 1 is January
  std::vector<std::string> next_;                       // folded
  PatternIndex index_;
  std::vector<Phrase> phrases_;
};

}  // namespace dunlin::dunning

// What reports are made of: sums of jobs, by the day they were sent. No row tells of a person. As store/records.hpp
// says of all records, a field is only ever appended to a list.
#pragma once

#include <cstdint>
#include <dunlin/base/fields.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace dunlin::store {

struct IntentCount {
  std::string intent;
  std::uint64_t count = 0;
  static constexpr auto fields = std::tuple{field("intent", &IntentCount::intent), field("count", &IntentCount::count)};
  bool operator==(const IntentCount&) const = default;
};

// What segments cost in one currency: exact.
struct Cost {
  std::string currency;
  std::uint64_t units = 0;     // of 10^-4
  std::uint32_t decimals = 0;  // as many as the prices were written with
  static constexpr auto fields =
      std::tuple{field("currency", &Cost::currency), field("units", &Cost::units), field("decimals", &Cost::decimals)};
  bool operator==(const Cost&) const = default;
};

// reports: (day, campaign, stage) → the jobs that were submitted on that day, or ended on it without having been.
// Which of them counts where is in their ReportMark.
struct Tally {
  std::uint64_t jobs = 0;
  std::uint64_t submitted = 0;
  std::vector<std::uint64_t> ended{};   // by the State they have ended in; empty: none has
  std::uint64_t paid_before = 0;        // of those cancelled: they were paid for before they were sent
  std::uint64_t owing = 0;              // of those submitted: a payment can be for them
  std::uint64_t paid = 0;               // of those: paid for within 48 hours
  std::uint64_t called = 0;             // their person came to be phoned
  std::vector<IntentCount> replies{};   // that were matched to one of them, each once
  std::uint64_t opt_outs = 0;           // of these: they stopped what was not stopped before
  std::uint64_t wrong_numbers = 0;      // and these were the first to say so
  std::uint64_t segments = 0;           // that an SMSC took, also those of a text that was sent again
  std::uint64_t segments_unpriced = 0;  // of these: nobody has said what they cost
  std::vector<Cost> costs{};            // one a currency
  static constexpr auto fields =
      std::tuple{field("jobs", &Tally::jobs),         field("submitted", &Tally::submitted),
                 field("ended", &Tally::ended),       field("paid_before", &Tally::paid_before),
                 field("owing", &Tally::owing),       field("paid", &Tally::paid),
                 field("called", &Tally::called),     field("replies", &Tally::replies),
                 field("opt_outs", &Tally::opt_outs), field("wrong_numbers", &Tally::wrong_numbers),
                 field("segments", &Tally::segments), field("segments_unpriced", &Tally::segments_unpriced),
                 field("costs", &Tally::costs)};
  bool operator==(const Tally&) const = default;
};

}  // namespace dunlin::store

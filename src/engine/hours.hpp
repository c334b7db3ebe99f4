// When a job may leave, as the calendar has it. Pure.
#pragma once

#include <dunlin/base/time.hpp>
#include <memory>
#include <optional>
#include <string_view>

#include "dunning/calendar.hpp"
#include "dunning/decide.hpp"
#include "engine/settings.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// What a configuration says of times; never null.
[[nodiscard]] std::shared_ptr<const dunning::CalendarRules> rules_of(const DunningSettings& dunning);

// Where its reader is: by its own time_zone, else by its number. `country`: the number's. Lives as long as job and
// rules.
[[nodiscard]] dunning::Place place_of(const store::Job& job, std::string_view country,
                                      const dunning::CalendarRules& rules);

struct Window {
  std::optional<dunning::Closed> closed;
  std::optional<Wall> until;  // open: when it closes; none: not within sight
  std::string_view rule{};    // open: the row that says so; empty: none was asked
};
// As a rule, where it is the configuration that closes a time which the table leaves open.
inline constexpr std::string_view kRuleQuietHours = "dunning.quiet_hours";
inline constexpr std::string_view kRuleQuietDays = "dunning.quiet_days";
// And of an answer to somebody who wrote just now, which no hours keep.
inline constexpr std::string_view kRuleAnswer = "answer";
// With less than `least` left of it, a window counts as closed.
[[nodiscard]] Window window_at(dunning::Calendar& calendar, const dunning::Place& place, store::Purpose purpose,
                               Wall at, std::chrono::milliseconds least = {});

// The job's own not_before, or the later moment that its send_at_local names. Nothing where it has a send_at_local and
// nobody knows the zone.
[[nodiscard]] std::optional<Wall> not_before_of(const store::Job& job, const dunning::Place& place,
                                                const dunning::CalendarRules& rules, Wall now);

}  // namespace dunlin::engine

// When a job may leave, as the calendar has it. Pure.
#pragma once

#include <dunlin/base/time.hpp>
#include <optional>
#include <string_view>

#include "dunning/calendar.hpp"
#include "dunning/decide.hpp"
#include "store/records.hpp"

namespace dunlin::engine {

// Where its reader is: by its own time_zone, else by its number. `country`: the number's. Lives as long as job and
// rules.
[[nodiscard]] dunning::Place place_of(const store::Job& job, std::string_view country,
                                      const dunning::CalendarRules& rules);

struct Window {
  std::optional<dunning::Closed> closed;
  std::optional<Wall> until;  // open: when it closes; none: not within sight
};
// With less than `least` left of it, a window counts as closed.
[[nodiscard]] Window window_at(dunning::Calendar& calendar, const dunning::Place& place, store::Purpose purpose,
                               Wall at, std::chrono::milliseconds least = {});

// The job's own not_before, or the later moment that its send_at_local names. Nothing where it has a send_at_local and
// nobody knows the zone.
[[nodiscard]] std::optional<Wall> not_before_of(const store::Job& job, const dunning::Place& place,
                                                const dunning::CalendarRules& rules, Wall now);

}  // namespace dunlin::engine

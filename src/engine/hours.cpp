// When a job may leave: where its reader is, what the calendar says of it, and where the window ends.
#include <algorithm>

#include "engine/engine.hpp"
#include "engine/hours.hpp"

namespace dunlin::engine {

static_assert(static_cast<int>(store::Purpose::billing) == static_cast<int>(dunning::Purpose::billing));
static_assert(static_cast<int>(store::Purpose::collection) == static_cast<int>(dunning::Purpose::collection));
static_assert(static_cast<int>(store::Purpose::marketing) == static_cast<int>(dunning::Purpose::marketing));

std::shared_ptr<const dunning::CalendarRules> rules_of(const DunningSettings& dunning) {
  return dunning.calendar ? dunning.calendar : std::make_shared<const dunning::CalendarRules>();
}

dunning::Place place_of(const store::Job& job, std::string_view country, const dunning::CalendarRules& rules) {
  return {country, job.time_zone.empty() ? rules.zones_of(job.to, country) : std::string_view(job.time_zone)};
}

namespace {

std::string_view rule_of(const dunning::Opening& opening) {
  if (opening.configured) return opening.reason == dunning::kReasonQuietDay ? kRuleQuietDays : kRuleQuietHours;
  return opening.rule == nullptr ? std::string_view{} : std::string_view(opening.rule->name);
}

}  // namespace

Window window_at(dunning::Calendar& calendar, const dunning::Place& place, store::Purpose purpose, Wall at,
                 std::chrono::milliseconds least) {
  Window window;
  if (!calendar.rules().any()) return window;
  const auto kind = static_cast<dunning::Purpose>(purpose);
  dunning::Opening opening = calendar.at(at, place, kind);
  if (opening.open && opening.until && *opening.until - at < least) {
    const dunning::Opening next = calendar.at(*opening.until, place, kind);
    if (!next.open) opening = next;
  }
  if (opening.open) {
    window.until = opening.until;
    window.rule = rule_of(opening);
  } else {
    window.closed = dunning::Closed{opening.reason, opening.until, rule_of(opening)};
  }
  return window;
}

Window Engine::window_of(const store::Job& job, const store::JobState& state, std::chrono::milliseconds least) {
  return window_at(calendar_, place_of(job, state.country, calendar_.rules()), purpose_of(job), now_.wall, least);
}

// What the SMSC is told: the job's end, or the window's.
Wall Engine::valid_until(const store::Job& job, const store::JobState& state, std::chrono::milliseconds least) {
  if (!settings_.dunning.validity_within_window) return state.expires_at;
  const bool at_any_hour = state.answer == store::AnswerKind::automatic || state.answer == store::AnswerKind::confirmation;
  if (at_any_hour) return state.expires_at;
  const Window window = window_of(job, state, least);
  return std::min(state.expires_at, window.until.value_or(state.expires_at));
}

std::optional<Wall> not_before_of(const store::Job& job, const dunning::Place& place,
                                  const dunning::CalendarRules& rules, Wall now) {
  if (job.send_at_local.empty()) return job.not_before;
  const Result<dunning::LocalWish> wish = dunning::parse_send_at_local(job.send_at_local);
  if (!wish) return std::nullopt;
  const std::optional<Wall> moment =
      dunning::moment_of(*wish, std::max(now, job.not_before.value_or(now)), rules.zones->all_of(place.zones));
  if (!moment) return std::nullopt;
  return std::max(*moment, job.not_before.value_or(*moment));
}

}  // namespace dunlin::engine

#include "dunning/calendar.hpp"

#include <algorithm>
#include <functional>

namespace dunlin::dunning {
namespace {

using std::chrono::days;

constexpr days kStep{1};                   // a timeline grows by so much at a time
constexpr std::size_t kSegmentsMax = 128;  // beyond: those that are past are forgotten

unsigned weekday_of(Date date) {
  return std::chrono::weekday{std::chrono::sys_days{date.time_since_epoch()}}.iso_encoding() - 1;
}

bool within(const Hours& hours, std::uint16_t minute) {
  if (hours.from < hours.until) return hours.from <= minute && minute < hours.until;
  return minute >= hours.from || minute < hours.until;
}

bool within(const std::vector<Hours>& hours, std::uint16_t minute) {
  return std::any_of(hours.begin(), hours.end(), [&](const Hours& one) { return within(one, minute); });
}

// Of several zones that are closed at once, the one reason that is told.
int weight(std::string_view reason) { return reason == kReasonHoliday ? 3 : reason == kReasonQuietDay ? 2 : 1; }

}  // namespace

std::span<const KnownPrefix> CalendarRules::prefixes() const {
  return countries ? std::span<const KnownPrefix>(countries->prefixes()) : std::span<const KnownPrefix>{};
}

std::string_view CalendarRules::zones_of(std::string_view e164, std::string_view country) const {
  const KnownPrefix* known = longest_prefix(prefixes(), e164);
  return known != nullptr && !known->zones.empty() ? std::string_view(known->zones) : zones->of_number(e164, country);
}

std::vector<const Rule*> CalendarRules::never_open(std::chrono::milliseconds least) const {
  std::vector<const Rule*> found;
  if (!countries) return found;
  const auto look_at = [&](const Rule& rule) {
    const std::chrono::minutes longest = longest_window(narrowed(rule.hours, quiet));
    if (longest.count() == 0 || longest < least) found.push_back(&rule);
  };
  for (const Rule& rule : countries->rules()) look_at(rule);
  look_at(strict_rule());
  return found;
}

std::size_t Calendar::Hash::operator()(const KeyView& key) const {
  const std::hash<std::string_view> hash;
  return hash(key.zones) ^ (hash(key.country) * 31 + static_cast<std::size_t>(key.purpose));
}

// What a day's minutes are worth, in their order.
void Calendar::one_day(Date date, const KeyView& key, std::vector<std::pair<Hours, Verdict>>& pieces) const {
  const Countries* countries = rules_->countries.get();
  const Quiet& quiet = rules_->quiet;
  const Rule* rule = countries != nullptr ? &countries->rule(key.country, key.purpose, date) : nullptr;
  const Hours all{0, kDayMinutes};
  if (rule != nullptr && !rule->holidays) {
    if (const Holiday* holiday = countries->holiday(key.country, date)) {
      pieces.emplace_back(all, Verdict{kReasonHoliday, rule, holiday});
      return;
    }
  }
  const unsigned weekday = weekday_of(date);
  const std::vector<Hours> whole{all};
  const std::vector<Hours>& hours = rule != nullptr ? rule->hours[weekday] : whole;
  if (hours.empty() || quiet.days[weekday]) {
    pieces.emplace_back(all, Verdict{kReasonQuietDay, rule, nullptr, !hours.empty()});
    return;
  }
  std::vector<std::uint16_t> cuts{0, kDayMinutes};
  for (const Hours& one : hours) cuts.insert(cuts.end(), {one.from, one.until});
  if (quiet.hours) cuts.insert(cuts.end(), {quiet.hours->from, quiet.hours->until});
  std::sort(cuts.begin(), cuts.end());
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i] == cuts[i + 1]) continue;
    Verdict verdict{{}, rule};
    if (!within(hours, cuts[i])) {
      verdict.reason = kReasonQuietHours;
    } else if (quiet.hours && within(*quiet.hours, cuts[i])) {
      verdict.reason = kReasonQuietHours;
      verdict.configured = true;
    }
    pieces.emplace_back(Hours{cuts[i], cuts[i + 1]}, verdict);
  }
}

// A moment is judged by what the clocks there read then, so an hour that comes twice is judged twice, and one that is
// skipped never.
Calendar::Timeline Calendar::one_zone(const TimeZone& zone, const KeyView& key, Wall from, Wall until) const {
  Timeline timeline;
  std::vector<std::pair<Hours, Verdict>> pieces;
  while (from < until) {
    const TimeZone::Span span = zone.span_at(from);
    const Date date = std::chrono::floor<days>(span.local(from));
    const Wall midnight = span.wall(date);
    const Wall end = std::min({until, span.until, span.wall(date + days{1})});
    pieces.clear();
    one_day(date, key, pieces);
    for (const auto& [hours, verdict] : pieces) {
      const Wall begins = std::max(from, midnight + std::chrono::minutes{hours.from});
      const Wall ends = std::min(end, midnight + std::chrono::minutes{hours.until});
      if (begins >= ends) continue;
      if (timeline.empty() || !(timeline.back().verdict == verdict)) timeline.push_back({begins, verdict});
    }
    from = end;
  }
  return timeline;
}

// Open where all are.
void Calendar::extend(Known& known, const KeyView& key) {
  const Wall from = known.until;
  const Wall until = from + kStep;
  std::vector<Timeline> all;
  std::vector<Wall> cuts;
  for (const TimeZone* zone : known.zones) {
    all.push_back(one_zone(*zone, key, from, until));
    for (const Segment& segment : all.back()) cuts.push_back(segment.from);
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  for (const Wall cut : cuts) {
    Verdict verdict;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto after = std::upper_bound(all[i].begin(), all[i].end(), cut,
                                          [](Wall at, const Segment& segment) { return at < segment.from; });
      const Verdict& one = std::prev(after)->verdict;
      const bool graver = !one.open() && (verdict.open() || weight(one.reason) > weight(verdict.reason));
      if (i == 0 || graver) verdict = one;
    }
    if (known.timeline.empty() || !(known.timeline.back().verdict == verdict)) {
      known.timeline.push_back({cut, verdict});
    }
  }
  known.until = until;
}

Calendar::Known& Calendar::known_of(const Place& place, Purpose purpose) {
  const auto found = known_.find(KeyView{place.country, place.zones, purpose});
  if (found != known_.end()) return found->second;
  if (known_.size() >= kPlacesMax) known_.clear();
  Known known;
  known.zones = rules_->zones->all_of(place.zones);
  return known_.emplace(Key{std::string(place.country), std::string(place.zones), purpose}, std::move(known))
      .first->second;
}

Opening Calendar::at(Wall now, const Place& place, Purpose purpose) {
  if (!rules_->any()) return {.until = now + kOpenAhead};
  Known& known = known_of(place, purpose);
  if (known.zones.empty()) return {.open = false, .reason = kReasonTimezoneUnknown};
  if (known.never_from <= now && now < known.never_until) return known.never;
  return look(known, now, KeyView{place.country, place.zones, purpose});
}

Opening Calendar::look(Known& known, Wall now, const KeyView& key) {
  auto& timeline = known.timeline;
  if (timeline.empty() || now < timeline.front().from || now >= known.until + kStep) {
    timeline.clear();
    known.current = 0;
    known.until = std::chrono::floor<std::chrono::hours>(now);
  }
  while (known.until <= now) extend(known, key);
  if (timeline.size() > kSegmentsMax && known.current > 0) {
    timeline.erase(timeline.begin(), timeline.begin() + static_cast<std::ptrdiff_t>(known.current));
    known.current = 0;
  }
  if (now < timeline[known.current].from) known.current = 0;
  while (known.current + 1 < timeline.size() && timeline[known.current + 1].from <= now) ++known.current;

  const Verdict verdict = timeline[known.current].verdict;
  Opening opening{.open = verdict.open(),
                  .reason = verdict.reason,
                  .rule = verdict.rule,
                  .holiday = verdict.holiday,
                  .configured = verdict.configured};
  const Wall horizon = now + (opening.open ? kOpenAhead : days{kDaysAhead});
  for (std::size_t i = known.current + 1;;) {
    for (; i < timeline.size(); ++i) {
      if (timeline[i].verdict.open() == opening.open) continue;
      opening.until = timeline[i].from;
      return opening;
    }
    if (known.until > horizon) break;
    extend(known, key);
  }
  if (opening.open) {
    opening.until = horizon;
    return opening;
  }
  if (known.zones.size() > 1) {
    opening = {.open = false, .reason = kReasonTimezoneUnknown, .rule = opening.rule};
  }
  known.never = opening;
  known.never_from = now;
  known.never_until = now + kStep;
  timeline.clear();
  return opening;
}

Result<LocalWish> parse_send_at_local(std::string_view text) {
  const auto bad = [] {
    return failure("bad_value", "is neither a time as 10:30 nor a date and a time as 2026-12-01T10:30");
  };
  LocalWish wish;
  if (const auto mark = text.find('T'); mark != std::string_view::npos) {
    wish.date = date_of(text.substr(0, mark));
    if (!wish.date) return bad();
    text.remove_prefix(mark + 1);
  }
  const auto time = minutes_of(text);
  if (!time || *time == kDayMinutes) return bad();
  wish.time = std::chrono::minutes{*time};
  return wish;
}

std::optional<Wall> moment_of(const LocalWish& wish, Wall now, const std::vector<const TimeZone*>& zones) {
  if (zones.empty()) return std::nullopt;
  const auto on = [&](Date date) {
    Wall latest = Wall::min();
    for (const TimeZone* zone : zones) latest = std::max(latest, zone->first_at(date + wish.time));
    return latest;
  };
  if (wish.date) return on(*wish.date);
  Date date = std::chrono::floor<days>(zones.front()->local(now)) - days{1};
  Wall moment = on(date);
  while (moment < now) moment = on(date += days{1});
  return moment;
}

}  // namespace dunlin::dunning

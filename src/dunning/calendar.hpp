// May a text reach this place now, and if not, when? Country rules, holidays and the configuration's quiet hours,
// judged at the recipient's wall clock; with several zones, only what suits them all. Time is an argument.
#pragma once

#include <dunlin/base/time.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dunning/countries.hpp"
#include "dunning/decide.hpp"
#include "dunning/zones.hpp"

namespace dunlin::dunning {

// Why nothing may be sent now.
inline constexpr std::string_view kReasonQuietHours = "quiet_hours";  // of a day on which there are other hours
inline constexpr std::string_view kReasonQuietDay = "quiet_day";      // a weekday without any: a Sunday, a weekend
inline constexpr std::string_view kReasonHoliday = "holiday";
// or kReasonTimezoneUnknown (decide.hpp)

// All that a configuration says of times: immutable, replaced as a whole by a reload.
struct CalendarRules {
  std::shared_ptr<const Countries> countries;                            // null: switched off
  std::shared_ptr<const Zones> zones = std::make_shared<const Zones>();  // never null
  Quiet quiet{};
  std::string words{};  // what `countries` was read from
  [[nodiscard]] bool same_as(const CalendarRules& other) const {
    return words == other.words && zones == other.zones && quiet == other.quiet;
  }

  // Whether there is anything to ask a clock about.
  [[nodiscard]] bool any() const { return countries != nullptr || quiet.hours || quiet.days.any(); }
  [[nodiscard]] std::span<const KnownPrefix> prefixes() const;
  // Where a number may be, as a set of zones (zones.hpp): its known prefix, else Zones::of_number. Lives as long as
  // this.
  [[nodiscard]] std::string_view zones_of(std::string_view e164, std::string_view country) const;
  // Rules that the quiet hours and days leave no time at all; with `least`: no window of at least that. Empty: there is
  // none.
  [[nodiscard]] std::vector<const Rule*> never_open(std::chrono::milliseconds least = {}) const;
};

// Of one job. `zones`: its own `time_zone`, or CalendarRules::zones_of() its number; "": nobody knows.
struct Place {
  std::string_view country;  // ISO 3166, or ""
  std::string_view zones;
};

struct Opening {
  bool open = true;
  // Open: until then it stays so (at least: kOpenAhead is as far as is looked). Closed: when it opens next; nullopt:
  // never, which is not in the next kDaysAhead days.
  std::optional<Wall> until{};
  std::string_view reason{};         // closed: one of the above
  const Rule* rule = nullptr;        // that decided; null: countries are switched off, or the zone is not known
  const Holiday* holiday = nullptr;  // with kReasonHoliday
  bool configured = false;           // closed only by quiet_hours or quiet_days; the rule itself would allow it
};

// Remembers what it worked out, so it is not const; one for each engine. Forgets everything when it knows kPlacesMax.
class Calendar {
 public:
  static constexpr int kDaysAhead = 400;
  static constexpr std::chrono::days kOpenAhead{32};
  static constexpr std::size_t kPlacesMax = 4096;  // each about 1 KiB

  explicit Calendar(std::shared_ptr<const CalendarRules> rules) : rules_(std::move(rules)) {}

  // What it points to lives as long as the rules. Several zones that have no hour in common are `timezone_unknown`,
  // never open: who knows more of the recipient names a zone.
  [[nodiscard]] Opening at(Wall now, const Place& place, Purpose purpose);

  [[nodiscard]] const CalendarRules& rules() const { return *rules_; }

 private:
  struct Verdict {
    std::string_view reason;
    const Rule* rule = nullptr;
    const Holiday* holiday = nullptr;
    bool configured = false;
    bool open() const { return reason.empty(); }
    bool operator==(const Verdict&) const = default;
  };
  struct Segment {
    Wall from;
    Verdict verdict;
  };
  using Timeline = std::vector<Segment>;
  struct Key {
    std::string country, zones;
    Purpose purpose;
  };
  struct KeyView {
    std::string_view country, zones;
    Purpose purpose;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const KeyView& key) const;
    std::size_t operator()(const Key& key) const { return (*this)(KeyView{key.country, key.zones, key.purpose}); }
  };
  struct Equal {
    using is_transparent = void;
    template <class One, class Other>
    bool operator()(const One& one, const Other& other) const {
      return one.zones == other.zones && one.purpose == other.purpose && one.country == other.country;
    }
  };
  // What is known of a place: contiguous segments from timeline.front().from to until.
  struct Known {
    std::vector<const TimeZone*> zones;
    Timeline timeline;
    Wall until{};
    std::size_t current = 0;           // where the last question fell
    Wall never_from{}, never_until{};  // asked in between, it is answered `never`
    Opening never{};
  };

  Known& known_of(const Place& place, Purpose purpose);
  Opening look(Known& known, Wall now, const KeyView& key);
  void extend(Known& known, const KeyView& key);
  Timeline one_zone(const TimeZone& zone, const KeyView& key, Wall from, Wall until) const;
  void one_day(Date date, const KeyView& key, std::vector<std::pair<Hours, Verdict>>& pieces) const;

  std::shared_ptr<const CalendarRules> rules_;
  std::unordered_map<Key, Known, Hash, Equal> known_;
};

// `send_at_local`: "10:30", or "2026-12-01T10:30". Error: bad_value.
struct LocalWish {
  std::optional<Date> date;
  std::chrono::minutes time{0};  // since midnight, below 24:00
  bool operator==(const LocalWish&) const = default;
};
[[nodiscard]] Result<LocalWish> parse_send_at_local(std::string_view text);

// The first moment at which the clocks of all zones read the wished time of that date, or later on that date; without
// a date, of the first date for which that moment is not before `now`. A time that DST skips is the moment it is
// skipped, one that comes twice the first. nullopt: no zone is known.
[[nodiscard]] std::optional<Wall> moment_of(const LocalWish& wish, Wall now, const std::vector<const TimeZone*>& zones);

}  // namespace dunlin::dunning

#include "lawbook.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "local_clock.hpp"

namespace dunlin::simulation {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year;

// ---- hours

struct DayHours {
  int from, until;  // hours in hundredths: 830 is 08:30; 0, 0: closed
};
struct WeekHours {
  DayHours weekday, saturday, sunday;
  bool holidays;
};
constexpr WeekHours kStrict{{900, 1800}, {0, 0}, {0, 0}, false};

WeekHours hours(const std::string& country, store::Purpose purpose) {
  const bool collection = purpose == store::Purpose::collection, marketing = purpose == store::Purpose::marketing;
  if (country == "US" && collection) return {{800, 2100}, {800, 2100}, {800, 2100}, false};
  if (country == "US" && marketing) return {{800, 2000}, {800, 2000}, {800, 2000}, false};
  if (country == "NL" && collection) return {{700, 2000}, {700, 2000}, {0, 0}, false};
  if (country == "IT" && collection) return {{830, 2100}, {830, 1500}, {0, 0}, false};
  if (country == "FR" && marketing) return {{800, 2000}, {800, 2000}, {0, 0}, false};
  if (country == "PL" && collection) return {{600, 2200}, {0, 0}, {0, 0}, false};
  if (country == "AU" && !marketing) return {{730, 2100}, {900, 2100}, {900, 2100}, false};
  if (country == "IN" && collection) return {{800, 1900}, {800, 1900}, {800, 1900}, false};
  return kStrict;  // BR collection is the same
}

int minutes(int hundredths) { return hundredths / 100 * 60 + hundredths % 100; }

// ---- holidays

// Sunday of Easter, by the anonymous Gregorian algorithm (Meeus, Jones, Butcher).
local_days easter(int of) {
  const int a = of % 19, b = of / 100, c = of % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7,
            m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31, day = (h + l - 7 * m + 114) % 31 + 1;
  return local_days{year{of} / month / day};
}

struct Of {
  int of;  // the year
  local_days on(int month, int day) const { return local_days{year{of} / month / day}; }
  local_days from_easter(int by) const { return easter(of) + days{by}; }
  // The nth weekday of a month (0 is Sunday); nth 0: the last.
  local_days nth(int month, unsigned weekday, unsigned index) const {
    const std::chrono::weekday day{weekday};
    if (index == 0) return local_days{year{of} / month / day[std::chrono::last]};
    return local_days{year{of} / month / day[index]};
  }
};
using Days = std::set<local_days>;

bool weekend(local_days day) {
  const std::chrono::weekday weekday{day};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

// Of a day that falls on a weekend: Friday before a Saturday, Monday after a Sunday.
local_days observed(local_days day) {
  const std::chrono::weekday weekday{day};
  return weekday == std::chrono::Saturday ? day - days{1} : weekday == std::chrono::Sunday ? day + days{1} : day;
}

// The working days that stand in for those of `all` that fall on a weekend.
void substitute(Days& into, std::vector<local_days> all) {
  Days taken(all.begin(), all.end());
  for (local_days day : all) {
    if (!weekend(day)) continue;
    while (weekend(day) || taken.contains(day)) day += days{1};
    taken.insert(day);
    into.insert(day);
  }
}

Days in_europe(const std::string& country, const Of& y) {
  Days all;
  const auto fixed = [&](std::initializer_list<std::pair<int, int>> list) {
    for (const auto& [month, day] : list) all.insert(y.on(month, day));
  };
  const auto moving = [&](std::initializer_list<int> list) {
    for (const int by : list) all.insert(y.from_easter(by));
  };
  if (country == "DE") fixed({{1, 1}, {5, 1}, {10, 3}, {12, 25}, {12, 26}}), moving({-2, 1, 39, 50});
  if (country == "ES")
    fixed({{1, 1}, {1, 6}, {5, 1}, {8, 15}, {10, 12}, {11, 1}, {12, 6}, {12, 8}, {12, 25}}), moving({-2});
  if (country == "FR")
    fixed({{1, 1}, {5, 1}, {5, 8}, {7, 14}, {8, 15}, {11, 1}, {11, 11}, {12, 25}}), moving({1, 39, 50});
  if (country == "IT")
    fixed({{1, 1}, {1, 6}, {4, 25}, {5, 1}, {6, 2}, {8, 15}, {10, 4}, {11, 1}, {12, 8}, {12, 25}, {12, 26}}),
        moving({0, 1});
  if (country == "NL") fixed({{1, 1}, {4, 27}, {5, 5}, {12, 25}, {12, 26}}), moving({-2, 0, 1, 39, 49, 50});
  if (country == "NL" && y.of == 2026) fixed({{1, 2}, {5, 15}});  // by royal decree
  if (country == "NL" && y.of == 2027) fixed({{5, 7}});
  if (country == "NO") fixed({{1, 1}, {5, 1}, {5, 17}, {12, 25}, {12, 26}}), moving({-3, -2, 0, 1, 39, 49, 50});
  if (country == "PL")
    fixed({{1, 1}, {1, 6}, {5, 1}, {5, 3}, {8, 15}, {11, 1}, {11, 11}, {12, 24}, {12, 25}, {12, 26}}),
        moving({0, 1, 49, 60});
  if (country == "PT")
    fixed({{1, 1}, {4, 25}, {5, 1}, {6, 10}, {8, 15}, {10, 5}, {11, 1}, {12, 1}, {12, 8}, {12, 25}}),
        moving({-2, 0, 60});
  if (country == "GB") {
    fixed({{1, 1}, {12, 25}, {12, 26}, {3, 17}, {11, 30}});
    moving({-2, 1});
    for (const local_days day : {y.nth(5, 1, 1), y.nth(5, 1, 0), y.nth(8, 1, 0), y.nth(8, 1, 1)}) all.insert(day);
    substitute(all, {y.on(12, 25), y.on(12, 26)});
    substitute(all, {y.on(1, 1), y.on(1, 2)});  // in Scotland both
    if (!weekend(y.on(1, 2))) all.insert(y.on(1, 2));
    substitute(all, {y.on(7, 12)});
    if (!weekend(y.on(7, 12))) all.insert(y.on(7, 12));
  }
  return all;
}

Days elsewhere(const std::string& country, const Of& y) {
  Days all;
  const auto fixed = [&](std::initializer_list<std::pair<int, int>> list) {
    for (const auto& [month, day] : list) all.insert(y.on(month, day));
  };
  if (country == "AU") {
    fixed({{1, 1}, {1, 26}, {4, 25}, {12, 25}, {12, 26}});
    all.insert({y.from_easter(-2), y.from_easter(1)});
    substitute(all, {y.on(4, 25)});
    substitute(all, {y.on(12, 25), y.on(12, 26)});
  }
  if (country == "BR") {
    fixed({{1, 1}, {4, 21}, {5, 1}, {9, 7}, {10, 12}, {11, 2}, {11, 15}, {11, 20}, {12, 25}});
    for (const int by : {-48, -47, -2, 60}) all.insert(y.from_easter(by));
  }
  if (country == "CA") {
    fixed({{1, 1}, {7, 1}, {9, 30}, {11, 11}, {12, 25}, {12, 26}});
    all.insert({y.from_easter(-2), y.nth(9, 1, 1), y.nth(10, 1, 2)});
    local_days victoria = y.on(5, 24);
    while (std::chrono::weekday{victoria} != std::chrono::Monday) victoria -= days{1};
    all.insert(victoria);
    substitute(all, {y.on(12, 25), y.on(12, 26)});
  }
  if (country == "IN") {
    fixed({{1, 26}, {8, 15}, {10, 2}, {12, 25}});
    all.insert(y.from_easter(-2));
    if (y.of == 2026) fixed({{3, 4}, {11, 8}});  // by the moon
    if (y.of == 2027) fixed({{3, 22}, {10, 29}});
  }
  if (country == "US") {
    for (const auto& [month, day] :
         std::initializer_list<std::pair<int, int>>{{1, 1}, {6, 19}, {7, 4}, {11, 11}, {12, 25}}) {
      all.insert(y.on(month, day));
      all.insert(observed(y.on(month, day)));
    }
    all.insert({y.nth(1, 1, 3), y.nth(2, 1, 3), y.nth(5, 1, 0), y.nth(9, 1, 1), y.nth(10, 1, 2), y.nth(11, 4, 4)});
  }
  return all;
}

const Days& holidays(const std::string& country, int of) {
  static std::map<std::pair<std::string, int>, Days> known;
  const auto [found, fresh] = known.try_emplace({country, of});
  if (!fresh) return found->second;
  found->second = in_europe(country, Of{of});
  found->second.merge(elsewhere(country, Of{of}));
  return found->second;
}

}  // namespace

bool is_holiday(const std::string& country, local_days day) {
  const int of = static_cast<int>(std::chrono::year_month_day{day}.year());
  // The first of January may be observed on the last of December.
  return holidays(country, of).contains(day) || holidays(country, of + 1).contains(day);
}

bool lawful(const std::string& country, const std::vector<std::string>& zones, store::Purpose purpose, Wall at,
            const QuietHours& quiet) {
  const WeekHours week = hours(country, purpose);
  return !zones.empty() && std::all_of(zones.begin(), zones.end(), [&](const std::string& zone) {
    const LocalTime there = local_time(zone, at);
    const local_days day = std::chrono::floor<days>(there);
    const auto minute = static_cast<int>(std::chrono::floor<std::chrono::minutes>(there - day).count());
    const std::chrono::weekday weekday{day};
    const DayHours& open = weekday == std::chrono::Sunday     ? week.sunday
                           : weekday == std::chrono::Saturday ? week.saturday
                                                              : week.weekday;
    if (minute < minutes(open.from) || minute >= minutes(open.until)) return false;
    if (quiet && (minute >= quiet->first || minute < quiet->second)) return false;
    return week.holidays || !is_holiday(country, day);
  });
}

}  // namespace dunlin::simulation

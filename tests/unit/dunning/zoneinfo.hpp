// The system's time zones for tests: those they name, from /usr/share/zoneinfo.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <sstream>

#include "dunning/zones.hpp"

namespace dunlin::dunning {

inline std::string octets_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline TimeZone system_zone(const std::string& name) {
  auto zone = TimeZone::parse(octets_of(octets_of_file("/usr/share/zoneinfo/" + name)));
  EXPECT_TRUE(zone.has_value()) << name << ": " << zone.error().detail;
  return zone ? *zone : TimeZone{};
}

// All that zone.tab and zone_prefixes() name.
inline std::shared_ptr<const Zones> system_zones() {
  static const auto zones = [] {
    const std::string tab = octets_of_file("/usr/share/zoneinfo/zone.tab");
    std::map<std::string, TimeZone, std::less<>> named;
    std::istringstream lines(tab);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line.front() == '#') continue;
      std::istringstream columns(line);
      std::string country, coordinates, name;
      columns >> country >> coordinates >> name;
      named.emplace(name, system_zone(name));
    }
    return std::make_shared<const Zones>(std::move(named), tab);
  }();
  return zones;
}

inline Wall utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} +
         std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}
inline LocalTime local(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0) {
  return LocalTime{utc(year, month, day, hour, minute, second).time_since_epoch()};
}

}  // namespace dunlin::dunning

#include "config/zoneinfo.hpp"

#include <array>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "config/toml_file.hpp"

namespace dunlin::config {
namespace {

namespace fs = std::filesystem;
using Named = std::map<std::string, dunning::TimeZone, std::less<>>;

constexpr std::size_t kZoneFileMax = 1 << 16;  // octets; the longest there is has some 4000
constexpr std::size_t kZonesMax = 4000;        // a folder with more is not what we think it is
constexpr std::size_t kZoneTabMax = 1 << 18;

// posix/ and right/ repeat all zones; tables and links for other programs begin in small letters or have a dot.
bool is_zone_name(const fs::path& relative) {
  const std::string first = relative.begin()->string();
  const std::string last = relative.filename().string();
  return first != "posix" && first != "right" && first.front() >= 'A' && first.front() <= 'Z' &&
         last.find('.') == std::string::npos && last != "Factory";
}

Named read_all(const fs::path& folder) {
  Named named;
  std::error_code ignored;
  for (fs::recursive_directory_iterator entry(folder, ignored), end; entry != end && named.size() < kZonesMax;
       entry.increment(ignored)) {
    const fs::path relative = entry->path().lexically_relative(folder);
    if (!is_zone_name(relative)) {
      if (entry->is_directory(ignored)) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file(ignored)) continue;
    const auto octets = read_file(entry->path(), kZoneFileMax);
    if (!octets) continue;
    if (auto zone = dunning::TimeZone::parse(octets_of(*octets))) named.emplace(relative.string(), std::move(*zone));
  }
  return named;
}

// What changes when a package writes the folder anew.
using Stamp = std::array<fs::file_time_type, 3>;
Stamp stamp_of(const fs::path& folder) {
  std::error_code ignored;
  return {fs::last_write_time(folder, ignored), fs::last_write_time(folder / "zone.tab", ignored),
          fs::last_write_time(folder / "tzdata.zi", ignored)};
}

}  // namespace

std::shared_ptr<const dunning::Zones> system_zones(const fs::path& folder) {
  static std::mutex mutex;
  static std::map<fs::path, std::pair<Stamp, std::shared_ptr<const dunning::Zones>>> kept;
  const std::lock_guard lock(mutex);
  const Stamp stamp = stamp_of(folder);
  auto& [at, zones] = kept[folder];
  if (zones && at == stamp) return zones;
  const auto tab = read_file(folder / "zone.tab", kZoneTabMax);
  zones =
      tab ? std::make_shared<const dunning::Zones>(read_all(folder), *tab) : std::make_shared<const dunning::Zones>();
  at = stamp;
  return zones;
}

}  // namespace dunlin::config

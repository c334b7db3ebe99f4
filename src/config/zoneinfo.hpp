// The system's time zones, from where the package tzdata puts them: a distribution keeps them up to date, and a reload
// takes over what it brought.
#pragma once

#include <filesystem>
#include <memory>

#include "dunning/zones.hpp"

namespace dunlin::config {

inline constexpr const char* kZoneinfo = "/usr/share/zoneinfo";

// Every zone below `folder` that is a TZif file, by its name there ("Europe/Warsaw", "UTC"), and its table zone.tab;
// empty where there is no such table. Read once and kept until the folder's tables change. Never null.
[[nodiscard]] std::shared_ptr<const dunning::Zones> system_zones(const std::filesystem::path& folder = kZoneinfo);

}  // namespace dunlin::config

#include "mark.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace dunlin::crash {

std::optional<Point> find_point(std::string_view name) {
  const auto row = std::ranges::find(kPoints, name, &PointRow::name);
  return row == kPoints.end() ? std::nullopt : std::optional(row->point);
}

void Mark::die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

}  // namespace dunlin::crash

// What a clock on the wall shows in a zone: by the C library, not by the reader of zones that is under test.
#pragma once

#include <chrono>
#include <dunlin/base/time.hpp>
#include <string>

namespace dunlin::simulation {

using LocalTime = std::chrono::local_time<std::chrono::seconds>;
LocalTime local_time(const std::string& zone, Wall at);

// The next moment, `from` or later, at which that clock shows hour:minute, or skips it; within two days.
Wall next_showing(const std::string& zone, Wall from, int hour, int minute);

}  // namespace dunlin::simulation

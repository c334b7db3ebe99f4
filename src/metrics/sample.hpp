// What one scrape shows: a consistent copy of the plain numbers the lower folders keep, taken on their thread and
// rendered on another.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/counters.hpp"
#include "engine/counters.hpp"
#include "engine/gateway.hpp"
#include "engine/links.hpp"

namespace dunlin::metrics {

struct LinkSample {
  engine::LinkStatus status;       // its response_seconds is null here: the copy below stands for it
  Histogram<12> response_seconds;  // empty where the link had none
};

struct Sample {
  engine::GatewayStatus status;
  std::vector<LinkSample> links;
  engine::Counters counters;
  double uptime_seconds = 0;
  std::string version;
  bool stale = false;  // the gateway's thread did not answer in time: these are the numbers of the scrape before
};

// Everything but `uptime_seconds` and `version`.
Sample copy_of(const engine::GatewayStatus& status, const std::vector<engine::LinkStatus>& links,
               const engine::Counters& counters);

// To be called on the gateway's thread: everything in it is of that one moment.
inline Sample take(const engine::Gateway& gateway, Now now, double uptime_seconds, std::string version) {
  Sample sample = copy_of(gateway.status(now), gateway.links(now), gateway.counters());
  sample.uptime_seconds = uptime_seconds;
  sample.version = std::move(version);
  return sample;
}

}  // namespace dunlin::metrics
